// errors.xlsx: the refused rows as they were, with 行号, 字段, 问题 and 改法 in front, so that they can be mended
// in place and sealed into the same folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "modules/documents/records.hpp"

namespace shanqi::documents {

struct RefusedRecord {
    std::size_t record = 0;       // index into Records
    std::vector<Error> problems;  // Place::row, when set, is the 1-based row within the record
};

// Writes errors.xlsx in `out`, or removes an old one when nothing was refused. One that somebody changed is kept under
// another name, which is returned; when it is `data_file` itself, every row of it was looked at, and it is replaced.
// `columns` are the names of the data's columns. `stopped`: rows were not reached. Then the data's own errors.xlsx
// stays as it is, since those rows stand nowhere else.
Result<std::filesystem::path> write_refused(const std::filesystem::path& out, const Records&,
                                            const std::vector<RefusedRecord>&, const std::vector<std::string>& columns,
                                            const std::filesystem::path& data_file, bool stopped, Language);

}  // namespace shanqi::documents
