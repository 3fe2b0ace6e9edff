// A file in the house's scratch folder that is gone with the object: what is in clear only while it is worked on.
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

#include "base/digest.hpp"

namespace shanqi::documents {

class ScratchFile {
public:
    explicit ScratchFile(const std::filesystem::path& folder, std::string_view name = "file")
        : path_(folder / ("documents-" + hex(random_bytes(12)) + "-" + std::string(name))) {}
    ScratchFile(ScratchFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    ScratchFile& operator=(ScratchFile&& other) noexcept {
        std::swap(path_, other.path_);
        return *this;
    }
    ~ScratchFile() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove(path_, ignored);
    }

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path release() { return std::exchange(path_, {}); }  // somebody else removes it

private:
    std::filesystem::path path_;
};

}  // namespace shanqi::documents
