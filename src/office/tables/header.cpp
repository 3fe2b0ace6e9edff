#include "office/tables/header.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "base/identity.hpp"
#include "base/text.hpp"
#include "office/tables/values.hpp"

namespace shanqi::office::tables {
namespace {

// The first rows with the value of a merge in each of its cells.
class Grid {
public:
    Grid(std::span<const RawRow> rows, std::span<const MergedRange> merges) {
        const std::size_t count = std::min(rows.size(), limits::header_search_rows_max);
        for (const RawRow& row : rows.first(count)) width_ = std::max(width_, row.cells.size());
        for (const MergedRange& merge : merges) {
            if (count == 0 || merge.first_row > rows[count - 1].number) break;
            if (merge.last_column < limits::columns_max) {
                width_ = std::max(width_, static_cast<std::size_t>(merge.last_column) + 1);
            }
        }
        cells_.assign(count, std::vector<Cell>(width_));
        for (std::size_t r = 0; r < count; ++r) {
            for (std::size_t c = 0; c < rows[r].cells.size(); ++c) {
                if (rows[r].cells[c].kind != Value::Kind::blank) cells_[r][c].value = &rows[r].cells[c];
            }
        }
        spread(rows.first(count), merges);
    }

    std::size_t height() const { return cells_.size(); }
    std::size_t width() const { return width_; }
    const Value* value(std::size_t row, std::size_t column) const { return cells_[row][column].value; }
    bool filled(std::size_t row, std::size_t column) const { return value(row, column) != nullptr; }
    std::string text(std::size_t row, std::size_t column) const {
        return filled(row, column) ? column_name(value(row, column)->text) : std::string();
    }
    // Not the top left cell of the merge that it is in.
    bool from_left(std::size_t row, std::size_t column) const { return cells_[row][column].from_left; }
    bool from_above(std::size_t row, std::size_t column) const { return cells_[row][column].from_above; }
    bool merged_right(std::size_t row, std::size_t column) const {
        return from_left(row, column) ||
               (column + 1 < width_ && from_left(row, column + 1) && value(row, column) == value(row, column + 1));
    }

private:
    struct Cell {
        const Value* value = nullptr;
        bool from_left = false, from_above = false;
    };

    void spread(std::span<const RawRow> rows, std::span<const MergedRange> merges) {
        std::size_t work = 0;
        for (const MergedRange& merge : merges) {
            constexpr std::size_t work_max = 1'000'000;  // overlapping merges are only made to waste time
            if (rows.empty() || merge.first_row > rows.back().number || work > work_max) break;
            const auto first =
                std::lower_bound(rows.begin(), rows.end(), merge.first_row,
                                 [](const RawRow& row, std::int64_t number) { return row.number < number; });
            if (first == rows.end() || first->number != merge.first_row) continue;
            if (static_cast<std::size_t>(merge.first_column) >= width_) continue;
            const auto top = static_cast<std::size_t>(first - rows.begin());
            const auto left = static_cast<std::size_t>(merge.first_column);
            const Value* value = cells_[top][left].value;
            if (value == nullptr) continue;
            const std::size_t right = std::min(static_cast<std::size_t>(merge.last_column), width_ - 1);
            for (std::size_t r = top; r < rows.size() && rows[r].number <= merge.last_row; ++r) {
                for (std::size_t c = left; c <= right; ++c, ++work) cells_[r][c] = {value, c > left, r > top};
            }
        }
    }

    std::vector<std::vector<Cell>> cells_;
    std::size_t width_ = 0;
};

struct RowShape {
    std::size_t filled = 0;    // cells with something in them, merged ones counted each
    std::size_t distinct = 0;  // merged ones counted once
    std::size_t data = 0;      // distinct ones that look like data
    std::size_t labels = 0;    // distinct ones such as "填报单位：…"
    bool of_a_form = false;    // begins as the line above a list that says whose it is
};

bool starts_form_line(std::string_view text) {
    const std::string name = folded(text);
    return std::ranges::any_of(std::to_array<std::string_view>({"单位", "单位名称", "填报单位", "填表单位", "制表单位",
                                                                "编制单位", "报送单位", "填表人", "填报人", "制表人"}),
                               [&](std::string_view label) { return name == label; });
}

RowShape shape_of(const Grid& grid, std::size_t row) {
    RowShape shape;
    for (std::size_t c = 0; c < grid.width(); ++c) {
        if (!grid.filled(row, c)) continue;
        ++shape.filled;
        if (grid.from_left(row, c)) continue;
        ++shape.distinct;
        const Value& value = *grid.value(row, c);
        if (shape.distinct == 1) shape.of_a_form = starts_form_line(value.text);
        if (looks_like_data(value)) ++shape.data;
        if (value.text.find("：") != std::string::npos || value.text.find(':') != std::string::npos) ++shape.labels;
    }
    return shape;
}

// How many cells a row of this list usually has.
std::size_t usual_width(const std::vector<RowShape>& shapes) {
    std::vector<std::size_t> widths;
    for (const RowShape& shape : shapes) {
        if (shape.distinct >= 2) widths.push_back(shape.distinct);
    }
    if (widths.empty()) return 1;
    std::nth_element(widths.begin(), widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2), widths.end());
    return widths[widths.size() / 2];
}

bool is_short_text(const Grid& grid, std::size_t row, std::size_t column) {
    constexpr std::size_t header_bytes_max = 120;  // 40 Chinese characters
    const Value& value = *grid.value(row, column);
    return value.kind == Value::Kind::text && value.text.size() <= header_bytes_max && !looks_like_data(value);
}

// The second row of a header stands under groups: the columns that are in no group go on (merged) or are blank.
bool continues_header(const Grid& grid, std::size_t row, std::size_t below) {
    bool merged_down = false, merged_across = false, under_group = false;
    std::size_t own = 0;
    for (std::size_t c = 0; c < grid.width(); ++c) {
        if (grid.filled(row, c) && grid.merged_right(row, c)) merged_across = true;
        if (!grid.filled(below, c)) continue;
        if (grid.from_above(below, c) && grid.value(below, c) == grid.value(row, c)) {
            merged_down = true;
            continue;
        }
        if (grid.from_left(below, c)) continue;
        if (!is_short_text(grid, below, c)) return false;
        ++own;
        const bool blank_above = !grid.filled(row, c);
        const bool starts_group =
            !blank_above && (grid.merged_right(row, c) ||
                             (c + 1 < grid.width() && !grid.filled(row, c + 1) && grid.filled(below, c + 1)));
        under_group = under_group || blank_above || starts_group;
        // A name under a name that is no group: this is a record, not a header.
        if (!blank_above && !starts_group) return false;
    }
    if (own == 0) return false;
    return merged_down || merged_across || (own >= 2 && under_group);
}

std::size_t extended(const Grid& grid, std::size_t first) {
    std::size_t last = first;
    while (last + 1 < grid.height() && last + 1 < first + limits::header_rows_max &&
           continues_header(grid, last, last + 1))
        ++last;
    // A header alone at the end of the sheet stays as it is; two rows of which none is left for data do not.
    return last;
}

std::vector<std::string> path_of(const Grid& grid, std::size_t first, std::size_t last, std::size_t column) {
    std::vector<std::string> path;
    for (std::size_t r = first; r <= last; ++r) {
        std::string text = grid.text(r, column);
        if (text.empty() && r < last) {
            // A group without a merge (CSV) reaches to the right, as far as something stands below.
            bool below = false;
            for (std::size_t lower = r + 1; lower <= last; ++lower) below = below || grid.filled(lower, column);
            for (std::size_t c = column; below && c-- > 0;) {
                if (!grid.filled(r, c)) continue;
                bool group = false;
                for (std::size_t lower = r + 1; lower <= last; ++lower)
                    group = group || (grid.filled(lower, c) && !grid.from_above(lower, c));
                if (group) text = grid.text(r, c);
                break;
            }
        }
        if (!text.empty() && (path.empty() || path.back() != text)) path.push_back(std::move(text));
    }
    return path;
}

std::string joined(const std::vector<std::string>& path) {
    std::string out;
    for (const std::string& part : path) out += (out.empty() ? "" : "/") + part;
    return out;
}

// All columns of one name get a number, also the first: which of them a template means cannot be known, and then
// the name alone must not find any.
void make_unique(std::vector<DataColumn>& columns) {
    std::map<std::string, int> times, next;
    std::set<std::string> taken;
    for (const DataColumn& column : columns) {
        ++times[column.name];
        taken.insert(column.name);
    }
    for (DataColumn& column : columns) {
        const std::string name = column.name;
        if (times[name] == 1) continue;
        column.duplicate = true;
        do {
            column.name = name + "(" + std::to_string(++next[name]) + ")";
        } while (!taken.insert(column.name).second && next[name] < limits::columns_max);
    }
}

bool is_used(std::span<const RawRow> rows, std::size_t column) {
    return std::any_of(rows.begin(), rows.end(), [&](const RawRow& row) {
        return column < row.cells.size() && row.cells[column].kind != Value::Kind::blank;
    });
}

void name_columns(Header& header, const Grid& grid, std::span<const RawRow> rows) {
    for (std::size_t c = 0; c < grid.width(); ++c) {
        const std::vector<std::string> path = path_of(grid, header.first, header.last, c);
        // A cell merged for its width alone has its column under its left one, and nothing under the others.
        const bool own_name = !path.empty() && !grid.from_left(header.last, c);
        if (!own_name && !is_used(rows.subspan(header.last + 1), c)) continue;
        DataColumn column;
        column.index = static_cast<int>(c);
        column.letter = column_letters(column.index);
        column.name = path.empty() ? column.letter + "列" : joined(path);
        column.unnamed = path.empty();
        header.leaves.push_back(path.empty() ? "" : path.back());
        header.columns.push_back(std::move(column));
    }
    make_unique(header.columns);
}

}  // namespace

std::string column_name(std::string_view text) {
    std::string joined_lines;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c != '\n' && c != '\r' && c != '\t') {
            joined_lines += c;
            continue;
        }
        // A break between Latin words is a space; between Chinese characters it is nothing.
        const bool latin_before = !joined_lines.empty() && static_cast<unsigned char>(joined_lines.back()) < 0x80 &&
                                  joined_lines.back() != ' ';
        const bool latin_after = at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0x80;
        if (latin_before && latin_after) joined_lines += ' ';
    }
    std::string name = trimmed(joined_lines);
    for (const std::string_view star : {"*", "＊", "★"}) {
        while (name.size() > star.size() && name.starts_with(star))
            name = trimmed(std::string_view(name).substr(star.size()));
        while (name.size() > star.size() && name.ends_with(star))
            name = trimmed(std::string_view(name).substr(0, name.size() - star.size()));
    }
    return name;
}

bool looks_like_data(const Value& value) {
    switch (value.kind) {
        case Value::Kind::blank:
            return false;
        case Value::Kind::number:
            // Years head columns: 2024, 2025, 2026.
            return !(value.number == std::trunc(value.number) && value.number >= 1900 && value.number <= 2100);
        case Value::Kind::text:
            break;
        default:
            return true;
    }
    const std::string text = trimmed(half_width(value.text));
    if (text.ends_with("年") && text.size() == 4 + std::string_view("年").size()) return false;  // 2026年 over a group
    std::size_t digits = 0;
    for (const char c : text) digits += c >= '0' && c <= '9' ? 1 : 0;
    if (digits == 0) return text.find('@') != std::string::npos && is_email(text);
    if (digits == text.size()) return text.size() != 4 || text < "1900" || text > "2100";
    return is_mobile_number(text) || is_credit_code_form(text) || is_email(text) || parse_date(text).has_value() ||
           digits >= 7 || digits * 2 > text.size();
}

// 单位名称 | 某某中心 | 日期 | 2026-03-05: names and values in turn above the list, when a wider row of names
// comes before the records do.
bool is_form_line(const std::vector<RowShape>& shapes, std::size_t row, std::size_t usual) {
    constexpr std::size_t rows_between_max = 5;
    const RowShape& shape = shapes[row];
    if (shape.data + shape.labels == 0 && !shape.of_a_form) return false;
    for (std::size_t next = row + 1; next < shapes.size() && next <= row + rows_between_max; ++next) {
        if (shapes[next].data > 0) return false;
        if (shapes[next].filled > shape.filled && shapes[next].filled >= usual) return true;
    }
    return false;
}

std::optional<Header> find_header(std::span<const RawRow> rows, std::span<const MergedRange> merges) {
    const Grid grid(rows, merges);
    std::vector<RowShape> shapes;
    shapes.reserve(grid.height());
    for (std::size_t r = 0; r < grid.height(); ++r) shapes.push_back(shape_of(grid, r));
    const std::size_t usual = usual_width(shapes);
    const std::size_t distinct_min = usual == 1 ? 1 : 2;
    for (std::size_t r = 0; r < grid.height(); ++r) {
        const RowShape& shape = shapes[r];
        if (shape.distinct < distinct_min || shape.filled * 2 < usual) continue;     // a title
        if (usual == 1 && shape.filled > 1) continue;                                // a merged title
        if (shape.labels * 2 >= shape.distinct && shape.distinct < usual) continue;  // 填报单位：… 日期：…
        if (shape.data * 10 > shape.distinct * 3) {
            // Records begin and nothing above them names the columns.
            if (shape.distinct * 2 >= usual) return std::nullopt;
            continue;
        }
        if (is_form_line(shapes, r, usual)) continue;
        Header header;
        header.first = r;
        header.last = extended(grid, r);
        name_columns(header, grid, rows);
        return header;
    }
    return std::nullopt;
}

}  // namespace shanqi::office::tables
