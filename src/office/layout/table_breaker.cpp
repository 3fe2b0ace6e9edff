// Tables over several pages: rows are cut between the lines of their cells, header rows are repeated (17.4.49,
// 17.4.6), merged cells go on in the rows of the next page.
#include <algorithm>
#include <optional>

#include "office/layout/decorations.hpp"
#include "office/layout/table_box.hpp"

namespace shanqi::office {

namespace {

constexpr double unlimited = 1e9;
constexpr double tolerance = 0.05;

struct Taken {
    std::vector<Piece> pieces;  // from 0, 0
    double height = 0;
};

double line_offset(const Piece& piece, std::size_t line) {
    return piece.paragraph ? lines_height(*piece.paragraph, 0, line + 1) - piece.paragraph->laid.lines[line].height : 0;
}

// What of the stack, from `position` on, stands in `room` points; moves the position.
Taken take(const Stack& stack, StackPosition& position, double room, bool must) {
    Taken out;
    if (position.piece >= stack.pieces.size()) return out;
    const bool from_start = position.piece == 0 && position.line == 0;
    const Piece& first = stack.pieces[position.piece];
    const double base = from_start ? 0 : first.at.y + line_offset(first, position.line);
    while (position.piece < stack.pieces.size()) {
        const Piece& source = stack.pieces[position.piece];
        Piece piece = source;
        piece.at.y += line_offset(source, position.line) - base;
        const bool forced = must && out.pieces.empty();
        if (source.table) {
            if (piece.at.y + piece.height > room + tolerance && !forced) break;
        } else {
            const auto& box = *source.paragraph;
            const std::size_t count = lines_that_fit(box, position.line, source.line_end, room - piece.at.y, forced);
            if (count == 0) break;
            piece.first_line = position.line;
            piece.line_end = position.line + count;
            piece.height = lines_height(box, piece.first_line, piece.line_end);
        }
        out.height = piece.at.y + piece.height;
        const bool cut = piece.paragraph && piece.line_end < source.line_end;
        position = cut ? StackPosition{position.piece, piece.line_end} : StackPosition{position.piece + 1, 0};
        out.pieces.push_back(std::move(piece));
        if (cut) return out;
    }
    if (position.piece == stack.pieces.size()) out.height = stack.height - base;
    return out;
}

double rest_height(const Stack& stack, StackPosition position) { return take(stack, position, unlimited, true).height; }

}  // namespace

class PartMaker {
public:
    explicit PartMaker(TableBreaker& breaker)
        : breaker_(breaker), box_(breaker.box_), part_(std::make_shared<TablePart>()) {}

    double height() const { return part_->height; }

    // Of the row, or of what earlier pages have left of it.
    double row_height(std::size_t row) const {
        const RowBox& r = box_.rows[row];
        double out = r.height - breaker_.used_;
        for (const std::size_t index : r.cells) {
            const auto& cell = box_.cells[index];
            const auto begun = breaker_.positions_.find(index);
            if (begun == breaker_.positions_.end()) continue;
            const double needed =
                rest_height(cell.content, begun->second) + cell.margins.top + cell.margins.bottom + r.line_above;
            if (!cell.is_merged()) out = std::max(out, needed);
            if (cell.is_merged() && cell.row_end == row + 1) {
                const auto opened = open_.find(index);
                out = std::max(out, needed - (opened == open_.end() ? 0 : part_->height - opened->second));
            }
        }
        return std::max(out, 0.0);
    }

    void add_row(std::size_t row, double height) {
        const double top = begin_row(row, height);
        for (const std::size_t index : box_.rows[row].cells) {
            const auto& cell = box_.cells[index];
            if (cell.is_merged()) {
                if (cell.row_end == row + 1) close(index, true);
            } else {
                place(index, top, height, true);
            }
        }
    }

    // Header rows on a further page: whole, whatever the state of the cells is.
    void repeat_headers() {
        for (std::size_t row = 0; row < box_.header_rows; ++row) add_row(row, box_.rows[row].height);
    }

    // As many lines of the row's cells as fit. The height of what was placed; none: nothing, or no need to cut.
    std::optional<double> cut_row(std::size_t row, double room, bool must) {
        std::map<std::size_t, std::pair<Taken, StackPosition>> taken;
        const RowBox& r = box_.rows[row];
        double height = 0;
        bool all_done = true;
        for (const std::size_t index : r.cells) {
            const auto& cell = box_.cells[index];
            if (cell.is_merged()) continue;
            const double around = r.line_above + cell.margins.top + cell.margins.bottom;
            StackPosition position = start_of(index);
            const bool had_content = position.piece < cell.content.pieces.size();
            Taken lines = take(cell.content, position, room - around, must);
            if (had_content && lines.pieces.empty() && breaker_.used_ == 0 && !must) return std::nullopt;
            all_done = all_done && position.piece >= cell.content.pieces.size();
            height = std::max(height, lines.height + around);
            taken[index] = {std::move(lines), position};
        }
        if (all_done || height <= 0) return std::nullopt;
        const double top = begin_row(row, height);
        for (auto& [index, entry] : taken) {
            add_cell(index, top + r.line_above + box_.cells[index].margins.top, entry.first, entry.first.height);
            breaker_.positions_[index] = entry.second;
        }
        return height;
    }

    TablePartPtr finish() {
        while (!open_.empty()) close(open_.begin()->first, false);
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const bool is_last = i + 1 == rows_.size();
            auto fragment = draw_row(box_, rows_[i].row, rows_[i].height, is_last, breaker_.is_artifact_);
            if (fragment) part_->decorations.push_back({std::move(fragment), {box_.left, rows_[i].top}});
        }
        if (!rows_.empty()) part_->height += box_.edges.thickness_above(rows_.back().row + 1);
        return part_;
    }

private:
    struct PlacedRow {
        std::size_t row = 0;
        double top = 0, height = 0;
    };

    double begin_row(std::size_t row, double height) {
        const double top = part_->height;
        rows_.push_back({row, top, height});
        for (const std::size_t index : box_.rows[row].cells) {
            if (box_.cells[index].is_merged()) open_.try_emplace(index, top);
        }
        part_->height += height;
        return top;
    }

    StackPosition start_of(std::size_t index) const {
        const auto begun = breaker_.positions_.find(index);
        return begun == breaker_.positions_.end() ? StackPosition{} : begun->second;
    }

    // The cell's content (or the rest of it, or what fits) between `top` and `top + height`.
    void place(std::size_t index, double top, double height, bool to_end) {
        const auto& cell = box_.cells[index];
        const double line = box_.rows[cell.row].line_above;
        const double room = height - line - cell.margins.top - cell.margins.bottom;
        StackPosition position = start_of(index);
        const bool is_whole = to_end && position.piece == 0 && position.line == 0;
        Taken taken = take(cell.content, position, to_end ? room_to_end(cell, room) : room, to_end);
        if (to_end && position.piece < cell.content.pieces.size()) part_->notices.emplace_back("layout.clipped_cell");
        double y = top + line + cell.margins.top;
        if (is_whole && cell.cell->vertical_align == Cell::VerticalAlign::center)
            y += std::max(0.0, room - taken.height) / 2;
        if (is_whole && cell.cell->vertical_align == Cell::VerticalAlign::bottom)
            y += std::max(0.0, room - taken.height);
        add_cell(index, y, taken, room);
        if (to_end) {
            breaker_.positions_.erase(index);
        } else {
            breaker_.positions_[index] = position;
        }
    }

    // A row of exact height cuts its cells off; a line of which half is seen stays.
    double room_to_end(const CellBox& cell, double room) const {
        const Row& row = box_.table->rows[cell.row_end - 1];
        if (!row.height || !row.height_exact || cell.content.pieces.empty()) return unlimited;
        const Piece& first = cell.content.pieces.front();
        const double line = first.paragraph ? first.paragraph->laid.lines.front().height : 0;
        return room + cell.margins.bottom + line / 2;
    }

    void add_cell(std::size_t index, double y, Taken& taken, double room) {
        const auto& cell = box_.cells[index];
        CellPart out;
        out.at = {box_.left + box_.column_edges[cell.column] + cell.margins.left, y};
        out.width = cell.content.width;
        out.height = room;
        out.pieces = std::move(taken.pieces);
        for (auto& piece : out.pieces) {
            piece.at.x += out.at.x;
            piece.at.y += out.at.y;
        }
        if (cell.cell->vertical_text) part_->notices.emplace_back("layout.vertical_text");
        part_->cells.push_back(std::move(out));
    }

    void close(std::size_t index, bool to_end) {
        const auto opened = open_.extract(index);
        if (opened.empty()) return;
        place(index, opened.mapped(), part_->height - opened.mapped(), to_end);
    }

    TableBreaker& breaker_;
    const TableBox& box_;
    std::shared_ptr<TablePart> part_;
    std::vector<PlacedRow> rows_;
    std::map<std::size_t, double> open_;  // merged cells and where they begin in this part
};

TablePartPtr TableBreaker::next(double room, bool must) {
    PartMaker maker(*this);
    const std::size_t headers = box_.header_rows;
    if (row_ >= headers && headers > 0 && (row_ > headers || used_ > 0)) {
        const auto kept = std::move(positions_);
        positions_.clear();
        double height = 0;
        for (std::size_t row = 0; row < headers; ++row) height += box_.rows[row].height;
        if (height < room / 2) maker.repeat_headers();
        positions_ = kept;
    }
    bool any = false;
    std::size_t group_allowed = 0;  // rows before this one need no further look at their group
    while (!done()) {
        const RowBox& row = box_.rows[row_];
        if (row_ >= group_allowed && row.keeps_with_next) {
            double group = 0;
            std::size_t last = row_;
            for (; last + 1 < box_.rows.size() && box_.rows[last].keeps_with_next; ++last)
                group += box_.rows[last].height;
            group += box_.rows[last].height;
            if (maker.height() + group > room + tolerance && (any || !must)) break;
            group_allowed = last;
        }
        const double height = maker.row_height(row_);
        if (maker.height() + height + box_.edges.thickness_above(row_ + 1) <= room + tolerance) {
            maker.add_row(row_, height);
            ++row_;
            used_ = 0;
            any = true;
            continue;
        }
        // Word cuts a row that is higher than a page even where it may not be cut, unless its height is exact.
        const bool is_forced = must && !any && !row.is_exact;
        if (row.may_split || is_forced) {
            if (const auto part = maker.cut_row(row_, room - maker.height(), must && !any)) {
                used_ += *part;
                any = true;
                break;
            }
        }
        if (must && !any) {  // higher than a page and in one piece
            maker.add_row(row_, row.is_exact ? std::min(height, room - maker.height()) : height);
            ++row_;
            used_ = 0;
            any = true;
        }
        break;
    }
    return any ? maker.finish() : nullptr;
}

TablePartPtr TableBreaker::next_row() {
    PartMaker maker(*this);
    maker.add_row(row_, box_.rows[row_].height);
    ++row_;
    return maker.finish();
}

double TableBreaker::first_height(const TableBox& box) {
    double out = 0;
    for (std::size_t row = 0; row < box.header_rows; ++row) out += box.rows[row].height;
    if (box.header_rows >= box.rows.size()) return out;
    const RowBox& row = box.rows[box.header_rows];
    if (!row.may_split) return out + row.height;
    double lines = 0;
    for (const std::size_t index : row.cells) {
        const auto& cell = box.cells[index];
        if (cell.content.pieces.empty()) continue;
        const Piece& first = cell.content.pieces.front();
        const double height = first.paragraph ? first.paragraph->laid.lines.front().height : first.height;
        lines = std::max(lines, first.at.y + height + cell.margins.top + cell.margins.bottom);
    }
    return out + std::min(row.height, lines + row.line_above);
}

}  // namespace shanqi::office
