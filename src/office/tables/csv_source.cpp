#include "office/tables/csv_source.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "office/tables/values.hpp"

namespace shanqi::office::tables {
namespace {

constexpr std::array<char, 4> separators{',', '\t', ';', '|'};

// The separator that gives the first records the same number of fields; the first of those that are as good.
char find_separator(std::string_view text) {
    constexpr std::size_t records_max = 100;
    char best = ',';
    std::size_t best_score = 0;
    for (const char separator : separators) {
        std::map<std::size_t, std::size_t> records_by_count;
        std::size_t count = 0, records = 0;
        bool quoted = false;
        for (const char c : text) {
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == separator) {
                ++count;
            } else if (!quoted && c == '\n') {
                if (count > 0) ++records_by_count[count];
                count = 0;
                if (++records >= records_max) break;
            }
        }
        if (count > 0) ++records_by_count[count];
        std::size_t score = 0;
        for (const auto& [fields, times] : records_by_count) score = std::max(score, fields * times * times);
        if (score > best_score) {
            best_score = score;
            best = separator;
        }
    }
    return best;
}

// Text that was marked so that a spreadsheet program keeps it: ="00123", '00123.
std::string unmarked(std::string field) {
    if (field.size() >= 3 && field.starts_with("=\"") && field.back() == '"') return field.substr(2, field.size() - 3);
    const bool apostrophe = field.size() >= 2 && field[0] == '\'' &&
                            std::all_of(field.begin() + 1, field.end(),
                                        [](char c) { return (c >= '0' && c <= '9') || c == 'X' || c == 'x'; });
    if (apostrophe) field.erase(0, 1);
    return field;
}

class CsvRows final : public RowSource {
public:
    CsvRows(TextStream stream, Encoding encoding) : stream_(std::move(stream)), encoding_(encoding) {}

    Result<> open() {
        TRY_DO(more());
        constexpr std::string_view excel_hint = "sep=";  // Excel's own first line, not a record
        const std::string_view text = text_;
        if (text.starts_with(excel_hint) && text.size() > 5 && (text[5] == '\r' || text[5] == '\n')) {
            separator_ = text[4];
            at_ = std::min(text.find('\n'), text.size() - 1) + 1;
            ++record_;
        } else {
            separator_ = find_separator(text);
        }
        return {};
    }

    Result<bool> next(RawRow& row) override {
        row.cells.clear();
        row.hidden = false;
        if (!TRY(available())) return false;
        if (record_ >= limits::rows_max) {
            return fail(ErrorKind::limit, "tables.too_many_rows", {{"limit", std::to_string(limits::rows_max)}});
        }
        row.number = ++record_;
        while (TRY(field(row))) {
        }
        return true;
    }

    const std::vector<MergedRange>& merges() const override { return merges_; }
    std::string encoding() const override { return std::string(encoding_name(encoding_)); }
    const std::string& sheet() const override { return sheet_; }
    const std::vector<std::string>& sheets() const override { return sheets_; }

private:
    Result<> more() {
        text_.erase(0, at_);
        at_ = 0;
        const std::size_t before = text_.size();
        while (!ended_ && text_.size() == before) ended_ = !TRY(stream_.read(text_));
        return {};
    }

    Result<bool> available() {
        if (at_ == text_.size() && !ended_) TRY_DO(more());
        return at_ < text_.size();
    }

    // One field and what ends it; false when that was the end of the record.
    Result<bool> field(RawRow& row) {
        std::string value;
        bool quoted = false;
        if (TRY(available()) && text_[at_] == '"') {
            ++at_;
            TRY_DO(quoted_part(value, row));
            quoted = true;
        }
        // Also what stands behind a closing quote: kept as it is.
        while (TRY(available())) {
            const std::size_t begin = at_;
            while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
            TRY_DO(append(value, begin, row, "tables.cell_too_long"));
            if (at_ < text_.size()) break;
        }
        TRY_DO(add(row, std::move(value), quoted));
        if (at_ == text_.size()) return false;
        const char end = text_[at_++];
        if (end == separator_) return true;
        if (end == '\r' && TRY(available()) && text_[at_] == '\n') ++at_;
        return false;
    }

    Result<> quoted_part(std::string& value, const RawRow& row) {
        while (true) {
            if (!TRY(available())) {
                return fail(ErrorKind::invalid, "tables.unclosed_quote", {}, {.row = static_cast<long>(row.number)});
            }
            const std::size_t begin = at_;
            at_ = std::min(text_.find('"', at_), text_.size());
            TRY_DO(append(value, begin, row, "tables.unclosed_quote"));
            if (at_ == text_.size()) continue;
            ++at_;
            if (!TRY(available()) || text_[at_] != '"') return {};
            value += '"';
            ++at_;
        }
    }

    // `too_long`: a quoted field without an end is more likely a quote without a partner than a long text.
    Result<> append(std::string& value, std::size_t begin, const RawRow& row, std::string_view too_long) const {
        if (value.size() + (at_ - begin) > limits::cell_bytes_max) {
            return fail(ErrorKind::limit, too_long, {}, {.row = static_cast<long>(row.number)});
        }
        value.append(text_, begin, at_ - begin);
        return {};
    }

    static Result<> add(RawRow& row, std::string value, bool quoted) {
        if (!quoted) {
            value = unmarked(std::move(value));
        } else if (value.find('\r') != std::string::npos) {
            value = plain_line_ends(value);
        }
        Value cell = text_cell(std::move(value));
        if (row.cells.size() >= static_cast<std::size_t>(limits::columns_max)) {
            if (cell.kind == Value::Kind::blank) return {};
            return fail(ErrorKind::limit, "tables.too_wide", {{"limit", std::to_string(limits::columns_max)}},
                        {.row = static_cast<long>(row.number)});
        }
        row.cells.push_back(std::move(cell));
        return {};
    }

    static std::string plain_line_ends(std::string_view text) {
        std::string out;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (text[at] != '\r') {
                out += text[at];
            } else if (at + 1 == text.size() || text[at + 1] != '\n') {
                out += '\n';
            }
        }
        return out;
    }

    TextStream stream_;
    Encoding encoding_;
    char separator_ = ',';
    std::string text_;  // decoded, not yet consumed from at_
    std::size_t at_ = 0;
    bool ended_ = false;
    std::int64_t record_ = 0;
    std::vector<MergedRange> merges_;
    std::string sheet_;
    std::vector<std::string> sheets_;
};

}  // namespace

Result<std::unique_ptr<RowSource>> open_csv(std::unique_ptr<ByteSource> bytes) {
    const Encoding encoding = TRY(find_encoding(*bytes));
    auto rows = std::make_unique<CsvRows>(TRY(TextStream::open(std::move(bytes), encoding)), encoding);
    TRY_DO(rows->open());
    return rows;
}

}  // namespace shanqi::office::tables
