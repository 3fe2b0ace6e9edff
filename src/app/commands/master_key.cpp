#include "app/commands/master_key.hpp"

#include <fmt/core.h>

#include "app/server/key_change.hpp"
#include "app/server/terminal.hpp"
#include "base/files.hpp"

namespace shanqi::app {
namespace {

void tell(const KeyChange& change, std::string_view outcome, Language language, std::FILE* out) {
    const auto say = [&](std::string_view key, const Error::Arguments& arguments) {
        fmt::print(out, "{}\n", message(key, arguments, language));
    };
    if (change.finished_earlier_one) say("master_key.finished", {});
    say(outcome, {{"count", std::to_string(change.keys)}, {"file", change.in_force.string()}});
    if (!change.previous.empty()) say("master_key.previous", {{"file", change.previous.string()}});
    say("master_key.backup", {});
}

Result<std::string> new_passphrase(const std::filesystem::path& file, bool first) {
    if (!file.empty()) return read_password_file(file);
    return first ? ask_new_secret("app.new_passphrase", "app.passphrase_again") : ask_secret("app.new_passphrase");
}

}  // namespace

int run_master_key_rotate(const HouseOptions& options, Language language, std::FILE* out) {
    const auto config = load_settings(options.settings);
    if (!config) return failed(config.error(), language);
    const auto change = rotate_master_key(*config, options.file);
    if (!change) return failed(change.error(), language);
    tell(*change, options.file.empty() ? "master_key.rotated" : "master_key.rotated_into", language, out);
    return 0;
}

int run_master_key_passphrase(const HouseOptions& options, Language language, std::FILE* out) {
    const auto config = load_settings(options.settings);
    if (!config) return failed(config.error(), language);
    const auto change =
        change_passphrase(*config, [&](bool first) { return new_passphrase(options.passphrase_file, first); });
    if (!change) return failed(change.error(), language);
    tell(*change, "master_key.passphrase_changed", language, out);
    return 0;
}

}  // namespace shanqi::app
