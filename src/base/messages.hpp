// Sentences for people. They live in i18n/<language>.json beside each room, are embedded at build time
// (cmake/Messages.cmake) and looked up by key: {"csv.bad_encoding": "…{file}…"}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shanqi {

enum class Language { zh_hans, zh_hant, en };

// From LC_ALL, LC_MESSAGES, LANG in this order; "en…" is English, "zh_TW…", "zh_HK…", "zh_MO…" Traditional Chinese,
// everything else Simplified.
Language language_of_environment();

// "zh-Hans", "zh-Hant", "en" (BCP 47); what else begins with zh or en is taken for the nearest. None: another language.
std::optional<Language> language_of_tag(std::string_view tag);
std::string_view tag_of(Language);

// The sentence for `key` with {name} replaced by the argument. An argument "@name" is itself a key: its sentence stands
// for {name}. A key that does not exist comes back as
// itself with its arguments, so that a missing translation is never a missing error.
std::string message(std::string_view key, const Error::Arguments& arguments, Language language);

// The sentence of an error with its place in front: "schools.xlsx，工作表“学校”，C12：…".
std::string message(const Error& error, Language language);

}  // namespace shanqi
