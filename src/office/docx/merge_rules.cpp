#include "office/docx/merge_rules.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace shanqi::office::docx {
namespace {

constexpr char nested_begin = '\x01', nested_end = '\x02';

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool has_any(std::string_view text, std::initializer_list<std::string_view> signs) {
    return std::ranges::any_of(signs, [&](std::string_view sign) { return text.find(sign) != text.npos; });
}

// The next argument of an instruction, bare or in quotes. What a nested field left is never split.
std::string next_argument(std::string_view& rest) {
    constexpr std::string_view curly_open = "“", curly_close = "”";
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    std::string_view closing;
    if (rest.starts_with('"')) {
        closing = "\"";
        rest.remove_prefix(1);
    } else if (rest.starts_with(curly_open)) {
        closing = curly_close;
        rest.remove_prefix(curly_open.size());
    }
    std::string out;
    bool nested = false;
    while (!rest.empty()) {
        const char c = rest.front();
        if (!nested && (closing.empty() ? is_blank(c) : rest.starts_with(closing))) {
            rest.remove_prefix(std::max<std::size_t>(closing.size(), 1));
            break;
        }
        nested = c == nested_begin || (nested && c != nested_end);
        out += c;
        rest.remove_prefix(1);
    }
    return out;
}

std::optional<std::string_view> sign_of(std::string_view word) {
    if (word == "<>") return "!=";
    constexpr std::array<std::string_view, 5> same{"=", ">", "<", ">=", "<="};
    const auto found = std::ranges::find(same, word);
    return found == same.end() ? std::nullopt : std::optional(*found);
}

// The field's name, when the argument is one field and nothing else.
std::optional<std::string_view> compared_field(std::string_view argument) {
    constexpr std::string_view begin = "\x01{{", end = "}}\x02";
    if (!argument.starts_with(begin) || !argument.ends_with(end)) return std::nullopt;
    argument = argument.substr(begin.size(), argument.size() - begin.size() - end.size());
    return argument.find(nested_begin) == argument.npos ? std::optional(argument) : std::nullopt;
}

// A branch with its nested fields as markers. None: a field without a marker, or braces of its own.
std::optional<std::string> branch_of(std::string_view argument) {
    std::string out;
    while (!argument.empty()) {
        const std::size_t begin = std::min(argument.find(nested_begin), argument.size());
        const std::string_view words = argument.substr(0, begin);
        if (has_any(words, {"{", "}", "｛", "｝"})) return std::nullopt;
        out += words;
        if (begin == argument.size()) break;
        const std::size_t end = argument.find(nested_end, begin);
        if (end == argument.npos || end == begin + 1) return std::nullopt;
        out += argument.substr(begin + 1, end - begin - 1);
        argument.remove_prefix(end + 1);
    }
    return out;
}

bool is_literal(std::string_view operand, bool ordered) {
    // * and ? are wildcards in Word.
    if (has_any(operand, {"{", "}", "｛", "｝", "|", "｜", "*", "?", "\x01", "\"", "“"})) return false;
    return !ordered || (!operand.empty() && operand.front() >= '0' && operand.front() <= '9');
}

bool only_format_switches(std::string_view rest) {
    while (true) {
        const std::string word = next_argument(rest);
        if (word.empty()) return true;
        const std::string format = word == "\\*" ? folded(next_argument(rest)) : std::string();
        if (format != "mergeformat" && format != "charformat") return false;
    }
}

}  // namespace

std::string nested_field(std::string_view marker) { return nested_begin + std::string(marker) + nested_end; }

std::string without_nesting_marks(std::string_view instruction) {
    std::string out(instruction);
    std::erase_if(out, [](char c) { return c == nested_begin || c == nested_end; });
    return out;
}

std::string marker_of(const MergeField& field) {
    if (!only_format_switches(field.switches)) return {};
    if (has_any(field.name,
                {"{", "}", "｛", "｝", "|", "｜", "=", "＝", "<", "＜", ">", "＞", "!", "！", "≠", "≥", "≤"}))
        return {};
    return "{{" + field.name + "}}";
}

std::optional<std::string> condition_of(std::string_view instruction) {
    std::string_view rest = instruction;
    if (folded(next_argument(rest)) != "if") return std::nullopt;
    const std::string compared = next_argument(rest);
    const auto name = compared_field(compared);
    const auto sign = sign_of(next_argument(rest));
    const std::string operand = next_argument(rest);
    const auto then = branch_of(next_argument(rest));
    const auto otherwise = branch_of(next_argument(rest));
    if (!name || !sign || !then || !otherwise || !only_format_switches(rest)) return std::nullopt;
    if (!is_literal(operand, *sign != "=" && *sign != "!=")) return std::nullopt;
    std::string out = "{{#如果 " + std::string(*name) + std::string(*sign) + operand + "}}" + *then;
    if (!otherwise->empty()) out += "{{#否则}}" + *otherwise;
    return out + "{{/如果}}";
}

}  // namespace shanqi::office::docx
