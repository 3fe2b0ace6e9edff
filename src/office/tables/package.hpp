// The zip file of a workbook (ECMA-376 part 2): its parts, inflated as they are read, with limits on what really
// comes out and not on what the directory claims.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shanqi::office::limits {
constexpr std::uint64_t package_bytes_max = 4ULL << 30;          // all parts that are read, inflated
constexpr std::uint64_t package_ratio_max = 250;                 // inflated to stored; real sheets reach 100
constexpr std::uint64_t package_ratio_from_bytes = 64ULL << 20;  // what is smaller is harmless at any ratio
constexpr std::int64_t package_entries_max = 10'000;
}  // namespace shanqi::office::limits

namespace shanqi::office::tables {

class PartStream {
public:
    virtual ~PartStream() = default;
    virtual Result<std::size_t> read(char* buffer, std::size_t size) = 0;  // 0 at the end
};

class Package {
public:
    virtual ~Package() = default;
    virtual bool has(std::string_view part) const = 0;
    // Errors: tables.damaged with {part}, tables.zip_bomb.
    virtual Result<std::unique_ptr<PartStream>> open(std::string_view part) = 0;
};

// Errors: tables.truncated, tables.zip_bomb, file.*
Result<std::unique_ptr<Package>> open_zip_package(const std::filesystem::path&);

// Parts in memory: tests and fuzzing reach the XML without a zip around it.
std::unique_ptr<Package> memory_package(std::map<std::string, std::string> parts);

}  // namespace shanqi::office::tables
