#include "office/tables/values.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "base/identity.hpp"
#include "base/text.hpp"

namespace shanqi::office::tables {
namespace {

constexpr int significant_digits = 15;                    // what a spreadsheet program keeps of a number typed in
constexpr double digits_kept_max = 1e15;                  // integers from here on have 16 digits or more
constexpr double exact_integer_max = 9007199254740992.0;  // 2^53
constexpr double serial_max = 2958466.0;                  // 10000-01-01 in the 1900 system
constexpr std::int64_t epoch_1904_days = -24107;          // 1904-01-01 from 1970-01-01
constexpr std::int64_t epoch_1900_days = -25569;          // 1899-12-30: serials after the missing 1900-02-29

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What a reader sees of it: fifteen significant digits, no exponent, no zeros behind.
std::string number_text(double number) {
    if (number == 0) return "0";
    if (std::abs(number) <= exact_integer_max && number == std::trunc(number))
        return std::to_string(static_cast<std::int64_t>(number));
    std::array<char, 64> scientific{};
    const auto rounded = std::to_chars(scientific.data(), scientific.data() + scientific.size(), number,
                                       std::chars_format::scientific, significant_digits - 1);
    double shown = 0;
    std::from_chars(scientific.data(), rounded.ptr, shown);
    std::array<char, 400> out{};
    const auto end = std::to_chars(out.data(), out.data() + out.size(), shown, std::chars_format::fixed);
    return {out.data(), end.ptr};
}

// An integer of sixteen digits or more is only whole when its text in the file has all of them and a double can
// hold them: spreadsheet programs write zeros from the sixteenth digit on.
bool lost_digits(std::string_view raw, double number) {
    if (std::abs(number) < digits_kept_max || std::abs(number) > 1e30) return std::abs(number) >= digits_kept_max;
    const bool plain = raw.find_first_not_of("0123456789-") == std::string_view::npos;
    return !plain || std::abs(number) > exact_integer_max || raw.back() == '0';
}

std::string clock_text(int hour, int minute, int second, bool seconds) {
    return seconds ? fmt::format("{:02}:{:02}:{:02}", hour, minute, second) : fmt::format("{:02}:{:02}", hour, minute);
}

Value date_and_time(Date date, std::int64_t second_of_day, const NumberFormat& format) {
    Value value{.kind = Value::Kind::date, .date = date};
    value.text = format.month_only ? fmt::format("{}年{}月", date.year, date.month) : chinese_date(date);
    if (format.with_time) {
        value.hour = static_cast<int>(second_of_day / 3600);
        value.minute = static_cast<int>(second_of_day / 60 % 60);
        value.second = static_cast<int>(second_of_day % 60);
        if (second_of_day != 0)
            value.text += " " + clock_text(value.hour, value.minute, value.second, value.second != 0);
    }
    return value;
}

Value date_of_serial(double serial, const NumberFormat& format, bool dates_1904) {
    if (!(serial >= 0) || serial >= serial_max) return error_cell("########");  // as the programs show it
    // Half a second is added so that 0.99999999 days is the next midnight, as shown.
    auto days = static_cast<std::int64_t>(std::floor(serial));
    auto seconds = static_cast<std::int64_t>(std::floor((serial - static_cast<double>(days)) * 86'400 + 0.5));
    if (seconds == 86'400) {
        ++days;
        seconds = 0;
    }
    if (!dates_1904) {
        // The 1900 system has a 29 February 1900 (serial 60) and a day 0 (ECMA-376 part 1, 18.17.4.1).
        if (days == 0) return {.kind = Value::Kind::text, .text = "1900年1月0日"};
        if (days == 60) return {.kind = Value::Kind::text, .text = "1900年2月29日"};
        if (days < 60) ++days;
    }
    const std::int64_t since_1970 = days + (dates_1904 ? epoch_1904_days : epoch_1900_days);
    constexpr std::int64_t last_day = 2'932'896;  // 9999-12-31
    if (since_1970 > last_day) return error_cell("########");
    return date_and_time(Date::from_days(since_1970), seconds, format);
}

Value time_of_serial(double serial, const NumberFormat& format) {
    if (!(serial >= 0) || serial >= serial_max) return error_cell("########");
    const auto seconds = static_cast<std::int64_t>(std::floor(serial * 86'400 + 0.5));
    const std::int64_t hours = format.elapsed ? seconds / 3600 : seconds / 3600 % 24;
    return {.kind = Value::Kind::text,
            .text = clock_text(static_cast<int>(hours), static_cast<int>(seconds / 60 % 60),
                               static_cast<int>(seconds % 60), format.seconds),
            .number = serial};
}

bool is_error_name(std::string_view text) {
    for (const std::string_view name : {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!",
                                        "#CALC!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!"}) {
        if (text == name) return true;
    }
    return text == uncalculated;
}

// A number in scientific notation in a text cell. A spreadsheet program writes "1.38E+10" (sign, two digits)
// for display and drops digits; programs write "1.3800138E10" for an exact number.
struct Scientific {
    std::string digits;  // of the mantissa, without point
    int exponent = 0;
    bool display_form = false;
};

std::optional<Scientific> parse_scientific(std::string_view text) {
    Scientific out;
    std::size_t at = 0;
    const auto digit_at = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
    if (!digit_at(0) || text[0] == '0') return std::nullopt;
    out.digits = text[at++];
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (!digit_at(at)) return std::nullopt;
        while (digit_at(at)) out.digits += text[at++];
    }
    if (at >= text.size() || (text[at] != 'E' && text[at] != 'e')) return std::nullopt;
    ++at;
    out.display_form = at < text.size() && text[at] == '+';
    if (out.display_form) ++at;
    if (text.size() - at < (out.display_form ? 2U : 1U) || text.size() - at > 3) return std::nullopt;
    for (; at < text.size(); ++at) {
        if (!is_digit(text[at])) return std::nullopt;
        out.exponent = out.exponent * 10 + (text[at] - '0');
    }
    return out;
}

std::optional<Value> scientific_text(std::string_view text) {
    constexpr int mobile_exponent = 10, exponent_min = 9, digits_max = 30;  // below it is a code such as 3E5
    const std::optional<Scientific> parsed = parse_scientific(text);
    if (!parsed || parsed->exponent < exponent_min) return std::nullopt;
    const auto digits_given = static_cast<int>(parsed->digits.size());
    const int digits_needed = parsed->exponent + 1;
    const bool all_given = digits_given == digits_needed;
    const bool exact_program_form =
        !parsed->display_form && digits_given <= digits_needed && parsed->exponent == mobile_exponent;
    if ((all_given || exact_program_form) && digits_needed <= digits_max) {
        const std::string full =
            parsed->digits + std::string(static_cast<std::size_t>(digits_needed - digits_given), '0');
        if (all_given || is_mobile_number(full)) return Value{.kind = Value::Kind::text, .text = full};
    }
    if (parsed->display_form || parsed->digits.size() > 1)
        return Value{.kind = Value::Kind::damaged, .text = std::string(text)};
    return std::nullopt;
}

// "13800138000.0": a telephone that went through a column of floats is whole; a longer number lost digits there.
std::optional<Value> float_text(std::string_view text) {
    if (!text.ends_with(".0")) return std::nullopt;
    const std::string_view digits = text.substr(0, text.size() - 2);
    if (is_mobile_number(digits)) return Value{.kind = Value::Kind::text, .text = std::string(digits)};
    const bool too_long = digits.size() > significant_digits && std::all_of(digits.begin(), digits.end(), is_digit);
    return too_long ? std::optional(Value{.kind = Value::Kind::damaged, .text = std::string(text)}) : std::nullopt;
}

// Whether the whole (half-width) text is a number, a date, a telephone or an identity: its white space and width
// carry nothing then.
bool is_plain_data(std::string_view text) {
    if (is_credit_code(text) || check_identity_number(text) == IdentityNumberCheck::valid) return true;
    bool any_digit = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (is_digit(c)) {
            any_digit = true;
        } else if (std::string_view("+-.,/:() %").find(c) == std::string_view::npos) {
            bool sign = false;
            for (const std::string_view word : {"年", "月", "日", "号", "时", "分", "秒", "￥", "¥", "元"}) {
                sign = sign || text.substr(at).starts_with(word);
            }
            if (!sign) return false;
            at += (static_cast<unsigned char>(c) >= 0xE0 ? 3 : 2) - 1;
        }
    }
    return any_digit;
}

// Most cells are words, to which no rule of text_cell applies: no white space at the ends, no digit or '#' in
// front, no full-width character (lead byte EF).
bool is_plain_word(std::string_view text) {
    if (text.empty()) return false;
    const auto front = static_cast<unsigned char>(text.front()), back = static_cast<unsigned char>(text.back());
    const bool plain_front = front > ' ' && front != '#' && !is_digit(text.front()) && front != 0xC2 && front != 0xE3;
    const bool plain_back = back > ' ' && !text.ends_with("\xC2\xA0") && !text.ends_with("\xE3\x80\x80");
    return plain_front && plain_back && text.find('\xEF') == std::string_view::npos;
}

// Fifteen digits at most, as nearly all numbers in lists: no rounding and no exponent to think of.
std::optional<Value> small_integer(std::string_view raw) {
    if (raw.empty() || raw.size() > significant_digits || (raw[0] == '0' && raw.size() > 1)) return std::nullopt;
    std::int64_t number = 0;
    for (const char c : raw) {
        if (!is_digit(c)) return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return Value{.kind = Value::Kind::number, .text = std::string(raw), .number = static_cast<double>(number)};
}

}  // namespace

std::string column_letters(int index) {
    std::string out;
    for (int rest = index + 1; rest > 0; rest = (rest - 1) / 26) out += static_cast<char>('A' + (rest - 1) % 26);
    std::reverse(out.begin(), out.end());
    return out;
}

std::string cell_name(int column, std::int64_t row) { return column_letters(column) + std::to_string(row); }

Value boolean_cell(bool value) {
    return {.kind = Value::Kind::boolean, .text = value ? "是" : "否", .number = value ? 1.0 : 0.0};
}

Value error_cell(std::string text) { return {.kind = Value::Kind::error, .text = std::move(text)}; }

Value number_cell(std::string_view raw, const NumberFormat& format, bool dates_1904) {
    if (format == NumberFormat{}) {
        if (auto value = small_integer(raw)) return *std::move(value);
    }
    while (!raw.empty() && (raw.front() == ' ' || raw.front() == '\n' || raw.front() == '\r' || raw.front() == '\t'))
        raw.remove_prefix(1);
    while (!raw.empty() && (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r' || raw.back() == '\t'))
        raw.remove_suffix(1);
    if (raw.empty()) return {};
    if (raw.front() == '+') raw.remove_prefix(1);
    double number = 0;
    const auto parsed = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != raw.data() + raw.size() || !std::isfinite(number)) {
        return error_cell(std::string(raw));
    }
    if (format.kind == NumberFormat::Kind::date) return date_of_serial(number, format, dates_1904);
    if (format.kind == NumberFormat::Kind::time) return time_of_serial(number, format);
    if (lost_digits(raw, number)) return {.kind = Value::Kind::damaged, .text = std::string(raw), .number = number};
    Value value{.kind = Value::Kind::number, .text = number_text(number), .number = number};
    if (format.kind == NumberFormat::Kind::percent) value.text = number_text(number * 100) + "%";
    if (value.text.size() < format.zeros && number >= 0 && number == std::trunc(number)) {
        value.text.insert(0, format.zeros - value.text.size(), '0');  // a code such as 000123
    }
    return value;
}

Value text_cell(std::string text) {
    if (is_plain_word(text)) return {.kind = Value::Kind::text, .text = std::move(text)};
    bool plain_ascii = true;
    for (const char c : text) plain_ascii = plain_ascii && static_cast<unsigned char>(c) < 0x80;
    const std::string half = trimmed(plain_ascii ? std::string_view(text) : std::string_view(half_width(text)));
    if (half.empty()) return {};
    if (half.front() == '#' && is_error_name(half)) return error_cell(half);
    if (is_digit(half.front())) {
        if (auto scientific = scientific_text(half)) return *std::move(scientific);
        if (auto whole = float_text(half)) return *std::move(whole);
    }
    if (half.size() != text.size() && is_plain_data(half)) text = half;
    return {.kind = Value::Kind::text, .text = std::move(text)};
}

Value iso_date_cell(std::string_view iso) {
    const auto number = [&](std::size_t at, std::size_t size) -> int {
        int value = 0;
        if (at + size > iso.size()) return -1;
        for (const char c : iso.substr(at, size)) {
            if (!is_digit(c)) return -1;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    const std::optional<Date> date = iso.size() >= 10 && iso[4] == '-' && iso[7] == '-'
                                         ? Date::make(number(0, 4), number(5, 2), number(8, 2))
                                         : std::nullopt;
    if (!date) return text_cell(std::string(iso));
    if (iso.size() < 16 || iso[10] != 'T') return date_and_time(*date, 0, {.kind = NumberFormat::Kind::date});
    const int hour = number(11, 2), minute = number(14, 2), second = iso.size() >= 19 ? number(17, 2) : 0;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return text_cell(std::string(iso));
    return date_and_time(*date, hour * 3600 + minute * 60 + second,
                         {.kind = NumberFormat::Kind::date, .with_time = true});
}

}  // namespace shanqi::office::tables
