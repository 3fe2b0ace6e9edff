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

TEST(DocxParagraphs, ReadsSectionOfA4WithMargins) {
    const Document document = read_body_ok(
        R"(<w:p/><w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" )"
        R"(w:header="851" w:footer="1400" w:gutter="0"/><w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-842"/></w:sectPr>)");
    const Section& section = document.sections.at(0);
    EXPECT_NEAR(section.page_width, 595.3, 0.01);
    EXPECT_NEAR(section.margin_top, 104.9, 0.01);
    EXPECT_NEAR(section.grid_line_pitch.value_or(0), 28.95, 0.01);
    EXPECT_NEAR(section.grid_character_space.value_or(0), -842 / 4096.0, 0.0001);
}

TEST(DocxTables, ReadsCells) {
    const Document document = read_body_ok(
        R"(<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="3000"/></w:tblGrid>)"
        R"(<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc></w:tr>)"
        R"(<w:tr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>)");
    const Table& table = table_at(document, 0);
    EXPECT_EQ(table.grid, (std::vector<double>{100, 150}));
    EXPECT_EQ(table.width_percent, 100);
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_EQ(table.rows[0].cells.at(0).column_span, 2);
    EXPECT_EQ(shown(paragraph_at(table.rows[1].cells.at(1).blocks, 0)), "乙");
}

}  // namespace
}  // namespace shanqi::office::docx
