#include <gmock/gmock.h>

#include "base/messages.hpp"
#include "office/tables/check.hpp"
#include "office/tables/test_files.hpp"

namespace shanqi::office::tables {
namespace {

using testing::ElementsAre;
using Reason = SkippedRow::Reason;

std::string merged(const std::vector<std::string>& ranges) {
    std::string out = "<mergeCells count='9'>";
    for (const std::string& range : ranges) out += "<mergeCell ref=\"" + range + "\"/>";
    return out + "</mergeCells>";
}

std::unique_ptr<TableReader> opened(const TestWorkbook& workbook) {
    auto table = read(workbook);
    EXPECT_TRUE(table) << (table ? "" : table.error().key);
    return table ? std::move(*table) : nullptr;
}

TEST(Header, BelowTitlesAndLines) {
    TestWorkbook workbook;
    workbook.sheet_data =
        text_row(1, {"2026年合作学校名单"}) + text_row(2, {"填报单位：某某", "", "", "日期：2026年3月"}) +
        text_row(4, {"序号", "学校\n名称", "*联系人", "手机"}) + text_row(5, {"1", "某某小学", "甲", "13800138000"}) +
        text_row(6, {"2", "某某中学", "乙", "13800138001"});
    workbook.after_data = merged({"A1:D1"});
    const auto table = opened(workbook);
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->header_row(), 4);
    EXPECT_THAT(names(*table), ElementsAre("序号", "学校名称", "联系人", "手机"));
    const auto rows = all_rows(*table);
    EXPECT_EQ(rows.size(), 2U);
    EXPECT_EQ(table->skipped_count(Reason::title), 2);
    EXPECT_EQ(table->skipped_count(Reason::blank), 1);
    EXPECT_EQ(table->columns()[3].kind, ColumnKind::mobile);
    EXPECT_EQ(table->columns()[1].kind, ColumnKind::text);
}

TEST(Header, TwoRowsWithMerges) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"名单"}) + text_row(2, {"序号", "学校", "", "联系人", "", "备注"}) +
                          text_row(3, {"", "名称", "地址", "姓名", "电话", ""}) +
                          text_row(4, {"1", "某某小学", "某县", "甲", "13800138000", ""});
    workbook.after_data = merged({"A1:F1", "A2:A3", "B2:C2", "D2:E2", "F2:F3"});
    const auto table = opened(workbook);
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->header_row(), 3);
    EXPECT_THAT(names(*table), ElementsAre("序号", "学校/名称", "学校/地址", "联系人/姓名", "联系人/电话", "备注"));
    EXPECT_EQ(all_rows(*table).size(), 1U);
    EXPECT_EQ(table->skipped_count(Reason::header), 2);
}

TEST(Header, TheGroupOfATwoRowHeaderSaysNothingOfWhatItsColumnsHold) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"学校", "手机号码（负责人）", ""}) + text_row(2, {"", "姓名", "号码"}) +
                          text_row(3, {"某某小学", "甲", "13800138000"});
    workbook.after_data = merged({"A1:A2", "B1:C1"});
    EXPECT_EQ(opened(workbook)->columns()[1].kind, ColumnKind::text);
}

TEST(Header, TwoRowsJoinWhereTheLowerNamesRepeat) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"学校", "校长", "", "联系人", ""}) +
                          text_row(2, {"", "姓名", "电话", "姓名", "电话"}) +
                          text_row(3, {"某某小学", "甲", "13800138000", "乙", "13800138001"});
    workbook.after_data = merged({"A1:A2", "B1:C1", "D1:E1"});
    EXPECT_THAT(names(*opened(workbook)), ElementsAre("学校", "校长/姓名", "校长/电话", "联系人/姓名", "联系人/电话"));
}

TEST(Header, TwoRowsOfACsvHaveNoMerges) {
    auto table = open_table(temporary_file(
        "two.csv", "学校,联系人,,地址\n,姓名,电话,\n某某小学,甲,13800138000,某县\n某某中学,乙,13800138001,某县\n"));
    ASSERT_TRUE(table);
    EXPECT_THAT(names(**table), ElementsAre("学校", "联系人/姓名", "联系人/电话", "地址"));
    EXPECT_EQ((*table)->header_row(), 2);
    EXPECT_EQ(all_rows(**table).size(), 2U);
}

TEST(Header, AFirstRecordOfTextIsNoSecondHeaderRow) {
    auto table = open_table(temporary_file("text.csv", "学校,联系人,,地址\n某某小学,甲,,某县\n某某中学,乙,丙,某县\n"));
    ASSERT_TRUE(table);
    EXPECT_EQ((*table)->header_row(), 1);
    EXPECT_EQ(all_rows(**table).size(), 2U);
}

TEST(Header, AMergedHeaderCellOverTwoColumnsKeepsTheFirstRecord) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"学校", "地址", "", "联系人"}) +
                          text_row(2, {"某某小学", "某县", "某镇", "甲"}) +
                          text_row(3, {"某某中学", "某县", "某镇", "乙"});
    workbook.after_data = merged({"B1:C1"});
    const auto table = opened(workbook);
    EXPECT_EQ(table->header_row(), 1);
    EXPECT_THAT(names(*table), ElementsAre("学校", "地址(1)", "地址(2)", "联系人"));
    EXPECT_EQ(all_rows(*table).size(), 2U);

    // Merged for its width alone: one column.
    workbook.sheet_data = text_row(1, {"学校", "地址", "", "联系人"}) + text_row(2, {"某某小学", "某县", "", "甲"});
    EXPECT_THAT(names(*opened(workbook)), ElementsAre("学校", "地址", "联系人"));
}

TEST(Header, YearsMayBeHeaders) {
    TestWorkbook workbook;
    workbook.sheet_data =
        "<row r='1'><c t='inlineStr'><is><t>省份</t></is></c><c><v>2024</v></c><c><v>2025</v></c></row>"
        "<row r='2'><c t='inlineStr'><is><t>某省</t></is></c><c><v>12</v></c><c><v>30</v></c></row>";
    EXPECT_THAT(names(*opened(workbook)), ElementsAre("省份", "2024", "2025"));
}

TEST(Header, RecordsWithoutAHeaderAreNotTakenForOne) {
    const auto table = open_table(
        temporary_file("none.csv", "1,某某小学,13800138000,2023-05-20\n2,某某中学,13800138001,2023-05-21\n"));
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().key, "tables.no_header");
}

TEST(Header, DuplicateAndMissingNamesAreTold) {
    auto table = open_table(
        temporary_file("twice.csv", "电话,姓名,电话,\n13800138000,甲,13800138001,丙\n13800138002,乙,13800138003,丁\n"));
    ASSERT_TRUE(table);
    EXPECT_THAT(names(**table), ElementsAre("电话(1)", "姓名", "电话(2)", "D列"));
    std::vector<CellProblem> problems;
    check_columns((*table)->columns(), (*table)->header_row(),
                  [&](CellProblem problem) { problems.push_back(std::move(problem)); });
    ASSERT_EQ(problems.size(), 3U);
    EXPECT_EQ(problems[0].error.key, "tables.problem.duplicate_header");
    EXPECT_EQ(problems[0].error.place.cell, "A1");
    EXPECT_EQ(problems[1].error.key, "tables.problem.duplicate_header");
    EXPECT_EQ(problems[1].error.place.cell, "C1");
    EXPECT_EQ(problems[2].error.key, "tables.problem.unnamed_column");
}

TEST(Header, BelowALineOfAFormAndInThreeRows) {
    TestWorkbook workbook;
    workbook.sheet_data =
        text_row(1, {"支教安排表"}) + text_row(2, {"单位名称", "某某中心", "", "填表人", "甲", "2026-03-05"}) +
        text_row(3, {"序号", "学校", "2026年", "", "", "", "备注"}) +
        text_row(4, {"", "", "上学期", "", "下学期", "", ""}) +
        text_row(5, {"", "", "人数", "课时", "人数", "课时", ""}) +
        text_row(6, {"1", "某某小学", "3", "12", "4", "16"}) + text_row(7, {"2", "某某中学", "3", "12", "4", "16"});
    workbook.after_data = merged({"A1:G1", "A3:A5", "B3:B5", "C3:F3", "C4:D4", "E4:F4", "G3:G5"});
    const auto table = opened(workbook);
    ASSERT_NE(table, nullptr);
    EXPECT_THAT(names(*table), ElementsAre("序号", "学校", "2026年/上学期/人数", "2026年/上学期/课时",
                                           "2026年/下学期/人数", "2026年/下学期/课时", "备注"));
    EXPECT_EQ(all_rows(*table).size(), 2U);
    EXPECT_EQ(table->skipped_count(Reason::title), 2);
}

TEST(Header, OneColumn) {
    auto table = open_table(temporary_file("one.csv", "学校名称\n某某小学\n某某中学\n"));
    ASSERT_TRUE(table);
    EXPECT_THAT(names(**table), ElementsAre("学校名称"));
    EXPECT_EQ(all_rows(**table).size(), 2U);
}

TEST(Rows, TotalsNotesAndRepeatedHeadersAreSkippedWithTheirReason) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"序号", "学校名称", "人数", "备注"}) + text_row(2, {"1", "某某小学", "10", ""}) +
                          text_row(3, {"小 计", "", "10", ""}) + text_row(4, {"序号", "学校名称", "人数", "备注"}) +
                          text_row(5, {"2", "合计小学", "20", "备注：无"}) + text_row(6, {"合计：", "", "30", ""}) +
                          text_row(8, {"备注：1. 人数为在册人数。"}) + text_row(9, {"2. 以上为初步名单。"}) +
                          text_row(10, {"填表人：", "某某", "审核人：", "某某"});
    const auto table = opened(workbook);
    const auto rows = all_rows(*table);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].number, 5);
    EXPECT_EQ(table->skipped_count(Reason::total), 2);
    EXPECT_EQ(table->skipped_count(Reason::note), 3);
    EXPECT_EQ(table->skipped_count(Reason::header), 2);
    std::vector<std::int64_t> numbers;
    for (const SkippedRow& row : table->skipped()) {
        if (row.reason == Reason::note) numbers.push_back(row.number);
    }
    EXPECT_THAT(numbers, ElementsAre(8, 9, 10));
    EXPECT_EQ(table->columns()[0].kind, ColumnKind::number);  // the words below the list do not count
}

TEST(Rows, ATotalBehindItsNumberAndHeadingsWithoutAColon) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"序号", "学校名称", "人数"}) + text_row(2, {"1", "某某小学", "10"}) +
                          text_row(3, {"2", "合计中心小学", "20"}) + text_row(4, {"3", "合 计", "30"}) +
                          text_row(5, {"平均", "", "15"}) + text_row(6, {"备注", "仅供参考"});
    const auto table = opened(workbook);
    EXPECT_EQ(all_rows(*table).size(), 2U);
    EXPECT_EQ(table->skipped_count(Reason::total), 2);
    EXPECT_EQ(table->skipped_count(Reason::note), 1);
}

TEST(Rows, AMergeOverSeveralRecordsCountsForEach) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"学校", "物品", "数量"}) + text_row(2, {"某某小学", "书", "10"}) +
                          text_row(3, {"", "笔", "20"}) + text_row(4, {"", "本", "30"}) +
                          text_row(5, {"某某中学", "书", "40"}) + text_row(6, {"", "笔", "50"});
    workbook.after_data = merged({"A2:A4"});
    const auto rows = all_rows(*opened(workbook));
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_THAT(texts(rows[1]), ElementsAre("某某小学", "笔", "20"));
    EXPECT_THAT(texts(rows[2]), ElementsAre("某某小学", "本", "30"));
    EXPECT_THAT(texts(rows[4]), ElementsAre("", "笔", "50"));  // not merged: blank is blank
}

TEST(Rows, ARecordWithOneCellIsStillARecord) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"学校", "联系人", "电话"}) + text_row(2, {"某某小学", "甲", "13800138000"}) +
                          text_row(3, {"某某中学"});
    EXPECT_EQ(all_rows(*opened(workbook)).size(), 2U);
}

TEST(Rows, TrailingBlankRowsAreNotTold) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"学校", "联系人"}) + text_row(2, {"某某小学", "甲"}) +
                          "<row r='3'><c r='A3' s='1'/></row><row r='400'/>";
    const auto table = opened(workbook);
    EXPECT_EQ(all_rows(*table).size(), 1U);
    EXPECT_EQ(table->skipped_count(Reason::blank), 0);
}

std::vector<std::string> problem_cells(TableReader& table) {
    std::vector<std::string> out;
    while (true) {
        auto row = table.next();
        if (!row || !*row) return out;
        check_row(table.columns(), **row, [&](const CellProblem& problem) {
            out.push_back(problem.error.place.cell + (problem.warning ? "?" : "") + " " +
                          problem.error.key.substr(std::string("tables.problem.").size()));
        });
    }
}

TEST(Check, TellsEachWrongCell) {
    auto table = open_table(temporary_file(
        "wrong.csv",
        "学校,手机,联系电话,身份证号,统一社会信用代码,邮箱,签约日期\n"
        "甲校,13800138000,010-12345678,990101199001010019,52610100MJ0000018K,a@example.org,2026年3月5日\n"
        "乙校,1380013800,13800138000/13900139000,990101199001010018,52610100MJ0000018L,a@example,2026年2月30日\n"
        "丙校,010-12345678,13800138000,9.90101E+17,#N/A,,待定\n"
        "丁校,13800138000,13800138000,990101199002300017,5261010MJ0000018L,,20260305,多\n"));
    ASSERT_TRUE(table);
    EXPECT_THAT(
        problem_cells(**table),
        ElementsAre("B3 mobile", "D3 identity_check_digit", "E3? credit_code_check_digit", "F3 email", "G3 date",
                    "B4 mobile", "D4 damaged", "E4 error_cell", "G4 date", "D5 identity_date", "E5 credit_code_form"));
}

TEST(Check, NumbersAndDatesAreReadAsTheFiltersReadThem) {
    auto table = open_table(temporary_file("as_filters.csv",
                                           "签约日期,金额（元）\n"
                                           "2026-3-5 08:30,\"1,200.50元\"\n2026/3/6,12%\n2026/3/7,\"12,34\"\n"));
    ASSERT_TRUE(table);
    EXPECT_THAT(problem_cells(**table), ElementsAre("B4? number"));
}

TEST(Check, ANumberOfAMergeOverSeveralRecordsIsPointedOut) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"区", "学校", "金额"}) +
                          "<row r='2'><c r='A2' t='inlineStr'><is><t>某区</t></is></c><c r='B2' t='inlineStr'><is><t>"
                          "甲校</t></is></c><c r='C2'><v>3000</v></c></row>" +
                          text_row(3, {"", "乙校"}) + text_row(4, {"某区", "丙校", "5"});
    workbook.after_data = merged({"A2:A3", "C2:C3"});
    EXPECT_THAT(problem_cells(*opened(workbook)), ElementsAre("C3? merged_number"));
}

TEST(Check, EveryProblemHasItsSentences) {
    for (const char* key :
         {"damaged", "error_cell", "uncalculated", "mobile", "telephone", "identity_form", "identity_date",
          "identity_check_digit", "credit_code_form", "credit_code_check_digit", "email", "date", "number",
          "merged_number", "duplicate_header", "unnamed_column", "extra_cells"}) {
        for (const Language language : {Language::zh_hans, Language::en}) {
            const std::string full = std::string("tables.problem.") + key;
            EXPECT_NE(message(full, {}, language), full);
            EXPECT_NE(message(full + ".fix", {}, language), full + ".fix");
        }
    }
}

}  // namespace
}  // namespace shanqi::office::tables
