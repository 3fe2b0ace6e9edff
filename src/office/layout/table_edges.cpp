// Which line stands between two cells, and how it is drawn. ECMA-376 part 1, 17.4.66 (tcBorders) has the rules.
#include <algorithm>
#include <optional>

#include "office/layout/decorations.hpp"
#include "office/layout/table_box.hpp"

namespace shanqi::office {

namespace {

bool drawn(const Line& line) { return line.style != Line::Style::none && line.width > 0; }

int darkness(const Line& line) {
    const Color color = line.color.value_or(Color{});
    return -(color.red + color.green + color.blue);
}

const Line& heavier(const Line& a, const Line& b) {
    if (drawn(a) != drawn(b)) return drawn(a) ? a : b;
    if (a.width != b.width) return a.width > b.width ? a : b;
    if (a.style != b.style) return a.style > b.style ? a : b;
    return darkness(b) > darkness(a) ? b : a;
}

// What one side says about a line: the cell itself, or the table for it.
struct Claim {
    const std::optional<Line>* own = nullptr;
    const Line* of_table = nullptr;
};

Line resolve(const Claim& first, const Claim& second) {
    const bool first_own = first.own && *first.own;
    const bool second_own = second.own && *second.own;
    if (first_own && second_own) return heavier(**first.own, **second.own);
    if (first_own) return **first.own;
    if (second_own) return **second.own;
    if (first.of_table && second.of_table) return heavier(*first.of_table, *second.of_table);
    if (first.of_table) return *first.of_table;
    return second.of_table ? *second.of_table : Line{};
}

class EdgeResolver {
public:
    EdgeResolver(const Table& table, const TableBox& box)
        : table_(table),
          rows_(table.rows.size()),
          columns_(box.columns()),
          owners_(rows_ * columns_, nobody),
          sources_(rows_ * columns_, nullptr),
          edges_(rows_, columns_) {
        for (std::size_t row = 0; row < rows_; ++row) {
            std::size_t column = static_cast<std::size_t>(std::max(0, table.rows[row].grid_before));
            for (const auto& cell : table.rows[row].cells) {
                for (int i = 0; i < cell.column_span && column < columns_; ++i)
                    sources_[row * columns_ + column++] = &cell;
            }
        }
        for (std::size_t i = 0; i < box.cells.size(); ++i) {
            const auto& cell = box.cells[i];
            for (std::size_t row = cell.row; row < cell.row_end; ++row) {
                for (std::size_t column = cell.column; column < cell.column_end; ++column)
                    owners_[row * columns_ + column] = i;
            }
        }
    }

    TableEdges run() {
        for (std::size_t row = 0; row <= rows_; ++row) {
            for (std::size_t column = 0; column < columns_; ++column) horizontal(row, column);
        }
        for (std::size_t row = 0; row < rows_; ++row) {
            for (std::size_t column = 0; column <= columns_; ++column) vertical(row, column);
        }
        return std::move(edges_);
    }

private:
    static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

    const Cell* source(std::size_t row, std::size_t column) const { return sources_[row * columns_ + column]; }
    std::size_t owner(std::size_t row, std::size_t column) const { return owners_[row * columns_ + column]; }

    void horizontal(std::size_t row, std::size_t column) {
        const Cell* upper = row > 0 ? source(row - 1, column) : nullptr;
        const Cell* lower = row < rows_ ? source(row, column) : nullptr;
        if (upper && lower && owner(row - 1, column) == owner(row, column)) return;
        Claim above, below;
        if (upper) above = {&upper->bottom, row == rows_ ? &table_.borders.bottom : &table_.borders.inside_horizontal};
        if (lower) below = {&lower->top, row == 0 ? &table_.borders.top : &table_.borders.inside_horizontal};
        edges_.above(row, column) = resolve(above, below);
    }

    void vertical(std::size_t row, std::size_t column) {
        const Cell* before = column > 0 ? source(row, column - 1) : nullptr;
        const Cell* after = column < columns_ ? source(row, column) : nullptr;
        if (before && after && owner(row, column - 1) == owner(row, column)) return;
        Claim left, right;
        if (before) left = {&before->right, after ? &table_.borders.inside_vertical : &table_.borders.right};
        if (after) right = {&after->left, before ? &table_.borders.inside_vertical : &table_.borders.left};
        edges_.left_of(row, column) = resolve(left, right);
    }

    const Table& table_;
    std::size_t rows_, columns_;
    std::vector<std::size_t> owners_;
    std::vector<const Cell*> sources_;
    TableEdges edges_;
};

// Lines along a row boundary; equal neighbours become one line. `y` is the upper edge of the line.
void draw_boundary(const TableBox& box, std::size_t boundary, std::size_t row, double y, Fragment& fragment) {
    const double thickness = box.edges.thickness_above(boundary);
    for (std::size_t column = 0; column < box.columns();) {
        const Line& line = box.edges.above(boundary, column);
        std::size_t end = column + 1;
        while (end < box.columns() && box.edges.above(boundary, end) == line) ++end;
        if (drawn(line)) {
            // A line reaches to the outer edges of the vertical lines it meets.
            const double left = box.column_edges[column] - box.edges.left_of(row, column).width / 2;
            const double right = box.column_edges[end] + box.edges.left_of(row, end).width / 2;
            draw_line(fragment, line, left, y + thickness / 2, right, y + thickness / 2);
        }
        column = end;
    }
}

}  // namespace

TableEdges::TableEdges(std::size_t rows, std::size_t columns)
    : columns_(columns), horizontal_((rows + 1) * columns), vertical_(rows * (columns + 1)) {}

double TableEdges::thickness_above(std::size_t row) const {
    double out = 0;
    for (std::size_t column = 0; column < columns_; ++column) {
        const Line& line = above(row, column);
        if (drawn(line)) out = std::max(out, line.width);
    }
    return out;
}

TableEdges resolve_edges(const Table& table, const TableBox& box) { return EdgeResolver(table, box).run(); }

FragmentPtr draw_row(const TableBox& box, std::size_t row, double height, bool is_last, bool is_artifact) {
    Fragment fragment;
    for (const std::size_t index : box.rows[row].cells) {
        const auto& cell = box.cells[index];
        if (!cell.cell->shading) continue;
        const double left = box.column_edges[cell.column];
        fragment.fills.push_back({left, 0, box.column_edges[cell.column_end] - left, height, *cell.cell->shading});
    }
    for (std::size_t column = 0; column <= box.columns(); ++column) {
        const double x = box.column_edges[column];
        draw_line(fragment, box.edges.left_of(row, column), x, 0, x, height);
    }
    draw_boundary(box, row, row, 0, fragment);
    if (is_last) draw_boundary(box, row + 1, row, height, fragment);
    return finish_decoration(std::move(fragment), is_artifact);
}

}  // namespace shanqi::office
