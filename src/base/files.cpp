#include "base/files.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>  // renameat2
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/digest.hpp"

namespace shanqi {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t spill_buffer_bytes = 256 << 10;

// Closes on every path out; a failed close after fsync has nothing left to tell us.
struct Descriptor {
    int value = -1;
    ~Descriptor() {
        if (value >= 0) ::close(value);
    }
};

Result<> write_all(int descriptor, std::string_view bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error(errno, path);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

Result<> write_synced(const fs::path& file, int flags, unsigned mode, std::string_view bytes, const fs::path& told) {
    const Descriptor descriptor{::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode)};
    if (descriptor.value < 0) return system_error(errno, told);
    Result<> written = write_all(descriptor.value, bytes, told);
    if (written && ::fsync(descriptor.value) != 0) written = system_error(errno, told);
    if (!written) ::unlink(file.c_str());
    return written;
}

Result<> sync_folder_of(const fs::path& path) {
    const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const Descriptor folder{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (folder.value < 0 || ::fsync(folder.value) != 0) return system_error(errno, parent);
    return {};
}

}  // namespace

std::unexpected<Error> system_error(int error_number, const fs::path& path) {
    const Place place{.file = path.string()};
    switch (error_number) {
        case ENOENT:
        case ENOTDIR:
            return fail(ErrorKind::not_found, "file.not_found", {}, place);
        case ENOSPC:
        case EDQUOT:
            return fail(ErrorKind::system, "file.disk_full", {}, place);
        case EACCES:
        case EPERM:
        case EROFS:
            return fail(ErrorKind::system, "file.no_permission", {}, place);
        case EISDIR:
            return fail(ErrorKind::invalid, "file.is_folder", {}, place);
        default:
            return fail(ErrorKind::system, "file.system_error",
                        {{"reason", std::generic_category().message(error_number)}}, place);
    }
}

Result<std::string> read_file(const fs::path& path, std::uint64_t bytes_max) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.value < 0) return system_error(errno, path);
    struct stat status{};
    if (::fstat(file.value, &status) != 0) return system_error(errno, path);
    if (S_ISDIR(status.st_mode)) return system_error(EISDIR, path);
    const auto too_large = [&] {
        return fail(ErrorKind::limit, "file.too_large", {{"limit", std::to_string(bytes_max >> 20)}},
                    {.file = path.string()});
    };
    if (static_cast<std::uint64_t>(status.st_size) > bytes_max) return too_large();
    std::string out(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t got = 0;
    while (true) {
        // The file may be a pipe or may have grown: read until its end, not until its size.
        if (got == out.size()) out.resize(out.size() + 4096);
        const ssize_t n = ::read(file.value, out.data() + got, out.size() - got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error(errno, path);
        if (n == 0) break;
        got += static_cast<std::size_t>(n);
        if (got > bytes_max) return too_large();
    }
    out.resize(got);
    return out;
}

Result<> write_file_durably(const fs::path& path, std::string_view bytes) {
    const fs::path temporary = path.string() + ".part";
    TRY_DO(write_synced(temporary, O_TRUNC, 0644, bytes, path));
    if (::rename(temporary.c_str(), path.c_str()) != 0) return system_error(errno, path);
    return sync_folder_of(path);
}

Result<> rename_durably(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return system_error(errno, to);
    return sync_folder_of(to);
}

Result<> create_file_durably(const fs::path& path, std::string_view bytes, unsigned mode) {
    // A random name beside it: two processes at once do not share a temporary file.
    const fs::path temporary = path.string() + "." + hex(random_bytes(6)) + ".part";
    TRY_DO(write_synced(temporary, O_EXCL, mode, bytes, path));
    // link() refuses an existing name, where rename() would replace it. FAT and some network disks know no links.
    int reason = ::link(temporary.c_str(), path.c_str()) == 0 ? 0 : errno;
    if (reason == EPERM || reason == EOPNOTSUPP || reason == ENOSYS)
        reason = ::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
    ::unlink(temporary.c_str());
    if (reason == EEXIST) return fail(ErrorKind::conflict, "file.exists", {}, {.file = path.string()});
    if (reason != 0) return system_error(reason, path);
    return sync_folder_of(path);
}

Result<> write_file(const fs::path& path, std::string_view bytes) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) return system_error(errno, path);
    Result<> written = write_all(descriptor, bytes, path);
    // Some network disks tell only here that there was no room.
    if (::close(descriptor) != 0 && written) written = system_error(errno, path);
    return written;
}

Result<std::string> read_password_file(const fs::path& path) {
    std::string text = TRY(read_file(path, 64 << 10));
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // Windows Notepad
    text.resize(std::min(text.find_first_of("\r\n"), text.size()));
    if (text.empty()) return fail(ErrorKind::invalid, "file.empty_password", {}, {.file = path.string()});
    return text;
}

Result<SpillFile> SpillFile::create(const fs::path& folder) {
    const char* variable = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    const fs::path where = !folder.empty()                            ? folder
                           : variable != nullptr && *variable != '\0' ? fs::path(variable)
                                                                      : fs::path("/tmp");
    std::string name = (where / "shanqi-XXXXXX").string();
    SpillFile file;
    file.descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (file.descriptor_ < 0) return system_error(errno, where);
    ::unlink(name.c_str());
    file.folder_ = where;
    return file;
}

SpillFile::SpillFile(SpillFile&& other) noexcept { *this = std::move(other); }

SpillFile& SpillFile::operator=(SpillFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(folder_, other.folder_);
    std::swap(size_, other.size_);
    std::swap(flushed_, other.flushed_);
    std::swap(buffer_, other.buffer_);
    std::swap(mapping_, other.mapping_);
    std::swap(mapping_size_, other.mapping_size_);
    return *this;
}

SpillFile::~SpillFile() {
    if (mapping_ != nullptr) ::munmap(mapping_, mapping_size_);
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::uint64_t> SpillFile::append(std::string_view bytes) {
    const std::uint64_t at = size_;
    buffer_ += bytes;
    size_ += bytes.size();
    if (buffer_.size() >= spill_buffer_bytes) TRY_DO(flush());
    return at;
}

Result<> SpillFile::flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
        const ssize_t n = ::pwrite(descriptor_, rest.data(), rest.size(), static_cast<off_t>(flushed_));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error(errno, folder_);
        flushed_ += static_cast<std::uint64_t>(n);
        rest.remove_prefix(static_cast<std::size_t>(n));
    }
    buffer_.clear();
    return {};
}

Result<std::string_view> SpillFile::map() {
    TRY_DO(flush());
    if (mapping_ != nullptr) ::munmap(std::exchange(mapping_, nullptr), mapping_size_);
    if (size_ == 0) return std::string_view();
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor_, 0);
    if (mapped == MAP_FAILED) return system_error(errno, folder_);
    mapping_ = static_cast<char*>(mapped);
    mapping_size_ = size_;
    return std::string_view(mapping_, mapping_size_);
}

Result<std::string> SpillFile::read(std::uint64_t offset, std::size_t size) {
    if (offset + size > flushed_) TRY_DO(flush());
    std::string out(size, '\0');
    for (std::size_t got = 0; got < size;) {
        const ssize_t n = ::pread(descriptor_, out.data() + got, size - got, static_cast<off_t>(offset + got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error(errno, folder_);
        if (n == 0) return system_error(EIO, folder_);  // somebody asked for what was never appended
        got += static_cast<std::size_t>(n);
    }
    return out;
}

}  // namespace shanqi
