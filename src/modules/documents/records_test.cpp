#include "modules/documents/records.hpp"

#include <gmock/gmock.h>

namespace shanqi::documents {
namespace {

using office::DataRow;
using office::Value;
using testing::ElementsAre;

Value text(std::string value) { return office::Value{.kind = Value::Kind::text, .text = std::move(value)}; }

// A table of these rows; row 1 is the header.
class Rows final : public office::TableReader {
public:
    explicit Rows(std::vector<std::vector<Value>> rows) : rows_(std::move(rows)) {}
    const std::vector<office::DataColumn>& columns() const override { return columns_; }
    const std::string& sheet() const override { return sheet_; }
    const std::vector<std::string>& sheets() const override { return sheets_; }
    std::int64_t header_row() const override { return 1; }
    std::string encoding() const override { return "xlsx"; }
    Result<std::optional<DataRow>> next() override {
        if (at_ == broken_at) return fail(ErrorKind::invalid, "tables.truncated");
        if (at_ == rows_.size()) return std::nullopt;
        DataRow row{.number = static_cast<std::int64_t>(at_) + 2, .cells = rows_[at_]};
        ++at_;
        return row;
    }
    const std::vector<office::SkippedRow>& skipped() const override { return skipped_; }
    std::int64_t skipped_count(office::SkippedRow::Reason) const override { return 0; }

    std::size_t broken_at = SIZE_MAX;

private:
    std::vector<std::vector<Value>> rows_;
    std::size_t at_ = 0;
    std::vector<office::DataColumn> columns_;
    std::string sheet_;
    std::vector<std::string> sheets_;
    std::vector<office::SkippedRow> skipped_;
};

Result<std::string> by_first_cell(const Record& record) {
    const Value& cell = record.value(0, 0);
    if (cell.kind == Value::Kind::blank) return fail(ErrorKind::refused, "merge.empty_field");
    return cell.text;
}

std::vector<std::int64_t> row_numbers(const Records& records, std::size_t index) {
    std::vector<std::int64_t> numbers;
    const Result<Record> record = records.record(index);
    for (const DataRow& row : record->rows) numbers.push_back(row.number);
    return numbers;
}

TEST(RecordsTest, EveryKindOfValueComesBackAsItWas) {
    std::vector<Value> cells = {
        {},
        text("某某\n小学"),
        {.kind = Value::Kind::number, .text = "0.1", .number = 0.1},
        {.kind = Value::Kind::date, .text = "2026年3月5日 08:30", .date = {2026, 3, 5}, .hour = 8, .minute = 30},
        {.kind = Value::Kind::error, .text = "#N/A"},
        {.kind = Value::Kind::damaged, .text = "990101199001010000"}};
    Rows table({cells, {}, {text("末行")}});
    const auto records = Records::read(table, nullptr);
    ASSERT_TRUE(records);
    ASSERT_EQ(records->size(), 3U);
    EXPECT_EQ(records->record(0)->rows.front().cells, cells);
    EXPECT_EQ(records->record(2)->rows.front().number, 4);
    EXPECT_EQ(records->record(2)->value(0, 0).text, "末行");
    EXPECT_EQ(records->record(2)->value(0, 1).kind, Value::Kind::blank) << "a row may be shorter than the header";
    EXPECT_EQ(records->record(2)->value(1, 0).kind, Value::Kind::blank);
}

TEST(RecordsTest, RowsOfOneGroupStandTogetherAtThePlaceOfTheFirst) {
    Rows table({{text("甲")}, {text("乙")}, {text("甲")}, {text("丙")}, {text("乙")}, {text("甲")}});
    const auto records = Records::read(table, by_first_cell);
    ASSERT_TRUE(records);
    ASSERT_EQ(records->size(), 3U);
    EXPECT_THAT(row_numbers(*records, 0), ElementsAre(2, 4, 7));
    EXPECT_THAT(row_numbers(*records, 1), ElementsAre(3, 6));
    EXPECT_THAT(row_numbers(*records, 2), ElementsAre(5));
}

TEST(RecordsTest, RowsWithoutAGroupAreNotPutTogether) {
    Rows table({{Value{}}, {text("甲")}, {Value{}}});
    const auto records = Records::read(table, by_first_cell);
    ASSERT_TRUE(records);
    ASSERT_EQ(records->size(), 3U) << "each is refused by itself";
    EXPECT_THAT(row_numbers(*records, 2), ElementsAre(4));
}

TEST(RecordsTest, ABrokenTableIsNoticedBeforeAnythingIsMade) {
    Rows table({{text("甲")}, {text("乙")}});
    table.broken_at = 1;
    const auto records = Records::read(table, nullptr);
    ASSERT_FALSE(records);
    EXPECT_EQ(records.error().key, "tables.truncated");
}

TEST(RecordsTest, AnEmptyTable) {
    Rows table({});
    EXPECT_EQ(Records::read(table, nullptr)->size(), 0U);
    EXPECT_EQ(Records::read(table, by_first_cell)->size(), 0U);
}

}  // namespace
}  // namespace shanqi::documents
