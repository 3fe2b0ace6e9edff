#include "office/merge/filter.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "office/merge/merge.hpp"

namespace shanqi::office::merging {
namespace {

struct Name {
    std::string_view text;
    Filter::Kind kind;
};
constexpr std::array<Name, 7> names{{
    {"大写", Filter::Kind::capital_amount},
    {"千分位", Filter::Kind::grouped},
    {"中文日期", Filter::Kind::chinese_date},
    {"大写日期", Filter::Kind::capital_date},
    {"小数", Filter::Kind::decimals},
    {"掩码", Filter::Kind::mask},
    {"去空格", Filter::Kind::without_spaces},
}};
constexpr int decimals_max = 10;

std::vector<std::string> known_filters() {
    std::vector<std::string> known{"默认"};
    for (const Name& name : names) known.emplace_back(name.text);
    known.emplace_back("yyyy-MM-dd");
    return known;
}

std::unexpected<Error> unknown_filter(std::string_view text) {
    const std::vector<std::string> known = known_filters();
    std::string list;
    for (const std::string& one : known) list += (list.empty() ? "" : "、") + one;
    Error::Arguments arguments{{"filter", std::string(text)}, {"known", list}};
    const auto suggestion = nearest(text, known);
    if (!suggestion) return fail(ErrorKind::invalid, "merge.unknown_filter_no_suggestion", std::move(arguments));
    arguments.emplace_back("suggestion", *suggestion);
    return fail(ErrorKind::invalid, "merge.unknown_filter", std::move(arguments));
}

Problem problem(std::string_view key, const Value& value) { return {std::string(key), {{"value", value.text}}}; }

void become_text(Value& value, std::string text) {
    value.kind = Value::Kind::text;
    value.text = std::move(text);
}

Formatted<void> apply_amount(Value& value) {
    const auto number = decimal_of(value);
    if (!number || value.text.ends_with('%')) return std::unexpected(problem("merge.not_a_number", value));
    const auto fen = to_fen(*number);
    if (!fen) {
        return std::unexpected(problem(
            fen.error() == AmountProblem::too_precise ? "merge.amount_too_precise" : "merge.amount_too_large", value));
    }
    become_text(value, chinese_capital_amount(*fen));
    return {};
}

// 12.5% is 0.125 with another face: the face is what is formatted.
std::optional<Decimal> percentage_of(const Value& value) {
    return value.text.ends_with('%') ? parse_decimal(std::string_view(value.text).substr(0, value.text.size() - 1))
                                     : std::nullopt;
}

Formatted<void> apply_number(const Filter& filter, Value& value) {
    if (const auto percentage = percentage_of(value);
        percentage && (filter.kind == Filter::Kind::grouped || filter.kind == Filter::Kind::decimals)) {
        const bool grouped = filter.kind == Filter::Kind::grouped;
        become_text(value, (grouped ? percentage->grouped() : percentage->rounded(filter.number).plain()) + "%");
        return {};
    }
    const auto number = decimal_of(value);
    if (!number) return std::unexpected(problem("merge.not_a_number", value));
    switch (filter.kind) {
        case Filter::Kind::grouped:
            become_text(value, (number->fraction.size() == 1 ? number->rounded(2) : *number).grouped());
            break;
        case Filter::Kind::decimals:
            become_text(value, number->rounded(filter.number).plain());
            break;
        case Filter::Kind::number_picture:
            become_text(value, format_picture(filter.argument, *number));
            break;
        default: {
            const Decimal whole = number->rounded(0);
            if (compare(whole, *number) != 0) return std::unexpected(problem("merge.not_whole", value));
            const std::string text = chinese_count(whole.integer, filter.kind == Filter::Kind::chinese_legal);
            if (text.empty()) return std::unexpected(problem("merge.amount_too_large", value));
            become_text(value, (whole.negative ? "负" : "") + text);
        }
    }
    return {};
}

// "14:30" or "14:30:05", as exports write it after a date.
bool read_time(std::string_view text, Value& out) {
    int parts[3] = {0, 0, 0};
    int part = 0, digits = 0;
    for (const char c : text) {
        if (c == ':' && digits > 0 && part < 2) {
            ++part;
            digits = 0;
        } else if (c >= '0' && c <= '9' && digits < 2) {
            parts[part] = parts[part] * 10 + (c - '0');
            ++digits;
        } else {
            return false;
        }
    }
    out.hour = parts[0];
    out.minute = parts[1];
    out.second = parts[2];
    return part > 0 && digits == 2 && parts[0] < 24 && parts[1] < 60 && parts[2] < 60;
}

// The value with its date filled in; none where it is no date.
std::optional<Value> with_date(const Value& value) {
    if (value.kind == Value::Kind::date) return value;
    // 20260305 is a date also where the cell is a number.
    const bool readable = value.kind == Value::Kind::text || value.kind == Value::Kind::number;
    if (!readable || value.text.size() > 100) return std::nullopt;
    Value out;
    out.kind = Value::Kind::date;
    auto date = parse_date(value.text);
    const std::string text = trimmed(half_width(value.text));
    if (const std::size_t space = text.find_first_of(" T");
        !date && space != text.npos && read_time(trimmed(text.substr(space + 1)), out)) {
        date = parse_date(text.substr(0, space));
    }
    if (!date) return std::nullopt;
    out.date = *date;
    return out;
}

// A day counted from 1900, in a cell that has not the format of a date. It may be a number after all: not guessed.
Problem no_date(const Value& value) {
    constexpr int first = 18'264, end = 73'051;  // 1950 to 2099
    constexpr int day_zero = -25'569;            // 1899-12-30
    Problem out = problem("merge.not_a_date", value);
    const auto number = decimal_of(value);
    const int serial = number && !number->negative && number->integer.size() == 5 ? std::stoi(number->integer) : 0;
    if (serial < first || serial >= end) return out;
    out.key = "merge.date_serial";
    out.arguments.emplace_back("date", chinese_date(Date::from_days(day_zero + serial)));
    return out;
}

Formatted<void> apply_date(const Filter& filter, Value& value) {
    const auto dated = with_date(value);
    if (!dated) return std::unexpected(no_date(value));
    if (filter.kind == Filter::Kind::chinese_date) {
        become_text(value, chinese_date(dated->date));
    } else if (filter.kind == Filter::Kind::capital_date) {
        become_text(value, capital_date(dated->date));
    } else {
        become_text(value, format_date(filter.argument, *dated));
    }
    return {};
}

std::string without_spaces(std::string_view text) {
    std::string out;
    for (const char32_t c : to_utf32(text)) {
        const bool space =
            c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || c == 0x3000 || c == 0xFEFF || (c >= 0x2000 && c <= 0x200B);
        if (!space) append_utf8(out, c);
    }
    return out;
}

// ASCII letters only: Word's switches were made for them, and Chinese has no case.
std::string in_case(Filter::Kind kind, std::string text) {
    bool start = true;
    for (char& c : text) {
        const bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';
        const bool raise = kind == Filter::Kind::upper || (kind != Filter::Kind::lower && start);
        if (raise && lower) c = static_cast<char>(c - 'a' + 'A');
        if (kind == Filter::Kind::lower && upper) c = static_cast<char>(c - 'A' + 'a');
        start = kind == Filter::Kind::capitals && c == ' ';
    }
    return text;
}

Formatted<void> apply_one(const Filter& filter, Value& value) {
    using Kind = Filter::Kind;
    switch (filter.kind) {
        case Kind::capital_amount:
            return apply_amount(value);
        case Kind::grouped:
        case Kind::decimals:
        case Kind::number_picture:
        case Kind::chinese_counting:
        case Kind::chinese_legal:
        case Kind::chinese_thousand:
            return apply_number(filter, value);
        case Kind::chinese_date:
        case Kind::capital_date:
        case Kind::date_pattern:
            return apply_date(filter, value);
        case Kind::mask:
            become_text(value, masked(value.text));
            return {};
        case Kind::without_spaces:
            value.text = without_spaces(value.text);
            return {};
        case Kind::upper:
        case Kind::lower:
        case Kind::first_capital:
        case Kind::capitals:
            become_text(value, in_case(filter.kind, std::move(value.text)));
            return {};
    }
    return {};
}

std::string argument_of(std::string_view text, std::string_view& name) {
    const std::size_t half = text.find(':'), full = text.find("：");
    const std::size_t at = std::min(half, full);
    name = text.substr(0, at);
    if (at == text.npos) return {};
    return trimmed(text.substr(at + (at == half ? 1 : std::string_view("：").size())));
}

}  // namespace

Result<Filter> parse_filter(std::string_view text) {
    Filter filter;
    filter.written = trimmed(text);
    if (is_date_pattern(half_width(filter.written))) {
        filter.kind = Filter::Kind::date_pattern;
        filter.argument = half_width(filter.written);
        return filter;
    }
    std::string_view name;
    const std::string argument = half_width(argument_of(filter.written, name));
    const std::string wanted = folded(name);
    const auto found = std::ranges::find_if(names, [&](const Name& one) { return one.text == wanted; });
    if (found == names.end()) return unknown_filter(filter.written);
    filter.kind = found->kind;
    const bool needs_number = filter.kind == Filter::Kind::decimals;
    if (needs_number && argument.size() == 1 && argument[0] >= '0' && argument[0] <= '9') {
        filter.number = argument[0] - '0';
    } else if (needs_number || !argument.empty()) {
        return fail(ErrorKind::invalid, "merge.bad_filter_argument",
                    {{"filter", filter.written}, {"limit", std::to_string(decimals_max - 1)}});
    }
    return filter;
}

Formatted<std::string> apply(const std::vector<Filter>& filters, const Value& value) {
    Value current = value;
    for (const Filter& filter : filters) {
        if (auto done = apply_one(filter, current); !done) return std::unexpected(std::move(done).error());
    }
    return std::move(current.text);
}

std::optional<Date> date_of(const Value& value) {
    const auto dated = with_date(value);
    return dated ? std::optional(dated->date) : std::nullopt;
}

std::optional<Decimal> decimal_of(const Value& value) {
    if (value.kind == Value::Kind::number) return shanqi::decimal_of(value.number);
    if (value.kind != Value::Kind::text) return std::nullopt;
    return parse_decimal(value.text);
}

}  // namespace shanqi::office::merging
