#include "office/docx/properties.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "office/docx/limits.hpp"
#include "office/docx/xml.hpp"

namespace shanqi::office::docx {
namespace {

template <class T, std::size_t N>
std::optional<T> lookup(const std::array<std::pair<std::string_view, T>, N>& table, std::string_view name) {
    for (const auto& [key, value] : table) {
        if (key == name) return value;
    }
    return std::nullopt;
}

using Align = ParagraphStyle::Align;
constexpr std::array alignments = std::to_array<std::pair<std::string_view, Align>>({
    {"left", Align::left},
    {"start", Align::left},
    {"center", Align::center},
    {"right", Align::right},
    {"end", Align::right},
    {"both", Align::justify},
    {"lowKashida", Align::justify},
    {"mediumKashida", Align::justify},
    {"highKashida", Align::justify},
    {"distribute", Align::distribute},
    {"thaiDistribute", Align::distribute},
});

// Word's sixteen markers as Word draws them; the names mean other colours than HTML's (17.18.40).
constexpr std::array highlights = std::to_array<std::pair<std::string_view, Color>>({
    {"black", {0, 0, 0}},
    {"blue", {0, 0, 255}},
    {"cyan", {0, 255, 255}},
    {"green", {0, 255, 0}},
    {"magenta", {255, 0, 255}},
    {"red", {255, 0, 0}},
    {"yellow", {255, 255, 0}},
    {"white", {255, 255, 255}},
    {"darkBlue", {0, 0, 128}},
    {"darkCyan", {0, 128, 128}},
    {"darkGreen", {0, 128, 0}},
    {"darkMagenta", {128, 0, 128}},
    {"darkRed", {128, 0, 0}},
    {"darkYellow", {128, 128, 0}},
    {"darkGray", {128, 128, 128}},
    {"lightGray", {192, 192, 192}},
});

using U = UnderlineStyle;
constexpr std::array underlines = std::to_array<std::pair<std::string_view, U>>({
    {"none", U::none},
    {"single", U::single},
    {"words", U::words},
    {"thick", U::thick},
    {"double", U::doubled},
    {"dotted", U::dotted},
    {"dottedHeavy", U::dotted},
    {"dash", U::dashed},
    {"dashedHeavy", U::dashed},
    {"dashLong", U::dashed},
    {"dashLongHeavy", U::dashed},
    {"dotDash", U::dashed},
    {"dashDotHeavy", U::dashed},
    {"dotDotDash", U::dashed},
    {"dashDotDotHeavy", U::dashed},
    {"wave", U::wave},
    {"wavyHeavy", U::wave},
    {"wavyDouble", U::wave},
});

// Width of the whole line in units of w:sz: a double line is line, gap, line.
struct BorderKind {
    Line::Style style;
    double factor = 1;
};
using L = Line::Style;
constexpr std::array borders = std::to_array<std::pair<std::string_view, BorderKind>>({
    {"nil", {L::none}},
    {"none", {L::none}},
    {"single", {L::single}},
    {"thick", {L::thick}},
    {"double", {L::doubled, 3}},
    {"dotted", {L::dotted}},
    {"dashed", {L::dashed}},
    {"dashSmallGap", {L::dashed}},
    {"dotDash", {L::dot_dash}},
    {"dotDotDash", {L::dot_dash}},
    {"dashDotStroked", {L::dot_dash}},
    {"triple", {L::triple, 5}},
    {"wave", {L::wave}},
    {"doubleWave", {L::wave}},
    {"thinThickSmallGap", {L::thin_thick, 1.5}},
    {"thinThickMediumGap", {L::thin_thick, 2}},
    {"thinThickLargeGap", {L::thin_thick, 2}},
    {"thickThinSmallGap", {L::thick_thin, 1.5}},
    {"thickThinMediumGap", {L::thick_thin, 2}},
    {"thickThinLargeGap", {L::thick_thin, 2}},
    {"thinThickThinSmallGap", {L::triple, 2}},
    {"thinThickThinMediumGap", {L::triple, 2}},
    {"thinThickThinLargeGap", {L::triple, 2}},
    {"threeDEmboss", {L::single}},
    {"threeDEngrave", {L::single}},
    {"inset", {L::single}},
    {"outset", {L::single}},
});

using Kind = TabStop::Kind;
constexpr std::array tab_kinds = std::to_array<std::pair<std::string_view, Kind>>({{"left", Kind::left},
                                                                                   {"start", Kind::left},
                                                                                   {"num", Kind::left},
                                                                                   {"center", Kind::center},
                                                                                   {"right", Kind::right},
                                                                                   {"end", Kind::right},
                                                                                   {"decimal", Kind::decimal},
                                                                                   {"bar", Kind::bar}});
using Leader = TabStop::Leader;
constexpr std::array tab_leaders =
    std::to_array<std::pair<std::string_view, Leader>>({{"dot", Leader::dot},
                                                        {"hyphen", Leader::hyphen},
                                                        {"underscore", Leader::underscore},
                                                        {"heavy", Leader::underscore},
                                                        {"middleDot", Leader::middle_dot}});

std::optional<std::string> font_of(pugi::xml_node fonts, const Theme& theme, const char* theme_attribute,
                                   const char* attribute) {
    const std::string_view theme_name = fonts.attribute(theme_attribute).value();
    if (!theme_name.empty()) {
        std::string name = theme.font(theme_name);
        if (!name.empty()) return name;
    }
    std::string name = clean_text(fonts.attribute(attribute).value());
    return name.empty() ? std::nullopt : std::optional(std::move(name));
}

void parse_fonts(pugi::xml_node fonts, const Theme& theme, RunProperties& out) {
    if (!fonts) return;
    out.latin_font = font_of(fonts, theme, "w:asciiTheme", "w:ascii");
    if (!out.latin_font) out.latin_font = font_of(fonts, theme, "w:hAnsiTheme", "w:hAnsi");
    out.east_asian_font = font_of(fonts, theme, "w:eastAsiaTheme", "w:eastAsia");
    if (const pugi::xml_attribute hint = fonts.attribute("w:hint")) out.hint_east_asian = text_of(hint) == "eastAsia";
}

// Effects that the model has no word for are reported, not drawn.
std::optional<std::string> parse_effects(pugi::xml_node rPr) {
    std::optional<std::string> key;
    for (const char* name : {"w:emboss", "w:imprint", "w:outline", "w:shadow"}) {
        if (const auto on = child_on_off(rPr, name)) key = *on ? "unsupported.text_effect" : key.value_or("");
    }
    // Word 2010's own; WPS writes a plain w14:textFill beside w:color into nearly every run.
    if (rPr.child("w14:glow") || rPr.child("w14:shadow") || rPr.child("w14:reflection") ||
        rPr.child("w14:textFill").child("w14:gradFill") || rPr.child("w14:textOutline").child("w14:solidFill"))
        key = "unsupported.text_effect";
    if (const pugi::xml_node border = rPr.child("w:bdr")) {
        const std::string_view kind = border.attribute("w:val").value();
        key = kind == "nil" || kind == "none" ? key.value_or("") : "unsupported.text_border";
    }
    if (const pugi::xml_node layout = rPr.child("w:eastAsianLayout")) {
        if (layout.attribute("w:combine") && on_off(layout.attribute("w:combine")))
            key = "unsupported.combined_characters";
    }
    if (const pugi::xml_node emphasis = rPr.child("w:em")) {
        key = child_value(rPr, "w:em") == "none" ? key.value_or("") : "unsupported.emphasis_mark";
    }
    return key;
}

void parse_spacing(pugi::xml_node spacing, ParagraphProperties& out) {
    if (!spacing) return;
    out.space_before = points_from_twips(spacing.attribute("w:before").value());
    out.space_after = points_from_twips(spacing.attribute("w:after").value());
    const auto hundredths = [&](const char* name) {
        const auto value = decimal(spacing.attribute(name).value());
        return value ? std::optional(std::clamp(*value / 100, 0.0, 1000.0)) : std::nullopt;
    };
    out.space_before_lines = hundredths("w:beforeLines");
    out.space_after_lines = hundredths("w:afterLines");
    if (const auto a = spacing.attribute("w:beforeAutospacing")) out.space_before_auto = on_off(a);
    if (const auto a = spacing.attribute("w:afterAutospacing")) out.space_after_auto = on_off(a);
    const std::string_view rule = spacing.attribute("w:lineRule").value();
    if (rule == "exact") out.line_rule = ParagraphStyle::LineRule::exactly;
    if (rule == "atLeast") out.line_rule = ParagraphStyle::LineRule::at_least;
    if (rule == "auto") out.line_rule = ParagraphStyle::LineRule::multiple;
    out.line = points_from_twips(spacing.attribute("w:line").value());
}

void parse_indents(pugi::xml_node ind, ParagraphProperties& out) {
    if (!ind) return;
    const auto either = [&](const char* one, const char* other) {
        const pugi::xml_attribute first = ind.attribute(one);
        return first ? first : ind.attribute(other);
    };
    const auto characters = [&](pugi::xml_attribute attribute) {
        const auto value = decimal(attribute.value());
        return value ? std::optional(std::clamp(*value / 100, -1000.0, 1000.0)) : std::nullopt;
    };
    const auto negative = [](std::optional<double> value) { return value ? std::optional(-*value) : std::nullopt; };
    out.indent_left = points_from_twips(either("w:start", "w:left").value());
    out.indent_right = points_from_twips(either("w:end", "w:right").value());
    out.indent_left_characters = characters(either("w:startChars", "w:leftChars"));
    out.indent_right_characters = characters(either("w:endChars", "w:rightChars"));
    // Hanging wins over firstLine (17.3.1.12).
    out.indent_first = points_from_twips(ind.attribute("w:firstLine").value());
    take(out.indent_first, negative(points_from_twips(ind.attribute("w:hanging").value())));
    out.indent_first_characters = characters(ind.attribute("w:firstLineChars"));
    if (const auto hanging = characters(ind.attribute("w:hangingChars"))) {
        if (*hanging != 0 || !out.indent_first_characters) out.indent_first_characters = -*hanging;
    }
}

void parse_tabs(pugi::xml_node tabs, ParagraphProperties& out) {
    for (const pugi::xml_node tab : tabs.children("w:tab")) {
        if (out.tabs.size() >= limits::tabs_max) return;
        const auto position = points_from_twips(tab.attribute("w:pos").value());
        if (!position) continue;
        const std::string_view kind = tab.attribute("w:val").value();
        ParagraphProperties::TabChange change;
        change.clear = kind == "clear";
        change.stop.kind = lookup(tab_kinds, kind).value_or(Kind::left);
        change.stop.leader = lookup(tab_leaders, tab.attribute("w:leader").value()).value_or(Leader::none);
        change.stop.position = *position;
        out.tabs.push_back(change);
    }
}

}  // namespace

void RunProperties::apply(const RunProperties& over) {
    take(latin_font, over.latin_font);
    take(east_asian_font, over.east_asian_font);
    take(hint_east_asian, over.hint_east_asian);
    take(bold, over.bold);
    take(italic, over.italic);
    take(strike, over.strike);
    take(all_caps, over.all_caps);
    take(small_caps, over.small_caps);
    take(hidden, over.hidden);
    take(double_strike, over.double_strike);
    take(snap_to_grid, over.snap_to_grid);
    take(size, over.size);
    take(character_spacing, over.character_spacing);
    take(raise, over.raise);
    take(scale_percent, over.scale_percent);
    take(color, over.color);
    take(highlight, over.highlight);
    take(shading, over.shading);
    take(underline_color, over.underline_color);
    take(underline, over.underline);
    take(script, over.script);
    take(style_id, over.style_id);
    take(effect_key, over.effect_key);
}

RunProperties parse_run_properties(pugi::xml_node rPr, const Theme& theme) {
    RunProperties out;
    if (!rPr) return out;
    parse_fonts(rPr.child("w:rFonts"), theme, out);
    out.bold = child_on_off(rPr, "w:b");
    out.italic = child_on_off(rPr, "w:i");
    out.strike = child_on_off(rPr, "w:strike");
    out.double_strike = child_on_off(rPr, "w:dstrike");
    out.all_caps = child_on_off(rPr, "w:caps");
    out.small_caps = child_on_off(rPr, "w:smallCaps");
    out.hidden = child_on_off(rPr, "w:vanish");
    out.snap_to_grid = child_on_off(rPr, "w:snapToGrid");
    if (const auto size = points_from_half_points(child_value(rPr, "w:sz"))) out.size = std::clamp(*size, 0.5, 1638.0);
    out.character_spacing = points_from_twips(child_value(rPr, "w:spacing"));
    out.raise = points_from_half_points(child_value(rPr, "w:position"));
    if (const auto scale = percent(child_value(rPr, "w:w"), 1)) out.scale_percent = std::clamp(*scale, 1.0, 600.0);
    if (const pugi::xml_node color = rPr.child("w:color")) out.color = word_color(theme, color, "w:val", "theme");
    if (const pugi::xml_node highlight = rPr.child("w:highlight"))
        out.highlight = lookup(highlights, highlight.attribute("w:val").value());
    out.shading = shading_color(theme, rPr.child("w:shd"));
    if (const pugi::xml_node underline = rPr.child("w:u")) {
        const std::string_view kind = underline.attribute("w:val").value();
        if (!kind.empty()) out.underline = lookup(underlines, kind).value_or(U::single);
        out.underline_color = word_color(theme, underline, "w:color", "theme");
    }
    const std::string_view script = child_value(rPr, "w:vertAlign");
    if (script == "superscript") out.script = ScriptPosition::superscript;
    if (script == "subscript") out.script = ScriptPosition::subscript;
    if (script == "baseline") out.script = ScriptPosition::baseline;
    if (const pugi::xml_node style = rPr.child("w:rStyle")) out.style_id = style.attribute("w:val").value();
    out.effect_key = parse_effects(rPr);
    return out;
}

void ParagraphProperties::apply(const ParagraphProperties& over) {
    take(style_id, over.style_id);
    take(align, over.align);
    take(line_rule, over.line_rule);
    take(line, over.line);
    take(indent_left, over.indent_left);
    take(indent_right, over.indent_right);
    take(indent_first, over.indent_first);
    take(indent_left_characters, over.indent_left_characters);
    take(indent_right_characters, over.indent_right_characters);
    take(indent_first_characters, over.indent_first_characters);
    take(space_before, over.space_before);
    take(space_after, over.space_after);
    take(space_before_lines, over.space_before_lines);
    take(space_after_lines, over.space_after_lines);
    take(space_before_auto, over.space_before_auto);
    take(space_after_auto, over.space_after_auto);
    take(contextual_spacing, over.contextual_spacing);
    take(keep_next, over.keep_next);
    take(keep_lines, over.keep_lines);
    take(page_break_before, over.page_break_before);
    take(widow_control, over.widow_control);
    take(snap_to_grid, over.snap_to_grid);
    take(kinsoku, over.kinsoku);
    take(hanging_punctuation, over.hanging_punctuation);
    take(word_wrap, over.word_wrap);
    take(auto_space_latin, over.auto_space_latin);
    take(auto_space_digits, over.auto_space_digits);
    take(right_to_left, over.right_to_left);
    take(shading, over.shading);
    take(border_top, over.border_top);
    take(border_bottom, over.border_bottom);
    take(border_left, over.border_left);
    take(border_right, over.border_right);
    take(border_between, over.border_between);
    take(list, over.list);
    take(list_level, over.list_level);
    take(outline_level, over.outline_level);
    for (const TabChange& change : over.tabs) {
        // Word compares positions with a little tolerance when it clears a stop.
        const auto same = [&](const TabChange& other) {
            return std::abs(other.stop.position - change.stop.position) < 0.5;
        };
        const auto found = std::ranges::find_if(tabs, same);
        if (found != tabs.end()) {
            *found = change;
        } else if (tabs.size() < limits::tabs_max) {
            tabs.push_back(change);
        }
    }
}

ParagraphProperties parse_paragraph_properties(pugi::xml_node pPr, const Theme& theme) {
    ParagraphProperties out;
    if (!pPr) return out;
    if (const pugi::xml_node style = pPr.child("w:pStyle")) out.style_id = style.attribute("w:val").value();
    out.align = lookup(alignments, child_value(pPr, "w:jc"));
    parse_indents(pPr.child("w:ind"), out);
    parse_spacing(pPr.child("w:spacing"), out);
    parse_tabs(pPr.child("w:tabs"), out);
    out.contextual_spacing = child_on_off(pPr, "w:contextualSpacing");
    out.keep_next = child_on_off(pPr, "w:keepNext");
    out.keep_lines = child_on_off(pPr, "w:keepLines");
    out.page_break_before = child_on_off(pPr, "w:pageBreakBefore");
    out.widow_control = child_on_off(pPr, "w:widowControl");
    out.snap_to_grid = child_on_off(pPr, "w:snapToGrid");
    out.kinsoku = child_on_off(pPr, "w:kinsoku");
    out.hanging_punctuation = child_on_off(pPr, "w:overflowPunct");
    out.word_wrap = child_on_off(pPr, "w:wordWrap");
    out.auto_space_latin = child_on_off(pPr, "w:autoSpaceDE");
    out.auto_space_digits = child_on_off(pPr, "w:autoSpaceDN");
    out.right_to_left = child_on_off(pPr, "w:bidi");
    out.shading = shading_color(theme, pPr.child("w:shd"));
    if (const pugi::xml_node around = pPr.child("w:pBdr")) {
        out.border_top = parse_border(around.child("w:top"), theme);
        out.border_bottom = parse_border(around.child("w:bottom"), theme);
        out.border_left =
            parse_border(around.child("w:left") ? around.child("w:left") : around.child("w:start"), theme);
        out.border_right =
            parse_border(around.child("w:right") ? around.child("w:right") : around.child("w:end"), theme);
        out.border_between = parse_border(around.child("w:between"), theme);
    }
    if (const pugi::xml_node numbering = pPr.child("w:numPr")) {
        if (const auto list = integer(child_value(numbering, "w:numId")))
            out.list = static_cast<int>(std::clamp(*list, 0LL, 1LL << 30));
        if (const auto level = integer(child_value(numbering, "w:ilvl")))
            out.list_level = static_cast<int>(std::clamp(*level, 0LL, 8LL));
    }
    if (const auto level = integer(child_value(pPr, "w:outlineLvl")))
        out.outline_level = static_cast<int>(std::clamp(*level, 0LL, 9LL));
    return out;
}

std::optional<Line> parse_border(pugi::xml_node node, const Theme& theme) {
    if (!node) return std::nullopt;
    const std::string_view name = node.attribute("w:val").value();
    if (name.empty()) return std::nullopt;
    const BorderKind kind = lookup(borders, name).value_or(BorderKind{L::single});
    Line line;
    line.style = kind.style;
    if (kind.style == L::none) return line;
    // Eighths of a point; Word draws a quarter point at least and six at most (17.3.4).
    const double eighths = decimal(node.attribute("w:sz").value()).value_or(4);
    line.width = std::clamp(eighths / 8, 0.25, 12.0) * kind.factor;
    line.color = word_color(theme, node, "w:color", "theme").value_or(std::nullopt);
    line.space = std::clamp(decimal(node.attribute("w:space").value()).value_or(0), 0.0, 31.0);
    return line;
}

bool is_art_border(pugi::xml_node node) {
    const std::string_view name = node.attribute("w:val").value();
    return !name.empty() && !lookup(borders, name);
}

ParagraphStyle paragraph_style(const ParagraphProperties& p) {
    ParagraphStyle out;
    out.align = p.align.value_or(Align::left);
    out.line_rule = p.line_rule.value_or(ParagraphStyle::LineRule::multiple);
    out.line = p.line.value_or(12);  // 240 twips; of a multiple: 240ths of a line (17.3.1.33)
    if (out.line_rule == ParagraphStyle::LineRule::multiple) out.line /= 12;
    if (out.line <= 0) {  // Word reads a negative or zero height as a single line
        out.line_rule = ParagraphStyle::LineRule::multiple;
        out.line = 1.0;
    }
    out.indent_left = p.indent_left.value_or(0);
    out.indent_right = p.indent_right.value_or(0);
    out.indent_first = p.indent_first.value_or(0);
    // A value of 0 characters (or lines) is how Word says: take the points after all.
    const auto not_zero = [](std::optional<double> value) { return value && *value != 0 ? value : std::nullopt; };
    out.indent_left_characters = not_zero(p.indent_left_characters);
    out.indent_right_characters = not_zero(p.indent_right_characters);
    out.indent_first_characters = not_zero(p.indent_first_characters);
    out.space_before = std::max(0.0, p.space_before.value_or(0));
    out.space_after = std::max(0.0, p.space_after.value_or(0));
    out.space_before_lines = not_zero(p.space_before_lines);
    out.space_after_lines = not_zero(p.space_after_lines);
    out.space_before_auto = p.space_before_auto.value_or(false);
    out.space_after_auto = p.space_after_auto.value_or(false);
    out.contextual_spacing = p.contextual_spacing.value_or(false);
    out.keep_next = p.keep_next.value_or(false);
    out.keep_lines = p.keep_lines.value_or(false);
    out.page_break_before = p.page_break_before.value_or(false);
    out.widow_control = p.widow_control.value_or(true);
    out.snap_to_grid = p.snap_to_grid.value_or(true);
    out.kinsoku = p.kinsoku.value_or(true);
    out.hanging_punctuation = p.hanging_punctuation.value_or(true);
    out.word_wrap = p.word_wrap.value_or(true);
    out.auto_space_latin = p.auto_space_latin.value_or(true);
    out.auto_space_digits = p.auto_space_digits.value_or(true);
    out.right_to_left = p.right_to_left.value_or(false);
    if (out.right_to_left) {  // 17.3.1.13: left and right change sides in Transitional files
        if (out.align == Align::left) {
            out.align = Align::right;
        } else if (out.align == Align::right) {
            out.align = Align::left;
        }
    }
    out.shading = p.shading.value_or(std::nullopt);
    out.border_top = p.border_top.value_or(Line());
    out.border_bottom = p.border_bottom.value_or(Line());
    out.border_left = p.border_left.value_or(Line());
    out.border_right = p.border_right.value_or(Line());
    out.border_between = p.border_between.value_or(Line());
    for (const ParagraphProperties::TabChange& change : p.tabs) {
        if (!change.clear) out.tabs.push_back(change.stop);
    }
    std::ranges::sort(out.tabs, {}, &TabStop::position);
    out.outline_level = p.outline_level.value_or(9);
    return out;
}

}  // namespace shanqi::office::docx
