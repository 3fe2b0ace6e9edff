#include "base/messages.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <cstdlib>
#include <unordered_map>

#include "base/embedded_messages.hpp"

namespace shanqi {
namespace {

using Table = std::unordered_map<std::string, std::string>;

Table read_table(std::string_view language) {
    Table table;
    for (const EmbeddedMessages& part : embedded_messages()) {
        if (part.language != language) continue;
        // The JSON is our own, checked by a test: a mistake in it is a bug and may throw.
        const boost::json::value parsed =
            boost::json::parse(boost::json::string_view(part.json.data(), part.json.size()));
        for (const auto& [key, text] : parsed.as_object())
            table.emplace(std::string(key), std::string(text.as_string()));
    }
    return table;
}

// Traditional Chinese is made from the Simplified by script/traditional; a sentence that it does not have yet stays
// Simplified.
Table read_traditional(const Table& simplified) {
    Table table = read_table("zh-Hant");
    table.insert(simplified.begin(), simplified.end());
    return table;
}

const Table& table_of(Language language) {
    static const Table zh_hans = read_table("zh-Hans");
    static const Table zh_hant = read_traditional(zh_hans);
    static const Table en = read_table("en");
    switch (language) {
        case Language::zh_hans:
            break;
        case Language::zh_hant:
            return zh_hant;
        case Language::en:
            return en;
    }
    return zh_hans;
}

std::string fill(std::string_view sentence, const Error::Arguments& arguments) {
    std::string out;
    for (std::size_t at = 0; at < sentence.size();) {
        const std::size_t close = sentence[at] == '{' ? sentence.find('}', at) : std::string_view::npos;
        if (close == std::string_view::npos) {
            out += sentence[at++];
            continue;
        }
        const std::string_view name = sentence.substr(at + 1, close - at - 1);
        bool found = false;
        for (const auto& [key, value] : arguments) {
            if (key != name) continue;
            out += value;
            found = true;
            break;
        }
        if (!found) out += sentence.substr(at, close - at + 1);
        at = close + 1;
    }
    return out;
}

std::string place_text(const Place& place, Language language) {
    std::string out;
    const auto add = [&](std::string_view key, std::string value) {
        if (!out.empty()) out += language == Language::en ? ", " : "，";
        out += message(key, {{"value", std::move(value)}}, language);
    };
    out += place.file;
    if (!place.sheet.empty()) add("place.sheet", place.sheet);
    if (!place.cell.empty()) {
        add("place.cell", place.cell);
    } else if (place.row > 0) {
        add("place.row", std::to_string(place.row));
    }
    if (!place.field.empty()) add("place.field", place.field);
    if (place.page > 0) add("place.page", std::to_string(place.page));
    return out;
}

}  // namespace

Language language_of_environment() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read once, before threads start
        if (value != nullptr && *value != '\0') return language_of_tag(value).value_or(Language::zh_hans);
    }
    return Language::zh_hans;
}

std::optional<Language> language_of_tag(std::string_view tag) {
    std::string lower;  // "zh_TW.UTF-8" -> "zh-tw"
    for (const char c : tag.substr(0, tag.find('.')))
        lower += c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    if (lower.starts_with("en")) return Language::en;
    if (!lower.starts_with("zh")) return std::nullopt;
    for (const std::string_view traditional : {"zh-hant", "zh-tw", "zh-hk", "zh-mo"})
        if (lower.starts_with(traditional)) return Language::zh_hant;
    return Language::zh_hans;
}

std::string_view tag_of(Language language) {
    switch (language) {
        case Language::zh_hans:
            break;
        case Language::zh_hant:
            return "zh-Hant";
        case Language::en:
            return "en";
    }
    return "zh-Hans";
}

std::string message(std::string_view key, const Error::Arguments& arguments, Language language) {
    const Table& table = table_of(language);
    Error::Arguments filled = arguments;
    for (auto& [name, value] : filled) {
        if (!name.starts_with('@')) continue;
        name.erase(0, 1);
        value = message(value, {}, language);
    }
    if (const auto found = table.find(std::string(key)); found != table.end()) return fill(found->second, filled);
    std::string out(key);
    for (const auto& [name, value] : filled) out += fmt::format(" {}={}", name, value);
    return out;
}

std::string message(const Error& error, Language language) {
    const std::string where = place_text(error.place, language);
    const std::string what = message(error.key, error.arguments, language);
    return where.empty() ? what : where + (language == Language::en ? ": " : "：") + what;
}

}  // namespace shanqi
