// From the plan to the document of one row. Internal to the room.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "office/merge/plan.hpp"

namespace shanqi::office::merging {

Result<Section> fill_section(const SectionPlan& plan, const Evaluator& evaluator, std::size_t& parts_left);

// The same walk without building: every problem, each once; with those that `page` tells, if it is given.
std::vector<Error> find_problems(const std::vector<SectionPlan>& sections, const Evaluator& evaluator, PageText* page);

// How a value becomes text: a line break in a cell of the list is a line break here, a tab a tab; other controls say
// nothing. text(std::string_view), line(), tab().
template <class Text, class Line, class Tab>
void take_apart(std::string_view value, const Text& text, const Line& line, const Tab& tab) {
    const bool is_plain = std::ranges::none_of(value, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xE2;  // U+0085, U+2028 begin with the last two
    });
    if (is_plain) return text(value);
    std::string part;
    const auto flush = [&] {
        text(std::string_view(part));
        part.clear();
    };
    char32_t before = 0;
    for (const char32_t c : to_utf32(value)) {
        const bool breaks = c == '\n' || c == '\r' || c == '\v' || c == 0x85 || c == 0x2028 || c == 0x2029;
        if (breaks && !(c == '\n' && before == '\r')) {
            flush();
            line();
        } else if (c == '\t') {
            flush();
            tab();
        } else if (c >= 0x20 && (c < 0x7F || c >= 0xA0)) {
            append_utf8(part, c);
        }
        before = c;
    }
    flush();
}

}  // namespace shanqi::office::merging
