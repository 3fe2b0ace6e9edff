// Tables: markers in cells may repeat rows or make them conditional.
#include <algorithm>
#include <map>

#include "office/merge/compile.hpp"

namespace shanqi::office::merging {
namespace {

// One row, compiled: its cells, and the markers that belong to rows.
struct CompiledRow {
    std::shared_ptr<RowPlan> plan;
    std::vector<Control> before, after;  // without a partner in the row
    std::vector<Control> open, close;    // pairs within the row, which are about the whole row
    bool shows_nothing = true;
    bool is_static = true;
};

struct RowMarker {
    Control control;
    int content_before = 0;  // parts of the row that show something and stand before it
};

bool is_opening(const Control& control) {
    return control.kind == Control::Kind::if_begin || control.kind == Control::Kind::repeat_begin;
}

// Markers in different cells of one row: an opening one with its end makes the whole row conditional or
// repeated, wherever in the row they stand. What is left belongs to the rows around.
Result<> sort_markers(std::vector<RowMarker> markers, int content, CompiledRow& row) {
    std::vector<RowMarker> waiting;
    for (RowMarker& marker : markers) {
        const bool ends =
            marker.control.kind == Control::Kind::if_end || marker.control.kind == Control::Kind::repeat_end;
        if (ends && !waiting.empty() && is_opening(waiting.back().control)) {
            const bool same = (waiting.back().control.kind == Control::Kind::if_begin) ==
                              (marker.control.kind == Control::Kind::if_end);
            if (!same) {
                return fail(ErrorKind::invalid, "merge.crossed_markers",
                            {{"marker", marker.control.written},
                             {"open", waiting.back().control.written},
                             {"words", marker.control.words}},
                            {.field = marker.control.written});
            }
            row.open.insert(row.open.begin(), std::move(waiting.back().control));
            row.close.push_back(std::move(marker.control));
            waiting.pop_back();
            continue;
        }
        waiting.push_back(std::move(marker));
    }
    for (RowMarker& marker : waiting) {
        if (marker.content_before > 0 && marker.content_before < content)
            return marker_error("merge.marker_in_text", marker.control);
        (marker.content_before > 0 ? row.after : row.before).push_back(std::move(marker.control));
    }
    return {};
}

// A cell's blocks with its row markers taken out.
Result<std::shared_ptr<CellPlan>> compile_cell(const Cell& cell, int depth, int& content,
                                               std::vector<RowMarker>& markers) {
    BlockParts parts = TRY(compile_blocks(cell.blocks, depth + 1));
    Nodes<BlockLeaf> nodes;
    for (auto& part : parts) {
        if (Control* control = part.control()) {
            markers.push_back({std::move(*control), content});
            continue;
        }
        content += part.blank ? 0 : 1;
        nodes.push_back(std::move(std::get<Node<BlockLeaf>>(part.value)));
    }
    auto plan = std::make_shared<CellPlan>();
    plan->shell = cell;
    plan->shell.blocks.clear();
    plan->blocks = std::make_shared<BlockPlan>(make_plan(std::move(nodes), cell.blocks));
    return plan;
}

Result<CompiledRow> compile_row(const Row& row, int depth) {
    CompiledRow out;
    out.plan = std::make_shared<RowPlan>();
    out.plan->shell = row;
    out.plan->shell.cells.clear();
    std::vector<RowMarker> markers;
    int content = 0;
    int column = row.grid_before;
    for (const Cell& cell : row.cells) {
        auto plan = TRY(compile_cell(cell, depth, content, markers));
        plan->grid_column = column;
        column += std::max(1, cell.column_span);
        out.is_static = out.is_static && plan->blocks->is_static;
        out.plan->cells.push_back(std::move(plan));
    }
    out.shows_nothing = content == 0;
    out.is_static = out.is_static && markers.empty();
    TRY_DO(sort_markers(std::move(markers), content, out));
    return out;
}

// A vertical merge goes down from the cell that begins it. When a condition drops that one's row, its content
// must stand in the first row that is left (fill.cpp).
class MergeOrigins {
public:
    void link(RowPlan& row) {
        std::map<int, std::shared_ptr<const CellPlan>> next;
        for (auto& shared : row.cells) {
            const auto above = origins_.find(shared->grid_column);
            if (shared->shell.vertical_merge == Cell::VerticalMerge::resume && above != origins_.end()) {
                auto linked = std::make_shared<CellPlan>(*shared);
                linked->merged_from = above->second;
                next[shared->grid_column] = above->second;
                shared = std::move(linked);
            } else if (shared->shell.vertical_merge == Cell::VerticalMerge::restart) {
                next[shared->grid_column] = shared;
            }
        }
        found_ = found_ || !next.empty();
        origins_ = std::move(next);
    }
    bool found() const { return found_; }

private:
    std::map<int, std::shared_ptr<const CellPlan>> origins_;
    bool found_ = false;
};

void add_row(CompiledRow row, RowParts& parts) {
    for (Control& control : row.before) parts.push_back({std::move(control)});
    if (!row.shows_nothing || (row.open.empty() && row.before.empty() && row.after.empty())) {
        for (Control& control : row.open) parts.push_back({std::move(control)});
        parts.push_back({Node<RowPlan>{std::move(*row.plan)}});
        for (Control& control : row.close) parts.push_back({std::move(control)});
    }
    for (Control& control : row.after) parts.push_back({std::move(control)});
}

Table shell_of(const Table& table) {
    Table shell = table;
    shell.rows.clear();
    shell.static_id = 0;
    return shell;
}

Block static_table(const Table& table, const std::vector<CompiledRow>& rows) {
    auto copy = std::make_shared<Table>(table);
    copy->static_id = next_static_id();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows[i].plan->cells.size(); ++j) {
            copy->rows[i].cells[j].blocks = static_blocks(*rows[i].plan->cells[j]->blocks);
        }
    }
    return TablePtr(std::move(copy));
}

bool same_blocks(const Table& table, const std::vector<CompiledRow>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows[i].plan->cells.size(); ++j) {
            if (table.rows[i].cells[j].blocks != static_blocks(*rows[i].plan->cells[j]->blocks)) return false;
        }
    }
    return true;
}

}  // namespace

Result<> compile_table(const TablePtr& table, int depth, BlockParts& out) {
    std::vector<CompiledRow> rows;
    for (const Row& row : table->rows) rows.push_back(TRY(compile_row(row, depth)));
    if (std::ranges::all_of(rows, &CompiledRow::is_static)) {
        const bool same = same_blocks(*table, rows);
        out.push_back({Node<BlockLeaf>{BlockLeaf(same ? with_identity(table) : static_table(*table, rows))}});
        return {};
    }
    auto plan = std::make_shared<TablePlan>();
    plan->shell = shell_of(*table);
    MergeOrigins origins;
    RowParts parts;
    for (CompiledRow& row : rows) {
        origins.link(*row.plan);
        add_row(std::move(row), parts);
    }
    plan->has_vertical_merges = origins.found();
    RowParts paired = TRY(pair(std::move(parts)));
    plan->rows = TRY(closed(std::move(paired)));
    out.push_back({Node<BlockLeaf>{BlockLeaf(std::move(plan))}});
    return {};
}

}  // namespace shanqi::office::merging
