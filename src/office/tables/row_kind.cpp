#include "office/tables/row_kind.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace shanqi::office::tables {
namespace {

constexpr std::array<std::string_view, 10> total_words{"合计", "总计",     "小计",     "共计", "总数",
                                                       "累计", "本页小计", "本页合计", "平均", "total"};

// They head a remark below a list, also alone.
constexpr std::array<std::string_view, 8> note_headings{"备注",     "说明",     "注",   "附注",
                                                        "填表说明", "填报说明", "note", "notes"};

// They head a remark, or a line for signatures, below a list; always with a colon.
constexpr std::array<std::string_view, 27> note_words{
    "备注",     "说明",     "注",       "附注",     "填表说明", "填报说明", "填表人",   "填报人", "制表人",
    "制表",     "审核人",   "审核",     "复核",     "复核人",   "经办人",   "负责人",   "联系人", "填报单位",
    "填表单位", "单位盖章", "填表日期", "填报日期", "制表日期", "日期",     "数据来源", "note",   "notes"};

std::string compact(std::string_view text) { return folded(text); }  // width, case and white space do not matter

bool is_punctuation(std::string_view rest) {
    for (const std::string_view mark : {":", "：", "(", "（", "=", ",", "，"}) {
        if (rest.starts_with(mark)) return true;
    }
    return false;
}

bool starts_total(std::string_view text) {
    for (const std::string_view word : total_words) {
        if (!text.starts_with(word)) continue;
        const std::string_view rest = text.substr(word.size());
        if (rest.empty() || is_punctuation(rest) || (rest[0] >= '0' && rest[0] <= '9') || rest.starts_with("金额") ||
            rest.starts_with("人数"))
            return true;
    }
    return false;
}

// A number or nothing before it, then 合计 alone: no name of anybody.
bool has_total_cell(const RawRow& row) {
    constexpr std::size_t cells_max = 3;
    std::size_t seen = 0;
    for (const Value& cell : row.cells) {
        if (cell.kind == Value::Kind::blank) continue;
        if (++seen > cells_max) return false;
        if (cell.kind != Value::Kind::text || cell.text.size() > 40) continue;
        const std::string text = trimmed(cell.text);
        // Folding is slow, and nearly no cell ends like this.
        const bool perhaps = text.ends_with("计") || text.ends_with("数") || text.ends_with("均") ||
                             text.ends_with('l') || text.ends_with('L');
        if (perhaps && std::ranges::find(total_words, folded(text)) != total_words.end()) return true;
    }
    return false;
}

bool starts_note(std::string_view text) {
    if (std::ranges::find(note_headings, text) != note_headings.end()) return true;
    for (const std::string_view word : note_words) {
        if (!text.starts_with(word)) continue;
        std::string_view rest = text.substr(word.size());
        if (rest.starts_with("(")) {  // 负责人（签字）：
            const std::size_t close = rest.find(')');
            if (close != std::string_view::npos) rest.remove_prefix(close + 1);
        } else {
            while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') rest.remove_prefix(1);  // 注1：
        }
        if (rest.starts_with(":")) return true;  // folding made the full-width colon a plain one
    }
    return false;
}

}  // namespace

bool is_blank(const RawRow& row) {
    return std::all_of(row.cells.begin(), row.cells.end(),
                       [](const Value& cell) { return cell.kind == Value::Kind::blank; });
}

std::string first_words(const RawRow& row) {
    constexpr std::size_t characters_max = 40;
    std::u32string out;
    for (const Value& cell : row.cells) {
        if (cell.kind == Value::Kind::blank) continue;
        if (!out.empty()) out += U' ';
        out += to_utf32(std::string_view(cell.text).substr(0, characters_max * 4));
        if (out.size() > characters_max) break;
    }
    for (char32_t& c : out) c = c < 0x20 ? U' ' : c;
    if (out.size() > characters_max) {
        out.resize(characters_max);
        out += U'…';
    }
    return to_utf8(out);
}

// One merge over half of the columns or more: a remark or the name of a group of records, no record.
bool RowClassifier::spans_table(const RawRow& row) {
    while (next_merge_ < merges_.size() && merges_[next_merge_].first_row < row.number) ++next_merge_;
    for (std::size_t i = next_merge_; i < merges_.size() && merges_[i].first_row == row.number; ++i) {
        const auto width =
            static_cast<std::size_t>(merges_[i].last_column) - static_cast<std::size_t>(merges_[i].first_column) + 1;
        if (width >= 3 && width * 2 >= header_.columns.size()) return true;
    }
    return false;
}

bool RowClassifier::repeats_header(const RawRow& row) const {
    std::size_t same = 0;
    for (std::size_t i = 0; i < header_.columns.size(); ++i) {
        const auto index = static_cast<std::size_t>(header_.columns[i].index);
        const bool filled = index < row.cells.size() && row.cells[index].kind != Value::Kind::blank;
        if (!filled) continue;
        if (row.cells[index].kind != Value::Kind::text || column_name(row.cells[index].text) != header_.leaves[i])
            return false;
        ++same;
    }
    return same >= 2 && same * 2 >= header_.columns.size();
}

std::optional<SkippedRow::Reason> RowClassifier::classify(const RawRow& row) {
    const Value* first = nullptr;
    std::size_t filled = 0;
    for (const Value& cell : row.cells) {
        if (cell.kind == Value::Kind::blank) continue;
        ++filled;
        if (first == nullptr) first = &cell;
    }
    if (first == nullptr) return SkippedRow::Reason::blank;
    const bool across = spans_table(row);
    if (has_total_cell(row)) {
        after_note_ = false;
        return SkippedRow::Reason::total;
    }
    if (first->kind == Value::Kind::text) {
        constexpr std::size_t word_bytes_max = 60;
        const std::string text = compact(std::string_view(first->text).substr(0, word_bytes_max));
        if (starts_total(text)) {
            after_note_ = false;
            return SkippedRow::Reason::total;
        }
        if (starts_note(text) || (across && filled == 1) || (after_note_ && filled == 1)) {
            after_note_ = !across || starts_note(text);
            return SkippedRow::Reason::note;
        }
        if (repeats_header(row)) return SkippedRow::Reason::header;
    }
    after_note_ = false;
    return std::nullopt;
}

}  // namespace shanqi::office::tables
