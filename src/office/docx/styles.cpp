#include "office/docx/styles.hpp"

#include <algorithm>
#include <cstdlib>

#include "office/docx/limits.hpp"
#include "office/docx/xml.hpp"

namespace shanqi::office::docx {
namespace {

std::optional<TableCondition> condition_of(std::string_view type) {
    using enum TableCondition;
    constexpr std::array<std::pair<std::string_view, TableCondition>, table_conditions_count> names{{
        {"band1Vert", band1_vertical},
        {"band2Vert", band2_vertical},
        {"band1Horz", band1_horizontal},
        {"band2Horz", band2_horizontal},
        {"firstCol", first_column},
        {"lastCol", last_column},
        {"firstRow", first_row},
        {"lastRow", last_row},
        {"neCell", north_east},
        {"nwCell", north_west},
        {"seCell", south_east},
        {"swCell", south_west},
    }};
    for (const auto& [name, condition] : names) {
        if (name == type) return condition;
    }
    return std::nullopt;
}

pugi::xml_node either(pugi::xml_node node, const char* one, const char* other) {
    const pugi::xml_node first = node.child(one);
    return first ? first : node.child(other);
}

void parse_borders(pugi::xml_node borders, const Theme& theme, CellFormat& out) {
    if (!borders) return;
    out.top = parse_border(borders.child("w:top"), theme);
    out.bottom = parse_border(borders.child("w:bottom"), theme);
    out.left = parse_border(either(borders, "w:left", "w:start"), theme);
    out.right = parse_border(either(borders, "w:right", "w:end"), theme);
    out.inside_horizontal = parse_border(borders.child("w:insideH"), theme);
    out.inside_vertical = parse_border(borders.child("w:insideV"), theme);
}

void parse_margins(pugi::xml_node margins, CellFormat& out) {
    const auto side = [&](const char* one, const char* other) -> std::optional<double> {
        const pugi::xml_node node = either(margins, one, other);
        if (!node) return std::nullopt;
        const auto points = points_from_twips(node.attribute("w:w").value());
        return points ? std::optional(std::clamp(*points, 0.0, 500.0)) : std::nullopt;
    };
    if (!margins) return;
    out.margin_top = side("w:top", "w:top");
    out.margin_bottom = side("w:bottom", "w:bottom");
    out.margin_left = side("w:left", "w:start");
    out.margin_right = side("w:right", "w:end");
}

// w:tblLook: attributes in newer files, a bit mask in older ones (17.4.55).
unsigned parse_look(pugi::xml_node look) {
    unsigned bits = 0;
    if (const pugi::xml_attribute mask = look.attribute("w:val"))
        bits = static_cast<unsigned>(std::strtoul(mask.value(), nullptr, 16));
    constexpr std::array<std::pair<const char*, unsigned>, 6> flags{{{"w:firstRow", 0x20u},
                                                                     {"w:lastRow", 0x40u},
                                                                     {"w:firstColumn", 0x80u},
                                                                     {"w:lastColumn", 0x100u},
                                                                     {"w:noHBand", 0x200u},
                                                                     {"w:noVBand", 0x400u}}};
    for (const auto& [name, bit] : flags) {
        if (const pugi::xml_attribute flag = look.attribute(name)) bits = on_off(flag) ? bits | bit : bits & ~bit;
    }
    return bits;
}

TableLayer parse_table_layer(pugi::xml_node node, const Theme& theme) {
    TableLayer out;
    out.paragraph = parse_paragraph_properties(node.child("w:pPr"), theme);
    out.run = parse_run_properties(node.child("w:rPr"), theme);
    out.table = parse_table_format(node.child("w:tblPr"), theme);
    out.cell = parse_cell_format(node.child("w:tcPr"), theme);
    return out;
}

}  // namespace

void CellFormat::apply(const CellFormat& over) {
    take(top, over.top);
    take(bottom, over.bottom);
    take(left, over.left);
    take(right, over.right);
    take(inside_horizontal, over.inside_horizontal);
    take(inside_vertical, over.inside_vertical);
    take(shading, over.shading);
    take(margin_top, over.margin_top);
    take(margin_bottom, over.margin_bottom);
    take(margin_left, over.margin_left);
    take(margin_right, over.margin_right);
    take(vertical_align, over.vertical_align);
    take(no_wrap, over.no_wrap);
}

CellFormat parse_cell_format(pugi::xml_node tcPr, const Theme& theme) {
    CellFormat out;
    if (!tcPr) return out;
    parse_borders(tcPr.child("w:tcBorders"), theme, out);
    parse_margins(tcPr.child("w:tcMar"), out);
    out.shading = shading_color(theme, tcPr.child("w:shd"));
    out.no_wrap = child_on_off(tcPr, "w:noWrap");
    const std::string_view align = child_value(tcPr, "w:vAlign");
    if (align == "top") out.vertical_align = Cell::VerticalAlign::top;
    if (align == "center" || align == "both") out.vertical_align = Cell::VerticalAlign::center;
    if (align == "bottom") out.vertical_align = Cell::VerticalAlign::bottom;
    return out;
}

void TableFormat::apply(const TableFormat& over) {
    cell.apply(over.cell);
    take(indent, over.indent);
    take(cell_spacing, over.cell_spacing);
    if (over.width || over.width_percent || over.auto_width) {
        width = over.width;
        width_percent = over.width_percent;
        auto_width = over.auto_width;
    }
    take(align, over.align);
    take(fixed_layout, over.fixed_layout);
    take(row_band, over.row_band);
    take(column_band, over.column_band);
    take(look, over.look);
    take(style_id, over.style_id);
}

TableFormat parse_table_format(pugi::xml_node tblPr, const Theme& theme) {
    TableFormat out;
    if (!tblPr) return out;
    parse_borders(tblPr.child("w:tblBorders"), theme, out.cell);
    parse_margins(tblPr.child("w:tblCellMar"), out.cell);
    out.cell.shading = shading_color(theme, tblPr.child("w:shd"));
    const auto dxa = [&](const char* name) -> std::optional<double> {
        const pugi::xml_node node = tblPr.child(name);
        const std::string_view type = node.attribute("w:type").value();
        if (!node || type == "auto" || type == "pct" || type == "nil") return std::nullopt;
        return points_from_twips(node.attribute("w:w").value());
    };
    out.indent = dxa("w:tblInd");
    if (const auto spacing = dxa("w:tblCellSpacing")) out.cell_spacing = std::clamp(*spacing, 0.0, 100.0);
    if (const pugi::xml_node width = tblPr.child("w:tblW")) {
        const std::string_view type = width.attribute("w:type").value(), text = width.attribute("w:w").value();
        if (type == "pct" || text.ends_with('%')) {
            const auto share = percent(text, 50);
            if (share && *share > 0) out.width_percent = std::min(*share, 1000.0);
        } else if (type != "auto" && type != "nil") {
            const auto points = points_from_twips(text);
            if (points && *points > 0) out.width = points;
        }
        if (!out.width && !out.width_percent) out.auto_width = true;
    }
    const std::string_view jc = child_value(tblPr, "w:jc");
    if (jc == "center") out.align = Table::Align::center;
    if (jc == "right" || jc == "end") out.align = Table::Align::right;
    if (jc == "left" || jc == "start") out.align = Table::Align::left;
    if (const pugi::xml_node layout = tblPr.child("w:tblLayout")) {
        out.fixed_layout = std::string_view(layout.attribute("w:type").value()) == "fixed";
    }
    const auto band = [&](const char* name) -> std::optional<int> {
        const auto size = integer(child_value(tblPr, name));
        return size ? std::optional(static_cast<int>(std::clamp(*size, 0LL, 1000LL))) : std::nullopt;
    };
    out.row_band = band("w:tblStyleRowBandSize");
    out.column_band = band("w:tblStyleColBandSize");
    if (const pugi::xml_node look = tblPr.child("w:tblLook")) out.look = parse_look(look);
    if (const pugi::xml_node style = tblPr.child("w:tblStyle")) out.style_id = style.attribute("w:val").value();
    return out;
}

void TableLayer::apply(const TableLayer& over) {
    paragraph.apply(over.paragraph);
    run.apply(over.run);
    table.apply(over.table);
    cell.apply(over.cell);
}

Result<> Styles::read(pugi::xml_node root, const Theme& theme) {
    const pugi::xml_node defaults = root.child("w:docDefaults");
    default_paragraph = parse_paragraph_properties(defaults.child("w:pPrDefault").child("w:pPr"), theme);
    const pugi::xml_node default_rPr = defaults.child("w:rPrDefault").child("w:rPr");
    default_run = parse_run_properties(default_rPr, theme);
    east_asian_language = clean_text(default_rPr.child("w:lang").attribute("w:eastAsia").value());

    for (const pugi::xml_node node : root.children("w:style")) {
        if (styles_.size() >= limits::styles_max) return fail(ErrorKind::limit, "docx.too_complex");
        Style style;
        const std::string_view type = node.attribute("w:type").value();
        if (type == "character") style.kind = StyleKind::character;
        if (type == "table") style.kind = StyleKind::table;
        if (type == "numbering") style.kind = StyleKind::numbering;
        style.id = node.attribute("w:styleId").value();
        style.based_on = child_value(node, "w:basedOn");
        style.link = child_value(node, "w:link");
        style.paragraph = parse_paragraph_properties(node.child("w:pPr"), theme);
        style.run = parse_run_properties(node.child("w:rPr"), theme);
        if (style.kind == StyleKind::table) {
            style.table = std::make_unique<TableStyle>();
            style.table->whole = parse_table_layer(node, theme);
            for (const pugi::xml_node part : node.children("w:tblStylePr")) {
                const auto condition = condition_of(part.attribute("w:type").value());
                if (condition) style.table->conditions.emplace(*condition, parse_table_layer(part, theme));
            }
        }
        if (node.attribute("w:default") && on_off(node.attribute("w:default"))) defaults_.emplace(style.kind, style.id);
        std::string id = style.id;
        styles_.emplace(std::move(id), std::move(style));
    }
    return {};
}

const Style* Styles::find(std::string_view id) const {
    const auto found = styles_.find(id);
    return found == styles_.end() ? nullptr : &found->second;
}

const Style* Styles::find(std::string_view id, StyleKind kind) const {
    const Style* style = find(id);
    if (style == nullptr || style->kind == kind) return style;
    // A linked pair is one style for the user: the other half is meant (17.7.4.6).
    const Style* linked = find(style->link);
    return linked != nullptr && linked->kind == kind ? linked : nullptr;
}

const Style* Styles::default_style(StyleKind kind) const {
    const auto found = defaults_.find(kind);
    return found == defaults_.end() ? nullptr : find(found->second);
}

std::vector<const Style*> Styles::chain(const Style* style) const {
    std::vector<const Style*> out;
    for (int depth = 0; style != nullptr && depth < limits::style_chain_max; ++depth) {
        if (std::ranges::find(out, style) != out.end()) break;
        out.push_back(style);
        const Style* base = find(style->based_on);
        style = base != nullptr && base->kind == style->kind ? base : nullptr;
    }
    std::ranges::reverse(out);
    return out;
}

const TableStyle* Styles::table_style(std::string_view id) {
    if (const auto kept = table_styles_.find(id); kept != table_styles_.end()) return &kept->second;
    const Style* style = find(id, StyleKind::table);
    if (style == nullptr) return nullptr;
    TableStyle resolved;
    for (const Style* level : chain(style)) {
        resolved.whole.apply(level->table->whole);
        for (const auto& [condition, layer] : level->table->conditions) resolved.conditions[condition].apply(layer);
    }
    return &table_styles_.emplace(std::string(id), std::move(resolved)).first->second;
}

}  // namespace shanqi::office::docx
