// Settings from one TOML file, the environment and flags, in this order from weak to strong. Each value remembers where
// it came from, and a name that no table knows is refused: a typing error is told, not ignored. Which settings there
// are, the program's table says (app/settings.cpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace shanqi {

namespace limits {
constexpr std::uint64_t config_file_bytes_max = 1U << 20U;
}

enum class SettingKind { text, integer, flag, list };

struct Setting {
    std::string_view name;  // "http.port": [http] port in TOML, SHANQI_HTTP_PORT in the environment
    SettingKind kind = SettingKind::text;
    std::string_view built_in;  // the value when nobody says anything, as it would be typed; lists by commas
    std::string_view help;      // message key
    bool secret = false;        // never shown, never logged
    std::int64_t smallest = 0;  // of an integer
    std::int64_t largest = std::numeric_limits<std::int64_t>::max();
};

enum class SettingSource { built_in, file, environment, flag };

struct SettingValue {
    std::vector<std::string> items;  // one, except of a list
    SettingSource source = SettingSource::built_in;
    std::string where;  // "/etc/shanqi/shanqi.toml:12", "SHANQI_HTTP_PORT", "--port"
};

struct ConfigInputs {
    std::filesystem::path file;                                    // "": none
    std::vector<std::pair<std::string, std::string>> environment;  // all of it; what is not SHANQI_… is passed over
    struct Flag {
        std::string name, value, spelled;  // "http.port", "8080", "--port"
    };
    std::vector<Flag> flags;
};

class Config {
public:
    // Errors: config.malformed, config.unknown, config.unknown_near, config.wrong_type, config.not_a_number,
    // config.out_of_range, config.not_a_flag; each with the place where it stands.
    static Result<Config> load(std::span<const Setting> table, const ConfigInputs&);

    // Asking for a name or a kind that the table does not have is a bug and throws std::logic_error.
    const std::string& text(std::string_view name) const;
    std::int64_t integer(std::string_view name) const;
    bool flag(std::string_view name) const;
    const std::vector<std::string>& list(std::string_view name) const;

    bool given(std::string_view name) const { return value(name).source != SettingSource::built_in; }
    const SettingValue& value(std::string_view name) const;
    std::span<const Setting> table() const { return table_; }
    // As `shanqi config` prints it: secrets as dots, and the password in an address ("postgres://user:…@host") too.
    std::string shown(const Setting&) const;

private:
    const SettingValue& of_kind(std::string_view name, SettingKind kind) const;
    std::span<const Setting> table_;
    std::map<std::string, SettingValue, std::less<>> values_;
};

// "http.port" is SHANQI_HTTP_PORT.
std::string environment_name(std::string_view setting);

// The password of a URL as dots: "postgres://user:•••@host/db".
std::string without_password(std::string_view url);

}  // namespace shanqi
