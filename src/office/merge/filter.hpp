// What stands after | in a field, and Word's own formatting switches: a value becomes text.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "base/result.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office::merging {

struct Filter {
    enum class Kind : std::uint8_t {
        capital_amount,  // 大写
        grouped,         // 千分位
        decimals,        // 小数:N
        chinese_date,    // 中文日期
        capital_date,    // 大写日期
        date_pattern,    // yyyy-MM-dd; also Word's \@
        number_picture,  // Word's \#
        mask,            // 掩码
        without_spaces,  // 去空格
        upper,
        lower,
        first_capital,
        capitals,  // Word's \* Upper, Lower, FirstCap, Caps
        chinese_counting,
        chinese_legal,
        chinese_thousand,  // Word's \* CHINESENUM1, 2, 3
    };
    Kind kind = Kind::without_spaces;
    std::string argument;  // pattern, picture
    int number = 0;        // decimals
    std::string written;   // as in the template
};

// Why a value cannot become what is asked: a key of this room's messages with arguments.
struct Problem {
    std::string key;
    Error::Arguments arguments;
};
template <class T>
using Formatted = std::expected<T, Problem>;

// One filter as typed, 默认 excluded. Errors: merge.unknown_filter, merge.bad_filter_argument.
Result<Filter> parse_filter(std::string_view text);

// Puts the value through the filters, from left to right. The value is neither blank nor an error.
Formatted<std::string> apply(const std::vector<Filter>& filters, const Value& value);

std::optional<Date> date_of(const Value&);  // none for plain numbers: a serial is never guessed
std::optional<Decimal> decimal_of(const Value&);

// Single formats, for the filters and their tests.
bool is_date_pattern(std::string_view text);
std::string format_date(std::string_view pattern, const Value& date);
std::string capital_date(Date date);                                   // 二〇二六年三月五日
std::string format_picture(std::string_view picture, const Decimal&);  // Word's numeric picture: #,##0.00
std::string masked(std::string_view text);
std::string chinese_count(std::string_view digits, bool legal);  // 一百二十三 / 壹佰贰拾叁

}  // namespace shanqi::office::merging
