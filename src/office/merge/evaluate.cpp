#include <fmt/core.h>

#include "base/text.hpp"
#include "office/merge/plan.hpp"

namespace shanqi::office::merging {
namespace {

Value text_value(std::string text) {
    Value out;
    out.kind = Value::Kind::text;
    out.text = std::move(text);
    return out;
}

Value number_value(std::int64_t number) {
    Value out;
    out.kind = Value::Kind::number;
    out.number = static_cast<double>(number);
    out.text = std::to_string(number);
    return out;
}

bool is_blank(const Value& value) {
    if (value.kind == Value::Kind::blank) return true;
    if (value.text.empty()) return true;
    const auto first = static_cast<unsigned char>(value.text.front());
    // What begins with a letter or a Chinese character is not blank; the rest is looked at closely.
    if (first > ' ' && first < 0x80) return false;
    return trimmed(value.text).empty();
}

std::unexpected<Error> problem_at(const Expression& expression, Scope scope, std::string key,
                                  Error::Arguments arguments) {
    Place place;
    place.field = expression.name;
    place.row = static_cast<long>(scope.row) + 1;
    return std::unexpected(Error{ErrorKind::invalid, std::move(key), std::move(arguments), std::move(place)});
}

// Cells that cannot be used for anything: not printed, not compared.
Result<> usable(const Expression& expression, const Value& value, Scope scope) {
    if (value.kind == Value::Kind::error) {
        const bool no_result = value.text == uncalculated;
        return problem_at(expression, scope, no_result ? "merge.uncalculated" : "merge.error_cell",
                          {{"value", value.text}});
    }
    if (value.kind == Value::Kind::damaged)
        return problem_at(expression, scope, "merge.damaged_identity_number", {{"value", value.text}});
    if (value.text.size() > limits::value_bytes_max) {
        std::u32string shown = to_utf32(std::string_view(value.text).substr(0, 60));
        shown.resize(15);
        return problem_at(expression, scope, "merge.too_long",
                          {{"value", to_utf8(shown) + "…"}, {"limit", std::to_string(limits::value_bytes_max / 3)}});
    }
    return {};
}

bool is_true(const Value& value) {
    if (is_blank(value)) return false;
    const std::string text = folded(value.text);
    if (text == "否" || text == "false") return false;
    const auto number = decimal_of(value);
    return !number || !number->is_zero();
}

bool ordered(Condition::Operator op, int order) {
    switch (op) {
        case Condition::Operator::greater:
            return order > 0;
        case Condition::Operator::greater_equal:
            return order >= 0;
        case Condition::Operator::less:
            return order < 0;
        case Condition::Operator::less_equal:
            return order <= 0;
        default:
            return false;
    }
}

bool equals(const Condition& condition, const Value& value) {
    if (condition.number) {
        if (const auto number = decimal_of(value)) return compare(*number, *condition.number) == 0;
    } else if (condition.date) {
        if (const auto date = date_of(value)) return *date == *condition.date;
    }
    return (is_blank(value) ? std::string() : folded(value.text)) == condition.operand;
}

}  // namespace

const Value& Evaluator::value(const Expression& expression, Scope scope, Value& storage) const {
    using Source = Expression::Source;
    switch (expression.source) {
        case Source::column: {
            static const Value blank;
            const int column = names_.column(expression.slot);
            return column < 0 || scope.row >= source_.row_count() ? blank : source_.value(scope.row, column);
        }
        case Source::number:
            storage = text_value(built_ins_.number);
            break;
        case Source::sequence:
            storage = text_value(fmt::format("{:0{}}", built_ins_.sequence, expression.width));
            break;
        case Source::year:
            storage = number_value(built_ins_.today.year);
            break;
        case Source::month:
            storage = number_value(built_ins_.today.month);
            break;
        case Source::day:
            storage = number_value(built_ins_.today.day);
            break;
        case Source::today:
            storage.kind = Value::Kind::date;
            storage.date = built_ins_.today;
            storage.text = chinese_date(built_ins_.today);
            break;
        case Source::row_number:
            storage = number_value(static_cast<std::int64_t>(scope.row) + 1);
            break;
    }
    return storage;
}

Result<std::string> Evaluator::text(const Expression& expression, Scope scope) const {
    Value storage;
    const Value& found = value(expression, scope, storage);
    TRY_DO(usable(expression, found, scope));
    if (is_blank(found)) {
        if (expression.default_text) return *expression.default_text;
        return problem_at(expression, scope, "merge.empty_field", {{"value", ""}});
    }
    if (expression.filters.empty() && expression.before.empty() && expression.after.empty()) return found.text;
    auto formatted = apply(expression.filters, found);
    if (!formatted)
        return problem_at(expression, scope, std::move(formatted.error().key), std::move(formatted.error().arguments));
    if (formatted->size() > limits::value_bytes_max) {
        return problem_at(expression, scope, "merge.too_long",
                          {{"value", found.text}, {"limit", std::to_string(limits::value_bytes_max / 3)}});
    }
    return expression.before + *formatted + expression.after;
}

Result<bool> Evaluator::holds(const Condition& condition, Scope scope) const {
    Value storage;
    const Value& found = value(condition.field, scope, storage);
    TRY_DO(usable(condition.field, found, scope));
    switch (condition.op) {
        case Condition::Operator::is_true:
            return is_true(found);
        case Condition::Operator::equal:
            return equals(condition, found);
        case Condition::Operator::not_equal:
            return !equals(condition, found);
        default:
            break;
    }
    if (is_blank(found)) return false;
    if (condition.number) {
        const auto number = decimal_of(found);
        if (!number) return problem_at(condition.field, scope, "merge.not_a_number", {{"value", found.text}});
        return ordered(condition.op, compare(*number, *condition.number));
    }
    const auto date = date_of(found);
    if (!date) return problem_at(condition.field, scope, "merge.not_a_date", {{"value", found.text}});
    return ordered(condition.op, *date < *condition.date ? -1 : *condition.date < *date ? 1 : 0);
}

}  // namespace shanqi::office::merging
