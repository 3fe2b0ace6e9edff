#include <gmock/gmock.h>

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

}  // namespace
}  // namespace shanqi::office::tables
