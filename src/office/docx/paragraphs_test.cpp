#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

TEST(DocxParagraphs, ReadsTextAndMergesEqualRuns) {
    const Document document = read_body_ok(
        R"(<w:p><w:r w:rsidR="1"><w:rPr><w:lang w:val="en-US"/></w:rPr><w:t>{{学</w:t></w:r><w:proofErr w:type="spellStart"/>)"
        R"(<w:bookmarkStart w:id="0" w:name="x"/><w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t>校名称}}</w:t></w:r>)"
        R"(<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve"> 您好</w:t></w:r></w:p>)");
    const Paragraph& paragraph = paragraph_at(document, 0);
    EXPECT_EQ(shown(paragraph), "{{学校名称}} 您好");
    ASSERT_EQ(paragraph.inlines.size(), 2U);
    EXPECT_FALSE(style_at(paragraph, 0).bold);
    EXPECT_TRUE(style_at(paragraph, 1).bold);
    EXPECT_NE(paragraph.static_id, 0U);
}

TEST(DocxParagraphs, TabsBreaksAndSpecialHyphens) {
    const Document document = read_body_ok(
        R"(<w:p><w:r><w:t>a</w:t><w:tab/><w:t xml:space="preserve"> b </w:t><w:br/><w:t> c </w:t><w:br w:type="page"/><w:br w:type="column"/><w:cr/><w:noBreakHyphen/><w:softHyphen/></w:r></w:p>)");
    EXPECT_EQ(shown(paragraph_at(document, 0)), "a[tab] b [line]c[page break][column][line]\u2011\u00AD");
}

TEST(DocxParagraphs, TrackedChangesAreShownAsAccepted) {
    const Document document = read_body_ok(
        R"(<w:p><w:r><w:t>留</w:t></w:r><w:ins><w:r><w:t>增</w:t></w:r></w:ins><w:del><w:r><w:delText>删</w:delText></w:r></w:del>)"
        R"(<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo>)"
        R"(<w:r><w:rPr><w:b/><w:rPrChange><w:rPr><w:i/></w:rPr></w:rPrChange></w:rPr><w:t>粗</w:t></w:r></w:p>)"
        R"(<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>整段</w:delText></w:r></w:del></w:p><w:p><w:r><w:t>后</w:t></w:r></w:p>)");
    EXPECT_EQ(shown(paragraph_at(document, 0)), "留增移来粗");
    EXPECT_TRUE(style_at(paragraph_at(document, 0), 1).bold);
    EXPECT_FALSE(style_at(paragraph_at(document, 0), 1).italic);
    EXPECT_EQ(shown(paragraph_at(document, 1)), "后");
}

TEST(DocxParagraphs, ContentControlsAndTagsKeepWhatTheyHold) {
    const Document document = read_body_ok(
        R"(<w:sdt><w:sdtPr/><w:sdtContent><w:p><w:sdt><w:sdtContent><w:r><w:t>甲</w:t></w:r></w:sdtContent></w:sdt>)"
        R"(<w:smartTag w:element="x"><w:smartTagPr/><w:r><w:t>乙</w:t></w:r></w:smartTag><w:customXml><w:r><w:t>丙</w:t></w:r></w:customXml></w:p></w:sdtContent></w:sdt>)"
        R"(<w:customXml><w:p><w:r><w:t>丁</w:t></w:r></w:p></w:customXml>)");
    EXPECT_EQ(shown(paragraph_at(document, 0)), "甲乙丙");
    EXPECT_EQ(shown(paragraph_at(document, 1)), "丁");
}

TEST(DocxParagraphs, HiddenTextIsNotShown) {
    const Document document = read_body_ok(
        R"(<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:t>现</w:t></w:r></w:p>)"
        R"(<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r></w:p><w:p/>)");
    EXPECT_EQ(shown(paragraph_at(document, 0)), "现");
    EXPECT_EQ(document.sections[0].blocks.size(), 2U);
}

TEST(DocxParagraphs, BordersShadingAndKeeping) {
    const Document document = read_body_ok(
        R"(<w:p><w:pPr><w:keepNext/><w:keepLines w:val="true"/><w:pageBreakBefore w:val="off"/><w:widowControl w:val="0"/><w:contextualSpacing/>)"
        R"(<w:pBdr><w:bottom w:val="thinThickSmallGap" w:sz="24" w:space="1" w:color="FF0000"/></w:pBdr><w:shd w:val="pct50" w:color="000000" w:fill="FFFFFF"/>)"
        R"(<w:kinsoku w:val="0"/><w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:jc w:val="distribute"/><w:spacing w:beforeLines="50" w:before="156" w:afterAutospacing="1"/></w:pPr></w:p>)");
    const ParagraphStyle& style = paragraph_at(document, 0).style;
    EXPECT_TRUE(style.keep_next && style.keep_lines && style.contextual_spacing && style.space_after_auto);
    EXPECT_FALSE(style.page_break_before || style.widow_control || style.kinsoku || style.hanging_punctuation ||
                 style.auto_space_latin);
    EXPECT_EQ(style.border_bottom.style, Line::Style::thin_thick);
    EXPECT_DOUBLE_EQ(style.border_bottom.width, 4.5);
    EXPECT_EQ(style.border_top.style, Line::Style::none);
    ASSERT_TRUE(style.shading);
    EXPECT_EQ(style.shading->red, 128);
    EXPECT_EQ(style.align, ParagraphStyle::Align::distribute);
    EXPECT_EQ(style.space_before_lines, 0.5);
}

TEST(DocxParagraphs, AFrameStandsBesideTheNextParagraph) {
    const Document document = read_body_ok(
        R"(<w:p><w:pPr><w:framePr w:w="2000" w:hAnchor="page" w:vAnchor="text" w:x="1000" w:y="200" w:wrap="around"/></w:pPr><w:r><w:t>框</w:t></w:r></w:p>)"
        R"(<w:p><w:r><w:t>旁</w:t></w:r></w:p><w:p><w:pPr><w:framePr w:dropCap="drop" w:lines="2"/></w:pPr><w:r><w:t>首</w:t></w:r></w:p>)"
        R"(<w:p><w:pPr><w:framePr w:w="2000"/></w:pPr><w:r><w:t>尾</w:t></w:r></w:p>)");
    EXPECT_EQ(shown(paragraph_at(document, 0)), "[drawing]旁");
    const auto& drawing = inline_at<Drawing>(paragraph_at(document, 0), 0);
    ASSERT_TRUE(drawing.anchor);
    EXPECT_EQ(drawing.anchor->horizontal_from, Anchor::From::page);
    EXPECT_DOUBLE_EQ(drawing.anchor->x, 50);
    EXPECT_DOUBLE_EQ(drawing.width, 100);
    EXPECT_EQ(shown(paragraph_at(std::get<Shape>(drawing.content).text.value().blocks, 0)), "框");
    EXPECT_EQ(shown(paragraph_at(document, 1)), "首");
    EXPECT_TRUE(has_notice(document, "unsupported.drop_cap"));
    EXPECT_EQ(shown(paragraph_at(document, 2)), "尾");  // nothing follows it
    EXPECT_TRUE(has_notice(document, "unsupported.frame"));
}

TEST(DocxParagraphs, StaticParagraphsHaveNumbersOfTheirOwn) {
    const Document document = read_body_ok("<w:p/><w:p/>");
    EXPECT_NE(paragraph_at(document, 0).static_id, paragraph_at(document, 1).static_id);
}

}  // namespace
}  // namespace shanqi::office::docx
