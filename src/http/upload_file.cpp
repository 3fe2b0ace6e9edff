#include "http/upload_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace shanqi::http {
namespace {

std::unexpected<Error> unwritable() {
    if (errno == ENOSPC || errno == EDQUOT) return fail(ErrorKind::system, "file.disk_full");
    return fail(ErrorKind::system, "http.upload_unwritable");
}

}  // namespace

Result<UploadFile> UploadFile::create(const std::filesystem::path& folder, const std::string& id) {
    std::filesystem::path file = folder / ("upload-" + id);
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return unwritable();
    return UploadFile(std::move(file), descriptor);
}

UploadFile::UploadFile(UploadFile&& other) noexcept
    : file_(std::exchange(other.file_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      bytes_(other.bytes_),
      hash_(std::move(other.hash_)) {}

UploadFile::~UploadFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!file_.empty()) ::unlink(file_.c_str());  // whoever wanted it has renamed it
}

Result<> UploadFile::append(std::string_view bytes) {
    hash_.update(bytes);
    bytes_ += bytes.size();
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return unwritable();
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Upload UploadFile::finish(std::string_view name) {
    ::close(std::exchange(descriptor_, -1));
    return {.file = file_, .bytes = bytes_, .sha256 = hex(hash_.finish()), .name = std::string(name)};
}

}  // namespace shanqi::http
