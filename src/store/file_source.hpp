// A file on disk that is read in pieces, from the beginning and more than once.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "store/files.hpp"

namespace shanqi::store {

class OpenFile {
public:
    OpenFile() = default;
    explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
    OpenFile(OpenFile&&) noexcept;
    OpenFile& operator=(OpenFile&&) noexcept;
    ~OpenFile();
    explicit operator bool() const { return descriptor_ >= 0; }
    int descriptor() const { return descriptor_; }

private:
    int descriptor_ = -1;
};

struct FileDigest {
    std::string sha256;  // hex
    std::uint64_t bytes = 0;
};

class FileSource {
public:
    // Errors: file.not_found, file.is_folder, file.no_permission, files.too_large.
    static Result<FileSource> open(const std::filesystem::path&);
    static std::unexpected<Error> too_large();

    Result<> read(const Sink&) const;  // all of it
    Result<FileDigest> digest() const;
    Result<std::string> piece(std::uint64_t offset, std::size_t bytes_max) const;  // shorter at the end
    std::uint64_t bytes() const { return bytes_; }                                 // when it was opened

private:
    std::filesystem::path path_;
    OpenFile file_;
    std::uint64_t bytes_ = 0;
};

}  // namespace shanqi::store
