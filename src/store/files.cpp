// The folder. Content-addressed, so that a file is never changed: written beside, synced, renamed, its folder synced.
#include "store/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "base/files.hpp"
#include "base/ids.hpp"
#include "store/file_source.hpp"

namespace shanqi::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view incoming = "incoming";

std::string key_of(std::string_view org, std::string_view digest) { return fmt::format("{}/{}", org, digest); }

bool is_hex_digest(std::string_view text) {
    return text.size() == 64 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Result<> sync_folder(const fs::path& folder) {
    const OpenFile opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened || ::fsync(opened.descriptor()) != 0) return system_error(errno, folder);
    return {};
}

Result<> write_all(int descriptor, std::string_view bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error(errno, path);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

// A file in `incoming`, locked as long as this process writes it: whoever sweeps leaves locked ones alone.
class IncomingFile {
public:
    static Result<IncomingFile> create(const fs::path& folder) {
        while (true) {
            IncomingFile file;
            file.path_ = folder / (hex(random_bytes(16)) + ".part");
            file.file_ = OpenFile(::open(file.path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
            if (!file.file_) return system_error(errno, file.path_);
            // Between the two calls a sweeper may have taken it for a leftover: then another name.
            if (::flock(file.file_.descriptor(), LOCK_EX | LOCK_NB) != 0) {
                // A folder without locks (some network mounts) has none under the next name either.
                if (errno != EWOULDBLOCK) return system_error(errno, file.path_);
                continue;
            }
            struct stat status{};
            if (::fstat(file.file_.descriptor(), &status) != 0) return system_error(errno, file.path_);
            if (status.st_nlink == 1) return file;
        }
    }
    IncomingFile(IncomingFile&& other) noexcept
        : path_(std::exchange(other.path_, {})), file_(std::move(other.file_)) {}
    IncomingFile& operator=(IncomingFile&&) = delete;
    ~IncomingFile() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }

    Result<> append(std::string_view bytes) { return write_all(file_.descriptor(), bytes, path_); }
    Result<> move_to(const fs::path& target) {
        if (::fsync(file_.descriptor()) != 0) return system_error(errno, path_);
        if (::rename(path_.c_str(), target.c_str()) != 0) return system_error(errno, target);
        path_.clear();
        return {};
    }

private:
    IncomingFile() = default;
    fs::path path_;
    OpenFile file_;
};

class FolderStore final : public FileStore {
public:
    explicit FolderStore(fs::path root) : root_(std::move(root)) {
        std::error_code problem;  // told by the first put
        fs::create_directories(root_ / incoming, problem);
        sweep();
    }

    Result<StoredFile> put(std::string_view org, const fs::path& source) override {
        const FileSource file = TRY(FileSource::open(source));
        return store(org, TRY(file.digest()), [&file](const Sink& sink) { return file.read(sink); });
    }

    Result<StoredFile> put_bytes(std::string_view org, std::string_view bytes) override {
        if (bytes.size() > limits::file_bytes_max) return FileSource::too_large();
        return store(org, {hex(sha256(bytes)), bytes.size()}, [bytes](const Sink& sink) { return sink(bytes); });
    }

    Result<> get(const std::string& key, const Sink& sink) override {
        const auto not_found = [] { return fail(ErrorKind::not_found, "files.not_found"); };
        if (!is_file_key(key)) return not_found();
        const Result<FileSource> file = FileSource::open(path_of(key));
        if (!file) {
            if (file.error().key == "file.not_found") return not_found();
            return std::unexpected(file.error());
        }
        Sha256Stream hash;
        TRY_DO(file->read([&](std::string_view piece) {
            hash.update(piece);
            return sink(piece);
        }));
        if (hex(hash.finish()) != key.substr(37)) return fail(ErrorKind::system, "files.damaged");
        return {};
    }

    Result<bool> exists(const std::string& key) override {
        return is_file_key(key) && size_of(path_of(key)).has_value();
    }

    Result<> remove(const std::string& key) override {
        if (!is_file_key(key)) return {};
        const fs::path path = path_of(key);
        if (::unlink(path.c_str()) == 0) return sync_folder(path.parent_path());  // what was erased does not come back
        if (errno == ENOENT) return {};
        return system_error(errno, path);
    }

    Result<> list(const std::function<Result<>(const StoredFile&)>& each) override {
        for (const std::string& org : TRY(names_in(root_))) {
            if (!is_uuid(org)) continue;
            for (const std::string& first : TRY(names_in(root_ / org))) {
                for (const std::string& digest : TRY(names_in(root_ / org / first))) {
                    const std::string key = key_of(org, digest);
                    const auto bytes = size_of(root_ / org / first / digest);
                    if (is_file_key(key) && digest.starts_with(first) && bytes) TRY_DO(each({key, *bytes}));
                }
            }
        }
        return {};
    }

    Result<std::int64_t> sweep(Instant before,
                               const std::function<Result<bool>(const std::string& key)>& unwanted) override {
        std::int64_t removed = 0;
        TRY_DO(list([&](const StoredFile& file) -> Result<> {
            const fs::path path = path_of(file.key);
            struct stat status{};
            if (::stat(path.c_str(), &status) != 0 || !is_older(status, before)) return {};
            if (!TRY(unwanted(file.key)) || !TRY(remove_if_older(path, before))) return {};
            ++removed;
            return {};
        }));
        return removed;
    }

private:
    static bool is_older(const struct stat& status, Instant than) {
        return std::int64_t{status.st_mtim.tv_sec} * 1'000'000 + status.st_mtim.tv_nsec / 1'000 < than.us;
    }

    // Who puts a file again and who sweeps it lock it: either the file is young when the sweeper looks, or it is gone
    // when the other one looks, who then writes it anew.
    static bool put_again(const fs::path& path) {
        const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat status{};
        return file && ::flock(file.descriptor(), LOCK_SH) == 0 && ::futimens(file.descriptor(), nullptr) == 0 &&
               ::fstat(file.descriptor(), &status) == 0 && status.st_nlink > 0;
    }
    static Result<bool> remove_if_older(const fs::path& path, Instant than) {
        const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat status{};
        if (!file || ::flock(file.descriptor(), LOCK_EX) != 0 || ::fstat(file.descriptor(), &status) != 0) return false;
        if (status.st_nlink == 0 || !is_older(status, than)) return false;
        if (::unlink(path.c_str()) != 0) return system_error(errno, path);
        return true;
    }

    fs::path path_of(const std::string& key) const {
        return root_ / key.substr(0, 36) / key.substr(37, 2) / key.substr(37);
    }

    static std::optional<std::uint64_t> size_of(const fs::path& path) {
        struct stat status{};
        if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
        return static_cast<std::uint64_t>(status.st_size);
    }

    // Sorted. A folder that is gone meanwhile is empty.
    static Result<std::vector<std::string>> names_in(const fs::path& folder) {
        std::vector<std::string> names;
        std::error_code problem;
        for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem))
            names.push_back(it->path().filename().string());
        if (problem && problem.value() != ENOENT && problem.value() != ENOTDIR)
            return system_error(problem.value(), folder);
        std::ranges::sort(names);
        return names;
    }

    // `expected` was computed before; what counts is what is written, should the source have changed in between.
    Result<StoredFile> store(std::string_view org, const FileDigest& expected,
                             const std::function<Result<>(const Sink&)>& read) {
        if (!is_uuid(org)) return fail(ErrorKind::invalid, "files.bad_owner");
        const std::string wanted = key_of(org, expected.sha256);
        if (size_of(path_of(wanted)) == expected.bytes && put_again(path_of(wanted))) {
            TRY_DO(sync_folder(path_of(wanted).parent_path()));  // whoever wrote it may not have got there yet
            return StoredFile{wanted, expected.bytes};
        }
        IncomingFile file = TRY(IncomingFile::create(root_ / incoming));
        Sha256Stream hash;
        std::uint64_t bytes = 0;
        TRY_DO(read([&](std::string_view piece) {
            hash.update(piece);
            bytes += piece.size();
            return file.append(piece);
        }));
        StoredFile stored{key_of(org, hex(hash.finish())), bytes};
        const fs::path target = path_of(stored.key);
        TRY_DO(make_folder(target.parent_path().parent_path()));
        TRY_DO(make_folder(target.parent_path()));
        TRY_DO(file.move_to(target));
        TRY_DO(sync_folder(target.parent_path()));
        return stored;
    }

    // Durable: its parent is synced once by each process, whoever made it.
    Result<> make_folder(const fs::path& folder) {
        {
            const std::scoped_lock lock(mutex_);
            if (folders_.contains(folder)) return {};
        }
        if (::mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST) return system_error(errno, folder);
        TRY_DO(sync_folder(folder.parent_path()));
        const std::scoped_lock lock(mutex_);
        folders_.insert(folder);
        return {};
    }

    void sweep() const {
        const auto names = names_in(root_ / incoming);
        if (!names) return;
        for (const std::string& name : *names) {
            const fs::path path = root_ / incoming / name;
            const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
            if (file && ::flock(file.descriptor(), LOCK_EX | LOCK_NB) == 0) ::unlink(path.c_str());
        }
    }

    const fs::path root_;
    std::mutex mutex_;
    std::set<fs::path> folders_;
};

}  // namespace

bool is_file_key(std::string_view key) {
    return key.size() == 36 + 1 + 64 && key[36] == '/' && is_uuid(key.substr(0, 36)) && is_hex_digest(key.substr(37));
}

std::unique_ptr<FileStore> make_folder_store(fs::path folder) {
    return std::make_unique<FolderStore>(std::move(folder));
}

}  // namespace shanqi::store
