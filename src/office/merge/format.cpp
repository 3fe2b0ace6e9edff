// Dates, numeric pictures, masks and counting numbers.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "office/merge/filter.hpp"

namespace shanqi::office::merging {
namespace {

constexpr std::array<std::string_view, 10> plain_digits{"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
constexpr std::array<std::string_view, 10> legal_digits{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string padded(int number, std::size_t width) {
    std::string text = std::to_string(number);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    return text;
}

std::string year_digits(int year) {
    std::string out;
    for (const char c : padded(year, 4)) out += plain_digits[static_cast<std::size_t>(c - '0')];
    return out;
}

// 1..99 as in 三月二十一日.
std::string small_count(int number) {
    std::string out;
    if (number >= 20) out += plain_digits[static_cast<std::size_t>(number / 10)];
    if (number >= 10) out += "十";
    if (number % 10 > 0 || number == 0) out += plain_digits[static_cast<std::size_t>(number % 10)];
    return out;
}

// "mm" means minutes only where hours stand before it: yyyy-mm-dd is how spreadsheets write a date.
std::string date_part(char letter, std::size_t count, bool after_hours, const Value& at) {
    switch (letter) {
        case 'y':
        case 'Y':
            return count <= 2 ? padded(at.date.year % 100, 2) : padded(at.date.year, 4);
        case 'M':
            return padded(at.date.month, count);
        case 'm':
            return after_hours ? padded(at.minute, count) : padded(at.date.month, count);
        case 'd':
        case 'D':
            return padded(at.date.day, count);
        case 'H':
        case 'h':
            return padded(at.hour, count);
        case 's':
            return padded(at.second, count);
        case 'E':
        case 'e':
            return year_digits(at.date.year);  // Word's Chinese picture: EEEE年O月A日
        case 'O':
            return small_count(at.date.month);
        case 'A':
            return small_count(at.date.day);
        default:
            return std::string(count, letter);
    }
}

}  // namespace

bool is_date_pattern(std::string_view text) {
    bool found = false;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (!is_letter(c)) {
            if (c == '|' || static_cast<unsigned char>(c) < 0x20) return false;
            ++at;
            continue;
        }
        const std::size_t end = std::min(text.find_first_not_of(c, at), text.size());
        const std::size_t count = end - at;
        const bool year = (c == 'y' || c == 'Y') && (count == 2 || count == 4);
        const bool other = std::string_view("MmdDHhs").find(c) != std::string_view::npos && count <= 2;
        if (!year && !other) return false;
        found = true;
        at = end;
    }
    return found;
}

std::string format_date(std::string_view pattern, const Value& date) {
    std::string out;
    bool after_hours = false;
    for (std::size_t at = 0; at < pattern.size();) {
        const char c = pattern[at];
        if (c == '\'' || c == '"') {  // quoted words in Word's pictures
            const std::size_t close = std::min(pattern.find(c, at + 1), pattern.size());
            out += pattern.substr(at + 1, close - at - 1);
            at = std::min(close + 1, pattern.size());
            continue;
        }
        if (!is_letter(c)) {
            out += c;
            ++at;
            continue;
        }
        const std::size_t end = std::min(pattern.find_first_not_of(c, at), pattern.size());
        out += date_part(c, end - at, after_hours, date);
        after_hours = after_hours || c == 'H' || c == 'h';
        at = end;
    }
    return out;
}

std::string capital_date(Date date) {
    return year_digits(date.year) + "年" + small_count(date.month) + "月" + small_count(date.day) + "日";
}

// ECMA-376 part 1, 17.16.4.1.2: # and 0 are digits, a comma asks for groups, everything else stands as it is.
std::string format_picture(std::string_view picture, const Decimal& number) {
    std::string before, after, digits_picture, fraction_picture;
    bool grouping = false, in_fraction = false, quoted = false;
    for (const char c : picture) {
        if (c == '\'' || c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '#' || c == '0')) {
            (in_fraction ? fraction_picture : digits_picture) += c;
        } else if (!quoted && c == ',' && !in_fraction) {
            grouping = true;
        } else if (!quoted && c == '.' && !in_fraction) {
            in_fraction = true;
        } else if (!quoted && c == ';') {
            break;  // the pictures for negative numbers and zero are not needed: the sign is kept
        } else {
            (digits_picture.empty() ? before : after) += c;
        }
    }
    Decimal shown = number.rounded(static_cast<int>(std::min<std::size_t>(fraction_picture.size(), 20)));
    const auto digits_min = static_cast<std::size_t>(std::ranges::count(digits_picture, '0'));
    const auto fraction_min = static_cast<std::size_t>(std::ranges::count(fraction_picture, '0'));
    while (shown.fraction.size() > fraction_min && shown.fraction.ends_with('0')) shown.fraction.pop_back();
    if (shown.integer.size() < digits_min) shown.integer.insert(0, digits_min - shown.integer.size(), '0');
    std::string text = grouping ? shown.grouped() : shown.plain();
    std::string sign;
    if (shown.negative) {
        sign = "-";
        text.erase(0, 1);
    }
    return sign + before + text + after;
}

// As they are shown by those who may not see the whole: 138****8000, 110***********1233, 张*, 欧阳**.
std::string masked(std::string_view text) {
    const std::u32string all = to_utf32(trimmed(half_width(text)));
    const std::size_t size = all.size();
    const bool digits =
        std::ranges::all_of(all, [](char32_t c) { return (c >= '0' && c <= '9') || c == 'X' || c == 'x'; });
    std::size_t head = 1, tail = size > 2 ? 1 : 0;
    if (digits && size >= 7) {
        head = 3;
        tail = 4;
    } else if (const std::size_t at = all.find(U'@'); at != all.npos && at > 0) {
        tail = size - at;
    } else if (!digits && size <= 4) {
        head = size == 4 ? 2 : 1;  // a family name; of two characters where the whole name has four
        tail = 0;
    }
    if (head + tail >= size) {
        head = size > 1 ? 1 : 0;
        tail = 0;
    }
    return to_utf8(all.substr(0, head)) + std::string(size - head - tail, '*') + to_utf8(all.substr(size - tail));
}

std::string chinese_count(std::string_view digits, bool legal) {
    constexpr std::size_t digits_max = 16;
    if (digits.empty() || digits.size() > digits_max) return {};
    constexpr std::array<std::string_view, 4> plain_units{"", "十", "百", "千"}, legal_units{"", "拾", "佰", "仟"};
    std::string out;
    bool zero_waits = false, group_has_digit = false;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::size_t place = digits.size() - 1 - i;
        const auto digit = static_cast<std::size_t>(digits[i] - '0');
        if (digit == 0) {
            zero_waits = !out.empty();
        } else {
            if (zero_waits) out += legal ? "零" : "〇";
            zero_waits = false;
            group_has_digit = true;
            const bool bare_ten = !legal && out.empty() && digit == 1 && place % 4 == 1;  // 十二, not 一十二
            if (!bare_ten) out += legal ? legal_digits[digit] : plain_digits[digit];
            out += legal ? legal_units[place % 4] : plain_units[place % 4];
        }
        const bool closes_yi = place == 8 && !out.empty();  // also 一万亿, whose own group is empty
        if (closes_yi || (place % 8 == 4 && group_has_digit)) out += closes_yi ? "亿" : "万";
        if (place % 4 == 0) group_has_digit = false;
    }
    if (out.empty()) return legal ? "零" : "〇";
    return out;
}

}  // namespace shanqi::office::merging
