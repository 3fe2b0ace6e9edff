// styles.xml: document defaults and the chains of paragraph, character and table styles (ECMA-376 part 1, 17.7).
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "office/docx/properties.hpp"
#include <pugixml.hpp>

namespace shanqi::office::docx {

struct CellFormat {
    std::optional<Line> top, bottom, left, right, inside_horizontal, inside_vertical;
    MaybeColor shading;
    std::optional<double> margin_top, margin_bottom, margin_left, margin_right;
    std::optional<Cell::VerticalAlign> vertical_align;
    std::optional<bool> no_wrap;

    void apply(const CellFormat& over);
};
CellFormat parse_cell_format(pugi::xml_node tcPr, const Theme& theme);

struct TableFormat {
    CellFormat cell;  // borders with the inside ones, default margins
    std::optional<double> indent, cell_spacing, width, width_percent;
    std::optional<Table::Align> align;
    std::optional<bool> fixed_layout, auto_width;
    std::optional<int> row_band, column_band;
    std::optional<unsigned> look;
    std::optional<std::string> style_id;

    void apply(const TableFormat& over);
};
TableFormat parse_table_format(pugi::xml_node tblPr, const Theme& theme);

// One layer of a table style: the whole table, or one of its conditional formats (w:tblStylePr).
struct TableLayer {
    ParagraphProperties paragraph;
    RunProperties run;
    TableFormat table;
    CellFormat cell;

    void apply(const TableLayer& over);
};

// In the order in which they are laid over each other (17.7.6): the later wins.
enum class TableCondition : std::uint8_t {
    band1_vertical,
    band2_vertical,
    band1_horizontal,
    band2_horizontal,
    first_column,
    last_column,
    first_row,
    last_row,
    north_east,
    north_west,
    south_east,
    south_west,
};
constexpr std::size_t table_conditions_count = 12;

struct TableStyle {
    TableLayer whole;
    std::map<TableCondition, TableLayer> conditions;  // ordered as they are applied
};

enum class StyleKind : std::uint8_t { paragraph, character, table, numbering };

struct Style {
    StyleKind kind = StyleKind::paragraph;
    std::string id, based_on, link;
    ParagraphProperties paragraph;
    RunProperties run;
    std::unique_ptr<TableStyle> table;  // of table styles
};

class Styles {
public:
    Result<> read(pugi::xml_node root, const Theme& theme);

    ParagraphProperties default_paragraph;  // w:docDefaults
    RunProperties default_run;
    std::string east_asian_language;

    const Style* find(std::string_view id) const;
    const Style* find(std::string_view id, StyleKind kind) const;
    const Style* default_style(StyleKind kind) const;
    // From the root of basedOn to the style itself. Circles and overlong chains are cut.
    std::vector<const Style*> chain(const Style* style) const;
    // With its chain applied; kept. Null when there is no such table style.
    const TableStyle* table_style(std::string_view id);

private:
    std::map<std::string, Style, std::less<>> styles_;
    std::map<StyleKind, std::string> defaults_;
    std::map<std::string, TableStyle, std::less<>> table_styles_;
};

}  // namespace shanqi::office::docx
