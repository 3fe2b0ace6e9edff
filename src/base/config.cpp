#include "base/config.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <iterator>
#include <stdexcept>

#include "base/files.hpp"
#include "base/text.hpp"

// The header alone, so that the program needs no library of it; errors are values.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace shanqi {
namespace {

constexpr std::string_view environment_prefix = "SHANQI_";
constexpr std::string_view hidden = "••••••";

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> items;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        if (std::string item = trimmed(text.substr(0, comma)); !item.empty()) items.push_back(std::move(item));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return items;
}

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Place place_of(const std::string& where, const Setting& setting) {
    return {.file = where, .field = std::string(setting.name)};
}

// What was typed, checked against the kind.
Result<std::vector<std::string>> checked(const Setting& setting, std::string_view typed, const std::string& where) {
    switch (setting.kind) {
        case SettingKind::text:
            return std::vector{std::string(typed)};
        case SettingKind::list:
            return split(typed);
        case SettingKind::flag:
            if (typed == "true" || typed == "1" || typed == "yes" || typed == "on")
                return std::vector<std::string>{"1"};
            if (typed == "false" || typed == "0" || typed == "no" || typed == "off" || typed.empty())
                return std::vector<std::string>{"0"};
            return fail(ErrorKind::invalid, "config.not_a_flag", {}, place_of(where, setting));
        case SettingKind::integer:
            break;
    }
    const std::optional<std::int64_t> number = number_in(typed);
    if (!number) return fail(ErrorKind::invalid, "config.not_a_number", {}, place_of(where, setting));
    if (*number < setting.smallest || *number > setting.largest)
        return fail(ErrorKind::invalid, "config.out_of_range",
                    {{"smallest", std::to_string(setting.smallest)}, {"largest", std::to_string(setting.largest)}},
                    place_of(where, setting));
    return std::vector{std::string(typed)};
}

const Setting* find(std::span<const Setting> table, std::string_view name) {
    const auto found = std::ranges::find(table, name, &Setting::name);
    return found == table.end() ? nullptr : &*found;
}

// The same letters but for two, in whatever order: a slip of the finger, not another program's variable.
bool looks_like(std::string a, std::string b) {
    std::ranges::sort(a);
    std::ranges::sort(b);
    std::string difference;
    std::ranges::set_symmetric_difference(a, b, std::back_inserter(difference));
    return difference.size() <= 2;
}

std::unexpected<Error> unknown(std::span<const Setting> table, const std::string& name, const std::string& where) {
    std::vector<std::string> names;
    for (const Setting& setting : table) names.emplace_back(setting.name);
    const std::optional<std::string> near = nearest(name, names);
    return fail(ErrorKind::invalid, near ? "config.unknown_near" : "config.unknown",
                {{"name", name}, {"suggestion", near.value_or("")}}, {.file = where});
}

class TomlReader {
public:
    using Put = std::function<void(const Setting&, std::vector<std::string>, std::string where)>;
    TomlReader(std::span<const Setting> table, std::string file, Put put)
        : table_(table), file_(std::move(file)), put_(std::move(put)) {}

    // Tables become dotted names: [http] port is "http.port".
    Result<> read(const toml::table& table, const std::string& prefix) const {
        for (const auto& [key, node] : table) {
            const std::string name = prefix + std::string(key.str());
            const Setting* setting = find(table_, name);
            const std::string where = file_ + ":" + std::to_string(key.source().begin.line);
            if (setting == nullptr) {
                if (const toml::table* inner = node.as_table()) {
                    TRY_DO(read(*inner, name + "."));
                    continue;
                }
                return unknown(table_, name, where);
            }
            std::vector<std::string> read = TRY(items(*setting, node, where));
            put_(*setting, std::move(read), where);
        }
        return {};
    }

private:
    static Result<std::vector<std::string>> items(const Setting& setting, const toml::node& node,
                                                  const std::string& where) {
        const auto wrong = [&] { return fail(ErrorKind::invalid, "config.wrong_type", {}, place_of(where, setting)); };
        if (setting.kind == SettingKind::list) {
            const toml::array* array = node.as_array();
            if (array == nullptr) return wrong();
            std::vector<std::string> all;
            for (const toml::node& item : *array) {
                const std::optional<std::string> text = item.value_exact<std::string>();
                if (!text) return wrong();
                all.push_back(*text);
            }
            return all;
        }
        std::optional<std::string> typed;
        if (setting.kind == SettingKind::text) typed = node.value_exact<std::string>();
        if (setting.kind == SettingKind::integer) {
            if (const auto number = node.value_exact<std::int64_t>()) typed = std::to_string(*number);
        }
        if (setting.kind == SettingKind::flag) {
            if (const auto flag = node.value_exact<bool>()) typed = *flag ? "true" : "false";
        }
        if (!typed) return wrong();
        return checked(setting, *typed, where);
    }

    std::span<const Setting> table_;
    std::string file_;
    Put put_;
};

}  // namespace

std::string environment_name(std::string_view setting) {
    std::string name(environment_prefix);
    for (const char c : setting) name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return name;
}

namespace {

// libpq takes it as a parameter too: postgres://host/database?user=u&password=p.
std::string without_secret_parameters(std::string_view url) {
    std::string out(url);
    for (const std::string_view name : {"password=", "sslpassword="}) {
        for (std::size_t at = out.find(name); at != std::string::npos; at = out.find(name, at + 1)) {
            if (at == 0 || (out[at - 1] != '?' && out[at - 1] != '&')) continue;
            const std::size_t begin = at + name.size();
            out.replace(begin, std::min(out.find('&', begin), out.size()) - begin, hidden);
        }
    }
    return out;
}

}  // namespace

std::string without_password(std::string_view given) {
    const std::string safe = without_secret_parameters(given);
    const std::string_view url = safe;
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return std::string(url);
    const std::size_t begin = scheme + 3;
    const std::size_t at = url.substr(begin, url.find('/', begin) - begin).rfind('@');
    if (at == std::string_view::npos) return std::string(url);
    const std::size_t colon = url.substr(begin, at).find(':');
    if (colon == std::string_view::npos) return std::string(url);
    return std::string(url.substr(0, begin + colon + 1)) + std::string(hidden) + std::string(url.substr(begin + at));
}

Result<Config> Config::load(std::span<const Setting> table, const ConfigInputs& inputs) {
    Config config;
    config.table_ = table;
    for (const Setting& setting : table) {
        const auto items = checked(setting, setting.built_in, "built in");
        if (!items) throw std::logic_error("a built-in value is not of its kind: " + std::string(setting.name));
        config.values_[std::string(setting.name)] = {*items, SettingSource::built_in, ""};
    }
    const auto put = [&](const Setting& setting, std::vector<std::string> items, SettingSource source,
                         std::string where) {
        config.values_[std::string(setting.name)] = {std::move(items), source, std::move(where)};
    };

    if (!inputs.file.empty()) {
        const std::string text = TRY(read_file(inputs.file, limits::config_file_bytes_max));
        const std::string file = inputs.file.string();
        const toml::parse_result parsed = toml::parse(text, file);
        if (!parsed) {
            const toml::parse_error& error = parsed.error();
            return fail(ErrorKind::invalid, "config.malformed", {{"reason", std::string(error.description())}},
                        {.file = file, .row = static_cast<long>(error.source().begin.line)});
        }
        const TomlReader reader(table, file,
                                [&](const Setting& setting, std::vector<std::string> items, std::string where) {
                                    put(setting, std::move(items), SettingSource::file, std::move(where));
                                });
        TRY_DO(reader.read(parsed.table(), ""));
    }

    for (const auto& [name, typed] : inputs.environment) {
        if (!name.starts_with(environment_prefix)) continue;
        const auto found =
            std::ranges::find_if(table, [&](const Setting& setting) { return environment_name(setting.name) == name; });
        if (found != table.end()) {
            std::vector<std::string> items = TRY(checked(*found, typed, name));
            put(*found, std::move(items), SettingSource::environment, name);
            continue;
        }
        // Other programs of ours have variables of their own; only what looks like a slip of the finger is refused.
        std::vector<std::string> names;
        for (const Setting& setting : table) names.push_back(environment_name(setting.name));
        const std::optional<std::string> near = nearest(name, names);
        if (near && looks_like(name, *near))
            return fail(ErrorKind::invalid, "config.unknown_near", {{"name", name}, {"suggestion", *near}});
    }

    for (const ConfigInputs::Flag& flag : inputs.flags) {
        const Setting* setting = find(table, flag.name);
        if (setting == nullptr) return unknown(table, flag.name, flag.spelled);
        std::vector<std::string> items = TRY(checked(*setting, flag.value, flag.spelled));
        put(*setting, std::move(items), SettingSource::flag, flag.spelled);
    }
    return config;
}

const SettingValue& Config::value(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw std::logic_error("no such setting: " + std::string(name));
    return found->second;
}

const SettingValue& Config::of_kind(std::string_view name, SettingKind kind) const {
    const SettingValue& found = value(name);
    if (find(table_, name)->kind != kind) throw std::logic_error("a setting of another kind: " + std::string(name));
    return found;
}

const std::string& Config::text(std::string_view name) const { return of_kind(name, SettingKind::text).items.front(); }

std::int64_t Config::integer(std::string_view name) const {
    return *number_in(of_kind(name, SettingKind::integer).items.front());
}

bool Config::flag(std::string_view name) const { return of_kind(name, SettingKind::flag).items.front() == "1"; }

const std::vector<std::string>& Config::list(std::string_view name) const {
    return of_kind(name, SettingKind::list).items;
}

std::string Config::shown(const Setting& setting) const {
    const SettingValue& found = value(setting.name);
    std::string joined;
    for (const std::string& item : found.items) joined += (joined.empty() ? "" : ", ") + item;
    if (setting.kind == SettingKind::flag) return joined == "1" ? "true" : "false";
    if (setting.secret) return joined.empty() ? "" : std::string(hidden);
    return without_password(joined);
}

}  // namespace shanqi
