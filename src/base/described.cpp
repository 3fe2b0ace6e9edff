#include "base/described.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace shanqi {
namespace describing {

namespace json = boost::json;

std::unexpected<Error> wrong(std::string_view key, const std::string& place, Error::Arguments arguments) {
    Place where;
    where.field = place;
    return std::unexpected(Error{ErrorKind::invalid, std::string(key), std::move(arguments), std::move(where)});
}

// RFC 6901, 3: "~" is "~0" and "/" is "~1". A member's name may come from outside: it is cut.
std::string place_of(const std::string& parent, std::string_view member) {
    constexpr std::size_t shown_max = 100;
    std::string out = parent + '/';
    for (const char c : member.substr(0, shown_max)) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

std::string place_of(const std::string& parent, std::size_t index) { return parent + '/' + std::to_string(index); }

std::string_view json_name(std::string_view member) {
    if (member.ends_with('_')) member.remove_suffix(1);
    return member;
}

// "…pretty_name() [with T = shanqi::accounts::Member; …]" is "AccountsMember"; Page<Member> is
// "HttpPageAccountsMember".
std::string schema_name(std::string_view pretty) {
    const std::size_t begin = pretty.find("T = ");
    std::string_view type = begin == std::string_view::npos ? pretty : pretty.substr(begin + 4);
    type = type.substr(0, type.find_first_of(";]"));
    std::string out, part;
    const auto take = [&] {
        if (part != "shanqi" && part != "anonymous" && part != "namespace" && part != "unnamed") {
            bool capital = true;
            for (const char c : part) {
                if (c == '_') {
                    capital = true;
                } else {
                    out += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
                    capital = false;
                }
            }
        }
        part.clear();
    };
    for (const char c : type) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') {
            part += c;
        } else {
            take();
        }
    }
    take();
    return out;
}

Result<bool> read_bool(const json::value& value, const std::string& place) {
    if (const bool* found = value.if_bool()) return *found;
    return wrong("json.wrong_type", place, {{"expected", "boolean"}});
}

Result<std::int64_t> read_integer(const json::value& value, const std::string& place, std::int64_t least,
                                  std::int64_t most) {
    constexpr double exact_max = 9007199254740992.0;  // 2^53: whole numbers that were written "1.0" or "1e3"
    std::int64_t number = 0;
    if (const std::int64_t* whole = value.if_int64()) {
        number = *whole;
    } else if (value.is_uint64()) {
        return wrong("json.too_large", place, {{"limit", std::to_string(most)}});
    } else if (const double* real = value.if_double();
               real != nullptr && std::abs(*real) <= exact_max && std::trunc(*real) == *real) {
        number = static_cast<std::int64_t>(*real);
    } else {
        return wrong("json.wrong_type", place, {{"expected", "integer"}});
    }
    if (number < least || number > most) return wrong("json.too_large", place, {{"limit", std::to_string(most)}});
    return number;
}

Result<double> read_number(const json::value& value, const std::string& place) {
    if (const double* real = value.if_double(); real != nullptr && std::isfinite(*real)) return *real;
    if (const std::int64_t* whole = value.if_int64()) return static_cast<double>(*whole);
    if (const std::uint64_t* whole = value.if_uint64()) return static_cast<double>(*whole);
    return wrong("json.wrong_type", place, {{"expected", "number"}});
}

Result<std::string> read_text(const json::value& value, const std::string& place) {
    const json::string* text = value.if_string();
    if (text == nullptr) return wrong("json.wrong_type", place, {{"expected", "string"}});
    if (text->size() > limits::json_string_bytes_max)
        return wrong("json.too_large", place, {{"limit", std::to_string(limits::json_string_bytes_max)}});
    std::string out(text->data(), text->size());
    if (out.find('\0') != std::string::npos || !is_utf8(out)) return wrong("json.bad_text", place);
    return out;
}

Result<std::string> read_id(const json::value& value, const std::string& place) {
    const json::string* text = value.if_string();
    if (text == nullptr || !is_uuid(std::string_view(text->data(), text->size()))) return wrong("json.bad_id", place);
    return std::string(text->data(), text->size());
}

namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int out = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        out = out * 10 + (c - '0');
    }
    return out;
}

std::optional<Date> strict_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    if (!year || !month || !day) return std::nullopt;
    return Date::make(*year, *month, *day);
}

// RFC 3339, 5.6, "T" and "Z" in capitals; a leap second is the second before it.
std::optional<Instant> strict_instant(std::string_view text) {
    if (text.size() < 20 || text.size() > 40 || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const auto date = strict_date(text.substr(0, 10));
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
    if (!date || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    std::size_t at = 19;
    std::int64_t fraction_us = 0;
    if (text[at] == '.') {
        std::int64_t unit = 100'000;
        const std::size_t first = ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
            fraction_us += (text[at] - '0') * unit;
        if (at == first) return std::nullopt;
    }
    std::int64_t offset_s = 0;
    const std::string_view zone = text.substr(at);
    if (zone != "Z") {
        const auto hours = digits(zone, 1, 2), minutes = digits(zone, 4, 2);
        if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || !hours || !minutes ||
            *hours > 23 || *minutes > 59)
            return std::nullopt;
        offset_s = (*hours * 3600 + *minutes * 60) * (zone[0] == '-' ? -1 : 1);
    }
    const std::int64_t seconds = date->days() * 86'400 + *hour * 3600 + *minute * 60 + std::min(*second, 59) - offset_s;
    return Instant{seconds * 1'000'000 + fraction_us};
}

}  // namespace

Result<Instant> read_instant(const json::value& value, const std::string& place) {
    if (const json::string* text = value.if_string())
        if (const auto found = strict_instant(std::string_view(text->data(), text->size()))) return *found;
    return wrong("json.bad_time", place);
}

Result<Date> read_date(const json::value& value, const std::string& place) {
    if (const json::string* text = value.if_string())
        if (const auto found = strict_date(std::string_view(text->data(), text->size()))) return *found;
    return wrong("json.bad_date", place);
}

Result<const json::array*> read_array(const json::value& value, const std::string& place) {
    const json::array* array = value.if_array();
    if (array == nullptr) return wrong("json.wrong_type", place, {{"expected", "array"}});
    if (array->size() > limits::json_items_max)
        return wrong("json.too_large", place, {{"limit", std::to_string(limits::json_items_max)}});
    return array;
}

Result<const json::object*> read_object(const json::value& value, const std::string& place) {
    if (const json::object* object = value.if_object()) return object;
    return wrong("json.wrong_type", place, {{"expected", "object"}});
}

Result<std::size_t> read_choice(const json::value& value, const std::string& place,
                                const std::vector<std::string>& names) {
    if (const json::string* text = value.if_string()) {
        const auto found = std::find(names.begin(), names.end(), std::string_view(text->data(), text->size()));
        if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    }
    std::string choices;
    for (const std::string& name : names) choices += (choices.empty() ? "" : ", ") + name;
    return wrong("json.bad_choice", place, {{"choices", choices}});
}

Result<> check_members(const json::object& object, const std::string& place, const std::vector<MemberForm>& members) {
    std::size_t known = 0;
    for (const MemberForm& member : members) {
        if (object.contains(member.name)) {
            ++known;
        } else if (!member.optional) {
            return wrong("json.missing", place_of(place, member.name));
        }
    }
    if (known == object.size()) return {};
    for (const auto& [name, value] : object) {
        const std::string_view text(name.data(), name.size());
        if (std::none_of(members.begin(), members.end(), [&](const MemberForm& m) { return m.name == text; }))
            return wrong("json.unknown_member", place_of(place, text));
    }
    return {};
}

json::object schema(std::string_view type, std::string_view format) {
    json::object out{{"type", type}};
    if (!format.empty()) out["format"] = format;
    return out;
}

json::object nullable(json::object schema) {
    if (json::value* type = schema.if_contains("type"); type != nullptr && type->is_string()) {
        *type = json::array{*type, "null"};
        if (json::value* choices = schema.if_contains("enum")) choices->as_array().push_back(nullptr);
        return schema;
    }
    if (schema.empty()) return schema;  // anything
    return {{"anyOf", json::array{std::move(schema), json::object{{"type", "null"}}}}};
}

json::object choice_schema(const std::vector<std::string>& names) {
    json::array all;
    for (const std::string& name : names) all.emplace_back(name);
    return {{"type", "string"}, {"enum", std::move(all)}};
}

json::object reference(std::string_view name) { return {{"$ref", "#/components/schemas/" + std::string(name)}}; }

json::object struct_schema(json::object properties, const std::vector<MemberForm>& members) {
    json::object out{{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
    json::array required;
    for (const MemberForm& member : members)
        if (!member.optional) required.emplace_back(member.name);
    if (!required.empty()) out["required"] = std::move(required);
    return out;
}

}  // namespace describing

boost::json::value value_from_text(std::string_view text, TextForm form) {
    if (form == TextForm::boolean && (text == "true" || text == "false")) return text == "true";
    if (form == TextForm::integer) {
        std::int64_t number = 0;
        const auto [stop, error] = std::from_chars(text.begin(), text.end(), number);
        if (error == std::errc() && stop == text.end()) return number;
    }
    if (form == TextForm::number) {
        double number = 0;
        const auto [stop, error] = std::from_chars(text.begin(), text.end(), number);
        if (error == std::errc() && stop == text.end()) return number;
    }
    return boost::json::string(text);
}

}  // namespace shanqi
