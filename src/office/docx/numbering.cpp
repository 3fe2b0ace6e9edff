#include "office/docx/numbering.hpp"

#include <algorithm>

#include "office/docx/limits.hpp"
#include "office/docx/xml.hpp"

namespace shanqi::office::docx {
namespace {

int bounded_integer(std::string_view text, int fallback, int low, int high) {
    const auto value = integer(text);
    return value ? static_cast<int>(std::clamp<long long>(*value, low, high)) : fallback;
}

NumberingLevel parse_level(pugi::xml_node node, const Theme& theme) {
    NumberingLevel out;
    out.start = bounded_integer(child_value(node, "w:start"), 1, 0, 1'000'000);
    if (const std::string_view format = child_value(node, "w:numFmt"); !format.empty()) out.format = clean_text(format);
    out.text = clean_text(child_value(node, "w:lvlText"));
    out.paragraph_style = child_value(node, "w:pStyle");
    out.paragraph = parse_paragraph_properties(node.child("w:pPr"), theme);
    out.run = parse_run_properties(node.child("w:rPr"), theme);
    const std::string_view align = child_value(node, "w:lvlJc");
    if (align == "center") out.align = ParagraphStyle::Align::center;
    if (align == "right" || align == "end") out.align = ParagraphStyle::Align::right;
    const std::string_view suffix = child_value(node, "w:suff");
    if (suffix == "space") out.suffix = ListLevel::Suffix::space;
    if (suffix == "nothing") out.suffix = ListLevel::Suffix::nothing;
    out.legal = child_on_off(node, "w:isLgl").value_or(false);
    out.picture_bullet = static_cast<bool>(node.child("w:lvlPicBulletId"));
    if (node.child("w:lvlRestart")) out.restart_after = bounded_integer(child_value(node, "w:lvlRestart"), 0, 0, 9);
    return out;
}

std::size_t level_index(pugi::xml_node node) {
    return static_cast<std::size_t>(bounded_integer(node.attribute("w:ilvl").value(), 0, 0, 8));
}

struct AbstractNumbering {
    std::vector<NumberingLevel> levels;
    std::string style_link;  // w:numStyleLink: the definition is that of this numbering style's list
    int id = 0;
};

AbstractNumbering parse_abstract(pugi::xml_node node, const Theme& theme) {
    AbstractNumbering out;
    out.id = bounded_integer(node.attribute("w:abstractNumId").value(), 0, 0, 1 << 29);
    out.style_link = child_value(node, "w:numStyleLink");
    for (const pugi::xml_node level : node.children("w:lvl")) {
        const std::size_t index = level_index(level);
        if (out.levels.size() <= index) out.levels.resize(index + 1);
        out.levels[index] = parse_level(level, theme);
    }
    return out;
}

}  // namespace

Result<> Numbering::read(pugi::xml_node root, const Styles& styles, const Theme& theme) {
    std::map<int, AbstractNumbering> abstracts;
    for (const pugi::xml_node node : root.children("w:abstractNum")) {
        if (abstracts.size() >= limits::lists_max) return fail(ErrorKind::limit, "docx.too_complex");
        AbstractNumbering abstract = parse_abstract(node, theme);
        const int id = abstract.id;
        abstracts.emplace(id, std::move(abstract));
    }
    std::map<int, int> abstract_of_list;
    for (const pugi::xml_node node : root.children("w:num")) {
        abstract_of_list.emplace(bounded_integer(node.attribute("w:numId").value(), 0, 0, 1 << 30),
                                 bounded_integer(child_value(node, "w:abstractNumId"), -1, -1, 1 << 29));
    }
    const auto definition = [&](int id) -> const AbstractNumbering* {
        for (int hops = 0; hops < 4; ++hops) {
            const auto found = abstracts.find(id);
            if (found == abstracts.end()) return nullptr;
            if (found->second.style_link.empty()) return &found->second;
            const Style* style = styles.find(found->second.style_link);
            if (style == nullptr || !style->paragraph.list) return &found->second;
            const auto list = abstract_of_list.find(*style->paragraph.list);
            if (list == abstract_of_list.end()) return nullptr;
            id = list->second;
        }
        return nullptr;
    };
    for (const pugi::xml_node node : root.children("w:num")) {
        if (instances_.size() >= limits::lists_max) return fail(ErrorKind::limit, "docx.too_complex");
        const int list = bounded_integer(node.attribute("w:numId").value(), 0, 0, 1 << 30);
        const AbstractNumbering* abstract = definition(abstract_of_list[list]);
        if (abstract == nullptr || list == 0) continue;
        NumberingInstance instance{abstract->levels, abstract->id};
        for (const pugi::xml_node change : node.children("w:lvlOverride")) {
            const std::size_t index = level_index(change);
            if (instance.levels.size() <= index) instance.levels.resize(index + 1);
            if (const pugi::xml_node level = change.child("w:lvl")) instance.levels[index] = parse_level(level, theme);
            if (change.child("w:startOverride")) {
                instance.levels[index].start = bounded_integer(child_value(change, "w:startOverride"), 1, 0, 1'000'000);
                // A list that starts anew counts for itself: abstract numbers end at 2^29, these begin there.
                instance.abstract_list = (1 << 29) + static_cast<int>(instances_.size()) + 1;
            }
        }
        instances_.emplace(list, std::move(instance));
    }
    return {};
}

const NumberingInstance* Numbering::find(int list) const {
    const auto found = instances_.find(list);
    return found == instances_.end() ? nullptr : &found->second;
}

const NumberingLevel* Numbering::level(int list, int level) const {
    const NumberingInstance* instance = find(list);
    if (instance == nullptr || level < 0 || static_cast<std::size_t>(level) >= instance->levels.size()) return nullptr;
    return &instance->levels[static_cast<std::size_t>(level)];
}

std::optional<int> Numbering::level_of_style(int list, std::string_view style_id) const {
    const NumberingInstance* instance = find(list);
    if (instance == nullptr || style_id.empty()) return std::nullopt;
    for (std::size_t at = 0; at < instance->levels.size(); ++at) {
        if (instance->levels[at].paragraph_style == style_id) return static_cast<int>(at);
    }
    return std::nullopt;
}

}  // namespace shanqi::office::docx
