#include "office/tables/check.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/identity.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "office/tables/values.hpp"

namespace shanqi::office {
namespace {

struct Verdict {
    std::string_view key;
    bool warning = false;
};

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Without what people put between the digits, and without the country.
std::string telephone_digits(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ' && c != '-' && c != '(' && c != ')') out += c;
    }
    if (out.starts_with("+86")) out.erase(0, 3);
    if (out.size() == 13 && out.starts_with("86")) out.erase(0, 2);
    return out;
}

// Fixed lines: 010-12345678, 0871-1234567 with or without an extension, 12345678, 400 and 800 numbers.
bool is_fixed_line(std::string_view digits) {
    const std::size_t extension = digits.find_first_of("x#");
    digits = digits.substr(0, extension);
    if (!all_digits(digits)) return false;
    if (digits.starts_with("400") || digits.starts_with("800")) return digits.size() == 10;
    return digits.front() == '0' ? digits.size() >= 10 && digits.size() <= 16
                                 : digits.size() == 7 || digits.size() == 8;
}

// One number, or several with a mark between them.
bool is_telephone(std::string_view text, bool mobile_only) {
    std::string list = half_width(text);
    for (const std::string_view mark : {"、", "，", "；"}) {
        for (std::size_t at = list.find(mark); at != std::string::npos; at = list.find(mark))
            list.replace(at, mark.size(), "/");
    }
    for (char& c : list) c = c == ',' || c == ';' || c == '\n' ? '/' : c;
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find('/', at), list.size());
        const std::string digits = telephone_digits(std::string_view(list).substr(at, end - at));
        if (!is_mobile_number(digits) && (mobile_only || !is_fixed_line(digits))) return false;
        at = end + 1;
    }
    return true;
}

// As the filters read it, and also a percentage.
bool is_number(std::string_view text) {
    if (text.ends_with('%')) text.remove_suffix(1);
    return parse_decimal(text).has_value();
}

// A date, also with a time of day behind it.
bool is_date(std::string_view text) { return parse_date(text.substr(0, text.find_first_of(" T"))).has_value(); }

std::optional<Verdict> identity_verdict(std::string_view text) {
    switch (check_identity_number(text)) {
        case IdentityNumberCheck::valid:
            return std::nullopt;
        case IdentityNumberCheck::wrong_form:
            return Verdict{"tables.problem.identity_form"};
        case IdentityNumberCheck::wrong_date:
            return Verdict{"tables.problem.identity_date"};
        case IdentityNumberCheck::wrong_check_digit:
            return Verdict{"tables.problem.identity_check_digit"};
    }
    return std::nullopt;
}

std::optional<Verdict> credit_code_verdict(std::string_view text) {
    if (is_credit_code(text)) return std::nullopt;
    // Early codes with a wrong check character are in legal use (GB 32100 came into force afterwards).
    if (is_credit_code_form(text)) return Verdict{"tables.problem.credit_code_check_digit", true};
    return Verdict{"tables.problem.credit_code_form"};
}

std::optional<Verdict> verdict(const DataColumn& column, const Value& value) {
    if (value.kind == Value::Kind::blank) return std::nullopt;
    if (value.kind == Value::Kind::damaged) return Verdict{"tables.problem.damaged"};
    if (value.kind == Value::Kind::error)
        return Verdict{value.text == uncalculated ? "tables.problem.uncalculated" : "tables.problem.error_cell"};
    const std::string text = trimmed(half_width(value.text));
    const auto unless = [](bool right, std::string_view key, bool warning = false) {
        return right ? std::nullopt : std::optional(Verdict{key, warning});
    };
    switch (column.kind) {
        case ColumnKind::mobile: {
            const bool mobile_only = column.leaf().find("手机") != column.leaf().npos ||
                                     column.leaf().find("移动电话") != column.leaf().npos;
            return unless(is_telephone(text, mobile_only),
                          mobile_only ? "tables.problem.mobile" : "tables.problem.telephone");
        }
        case ColumnKind::identity_number:
            return identity_verdict(text);
        case ColumnKind::credit_code:
            return credit_code_verdict(text);
        case ColumnKind::email:
            return unless(is_email(text), "tables.problem.email");
        case ColumnKind::date:
            return unless(value.kind == Value::Kind::date || is_date(text), "tables.problem.date");
        case ColumnKind::money:
        case ColumnKind::number:
            return unless(value.kind == Value::Kind::number || is_number(text), "tables.problem.number", true);
        default:
            return std::nullopt;
    }
}

std::string shortened(std::string_view text) {
    constexpr std::size_t characters_max = 40;
    std::u32string out = to_utf32(text.substr(0, characters_max * 4 + 4));
    if (out.size() > characters_max) {
        out.resize(characters_max);
        out += U'…';
    }
    return to_utf8(out);
}

}  // namespace

void check_columns(std::span<const DataColumn> columns, std::int64_t header_row, const ProblemSink& sink) {
    for (const DataColumn& column : columns) {
        if (!column.duplicate && !column.unnamed) continue;
        CellProblem problem;
        problem.error.key = column.duplicate ? "tables.problem.duplicate_header" : "tables.problem.unnamed_column";
        problem.error.arguments = {{"name", column.name}};
        problem.error.place = {.row = static_cast<long>(header_row),
                               .cell = tables::cell_name(column.index, header_row),
                               .field = column.name};
        problem.warning = column.unnamed;
        sink(std::move(problem));
    }
}

void check_row(std::span<const DataColumn> columns, const DataRow& row, const ProblemSink& sink) {
    for (std::size_t i = 0; i < columns.size() && i < row.cells.size(); ++i) {
        const std::optional<Verdict> found = verdict(columns[i], row.cells[i]);
        if (!found) continue;
        CellProblem problem;
        problem.error.key = found->key;
        problem.error.arguments = {{"text", shortened(row.cells[i].text)}};
        problem.error.place = {.row = static_cast<long>(row.number),
                               .cell = tables::cell_name(columns[i].index, row.number),
                               .field = columns[i].name};
        problem.warning = found->warning;
        sink(std::move(problem));
    }
    for (const int index : row.merged) {
        // 区 over its schools is meant for each; an amount over three schools is perhaps their sum.
        const auto column = static_cast<std::size_t>(index);
        if (row.cells[column].kind != Value::Kind::number) continue;
        CellProblem problem;
        problem.error.key = "tables.problem.merged_number";
        problem.error.arguments = {{"text", row.cells[column].text}};
        problem.error.place = {.row = static_cast<long>(row.number),
                               .cell = tables::cell_name(columns[column].index, row.number),
                               .field = columns[column].name};
        problem.warning = true;
        sink(std::move(problem));
    }
    if (row.extra_cells > 0) {
        CellProblem problem;
        problem.error.key = "tables.problem.extra_cells";
        problem.error.arguments = {{"count", std::to_string(row.extra_cells)}};
        problem.error.place = {.row = static_cast<long>(row.number)};
        sink(std::move(problem));
    }
}

}  // namespace shanqi::office
