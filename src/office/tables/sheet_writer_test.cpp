#include "office/tables/sheet_writer.hpp"

#include <gmock/gmock.h>

#include "office/tables/test_files.hpp"

namespace shanqi::office {
namespace {

using tables::temporary_folder;
using testing::ElementsAre;

TEST(SheetWriter, WritesWhatTheReaderReads) {
    const auto path = temporary_folder() / "register.xlsx";
    auto writer =
        SheetWriter::create(path, "登记簿", {{"编号", 12}, {"学校名称", 30}, {"手机", 14}, {"页数", 6}, {"日期", 12}});
    ASSERT_TRUE(writer);
    ASSERT_TRUE(
        writer->row(std::vector<Value>{text_value("SQ2026-00001"), text_value("某某小学"), text_value("13800138000"),
                                       integer_value(2), date_value(*Date::make(2026, 3, 5))}));
    ASSERT_TRUE(writer->row(std::vector<Value>{
        text_value("=1+1"), text_value("-甲_x000D_乙"), text_value("@x\ny"), integer_value(-3), {}}));
    EXPECT_FALSE(std::filesystem::exists(path));
    ASSERT_TRUE(writer->close());

    auto table = open_table(path);
    ASSERT_TRUE(table);
    EXPECT_EQ((*table)->sheet(), "登记簿");
    EXPECT_THAT(tables::names(**table), ElementsAre("编号", "学校名称", "手机", "页数", "日期"));
    const auto rows = tables::all_rows(**table);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_THAT(tables::texts(rows[0]), ElementsAre("SQ2026-00001", "某某小学", "13800138000", "2", "2026年3月5日"));
    EXPECT_EQ(rows[0].cells[2].kind, Value::Kind::text);
    EXPECT_EQ(rows[0].cells[3].kind, Value::Kind::number);
    EXPECT_EQ(rows[0].cells[4].kind, Value::Kind::date);
    EXPECT_THAT(tables::texts(rows[1]), ElementsAre("=1+1", "-甲_x000D_乙", "@x\ny", "-3", ""));
}

TEST(SheetWriter, TextIsNeverAFormulaAndHasTheTextFormat) {
    const auto path = temporary_folder() / "guard.xlsx";
    auto writer = SheetWriter::create(path, "表", {{"甲", 10}, {"乙", 10}});
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->row(std::vector<Value>{text_value("=HYPERLINK(\"http://x\")"), text_value("+86")}));
    ASSERT_TRUE(writer->close());
    auto package = tables::open_zip_package(path);
    ASSERT_TRUE(package);
    auto stream = (*package)->open("xl/worksheets/sheet1.xml");
    ASSERT_TRUE(stream);
    std::string xml(1 << 16, '\0');
    xml.resize(*(*stream)->read(xml.data(), xml.size()));
    EXPECT_EQ(xml.find("<f>"), std::string::npos);
    EXPECT_NE(xml.find("state=\"frozen\""), std::string::npos);
    EXPECT_THAT(xml, testing::ContainsRegex("r=\"A2\" s=\"[0-9]+\" t=\"inlineStr\""));
}

TEST(SheetWriter, WithoutCloseNothingIsLeft) {
    const auto path = temporary_folder() / "abandoned.xlsx";
    {
        auto writer = SheetWriter::create(path, "表", {{"甲", 10}});
        ASSERT_TRUE(writer);
        ASSERT_TRUE(writer->row(std::vector<Value>{text_value("x")}));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_FALSE(std::filesystem::exists(path.string() + ".part"));
}

TEST(SheetWriter, TellsABadFolderAtOnce) {
    const auto writer = SheetWriter::create(temporary_folder() / "missing" / "a.xlsx", "表", {{"甲", 10}});
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().key, "file.not_found");
    EXPECT_EQ(SheetWriter::create(temporary_folder() / "b.xlsx", "a/b", {{"甲", 10}}).error().key,
              "tables.bad_sheet_name");
}

}  // namespace
}  // namespace shanqi::office
