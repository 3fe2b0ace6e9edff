#include "office/docx/formatting.hpp"

#include <functional>

namespace shanqi::office::docx {
namespace {

// 17.7.3: direct formatting is absolute; a default that is on stays on; otherwise each style that says "on" toggles.
bool toggled(std::optional<bool> RunProperties::* member, const RunProperties& defaults, const RunProperties& base,
             const RunProperties& paragraph_style, const RunProperties& character_style, const RunProperties& direct) {
    if (direct.*member) return *(direct.*member);
    if ((defaults.*member).value_or(false)) return true;
    bool on = false;
    for (const RunProperties* level : {&base, &paragraph_style, &character_style})
        on ^= (level->*member).value_or(false);
    return on;
}

void mix(std::size_t& hash, std::size_t value) { hash ^= value + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2); }

std::size_t hash_of(const RunStyle& style) {
    std::size_t hash = std::hash<std::string>()(style.latin_font);
    mix(hash, std::hash<std::string>()(style.east_asian_font));
    mix(hash, std::hash<double>()(style.size));
    mix(hash, std::hash<double>()(style.character_spacing));
    mix(hash, static_cast<std::size_t>(style.bold) * 2 + static_cast<std::size_t>(style.italic));
    mix(hash, static_cast<std::size_t>(style.underline) * 2 + static_cast<std::size_t>(style.hint_east_asian));
    mix(hash, std::hash<double>()(style.raise));
    mix(hash, std::hash<double>()(style.scale_percent));
    for (const auto& color : {style.color, style.highlight, style.underline_color}) {
        mix(hash, color ? color->red * 65536U + color->green * 256U + color->blue : 1U << 24);
    }
    return hash;
}

}  // namespace

const Formatting::StyleChain& Formatting::style_chain(std::string_view style_id) {
    const Style* style = styles_.find(style_id, StyleKind::paragraph);
    if (style == nullptr) style = styles_.default_style(StyleKind::paragraph);
    if (const auto kept = chains_.find(style); kept != chains_.end()) return kept->second;
    StyleChain out;
    if (style != nullptr) out.style_id = style->id;
    const std::vector<const Style*> levels = styles_.chain(style);

    // The list's own indents come right under the style that chose the list: they win over what that style is based
    // on and lose to what it says itself.
    const Style* chooser = nullptr;
    ParagraphProperties numbered;
    for (const Style* level : levels) {
        if (level->paragraph.list) chooser = level;
        take(numbered.list, level->paragraph.list);
        take(numbered.list_level, level->paragraph.list_level);
    }
    if (numbered.list && !numbered.list_level && style != nullptr) {
        numbered.list_level = numbering_.level_of_style(*numbered.list, style->id);
    }
    for (const Style* level : levels) {
        if (level == chooser && numbered.list) {
            const NumberingLevel* list_level = numbering_.level(*numbered.list, numbered.list_level.value_or(0));
            if (list_level != nullptr) out.with_numbering.apply(list_level->paragraph);
        }
        out.with_numbering.apply(level->paragraph);
        out.without_numbering.apply(level->paragraph);
        out.run.apply(level->run);
    }
    out.with_numbering.list = numbered.list;
    out.with_numbering.list_level = numbered.list_level;
    return chains_.emplace(style, std::move(out)).first->second;
}

const RunProperties& Formatting::character_style(std::string_view style_id) {
    const Style* style = styles_.find(style_id, StyleKind::character);
    if (const auto kept = character_styles_.find(style); kept != character_styles_.end()) return kept->second;
    RunProperties out;
    for (const Style* level : styles_.chain(style)) out.apply(level->run);
    return character_styles_.emplace(style, std::move(out)).first->second;
}

ParagraphFormat Formatting::paragraph(pugi::xml_node pPr, const BaseFormat& base) {
    const ParagraphProperties direct = parse_paragraph_properties(pPr, theme_);
    const StyleChain& chain = style_chain(direct.style_id.value_or(""));
    ParagraphFormat out;
    out.properties = styles_.default_paragraph;
    out.properties.apply(base.paragraph);
    const std::optional<int> list = direct.list ? direct.list : chain.with_numbering.list;
    if (list && (direct.list || direct.list_level)) {
        out.properties.apply(chain.without_numbering);
        out.properties.list = list;
        const int level = direct.list_level.value_or(chain.with_numbering.list_level.value_or(0));
        const NumberingLevel* list_level = numbering_.level(*list, level);
        if (list_level != nullptr) out.properties.apply(list_level->paragraph);
        out.properties.list_level = level;
    } else {
        out.properties.apply(chain.with_numbering);
    }
    out.properties.apply(direct);
    out.base_run = base.run;
    out.style_run = chain.run;
    out.style_id = chain.style_id;
    return out;
}

RunFormat Formatting::run(const ParagraphFormat& paragraph, pugi::xml_node rPr) {
    return run(paragraph, parse_run_properties(rPr, theme_));
}

RunFormat Formatting::run(const ParagraphFormat& paragraph, const RunProperties& direct) {
    static const RunProperties nothing;
    const RunProperties& character = direct.style_id ? character_style(*direct.style_id) : nothing;
    const RunProperties& defaults = styles_.default_run;
    RunProperties p = defaults;
    p.apply(paragraph.base_run);
    p.apply(paragraph.style_run);
    p.apply(character);
    p.apply(direct);
    const auto toggle = [&](std::optional<bool> RunProperties::* member) {
        return toggled(member, defaults, paragraph.base_run, paragraph.style_run, character, direct);
    };
    RunStyle style;
    if (p.latin_font) style.latin_font = *p.latin_font;
    if (p.east_asian_font) style.east_asian_font = *p.east_asian_font;
    style.hint_east_asian = p.hint_east_asian.value_or(false);
    style.bold = toggle(&RunProperties::bold);
    style.italic = toggle(&RunProperties::italic);
    style.strike = toggle(&RunProperties::strike) || p.double_strike.value_or(false);
    style.all_caps = toggle(&RunProperties::all_caps);
    style.small_caps = toggle(&RunProperties::small_caps);
    style.size = p.size.value_or(10);  // 17.3.2.38: without w:sz, ten points
    style.color = p.color.value_or(std::nullopt);
    style.highlight = p.highlight.value_or(std::nullopt);
    if (!style.highlight) style.highlight = p.shading.value_or(std::nullopt);
    style.underline = p.underline.value_or(UnderlineStyle::none);
    style.underline_color =
        style.underline == UnderlineStyle::none ? std::nullopt : p.underline_color.value_or(std::nullopt);
    style.script = p.script.value_or(ScriptPosition::baseline);
    style.character_spacing = p.character_spacing.value_or(0);
    style.raise = p.raise.value_or(0);
    style.scale_percent = p.scale_percent.value_or(100);
    style.snap_to_grid = p.snap_to_grid.value_or(true);
    RunFormat out;
    out.hidden = toggle(&RunProperties::hidden);
    out.effect_key = p.effect_key.value_or("");
    out.style = interned(std::move(style));
    return out;
}

RunStylePtr Formatting::interned(RunStyle style) {
    const std::size_t hash = hash_of(style);
    const auto [first, last] = interned_.equal_range(hash);
    for (auto at = first; at != last; ++at) {
        if (*at->second == style) return at->second;
    }
    return interned_.emplace(hash, std::make_shared<const RunStyle>(std::move(style)))->second;
}

}  // namespace shanqi::office::docx
