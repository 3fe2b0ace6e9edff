// What one level of formatting says: everything optional. Levels are merged from defaults to direct formatting
// (ECMA-376 part 1, 17.7.2) and then become the model's styles, where nothing is optional.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "office/document/document.hpp"
#include "office/docx/colors.hpp"
#include <pugixml.hpp>

namespace shanqi::office::docx {

using MaybeColor = std::optional<std::optional<Color>>;  // outer nothing: not given; inner nothing: automatic or none

struct RunProperties {
    std::optional<std::string> latin_font, east_asian_font;
    std::optional<bool> hint_east_asian;
    // Toggle properties (17.7.3).
    std::optional<bool> bold, italic, strike, all_caps, small_caps, hidden;
    std::optional<bool> double_strike, snap_to_grid;
    std::optional<double> size, character_spacing, raise, scale_percent;
    MaybeColor color, highlight, shading, underline_color;
    std::optional<UnderlineStyle> underline;
    std::optional<ScriptPosition> script;
    std::optional<std::string> style_id;    // w:rStyle
    std::optional<std::string> effect_key;  // "unsupported.emphasis_mark"…; empty: switched off

    void apply(const RunProperties& over);  // what `over` says wins
};
RunProperties parse_run_properties(pugi::xml_node rPr, const Theme& theme);

struct ParagraphProperties {
    std::optional<std::string> style_id;
    std::optional<ParagraphStyle::Align> align;
    std::optional<ParagraphStyle::LineRule> line_rule;
    std::optional<double> line;  // twentieths of w:line, whatever the rule says they are
    std::optional<double> indent_left, indent_right, indent_first;
    std::optional<double> indent_left_characters, indent_right_characters, indent_first_characters;
    std::optional<double> space_before, space_after, space_before_lines, space_after_lines;
    std::optional<bool> space_before_auto, space_after_auto;
    std::optional<bool> contextual_spacing, keep_next, keep_lines, page_break_before, widow_control;
    std::optional<bool> snap_to_grid, kinsoku, hanging_punctuation, word_wrap, auto_space_latin, auto_space_digits;
    std::optional<bool> right_to_left;
    MaybeColor shading;
    std::optional<Line> border_top, border_bottom, border_left, border_right, border_between;
    struct TabChange {
        TabStop stop;
        bool clear = false;
    };
    std::vector<TabChange> tabs;
    std::optional<int> list, list_level;  // w:numPr; list 0 takes the numbering away
    std::optional<int> outline_level;

    void apply(const ParagraphProperties& over);
};
ParagraphProperties parse_paragraph_properties(pugi::xml_node pPr, const Theme& theme);

// A border (17.18.2). Not given and "none" differ: an explicit none takes a style's border away.
std::optional<Line> parse_border(pugi::xml_node node, const Theme& theme);
bool is_art_border(pugi::xml_node node);  // a row of apples around a page: drawn as a plain line

// ParagraphStyle of fully merged properties. Lists are the caller's matter.
ParagraphStyle paragraph_style(const ParagraphProperties& properties);

template <class T>
void take(std::optional<T>& target, const std::optional<T>& source) {
    if (source) target = source;
}

}  // namespace shanqi::office::docx
