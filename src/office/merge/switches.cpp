// Word's mail-merge field with its switches. ECMA-376 part 1, 17.16.4 (switches) and 17.16.5.35 (MERGEFIELD).
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "office/merge/syntax.hpp"

namespace shanqi::office::merging {
namespace {

// The next word of an instruction: quoted (straight or curly), or up to a space.
std::string next_word(std::string_view& rest) {
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> quotes{{{"\"", "\""}, {"“", "”"}}};
    for (const auto& [open, close] : quotes) {
        if (!rest.starts_with(open)) continue;
        rest.remove_prefix(open.size());
        const std::size_t end = std::min(rest.find(close), rest.size());
        std::string word(rest.substr(0, end));
        rest.remove_prefix(std::min(end + close.size(), rest.size()));
        return word;
    }
    const std::size_t end = std::min(rest.find(' '), rest.size());
    std::string word(rest.substr(0, end));
    rest.remove_prefix(end);
    return word;
}

void add_general_format(std::string_view name, Expression& out) {
    using Kind = Filter::Kind;
    constexpr std::array<std::pair<std::string_view, Kind>, 7> known{{{"upper", Kind::upper},
                                                                      {"lower", Kind::lower},
                                                                      {"firstcap", Kind::first_capital},
                                                                      {"caps", Kind::capitals},
                                                                      {"chinesenum1", Kind::chinese_counting},
                                                                      {"chinesenum2", Kind::chinese_legal},
                                                                      {"chinesenum3", Kind::chinese_thousand}}};
    const std::string wanted = folded(name);
    const auto found = std::ranges::find_if(known, [&](const auto& one) { return one.first == wanted; });
    // MERGEFORMAT and CHARFORMAT say which style the result has; it is that of the field here.
    if (found != known.end()) out.filters.push_back({found->second, {}, 0, "\\* " + std::string(name)});
}

}  // namespace

Expression parse_merge_field(const MergeField& field) {
    Expression out;
    out.name = trimmed(field.name);
    out.from_word = true;
    std::string_view rest = field.switches;
    while (!rest.empty()) {
        const std::string word = next_word(rest);
        if (word == "\\*") {
            add_general_format(next_word(rest), out);
        } else if (word.starts_with("\\*")) {
            add_general_format(std::string_view(word).substr(2), out);
        } else if (word == "\\#") {
            const std::string picture = next_word(rest);
            out.filters.push_back({Filter::Kind::number_picture, picture, 0, "\\# " + picture});
        } else if (word == "\\@") {
            const std::string picture = next_word(rest);
            out.filters.push_back({Filter::Kind::date_pattern, picture, 0, "\\@ " + picture});
        } else if (word == "\\b") {
            out.before = next_word(rest);
        } else if (word == "\\f") {
            out.after = next_word(rest);
        }
    }
    for (const Filter& filter : out.filters) out.written_filters.push_back(filter.written);
    // Text around it that comes only with a value: the author expects that there may be none.
    if (!out.before.empty() || !out.after.empty()) out.default_text = "";
    return out;
}

}  // namespace shanqi::office::merging
