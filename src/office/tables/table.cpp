#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "office/tables/column_kind.hpp"
#include "office/tables/open.hpp"
#include "office/tables/row_kind.hpp"

namespace shanqi::office::tables {
namespace {

constexpr std::size_t blank_rows_kept_max = 100;
constexpr std::size_t skipped_rows_kept_max = 10'000;

class Table final : public TableReader {
public:
    Table(std::unique_ptr<RowSource> source, std::string file) : source_(std::move(source)), file_(std::move(file)) {}

    // Reads the first rows and finds the header in them. Error: tables.no_header.
    Result<> open() {
        std::vector<RawRow> visible;
        while (visible.size() < limits::sample_rows_max) {
            RawRow row;
            if (!TRY(placed(source_->next(row)))) break;
            if (!row.hidden && !is_blank(row)) visible.push_back(row);
            buffered_.push_back(std::move(row));
            constexpr std::size_t buffered_rows_max = 20'000;  // hidden and blank rows at the top
            if (buffered_.size() >= buffered_rows_max) break;
        }
        std::optional<Header> header = find_header(visible, source_->merges());
        if (!header) return no_header();
        header_ = *std::move(header);
        first_header_row_ = visible[header_.first].number;
        header_row_ = visible[header_.last].number;
        find_column_kinds(header_.columns, records_of(visible));
        for (std::size_t i = 0; i < header_.columns.size(); ++i) {
            const auto index = static_cast<std::size_t>(header_.columns[i].index);
            if (column_of_.size() <= index) column_of_.resize(index + 1, -1);
            column_of_[index] = static_cast<int>(i);
        }
        const std::vector<MergedRange>& merges = source_->merges();
        classifier_.emplace(header_, merges);
        return {};
    }

    const std::vector<DataColumn>& columns() const override { return header_.columns; }
    const std::string& sheet() const override { return source_->sheet(); }
    const std::vector<std::string>& sheets() const override { return source_->sheets(); }
    std::int64_t header_row() const override { return header_row_; }
    std::string encoding() const override { return source_->encoding(); }
    const std::vector<SkippedRow>& skipped() const override { return skipped_; }
    std::int64_t skipped_count(SkippedRow::Reason reason) const override {
        return counts_[static_cast<std::size_t>(reason)];
    }

    Result<std::optional<DataRow>> next() override {
        while (TRY(take())) {
            fill_vertical_merges_from_above();
            if (row_.hidden) {
                skip(SkippedRow::Reason::hidden);
            } else if (own_blank_) {
                remember_blank(row_.number);
            } else if (row_.number < first_header_row_) {
                skip(SkippedRow::Reason::title);
            } else if (row_.number <= header_row_) {
                skip(SkippedRow::Reason::header);
            } else if (const auto reason = classifier_->classify(row_)) {
                skip(*reason);
            } else {
                report_blanks();
                return record();
            }
        }
        return std::nullopt;
    }

private:
    // Totals and notes say nothing about what a column holds.
    std::vector<RawRow> records_of(const std::vector<RawRow>& visible) const {
        RowClassifier classifier(header_, source_->merges());
        std::vector<RawRow> records;
        for (std::size_t i = header_.last + 1; i < visible.size(); ++i) {
            if (!classifier.classify(visible[i])) records.push_back(visible[i]);
        }
        return records;
    }

    template <class T>
    Result<T> placed(Result<T> result) const {
        if (result) return result;
        Error error = std::move(result).error();
        if (error.place.file.empty()) error.place.file = file_;
        if (error.place.sheet.empty()) error.place.sheet = source_->sheet();
        return std::unexpected(std::move(error));
    }

    std::unexpected<Error> no_header() const {
        return fail(ErrorKind::invalid, "tables.no_header", {}, {.file = file_, .sheet = source_->sheet()});
    }

    Result<bool> take() {
        if (!buffered_.empty()) {
            row_ = std::move(buffered_.front());
            buffered_.pop_front();
        } else if (!TRY(placed(source_->next(row_)))) {
            return false;
        }
        // Rows that the file leaves out are blank.
        for (std::int64_t number = last_number_ + 1; number < row_.number; ++number) {
            if (pending_blanks_.size() + counts_[static_cast<std::size_t>(SkippedRow::Reason::blank)] >=
                blank_rows_kept_max) {
                pending_blank_count_ += row_.number - number;
                break;
            }
            remember_blank(number);
        }
        last_number_ = row_.number;
        own_blank_ = is_blank(row_);
        return true;
    }

    // A cell merged over several records counts for each of them.
    void fill_vertical_merges_from_above() {
        const std::vector<MergedRange>& merges = source_->merges();
        for (; next_merge_ < merges.size() && merges[next_merge_].first_row <= row_.number; ++next_merge_) {
            const MergedRange& merge = merges[next_merge_];
            const auto column = static_cast<std::size_t>(merge.first_column);
            if (merge.first_row != row_.number || merge.last_row == merge.first_row || merge.first_row <= header_row_)
                continue;
            if (column >= row_.cells.size() || row_.cells[column].kind == Value::Kind::blank) continue;
            if (carried_.size() <= column) carried_.resize(column + 1);
            carried_[column] = {merge.last_row, row_.cells[column]};
            carried_until_ = std::max(carried_until_, merge.last_row);
        }
        from_above_.clear();
        if (own_blank_ || row_.number > carried_until_) return;
        for (std::size_t column = 0; column < carried_.size(); ++column) {
            if (carried_[column].last_row < row_.number) continue;
            if (row_.cells.size() <= column) row_.cells.resize(column + 1);
            if (row_.cells[column].kind != Value::Kind::blank) continue;
            row_.cells[column] = carried_[column].value;
            from_above_.push_back(column);
        }
    }

    void remember_blank(std::int64_t number) {
        ++pending_blank_count_;
        if (pending_blanks_.size() < blank_rows_kept_max) pending_blanks_.push_back(number);
    }

    // Blank rows are told only when something follows: below the last record there is nothing to tell.
    void report_blanks() {
        if (pending_blank_count_ == 0) return;
        std::int64_t& count = counts_[static_cast<std::size_t>(SkippedRow::Reason::blank)];
        for (const std::int64_t number : pending_blanks_) {
            if (++count <= static_cast<std::int64_t>(blank_rows_kept_max))
                skipped_.push_back({SkippedRow::Reason::blank, number, {}});
        }
        count += pending_blank_count_ - static_cast<std::int64_t>(pending_blanks_.size());
        pending_blank_count_ = 0;
        pending_blanks_.clear();
    }

    void skip(SkippedRow::Reason reason) {
        if (own_blank_) return;  // a hidden blank row has nothing that could be missed
        report_blanks();
        ++counts_[static_cast<std::size_t>(reason)];
        if (skipped_.size() < skipped_rows_kept_max) skipped_.push_back({reason, row_.number, first_words(row_)});
    }

    DataRow record() {
        DataRow out;
        out.number = row_.number;
        out.cells.resize(header_.columns.size());
        for (std::size_t index = 0; index < row_.cells.size(); ++index) {
            if (row_.cells[index].kind == Value::Kind::blank) continue;
            if (index < column_of_.size() && column_of_[index] >= 0) {
                out.cells[static_cast<std::size_t>(column_of_[index])] = std::move(row_.cells[index]);
            } else {
                ++out.extra_cells;
            }
        }
        for (const std::size_t index : from_above_) {
            if (index < column_of_.size() && column_of_[index] >= 0) out.merged.push_back(column_of_[index]);
        }
        return out;
    }

    struct Carried {
        std::int64_t last_row = 0;
        Value value;
    };

    std::unique_ptr<RowSource> source_;
    std::string file_;
    std::deque<RawRow> buffered_;
    RawRow row_;
    bool own_blank_ = false;
    Header header_;
    std::optional<RowClassifier> classifier_;
    std::int64_t first_header_row_ = 0, header_row_ = 0, last_number_ = 0;
    std::vector<int> column_of_;  // by sheet column; -1: no header
    std::size_t next_merge_ = 0;
    std::vector<Carried> carried_;  // by sheet column
    std::int64_t carried_until_ = 0;
    std::vector<std::size_t> from_above_;  // sheet columns of row_ that were filled so
    std::vector<SkippedRow> skipped_;
    std::array<std::int64_t, 6> counts_{};
    std::vector<std::int64_t> pending_blanks_;
    std::int64_t pending_blank_count_ = 0;
};

}  // namespace

Result<std::unique_ptr<TableReader>> open_rows(std::unique_ptr<RowSource> source, std::string file) {
    auto table = std::make_unique<Table>(std::move(source), std::move(file));
    TRY_DO(table->open());
    return table;
}

}  // namespace shanqi::office::tables
