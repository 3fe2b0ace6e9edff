#include "office/merge/merge.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <map>

#include "base/files.hpp"
#include "base/messages.hpp"
#include "office/merge/merge_testing.hpp"

namespace shanqi::office {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

const Data school = one_row({{"学校名称", text("某某县第一小学")},
                             {"金额", number(12300, "12300")},
                             {"日期", date(2026, 3, 5)},
                             {"备注", text("")},
                             {"类型", text("小学")}});

TEST(Merge, FillsAField) { EXPECT_EQ(filled(paragraphs({"致{{学校名称}}："}), school), "致某某县第一小学："); }

TEST(Merge, FindsAFieldThatWordSplitAndTakesTheStyleOfItsName) {
    const RunStylePtr plain = style(), bold = style(true);
    const Blocks blocks{paragraph(
        {Text{"致{", plain}, Text{"{", plain}, Text{"学校", bold}, Text{"名称 }", plain}, Text{"}：", plain}})};
    auto made = Template::compile(document(blocks));
    ASSERT_TRUE(made);
    ASSERT_TRUE(made->bind(school.columns));
    const auto out = made->fill(Rows(school.rows), built_ins());
    ASSERT_TRUE(out);
    const auto& inlines = std::get<ParagraphPtr>(out->sections[0].blocks[0])->inlines;
    ASSERT_EQ(inlines.size(), 3U);
    EXPECT_EQ(std::get<Text>(inlines[0]).text, "致");
    EXPECT_EQ(std::get<Text>(inlines[1]).text, "某某县第一小学");
    EXPECT_TRUE(std::get<Text>(inlines[1]).style->bold);
    EXPECT_EQ(std::get<Text>(inlines[2]).text, "：");
}

TEST(Merge, KeepsWhatTheDocumentSaysAsAWhole) {
    Document letter = document(paragraphs({"{{学校名称}}"}));
    letter.compatibility_mode = 12;
    letter.notices.push_back(Error{ErrorKind::invalid, "unsupported.notice", {{"@what", "unsupported.comments"}}, {}});
    auto made = Template::compile(letter);
    ASSERT_TRUE(made);
    ASSERT_TRUE(made->bind(school.columns));
    const auto out = made->fill(Rows(school.rows), built_ins());
    ASSERT_TRUE(out);
    EXPECT_EQ(out->compatibility_mode, 12);
    EXPECT_EQ(out->notices, letter.notices);
}

TEST(Merge, AcceptsWhatAChineseInputMethodTypes) {
    EXPECT_EQ(filled(paragraphs({"｛｛ 学校名称 ｝｝，｛{金额　｜　大写}}，{{备注｜默认：（无）}}"}), school),
              "某某县第一小学，壹万贰仟叁佰元整，（无）");
    EXPECT_EQ(filled(paragraphs({"{{＃如果　类型＝小学}}甲{{＃否则}}乙{{／如果}}"}), school), "甲");
}

TEST(Merge, KnowsTheBuiltIns) {
    EXPECT_EQ(filled(paragraphs({"{{编号}} {{序号}} {{序号:5}} {{年}}/{{月}}/{{日}} {{今天|中文日期}}"}), school),
              "SQ2026-00007 7 00007 2026/3/5 2026年3月5日");
}

TEST(Merge, BuiltInsWinAndColumnsCanBeAskedFor) {
    EXPECT_EQ(filled(paragraphs({"{{编号}} {{列:编号}}"}), one_row({{"编号", text("甲-1")}})), "SQ2026-00007 甲-1");
}

TEST(Merge, ConditionsInsideAParagraph) {
    const auto decide = [](const std::string& condition, const Value& value) {
        return filled(paragraphs({"-{{#如果 值" + condition + "}}真{{#否则}}假{{/如果}}-"}), one_row({{"值", value}}));
    };
    EXPECT_EQ(decide("", text("有")), "-真-");
    EXPECT_EQ(decide("", text(" ")), "-假-");
    EXPECT_EQ(decide("", text("否")), "-假-");
    EXPECT_EQ(decide("", text("0")), "-假-");
    EXPECT_EQ(decide("", text("FALSE")), "-假-");
    EXPECT_EQ(decide("", number(0, "0")), "-假-");
    EXPECT_EQ(decide("=小学", text("小 学")), "-真-");
    EXPECT_EQ(decide("!=小学", text("中学")), "-真-");
    EXPECT_EQ(decide("≠小学", text("小学")), "-假-");
    EXPECT_EQ(decide("=“3”", number(3, "3")), "-真-");
    EXPECT_EQ(decide("=3.0", text("3")), "-真-");
    EXPECT_EQ(decide(">1000", text("1,000.01元")), "-真-");
    EXPECT_EQ(decide(">=1000", number(999.5, "999.5")), "-假-");
    EXPECT_EQ(decide("<=10", number(10, "10")), "-真-");
    EXPECT_EQ(decide("＜10", number(10, "10")), "-假-");
    EXPECT_EQ(decide(">=2026-01-01", date(2026, 3, 5)), "-真-");
    EXPECT_EQ(decide(">5", text("")), "-假-");
}

TEST(Merge, ConditionsNest) {
    const std::string body = "{{#如果 甲}}甲{{#如果 乙}}乙{{#否则}}非乙{{/如果}}{{/如果}}。";
    EXPECT_EQ(filled(paragraphs({body}), one_row({{"甲", text("是")}, {"乙", text("是")}})), "甲乙。");
    EXPECT_EQ(filled(paragraphs({body}), one_row({{"甲", text("是")}, {"乙", text("否")}})), "甲非乙。");
    EXPECT_EQ(filled(paragraphs({body}), one_row({{"甲", text("否")}, {"乙", text("是")}})), "。");
}

TEST(Merge, MarkersOverParagraphsLeaveNoEmptyLines) {
    const Blocks blocks =
        paragraphs({"一", "{{#如果 备注}}", "备注：{{备注}}", "{{#否则}}", "没有备注", "{{/如果}}", "二"});
    EXPECT_EQ(filled(blocks, school), "一\n没有备注\n二");
    EXPECT_EQ(filled(blocks, one_row({{"备注", text("急")}})), "一\n备注：急\n二");
}

TEST(Merge, AParagraphThatIsAllConditionalLeavesNoEmptyLine) {
    EXPECT_EQ(filled(paragraphs({"一", "{{#如果 备注}}备注：{{备注}}{{/如果}}", "二"}), school), "一\n二");
}

TEST(Merge, MarkersAtTheEdgesOfParagraphsWithText) {
    const Blocks blocks = paragraphs({"一", "{{#如果 备注}}甲", "乙{{/如果}}", "二"});
    EXPECT_EQ(filled(blocks, school), "一\n二");
    EXPECT_EQ(filled(blocks, one_row({{"备注", text("有")}})), "一\n甲\n乙\n二");
}

const Data goods{{"品名", "数量", "学校"},
                 {{text("课桌"), number(20, "20"), text("一小")}, {text("黑板"), number(3, "3"), text("二小")}}};

TEST(Merge, RepeatsParagraphsForEveryRow) {
    const std::string expected = "清单\n1. 课桌×20\n2. 黑板×3\n一小";
    EXPECT_EQ(filled(paragraphs({"清单", "{{#每行}}", "{{行号}}. {{品名}}×{{数量}}", "{{/每行}}", "{{学校}}"}), goods),
              expected);
    EXPECT_EQ(filled(paragraphs({"清单", "{{#每行}}{{行号}}. {{品名}}×{{数量}}{{/每行}}", "{{学校}}"}), goods),
              expected);
    EXPECT_EQ(filled(paragraphs({"共：{{#每行}}{{品名}}{{数量}}、{{/每行}}完"}), goods), "共：课桌20、黑板3、完");
}

TEST(Merge, RepeatsTableRows) {
    const std::string expected = "|品名|数量|\n|课桌|20|\n|黑板|3|\n|合计||\n";
    EXPECT_EQ(filled({table({{"品名", "数量"}, {"{{#每行}}{{品名}}", "{{数量}}{{/每行}}"}, {"合计", ""}})}, goods),
              expected);
    EXPECT_EQ(
        filled(
            {table({{"品名", "数量"}, {"{{#每行}}", ""}, {"{{品名}}", "{{数量}}"}, {"{{/每行}}", ""}, {"合计", ""}})},
            goods),
        expected);
}

TEST(Merge, RepeatsOverTwoRowsAndConditionsInside) {
    const Blocks blocks{table(
        {{"{{#每行}}{{行号}}", "{{品名}}"}, {"{{#如果 数量>10}}数量", "{{数量}}{{/如果}}"}, {"", "——{{/每行}}"}})};
    EXPECT_EQ(filled(blocks, goods), "|1|课桌|\n|数量|20|\n||——|\n|2|黑板|\n||——|\n");
}

TEST(Merge, ConditionalRowsAndATableThatVanishes) {
    const Blocks blocks{table({{"学校", "{{学校名称}}"}, {"{{#如果 备注}}备注", "{{备注}}{{/如果}}"}})};
    EXPECT_EQ(filled(blocks, school), "|学校|某某县第一小学|\n");
    EXPECT_EQ(filled({paragraph("上"), table({{"{{#如果 备注}}备注", "{{备注}}{{/如果}}"}}), paragraph("下")}, school),
              "上\n下");
}

TEST(Merge, ACellIsNeverWithoutParagraph) {
    auto made = Template::compile(document({table({{"{{#如果 备注}}有{{/如果}}", "{{类型}}"}})}));
    ASSERT_TRUE(made && made->bind(school.columns));
    const auto out = made->fill(Rows(school.rows), built_ins());
    ASSERT_TRUE(out);
    EXPECT_EQ(std::get<TablePtr>(out->sections[0].blocks[0])->rows[0].cells[0].blocks.size(), 1U);
}

TEST(Merge, AVerticalMergeWhoseFirstRowIsDroppedBeginsInTheNext) {
    auto source =
        std::make_shared<Table>(*table({{"{{#如果 备注}}甲方", "{{备注}}{{/如果}}"}, {"", "{{类型}}"}, {"", "完"}}));
    source->rows[0].cells[0].vertical_merge = Cell::VerticalMerge::restart;
    source->rows[1].cells[0].vertical_merge = Cell::VerticalMerge::resume;
    source->rows[2].cells[0].vertical_merge = Cell::VerticalMerge::resume;
    auto made = Template::compile(document({TablePtr(source)}));
    ASSERT_TRUE(made && made->bind(school.columns));
    const auto out = made->fill(Rows(school.rows), built_ins());
    ASSERT_TRUE(out);
    const auto& rows = std::get<TablePtr>(out->sections[0].blocks[0])->rows;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].cells[0].vertical_merge, Cell::VerticalMerge::restart);
    EXPECT_EQ(shown(rows[0].cells[0].blocks), "甲方");
    EXPECT_EQ(rows[1].cells[0].vertical_merge, Cell::VerticalMerge::resume);
}

TEST(Merge, FillsHeadersTextBoxesAndTablesInTables) {
    Shape shape;
    shape.text.emplace().blocks = paragraphs({"{{#如果 类型=小学}}", "框{{学校名称}}", "{{/如果}}", "{{印章}}"});
    Drawing drawing;
    drawing.content = shape;
    auto outer = std::make_shared<Table>();
    outer->rows.emplace_back().cells.emplace_back().blocks = {table({{"{{类型}}", "{{会签:乙方}}"}})};
    Document d = document({paragraph({Inline(drawing)}), TablePtr(outer)});
    d.sections[0].header.default_blocks = paragraphs({"页眉{{类型}}"});
    d.sections[0].footer.first_blocks = paragraphs({"{{二维码}}"});
    auto made = Template::compile(std::move(d));
    ASSERT_TRUE(made && made->bind(school.columns));
    const auto out = made->fill(Rows(school.rows), built_ins());
    ASSERT_TRUE(out);
    EXPECT_EQ(shown(out->sections[0].blocks), "[框某某县第一小学\n<seal>]\n||小学|<sign 乙方>|\n|\n");
    EXPECT_EQ(shown(out->sections[0].header.default_blocks), "页眉小学");
    EXPECT_EQ(shown(out->sections[0].footer.first_blocks), "<qr>");
    EXPECT_TRUE(made->has_mark(Mark::Kind::seal));
    EXPECT_TRUE(made->has_mark(Mark::Kind::qr_code));
    EXPECT_EQ(made->countersigners(), std::vector<std::string>{"乙方"});
}

TEST(Merge, WhatNoRowChangesStaysTheSameObject) {
    const ParagraphPtr fixed = paragraph("不变的一段"), seal = paragraph("盖章{{印章}}");
    const TablePtr grid = table({{"不变", "的表"}});
    auto made = Template::compile(document({fixed, grid, seal, paragraph("{{类型}}")}));
    ASSERT_TRUE(made && made->bind(school.columns));
    const auto one = made->fill(Rows(school.rows), built_ins());
    const auto two = made->fill(Rows(school.rows), built_ins());
    ASSERT_TRUE(one && two);
    const Blocks &first = one->sections[0].blocks, &second = two->sections[0].blocks;
    EXPECT_EQ(std::get<ParagraphPtr>(first[0]), fixed);
    EXPECT_EQ(std::get<TablePtr>(first[1]), grid);
    EXPECT_EQ(first[2], second[2]);
    EXPECT_NE(std::get<ParagraphPtr>(first[2])->static_id, 0U);
    EXPECT_NE(std::get<ParagraphPtr>(first[2])->static_id, seal->static_id) << "its content is another";
    EXPECT_NE(first[3], second[3]);
    EXPECT_EQ(std::get<ParagraphPtr>(first[3])->static_id, 0U);
}

TEST(Merge, LineBreaksAndTabsOfAValue) {
    EXPECT_EQ(filled(paragraphs({"{{址}}"}), one_row({{"址", text("甲\r\n乙\t丙\n\n丁\x01")}})),
              "甲<br>乙<tab>丙<br><br>丁");
}

TEST(Merge, MailMergeFieldsOfWordWithTheirSwitches) {
    const auto field = [](std::string name, std::string switches, const Value& value) {
        return filled({paragraph({Inline(MergeField{std::move(name), std::move(switches), style()})})},
                      one_row({{"First Name", value}}));
    };
    EXPECT_EQ(field("First_Name", "", text("Ada")), "Ada");
    EXPECT_EQ(field("First_Name", " \\* Upper \\* MERGEFORMAT", text("Ada")), "ADA");
    EXPECT_EQ(field("First_Name", "\\* FirstCap", text("ada b")), "Ada b");
    EXPECT_EQ(field("First_Name", "\\# \"#,##0.00\"", number(1234.5, "1234.5")), "1,234.50");
    EXPECT_EQ(field("First_Name", "\\# \"¥#,##0元\"", number(-1234.5, "-1234.5")), "-¥1,235元");
    EXPECT_EQ(field("First_Name", "\\# 0000", number(42, "42")), "0042");
    EXPECT_EQ(field("First_Name", "\\@ \"yyyy年M月d日\"", date(2026, 3, 5)), "2026年3月5日");
    EXPECT_EQ(field("First_Name", "\\@ \"EEEE年O月A日\"", date(2026, 3, 15)), "二〇二六年三月十五日");
    EXPECT_EQ(field("First_Name", "\\b \"（\" \\f \"）\"", text("甲")), "（甲）");
    EXPECT_EQ(field("First_Name", "\\b \"（\" \\f \"）\"", text("")), "");
    EXPECT_EQ(field("First_Name", "\\* CHINESENUM2", number(1023, "1023")), "壹仟零贰拾叁");
    EXPECT_EQ(field("First_Name", "\\* CHINESENUM1", number(12, "12")), "十二");
    EXPECT_EQ(field("First_Name", "\\* CHINESENUM2", number(1234.5, "1234.5")), "merge.not_whole");
    EXPECT_EQ(field("First_Name", "", text("")), "merge.empty_field");
}

std::map<std::string, std::string> sentences(const std::string& language) {
    const auto text = read_file(SHANQI_SOURCE_DIR "/src/office/merge/i18n/" + language + ".json", 1 << 20);
    std::map<std::string, std::string> out;
    if (!text) return out;
    const boost::json::value parsed = boost::json::parse(*text);
    for (const auto& [key, sentence] : parsed.as_object())
        out.emplace(std::string(key), std::string(sentence.as_string()));
    return out;
}

// Braces are also what the sentences are about: an argument must be replaced all the same.
TEST(Merge, EverySentenceTakesItsArgumentsInBothLanguages) {
    const auto chinese = sentences("zh-Hans"), english = sentences("en");
    ASSERT_GT(chinese.size(), 40U);
    Error::Arguments arguments;
    for (const char* name :
         {"marker", "words", "suggestion", "filter", "known", "limit", "open", "name", "columns", "pattern", "value"}) {
        arguments.emplace_back(name, "@");
    }
    for (const auto& [key, sentence] : chinese) {
        ASSERT_TRUE(english.contains(key)) << key;
        for (const Language language : {Language::zh_hans, Language::en}) {
            const std::string shown = message(key, arguments, language);
            for (const auto& [name, value] : arguments) EXPECT_THAT(shown, Not(HasSubstr("{" + name + "}"))) << key;
        }
    }
    EXPECT_EQ(chinese.size(), english.size());
}

TEST(Merge, EveryProblemOfARowSaysWhatToDo) {
    const auto chinese = sentences("zh-Hans");
    for (const char* key : {"empty_field", "error_cell", "damaged_identity_number", "not_a_date", "not_a_number",
                            "amount_too_precise", "amount_too_large", "too_long", "too_many_rows", "too_large"}) {
        EXPECT_TRUE(chinese.contains(std::string("merge.") + key + ".fix")) << key;
    }
}

}  // namespace
}  // namespace shanqi::office
