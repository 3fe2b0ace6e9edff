// The body of an upload on its way to the disk: hashed as it comes, removed when nobody took it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "http/message.hpp"

namespace shanqi::http {

class UploadFile {
public:
    // Errors: http.upload_unwritable, file.disk_full.
    static Result<UploadFile> create(const std::filesystem::path& folder, const std::string& id);
    UploadFile(UploadFile&& other) noexcept;
    UploadFile& operator=(UploadFile&&) = delete;
    ~UploadFile();

    Result<> append(std::string_view bytes);
    Upload finish(std::string_view name);

private:
    UploadFile(std::filesystem::path file, int descriptor) : file_(std::move(file)), descriptor_(descriptor) {}
    std::filesystem::path file_;
    int descriptor_;
    std::uint64_t bytes_ = 0;
    Sha256Stream hash_;
};

}  // namespace shanqi::http
