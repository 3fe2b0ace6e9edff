#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

// A document of one paragraph whose runs are `runs`, with `styles` as styles.xml.
Document styled(std::string_view styles, std::string_view paragraph, TestPackage package = {}) {
    return read_ok(package.definition("styles", "w:styles", styles).body(paragraph));
}

TEST(DocxStyles, WithoutAnyStyleTextHasTenPoints) {
    const Document document = read_body_ok("<w:p><w:r><w:t>x</w:t></w:r></w:p>");
    EXPECT_DOUBLE_EQ(style_at(paragraph_at(document, 0), 0).size, 10);
    EXPECT_EQ(paragraph_at(document, 0).style.align, ParagraphStyle::Align::left);
}

TEST(DocxStyles, TheChainOfBasedOnLiesOverTheDefaultsAndUnderDirectFormatting) {
    const Document document = styled(
        R"(<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:eastAsia="宋体"/><w:sz w:val="21"/></w:rPr></w:rPrDefault>)"
        R"(<w:pPrDefault><w:pPr><w:spacing w:after="200" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>)"
        R"(<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:pPr><w:jc w:val="both"/></w:pPr><w:rPr><w:color w:val="112233"/></w:rPr></w:style>)"
        R"(<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/><w:pPr><w:spacing w:after="0"/></w:pPr><w:rPr><w:sz w:val="32"/></w:rPr></w:style>)"
        R"(<w:style w:type="paragraph" w:styleId="c"><w:basedOn w:val="b"/><w:rPr><w:rFonts w:eastAsia="黑体"/></w:rPr></w:style>)",
        R"(<w:p><w:pPr><w:pStyle w:val="c"/></w:pPr><w:r><w:t>甲</w:t></w:r><w:r><w:rPr><w:sz w:val="44"/></w:rPr><w:t>乙</w:t></w:r></w:p><w:p/>)");
    const Paragraph& titled = paragraph_at(document, 0);
    EXPECT_EQ(titled.style.align, ParagraphStyle::Align::justify);
    EXPECT_DOUBLE_EQ(titled.style.space_after, 0);
    EXPECT_DOUBLE_EQ(titled.style.line, 1.15);
    EXPECT_EQ(titled.style.style_id, "c");
    EXPECT_EQ(style_at(titled, 0).latin_font, "Calibri");
    EXPECT_EQ(style_at(titled, 0).east_asian_font, "黑体");
    EXPECT_EQ(style_at(titled, 0).color, (Color{0x11, 0x22, 0x33}));
    EXPECT_DOUBLE_EQ(style_at(titled, 0).size, 16);
    EXPECT_DOUBLE_EQ(style_at(titled, 1).size, 22);
    EXPECT_DOUBLE_EQ(paragraph_at(document, 1).style.space_after, 10);  // the default style, unnamed
}

TEST(DocxStyles, CirclesOfBasedOnEnd) {
    const Document document =
        styled(R"(<w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="b"/><w:rPr><w:b/></w:rPr></w:style>)"
               R"(<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/><w:rPr><w:i/></w:rPr></w:style>)",
               R"(<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>)");
    EXPECT_TRUE(style_at(paragraph_at(document, 0), 0).italic);
}

TEST(DocxStyles, LineHeightAndItsRuleAreInheritedOneByOne) {
    const Document document = styled(
        R"(<w:style w:type="paragraph" w:styleId="a"><w:pPr><w:spacing w:line="400" w:lineRule="exact"/></w:pPr></w:style>)",
        R"(<w:p><w:pPr><w:pStyle w:val="a"/><w:spacing w:line="560"/></w:pPr></w:p>)"
        R"(<w:p><w:pPr><w:pStyle w:val="a"/><w:spacing w:lineRule="auto"/></w:pPr></w:p>)"
        R"(<w:p><w:pPr><w:spacing w:line="-240" w:lineRule="exact"/></w:pPr></w:p>)");
    EXPECT_EQ(paragraph_at(document, 0).style.line_rule, ParagraphStyle::LineRule::exactly);
    EXPECT_DOUBLE_EQ(paragraph_at(document, 0).style.line, 28);
    EXPECT_EQ(paragraph_at(document, 1).style.line_rule, ParagraphStyle::LineRule::multiple);
    EXPECT_NEAR(paragraph_at(document, 1).style.line, 400 / 240.0, 1e-9);
    EXPECT_DOUBLE_EQ(paragraph_at(document, 2).style.line, 1);
}

TEST(DocxStyles, IndentsInCharactersAndTheirZero) {
    const Document document = styled(
        R"(<w:style w:type="paragraph" w:styleId="a"><w:pPr><w:ind w:firstLineChars="200" w:firstLine="420"/></w:pPr></w:style>)",
        R"(<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr></w:p>)"
        R"(<w:p><w:pPr><w:pStyle w:val="a"/><w:ind w:firstLineChars="0" w:firstLine="0" w:left="400"/></w:pPr></w:p>)"
        R"(<w:p><w:pPr><w:ind w:leftChars="150" w:left="315" w:hangingChars="100" w:hanging="210"/></w:pPr></w:p>)");
    EXPECT_EQ(paragraph_at(document, 0).style.indent_first_characters, 2.0);
    EXPECT_EQ(paragraph_at(document, 1).style.indent_first_characters, std::nullopt);
    EXPECT_DOUBLE_EQ(paragraph_at(document, 1).style.indent_first, 0);
    EXPECT_DOUBLE_EQ(paragraph_at(document, 1).style.indent_left, 20);
    EXPECT_EQ(paragraph_at(document, 2).style.indent_first_characters, -1.0);
    EXPECT_EQ(paragraph_at(document, 2).style.indent_left_characters, 1.5);
}

TEST(DocxStyles, TogglePropertiesOfStylesCancelEachOther) {
    const Document document =
        styled(R"(<w:style w:type="paragraph" w:styleId="p"><w:rPr><w:b/></w:rPr></w:style>)"
               R"(<w:style w:type="character" w:styleId="c"><w:rPr><w:b/><w:color w:val="FF0000"/></w:rPr></w:style>)",
               R"(<w:p><w:pPr><w:pStyle w:val="p"/></w:pPr><w:r><w:t>甲</w:t></w:r>)"
               R"(<w:r><w:rPr><w:rStyle w:val="c"/></w:rPr><w:t>乙</w:t></w:r>)"
               R"(<w:r><w:rPr><w:rStyle w:val="c"/><w:b/></w:rPr><w:t>丙</w:t></w:r>)"
               R"(<w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t>丁</w:t></w:r></w:p>)");
    const Paragraph& paragraph = paragraph_at(document, 0);
    EXPECT_TRUE(style_at(paragraph, 0).bold);
    EXPECT_FALSE(style_at(paragraph, 1).bold);
    EXPECT_EQ(style_at(paragraph, 1).color, (Color{255, 0, 0}));
    EXPECT_TRUE(style_at(paragraph, 2).bold);
    EXPECT_FALSE(style_at(paragraph, 3).bold);
}

TEST(DocxStyles, ALinkedParagraphStyleWorksOnARun) {
    const Document document =
        styled(R"(<w:style w:type="paragraph" w:styleId="p"><w:link w:val="c"/></w:style>)"
               R"(<w:style w:type="character" w:styleId="c"><w:link w:val="p"/><w:rPr><w:i/></w:rPr></w:style>)",
               R"(<w:p><w:r><w:rPr><w:rStyle w:val="p"/></w:rPr><w:t>x</w:t></w:r></w:p>)");
    EXPECT_TRUE(style_at(paragraph_at(document, 0), 0).italic);
}

TEST(DocxStyles, ThemeFontsAndColours) {
    TestPackage package;
    package.definition(
        "theme", "a:theme",
        R"(<a:themeElements><a:clrScheme name="x"><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1>)"
        R"(<a:accent1><a:srgbClr val="4472C4"/></a:accent1></a:clrScheme><a:fontScheme name="x"><a:majorFont><a:latin typeface="Arial"/><a:ea typeface=""/>)"
        R"(<a:font script="Hans" typeface="黑体"/><a:font script="Jpan" typeface="MS Gothic"/></a:majorFont>)"
        R"(<a:minorFont><a:latin typeface="Calibri"/><a:ea typeface="仿宋"/></a:minorFont></a:fontScheme></a:themeElements>)");
    const Document document = styled(
        R"(<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" w:ascii="Wrong"/></w:rPr></w:rPrDefault></w:docDefaults>)",
        R"(<w:p><w:r><w:rPr><w:color w:val="000000" w:themeColor="accent1" w:themeShade="80"/></w:rPr><w:t>a</w:t></w:r>)"
        R"(<w:r><w:rPr><w:rFonts w:asciiTheme="majorHAnsi" w:eastAsiaTheme="majorEastAsia"/></w:rPr><w:t>b</w:t></w:r></w:p>)",
        package);
    const Paragraph& paragraph = paragraph_at(document, 0);
    EXPECT_EQ(style_at(paragraph, 0).latin_font, "Calibri");
    EXPECT_EQ(style_at(paragraph, 0).east_asian_font, "仿宋");
    ASSERT_TRUE(style_at(paragraph, 0).color);
    EXPECT_NEAR(style_at(paragraph, 0).color->blue, 0x64, 3);  // half as light as 4472C4: 203864
    EXPECT_EQ(style_at(paragraph, 1).latin_font, "Arial");
    EXPECT_EQ(style_at(paragraph, 1).east_asian_font, "黑体");
}

TEST(DocxStyles, RunFormattingInItsUnits) {
    const Document document = read_body_ok(
        R"(<w:p><w:r><w:rPr><w:spacing w:val="-20"/><w:position w:val="6"/><w:w w:val="80"/><w:u w:val="wave" w:color="00FF00"/>)"
        R"(<w:highlight w:val="darkGray"/><w:vertAlign w:val="superscript"/><w:dstrike/><w:smallCaps/><w:caps/><w:snapToGrid w:val="0"/></w:rPr><w:t>x</w:t></w:r></w:p>)");
    const RunStyle& style = style_at(paragraph_at(document, 0), 0);
    EXPECT_DOUBLE_EQ(style.character_spacing, -1);
    EXPECT_DOUBLE_EQ(style.raise, 3);
    EXPECT_DOUBLE_EQ(style.scale_percent, 80);
    EXPECT_EQ(style.underline, UnderlineStyle::wave);
    EXPECT_EQ(style.underline_color, (Color{0, 255, 0}));
    EXPECT_EQ(style.highlight, (Color{128, 128, 128}));
    EXPECT_EQ(style.script, ScriptPosition::superscript);
    EXPECT_TRUE(style.strike && style.small_caps && style.all_caps);
    EXPECT_FALSE(style.snap_to_grid);
}

TEST(DocxStyles, EffectsThatAreNotDrawnAreReported) {
    const Document document = read_body_ok(
        R"(<w:p><w:r><w:rPr><w:em w:val="dot"/></w:rPr><w:t>a</w:t></w:r><w:r><w:rPr><w:bdr w:val="single"/></w:rPr><w:t>b</w:t></w:r>)"
        R"(<w:r xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:rPr><w14:glow w14:rad="1"/></w:rPr><w:t>c</w:t></w:r></w:p>)");
    EXPECT_TRUE(has_notice(document, "unsupported.emphasis_mark"));
    EXPECT_TRUE(has_notice(document, "unsupported.text_border"));
    EXPECT_TRUE(has_notice(document, "unsupported.text_effect"));
    // What WPS writes beside every w:color is no effect.
    const Document plain = read_body_ok(
        R"(<w:p><w:r xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:rPr><w:color w:val="000000"/>)"
        R"(<w14:textFill><w14:solidFill><w14:schemeClr w14:val="tx1"/></w14:solidFill></w14:textFill></w:rPr><w:t>c</w:t></w:r></w:p>)");
    EXPECT_TRUE(plain.notices.empty());
}

TEST(DocxStyles, TabStopsAreAddedAndCleared) {
    const Document document = styled(
        R"(<w:style w:type="paragraph" w:styleId="a"><w:pPr><w:tabs><w:tab w:val="center" w:pos="4153"/><w:tab w:val="right" w:leader="dot" w:pos="8306"/></w:tabs></w:pPr></w:style>)",
        R"(<w:p><w:pPr><w:pStyle w:val="a"/><w:tabs><w:tab w:val="clear" w:pos="4153"/><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr></w:p>)");
    const std::vector<TabStop>& tabs = paragraph_at(document, 0).style.tabs;
    ASSERT_EQ(tabs.size(), 2U);
    EXPECT_DOUBLE_EQ(tabs[0].position, 36);
    EXPECT_EQ(tabs[1].kind, TabStop::Kind::right);
    EXPECT_EQ(tabs[1].leader, TabStop::Leader::dot);
}

TEST(DocxStyles, MarginTabsStandAtTheTextsMiddleAndEnd) {
    const Document document = read_body_ok(
        R"(<w:p><w:r><w:t>甲</w:t><w:ptab w:relativeTo="margin" w:alignment="center" w:leader="none"/><w:t>乙</w:t>)"
        R"(<w:ptab w:relativeTo="margin" w:alignment="right" w:leader="none"/><w:t>丙</w:t></w:r></w:p>)"
        R"(<w:sectPr><w:pgSz w:w="12000" w:h="16000"/><w:pgMar w:left="1000" w:right="1000" w:top="1000" w:bottom="1000"/></w:sectPr>)");
    const Paragraph& paragraph = paragraph_at(document, 0);
    EXPECT_EQ(shown(paragraph), "甲[tab]乙[tab]丙");
    ASSERT_EQ(paragraph.style.tabs.size(), 2U);
    EXPECT_EQ(paragraph.style.tabs[0].kind, TabStop::Kind::center);
    EXPECT_DOUBLE_EQ(paragraph.style.tabs[0].position, 250);
    EXPECT_DOUBLE_EQ(paragraph.style.tabs[1].position, 500);
}

}  // namespace
}  // namespace shanqi::office::docx
