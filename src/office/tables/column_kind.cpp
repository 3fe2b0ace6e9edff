#include "office/tables/column_kind.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string_view>

#include "base/identity.hpp"
#include "base/text.hpp"

namespace shanqi::office::tables {
namespace {

struct Counts {
    std::size_t filled = 0, numbers = 0, dates = 0, booleans = 0, mobiles = 0, identities = 0, credit_codes = 0,
                emails = 0, money = 0;
};

bool is_decimal(std::string_view text) {
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

// 12,345.60 and ¥300 and 300元.
bool is_money(std::string_view text) {
    for (const std::string_view sign : {"¥", "￥", "RMB"}) {
        if (text.starts_with(sign)) text.remove_prefix(sign.size());
    }
    if (text.ends_with("元")) text.remove_suffix(std::string_view("元").size());
    std::string digits(text);
    std::erase(digits, ',');
    return !digits.empty() && is_decimal(digits);
}

void count(Counts& counts, const Value& value) {
    if (value.kind == Value::Kind::blank || value.kind == Value::Kind::error) return;
    ++counts.filled;
    const std::string text = trimmed(half_width(value.text));
    if (is_mobile_number(text)) ++counts.mobiles;
    if (value.kind == Value::Kind::number) {
        ++counts.numbers;
        ++counts.money;
    } else if (value.kind == Value::Kind::date) {
        ++counts.dates;
    } else if (value.kind == Value::Kind::boolean) {
        ++counts.booleans;
    } else if (value.kind == Value::Kind::text) {
        if (check_identity_number(text) != IdentityNumberCheck::wrong_form) {
            ++counts.identities;
        } else if (is_credit_code_form(text)) {
            ++counts.credit_codes;
        }
        if (is_email(text)) ++counts.emails;
        if (parse_date(text)) ++counts.dates;
        if (is_decimal(text)) ++counts.numbers;
        if (is_money(text)) ++counts.money;
        if (text == "是" || text == "否") ++counts.booleans;
    }
}

bool has_word(std::string_view name, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

ColumnKind kind_of(std::string_view header, const Counts& counts) {
    if (counts.filled == 0) return ColumnKind::empty;
    const std::string name = folded(header);
    const auto at_least = [&](std::size_t part, std::size_t percent) {
        return part * 100 >= counts.filled * percent && part > 0;
    };
    // A clear header decides also when most of the column is wrong: then the wrong cells are told.
    if (has_word(name, {"手机", "移动电话", "mobile"})) return ColumnKind::mobile;
    if (has_word(name, {"身份证"})) return ColumnKind::identity_number;
    if (has_word(name, {"信用代码"})) return ColumnKind::credit_code;
    if (has_word(name, {"邮箱", "电子邮件", "email", "e-mail"})) return ColumnKind::email;
    if (at_least(counts.identities, 60)) return ColumnKind::identity_number;
    if (at_least(counts.credit_codes, 60)) return ColumnKind::credit_code;
    if (at_least(counts.emails, 60)) return ColumnKind::email;
    if (at_least(counts.mobiles, has_word(name, {"电话", "联系方式", "phone", "tel"}) ? 50 : 80))
        return ColumnKind::mobile;
    const bool date_word = has_word(name, {"日期", "出生年月", "date"});
    if (date_word ? at_least(counts.dates, 30) : at_least(counts.dates, 80)) {
        // 20230520 in a column of numbers is a number.
        if (date_word || counts.dates > counts.numbers) return ColumnKind::date;
    }
    if (at_least(counts.booleans, 80)) return ColumnKind::boolean;
    if (at_least(counts.money, 60) &&
        (counts.money > counts.numbers ||
         has_word(name, {"金额", "元", "单价", "总价", "费", "款", "预算", "工资", "补贴", "amount"}))) {
        return ColumnKind::money;
    }
    if (at_least(counts.numbers, 80)) return ColumnKind::number;
    return ColumnKind::text;
}

}  // namespace

void find_column_kinds(std::vector<DataColumn>& columns, std::span<const RawRow> records) {
    for (DataColumn& column : columns) {
        Counts counts;
        const auto index = static_cast<std::size_t>(column.index);
        for (const RawRow& row : records) {
            if (index < row.cells.size()) count(counts, row.cells[index]);
        }
        column.kind = kind_of(column.leaf(), counts);
    }
}

}  // namespace shanqi::office::tables
