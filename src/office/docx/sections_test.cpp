#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

std::string text_of(const Blocks& blocks) { return blocks.empty() ? "" : shown(paragraph_at(blocks, 0)); }
std::string section_end(std::string_view setup) {
    return "<w:p><w:pPr><w:sectPr>" + std::string(setup) + "</w:sectPr></w:pPr></w:p>";
}

TEST(DocxSections, PageSizeMarginsAndGrid) {
    const Document document = read_body_ok(
        R"(<w:p/><w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="-1984" w:left="1587" )"
        R"(w:header="851" w:footer="1400" w:gutter="100"/><w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-842"/></w:sectPr>)");
    const Section& section = document.sections.at(0);
    EXPECT_NEAR(section.page_width, 595.3, 0.01);
    EXPECT_NEAR(section.margin_top, 104.9, 0.01);
    EXPECT_NEAR(section.margin_bottom, 99.2, 0.01);
    EXPECT_NEAR(section.header_distance, 42.55, 0.01);
    EXPECT_DOUBLE_EQ(section.gutter, 5);
    EXPECT_NEAR(section.grid_line_pitch.value_or(0), 28.95, 0.01);
    EXPECT_NEAR(section.grid_character_space.value_or(0), -842 / 4096.0, 0.0001);
    // A grid without a type does not snap.
    EXPECT_FALSE(
        read_body_ok(R"(<w:p/><w:sectPr><w:docGrid w:linePitch="312"/></w:sectPr>)").sections[0].grid_line_pitch);
}

TEST(DocxSections, LandscapeOddStartsNumbersAndAlignment) {
    const Document document = read_body_ok(
        section_end(
            R"(<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgNumType w:fmt="upperRoman" w:start="3"/><w:vAlign w:val="center"/>)") +
        R"(<w:p/><w:sectPr><w:type w:val="oddPage"/><w:pgSz w:w="11906" w:h="16838" w:orient="landscape"/></w:sectPr>)");
    ASSERT_EQ(document.sections.size(), 2U);
    EXPECT_NEAR(document.sections[0].page_width, 841.9, 0.01);
    EXPECT_EQ(document.sections[0].page_number_start, 3);
    EXPECT_EQ(document.sections[0].page_number_format, "upperRoman");
    EXPECT_EQ(document.sections[0].vertical_align, Section::VerticalAlign::center);
    EXPECT_TRUE(paragraph_at(document, 0).is_empty_tail);
    EXPECT_EQ(document.sections[1].start, Section::Start::odd_page);
    EXPECT_NEAR(document.sections[1].page_width, 841.9, 0.01);  // only the word landscape was set
    EXPECT_FALSE(document.sections[1].page_number_start);
}

TEST(DocxSections, HeadersAreInheritedUntilASectionHasItsOwn) {
    const auto header = [](std::string_view text) {
        return "<w:p><w:r><w:t>" + std::string(text) + "</w:t></w:r></w:p>";
    };
    const Document document = read_ok(
        TestPackage()
            .definition("settings", "w:settings", "<w:evenAndOddHeaders/>")
            .definition("header", "w:hdr", header("首页"), "first")
            .definition("header", "w:hdr", header("偶数"), "even")
            .definition("header", "w:hdr", header("普通"), "plain")
            .definition("header", "w:hdr", header("第二"), "second")
            .definition("footer", "w:ftr", R"(<w:p><w:fldSimple w:instr="PAGE"/></w:p>)", "foot")
            .body(
                section_end(
                    R"(<w:headerReference w:type="first" r:id="first"/><w:headerReference w:type="even" r:id="even"/>)"
                    R"(<w:headerReference w:type="default" r:id="plain"/><w:footerReference w:type="default" r:id="foot"/><w:titlePg/>)") +
                section_end("") + R"(<w:p/><w:sectPr><w:headerReference w:type="default" r:id="second"/></w:sectPr>)"));
    ASSERT_EQ(document.sections.size(), 3U);
    EXPECT_TRUE(document.even_and_odd_headers);
    EXPECT_TRUE(document.sections[0].title_page);
    EXPECT_FALSE(document.sections[1].title_page);
    EXPECT_EQ(text_of(document.sections[0].header.first_blocks), "首页");
    EXPECT_EQ(text_of(document.sections[1].header.even_blocks), "偶数");
    EXPECT_EQ(text_of(document.sections[1].header.default_blocks), "普通");
    EXPECT_EQ(text_of(document.sections[2].header.default_blocks), "第二");
    EXPECT_EQ(text_of(document.sections[2].footer.default_blocks), "[page]");
    // The same objects, so that the layout knows them again.
    EXPECT_EQ(document.sections[0].header.default_blocks, document.sections[1].header.default_blocks);
}

TEST(DocxSections, ColumnsOfOneWidthAreReadAndOthersReported) {
    const Document equal = read_body_ok(R"(<w:p/><w:sectPr><w:cols w:num="2" w:space="400"/></w:sectPr>)");
    EXPECT_EQ(equal.sections[0].columns, 2);
    EXPECT_DOUBLE_EQ(equal.sections[0].column_gap, 20);
    EXPECT_TRUE(equal.notices.empty());
    const Document unequal = read_body_ok(
        R"(<w:p/><w:sectPr><w:cols w:num="2" w:equalWidth="0"><w:col w:w="2000" w:space="300"/><w:col w:w="5000"/></w:cols></w:sectPr>)");
    EXPECT_DOUBLE_EQ(unequal.sections[0].column_gap, 15);
    EXPECT_TRUE(has_notice(unequal, "unsupported.columns"));
    EXPECT_TRUE(read_body_ok(R"(<w:p/><w:sectPr><w:cols w:num="2" w:sep="1"/></w:sectPr>)").sections[0].column_line);
    // No room for a character in any of them.
    EXPECT_EQ(read_body_ok(R"(<w:p/><w:sectPr><w:cols w:num="45" w:space="2000"/></w:sectPr>)").sections[0].columns, 1);
}

TEST(DocxSections, PageBorders) {
    const Document document = read_body_ok(
        R"(<w:p/><w:sectPr><w:pgBorders w:offsetFrom="page"><w:top w:val="double" w:sz="8" w:space="24" w:color="C00000"/><w:left w:val="apples" w:sz="10"/></w:pgBorders></w:sectPr>)");
    const Section& section = document.sections[0];
    ASSERT_TRUE(section.page_border_top);
    EXPECT_EQ(section.page_border_top->style, Line::Style::doubled);
    EXPECT_DOUBLE_EQ(section.page_border_top->space, 24);
    EXPECT_FALSE(section.page_border_bottom);
    EXPECT_FALSE(section.page_border_from_text);
    EXPECT_TRUE(has_notice(document, "unsupported.art_border"));
}

TEST(DocxSections, SettingsOfTheDocument) {
    const Document document = read_ok(
        TestPackage()
            .definition(
                "settings", "w:settings",
                R"(<w:mirrorMargins/><w:defaultTabStop w:val="420"/><w:compat><w:compatSetting w:name="other" w:val="1"/>)"
                R"(<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>)")
            .body("<w:p/>"));
    EXPECT_DOUBLE_EQ(document.default_tab, 21);
    EXPECT_EQ(document.compatibility_mode, 15);
    EXPECT_TRUE(has_notice(document, "unsupported.mirror_margins"));
    EXPECT_EQ(read_body_ok("<w:p/>").compatibility_mode, 12);
}

TEST(DocxSections, MarginsThatLeaveNoRoomAreNotTaken) {
    const Section section =
        read_body_ok(
            R"(<w:p/><w:sectPr><w:pgSz w:w="1" w:h="-5"/><w:pgMar w:left="99999999" w:right="5000" w:top="90000" w:bottom="1"/></w:sectPr>)")
            .sections[0];
    EXPECT_GE(section.page_width - section.margin_left - section.margin_right, 18);
    EXPECT_GE(section.page_height - section.margin_top - section.margin_bottom, 18);
}

TEST(DocxSections, ASectionMayEndInAContentControl) {
    const Document document = read_body_ok("<w:sdt><w:sdtContent>" + section_end(R"(<w:type w:val="continuous"/>)") +
                                           "</w:sdtContent></w:sdt><w:p><w:r><w:t>后</w:t></w:r></w:p>");
    ASSERT_EQ(document.sections.size(), 2U);
    EXPECT_EQ(text_of(document.sections[1].blocks), "后");
}

}  // namespace
}  // namespace shanqi::office::docx
