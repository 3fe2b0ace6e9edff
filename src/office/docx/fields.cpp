#include "office/docx/fields.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.hpp"
#include "office/docx/limits.hpp"
#include "office/docx/merge_rules.hpp"

namespace shanqi::office::docx {
namespace {

constexpr std::string_view opening_quote = "“", closing_quote = "”";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// A general switch may follow a bare name without a blank: "MERGEFIELD 学校名称\\* MERGEFORMAT".
bool begins_switch(std::string_view text) {
    return text.starts_with("\\*") || text.starts_with("\\#") || text.starts_with("\\@");
}

// The next argument: bare, or in quotes (straight, or the curly ones that Word's autocorrection makes).
std::string next_word(std::string_view& rest) {
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    std::string out;
    std::string_view closing;
    if (rest.starts_with('"')) {
        closing = "\"";
        rest.remove_prefix(1);
    } else if (rest.starts_with(opening_quote)) {
        closing = closing_quote;
        rest.remove_prefix(opening_quote.size());
    }
    while (!rest.empty()) {
        if (closing.empty() ? is_blank(rest.front()) || (!out.empty() && begins_switch(rest))
                            : rest.starts_with(closing)) {
            rest.remove_prefix(closing.empty() ? 0 : closing.size());
            break;
        }
        if (!closing.empty() && rest.front() == '\\' && rest.size() > 1 && (rest[1] == '"' || rest[1] == '\\'))
            rest.remove_prefix(1);
        out += rest.front();
        rest.remove_prefix(1);
    }
    return out;
}

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

// \* switches (17.16.4.3.1) to w:numFmt names.
std::string number_format(std::string_view rest) {
    constexpr std::array names = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"Arabic", "decimal"},
        {"roman", "lowerRoman"},
        {"ROMAN", "upperRoman"},
        {"Roman", "upperRoman"},
        {"alphabetic", "lowerLetter"},
        {"ALPHABETIC", "upperLetter"},
        {"ArabicDash", "numberInDash"},
        {"CHINESENUM1", "chineseCounting"},
        {"CHINESENUM2", "chineseLegalSimplified"},
        {"CHINESENUM3", "chineseCountingThousand"},
        {"GB1", "decimalEnclosedFullstop"},
        {"GB2", "decimalEnclosedParen"},
        {"GB3", "decimalEnclosedCircleChinese"},
        {"GB4", "ideographEnclosedCircle"},
        {"ZODIAC1", "ideographTraditional"},
        {"ZODIAC2", "ideographZodiac"},
        {"SBCHAR", "decimalFullWidth"},
        {"DBCHAR", "decimalFullWidth"},
        {"Ordinal", "ordinal"},
    });
    while (!rest.empty()) {
        if (next_word(rest) != "\\*") continue;
        const std::string wanted = next_word(rest);
        for (const auto& [name, format] : names) {
            if (name == wanted) return std::string(format);
        }
    }
    return {};
}

}  // namespace

FieldMeaning field_meaning(std::string_view instruction) {
    using Kind = FieldMeaning::Kind;
    FieldMeaning out;
    std::string_view rest = instruction;
    out.name = upper(next_word(rest));
    const auto is_one_of = [&](std::initializer_list<std::string_view> names) {
        return std::ranges::find(names, std::string_view(out.name)) != names.end();
    };
    if (is_one_of({"PAGE", "NUMPAGES", "SECTIONPAGES"})) {
        out.kind = Kind::number;
        out.number.kind = out.name == "PAGE"       ? PageNumber::Kind::page
                          : out.name == "NUMPAGES" ? PageNumber::Kind::pages
                                                   : PageNumber::Kind::section_pages;
        out.number.format = number_format(rest);
    } else if (out.name == "MERGEFIELD") {
        out.kind = Kind::merge;
        out.merge.name = trimmed(next_word(rest));
        out.merge.switches = trimmed(rest);
        if (out.merge.name.empty()) out.kind = Kind::keep_result;
    } else if (is_one_of({"XE", "TC", "TA", "RD", "SET", "PRIVATE", "ADVANCE", "BIDIOUTLINE", "ASK"})) {
        out.kind = Kind::silent;
    } else if (is_one_of({"IF", "NEXT", "NEXTIF", "SKIPIF", "COMPARE", "FILLIN", "ADDRESSBLOCK", "GREETINGLINE",
                          "MERGEREC", "MERGESEQ", "DATABASE"})) {
        out.kind = Kind::merge_rule;
    } else if (out.name == "EQ") {
        out.kind = Kind::equation;
    } else if (out.name == "SYMBOL") {
        out.kind = Kind::symbol;
        out.symbol_code = static_cast<char32_t>(std::strtoul(next_word(rest).c_str(), nullptr, 0) & 0x1FFFFF);
        while (!rest.empty()) {
            if (next_word(rest) == "\\f") out.symbol_font = next_word(rest);
        }
    }
    return out;
}

bool FieldStack::begin(RunStylePtr style, std::string form_text) {
    if (open_.size() >= limits::fields_nested_max) return false;
    Field field;
    field.style = std::move(style);
    field.form_text = std::move(form_text);
    open_.push_back(std::move(field));
    return true;
}

void FieldStack::instruction(std::string_view text) {
    if (!in_instruction()) return;
    std::string& instruction = open_.back().instruction;
    if (instruction.size() + text.size() <= limits::field_instruction_bytes_max) {
        instruction += text;
    } else {
        open_.back().truncated = true;
    }
}

void FieldStack::separate() {
    if (!in_instruction()) return;
    Field& field = open_.back();
    field.in_result = true;
    understand(field);
    using Kind = FieldMeaning::Kind;
    const Kind kind = field.meaning.kind;
    field.hides_result = kind == Kind::number || kind == Kind::merge || kind == Kind::silent || kind == Kind::symbol ||
                         field.condition.has_value();
}

void FieldStack::understand(Field& field) {
    field.meaning = field_meaning(field.instruction);
    if (field.meaning.kind == FieldMeaning::Kind::merge_rule && !field.truncated)
        field.condition = condition_of(field.instruction);
    field.instruction = without_nesting_marks(field.instruction);
}

FieldStack::Field FieldStack::end() {
    if (open_.empty()) return {};
    Field field = std::move(open_.back());
    open_.pop_back();
    if (!field.in_result) understand(field);
    if (in_instruction()) {
        const bool merge = field.meaning.kind == FieldMeaning::Kind::merge;
        if (merge || field.encloses_merge) open_.back().encloses_merge = true;
        instruction(nested_field(merge ? marker_of(field.meaning.merge) : field.condition.value_or("")));
    }
    return field;
}

bool FieldStack::hides(const RunStylePtr& style) {
    bool hidden = false;
    for (Field& field : open_) {
        if (!field.in_result) return true;
        field.has_result = true;
        if (field.hides_result && !hidden) {
            if (!field.styled_by_result && style != nullptr) field.style = style;
            field.styled_by_result = true;
            hidden = true;
        }
    }
    return hidden;
}

}  // namespace shanqi::office::docx
