// Every setting of the program in one table, and the folders that it finds by itself.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/config.hpp"

namespace shanqi::app {

std::span<const Setting> settings_table();

struct SettingsInputs {
    std::string
        config_file;  // --config; "": ~/.config/shanqi/shanqi.toml or /etc/shanqi/shanqi.toml, where there is one
    std::vector<ConfigInputs::Flag> flags;
};
// With the environment of the process. Errors: those of Config::load; file.not_found for a file that was named.
Result<Config> load_settings(const SettingsInputs&);
std::filesystem::path config_file_in_force(const SettingsInputs&);  // "": none

// Where things lie when nobody says: $STATE_DIRECTORY under systemd, else ~/.local/share/shanqi (XDG base directories).
std::filesystem::path data_folder(const Config&);
std::filesystem::path backup_folder(const Config&);
std::filesystem::path master_key_file(const Config&);
std::string database_url(const Config&);
// The built web UI: what the setting says, beside the executable (web/dist of a checkout, ../share/shanqi/web of an
// installation), or /usr/share/shanqi/web. "": nowhere.
std::filesystem::path web_folder(const Config&);

}  // namespace shanqi::app
