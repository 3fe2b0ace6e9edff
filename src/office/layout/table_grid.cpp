// How wide the columns of a table are. ECMA-376 part 1, 17.18.87 (ST_TblLayoutType): fixed tables take the widths
// as they are written; automatic ones give way to content that cannot be broken, and to content altogether where
// no widths are written.
#include <algorithm>
#include <numeric>
#include <optional>

#include "office/layout/table_box.hpp"

namespace shanqi::office {

namespace {

constexpr double unknown = 0;

struct ColumnContent {
    double minimum = 0, preferred = 0;
};

std::size_t column_count(const Table& table) {
    int count = static_cast<int>(std::min<std::size_t>(table.grid.size(), limits::table_columns_max));
    for (const auto& row : table.rows) {
        int columns = std::max(0, row.grid_before) + std::max(0, row.grid_after);
        for (const auto& cell : row.cells)
            columns = std::min(columns + std::max(1, cell.column_span), limits::table_columns_max);
        count = std::max(count, columns);
    }
    return static_cast<std::size_t>(std::clamp(count, 1, limits::table_columns_max));
}

// Calls visit(cell, first column, end column) for every cell inside the limit.
template <class Visit>
void for_each_cell(const Table& table, std::size_t columns, Visit&& visit) {
    for (const auto& row : table.rows) {
        auto column = static_cast<std::size_t>(std::max(0, row.grid_before));
        for (const auto& cell : row.cells) {
            if (column >= columns) break;
            const std::size_t end = std::min(columns, column + static_cast<std::size_t>(std::max(1, cell.column_span)));
            visit(cell, column, end);
            column = end;
        }
    }
}

// What the cells say about the widths wins over the grid: Word computes the grid from them.
std::vector<double> written_widths(const Table& table, std::size_t columns) {
    std::vector<double> widths(columns, unknown);
    for (std::size_t i = 0; i < columns && i < table.grid.size(); ++i) widths[i] = std::max(0.0, table.grid[i]);
    std::vector<double> of_cells(columns, unknown);
    for_each_cell(table, columns, [&](const Cell& cell, std::size_t begin, std::size_t end) {
        if (end == begin + 1 && cell.width) of_cells[begin] = std::max(of_cells[begin], *cell.width);
    });
    for (std::size_t i = 0; i < columns; ++i) {
        if (of_cells[i] > 0) widths[i] = of_cells[i];
    }
    for_each_cell(table, columns, [&](const Cell& cell, std::size_t begin, std::size_t end) {
        if (!cell.width) return;
        const auto first = widths.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = widths.begin() + static_cast<std::ptrdiff_t>(end);
        const auto missing = std::count(first, last, unknown);
        const double rest = *cell.width - std::accumulate(first, last, 0.0);
        if (missing > 0 && rest > 0) std::replace(first, last, unknown, rest / static_cast<double>(missing));
    });
    return widths;
}

// A quick bound for the widest piece that cannot be broken; most cells are far from their column's width.
double unbreakable_width_bound(const Paragraph& paragraph) {
    double bound = 0;
    double run = 0;
    for (const auto& item : paragraph.inlines) {
        if (const auto* drawing = std::get_if<Drawing>(&item)) {
            if (!drawing->anchor) bound = std::max(bound, drawing->width);
            continue;
        }
        const auto* text = std::get_if<Text>(&item);
        if (!text) continue;
        const double size = text->style ? text->style->size + std::max(0.0, text->style->character_spacing) : 10.5;
        for (const char c : text->text) {
            run = c == ' ' || (static_cast<unsigned char>(c) & 0x80U) != 0 ? size : run + size;
            bound = std::max(bound, run);
        }
    }
    const auto& style = paragraph.style;
    return bound + std::max(0.0, style.indent_left) + std::max(0.0, style.indent_right) +
           std::max(0.0, style.indent_first);
}

double unbreakable_width_bound(const Blocks& blocks) {
    double bound = 0;
    for (const auto& block : blocks) {
        if (const auto* paragraph = std::get_if<ParagraphPtr>(&block))
            bound = std::max(bound, unbreakable_width_bound(**paragraph));
    }
    return bound;
}

Result<ColumnContent> measure(const Blocks& blocks, double width, const Context& context) {
    ColumnContent out;
    for (const auto& block : blocks) {
        if (const auto* table = std::get_if<TablePtr>(&block)) {
            const double total =
                (*table)->width.value_or(std::accumulate((*table)->grid.begin(), (*table)->grid.end(), 0.0));
            out.preferred = std::max(out.preferred, total);
            continue;
        }
        const auto& paragraph = *std::get<ParagraphPtr>(block);
        std::optional<ContentWidth> found;
        if (paragraph.static_id != 0) found = context.cache->content_width(paragraph.static_id);
        if (!found) {
            ParagraphInput input;
            input.width = width;
            input.grid = context.grid;
            input.default_tab = context.document->default_tab;
            found = TRY(measure_paragraph(paragraph, input, *context.shapes));
            if (paragraph.static_id != 0) context.cache->keep(paragraph.static_id, *found);
        }
        out.minimum = std::max(out.minimum, found->minimum);
        out.preferred = std::max(out.preferred, found->preferred);
    }
    return out;
}

class AutomaticWidths {
public:
    AutomaticWidths(const Table& table, std::vector<double> widths, double column_width, const Context& context)
        : table_(table),
          widths_(std::move(widths)),
          contents_(widths_.size()),
          column_width_(column_width),
          context_(context) {}

    // Contents of cells in one column first, then those that span several.
    Result<> measure_cells() {
        for (const bool spanning : {false, true}) {
            std::optional<Error> error;
            for_each_cell(table_, widths_.size(), [&](const Cell& cell, std::size_t begin, std::size_t end) {
                if (error || (end > begin + 1) != spanning || cell.vertical_merge == Cell::VerticalMerge::resume)
                    return;
                if (auto done = measure_cell(cell, begin, end); !done) error = done.error();
            });
            if (error) return std::unexpected(*error);
        }
        return {};
    }

    std::vector<double> run(std::optional<double> target) {
        for (std::size_t i = 0; i < widths_.size(); ++i) {
            if (widths_[i] > 0) contents_[i].preferred = std::max(widths_[i], contents_[i].minimum);
            contents_[i].preferred = std::max(contents_[i].preferred, contents_[i].minimum);
        }
        double minimum = 0;
        double preferred = 0;
        for (const auto& content : contents_) {
            minimum += content.minimum;
            preferred += content.preferred;
        }
        const double written = std::accumulate(widths_.begin(), widths_.end(), 0.0);
        const bool all_written = std::count(widths_.begin(), widths_.end(), unknown) == 0;
        const double most = target.value_or(all_written ? std::max(written, column_width_) : column_width_);
        const double total = target ? *target : std::min(preferred, most);
        std::vector<double> out(contents_.size());
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = share(contents_[i], minimum, preferred, total);
        return out;
    }

private:
    double share(const ColumnContent& content, double minimum, double preferred, double total) const {
        if (total <= minimum) return content.minimum;  // nothing can be done: the table is wider than the text
        if (preferred > total) {
            return content.minimum + (content.preferred - content.minimum) * (total - minimum) / (preferred - minimum);
        }
        return preferred > 0 ? content.preferred * total / preferred : total / static_cast<double>(contents_.size());
    }

    Result<> measure_cell(const Cell& cell, std::size_t begin, std::size_t end) {
        const CellMargins margins = cell.margins.value_or(table_.margins);
        const double sides = margins.left + margins.right;
        const auto first = widths_.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = widths_.begin() + static_cast<std::ptrdiff_t>(end);
        const bool written = std::count(first, last, unknown) == 0;
        const double inner = std::accumulate(first, last, 0.0) - sides;
        if (written && unbreakable_width_bound(cell.blocks) <= inner) return {};
        ColumnContent content = TRY(measure(cell.blocks, column_width_, context_));
        if (cell.no_wrap && !written) content.minimum = content.preferred;
        content.minimum += sides;
        content.preferred += sides;
        spread(content, begin, end);
        return {};
    }

    void spread(const ColumnContent& content, std::size_t begin, std::size_t end) {
        double minimum = 0;
        double preferred = 0;
        for (std::size_t i = begin; i < end; ++i) {
            minimum += std::max(contents_[i].minimum, end > begin + 1 ? widths_[i] : 0);
            preferred += std::max(contents_[i].preferred, widths_[i]);
        }
        const auto count = static_cast<double>(end - begin);
        for (std::size_t i = begin; i < end; ++i) {
            if (end == begin + 1) {
                contents_[i].minimum = std::max(contents_[i].minimum, content.minimum);
                contents_[i].preferred = std::max(contents_[i].preferred, content.preferred);
                continue;
            }
            contents_[i].minimum += std::max(0.0, content.minimum - minimum) / count;
            contents_[i].preferred += std::max(0.0, content.preferred - preferred) / count;
        }
    }

    const Table& table_;
    std::vector<double> widths_;
    std::vector<ColumnContent> contents_;
    double column_width_;
    const Context& context_;
};

}  // namespace

Result<std::vector<double>> column_widths(const Table& table, double column_width, const Context& context) {
    const std::size_t columns = column_count(table);
    std::vector<double> widths = written_widths(table, columns);
    std::optional<double> target = table.width;
    if (table.width_percent) target = column_width * *table.width_percent / 100;
    const bool all_written = std::count(widths.begin(), widths.end(), unknown) == 0;
    if (table.fixed_layout && all_written) return widths;
    if (all_written && target) {
        const double total = std::accumulate(widths.begin(), widths.end(), 0.0);
        for (double& width : widths) width *= *target / total;
    }
    AutomaticWidths automatic(table, widths, column_width, context);
    TRY_DO(automatic.measure_cells());
    return automatic.run(target);
}

}  // namespace shanqi::office
