// Tables: grid, rows, cells with merged neighbours, and borders, shading and margins out of the table's style, its
// conditional formats and direct formatting (17.4, 17.7.6).
#include <algorithm>
#include <array>

#include "office/docx/reader.hpp"

namespace shanqi::office::docx {
namespace {

constexpr unsigned look_first_row = 0x20, look_last_row = 0x40, look_first_column = 0x80, look_last_column = 0x100,
                   look_no_row_bands = 0x200, look_no_column_bands = 0x400;

struct RowNodes {
    pugi::xml_node row;
    std::vector<pugi::xml_node> cells;
};

// Rows and cells may be wrapped in content controls and accepted insertions.
void collect(pugi::xml_node container, std::string_view wanted, std::vector<pugi::xml_node>& out, int depth) {
    if (depth > limits::xml_depth_max) return;
    for (const pugi::xml_node node : container.children()) {
        const std::string_view name = node.name();
        if (name == wanted) {
            out.push_back(node);
        } else if (name == "w:sdt" || name == "w:sdtContent" || name == "w:customXml" || name == "w:ins") {
            collect(node, wanted, out, depth + 1);
        }
    }
}

// Where a cell stands, for conditional formats.
struct Position {
    int row = 0, rows = 0;
    int column = 0, last_column = 0, columns = 0;  // grid columns that the cell covers
};

struct Region {
    bool top = false, bottom = false, left = false, right = false;  // the cell touches this edge of the region
};

// The region of `condition` that holds the cell, or none.
std::optional<Region> region_of(TableCondition condition, const Position& at, unsigned look, int row_band,
                                int column_band) {
    using enum TableCondition;
    const bool first_row_on = (look & look_first_row) != 0, last_row_on = (look & look_last_row) != 0;
    const bool first_column_on = (look & look_first_column) != 0, last_column_on = (look & look_last_column) != 0;
    const bool is_first_row = first_row_on && at.row == 0;
    const bool is_last_row = last_row_on && at.row == at.rows - 1 && !is_first_row;
    const bool is_first_column = first_column_on && at.column == 0;
    const bool is_last_column = last_column_on && at.last_column == at.columns - 1 && !is_first_column;
    const bool left = at.column == 0, right = at.last_column == at.columns - 1, top = at.row == 0,
               bottom = at.row == at.rows - 1;
    switch (condition) {
        case first_row:
            return is_first_row ? std::optional(Region{true, true, left, right}) : std::nullopt;
        case last_row:
            return is_last_row ? std::optional(Region{true, true, left, right}) : std::nullopt;
        case first_column:
            return is_first_column ? std::optional(Region{top, bottom, true, true}) : std::nullopt;
        case last_column:
            return is_last_column ? std::optional(Region{top, bottom, true, true}) : std::nullopt;
        case north_west:
            return is_first_row && is_first_column ? std::optional(Region{true, true, true, true}) : std::nullopt;
        case north_east:
            return is_first_row && is_last_column ? std::optional(Region{true, true, true, true}) : std::nullopt;
        case south_west:
            return is_last_row && is_first_column ? std::optional(Region{true, true, true, true}) : std::nullopt;
        case south_east:
            return is_last_row && is_last_column ? std::optional(Region{true, true, true, true}) : std::nullopt;
        case band1_horizontal:
        case band2_horizontal: {
            if ((look & look_no_row_bands) != 0 || row_band <= 0 || is_first_row || is_last_row) return std::nullopt;
            const int index = at.row - (first_row_on ? 1 : 0);
            const int band = index / row_band;
            if ((band % 2 == 0) != (condition == band1_horizontal)) return std::nullopt;
            const int last = at.rows - 1 - (last_row_on ? 1 : 0);
            return Region{index % row_band == 0, index % row_band == row_band - 1 || at.row == last, left, right};
        }
        case band1_vertical:
        case band2_vertical: {
            if ((look & look_no_column_bands) != 0 || column_band <= 0 || is_first_column || is_last_column)
                return std::nullopt;
            const int index = at.column - (first_column_on ? 1 : 0);
            const int band = index / column_band;
            if ((band % 2 == 0) != (condition == band1_vertical)) return std::nullopt;
            const int end = at.last_column - (first_column_on ? 1 : 0);
            const int last = at.columns - 1 - (last_column_on ? 1 : 0);
            return Region{top, bottom, index % column_band == 0,
                          end % column_band == column_band - 1 || at.last_column == last};
        }
    }
    return std::nullopt;
}

// A region's borders as the cell's own four: the inside ones between its cells.
CellFormat borders_in_region(const CellFormat& format, const Region& region) {
    CellFormat out = format;
    if (!region.top) out.top = format.inside_horizontal;
    if (!region.bottom) out.bottom = format.inside_horizontal;
    if (!region.left) out.left = format.inside_vertical;
    if (!region.right) out.right = format.inside_vertical;
    out.inside_horizontal.reset();
    out.inside_vertical.reset();
    return out;
}

Borders table_borders(const CellFormat& format) {
    const auto line = [](const std::optional<Line>& given) { return given.value_or(Line()); };
    return {line(format.top),
            line(format.bottom),
            line(format.left),
            line(format.right),
            line(format.inside_horizontal),
            line(format.inside_vertical)};
}

CellMargins merged_margins(const CellMargins& base, const CellFormat& format) {
    return {format.margin_top.value_or(base.top), format.margin_bottom.value_or(base.bottom),
            format.margin_left.value_or(base.left), format.margin_right.value_or(base.right)};
}

// w:tblpPr (17.4.57).
std::optional<Anchor> parse_floating(pugi::xml_node position) {
    if (!position) return std::nullopt;
    Anchor out;
    const std::string_view across = position.attribute("w:horzAnchor").value(),
                           down = position.attribute("w:vertAnchor").value();
    out.horizontal_from = across == "page"     ? Anchor::From::page
                          : across == "margin" ? Anchor::From::margin
                                               : Anchor::From::column;
    out.vertical_from = down == "page"   ? Anchor::From::page
                        : down == "text" ? Anchor::From::paragraph
                                         : Anchor::From::margin;
    constexpr std::array<std::pair<std::string_view, Anchor::Align>, 7> aligns{{{"left", Anchor::Align::left},
                                                                                {"center", Anchor::Align::center},
                                                                                {"right", Anchor::Align::right},
                                                                                {"inside", Anchor::Align::inside},
                                                                                {"outside", Anchor::Align::outside},
                                                                                {"top", Anchor::Align::top},
                                                                                {"bottom", Anchor::Align::bottom}}};
    for (const auto& [name, align] : aligns) {
        if (name == position.attribute("w:tblpXSpec").value()) out.horizontal_align = align;
        if (name == position.attribute("w:tblpYSpec").value()) out.vertical_align = align;
    }
    const auto length = [&](const char* name) {
        return points_from_twips(position.attribute(name).value()).value_or(0);
    };
    out.x = length("w:tblpX");
    out.y = length("w:tblpY");
    out.distance_left = std::max(0.0, length("w:leftFromText"));
    out.distance_right = std::max(0.0, length("w:rightFromText"));
    out.distance_top = std::max(0.0, length("w:topFromText"));
    out.distance_bottom = std::max(0.0, length("w:bottomFromText"));
    out.wrap = Anchor::Wrap::square;
    return out;
}

int bounded_count(std::string_view text, int fallback, int low) {
    return static_cast<int>(
        std::clamp<long long>(integer(text).value_or(fallback), low, static_cast<long long>(limits::columns_max)));
}

class TableReader {
public:
    TableReader(Reader& reader, Story& story, const BaseFormat& around)
        : reader_(reader), story_(story), around_(around) {}

    Result<Table> read(pugi::xml_node tbl) {
        read_format(tbl.child("w:tblPr"));
        for (const pugi::xml_node column : tbl.child("w:tblGrid").children("w:gridCol")) {
            if (table_.grid.size() >= limits::columns_max) break;
            const auto width = points_from_twips(column.attribute("w:w").value());
            table_.grid.push_back(std::max(0.0, width.value_or(0)));
        }
        std::vector<RowNodes> rows;
        collect_rows(tbl, rows);
        int columns = static_cast<int>(table_.grid.size());
        for (const RowNodes& row : rows) columns = std::max(columns, columns_of(row));
        columns = std::min(columns, static_cast<int>(limits::columns_max));
        given_columns_ = table_.grid.size();
        table_.grid.resize(static_cast<std::size_t>(columns), 0);
        for (std::size_t at = 0; at < rows.size(); ++at) {
            TRY_DO(read_row(rows[at], static_cast<int>(at), static_cast<int>(rows.size())));
        }
        complete_grid();
        return std::move(table_);
    }

private:
    void read_format(pugi::xml_node tblPr) {
        direct_ = parse_table_format(tblPr, reader_.theme());
        Styles& styles = reader_.styles();
        style_ = styles.table_style(direct_.style_id.value_or(""));
        if (style_ == nullptr) {
            const Style* fallback = styles.default_style(StyleKind::table);
            if (fallback != nullptr) style_ = styles.table_style(fallback->id);
        }
        if (style_ != nullptr) format_ = style_->whole.table;
        format_.apply(direct_);
        look_ = direct_.look.value_or(0);
        table_.static_id = next_static_id();
        table_.align = format_.align.value_or(Table::Align::left);
        table_.indent = format_.indent.value_or(0);
        table_.width = format_.width;
        table_.width_percent = format_.width_percent;
        table_.fixed_layout = format_.fixed_layout.value_or(false);
        table_.borders = table_borders(format_.cell);
        table_.margins = merged_margins(CellMargins(), format_.cell);
        table_.cell_spacing = format_.cell_spacing.value_or(0);
        table_.floating = parse_floating(tblPr.child("w:tblpPr"));
        if (child_on_off(tblPr, "w:bidiVisual").value_or(false)) reader_.notice("unsupported.right_to_left_table");
    }

    static void collect_rows(pugi::xml_node tbl, std::vector<RowNodes>& out) {
        std::vector<pugi::xml_node> rows;
        collect(tbl, "w:tr", rows, 0);
        for (const pugi::xml_node row : rows) {
            const pugi::xml_node trPr = row.child("w:trPr");
            if (trPr.child("w:del") || child_on_off(trPr, "w:hidden").value_or(false)) continue;
            RowNodes nodes{row, {}};
            collect(row, "w:tc", nodes.cells, 0);
            if (!nodes.cells.empty()) out.push_back(std::move(nodes));
        }
    }

    static int span_of(pugi::xml_node tc) { return bounded_count(child_value(tc.child("w:tcPr"), "w:gridSpan"), 1, 1); }
    static int before_of(pugi::xml_node row) {
        return bounded_count(child_value(row.child("w:trPr"), "w:gridBefore"), 0, 0);
    }
    static int after_of(pugi::xml_node row) {
        return bounded_count(child_value(row.child("w:trPr"), "w:gridAfter"), 0, 0);
    }

    static int columns_of(const RowNodes& nodes) {
        int count = before_of(nodes.row) + after_of(nodes.row);
        for (const pugi::xml_node cell : nodes.cells) count = std::min(count + span_of(cell), 1 << 20);
        return count;
    }

    // What the style says about a cell at this place: whole table first, then its conditions in their order.
    TableLayer layer_at(const Position& at) const {
        TableLayer out;
        if (style_ == nullptr) return out;
        out.paragraph = style_->whole.paragraph;
        out.run = style_->whole.run;
        const Region whole{at.row == 0, at.row == at.rows - 1, at.column == 0, at.last_column == at.columns - 1};
        out.cell = borders_in_region(style_->whole.cell, whole);
        const int row_band = format_.row_band.value_or(1), column_band = format_.column_band.value_or(1);
        for (const auto& [condition, layer] : style_->conditions) {
            const auto region = region_of(condition, at, look_, row_band, column_band);
            if (!region) continue;
            out.paragraph.apply(layer.paragraph);
            out.run.apply(layer.run);
            out.cell.apply(borders_in_region(layer.table.cell, *region));
            out.cell.apply(borders_in_region(layer.cell, *region));
        }
        return out;
    }

    // An edge that direct table borders describe is theirs; the style's condition would be weaker.
    CellFormat without_direct_edges(CellFormat format, const Position& at) const {
        const CellFormat& direct = direct_.cell;
        if (at.row == 0 ? direct.top : direct.inside_horizontal) format.top.reset();
        if (at.row == at.rows - 1 ? direct.bottom : direct.inside_horizontal) format.bottom.reset();
        if (at.column == 0 ? direct.left : direct.inside_vertical) format.left.reset();
        if (at.last_column == at.columns - 1 ? direct.right : direct.inside_vertical) format.right.reset();
        return format;
    }

    Result<> read_row(const RowNodes& nodes, int index, int count) {
        TRY_DO(reader_.count_block());
        const pugi::xml_node trPr = nodes.row.child("w:trPr");
        Row row;
        const int columns = static_cast<int>(table_.grid.size());
        row.grid_before = std::min(before_of(nodes.row), columns);
        row.grid_after = std::min(after_of(nodes.row), columns - row.grid_before);
        if (const pugi::xml_node height = trPr.child("w:trHeight")) {
            const auto points = points_from_twips(height.attribute("w:val").value());
            if (points && *points > 0) row.height = points;
            row.height_exact = std::string_view(height.attribute("w:hRule").value()) == "exact" && row.height;
        }
        row.cant_split = child_on_off(trPr, "w:cantSplit").value_or(false);
        row.is_header = child_on_off(trPr, "w:tblHeader").value_or(false);
        const CellFormat exceptions = parse_table_format(nodes.row.child("w:tblPrEx"), reader_.theme()).cell;
        int column = row.grid_before;
        for (const pugi::xml_node tc : nodes.cells) {
            if (column >= columns) break;
            TRY_DO(reader_.count_cell());
            const pugi::xml_node tcPr = tc.child("w:tcPr");
            // w:hMerge is how old files write a span: its continuations are cells of their own (17.4.22).
            const int span = std::min(span_of(tc), columns - column);
            const pugi::xml_node merge = tcPr.child("w:hMerge");
            if (merge && std::string_view(merge.attribute("w:val").value()) != "restart" && !row.cells.empty()) {
                row.cells.back().column_span += span;
                column += span;
                continue;
            }
            const Position at{index, count, column, column + span - 1, columns};
            row.cells.push_back(TRY(read_cell(tc, tcPr, at, exceptions)));
            note_width(row.cells.back(), column, span);
            column += span;
        }
        table_.rows.push_back(std::move(row));
        return {};
    }

    Result<Cell> read_cell(pugi::xml_node tc, pugi::xml_node tcPr, const Position& at, const CellFormat& exceptions) {
        const TableLayer layer = layer_at(at);
        const CellFormat direct = parse_cell_format(tcPr, reader_.theme());
        CellFormat format = without_direct_edges(layer.cell, at);
        const Region place{at.row == 0, at.row == at.rows - 1, at.column == 0, at.last_column == at.columns - 1};
        format.apply(borders_in_region(exceptions, place));
        format.apply(direct);
        Cell cell;
        cell.column_span = at.last_column - at.column + 1;
        cell.top = format.top;
        cell.bottom = format.bottom;
        cell.left = format.left;
        cell.right = format.right;
        cell.shading = format.shading ? *format.shading : format_.cell.shading.value_or(std::nullopt);
        if (format.margin_top || format.margin_bottom || format.margin_left || format.margin_right) {
            cell.margins = merged_margins(table_.margins, format);
        }
        cell.vertical_align = format.vertical_align.value_or(Cell::VerticalAlign::top);
        cell.no_wrap = format.no_wrap.value_or(false);
        if (const pugi::xml_node merge = tcPr.child("w:vMerge")) {
            const bool restart = std::string_view(merge.attribute("w:val").value()) == "restart";
            cell.vertical_merge = restart ? Cell::VerticalMerge::restart : Cell::VerticalMerge::resume;
        }
        const pugi::xml_node width = tcPr.child("w:tcW");
        const std::string_view type = width.attribute("w:type").value();
        if (width && type != "pct" && type != "auto" && type != "nil") {
            const auto points = points_from_twips(width.attribute("w:w").value());
            if (points && *points > 0) cell.width = points;
        }
        const std::string_view direction = child_value(tcPr, "w:textDirection");
        if (!direction.empty() && direction != "lrTb" && direction != "tb") {
            cell.vertical_text = true;
            reader_.notice("unsupported.vertical_text");
        }
        if (tcPr.child("w:tcBorders").child("w:tl2br") || tcPr.child("w:tcBorders").child("w:tr2bl")) {
            reader_.notice("unsupported.diagonal_border");
        }
        BaseFormat base{layer.paragraph, around_.shape_run, around_.shape_run};
        base.run.apply(layer.run);
        cell.blocks = TRY(reader_.blocks(tc, story_, base));
        // Word hides what a continued cell holds.
        if (cell.vertical_merge == Cell::VerticalMerge::resume) cell.blocks.clear();
        mark_empty_tail(cell.blocks);
        return cell;
    }

    // After a nested table Word demands a last paragraph, which is almost always empty.
    static void mark_empty_tail(Blocks& blocks) {
        if (blocks.size() < 2 || !std::holds_alternative<TablePtr>(blocks[blocks.size() - 2])) return;
        auto* last = std::get_if<ParagraphPtr>(&blocks.back());
        if (last == nullptr || !(*last)->inlines.empty()) return;
        Paragraph tail = **last;
        tail.is_empty_tail = true;
        *last = std::make_shared<const Paragraph>(std::move(tail));
    }

    // Columns that w:tblGrid leaves out or gives no width take it from their cells.
    void note_width(const Cell& cell, int column, int span) {
        if (!cell.width) return;
        for (int at = column; at < column + span; ++at) {
            double& width = table_.grid[static_cast<std::size_t>(at)];
            const bool given = static_cast<std::size_t>(at) < given_columns_ && width > 0;
            if (!given && span == 1) width = std::max(width, *cell.width);
            if (!given && width <= 0) width = *cell.width / span;
        }
    }

    void complete_grid() {
        std::size_t missing = 0;
        double known = 0;
        for (const double width : table_.grid) {
            missing += width <= 0 ? 1U : 0U;
            known += width;
        }
        if (missing == 0) return;
        const double whole = table_.width.value_or(reader_.page_geometry().text_width);
        const double each = std::max(12.0, (whole - known) / static_cast<double>(missing));
        for (double& width : table_.grid) {
            if (width <= 0) width = each;
        }
    }

    Reader& reader_;
    Story& story_;
    const BaseFormat& around_;
    Table table_;
    TableFormat format_, direct_;
    const TableStyle* style_ = nullptr;
    unsigned look_ = 0;
    std::size_t given_columns_ = 0;
};

}  // namespace

Result<Table> Reader::table(pugi::xml_node tbl, Story& story, const BaseFormat& base) {
    return TableReader(*this, story, base).read(tbl);
}

}  // namespace shanqi::office::docx
