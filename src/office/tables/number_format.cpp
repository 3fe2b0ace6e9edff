#include "office/tables/number_format.hpp"

#include <algorithm>
#include <string>

namespace shanqi::office::tables {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// The letters of the first section that mean something: quotes, escapes, fills, colours, conditions and
// locales ([$-804]) are left out; elapsed [h], [mm], [ss] become 'E'.
std::string meaningful(std::string_view code) {
    std::string out;
    for (std::size_t at = 0; at < code.size(); ++at) {
        const char c = code[at];
        if (c == ';') break;
        if (c == '"') {
            const std::size_t close = code.find('"', at + 1);
            if (close == std::string_view::npos) break;
            at = close;
        } else if (c == '\\' || c == '_' || c == '*') {
            ++at;
            out += '"';  // keeps "0\-0" from looking like "00"
        } else if (c == '[') {
            const std::size_t close = code.find(']', at + 1);
            if (close == std::string_view::npos) break;
            const char unit = at + 1 < close ? lower(code[at + 1]) : ' ';
            bool same = unit == 'h' || unit == 'm' || unit == 's';
            for (std::size_t i = at + 1; i < close; ++i) same = same && lower(code[i]) == unit;
            if (same) out += 'E';
            at = close;
        } else {
            out += lower(c);
        }
    }
    return out;
}

bool take(std::string& letters, std::string_view word) {
    const std::size_t at = letters.find(word);
    if (at == std::string::npos) return false;
    letters[at] = '"';
    letters.erase(at + 1, word.size() - 1);
    return true;
}

}  // namespace

NumberFormat number_format(std::string_view code) {
    NumberFormat out;
    std::string letters = meaningful(code);
    if (take(letters, "general") || take(letters, "g/通用格式")) return out;
    bool clock = take(letters, "am/pm") || take(letters, "a/p") || take(letters, "上午/下午");
    bool year = false, month = false, day = false, second = false, era = false, any_digit = false;
    char before = ' ';  // the last of y, d, h, s: an m after h or before s is a minute (18.8.31)
    for (std::size_t at = 0; at < letters.size(); ++at) {
        const char c = letters[at];
        switch (c) {
            case 'y':
                year = true;
                before = c;
                break;
            // aaaa is the Chinese day of the week; b and e are years of eras, but 0.00E+00 is a number.
            case 'a':
                if (letters.compare(at, 3, "aaa") == 0) day = true;
                break;
            case 'e':
                if (!any_digit) era = true;
                break;
            case 'd':
                day = true;
                before = c;
                break;
            case 'h':
            case 'E':
                clock = true;
                out.elapsed = out.elapsed || c == 'E';
                before = 'h';
                break;
            case 's':
                clock = second = true;
                before = c;
                break;
            case 'm': {
                const std::size_t end = std::min(letters.find_first_not_of('m', at), letters.size());
                const std::size_t next = letters.find_first_of("ydhs", at);
                const bool minute =
                    end - at <= 2 && (before == 'h' || (next != std::string::npos && letters[next] == 's'));
                (minute ? clock : month) = true;
                at = end - 1;
                break;
            }
            case '0':
            case '#':
            case '?':
                any_digit = true;
                break;
            default:
                break;
        }
    }
    out.seconds = second;
    if (year || month || day || era) {
        out.kind = NumberFormat::Kind::date;
        out.with_time = clock;
        out.month_only = (year || era) && month && !day && !clock;
        return out;
    }
    if (clock) {
        out.kind = NumberFormat::Kind::time;
        return out;
    }
    if (letters.find('%') != std::string::npos) out.kind = NumberFormat::Kind::percent;
    while (letters.ends_with('"')) letters.pop_back();  // 0000_ and a space, as WPS writes it
    if (!letters.empty() && letters.size() <= 18 && letters.find_first_not_of('0') == std::string::npos) {
        out.zeros = static_cast<std::uint8_t>(letters.size());
    }
    return out;
}

NumberFormat builtin_number_format(int id) {
    using Kind = NumberFormat::Kind;
    switch (id) {
        case 9:
        case 10:
            return {.kind = Kind::percent};
        case 14:
        case 15:
        case 16:
            return {.kind = Kind::date};
        case 17:
            return {.kind = Kind::date, .month_only = true};
        case 18:
        case 20:
            return {.kind = Kind::time};
        case 19:
        case 21:
            return {.kind = Kind::time, .seconds = true};
        case 22:
            return {.kind = Kind::date, .with_time = true};
        case 45:
        case 47:
            return {.kind = Kind::time, .seconds = true};
        case 46:
            return {.kind = Kind::time, .seconds = true, .elapsed = true};
        // zh-cn column of the table in 18.8.30.
        case 27:
        case 36:
        case 50:
        case 52:
        case 57:
            return {.kind = Kind::date, .month_only = true};
        case 28:
        case 29:
        case 30:
        case 31:
        case 51:
        case 53:
        case 54:
        case 58:
            return {.kind = Kind::date};
        case 32:
        case 34:
        case 55:
            return {.kind = Kind::time};
        case 33:
        case 35:
        case 56:
            return {.kind = Kind::time, .seconds = true};
        default:
            return {};
    }
}

}  // namespace shanqi::office::tables
