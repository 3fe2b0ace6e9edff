#include "store/file_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/files.hpp"

namespace shanqi::store {

OpenFile::OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}
OpenFile::~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::unexpected<Error> FileSource::too_large() {
    return fail(ErrorKind::limit, "files.too_large", {{"limit", std::to_string(limits::file_bytes_max >> 30U)}});
}

Result<FileSource> FileSource::open(const std::filesystem::path& path) {
    FileSource source;
    source.path_ = path;
    source.file_ = OpenFile(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (!source.file_ || ::fstat(source.file_.descriptor(), &status) != 0) return system_error(errno, path);
    if (S_ISDIR(status.st_mode)) return system_error(EISDIR, path);
    source.bytes_ = static_cast<std::uint64_t>(status.st_size);
    if (source.bytes_ > limits::file_bytes_max) return too_large();
    return source;
}

Result<std::string> FileSource::piece(std::uint64_t offset, std::size_t bytes_max) const {
    std::string bytes(bytes_max, '\0');
    std::size_t got = 0;
    while (got < bytes_max) {
        const ssize_t n =
            ::pread(file_.descriptor(), bytes.data() + got, bytes_max - got, static_cast<off_t>(offset + got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error(errno, path_);
        if (n == 0) break;
        got += static_cast<std::size_t>(n);
    }
    bytes.resize(got);
    return bytes;
}

Result<> FileSource::read(const Sink& sink) const {
    for (std::uint64_t offset = 0;;) {
        const std::string bytes = TRY(piece(offset, limits::file_piece_bytes));
        if (!bytes.empty()) TRY_DO(sink(bytes));
        if (bytes.size() < limits::file_piece_bytes) return {};
        offset += bytes.size();
        if (offset > limits::file_bytes_max) return too_large();
    }
}

Result<FileDigest> FileSource::digest() const {
    Sha256Stream hash;
    std::uint64_t bytes = 0;
    TRY_DO(read([&](std::string_view piece) -> Result<> {
        hash.update(piece);
        bytes += piece.size();
        return {};
    }));
    return FileDigest{hex(hash.finish()), bytes};
}

}  // namespace shanqi::store
