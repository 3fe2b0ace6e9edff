#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

constexpr std::string_view two_levels =
    R"(<w:abstractNum w:abstractNumId="7">)"
    R"(<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/><w:lvlJc w:val="left"/>)"
    R"(<w:pPr><w:ind w:left="420" w:hanging="420"/></w:pPr></w:lvl>)"
    R"(<w:lvl w:ilvl="1"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlRestart w:val="0"/><w:lvlText w:val="%1.%2"/><w:lvlJc w:val="right"/>)"
    R"(<w:pPr><w:ind w:left="840" w:hanging="420"/></w:pPr><w:rPr><w:b/></w:rPr></w:lvl></w:abstractNum>)";

std::string item(int list, int level, std::string_view more = "") {
    return "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" + std::to_string(level) + "\"/><w:numId w:val=\"" +
           std::to_string(list) + "\"/></w:numPr>" + std::string(more) + "</w:pPr><w:r><w:t>x</w:t></w:r></w:p>";
}

Document numbered(std::string_view nums, std::string_view body, std::string_view styles = "") {
    return read_ok(TestPackage()
                       .definition("numbering", "w:numbering", std::string(two_levels) + std::string(nums))
                       .definition("styles", "w:styles", styles)
                       .body(body));
}

TEST(DocxNumbering, LevelsBecomeAList) {
    const Document document = numbered(R"(<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>)",
                                       item(1, 0) + item(1, 1) + item(1, 1, R"(<w:ind w:left="1000"/>)") + item(99, 0));
    ASSERT_TRUE(document.lists.contains(1));
    const std::vector<ListLevel>& levels = document.lists.at(1).levels;
    ASSERT_EQ(levels.size(), 2U);
    EXPECT_EQ(levels[0].format, "chineseCounting");
    EXPECT_EQ(levels[0].text, "%1、");
    EXPECT_EQ(levels[0].suffix, ListLevel::Suffix::nothing);
    EXPECT_EQ(levels[0].style, nullptr);  // follows the text
    EXPECT_EQ(levels[1].start, 3);
    EXPECT_TRUE(levels[1].legal);
    EXPECT_EQ(levels[1].restart_after, 0);
    EXPECT_EQ(levels[1].align, ParagraphStyle::Align::right);
    ASSERT_NE(levels[1].style, nullptr);
    EXPECT_TRUE(levels[1].style->bold);

    EXPECT_EQ(paragraph_at(document, 0).style.numbering->level, 0);
    EXPECT_DOUBLE_EQ(paragraph_at(document, 0).style.indent_first, -21);
    EXPECT_DOUBLE_EQ(paragraph_at(document, 1).style.indent_left, 42);
    EXPECT_DOUBLE_EQ(paragraph_at(document, 2).style.indent_left, 50);  // direct wins
    EXPECT_DOUBLE_EQ(paragraph_at(document, 2).style.indent_first, -21);
    EXPECT_FALSE(paragraph_at(document, 3).style.numbering);  // a list that is not defined
}

TEST(DocxNumbering, OverridesChangeALevelOrStartAnew) {
    const Document document = numbered(
        R"(<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>)"
        R"(<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>)"
        R"x(<w:num w:numId="4"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/><w:lvlText w:val="(%1)"/></w:lvl></w:lvlOverride></w:num>)x",
        item(1, 0) + item(2, 0) + item(3, 0) + item(4, 0));
    const auto level = [&](int list) { return document.lists.at(list).levels.at(0); };
    EXPECT_EQ(level(1).abstract_list, level(2).abstract_list);
    EXPECT_NE(level(3).abstract_list, level(1).abstract_list);
    EXPECT_EQ(level(3).start, 5);
    EXPECT_EQ(level(4).format, "upperRoman");
    EXPECT_EQ(level(4).text, "(%1)");
    EXPECT_EQ(level(4).abstract_list, level(1).abstract_list);
}

TEST(DocxNumbering, AStyleChoosesItsLevelAndZeroTakesItAway) {
    const Document document = numbered(
        R"(<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:pStyle w:val="h1"/><w:lvlText w:val="%1"/></w:lvl>)"
        R"(<w:lvl w:ilvl="1"><w:pStyle w:val="h2"/><w:lvlText w:val="%1.%2"/><w:pPr><w:ind w:left="600"/></w:pPr></w:lvl></w:abstractNum>)"
        R"(<w:num w:numId="1"><w:abstractNumId w:val="8"/></w:num>)",
        R"(<w:p><w:pPr><w:pStyle w:val="h2"/></w:pPr></w:p><w:p><w:pPr><w:pStyle w:val="h2"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:p>)"
        R"(<w:p><w:pPr><w:pStyle w:val="plain"/></w:pPr></w:p>)",
        R"(<w:style w:type="paragraph" w:styleId="h2"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr></w:style>)"
        R"(<w:style w:type="paragraph" w:styleId="plain"><w:basedOn w:val="h2"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>)");
    ASSERT_TRUE(paragraph_at(document, 0).style.numbering);
    EXPECT_EQ(paragraph_at(document, 0).style.numbering->level, 1);
    EXPECT_DOUBLE_EQ(paragraph_at(document, 0).style.indent_left, 30);
    EXPECT_EQ(paragraph_at(document, 0).style.outline_level, 1);
    EXPECT_FALSE(paragraph_at(document, 1).style.numbering);
    EXPECT_FALSE(paragraph_at(document, 2).style.numbering);
}

TEST(DocxNumbering, ANumberingStyleLinksToTheDefinition) {
    const Document document = numbered(
        R"(<w:abstractNum w:abstractNumId="9"><w:numStyleLink w:val="outline"/></w:abstractNum>)"
        R"(<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="9"/></w:num>)",
        item(2, 0),
        R"(<w:style w:type="numbering" w:styleId="outline"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>)");
    ASSERT_TRUE(document.lists.contains(2));
    EXPECT_EQ(document.lists.at(2).levels.at(0).text, "%1、");
}

TEST(DocxNumbering, BulletsOfSymbolFontsBecomeCharacters) {
    constexpr std::string_view list =
        R"(<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0FC;"/>)"
        R"(<w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings" w:hint="default"/></w:rPr></w:lvl>)"
        R"(<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val=""/><w:lvlPicBulletId w:val="0"/></w:lvl></w:abstractNum>)"
        R"(<w:num w:numId="1"><w:abstractNumId w:val="8"/></w:num>)";
    const Document document = numbered(list, item(1, 0));
    EXPECT_EQ(document.lists.at(1).levels.at(0).text, "✓");
    EXPECT_EQ(document.lists.at(1).levels.at(1).text, "•");
    EXPECT_TRUE(document.notices.empty());  // the level with the picture is not used
    EXPECT_TRUE(has_notice(numbered(list, item(1, 0) + item(1, 1)), "unsupported.picture_bullet"));
}

}  // namespace
}  // namespace shanqi::office::docx
