#include "office/layout/number_format.hpp"

#include <array>
#include <optional>
#include <span>
#include <unordered_map>

#include "base/text.hpp"

namespace shanqi::office {

namespace {

std::string letters(int value, char first) {
    // After z comes aa, then bb: the letter is repeated (17.18.59, lowerLetter).
    const int turns = (value - 1) / 26 + 1;
    if (turns > 16) return std::to_string(value);
    return std::string(static_cast<std::size_t>(turns), static_cast<char>(first + (value - 1) % 26));
}

std::string roman(int value, bool upper) {
    struct Digit {
        int value;
        const char* text;
    };
    static constexpr Digit digits[] = {{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"},
                                       {90, "xc"},  {50, "l"},   {40, "xl"}, {10, "x"},   {9, "ix"},
                                       {5, "v"},    {4, "iv"},   {1, "i"}};
    if (value > 9999) return std::to_string(value);
    std::string out;
    for (const auto& digit : digits) {
        for (; value >= digit.value; value -= digit.value) out += digit.text;
    }
    if (upper) {
        for (char& c : out) c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

struct ChineseWords {
    std::array<const char*, 10> digits;
    std::array<const char*, 4> units;
    const char* ten_thousand;
    bool short_ten;  // 十一, not 一十一
};
constexpr ChineseWords common_words{
    {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}, {"", "十", "百", "千"}, "万", true};
constexpr ChineseWords simplified_capitals{
    {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}, {"", "拾", "佰", "仟"}, "万", false};
constexpr ChineseWords traditional_capitals{
    {"零", "壹", "貳", "參", "肆", "伍", "陸", "柒", "捌", "玖"}, {"", "拾", "佰", "仟"}, "萬", false};

// One to 9999, with 零 for gaps inside.
std::string chinese_group(int value, const ChineseWords& words) {
    std::string out;
    bool gap = false;
    for (int unit = 3, scale = 1000; unit >= 0; --unit, scale /= 10) {
        const int digit = value / scale % 10;
        if (digit == 0) {
            gap = !out.empty();
            continue;
        }
        if (gap) out += words.digits[0];
        gap = false;
        out += words.digits[static_cast<std::size_t>(digit)];
        out += words.units[static_cast<std::size_t>(unit)];
    }
    return out;
}

std::string chinese_counting(int value, const ChineseWords& words) {
    if (value > 99'999'999) return std::to_string(value);
    std::string out;
    const int high = value / 10'000;
    const int low = value % 10'000;
    if (high > 0) {
        out = chinese_group(high, words) + words.ten_thousand;
        if (low > 0 && low < 1000) out += words.digits[0];
    }
    if (low > 0) out += chinese_group(low, words);
    const std::string one_ten = std::string(words.digits[1]) + words.units[1];
    if (words.short_ten && out.starts_with(one_ten) && value < 20)
        out.erase(0, std::string_view(words.digits[1]).size());
    return out;
}

// Digit by digit: 二〇二六.
std::string chinese_digits(int value) {
    std::string out;
    for (const char c : std::to_string(value)) {
        out += c == '0' ? "〇" : common_words.digits[static_cast<std::size_t>(c - '0')];
    }
    return out;
}

std::string from_block(int value, int last, char32_t first) {
    if (value > last) return std::to_string(value);
    return to_utf8(std::u32string(1, static_cast<char32_t>(first + static_cast<char32_t>(value) - 1)));
}

std::string from_list(int value, std::u32string_view list) {
    if (value > static_cast<int>(list.size())) return std::to_string(value);
    return to_utf8(std::u32string(1, list[static_cast<std::size_t>(value - 1)]));
}

std::string full_width(int value) {
    std::u32string out;
    for (const char c : std::to_string(value)) out += static_cast<char32_t>(U'０' + static_cast<char32_t>(c - '0'));
    return to_utf8(out);
}

std::string ordinal(int value) {
    const int tens = value / 10 % 10;
    const int ones = value % 10;
    const char* suffix = tens == 1 ? "th" : ones == 1 ? "st" : ones == 2 ? "nd" : ones == 3 ? "rd" : "th";
    return std::to_string(value) + suffix;
}

std::string hexadecimal(int value) {
    std::string out;
    for (auto rest = static_cast<unsigned>(value); rest > 0; rest /= 16)
        out.insert(out.begin(), "0123456789ABCDEF"[rest % 16]);
    return out;
}

using Formatter = std::string (*)(int);

// The names of w:numFmt, and the switches of PAGE fields (17.16.4.3.1) that mean the same.
const std::unordered_map<std::string_view, Formatter>& formatters() {
    static const Formatter counting = [](int v) { return chinese_counting(v, common_words); };
    // Beyond 99 these two write digits one by one: 一〇五.
    static const Formatter short_counting = [](int v) {
        return v < 100 ? chinese_counting(v, common_words) : chinese_digits(v);
    };
    static const Formatter capitals = [](int v) { return chinese_counting(v, simplified_capitals); };
    static const Formatter in_dashes = [](int v) { return "- " + std::to_string(v) + " -"; };
    static const Formatter circled = [](int v) { return from_block(v, 20, U'①'); };
    static const Formatter lower_letter = [](int v) { return letters(v, 'a'); };
    static const Formatter upper_letter = [](int v) { return letters(v, 'A'); };
    static const Formatter lower_roman = [](int v) { return roman(v, false); };
    static const Formatter upper_roman = [](int v) { return roman(v, true); };
    static const Formatter digits = [](int v) { return chinese_digits(v); };
    static const Formatter stems = [](int v) { return from_list(v, U"甲乙丙丁戊己庚辛壬癸"); };
    static const Formatter branches = [](int v) { return from_list(v, U"子丑寅卯辰巳午未申酉戌亥"); };
    static const std::unordered_map<std::string_view, Formatter> all = {
        {"decimalZero", [](int v) { return (v < 10 ? "0" : "") + std::to_string(v); }},
        {"upperRoman", upper_roman},
        {"ROMAN", upper_roman},
        {"lowerRoman", lower_roman},
        {"roman", lower_roman},
        {"upperLetter", upper_letter},
        {"ALPHABETIC", upper_letter},
        {"lowerLetter", lower_letter},
        {"alphabetic", lower_letter},
        {"ordinal", ordinal},
        {"hex", hexadecimal},
        {"numberInDash", in_dashes},
        {"ArabicDash", in_dashes},
        {"chineseCounting", short_counting},
        {"taiwaneseCounting", short_counting},
        {"chineseCountingThousand", counting},
        {"taiwaneseCountingThousand", counting},
        {"japaneseCounting", counting},
        {"koreanCounting", counting},
        {"CHINESENUM3", counting},
        {"chineseLegalSimplified", capitals},
        {"CHINESENUM2", capitals},
        {"ideographLegalTraditional", [](int v) { return chinese_counting(v, traditional_capitals); }},
        {"ideographDigital", digits},
        {"japaneseDigitalTenThousand", digits},
        {"taiwaneseDigital", digits},
        {"CHINESENUM1", digits},
        {"ideographTraditional", stems},
        {"ZODIAC1", stems},
        {"ideographZodiac", branches},
        {"ZODIAC2", branches},
        {"decimalEnclosedCircle", circled},
        {"decimalEnclosedCircleChinese", circled},
        {"CIRCLENUM", circled},
        {"GB3", circled},
        {"decimalEnclosedParen", [](int v) { return from_block(v, 20, U'⑴'); }},
        {"GB2", [](int v) { return from_block(v, 20, U'⑴'); }},
        {"decimalEnclosedFullstop", [](int v) { return from_block(v, 20, U'⒈'); }},
        {"GB1", [](int v) { return from_block(v, 20, U'⒈'); }},
        {"ideographEnclosedCircle", [](int v) { return from_block(v, 10, U'㊀'); }},
        {"decimalFullWidth", full_width},
        {"decimalFullWidth2", full_width},
        {"DBCHAR", full_width},
        {"none", [](int) { return std::string(); }},
        {"bullet", [](int) { return std::string(); }},
    };
    return all;
}

}  // namespace

std::string format_number(int value, std::string_view format) {
    const auto found = formatters().find(format);
    if (found == formatters().end()) return std::to_string(value);
    if (value < 1 && format != "none" && format != "bullet") return std::to_string(value);
    return found->second(value);
}

}  // namespace shanqi::office
