#include <gmock/gmock.h>

#include "office/tables/csv_source.hpp"
#include "office/tables/test_files.hpp"

namespace shanqi::office::tables {
namespace {

using testing::ElementsAre;

TEST(Csv, ReadsQuotesBreaksAndRaggedRows) {
    const auto path = temporary_file(
        "a.csv",
        "学校名称,联系人,地址\r\n\"某某,\"\"小学\"\"\",甲,\"一行\r\n二行\"\r\n中学,乙\r\n大学,丙,丁,多,余\r\n");
    auto table = open_table(path);
    ASSERT_TRUE(table) << table.error().key;
    EXPECT_EQ((*table)->encoding(), "utf-8");
    EXPECT_THAT(names(**table), ElementsAre("学校名称", "联系人", "地址", "D列", "E列"));
    const auto rows = all_rows(**table);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_THAT(texts(rows[0]), ElementsAre("某某,\"小学\"", "甲", "一行\n二行", "", ""));
    EXPECT_EQ(rows[1].number, 3);
    EXPECT_EQ(rows[1].cells[2].kind, Value::Kind::blank);
}

TEST(Csv, Encodings) {
    const auto encoding = [](std::string_view name, std::string_view bytes) {
        auto table = open_table(temporary_file(name, bytes));
        if (!table) return table.error().key;
        EXPECT_THAT(names(**table), ElementsAre("学校", "人")) << name;
        const auto rows = all_rows(**table);
        EXPECT_EQ(rows.size(), 1U);
        for (const DataRow& row : rows) EXPECT_THAT(texts(row), ElementsAre("甲", "乙"));
        return (*table)->encoding();
    };
    EXPECT_EQ(encoding("u.csv", "学校,人\n甲,乙\n"), "utf-8");
    EXPECT_EQ(encoding("b.csv", "\xEF\xBB\xBF学校,人\r\n甲,乙\r\n"), "utf-8-bom");
    EXPECT_EQ(encoding("g.csv", "\xD1\xA7\xD0\xA3,\xC8\xCB\n\xBC\xD7,\xD2\xD2\n"), "gb18030");
    using namespace std::string_view_literals;
    EXPECT_EQ(encoding("le.csv", "\xFF\xFE\x66\x5B\x21\x68\x2C\x00\xBA\x4E\x0A\x00\x32\x75\x2C\x00\x59\x4E\x0A\x00"sv),
              "utf-16le");
    EXPECT_EQ(encoding("be.csv", "\xFE\xFF\x5B\x66\x68\x21\x00\x2C\x4E\xBA\x00\x0A\x75\x32\x00\x2C\x4E\x59\x00\x0A"sv),
              "utf-16be");
    EXPECT_EQ(encoding("bad.csv", "\xD1\xA7\xD0\xA3,\xC8\xCB\n\xFF\xFF,\xD2\xD2\n"), "tables.bad_encoding");
    EXPECT_EQ(encoding("cut.csv", "\xEF\xBB\xBF学校,人\n甲,\xE4\xB9"), "tables.bad_encoding");
}

TEST(Csv, ADamagedUtf8FileIsNotReadAsGb18030) {
    std::string bytes = "学校,人\n";
    for (int i = 0; i < 100; ++i) bytes += "某某小学,甲\n";
    bytes += "\xC4\xE3,乙\n";
    const auto table = open_table(temporary_file("damaged.csv", bytes));
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().key, "tables.bad_encoding");
}

TEST(Csv, FourByteGb18030AndPiecesThatCutCharacters) {
    // U+2000B is 95 32 83 37 in GB 18030; enough of them that a piece ends inside one.
    std::string bytes = "\xD1\xA7\xD0\xA3,\xC8\xCB\n";
    constexpr int count = 20'000;
    for (int i = 0; i < count; ++i) bytes += "\x95\x32\x83\x37,x\n";
    auto table = open_table(temporary_file("four.csv", bytes));
    ASSERT_TRUE(table) << table.error().key;
    const auto rows = all_rows(**table);
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(count));
    for (const DataRow& row : rows) ASSERT_EQ(row.cells[0].text, "\xF0\xA0\x80\x8B");
}

TEST(Csv, Separators) {
    const auto first_names = [](std::string_view bytes) {
        auto table = open_table(temporary_file("separator.csv", bytes));
        return table ? names(**table) : std::vector<std::string>{table.error().key};
    };
    EXPECT_THAT(first_names("学校;人\n甲,1;乙\n丙,2;丁\n"), ElementsAre("学校", "人"));
    EXPECT_THAT(first_names("学校\t人\n甲\t乙\n"), ElementsAre("学校", "人"));
    EXPECT_THAT(first_names("sep=;\n学校;人\n甲;乙\n"), ElementsAre("学校", "人"));
    EXPECT_THAT(first_names("学校,人\n\"甲;乙;丙\",丁\n"), ElementsAre("学校", "人"));
}

TEST(Csv, ValuesAreTextAndLostDigitsAreSeen) {
    auto table = open_table(temporary_file("values.csv",
                                           "编号,手机,身份证号,金额,日期\n=\"00123\",'13800138000,1.10101E+17,12.50,"
                                           "2026/3/5\n007,1.3800138000E+10,\t990101199001010019,#N/A,\n"));
    ASSERT_TRUE(table);
    const auto rows = all_rows(**table);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_THAT(texts(rows[0]), ElementsAre("00123", "13800138000", "1.10101E+17", "12.50", "2026/3/5"));
    EXPECT_EQ(rows[0].cells[2].kind, Value::Kind::damaged);
    EXPECT_EQ(rows[0].cells[3].kind, Value::Kind::text);
    EXPECT_THAT(texts(rows[1]), ElementsAre("007", "13800138000", "990101199001010019", "#N/A", ""));
    EXPECT_EQ(rows[1].cells[3].kind, Value::Kind::error);
}

TEST(Csv, AnUnclosedQuoteIsToldWithItsRow) {
    auto table = open_table(temporary_file("quote.csv", "学校,人\n甲,乙\n丙,\"丁\n戊,己\n"));
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().key, "tables.unclosed_quote");
    EXPECT_EQ(table.error().place.row, 3);
}

TEST(Csv, ExtraCellsAreCounted) {
    std::string bytes = "学校,人\n";
    for (int i = 0; i < 400; ++i) bytes += "甲,乙\n";
    bytes += "丙,丁,多,余\n";  // after the rows that were looked at for columns
    auto table = open_table(temporary_file("extra.csv", bytes));
    ASSERT_TRUE(table);
    const auto rows = all_rows(**table);
    EXPECT_EQ(rows.back().extra_cells, 2);
    EXPECT_EQ(rows.front().extra_cells, 0);
}

}  // namespace
}  // namespace shanqi::office::tables
