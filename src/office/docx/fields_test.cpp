#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

std::string mark(std::string_view type) {
    return "<w:r><w:fldChar w:fldCharType=\"" + std::string(type) + "\"/></w:r>";
}
std::string instruction(std::string_view text) {
    return "<w:r><w:instrText xml:space=\"preserve\">" + std::string(text) + "</w:instrText></w:r>";
}
std::string run(std::string_view text) { return "<w:r><w:t>" + std::string(text) + "</w:t></w:r>"; }
std::string field(const std::string& instructions, const std::string& result) {
    return mark("begin") + instructions + mark("separate") + result + mark("end");
}
std::string shown_of(const std::string& content) {
    return shown(paragraph_at(read_body_ok("<w:p>" + content + "</w:p>"), 0));
}

TEST(DocxFields, MergeFieldInBothForms) {
    const Document document = read_body_ok(
        R"(<w:p><w:fldSimple w:instr=" MERGEFIELD &quot;学校 名称&quot; \* Upper "><w:r><w:rPr><w:b/></w:rPr><w:t>«学校»</w:t></w:r></w:fldSimple>)" +
        field(instruction(" MERGE") + instruction("FIELD 金额 \\# ") + instruction("&quot;0.00&quot; "),
              "<w:r><w:rPr><w:i/></w:rPr><w:t>«金</w:t></w:r>" + run("额»")) +
        run("元") + "</w:p>");
    const Paragraph& paragraph = paragraph_at(document, 0);
    EXPECT_EQ(shown(paragraph), "[MERGE 学校 名称][MERGE 金额]元");
    EXPECT_EQ(inline_at<MergeField>(paragraph, 0).switches, "\\* Upper");
    EXPECT_TRUE(style_at(paragraph, 0).bold);
    EXPECT_EQ(inline_at<MergeField>(paragraph, 1).switches, "\\# \"0.00\"");
    EXPECT_TRUE(style_at(paragraph, 1).italic);
}

TEST(DocxFields, ASwitchMayFollowTheNameWithoutABlank) {
    const Document document = read_body_ok("<w:p>" + field(instruction(R"(MERGEFIELD 学校名称\* MERGEFORMAT)"), "") +
                                           field(instruction("MERGEFIELD “姓 名”"), "") + "</w:p>");
    EXPECT_EQ(shown(paragraph_at(document, 0)), "[MERGE 学校名称][MERGE 姓 名]");
    EXPECT_EQ(inline_at<MergeField>(paragraph_at(document, 0), 0).switches, "\\* MERGEFORMAT");
}

TEST(DocxFields, PageNumbersAndTheirFormats) {
    EXPECT_EQ(
        shown_of(field(instruction("PAGE"), run("1")) + run("/") +
                 field(instruction(" NUMPAGES \\* ROMAN "), run("9")) + field(instruction("sectionpages"), run("2")) +
                 mark("begin") + instruction("PAGE \\* ArabicDash") + mark("end")),
        "[page]/[pages upperRoman][section pages][page numberInDash]");
    EXPECT_EQ(shown_of("<w:r><w:pgNum/></w:r>"), "[page]");
}

TEST(DocxFields, OtherFieldsKeepWhatWordComputed) {
    EXPECT_EQ(shown_of(field(instruction("DATE \\@ &quot;yyyy年M月d日&quot;"), run("2026年3月1日"))), "2026年3月1日");
    EXPECT_EQ(shown_of(field(instruction("HYPERLINK &quot;https://example.org&quot;"), run("网站"))), "网站");
    EXPECT_EQ(shown_of("<w:hyperlink w:anchor=\"x\">" + run("链接") + "</w:hyperlink>"), "链接");
    EXPECT_EQ(shown_of(run("甲") + field(instruction("XE &quot;甲&quot;"), run("藏")) + run("乙")), "甲乙");
}

TEST(DocxFields, AFieldWithoutAResultIsReportedWithItsInstruction) {
    const Document document =
        read_body_ok("<w:p>" + mark("begin") + instruction(" REF 书签 \\h ") + mark("end") + "</w:p>");
    EXPECT_EQ(inline_at<Unsupported>(paragraph_at(document, 0), 0).key, "unsupported.field");
    EXPECT_EQ(inline_at<Unsupported>(paragraph_at(document, 0), 0).detail, "REF 书签 \\h");
}

TEST(DocxFields, RulesOfTheMailMergeAreReckonedOrShowTheOldResultAndSaySo) {
    EXPECT_EQ(shown_of(field(instruction("IF ") + field(instruction("MERGEFIELD 性别"), run("男")) +
                                 instruction(" = 男 先生 女士"),
                             run("先生"))),
              "{{#如果 性别=男}}先生{{#否则}}女士{{/如果}}");
    // A formula over a merge field depends on the row as well.
    EXPECT_EQ(shown_of(field(instruction("= ") + field(instruction("MERGEFIELD 金额"), run("3")) + instruction("*2"),
                             run("6"))),
              "6[unsupported.merge_rule]");
    EXPECT_EQ(shown_of(mark("begin") + instruction("NEXT") + mark("end")), "[unsupported.merge_rule]");
}

TEST(DocxFields, AMergeFieldInAResultIsAField) {
    EXPECT_EQ(shown_of(field(instruction("HYPERLINK &quot;x&quot;"),
                             run("见") + field(instruction("MERGEFIELD 网址"), run("«网址»")))),
              "见[MERGE 网址]");
}

TEST(DocxFields, SpanParagraphs) {
    const Document document = read_body_ok("<w:p>" + mark("begin") + instruction("TOC") + mark("separate") + run("一") +
                                           "</w:p><w:p>" + run("二") + mark("end") + run("三") + "</w:p>");
    EXPECT_EQ(shown(paragraph_at(document, 0)), "一");
    EXPECT_EQ(shown(paragraph_at(document, 1)), "二三");
    EXPECT_TRUE(document.notices.empty());
}

TEST(DocxFields, AFieldThatNeverEndsIsReported) {
    EXPECT_TRUE(has_notice(read_body_ok("<w:p>" + mark("begin") + instruction("DATE") + "</w:p>"),
                           "unsupported.unclosed_field"));
    EXPECT_EQ(shown_of(mark("end") + mark("separate") + run("文")), "文");
}

TEST(DocxFields, FormsShowWhatIsChosen) {
    EXPECT_EQ(
        shown_of(
            R"(<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>)" +
            instruction("FORMCHECKBOX") + mark("end")),
        "☑");
    EXPECT_EQ(
        shown_of(
            R"(<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="甲"/><w:listEntry w:val="乙"/></w:ddList></w:ffData></w:fldChar></w:r>)" +
            instruction("FORMDROPDOWN") + mark("end")),
        "乙");
}

TEST(DocxFields, SymbolsOfAFieldAndOfARun) {
    EXPECT_EQ(shown_of(field(instruction("SYMBOL 254 \\f &quot;Wingdings&quot;"), run("x"))), "☑");
    EXPECT_EQ(shown_of(R"(<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>)"), "☑");
    EXPECT_EQ(shown_of(R"(<w:r><w:sym w:font="某某自造" w:char="F0A8"/></w:r>)"), "[unsupported.symbol]");
    // No character at all: a surrogate, and beyond Unicode.
    EXPECT_EQ(shown_of(field(instruction("SYMBOL 55296 \\f 宋体"), "")), "[unsupported.symbol]");
    EXPECT_EQ(shown_of(field(instruction("SYMBOL 1179648 \\f 宋体"), "")), "[unsupported.symbol]");
}

TEST(DocxFields, LettersTypedInASymbolFontThatHasNoSuchSignAreReported) {
    const std::string wingdings = R"(<w:r><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr><w:t>)";
    EXPECT_EQ(shown_of(wingdings + "&#xF0A8;</w:t></w:r>"), "□");
    const Document document = read_body_ok("<w:p>" + wingdings + "&#xF0BB;</w:t></w:r></w:p>");
    EXPECT_TRUE(has_notice(document, "unsupported.symbol: Wingdings"));
}

TEST(DocxFields, NestingIsLimited) {
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += mark("begin");
    const auto read = read_docx(TestPackage().body("<w:p>" + deep + "</w:p>").bytes());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().key, "docx.too_complex");
}

}  // namespace
}  // namespace shanqi::office::docx
