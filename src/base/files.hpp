// Files: read with a limit, written whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shanqi {

namespace limits {
constexpr std::uint64_t template_bytes_max = 64ULL << 20;  // a .docx
constexpr std::uint64_t picture_bytes_max = 16ULL << 20;   // one picture
constexpr std::uint64_t key_file_bytes_max = 1ULL << 20;
constexpr std::uint64_t data_file_bytes_max = 1ULL << 30;  // a workbook or CSV
}  // namespace limits

// Errors: those of system_error(), file.too_large (with {limit}).
Result<std::string> read_file(const std::filesystem::path&, std::uint64_t bytes_max);

// Writes to a temporary file beside it, syncs, renames, syncs the folder. Errors: those of system_error().
Result<> write_file_durably(const std::filesystem::path&, std::string_view bytes);

// As write_file_durably, of a file that must not be there yet. Error: file.exists, also when somebody made it
// meanwhile.
Result<> create_file_durably(const std::filesystem::path&, std::string_view bytes, unsigned mode);

// Both in one folder, which is synced; an empty folder of the new name is replaced.
Result<> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

// Writes without a sync, for files that become final later, many at once. One that was there is cut off first.
Result<> write_file(const std::filesystem::path&, std::string_view bytes);

// Error for the errno of a failed call on `path`: file.not_found, file.disk_full, file.no_permission, file.is_folder,
// file.system_error.
std::unexpected<Error> system_error(int error_number, const std::filesystem::path& path);

// First line of a password file, without the line end.
Result<std::string> read_password_file(const std::filesystem::path&);

// A named temporary file in `folder` (default: TMPDIR or /tmp), already unlinked: it is gone when the
// process ends, however it ends. Append, then map and read back.
class SpillFile {
public:
    static Result<SpillFile> create(const std::filesystem::path& folder = {});
    SpillFile(SpillFile&&) noexcept;
    SpillFile& operator=(SpillFile&&) noexcept;
    ~SpillFile();

    Result<std::uint64_t> append(std::string_view bytes);  // the offset at which they stand
    Result<std::string> read(std::uint64_t offset, std::size_t size);
    std::uint64_t size() const { return size_; }
    // All that was appended so far, mapped for reading; stays valid as long as this file, ends an earlier mapping.
    Result<std::string_view> map();

private:
    SpillFile() = default;
    Result<> flush();
    int descriptor_ = -1;
    std::filesystem::path folder_;  // for messages: the file itself has no name
    std::uint64_t size_ = 0;        // with what is still in buffer_
    std::uint64_t flushed_ = 0;
    std::string buffer_;
    char* mapping_ = nullptr;
    std::size_t mapping_size_ = 0;
};

}  // namespace shanqi
