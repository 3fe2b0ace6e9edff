#include <boost/json.hpp>
#include <fmt/core.h>

#include "app/commands/house_options.hpp"
#include "base/text.hpp"

namespace shanqi::app {
namespace {

std::string where_of(const SettingValue& value, Language language) {
    switch (value.source) {
        case SettingSource::built_in:
            return message("config.from_built_in", {}, language);
        case SettingSource::file:
            return value.where;
        case SettingSource::environment:
            return message("config.from_environment", {{"name", value.where}}, language);
        default:
            return message("config.from_flag", {{"name", value.where}}, language);
    }
}

// What a setting that is empty comes to on this machine.
std::string found_by_itself(const Config& config, std::string_view name) {
    if (name == "data") return data_folder(config).string();
    if (name == "database") return without_password(database_url(config));
    if (name == "web") return web_folder(config).string();
    if (name == "master_key.file") return master_key_file(config).string();
    if (name == "backup.folder") return backup_folder(config).string();
    return {};
}

std::string padded(const std::string& text, int width) {
    const int missing = width - terminal_width(text);
    return text + std::string(static_cast<std::size_t>(std::max(missing, 1)), ' ');
}

}  // namespace

int failed(const Error& error, Language language) {
    fmt::print(stderr, "{}\n", message(error, language));
    return 1;
}

int run_config(const HouseOptions& options, Language language, std::FILE* out) {
    const Result<Config> config = load_settings(options.settings);
    if (!config) return failed(config.error(), language);
    if (options.json) {
        boost::json::object all;
        for (const Setting& setting : config->table()) {
            std::string shown = config->shown(setting);
            if (shown.empty()) shown = found_by_itself(*config, setting.name);
            all[boost::json::string_view(setting.name.data(), setting.name.size())] =
                boost::json::object{{"value", shown}, {"from", where_of(config->value(setting.name), language)}};
        }
        fmt::print(out, "{}\n", boost::json::serialize(all));
        return 0;
    }
    const std::filesystem::path file = config_file_in_force(options.settings);
    fmt::print(out, "{}\n\n",
               file.empty() ? message("config.no_file", {}, language)
                            : message("config.file", {{"file", file.string()}}, language));
    for (const Setting& setting : config->table()) {
        std::string shown = config->shown(setting);
        if (shown.empty()) shown = found_by_itself(*config, setting.name);
        fmt::print(out, "{}{}{}\n{}{}\n", padded(std::string(setting.name), 28),
                   padded(shown.empty() ? "-" : shown, 44), where_of(config->value(setting.name), language),
                   std::string(28, ' '), message(setting.help, {}, language));
    }
    return 0;
}

}  // namespace shanqi::app
