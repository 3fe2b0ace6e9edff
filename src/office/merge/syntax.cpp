#include "office/merge/syntax.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace shanqi::office::merging {
namespace {

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

// The marks of the syntax may be typed full-width, as a Chinese input method does by itself.
bool take_either(std::string_view& text, std::string_view half, std::string_view full) {
    return take(text, half) || take(text, full);
}

std::size_t find_either(std::string_view text, std::string_view half, std::string_view full, std::size_t& length) {
    const std::size_t a = text.find(half), b = text.find(full);
    length = a <= b ? half.size() : full.size();
    return std::min(a, b);
}

std::string without_quotes(std::string text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> quotes{
        {{"\"", "\""}, {"'", "'"}, {"“", "”"}, {"‘", "’"}, {"＂", "＂"}}};
    for (const auto& [open, close] : quotes) {
        if (text.size() >= open.size() + close.size() && text.starts_with(open) && text.ends_with(close)) {
            return text.substr(open.size(), text.size() - open.size() - close.size());
        }
    }
    return text;
}

// "列:编号", "序号:5", a plain name.
void parse_name(std::string_view text, Expression& out) {
    out.name = trimmed(text);
    std::size_t length = 0;
    const std::size_t colon = find_either(out.name, ":", "：", length);
    if (colon == std::string::npos) return;
    const std::string head = trimmed(std::string_view(out.name).substr(0, colon));
    const std::string tail = trimmed(std::string_view(out.name).substr(colon + length));
    if (head == "列" && !tail.empty()) {
        out.name = tail;
        out.column_asked = true;
    } else if (head == "序号") {
        const std::string digits = half_width(tail);
        const bool good = !digits.empty() && digits.size() <= 2 &&
                          std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
        if (!good) return;
        out.name = head;
        out.width = std::min<std::size_t>(static_cast<std::size_t>(std::stoi(digits)), 18);
    }
}

Result<Marker> parse_field(std::string_view inside) {
    Expression out;
    bool first = true;
    for (std::string_view rest = inside;;) {
        std::size_t length = 0;
        const std::size_t bar = find_either(rest, "|", "｜", length);
        const std::string part = trimmed(rest.substr(0, bar));
        std::string_view after = part;
        if (first) {
            parse_name(part, out);
        } else if (take(after, "默认") && (trimmed(after).empty() || take_either(after, ":", "："))) {
            out.default_text = without_quotes(trimmed(after));
            out.written_filters.push_back(part);
        } else {
            out.filters.push_back(TRY(parse_filter(part)));
            out.written_filters.push_back(part);
        }
        first = false;
        if (bar == rest.npos) break;
        rest.remove_prefix(bar + length);
    }
    if (out.name.empty()) return fail(ErrorKind::invalid, "merge.empty_marker");
    return out;
}

struct OperatorName {
    std::string_view text;
    Condition::Operator op;
};
// Longer ones first: != before =.
constexpr std::array<OperatorName, 17> operators{{
    {"!=", Condition::Operator::not_equal},
    {"！=", Condition::Operator::not_equal},
    {"！＝", Condition::Operator::not_equal},
    {"<>", Condition::Operator::not_equal},
    {"≠", Condition::Operator::not_equal},
    {">=", Condition::Operator::greater_equal},
    {"＞＝", Condition::Operator::greater_equal},
    {"≥", Condition::Operator::greater_equal},
    {"<=", Condition::Operator::less_equal},
    {"＜＝", Condition::Operator::less_equal},
    {"≤", Condition::Operator::less_equal},
    {"==", Condition::Operator::equal},
    {"=", Condition::Operator::equal},
    {"＝", Condition::Operator::equal},
    {">", Condition::Operator::greater},
    {"＞", Condition::Operator::greater},
    {"<", Condition::Operator::less},
}};

Result<Condition> parse_condition(std::string_view text) {
    Condition out;
    std::size_t at = text.npos, length = 0;
    for (const OperatorName& name : operators) {
        const std::size_t found = text.find(name.text);
        if (found >= at) continue;  // at the same place the longer one came first
        at = found;
        length = name.text.size();
        out.op = name.op;
    }
    if (const std::size_t wide = text.find("＜"); wide < at) {
        at = wide;
        length = std::string_view("＜").size();
        out.op = Condition::Operator::less;
    }
    parse_name(text.substr(0, at), out.field);
    if (out.field.name.empty()) return fail(ErrorKind::invalid, "merge.bad_condition");
    if (at == text.npos) return out;
    const std::string operand = without_quotes(trimmed(text.substr(at + length)));
    out.operand = folded(operand);
    out.number = parse_decimal(operand);
    if (!out.number) out.date = parse_date(operand);
    const bool ordered = out.op != Condition::Operator::equal && out.op != Condition::Operator::not_equal;
    if (ordered && !out.number && !out.date) return fail(ErrorKind::invalid, "merge.bad_condition");
    return out;
}

std::unexpected<Error> unknown_marker(std::string_view inside, std::string_view word) {
    static const std::vector<std::string> known{"#如果", "#否则", "/如果", "#每行", "/每行"};
    const auto suggestion = nearest(word, known);
    return fail(
        ErrorKind::invalid, "merge.unknown_marker",
        {{"marker", "{{" + std::string(inside) + "}}"}, {"suggestion", "{{" + suggestion.value_or("#如果 …") + "}}"}});
}

Result<Marker> parse_opening(std::string_view inside, std::string_view rest) {
    Control control;
    const std::string word = trimmed(rest);
    std::string_view after = word;
    if (take(after, "如果")) {
        control.kind = Control::Kind::if_begin;
        control.condition = TRY(parse_condition(trimmed(after)));
    } else if (word == "否则") {
        control.kind = Control::Kind::if_else;
    } else if (word == "每行") {
        control.kind = Control::Kind::repeat_begin;
    } else {
        return unknown_marker(inside, "#" + word);
    }
    return control;
}

Result<Marker> parse_closing(std::string_view inside, std::string_view rest) {
    Control control;
    const std::string word = trimmed(rest);
    // {{/如果 备注}}: some write again what is closed.
    if (word.starts_with("如果")) {
        control.kind = Control::Kind::if_end;
    } else if (word.starts_with("每行")) {
        control.kind = Control::Kind::repeat_end;
    } else {
        return unknown_marker(inside, "/" + word);
    }
    return control;
}

std::optional<Mark> parse_mark(std::string_view text) {
    Mark mark;
    const std::string name = folded(text);
    if (name == "印章") return mark;
    if (name == "二维码") {
        mark.kind = Mark::Kind::qr_code;
        return mark;
    }
    std::string_view rest = text;
    if (!take(rest, "会签")) return std::nullopt;
    const std::string after = trimmed(rest);
    rest = after;
    if (!rest.empty() && !take_either(rest, ":", "：")) return std::nullopt;
    mark.kind = Mark::Kind::countersign;
    mark.name = trimmed(rest);
    if (mark.name.empty()) mark.name = "会签";
    return mark;
}

}  // namespace

Result<Marker> parse_marker(std::string_view inside) {
    const std::string text = trimmed(inside);
    std::string_view rest = text;
    Result<Marker> out = [&]() -> Result<Marker> {
        if (rest.empty()) return fail(ErrorKind::invalid, "merge.empty_marker");
        if (take_either(rest, "#", "＃")) return parse_opening(text, rest);
        if (take_either(rest, "/", "／")) return parse_closing(text, rest);
        if (text == "否则") return Control{Control::Kind::if_else, {}, {}, {}};
        if (const auto mark = parse_mark(text)) return *mark;
        return parse_field(text);
    }();
    if (out) {
        if (auto* control = std::get_if<Control>(&*out)) control->written = "{{" + text + "}}";
    } else {
        out.error().place.field = "{{" + text + "}}";
    }
    return out;
}

}  // namespace shanqi::office::merging
