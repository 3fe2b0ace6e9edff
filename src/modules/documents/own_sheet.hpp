// The sheets of an output folder that every run writes again: errors.xlsx and register.xlsx. People work in them. So
// one that somebody changed since we wrote it, or that was never ours, is kept under another name before a new one is
// written.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace shanqi::documents {

class OwnSheet {
public:
    // `out`: the output folder; `name`: "errors.xlsx".
    OwnSheet(const std::filesystem::path& out, const std::string& name);

    const std::filesystem::path& file() const { return file_; }
    // Moves a sheet that is not as we left it to errors-1.xlsx, errors-2.xlsx…; its new name, or empty.
    Result<std::filesystem::path> set_aside_if_changed() const;
    Result<> remember() const;  // as it is now, is ours
    Result<> remove() const;

private:
    std::filesystem::path file_, record_;
};

}  // namespace shanqi::documents
