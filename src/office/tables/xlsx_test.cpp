#include <gmock/gmock.h>

#include "office/tables/test_files.hpp"
#include "office/tables/values.hpp"

namespace shanqi::office::tables {
namespace {

using testing::ElementsAre;
using Kind = Value::Kind;

// One column 甲 and the cells of a second, 乙, one a row: what the reader makes of each.
std::vector<Value> cells_of(const std::vector<std::string>& cells, TestWorkbook workbook = {}) {
    workbook.sheet_data = text_row(1, {"甲", "乙"});
    int row = 1;
    for (const std::string& cell : cells) {
        ++row;
        workbook.sheet_data +=
            "<row r='" + std::to_string(row) + "'><c t='inlineStr'><is><t>名</t></is></c>" + cell + "</row>";
    }
    auto table = read(workbook);
    EXPECT_TRUE(table) << (table ? "" : table.error().key);
    std::vector<Value> out;
    if (!table) return out;
    for (const DataRow& data : all_rows(**table)) out.push_back(data.cells.at(1));
    EXPECT_EQ(out.size(), cells.size());
    return out;
}

std::vector<std::string> texts_of(const std::vector<Value>& values) {
    std::vector<std::string> out;
    out.reserve(values.size());
    for (const Value& value : values) out.push_back(value.text);
    return out;
}

TEST(Xlsx, StringsOfEveryKind) {
    TestWorkbook workbook;
    workbook.shared_strings =
        "<si><t>共享</t></si><si><r><t>富</t></r><r><rPr><b/></rPr><t xml:space='preserve'> 文本</t></r><rPh sb='0' "
        "eb='1'><t>ふ</t></rPh></si>"
        "<si><t>一_x000D_\n二_x005F_x0041_</t></si>";
    const auto values = cells_of({"<c t='s'><v>0</v></c>", "<c t='s'><v>1</v></c>", "<c t='s'><v>2</v></c>",
                                  "<c t='inlineStr'><is><r><t>内</t></r><r><t>联</t></r></is></c>",
                                  "<c t='str'><f>A1&amp;\"x\"</f><v>公式</v></c>",
                                  "<c t='inlineStr'><is><t xml:space='preserve'>   </t></is></c>"},
                                 workbook);
    EXPECT_THAT(texts_of(values), ElementsAre("共享", "富 文本", "一\n二_x0041_", "内联", "公式", ""));
    EXPECT_EQ(values.back().kind, Kind::blank);
}

TEST(Xlsx, BooleansErrorsAndFormulasWithoutValue) {
    const auto values = cells_of({"<c t='b'><v>1</v></c>", "<c t='b'><v>0</v></c>", "<c t='e'><v>#REF!</v></c>",
                                  "<c><f>SUM(A1)</f></c>", "<c><f>SUM(A1)</f><v>12.5</v></c>",
                                  "<c t='inlineStr'><is><t>#N/A</t></is></c>", "<c t='str'><f>\"\"</f><v></v></c>",
                                  "<c><f>SUM(A1)</f><v/></c>"});
    EXPECT_THAT(texts_of(values), ElementsAre("是", "否", "#REF!", "#未计算", "12.5", "#N/A", "", "#未计算"));
    EXPECT_EQ(values[2].kind, Kind::error);
    EXPECT_EQ(values[3].kind, Kind::error);  // blank would let a default stand in for an amount
    EXPECT_EQ(values[5].kind, Kind::error);
    EXPECT_EQ(values[6].kind, Kind::blank);
    // In the list of refused rows it is a text, and stays what it was until somebody mends it.
    EXPECT_EQ(cells_of({"<c t='inlineStr'><is><t>#未计算</t></is></c>"})[0].kind, Kind::error);
}

TEST(Xlsx, NumbersInFullAndLostDigitsSeen) {
    const auto values =
        cells_of({"<c><v>13800138000</v></c>", "<c><v>1.3800138E+10</v></c>", "<c><v>0.1</v></c>",
                  "<c><v>12.300000000000001</v></c>", "<c><v>-2.5E-3</v></c>", "<c><v>999999999999999</v></c>"});
    EXPECT_THAT(texts_of(values),
                ElementsAre("13800138000", "13800138000", "0.1", "12.3", "-0.0025", "999999999999999"));
    for (const Value& value : values) EXPECT_EQ(value.kind, Kind::number) << value.text;

    // An identity number and a bank card as numbers: from the sixteenth digit on they are zeros.
    for (const Value& lost :
         cells_of({"<c><v>990101199001010000</v></c>", "<c><v>9.9010119900101E+17</v></c>",
                   "<c><v>6222020200112230</v></c>", "<c t='inlineStr'><is><t>9.90101E+17</t></is></c>"})) {
        EXPECT_EQ(lost.kind, Kind::damaged) << lost.text;
    }
    // A program wrote all sixteen digits, and a double holds them.
    EXPECT_EQ(cells_of({"<c><v>6222020200112233</v></c>"})[0].text, "6222020200112233");
}

TEST(Xlsx, TextThatWentThroughAColumnOfFloats) {
    const auto text = [](const std::string& s) { return "<c t='inlineStr'><is><t>" + s + "</t></is></c>"; };
    const auto values = cells_of({text("13800138000.0"), text("990101199001010019.0"), text("12.0")});
    EXPECT_THAT(texts_of(values), ElementsAre("13800138000", "990101199001010019.0", "12.0"));
    EXPECT_EQ(values[0].kind, Kind::text);
    EXPECT_EQ(values[1].kind, Kind::damaged);
    EXPECT_EQ(values[2].kind, Kind::text);
}

TEST(Xlsx, WhiteSpaceAroundTheIndexOfASharedString) {
    TestWorkbook workbook;
    workbook.shared_strings = "<si><t>某某小学</t></si>";
    EXPECT_EQ(cells_of({"<c t='s'><v>\n 0 </v></c>"}, workbook)[0].text, "某某小学");
}

TEST(Xlsx, CellsOutOfOrderStandWhereTheirReferenceSays) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"学校", "电话", "备注"}) +
                          "<row r='2'><c r='C2'><v>3</v></c><c r='A2'><v>1</v></c><c r='B2'><v>2</v></c></row>";
    auto table = read(workbook);
    ASSERT_TRUE(table);
    EXPECT_THAT(texts(all_rows(**table).at(0)), ElementsAre("1", "2", "3"));
}

TEST(Xlsx, TheWordsOfAMergeInACellAreNoMerge) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"学校", "电话"}) + text_row(2, {"x:mergeCell ref=\"A2:A3\" ", "1"}) +
                          text_row(3, {"", "2"}) + text_row(4, {"某某小学", "3"}) + text_row(5, {"", "4"});
    workbook.after_data = "<x:mergeCells><x:mergeCell ref='A4:A5'/></x:mergeCells>";
    workbook.name_space += "' xmlns:x='" + workbook.name_space;
    auto table = read(workbook);
    ASSERT_TRUE(table);
    const auto rows = all_rows(**table);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[1].cells[0].text, "");
    EXPECT_EQ(rows[3].cells[0].text, "某某小学");
}

TEST(Xlsx, ScientificTextIsRecoveredOnlyWhenItIsExact) {
    const auto text = [](const std::string& inside) { return "<c t='inlineStr'><is><t>" + inside + "</t></is></c>"; };
    const auto values = cells_of({text("1.38E+10"), text("1.38001E+10"), text("1.3800138000E+10"), text("1.3800138E10"),
                                  text("3E5"), text("1E10班")});
    EXPECT_EQ(values[0].kind, Kind::damaged);
    EXPECT_EQ(values[1].kind, Kind::damaged);
    EXPECT_EQ(values[2].text, "13800138000");
    EXPECT_EQ(values[3].text, "13800138000");
    EXPECT_EQ(values[4].text, "3E5");
    EXPECT_EQ(values[5].text, "1E10班");
}

TEST(Xlsx, NumberFormatsMakeDates) {
    TestWorkbook workbook;
    workbook.number_formats =
        "<numFmt numFmtId='176' formatCode='[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@'/>"
        "<numFmt numFmtId='177' formatCode='0.00&quot;m&quot;'/><numFmt numFmtId='178' formatCode='yyyy/m/d\\ h:mm'/>"
        "<numFmt numFmtId='179' formatCode='[h]:mm:ss'/><numFmt numFmtId='180' formatCode='000000'/>"
        "<numFmt numFmtId='181' formatCode='#,##0.00_);[Red]\\(#,##0.00\\)'/>";
    workbook.formats = {14, 176, 177, 178, 179, 180, 181, 10, 58, 57, 20};
    const auto cell = [](int style, const std::string& v) {
        return "<c s='" + std::to_string(style) + "'><v>" + v + "</v></c>";
    };
    const auto values = cells_of({cell(1, "46086"), cell(2, "46086"), cell(3, "46086"), cell(4, "46086.604166666664"),
                                  cell(5, "1.5"), cell(6, "123"), cell(7, "1234.5"), cell(8, "0.125"), cell(9, "46086"),
                                  cell(10, "46086"), cell(11, "0.604166666666667"), cell(1, "-1"), cell(1, "60"),
                                  cell(1, "59"), cell(1, "61"), cell(1, "46086.999999999")},
                                 workbook);
    EXPECT_THAT(texts_of(values),
                ElementsAre("2026年3月5日", "2026年3月5日", "46086", "2026年3月5日 14:30", "36:00:00", "000123",
                            "1234.5", "12.5%", "2026年3月5日", "2026年3月", "14:30", "########", "1900年2月29日",
                            "1900年2月28日", "1900年3月1日", "2026年3月6日"));
    EXPECT_EQ(values[0].date, Date::make(2026, 3, 5));
    EXPECT_EQ(values[3].kind, Kind::date);
    EXPECT_EQ(values[3].hour, 14);
    EXPECT_EQ(values[3].minute, 30);
    EXPECT_EQ(values[2].kind, Kind::number);
    EXPECT_EQ(values[7].kind, Kind::number);
    EXPECT_DOUBLE_EQ(values[7].number, 0.125);
    EXPECT_EQ(values[11].kind, Kind::error);
    EXPECT_NE(values[12].kind, Kind::date);  // the day that never was
}

TEST(Xlsx, Dates1904AndIsoDates) {
    TestWorkbook workbook;
    workbook.formats = {14};
    workbook.workbook_properties = "<workbookPr date1904='1'/>";
    const auto values = cells_of({"<c s='1'><v>44624</v></c>", "<c s='1'><v>0</v></c>",
                                  "<c t='d'><v>2026-03-05T14:30:00Z</v></c>", "<c t='d'><v>2026-03-05</v></c>"},
                                 workbook);
    EXPECT_THAT(texts_of(values), ElementsAre("2026年3月5日", "1904年1月1日", "2026年3月5日 14:30", "2026年3月5日"));
}

TEST(Xlsx, FullWidthDigitsBecomeHalfWidthOnlyInNumbers) {
    const auto text = [](const std::string& inside) { return "<c t='inlineStr'><is><t>" + inside + "</t></is></c>"; };
    const auto values = cells_of({text("１３８００１３８０００"), text("２０２６年３月５日"), text(" 13800138000 "),
                                  text("第１小学"), text("９９０１０１１９９００１０１００１９")});
    EXPECT_THAT(texts_of(values),
                ElementsAre("13800138000", "2026年3月5日", "13800138000", "第１小学", "990101199001010019"));
}

TEST(Xlsx, RowsAndCellsWithoutReferences) {
    TestWorkbook workbook;
    workbook.sheet_data =
        "<row><c t='inlineStr'><is><t>甲</t></is></c><c t='inlineStr'><is><t>乙</t></is></c></row>"
        "<row><c/><c><v>2</v></c></row><row r='7'><c r='A7'><v>3</v></c></row>";
    auto table = read(workbook);
    ASSERT_TRUE(table);
    const auto rows = all_rows(**table);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_THAT(texts(rows[0]), ElementsAre("", "2"));
    EXPECT_EQ(rows[1].number, 7);
    EXPECT_EQ((*table)->skipped_count(SkippedRow::Reason::blank), 4);
}

TEST(Xlsx, StrictNamespacesAndPrefixes) {
    TestWorkbook workbook;
    workbook.name_space = "http://purl.oclc.org/ooxml/spreadsheetml/main";
    workbook.relationships = "http://purl.oclc.org/ooxml/officeDocument/relationships";
    workbook.sheet_data = text_row(1, {"甲", "乙"}) + text_row(2, {"1a", "2b"});
    auto parts = workbook.parts();
    std::string& sheet = parts["xl/worksheets/sheet1.xml"];
    sheet = "<x:worksheet xmlns:x='" + workbook.name_space +
            "'><x:sheetData><x:row r='1'><x:c r='A1' t='inlineStr'><x:is><x:t>甲</x:t></x:is></x:c>"
            "<x:c r='B1' t='inlineStr'><x:is><x:t>乙</x:t></x:is></x:c></x:row><x:row r='2'><x:c r='A2' "
            "t='inlineStr'><x:is><x:t>丙</x:t></x:is></x:c></x:row>"
            "<x:row r='3'><x:c r='B3' "
            "t='inlineStr'><x:is><x:t>丁</x:t></x:is></x:c></x:row></x:sheetData><x:mergeCells><x:mergeCell "
            "ref='A2:A3'/></x:mergeCells></x:worksheet>";
    auto table = open_workbook(memory_package(parts), {}, "test.xlsx");
    ASSERT_TRUE(table) << table.error().key;
    const auto rows = all_rows(**table);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_THAT(texts(rows[1]), ElementsAre("丙", "丁"));
}

TEST(Xlsx, HiddenRowsAreSkippedAndTold) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"甲", "乙"}) + text_row(2, {"一", "二"}) +
                          text_row(3, {"藏", "匿"}, "hidden='1'") + text_row(4, {"三", "四"});
    auto table = read(workbook);
    ASSERT_TRUE(table);
    EXPECT_EQ(all_rows(**table).size(), 2U);
    EXPECT_EQ((*table)->skipped_count(SkippedRow::Reason::hidden), 1);
    EXPECT_EQ((*table)->skipped().back().text, "藏 匿");
    EXPECT_EQ((*table)->skipped().back().number, 3);
}

TEST(Xlsx, SheetsByNameAndHiddenSheetsLast) {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"甲", "乙"}) + text_row(2, {"一", "二"});
    auto parts = workbook.parts();
    const std::string& r = workbook.relationships;
    parts["xl/workbook.xml"] = "<workbook xmlns:q='" + r +
                               "'><sheets><sheet name='藏' state='hidden' q:id='r1'/><sheet name='空' "
                               "q:id='r8'/><sheet name='名单 ' q:id='r1'/></sheets></workbook>";
    std::string& rels = parts["xl/_rels/workbook.xml.rels"];
    rels.insert(rels.find("</Relationships>"),
                "<Relationship Id='r8' Type='" + r + "/worksheet' Target='worksheets/sheet8.xml'/>");
    parts["xl/worksheets/sheet8.xml"] = "<worksheet><sheetData/></worksheet>";
    auto first = open_workbook(memory_package(parts), {}, "test.xlsx");
    ASSERT_TRUE(first) << first.error().key;
    EXPECT_EQ((*first)->sheet(), "名单 ");
    // A sheet that says how to fill in the list is not the list.
    auto with_words = parts;
    with_words["xl/worksheets/sheet8.xml"] = "<worksheet><sheetData>" + text_row(1, {"使用说明"}) +
                                             text_row(2, {"请在名单里填写"}) + "</sheetData></worksheet>";
    auto behind_words = open_workbook(memory_package(with_words), {}, "test.xlsx");
    ASSERT_TRUE(behind_words);
    EXPECT_EQ((*behind_words)->sheet(), "名单 ");
    EXPECT_THAT(texts(all_rows(**behind_words).at(0)), ElementsAre("一", "二"));
    auto hidden = open_workbook(memory_package(parts), {.sheet = "藏"}, "test.xlsx");
    ASSERT_TRUE(hidden);
    EXPECT_EQ((*hidden)->sheet(), "藏");
    auto missing = open_workbook(memory_package(parts), {.sheet = "名册"}, "test.xlsx");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().key, "tables.no_sheet");
    EXPECT_EQ(missing.error().arguments[1].second, "藏、空、名单 ");
    EXPECT_EQ(open_workbook(memory_package(parts), {.sheet = "空"}, "test.xlsx").error().key, "tables.no_header");
}

TEST(Xlsx, ManySharedStringsKeepTheirOrder) {
    TestWorkbook workbook;
    std::string cells;
    constexpr int count = 30'000;
    for (int i = 0; i < count; ++i) {
        workbook.shared_strings += "<si><t>学校" + std::to_string(i) + "号</t></si>";
        cells += "<row><c t='s'><v>" + std::to_string(count - 1 - i) + "</v></c><c><v>" + std::to_string(i) +
                 "</v></c></row>";
    }
    workbook.sheet_data = text_row(1, {"名", "数"}) + cells;
    auto table = read(workbook);
    ASSERT_TRUE(table);
    int i = 0;
    while (true) {
        auto row = (*table)->next();
        ASSERT_TRUE(row);
        if (!*row) break;
        ASSERT_EQ((*row)->cells[0].text, "学校" + std::to_string(count - 1 - i) + "号");
        ASSERT_EQ((*row)->cells[1].text, std::to_string(i));
        ++i;
    }
    EXPECT_EQ(i, count);
}

TEST(Xlsx, RefusesEntitiesDepthAndLongTokens) {
    const auto key = [](std::string sheet) {
        TestWorkbook workbook;
        auto parts = workbook.parts();
        parts["xl/worksheets/sheet1.xml"] = std::move(sheet);
        auto table = open_workbook(memory_package(parts), {}, "test.xlsx");
        return table ? std::string("read") : table.error().key;
    };
    EXPECT_EQ(
        key("<!DOCTYPE a [<!ENTITY e 'x'>]><worksheet><sheetData><row><c><v>&e;</v></c></row></sheetData></worksheet>"),
        "tables.unsafe_xml");
    std::string deep;
    for (int i = 0; i < 200; ++i) deep += "<a>";
    EXPECT_EQ(key(deep), "tables.unsafe_xml");
    EXPECT_EQ(key("<worksheet a='" + std::string(4 << 20, 'x') + "'/>"), "tables.unsafe_xml");
    EXPECT_EQ(key("<worksheet><sheetData><row>"), "tables.damaged");
    EXPECT_EQ(key("<worksheet><sheetData><row><c t='s'><v>7</v></c></row></sheetData></worksheet>"), "tables.damaged");
}

TEST(Xlsx, LimitsOnCellsAndColumns) {
    const auto key = [](std::string data) {
        TestWorkbook workbook;
        workbook.sheet_data = std::move(data);
        auto table = read(workbook);
        return table ? std::string("read") : table.error().key;
    };
    EXPECT_EQ(key("<row><c r='XFD1'><v>1</v></c></row>"), "tables.too_wide");
    EXPECT_EQ(key(text_row(1, {"甲", "乙"}) + "<row r='2'><c r='A2'><v>1</v></c><c r='XFD2' s='1'/></row>"), "read");
    EXPECT_EQ(key(text_row(1, {std::string(140'000, 'x')})), "tables.cell_too_long");
}

TEST(Xlsx, NumberFormatWords) {
    using Format = NumberFormat;
    EXPECT_EQ(number_format("General").kind, Format::Kind::number);
    EXPECT_EQ(number_format("G/通用格式").kind, Format::Kind::number);
    EXPECT_EQ(number_format("0.00E+00").kind, Format::Kind::number);
    EXPECT_EQ(number_format("#,##0.00\"元\"").kind, Format::Kind::number);
    EXPECT_EQ(number_format("[DBNum1][$-804]General").kind, Format::Kind::number);
    EXPECT_EQ(number_format("00000_ ").zeros, 5);
    EXPECT_EQ(number_format("0\\-00").zeros, 0);
    EXPECT_EQ(number_format("yyyy-mm-dd").kind, Format::Kind::date);
    EXPECT_EQ(number_format("m/d/yy h:mm").kind, Format::Kind::date);
    EXPECT_TRUE(number_format("m/d/yy h:mm").with_time);
    EXPECT_FALSE(number_format("yyyy/m/d;@").with_time);
    EXPECT_EQ(number_format("[DBNum1]m\"月\"d\"日\"").kind, Format::Kind::date);
    EXPECT_EQ(number_format("上午/下午h\"时\"mm\"分\"").kind, Format::Kind::time);
    EXPECT_EQ(number_format("mm:ss.0").kind, Format::Kind::time);
    EXPECT_EQ(number_format("[$-804]aaaa").kind, Format::Kind::date);
    EXPECT_EQ(number_format("0.0%").kind, Format::Kind::percent);
    EXPECT_EQ(number_format("@").kind, Format::Kind::number);
    EXPECT_EQ(number_format("00-00").zeros, 0);
}

}  // namespace
}  // namespace shanqi::office::tables
