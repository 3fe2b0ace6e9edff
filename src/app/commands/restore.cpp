#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands/house_options.hpp"
#include "app/modules.hpp"
#include "app/server/installation.hpp"
#include "app/server/terminal.hpp"
#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/mac.hpp"
#include "store/master_key.hpp"
#include "store/migrations.hpp"

namespace shanqi::app {
namespace {

namespace fs = std::filesystem;

// Where a key already lies it must be this one: nothing is overwritten, and a restored database under another key would
// be unreadable.
Result<bool> key_must_fit(const Config& config, const fs::path& folder, const std::string& wanted) {
    const fs::path file = master_key_file(config);
    const bool by_passphrase = config.flag("master_key.ask") || !config.text("master_key.passphrase_file").empty();
    std::error_code error;
    if (!by_passphrase && !fs::exists(file, error) && ::getenv("CREDENTIALS_DIRECTORY") == nullptr)  // NOLINT
        return false;
    if (by_passphrase) return fail(ErrorKind::conflict, "restore.key_file_needed");
    const store::MasterKey there = TRY(existing_master_key(config, folder));
    if (!equal_in_constant_time(there.bytes, wanted))
        return fail(ErrorKind::conflict, "restore.other_key", {{"file", file.string()}});
    return true;
}

Result<> write_key_file(const fs::path& file, const std::string& key) {
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return system_error(errno, file);
    const std::string text = hex(key) + "\n";
    const bool written =
        ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
    const int reason = errno;
    ::close(descriptor);
    if (written) return {};
    ::unlink(file.c_str());
    return system_error(reason, file);
}

bool holds_something(const fs::path& folder) {
    std::error_code error;
    return fs::exists(folder, error) && !fs::is_empty(folder, error);
}

struct Restored {
    operations::BackupSummary summary;
    bool new_key = false;
    fs::path folder, key_file;
};

// Everything is made in a folder beside the target and moved there at the end: killed at any moment, the target is
// empty or whole. With PostgreSQL the rows come last, in one transaction.
Result<Restored> restore(const HouseOptions& options) {
    const Config config = TRY(load_settings(options.settings));
    const std::string passphrase = options.passphrase_file.empty() ? TRY(ask_secret("restore.ask_passphrase"))
                                                                   : TRY(read_password_file(options.passphrase_file));
    const operations::CheckedBackup checked = TRY(operations::check_backup(options.file, passphrase));

    const fs::path folder = data_folder(config);
    const bool sqlite = database_url(config) == "sqlite:" + (folder / "shanqi.db").string();
    if (!sqlite && database_url(config).starts_with("sqlite:"))
        return fail(ErrorKind::conflict, "restore.sqlite_elsewhere");
    if (holds_something(folder))
        return fail(ErrorKind::conflict, "restore.folder_not_empty", {{"folder", folder.string()}});
    const bool key_there = TRY(key_must_fit(config, folder, checked.master_key));

    const fs::path staging = folder.string() + ".restoring";
    std::error_code error;
    fs::remove_all(staging, error);  // what an earlier one that was killed left
    if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
    if (::mkdir(staging.c_str(), 0700) != 0) return system_error(errno, staging);
    const auto run = [&]() -> Result<> {
        for (const char* name : {"files", "scratch"})
            if (::mkdir((staging / name).c_str(), 0700) != 0) return system_error(errno, staging / name);
        const auto database = TRY(store::open_database(
            {.url = sqlite ? "sqlite:" + (staging / "shanqi.db").string() : database_url(config)}));
        TRY(store::migrate(*database, rooms_in_order()));
        const auto files = TRY(open_file_store(config, staging));
        TRY_DO(operations::restore_rows_and_files(options.file, passphrase, checked, *database, *files,
                                                  staging / "scratch"));
        const operations::InstallationContent content = TRY(operations::content_of(*database, *files));
        if (content != checked.content) return fail(ErrorKind::system, "restore.not_equal");
        return {};
    };
    if (const Result<> done = run(); !done) {
        fs::remove_all(staging, error);
        return std::unexpected(done.error());
    }
    if (!key_there) TRY_DO(write_key_file(master_key_file(config), checked.master_key));
    fs::remove(folder, error);  // an empty one
    fs::rename(staging, folder, error);
    if (error) return system_error(error.value(), folder);
    return Restored{checked.summary, !key_there, folder, master_key_file(config)};
}

}  // namespace

int run_restore(const HouseOptions& options, Language language, std::FILE* out) {
    const Result<Restored> done = restore(options);
    if (!done) return failed(done.error(), language);
    fmt::print(out, "{}\n",
               message("restore.done",
                       {{"folder", done->folder.string()},
                        {"time", iso_china(done->summary.created)},
                        {"rows", std::to_string(done->summary.rows)},
                        {"files", std::to_string(done->summary.files)}},
                       language));
    if (done->new_key) fmt::print(out, "{}\n", message("serve.new_key", {{"file", done->key_file.string()}}, language));
    return 0;
}

}  // namespace shanqi::app
