#include "office/layout/table_box.hpp"

#include <algorithm>

#include "office/layout/layout.hpp"

namespace shanqi::office {

namespace {

bool keeps_with_next(const Row& row) {
    // Word keeps a row with the next when the paragraphs of its cells ask for it.
    for (const auto& cell : row.cells) {
        if (cell.blocks.empty()) continue;
        const auto* first = std::get_if<ParagraphPtr>(&cell.blocks.front());
        if (first && (*first)->style.keep_next) return true;
    }
    return false;
}

class TableMaker {
public:
    TableMaker(const TablePtr& table, double column_width, const Context& context)
        : table_(*table), column_width_(column_width), context_(context), box_(std::make_shared<TableBox>()) {
        box_->table = table;
        ++context_.depth;
    }

    Result<TableBoxPtr> run() {
        TRY_DO(place_columns());
        TRY_DO(make_cells());
        box_->edges = resolve_edges(table_, *box_);
        size_rows();
        if (!box_->rows.empty()) box_->whole = TableBreaker(*box_, context_.is_artifact).next(1e9, true);
        return box_;
    }

private:
    Result<> place_columns() {
        const auto widths = TRY(column_widths(table_, column_width_, context_));
        box_->column_edges.assign(1, 0.0);
        for (const double width : widths) box_->column_edges.push_back(box_->column_edges.back() + width);
        switch (table_.align) {
            case Table::Align::left:
                box_->left = table_.indent - outdent();
                break;
            case Table::Align::center:
                box_->left = (column_width_ - box_->width()) / 2;
                break;
            case Table::Align::right:
                box_->left = column_width_ - box_->width();
                break;
        }
        return {};
    }

    // Only tables that stand in the text itself reach into the margin.
    double outdent() const {
        const bool is_old = context_.document->compatibility_mode < 15 && context_.depth == 1 && !table_.floating;
        return is_old ? table_.margins.left : 0;
    }

    Result<> make_cells() {
        const std::size_t columns = box_->columns();
        std::vector<std::size_t> open(columns, none);  // the merged cell that a column is in
        box_->rows.resize(table_.rows.size());
        for (std::size_t r = 0; r < table_.rows.size(); ++r) {
            const Row& row = table_.rows[r];
            auto column = static_cast<std::size_t>(std::max(0, row.grid_before));
            std::vector<std::size_t> still_open(columns, none);
            for (const auto& cell : row.cells) {
                if (column >= columns) break;
                const std::size_t end =
                    std::min(columns, column + static_cast<std::size_t>(std::max(1, cell.column_span)));
                std::size_t index = cell.vertical_merge == Cell::VerticalMerge::resume ? open[column] : none;
                if (index != none) {
                    box_->cells[index].row_end = r + 1;
                } else {
                    index = box_->cells.size();
                    TRY_DO(make_cell(cell, r, column, end));
                }
                box_->rows[r].cells.push_back(index);
                if (cell.vertical_merge != Cell::VerticalMerge::none) still_open[column] = index;
                column = end;
            }
            open = std::move(still_open);
        }
        return {};
    }

    Result<> make_cell(const Cell& cell, std::size_t row, std::size_t column, std::size_t column_end) {
        CellBox box;
        box.cell = &cell;
        box.row = row;
        box.row_end = row + 1;
        box.column = column;
        box.column_end = column_end;
        box.margins = cell.margins.value_or(table_.margins);
        const double outer = box_->column_edges[column_end] - box_->column_edges[column];
        const double inner = std::max(1.0, outer - box.margins.left - box.margins.right);
        Context content = context_;
        if (cell.shading) content.background = cell.shading;
        box.content = TRY(make_stack(cell.blocks, inner, content));
        box_->has_page_number = box_->has_page_number || box.content.has_page_number;
        box_->has_numbering = box_->has_numbering || box.content.has_numbering;
        box_->cells.push_back(std::move(box));
        return {};
    }

    void size_rows() {
        for (std::size_t r = 0; r < box_->rows.size(); ++r) {
            const Row& row = table_.rows[r];
            RowBox& out = box_->rows[r];
            out.line_above = box_->edges.thickness_above(r);
            out.is_exact = row.height && row.height_exact;
            out.may_split = !row.cant_split && !out.is_exact;
            out.keeps_with_next = keeps_with_next(row);
            out.height = row.height.value_or(0);
            if (out.is_exact) continue;
            for (const std::size_t index : out.cells) {
                const auto& cell = box_->cells[index];
                if (!cell.is_merged()) out.height = std::max(out.height, cell.needed_height() + out.line_above);
            }
        }
        for (const auto& cell : box_->cells) {
            if (cell.is_merged()) make_room(cell);
        }
        while (box_->header_rows < table_.rows.size() && table_.rows[box_->header_rows].is_header) ++box_->header_rows;
        if (box_->header_rows == table_.rows.size()) box_->header_rows = 0;
    }

    // A merged cell that needs more than its rows have makes the last of them higher.
    void make_room(const CellBox& cell) {
        double height = -box_->rows[cell.row].line_above;
        for (std::size_t r = cell.row; r < cell.row_end; ++r) height += box_->rows[r].height;
        const Row& last = table_.rows[cell.row_end - 1];
        if (last.height && last.height_exact) return;
        box_->rows[cell.row_end - 1].height += std::max(0.0, cell.needed_height() - height);
    }

    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    const Table& table_;
    double column_width_;
    Context context_;
    std::shared_ptr<TableBox> box_;
};

}  // namespace

Result<TableBoxPtr> make_table_box(const TablePtr& table, double column_width, const Context& context) {
    const bool may_keep = table->static_id != 0;
    const BoxCache::Key key{table->static_id, column_width, context.grid, {}, context.is_artifact, context.background};
    if (may_keep) {
        if (auto kept = context.cache->table(key)) return kept;
    }
    auto box = TRY(TableMaker(table, column_width, context).run());
    if (may_keep && !box->has_numbering && !box->has_page_number) context.cache->keep(key, box);
    return box;
}

std::vector<TablePartPtr> row_parts(const TableBoxPtr& box, bool is_artifact) {
    if (box->rows.empty()) return {};
    const bool is_cut =
        std::none_of(box->cells.begin(), box->cells.end(), [](const CellBox& cell) { return cell.is_merged(); });
    if (!is_cut) return {box->whole};
    std::vector<TablePartPtr> out;
    for (TableBreaker breaker(*box, is_artifact); !breaker.done();) out.push_back(breaker.next_row());
    return out;
}

}  // namespace shanqi::office
