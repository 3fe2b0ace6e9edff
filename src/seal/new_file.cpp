#include "seal/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/digest.hpp"
#include "base/files.hpp"

namespace shanqi::seal {
namespace {

struct Descriptor {
    int value = -1;
    ~Descriptor() {
        if (value >= 0) ::close(value);
    }
};

Result<> write_and_sync(const std::filesystem::path& path, std::string_view bytes, mode_t mode) {
    const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
    if (file.value < 0) return system_error(errno, path);
    while (!bytes.empty()) {
        const ssize_t n = ::write(file.value, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error(errno, path);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(file.value) != 0) return system_error(errno, path);
    return {};
}

Result<> sync_folder_of(const std::filesystem::path& path) {
    const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const Descriptor folder{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (folder.value < 0 || ::fsync(folder.value) != 0) return system_error(errno, parent);
    return {};
}

}  // namespace

Result<> write_new_file(const std::filesystem::path& path, std::string_view bytes, mode_t mode) {
    // A random name beside it: two processes at once do not share a temporary file.
    const std::filesystem::path temporary = path.string() + "." + hex(random_bytes(6)) + ".part";
    Result<> done = write_and_sync(temporary, bytes, mode);
    // link() refuses an existing name, where rename() would replace it.
    if (done && ::link(temporary.c_str(), path.c_str()) != 0) {
        const int reason = errno;
        if (reason == EEXIST)
            done = fail(ErrorKind::conflict, "seal.key_exists", {}, {.file = path.string()});
        else if (reason == EPERM || reason == EOPNOTSUPP ||
                 reason == ENOSYS)  // FAT and some network disks know no links
            done = ::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0
                       ? Result<>{}
                       : Result<>(system_error(errno, path));
        else
            done = system_error(reason, path);
    }
    ::unlink(temporary.c_str());
    if (!done) return done;
    return sync_folder_of(path);
}

}  // namespace shanqi::seal
