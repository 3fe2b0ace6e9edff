// Tables: columns, rows and cells (ECMA-376 part 1, 17.4), and their parts on pages.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "office/layout/boxes.hpp"

namespace shanqi::office {

namespace limits {
constexpr int table_columns_max = 256;  // Word's own limit is 63
}

// A cell with its content; a vertically merged one stands once, in its first row.
struct CellBox {
    const Cell* cell = nullptr;
    std::size_t row = 0, row_end = 0;
    std::size_t column = 0, column_end = 0;
    CellMargins margins;
    Stack content;

    bool is_merged() const { return row_end > row + 1; }
    double needed_height() const { return content.height + margins.top + margins.bottom; }
};

struct RowBox {
    double height = 0;      // with the line above it
    double line_above = 0;  // thickness
    bool is_exact = false;  // its height
    bool may_split = true;
    bool keeps_with_next = false;
    std::vector<std::size_t> cells;  // that stand in this row, from earlier rows too
};

// The lines between cells after conflicts are resolved (17.4.66).
class TableEdges {
public:
    TableEdges() = default;
    TableEdges(std::size_t rows, std::size_t columns);
    Line& above(std::size_t row, std::size_t column) { return horizontal_[row * columns_ + column]; }
    const Line& above(std::size_t row, std::size_t column) const { return horizontal_[row * columns_ + column]; }
    Line& left_of(std::size_t row, std::size_t column) { return vertical_[row * (columns_ + 1) + column]; }
    const Line& left_of(std::size_t row, std::size_t column) const { return vertical_[row * (columns_ + 1) + column]; }
    double thickness_above(std::size_t row) const;

private:
    std::size_t columns_ = 0;
    std::vector<Line> horizontal_, vertical_;
};

struct TableBox {
    TablePtr table;
    double left = 0;                   // of its left edge, from the column's left
    std::vector<double> column_edges;  // from the table's left: one more than columns
    std::vector<CellBox> cells;
    std::vector<RowBox> rows;
    TableEdges edges;
    std::size_t header_rows = 0;
    bool has_page_number = false, has_numbering = false;
    TablePartPtr whole;  // all rows, when no page cuts it

    double width() const { return column_edges.back(); }
    std::size_t columns() const { return column_edges.size() - 1; }
};

// What stands of a cell in a part. Places from the part's upper left (the column's left edge).
struct CellPart {
    Point at;                      // upper left corner of the content
    double width = 0, height = 0;  // room of the content
    std::vector<Piece> pieces;     // places from the part's upper left, too
};

// Some rows of a table on one page.
struct TablePart {
    double height = 0;
    std::vector<PlacedFragment> decorations;  // shading and borders
    std::vector<CellPart> cells;
    std::vector<std::string> notices;  // keys of what is not rendered as asked
};

// A place in a cell's content: what stands before it is on earlier pages.
struct StackPosition {
    std::size_t piece = 0, line = 0;
};

// Cuts a table into parts, page by page.
class TableBreaker {
public:
    TableBreaker(const TableBox& box, bool is_artifact) : box_(box), is_artifact_(is_artifact) {}
    bool done() const { return row_ >= box_.rows.size(); }
    // The next rows in `room` points. Null: none fits. `must`: the page is empty, so something has to be placed.
    TablePartPtr next(double room, bool must);
    // The next row, whole.
    TablePartPtr next_row();
    // The least room in which the table's beginning makes sense: header rows and the first lines of a row.
    static double first_height(const TableBox&);

private:
    friend class PartMaker;
    const TableBox& box_;
    bool is_artifact_;
    std::size_t row_ = 0;
    double used_ = 0;                                 // height of row_ on earlier pages
    std::map<std::size_t, StackPosition> positions_;  // of cells that earlier pages began
};

// A part per row, so that a cell with a table in it can be cut between them; one part when rows are merged.
std::vector<TablePartPtr> row_parts(const TableBoxPtr&, bool is_artifact);

Result<std::vector<double>> column_widths(const Table&, double column_width, const Context&);
TableEdges resolve_edges(const Table&, const TableBox&);

// Shading and lines of a row (or the piece of one that stands on a page) of the given height; the lines above it
// and, when it is the last of its part, below it.
FragmentPtr draw_row(const TableBox&, std::size_t row, double height, bool is_last, bool is_artifact);

}  // namespace shanqi::office
