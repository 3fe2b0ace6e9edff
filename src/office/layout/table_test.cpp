#include <gtest/gtest.h>

#include <set>

#include "office/layout/test_document.hpp"

namespace shanqi::office {
namespace {

using namespace testing;

// A row of one-paragraph cells.
Row row(const std::vector<std::string>& texts) {
    Row out;
    for (const auto& text : texts) out.cells.push_back(cell({paragraph(text)}));
    return out;
}

std::vector<FoundFill> vertical_lines(const Page& page) {
    auto all = fills(page);
    std::erase_if(all, [](const FoundFill& fill) { return fill.width > 2 || fill.height < 3; });
    return all;
}

std::vector<FoundFill> horizontal_lines(const Page& page) {
    auto all = fills(page);
    std::erase_if(all, [](const FoundFill& fill) { return fill.height > 2 || fill.width < 3; });
    return all;
}

double baseline_in_line(const std::string& text) {
    return find_text(lay_out(document({paragraph(text)})).pages[0], text).y - 50;
}

TEST(Table, CellsStandInTheirColumns) {
    const Pages pages = lay_out(document({table({100, 150}, {row({"甲", "乙"}), row({"丙", "丁"})})}));
    EXPECT_NEAR(find_text(pages.pages[0], "甲").x, 55.4, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "丁").x, 155.4, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "丁").y - find_text(pages.pages[0], "甲").y, 20, 0.01);
}

TEST(Table, OldDocumentsAlignTheTextWithTheMargin) {
    Document doc = document({table({100, 150}, {row({"甲", "乙"})})});
    doc.compatibility_mode = 14;
    EXPECT_NEAR(find_text(lay_out(doc).pages[0], "甲").x, 50, 0.01);
}

TEST(Table, AlignmentAndIndent) {
    auto centered = table({100, 100}, {row({"甲", "乙"})});
    centered->align = Table::Align::center;
    EXPECT_NEAR(find_text(lay_out(document({centered})).pages[0], "甲").x, 105.4, 0.01);
    auto indented = table({100, 100}, {row({"甲", "乙"})});
    indented->indent = 30;
    EXPECT_NEAR(find_text(lay_out(document({indented})).pages[0], "甲").x, 85.4, 0.01);
}

TEST(Table, LinesTakeRoomAndTheHeavierOneWins) {
    auto framed = table({100, 100}, {row({"甲", "乙"}), row({"丙", "丁"})});
    framed->borders = {thin_line(), thin_line(), thin_line(), thin_line(), thin_line(), thin_line()};
    Pages pages = lay_out(document({framed, paragraph("后")}));
    EXPECT_NEAR(find_text(pages.pages[0], "丙").y - find_text(pages.pages[0], "甲").y, 21, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "后").y - find_text(pages.pages[0], "丙").y, 21, 0.01);
    EXPECT_EQ(horizontal_lines(pages.pages[0]).size(), 3U);
    EXPECT_EQ(vertical_lines(pages.pages[0]).size(), 6U);
    framed->rows[0].cells[0].bottom = thin_line(2);
    framed->rows[1].cells[0].top = thin_line(1.5);
    pages = lay_out(document({framed}));
    const auto lines = horizontal_lines(pages.pages[0]);
    ASSERT_EQ(lines.size(), 4U);  // the middle one has two thicknesses
    EXPECT_NEAR(lines[1].height, 2, 0.01);
}

TEST(Table, AnEmptyLineOfACellHidesTheTablesLine) {
    auto framed = table({100, 100}, {row({"甲", "乙"})});
    framed->borders.inside_vertical = thin_line();
    EXPECT_EQ(vertical_lines(lay_out(document({framed})).pages[0]).size(), 1U);
    framed->rows[0].cells[0].right = Line{};
    EXPECT_EQ(vertical_lines(lay_out(document({framed})).pages[0]).size(), 0U);
}

TEST(Table, SpansAndMergedCells) {
    Row first = row({"跨", "右"});
    first.cells[0].column_span = 2;
    Row second = row({"高", "中", "右二"});
    second.cells[0].vertical_merge = Cell::VerticalMerge::restart;
    second.cells[0].vertical_align = Cell::VerticalAlign::center;
    Row third = row({"", "下", "右三"});
    third.cells[0].vertical_merge = Cell::VerticalMerge::resume;
    auto merged = table({100, 100, 100}, {first, second, third});
    merged->borders.inside_horizontal = thin_line();
    const Pages pages = lay_out(document({merged}));
    EXPECT_NEAR(find_text(pages.pages[0], "右").x, 255.4, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "高").y - find_text(pages.pages[0], "中").y, 10.5, 0.6);
    const auto lines = horizontal_lines(pages.pages[0]);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NEAR(lines[1].x, 150, 0.6);  // not through the merged cell
}

TEST(Table, AMergedCellMakesItsLastRowHigher) {
    Row first = row({"", "一"});
    first.cells[0].blocks = {lines(4)};
    first.cells[0].vertical_merge = Cell::VerticalMerge::restart;
    Row second = row({"", "二"});
    second.cells[0].vertical_merge = Cell::VerticalMerge::resume;
    const Pages pages = lay_out(document({table({100, 100}, {first, second}), paragraph("后")}));
    EXPECT_NEAR(find_text(pages.pages[0], "二").y - find_text(pages.pages[0], "一").y, 20, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "后").y - find_text(pages.pages[0], "一").y, 80, 0.01);
}

TEST(Table, RowHeights) {
    Row tall = row({"甲"});
    tall.height = 50;
    Row exact = row({"乙"});
    exact.cells[0].blocks = {lines(3, "乙")};
    exact.height = 30;
    exact.height_exact = true;
    tall.cells[0].vertical_align = Cell::VerticalAlign::bottom;
    const Pages pages = lay_out(document({table({100}, {tall, exact}), paragraph("后")}));
    ASSERT_EQ(pages.notices.size(), 1U);
    EXPECT_EQ(pages.notices[0].arguments[0].second, "layout.clipped_cell");
    EXPECT_EQ(all_text(pages.pages[0]).find('3'), std::string::npos);
    EXPECT_NEAR(find_text(pages.pages[0], "甲").y, 50 + 30 + baseline_in_line("甲"), 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "后").y, 50 + 80 + baseline_in_line("后"), 0.01);
}

TEST(Table, RowsBreakBetweenLines) {
    Row tall = row({"", "旁"});
    tall.cells[0].blocks = {lines(14, "长")};
    const Pages pages = lay_out(document({paragraph("前"), table({100, 100}, {tall})}));
    ASSERT_EQ(pages.pages.size(), 2U);
    EXPECT_NE(all_text(pages.pages[0]).find('9'), std::string::npos);
    EXPECT_NE(all_text(pages.pages[1]).find("14"), std::string::npos);
    EXPECT_NE(find_text(pages.pages[0], "旁").x, -1e6);
    EXPECT_EQ(find_text(pages.pages[1], "旁").x, -1e6);
}

TEST(Table, RowsThatMayNotBreakMove) {
    Row tall = row({""});
    tall.cells[0].blocks = {lines(6, "长")};
    tall.cant_split = true;
    const Pages pages = lay_out(document({lines(6, "前"), table({100}, {tall})}));
    ASSERT_EQ(pages.pages.size(), 2U);
    EXPECT_EQ(find_text(pages.pages[0], "长").x, -1e6);
}

TEST(Table, HeaderRowsAreRepeated) {
    std::vector<Row> rows{row({"表头"})};
    rows[0].is_header = true;
    for (int i = 1; i <= 25; ++i) rows.push_back(row({"数据" + std::to_string(i)}));
    const Pages pages = lay_out(document({table({200}, rows)}));
    ASSERT_EQ(pages.pages.size(), 3U);
    for (const auto& page : pages.pages) EXPECT_NE(find_text(page, "表头").x, -1e6);
    EXPECT_NEAR(find_text(pages.pages[1], "表头").y, find_text(pages.pages[0], "表头").y, 0.01);
}

TEST(Table, AMergedCellGoesOnOverAPage) {
    std::vector<Row> rows;
    for (int i = 0; i < 12; ++i) {
        rows.push_back(row({"", "值" + std::to_string(i)}));
        rows.back().cells[0].vertical_merge = i == 0 ? Cell::VerticalMerge::restart : Cell::VerticalMerge::resume;
    }
    rows[0].cells[0].blocks = {lines(11, "并")};
    const Pages pages = lay_out(document({table({100, 100}, rows)}));
    ASSERT_EQ(pages.pages.size(), 2U);
    EXPECT_NE(all_text(pages.pages[1]).find("11"), std::string::npos);
    EXPECT_NE(find_text(pages.pages[0], "并").x, -1e6);
}

TEST(Table, WidthsFollowTheContentWhereNoneAreWritten) {
    auto automatic = table({}, {row({"短", "很长很长的一段文字在这里"})});
    automatic->fixed_layout = false;
    automatic->borders.inside_vertical = thin_line();
    const Pages pages = lay_out(document({automatic}));
    const auto lines = vertical_lines(pages.pages[0]);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NEAR(lines[0].x, 50 + 12 + 10.8 - 0.5, 1.5);
}

TEST(Table, AColumnGrowsForAWordThatCannotBreak) {
    auto automatic = table({60, 240}, {row({"ABCDEFGHIJKLMNOP", "乙"})});
    EXPECT_NEAR(find_text(lay_out(document({automatic})).pages[0], "乙").x, 115.4, 0.01);
    automatic->fixed_layout = false;
    const Pages pages = lay_out(document({automatic}));
    EXPECT_GT(find_text(pages.pages[0], "乙").x, 160);
}

TEST(Table, PercentWidth) {
    auto half = table({100, 100}, {row({"甲", "乙"})});
    half->fixed_layout = false;
    half->width_percent = 50;
    EXPECT_NEAR(find_text(lay_out(document({half})).pages[0], "乙").x, 50 + 75 + 5.4, 0.01);
}

TEST(Table, NestedTablesAndMarks) {
    auto marked = paragraph("章");
    marked->inlines.emplace_back(Mark{Mark::Kind::seal, "", marked->mark_style});
    auto inner = table({60}, {Row{}});
    inner->rows[0].cells.push_back(cell({marked}));
    auto tail = paragraph("");
    tail->is_empty_tail = true;
    auto outer = table({100, 100}, {row({"左", ""})});
    outer->rows[0].cells[1].blocks = {inner, tail};
    const Pages pages = lay_out(document({outer, paragraph("后")}));
    EXPECT_NEAR(find_text(pages.pages[0], "章").x, 50 + 100 + 5.4 + 5.4, 0.01);
    ASSERT_EQ(pages.pages[0].marks.size(), 1U);
    EXPECT_NEAR(pages.pages[0].marks[0].at.x, 172.8, 0.5);
    EXPECT_NEAR(find_text(pages.pages[0], "后").y - find_text(pages.pages[0], "左").y, 20, 0.01);
}

TEST(Table, TooDeepIsAnError) {
    TablePtr inner = table({100}, {row({"底"})});
    for (int i = 0; i <= limits::table_depth_max; ++i) {
        Row holder;
        holder.cells.push_back(cell({inner}));
        inner = table({100}, {holder});
    }
    LayoutEngine engine(fonts());
    const auto pages = engine.lay_out(document({inner}));
    ASSERT_FALSE(pages);
    EXPECT_EQ(pages.error().key, "layout.tables_too_deep");
}

TEST(Table, FramesKeepTheirNumberWhenTheGeometryIsTheSame) {
    const auto frame_ids = [](const std::string& text) {
        auto framed = table({100, 100}, {row({text, "乙"})});
        framed->borders.top = framed->borders.bottom = thin_line();
        std::vector<std::uint64_t> out;
        const Pages pages = lay_out(document({framed}));
        for (const auto& placed : pages.pages[0].fragments) {
            if (!placed.fragment->fills.empty()) out.push_back(placed.fragment->static_id);
        }
        return out;
    };
    const auto ids = frame_ids("甲");
    ASSERT_EQ(ids.size(), 1U);
    EXPECT_NE(ids[0], 0U);
    EXPECT_EQ(ids, frame_ids("丙"));
}

TEST(Table, AutomaticTextIsWhiteOnADarkCell) {
    Row dark = row({"深", "浅"});
    dark.cells[0].shading = Color{31, 56, 100};
    dark.cells[1].shading = Color{222, 234, 246};
    const Pages pages = lay_out(document({table({100, 100}, {dark})}));
    for (const auto& placed : pages.pages[0].fragments) {
        for (const auto& run : placed.fragment->runs) {
            EXPECT_EQ(run.color, (run.text == "深" ? Color{255, 255, 255} : Color{0, 0, 0})) << run.text;
        }
    }
}

// The same static text on another ground is other content: the writer keeps both.
TEST(Table, StaticTextOnADarkCellIsNotThatOfALightOne) {
    auto same = paragraph("同");
    same->static_id = 7;
    Row both = row({"", ""});
    both.cells[0].blocks = both.cells[1].blocks = {same};
    both.cells[0].shading = Color{0, 0, 0};
    const Pages pages = lay_out(document({table({100, 100}, {both})}));
    std::set<std::uint64_t> ids;
    for (const auto& placed : pages.pages[0].fragments) {
        if (!placed.fragment->runs.empty()) ids.insert(placed.fragment->static_id);
    }
    EXPECT_EQ(ids.size(), 2U);
}

TEST(Table, VerticalTextIsReported) {
    auto vertical = table({100}, {row({"竖"})});
    vertical->rows[0].cells[0].vertical_text = true;
    const Pages pages = lay_out(document({vertical}));
    ASSERT_EQ(pages.notices.size(), 1U);
    EXPECT_EQ(pages.notices[0].arguments[0].second, "layout.vertical_text");
}

}  // namespace
}  // namespace shanqi::office
