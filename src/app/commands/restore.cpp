#include "app/server/restore.hpp"

#include <fmt/core.h>

#include "app/commands/house_options.hpp"
#include "app/server/terminal.hpp"
#include "base/files.hpp"

namespace shanqi::app {
namespace {

Result<Restored> restore(const HouseOptions& options) {
    const Config config = TRY(load_settings(options.settings));
    const std::string passphrase = options.passphrase_file.empty() ? TRY(ask_secret("restore.ask_passphrase"))
                                                                   : TRY(read_password_file(options.passphrase_file));
    return restore_backup(config, options.file, passphrase);
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
