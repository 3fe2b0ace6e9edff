#include "app/server/restore.hpp"

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <set>

#include "app/modules.hpp"
#include "app/server/installation.hpp"
#include "app/server/settings.hpp"
#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/mac.hpp"
#include "modules/operations/restore_mark.hpp"
#include "store/master_key.hpp"
#include "store/migrations.hpp"

namespace shanqi::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* marker_name = "unfinished_restore.json";
constexpr const char* uploads_name = "unfinished_uploads.txt";  // the bucket, then a key a line
constexpr std::uint64_t marker_bytes_max = 64U << 10U;

fs::path staging_folder(const Config& config) {
    fs::path folder = data_folder(config).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();  // "/srv/shanqi/"
    return folder.string() + ".restoring";
}

// What must be known to take a restore back, in a file of its folder.
struct Marker {
    std::string name;
    std::string key_file, key_digest;  // the key file that it makes, and the SHA-256 of it; "": it was there before
};

std::optional<Marker> read_marker(const fs::path& folder) {
    const auto bytes = read_file(folder / marker_name, marker_bytes_max);
    json::error_code error;
    const json::value parsed = bytes ? json::parse(*bytes, error) : json::value();
    if (error || !parsed.is_object()) return std::nullopt;
    const auto text = [&](const char* field) {
        const json::value* value = parsed.get_object().if_contains(field);
        return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    return Marker{text("restore"), text("key_file"), text("key_digest")};
}

Result<> write_marker(const fs::path& folder, const Marker& marker) {
    return write_file_durably(folder / marker_name, json::serialize(json::object{{"restore", marker.name},
                                                                                 {"key_file", marker.key_file},
                                                                                 {"key_digest", marker.key_digest}}));
}

std::string key_text(const std::string& key) { return hex(key) + "\n"; }

bool holds_something(const fs::path& folder) {
    std::error_code error;
    return fs::exists(folder, error) && !fs::is_empty(folder, error);
}

// Two restores at once would take each other back. Goes with the process, however it ends.
class FolderLock {
public:
    FolderLock() = default;
    FolderLock(const FolderLock&) = delete;
    ~FolderLock() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Result<> take(const fs::path& folder) {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor_ < 0) return system_error(errno, folder);
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return {};
        return fail(ErrorKind::conflict, "restore.running", {{"folder", folder.string()}});
    }

private:
    int descriptor_ = -1;
};

class Restore {
public:
    Restore(const Config& config, const operations::RestoreStep& after)
        : config_(config),
          after_(after),
          folder_(data_folder(config)),
          staging_(staging_folder(config)),
          key_file_(master_key_file(config)),
          url_(database_url(config)),
          sqlite_(url_ == "sqlite:" + (folder_ / "shanqi.db").string()) {}

    Result<Restored> run(const fs::path& file, std::string_view passphrase) {
        const operations::CheckedBackup checked = TRY(operations::check_backup(file, passphrase));
        if (!sqlite_ && url_.starts_with("sqlite:")) return fail(ErrorKind::conflict, "restore.sqlite_elsewhere");
        TRY_DO(take_back());
        if (holds_something(folder_))
            return fail(ErrorKind::conflict, "restore.folder_not_empty", {{"folder", folder_.string()}});
        const bool new_key = !TRY(key_is_there(checked.master_key));
        if (const Result<> made = make(file, passphrase, checked, new_key); !made) {
            // Should this fail too, the mark is left, and the next restore does it.
            [[maybe_unused]] const auto ignored = take_back();
            return std::unexpected(made.error());
        }
        TRY_DO(operations::finish_restore(*TRY(open_in(folder_)), name_));
        done("finished");
        // They say nothing any more.
        ::unlink((folder_ / marker_name).c_str());
        ::unlink((folder_ / uploads_name).c_str());
        return Restored{checked.summary, new_key, folder_, key_file_};
    }

private:
    void done(std::string_view step) const {
        if (after_) after_(step);
    }

    Result<std::unique_ptr<store::Database>> open_in(const fs::path& folder) const {
        return store::open_database({.url = sqlite_ ? "sqlite:" + (folder / "shanqi.db").string() : url_});
    }

    // Where a key already lies it must be this one: nothing is overwritten, and a restored database under another key
    // would be unreadable.
    Result<bool> key_is_there(const std::string& wanted) const {
        if (config_.flag("master_key.ask") || !config_.text("master_key.passphrase_file").empty())
            return fail(ErrorKind::conflict, "restore.key_file_needed");
        std::error_code error;
        if (!fs::exists(key_file_, error) && std::getenv("CREDENTIALS_DIRECTORY") == nullptr)  // NOLINT
            return false;
        const store::MasterKey there = TRY(existing_master_key(config_, folder_));
        if (!equal_in_constant_time(there.bytes, wanted))
            return fail(ErrorKind::conflict, "restore.other_key", {{"file", key_file_.string()}});
        return true;
    }

    // The name in the database's mark. A SQLite database is looked at only where a restore left it.
    Result<std::string> name_in_database() const {
        std::error_code error;
        if (sqlite_ && (!fs::exists(folder_ / marker_name, error) || !fs::exists(folder_ / "shanqi.db", error)))
            return std::string();
        return operations::unfinished_restore(*TRY(open_in(folder_)));
    }

    // What an earlier restore began and did not finish. The marker is the last that goes: killed in here, the next one
    // goes on.
    Result<> take_back() {
        std::error_code error;
        const std::string in_database = TRY(name_in_database());
        const std::optional<Marker> moved = read_marker(folder_);
        const bool is_moved = moved && !in_database.empty() && moved->name == in_database;
        if (holds_something(folder_) && !is_moved)
            return fail(ErrorKind::conflict, "restore.folder_not_empty", {{"folder", folder_.string()}});
        if (is_moved) {
            TRY_DO(lock_.take(folder_));
            TRY_DO(rename_durably(folder_, staging_));
            done("moved_back");
        } else if (fs::exists(staging_, error)) {
            TRY_DO(lock_.take(staging_));
        }
        if (const std::optional<Marker> marker = read_marker(staging_); marker && !marker->key_file.empty()) {
            TRY_DO(remove_key(*marker));
            done("key_removed");
        }
        if (!in_database.empty() && !sqlite_) {
            TRY_DO(operations::empty_unfinished_restore(*TRY(open_in(folder_)), in_database));
            done("emptied");
        }
        TRY_DO(remove_uploads());
        if (!fs::exists(staging_, error)) return {};
        // The marker last, so that what a killed one leaves is still known for what it is.
        for (const auto& entry : fs::directory_iterator(staging_, error))
            if (entry.path().filename() != marker_name) fs::remove_all(entry.path(), error);
        if (!error) fs::remove_all(staging_, error);
        if (error) return system_error(error.value(), staging_);
        done("removed");
        return {};
    }

    // "" where files lie in the folder itself.
    std::string bucket() const {
        const std::string endpoint = config_.text("files.s3_endpoint");
        return endpoint.empty() ? endpoint : endpoint + "/" + config_.text("files.s3_bucket");
    }

    // Written down before the first is sent. What lies in the bucket already is somebody's, and is not ours to remove.
    Result<> note_uploads(store::FileStore& files, const operations::CheckedBackup& checked) const {
        if (bucket().empty()) return {};
        std::set<std::string> ours;
        for (const auto& [key, digest] : checked.content.files) ours.insert(key);
        TRY_DO(files.list([&](const store::StoredFile& file) -> Result<> {
            ours.erase(file.key);
            return {};
        }));
        std::string text = bucket() + "\n";
        for (const std::string& key : ours) text += key + "\n";
        return write_file_durably(staging_ / uploads_name, text);
    }

    Result<> remove_uploads() const {
        std::ifstream in(staging_ / uploads_name);
        std::string noted;
        if (!in || !std::getline(in, noted)) return {};
        if (noted != bucket()) return fail(ErrorKind::conflict, "restore.other_bucket", {{"bucket", noted}});
        const auto files = TRY(open_file_store(config_, staging_));
        for (std::string key; std::getline(in, key);)
            if (store::is_file_key(key)) TRY_DO(files->remove(key));
        done("uploads_removed");
        return {};
    }

    static Result<> remove_key(const Marker& marker) {
        std::error_code error;
        if (!fs::exists(marker.key_file, error)) return {};
        const std::string text = TRY(read_file(marker.key_file, marker_bytes_max));
        if (hex(sha256(text)) != marker.key_digest) return {};  // somebody else's
        if (::unlink(marker.key_file.c_str()) != 0) return system_error(errno, marker.key_file);
        return {};
    }

    // All but the last step: an installation that is marked as not finished.
    Result<> make(const fs::path& file, std::string_view passphrase, const operations::CheckedBackup& checked,
                  bool new_key) {
        std::error_code error;
        if (staging_.has_parent_path()) fs::create_directories(staging_.parent_path(), error);
        if (::mkdir(staging_.c_str(), 0700) != 0) return system_error(errno, staging_);
        TRY_DO(lock_.take(staging_));
        name_ = hex(random_bytes(16));
        Marker marker{name_, {}, {}};
        const std::string key = key_text(checked.master_key);
        if (new_key) marker = {name_, fs::absolute(key_file_).string(), hex(sha256(key))};
        TRY_DO(write_marker(staging_, marker));
        done("marked");
        TRY_DO(fill(file, passphrase, checked));
        done("committed");
        if (new_key) {
            fs::create_directories(key_file_.parent_path(), error);
            TRY_DO(create_file_durably(key_file_, key, 0600));
        }
        done("key");
        TRY_DO(rename_durably(staging_, folder_));
        done("moved");
        return {};
    }

    Result<> fill(const fs::path& file, std::string_view passphrase, const operations::CheckedBackup& checked) {
        for (const char* name : {"files", "scratch"})
            if (::mkdir((staging_ / name).c_str(), 0700) != 0) return system_error(errno, staging_ / name);
        const auto database = TRY(open_in(staging_));
        TRY(store::migrate(*database, rooms_in_order()));
        const auto files = TRY(open_file_store(config_, staging_));
        TRY_DO(note_uploads(*files, checked));
        return operations::restore_rows_and_files(file, passphrase, checked, *database, *files, staging_ / "scratch",
                                                  name_, after_);
    }

    const Config& config_;
    const operations::RestoreStep& after_;
    const fs::path folder_, staging_, key_file_;
    const std::string url_;
    const bool sqlite_;
    std::string name_;
    FolderLock lock_;
};

}  // namespace

Result<Restored> restore_backup(const Config& config, const fs::path& file, std::string_view passphrase,
                                const operations::RestoreStep& after) {
    return Restore(config, after).run(file, passphrase);
}

Result<> no_unfinished_restore(const Config& config) {
    std::error_code error;
    const fs::path staging = staging_folder(config);
    if (!fs::exists(staging / marker_name, error)) return {};
    return fail(ErrorKind::conflict, "app.restore_unfinished", {{"where", data_folder(config).string()}});
}

Result<> no_unfinished_restore(store::Database& database, const std::string& where) {
    if (TRY(operations::unfinished_restore(database)).empty()) return {};
    return fail(ErrorKind::conflict, "app.restore_unfinished", {{"where", where}});
}

}  // namespace shanqi::app
