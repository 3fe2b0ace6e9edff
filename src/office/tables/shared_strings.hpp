// The shared strings of a workbook (ECMA-376 part 1, 18.4): a million of them stay out of memory, in a temporary
// file that is mapped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"
#include "base/result.hpp"
#include "office/tables/package.hpp"

namespace shanqi::office::limits {
constexpr std::size_t shared_strings_max = 16'000'000;
}  // namespace shanqi::office::limits

namespace shanqi::office::tables {

class SharedStrings {
public:
    // Errors: tables.damaged, tables.too_many_strings, file.*
    static Result<SharedStrings> read(Package& package, const std::string& part);

    std::size_t size() const { return ends_.size(); }
    std::string_view at(std::size_t index);  // valid until the next call; empty beyond the end

private:
    explicit SharedStrings(SpillFile file) : file_(std::move(file)) {}
    SpillFile file_;
    std::vector<std::uint64_t> ends_;
    std::string_view mapped_;
    std::uint32_t lookups_ = 0;
};

// ST_Xstring (22.9.2.19): _x000D_ and the like; line ends become \n.
std::string plain_string(std::string text);

}  // namespace shanqi::office::tables
