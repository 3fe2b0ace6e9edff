#include <fmt/core.h>

#include "app/commands/house_options.hpp"
#include "app/server/installation.hpp"
#include "app/server/terminal.hpp"
#include "base/files.hpp"
#include "modules/operations/backup_stream.hpp"

namespace shanqi::app {
namespace {

Result<operations::BackupSummary> backup(const HouseOptions& options) {
    const Config config = TRY(load_settings(options.settings));
    // No lock and no migration: a server may be at work here.
    const auto installation = TRY(Installation::open(config, {}));
    const std::string passphrase = options.passphrase_file.empty()
                                       ? TRY(ask_new_secret("backup.ask_passphrase", "app.passphrase_again"))
                                       : TRY(read_password_file(options.passphrase_file));
    return operations::create_backup(installation->database(), installation->files(), installation->master_key(),
                                     options.file, passphrase, system_clock().now(), SHANQI_VERSION);
}

}  // namespace

int run_backup(const HouseOptions& options, Language language, std::FILE* out) {
    const Result<operations::BackupSummary> made = backup(options);
    if (!made) return failed(made.error(), language);
    fmt::print(out, "{}\n",
               message("backup.made",
                       {{"file", options.file.string()},
                        {"rows", std::to_string(made->rows)},
                        {"tables", std::to_string(made->tables)},
                        {"files", std::to_string(made->files)},
                        {"megabytes", fmt::format("{:.1f}", static_cast<double>(made->bytes) / 1e6)}},
                       language));
    if (made->damaged_files.empty()) return 0;
    fmt::print(stderr, "{}\n",
               message("backup.damaged_files",
                       {{"count", std::to_string(made->damaged_files.size())}, {"first", made->damaged_files.front()}},
                       language));
    return 3;
}

}  // namespace shanqi::app
