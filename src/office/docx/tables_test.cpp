#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

std::string cell(std::string_view text, std::string_view properties = "") {
    return "<w:tc><w:tcPr>" + std::string(properties) + "</w:tcPr><w:p><w:r><w:t>" + std::string(text) +
           "</w:t></w:r></w:p></w:tc>";
}
std::string row(const std::string& cells, std::string_view properties = "") {
    return "<w:tr><w:trPr>" + std::string(properties) + "</w:trPr>" + cells + "</w:tr>";
}
std::string table(std::string_view properties, const std::string& rows, std::string_view grid = "") {
    return "<w:tbl><w:tblPr>" + std::string(properties) + "</w:tblPr><w:tblGrid>" + std::string(grid) + "</w:tblGrid>" +
           rows + "</w:tbl><w:p/>";
}
Table read_table(const std::string& xml, std::string_view styles = "") {
    return table_at(read_ok(TestPackage().definition("styles", "w:styles", styles).body(xml)), 0);
}
const std::string three_columns = R"(<w:gridCol w:w="2000"/><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/>)";

TEST(DocxTables, SpansAndVerticalMerges) {
    const Table made =
        read_table(table("",
                         row(cell("甲", R"(<w:gridSpan w:val="2"/>)") + cell("乙", R"(<w:vMerge w:val="restart"/>)")) +
                             row(cell("丙") + cell("丁") + cell("隐", "<w:vMerge/>")),
                         three_columns));
    EXPECT_EQ(made.grid, (std::vector<double>{100, 100, 100}));
    ASSERT_EQ(made.rows.size(), 2U);
    ASSERT_EQ(made.rows[0].cells.size(), 2U);
    EXPECT_EQ(made.rows[0].cells[0].column_span, 2);
    EXPECT_EQ(made.rows[0].cells[1].vertical_merge, Cell::VerticalMerge::restart);
    EXPECT_EQ(made.rows[1].cells[2].vertical_merge, Cell::VerticalMerge::resume);
    EXPECT_TRUE(made.rows[1].cells[2].blocks.empty());  // Word hides it
    EXPECT_EQ(shown(paragraph_at(made.rows[1].cells[1].blocks, 0)), "丁");
}

TEST(DocxTables, OldHorizontalMergesAreSpans) {
    const Table made = read_table(table(
        "", row(cell("甲", R"(<w:hMerge w:val="restart"/>)") + cell("", "<w:hMerge/>") + cell("乙")), three_columns));
    ASSERT_EQ(made.rows[0].cells.size(), 2U);
    EXPECT_EQ(made.rows[0].cells[0].column_span, 2);
}

TEST(DocxTables, PropertiesOfTheTable) {
    const Table made = read_table(table(
        R"(<w:tblW w:w="2500" w:type="pct"/><w:jc w:val="center"/><w:tblInd w:w="200" w:type="dxa"/><w:tblLayout w:type="fixed"/>)"
        R"(<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>)"
        R"(<w:tblpPr w:leftFromText="180" w:vertAnchor="page" w:horzAnchor="margin" w:tblpXSpec="right" w:tblpY="1440"/>)",
        row(cell("甲"))));
    EXPECT_EQ(made.width_percent, 50);
    EXPECT_EQ(made.align, Table::Align::center);
    EXPECT_DOUBLE_EQ(made.indent, 10);
    EXPECT_TRUE(made.fixed_layout);
    EXPECT_DOUBLE_EQ(made.margins.left, 3);
    EXPECT_DOUBLE_EQ(made.margins.right, 4);
    ASSERT_TRUE(made.floating);
    EXPECT_EQ(made.floating->vertical_from, Anchor::From::page);
    EXPECT_EQ(made.floating->horizontal_from, Anchor::From::margin);
    EXPECT_EQ(made.floating->horizontal_align, Anchor::Align::right);
    EXPECT_DOUBLE_EQ(made.floating->y, 72);
    EXPECT_DOUBLE_EQ(made.floating->distance_left, 9);
}

TEST(DocxTables, PropertiesOfRowsAndCells) {
    const Table made = read_table(table(
        "",
        row(cell(
                "甲",
                R"(<w:tcW w:w="1500" w:type="dxa"/><w:vAlign w:val="center"/><w:shd w:val="clear" w:fill="D9E2F3"/><w:noWrap/>)"
                R"(<w:tcMar><w:top w:w="100" w:type="dxa"/></w:tcMar>)"),
            R"(<w:tblHeader/><w:cantSplit/><w:trHeight w:val="600" w:hRule="exact"/>)") +
            row(cell("乙"), R"(<w:trHeight w:val="400"/><w:gridBefore w:val="1"/>)")));
    const Row& first = made.rows[0];
    EXPECT_TRUE(first.is_header && first.cant_split && first.height_exact);
    EXPECT_EQ(first.height, 30);
    EXPECT_EQ(first.cells[0].width, 75);
    EXPECT_EQ(first.cells[0].vertical_align, Cell::VerticalAlign::center);
    EXPECT_EQ(first.cells[0].shading, (Color{0xD9, 0xE2, 0xF3}));
    EXPECT_TRUE(first.cells[0].no_wrap);
    ASSERT_TRUE(first.cells[0].margins);
    EXPECT_DOUBLE_EQ(first.cells[0].margins->top, 5);
    EXPECT_DOUBLE_EQ(first.cells[0].margins->left, 5.4);
    EXPECT_FALSE(made.rows[1].height_exact);
    EXPECT_EQ(made.rows[1].grid_before, 1);
    EXPECT_EQ(made.grid.size(), 2U);
}

TEST(DocxTables, ColumnsWithoutWidthTakeItFromCellsOrShareTheRest) {
    const Table from_cells = read_table(table("", row(cell("甲", R"(<w:tcW w:w="1000" w:type="dxa"/>)") +
                                                      cell("乙", R"(<w:tcW w:w="3000" w:type="dxa"/>)"))));
    EXPECT_EQ(from_cells.grid, (std::vector<double>{50, 150}));
    const Table shared = read_table(table(R"(<w:tblW w:w="6000" w:type="dxa"/>)", row(cell("甲") + cell("乙"))));
    EXPECT_EQ(shared.grid, (std::vector<double>{150, 150}));
}

TEST(DocxTables, BordersOfTheTableItsStyleAndItsCells) {
    const Table made = read_table(
        table(
            R"(<w:tblStyle w:val="t"/><w:tblBorders><w:top w:val="double" w:sz="4"/></w:tblBorders>)",
            row(cell(
                    "甲",
                    R"(<w:tcBorders><w:bottom w:val="single" w:sz="12" w:color="FF0000"/><w:right w:val="nil"/></w:tcBorders>)") +
                cell("乙")) +
                row(cell("丙") + cell("丁"))),
        R"(<w:style w:type="table" w:styleId="base"><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8"/><w:insideH w:val="dotted" w:sz="4"/></w:tblBorders></w:tblPr></w:style>)"
        R"(<w:style w:type="table" w:styleId="t"><w:basedOn w:val="base"/><w:tblPr><w:tblBorders><w:insideV w:val="dashed" w:sz="4"/></w:tblBorders></w:tblPr></w:style>)");
    EXPECT_EQ(made.borders.top.style, Line::Style::doubled);
    EXPECT_DOUBLE_EQ(made.borders.top.width, 1.5);  // line, gap, line of half a point
    EXPECT_EQ(made.borders.inside_horizontal.style, Line::Style::dotted);
    EXPECT_EQ(made.borders.inside_vertical.style, Line::Style::dashed);
    EXPECT_EQ(made.borders.left.style, Line::Style::none);
    const Cell& first = made.rows[0].cells[0];
    ASSERT_TRUE(first.bottom && first.right);
    EXPECT_DOUBLE_EQ(first.bottom->width, 1.5);
    EXPECT_EQ(first.bottom->color, (Color{255, 0, 0}));
    EXPECT_EQ(first.right->style, Line::Style::none);
    EXPECT_FALSE(made.rows[1].cells[1].bottom);  // as the table says
}

constexpr std::string_view banded_style =
    R"(<w:style w:type="table" w:styleId="t"><w:pPr><w:jc w:val="center"/></w:pPr><w:tblPr><w:tblStyleRowBandSize w:val="1"/></w:tblPr>)"
    R"(<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="FFFFFF"/></w:rPr><w:tcPr><w:shd w:val="clear" w:fill="000080"/></w:tcPr></w:tblStylePr>)"
    R"(<w:tblStylePr w:type="lastRow"><w:tcPr><w:tcBorders><w:top w:val="double" w:sz="4"/></w:tcBorders></w:tcPr></w:tblStylePr>)"
    R"(<w:tblStylePr w:type="firstCol"><w:rPr><w:i/></w:rPr></w:tblStylePr>)"
    R"(<w:tblStylePr w:type="band1Horz"><w:tcPr><w:shd w:val="clear" w:fill="EEEEEE"/></w:tcPr></w:tblStylePr></w:style>)";

TEST(DocxTables, ConditionalFormatsOfTheStyle) {
    const std::string rows = row(cell("表头") + cell("b")) + row(cell("c") + cell("d")) + row(cell("e") + cell("f")) +
                             row(cell("g") + cell("h"));
    const Table made = read_table(
        table(
            R"(<w:tblStyle w:val="t"/><w:tblLook w:val="0000" w:firstRow="1" w:lastRow="1" w:firstColumn="1" w:noHBand="0" w:noVBand="1"/>)",
            rows),
        banded_style);
    const auto run_of = [&](std::size_t r, std::size_t c) {
        return style_at(paragraph_at(made.rows[r].cells[c].blocks, 0), 0);
    };
    EXPECT_TRUE(run_of(0, 1).bold);
    EXPECT_EQ(run_of(0, 1).color, (Color{255, 255, 255}));
    EXPECT_EQ(made.rows[0].cells[0].shading, (Color{0, 0, 128}));
    EXPECT_EQ(made.rows[1].cells[0].shading, (Color{0xEE, 0xEE, 0xEE}));
    EXPECT_EQ(made.rows[2].cells[0].shading, std::nullopt);
    EXPECT_TRUE(run_of(2, 0).italic);
    EXPECT_FALSE(run_of(2, 1).italic);
    ASSERT_TRUE(made.rows[3].cells[1].top);
    EXPECT_EQ(made.rows[3].cells[1].top->style, Line::Style::doubled);
    EXPECT_EQ(paragraph_at(made.rows[1].cells[1].blocks, 0).style.align, ParagraphStyle::Align::center);

    // The bit mask of older files: first row only, no bands.
    const Table old = read_table(table(R"(<w:tblStyle w:val="t"/><w:tblLook w:val="0620"/>)", rows), banded_style);
    EXPECT_EQ(old.rows[0].cells[0].shading, (Color{0, 0, 128}));
    EXPECT_EQ(old.rows[1].cells[0].shading, std::nullopt);
    EXPECT_FALSE(old.rows[3].cells[1].top);
}

TEST(DocxTables, RowsAndCellsInContentControlsAndChanges) {
    const Table made = read_table(
        table("", "<w:sdt><w:sdtContent>" +
                      row("<w:sdt><w:sdtContent>" + cell("甲") + "</w:sdtContent></w:sdt>" + cell("乙")) +
                      "</w:sdtContent></w:sdt>" + row(cell("删"), "<w:del/>") + row(cell("增"), "<w:ins/>")));
    ASSERT_EQ(made.rows.size(), 2U);
    EXPECT_EQ(made.rows[0].cells.size(), 2U);
    EXPECT_EQ(shown(paragraph_at(made.rows[1].cells[0].blocks, 0)), "增");
}

TEST(DocxTables, NestedTablesAndTheParagraphAfterThem) {
    const Table made = read_table(table("", row("<w:tc>" + table("", row(cell("里"))) + "</w:tc>")));
    const Blocks& blocks = made.rows[0].cells[0].blocks;
    ASSERT_EQ(blocks.size(), 2U);
    EXPECT_EQ(shown(paragraph_at(table_at(blocks, 0).rows[0].cells[0].blocks, 0)), "里");
    EXPECT_TRUE(paragraph_at(blocks, 1).is_empty_tail);
}

TEST(DocxTables, WhatCellsCannotShowIsReported) {
    const Document document = read_body_ok(table(
        R"(<w:bidiVisual/>)",
        row(cell("甲", R"(<w:tcBorders><w:tl2br w:val="single"/></w:tcBorders><w:textDirection w:val="tbRlV"/>)"))));
    EXPECT_TRUE(has_notice(document, "unsupported.diagonal_border"));
    EXPECT_TRUE(has_notice(document, "unsupported.vertical_text"));
    EXPECT_TRUE(has_notice(document, "unsupported.right_to_left_table"));
    EXPECT_TRUE(table_at(document, 0).rows[0].cells[0].vertical_text);
}

TEST(DocxTables, HostileSpansStayWithinTheGrid) {
    const Table made = read_table(
        table("", row(cell("甲", R"(<w:gridSpan w:val="99999999"/>)") + cell("乙", R"(<w:gridSpan w:val="-3"/>)")) +
                      row(cell("丙"), R"(<w:gridBefore w:val="99999999"/>)")));
    EXPECT_LE(made.grid.size(), 256U);
    for (const Row& each : made.rows) {
        int columns = each.grid_before + each.grid_after;
        for (const Cell& c : each.cells) columns += c.column_span;
        EXPECT_LE(static_cast<std::size_t>(columns), made.grid.size());
    }
}

}  // namespace
}  // namespace shanqi::office::docx
