#include <gtest/gtest.h>

#include "office/layout/test_document.hpp"

namespace shanqi::office {
namespace {

using namespace testing;

TEST(Flow, FillsPagesLineByLine) {
    Blocks blocks;
    for (int i = 0; i < 25; ++i) blocks.emplace_back(paragraph("第" + std::to_string(i)));
    const Pages pages = lay_out(document(blocks));
    ASSERT_EQ(pages.pages.size(), 3U);
    EXPECT_NE(all_text(pages.pages[1]).find("10"), std::string::npos);
    EXPECT_NE(all_text(pages.pages[2]).find("20"), std::string::npos);
    EXPECT_NEAR(find_text(pages.pages[0], "第").x, 50, 0.01);
    const double first = texts(pages.pages[0]).front().y;
    EXPECT_NEAR(first, texts(pages.pages[1]).front().y, 0.01);
    EXPECT_GT(first, 50);
    EXPECT_LT(first, 70);
}

TEST(Flow, SpaceBetweenParagraphsIsTheGreaterOne) {
    auto upper = paragraph("上");
    upper->style.space_after = 10;
    auto lower = paragraph("下");
    lower->style.space_before = 16;
    const Pages pages = lay_out(document({upper, lower}));
    EXPECT_NEAR(find_text(pages.pages[0], "下").y - find_text(pages.pages[0], "上").y, 36, 0.01);
}

TEST(Flow, ContextualSpacingDropsSpaceWithinAStyle) {
    auto upper = paragraph("上");
    upper->style.space_after = 10;
    upper->style.style_id = "a";
    upper->style.contextual_spacing = true;
    auto lower = paragraph("下");
    lower->style.style_id = "a";
    const Pages same = lay_out(document({upper, lower}));
    EXPECT_NEAR(find_text(same.pages[0], "下").y - find_text(same.pages[0], "上").y, 20, 0.01);
    auto other = paragraph("下");
    other->style.style_id = "b";
    const Pages differs = lay_out(document({upper, other}));
    EXPECT_NEAR(find_text(differs.pages[0], "下").y - find_text(differs.pages[0], "上").y, 30, 0.01);
}

TEST(Flow, SpaceBeforeIsDroppedOnlyAfterAnAutomaticPageBreak) {
    auto spaced = paragraph("空");
    spaced->style.space_before = 30;
    const Pages first = lay_out(document({spaced}));
    const double kept = find_text(first.pages[0], "空").y;
    const Pages automatic = lay_out(document({lines(10), spaced}));
    ASSERT_EQ(automatic.pages.size(), 2U);
    EXPECT_NEAR(find_text(automatic.pages[1], "空").y, kept - 30, 0.01);
    auto broken = std::make_shared<Paragraph>(*spaced);
    broken->style.page_break_before = true;
    const Pages asked_for = lay_out(document({lines(2), broken}));
    ASSERT_EQ(asked_for.pages.size(), 2U);
    EXPECT_NEAR(find_text(asked_for.pages[1], "空").y, kept, 0.01);
}

TEST(Flow, WidowsAndOrphansKeepTwoLines) {
    const Pages widow = lay_out(document({lines(8, "甲"), lines(3, "乙")}));
    EXPECT_EQ(all_text(widow.pages[0]).find("乙"), std::string::npos);
    const Pages split = lay_out(document({lines(8, "甲"), lines(4, "乙")}));
    ASSERT_EQ(split.pages.size(), 2U);
    EXPECT_NE(find_text(split.pages[0], "乙").x, -1e6);
    EXPECT_NE(find_text(split.pages[1], "乙").x, -1e6);
    auto loose = lines(3, "乙");
    loose->style.widow_control = false;
    const Pages allowed = lay_out(document({lines(9, "甲"), loose}));
    EXPECT_NE(find_text(allowed.pages[0], "乙").x, -1e6);
}

TEST(Flow, KeepLinesAndKeepNextMoveTogether) {
    auto kept = lines(5, "乙");
    kept->style.keep_lines = true;
    const Pages lines_kept = lay_out(document({lines(7, "甲"), kept}));
    EXPECT_EQ(all_text(lines_kept.pages[0]).find("乙"), std::string::npos);
    auto heading = paragraph("标题");
    heading->style.keep_next = true;
    const Pages heading_moves = lay_out(document({lines(9, "甲"), heading, lines(2, "乙")}));
    ASSERT_EQ(heading_moves.pages.size(), 2U);
    EXPECT_EQ(all_text(heading_moves.pages[0]).find("标题"), std::string::npos);
    EXPECT_NE(find_text(heading_moves.pages[1], "标题").x, -1e6);
}

TEST(Flow, ExplicitBreaksStartAPage) {
    auto broken = paragraph("前");
    broken->inlines.emplace_back(Break{Break::Kind::page, broken->mark_style});
    broken->inlines.emplace_back(Text{"后", broken->mark_style});
    const Pages pages = lay_out(document({broken, paragraph("再")}));
    ASSERT_EQ(pages.pages.size(), 2U);
    EXPECT_NEAR(find_text(pages.pages[1], "后").y, find_text(pages.pages[0], "前").y, 0.01);
    EXPECT_NEAR(find_text(pages.pages[1], "再").y - find_text(pages.pages[1], "后").y, 20, 0.01);
}

TEST(Flow, ABreakAtTheEndMovesTheNextParagraph) {
    auto broken = paragraph("前");
    broken->inlines.emplace_back(Break{Break::Kind::page, broken->mark_style});
    const Pages pages = lay_out(document({broken, paragraph("后")}));
    ASSERT_EQ(pages.pages.size(), 2U);
    EXPECT_NEAR(find_text(pages.pages[1], "后").y, find_text(pages.pages[0], "前").y, 0.01);
}

TEST(Flow, SectionsChangePaperAndParity) {
    Document doc = document({paragraph("竖")});
    Section wide = section();
    wide.page_width = 600;
    wide.start = Section::Start::odd_page;
    wide.blocks = {paragraph("横")};
    doc.sections.push_back(wide);
    const Pages pages = lay_out(doc);
    ASSERT_EQ(pages.pages.size(), 3U);
    EXPECT_TRUE(pages.pages[1].fragments.empty());
    EXPECT_EQ(pages.pages[2].width, 600);
    EXPECT_NE(find_text(pages.pages[2], "横").x, -1e6);
}

TEST(Flow, AContinuousSectionGoesOnBelow) {
    Document doc = document({paragraph("上")});
    Section next = section();
    next.start = Section::Start::continuous;
    next.margin_left = 100;
    next.blocks = {paragraph("下")};
    doc.sections.push_back(next);
    const Pages pages = lay_out(doc);
    ASSERT_EQ(pages.pages.size(), 1U);
    EXPECT_NEAR(find_text(pages.pages[0], "下").y - find_text(pages.pages[0], "上").y, 20, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "下").x, 100, 0.01);
}

TEST(Flow, ColumnsAreFilledOneAfterTheOther) {
    Document doc = document({lines(8, "甲"), lines(6, "乙")});
    doc.sections[0].columns = 2;
    doc.sections[0].column_gap = 20;
    const Pages pages = lay_out(doc);
    ASSERT_EQ(pages.pages.size(), 1U);
    int in_second_column = 0;
    for (const auto& found : texts(pages.pages[0])) in_second_column += std::abs(found.x - 210) < 0.01 ? 1 : 0;
    EXPECT_EQ(in_second_column, 4);
}

Document with_page_numbers(std::size_t paragraphs) {
    Blocks blocks;
    for (std::size_t i = 0; i < paragraphs; ++i) blocks.emplace_back(paragraph("文"));
    Document doc = document(blocks);
    auto footer = paragraph("页");
    footer->inlines.emplace_back(PageNumber{PageNumber::Kind::page, "", footer->mark_style});
    footer->inlines.emplace_back(Text{"共", footer->mark_style});
    footer->inlines.emplace_back(PageNumber{PageNumber::Kind::pages, "chineseCounting", footer->mark_style});
    doc.sections[0].footer.default_blocks = {footer};
    return doc;
}

std::string footer_text(const Page& page) {
    std::string out;
    for (const auto& found : texts(page)) {
        if (found.y > 250) out += found.text;
    }
    return out;
}

TEST(Headers, ShowPageNumbersInTheirFormat) {
    Document doc = with_page_numbers(25);
    doc.sections[0].page_number_start = 5;
    doc.sections[0].page_number_format = "numberInDash";
    const Pages pages = lay_out(doc);
    ASSERT_EQ(pages.pages.size(), 3U);
    EXPECT_EQ(footer_text(pages.pages[0]), "页- 5 -共三");
    EXPECT_EQ(footer_text(pages.pages[2]), "页- 7 -共三");
}

TEST(Headers, FirstAndEvenPagesHaveTheirOwn) {
    Document doc = with_page_numbers(25);
    doc.even_and_odd_headers = true;
    doc.sections[0].title_page = true;
    doc.sections[0].footer.first_blocks = {paragraph("首")};
    doc.sections[0].footer.even_blocks = {paragraph("偶")};
    const Pages pages = lay_out(doc);
    EXPECT_EQ(footer_text(pages.pages[0]), "首");
    EXPECT_EQ(footer_text(pages.pages[1]), "偶");
    EXPECT_EQ(footer_text(pages.pages[2]), "页3共三");
}

TEST(Headers, ATallHeaderPushesTheBodyDown) {
    Document doc = document({paragraph("文")});
    const double usual = find_text(lay_out(doc).pages[0], "文").y;
    doc.sections[0].header.default_blocks = {lines(4, "眉")};
    EXPECT_NEAR(find_text(lay_out(doc).pages[0], "文").y, usual + 20 + 80 - 50, 0.01);
    doc.sections[0].margin_top = -50;  // exact
    EXPECT_NEAR(find_text(lay_out(doc).pages[0], "文").y, usual, 0.01);
}

TEST(Headers, AreArtifacts) {
    const Pages pages = lay_out(with_page_numbers(1));
    for (const auto& placed : pages.pages[0].fragments) {
        EXPECT_EQ(placed.fragment->is_artifact, placed.at.y > 250);
    }
}

TEST(Flow, TotalPagesInTheTextAreTrue) {
    auto total = paragraph("共");
    total->inlines.emplace_back(PageNumber{PageNumber::Kind::pages, "", total->mark_style});
    const Pages pages = lay_out(document({total, lines(12)}));
    ASSERT_EQ(pages.pages.size(), 2U);
    EXPECT_NE(all_text(pages.pages[0]).find('2'), std::string::npos);
}

TEST(Flow, VerticalAlignmentOfASection) {
    Document doc = document({paragraph("文")});
    const double top = find_text(lay_out(doc).pages[0], "文").y;
    doc.sections[0].vertical_align = Section::VerticalAlign::center;
    EXPECT_NEAR(find_text(lay_out(doc).pages[0], "文").y, top + 90, 0.01);
    doc.sections[0].vertical_align = Section::VerticalAlign::bottom;
    EXPECT_NEAR(find_text(lay_out(doc).pages[0], "文").y, top + 180, 0.01);
}

TEST(Flow, UnsupportedThingsAreReportedWithTheirPage) {
    auto chart = paragraph("图");
    chart->inlines.emplace_back(Unsupported{"unsupported.chart", "销量", 50, 20, chart->mark_style});
    Document doc = document({lines(10), chart});
    doc.notices.push_back(Error{ErrorKind::invalid, "unsupported.macros", {}, {}});
    const Pages pages = lay_out(doc);
    ASSERT_EQ(pages.notices.size(), 2U);
    EXPECT_EQ(pages.notices[0].key, "unsupported.macros");
    EXPECT_EQ(pages.notices[1].key, "layout.not_rendered_named");
    EXPECT_EQ(pages.notices[1].arguments[1].second, "销量");
    EXPECT_EQ(pages.notices[1].arguments[0].second, "unsupported.chart");
    EXPECT_EQ(pages.notices[1].place.page, 2);
}

TEST(Flow, MarksStandWhereTheirTextStands) {
    auto date = paragraph("日期");
    date->inlines.emplace_back(Mark{Mark::Kind::seal, "", date->mark_style});
    const Pages pages = lay_out(document({paragraph("文"), date}));
    ASSERT_EQ(pages.pages[0].marks.size(), 1U);
    EXPECT_NEAR(pages.pages[0].marks[0].at.x, 74, 0.5);
    EXPECT_NEAR(pages.pages[0].marks[0].at.y, 80, 3);
}

TEST(Flow, StaticParagraphsKeepTheirNumberInEveryEngine) {
    auto fixed = paragraph("固定");
    fixed->static_id = next_static_id();
    auto changing = paragraph("变化");
    const Pages first = lay_out(document({fixed, changing}));
    const Pages second = lay_out(document({paragraph("别的"), fixed}));
    const auto& a = first.pages[0].fragments;
    const auto& b = second.pages[0].fragments;
    EXPECT_NE(a[0].fragment->static_id, 0U);
    EXPECT_EQ(a[1].fragment->static_id, 0U);
    EXPECT_EQ(a[0].fragment->static_id, b[1].fragment->static_id);
}

TEST(Flow, TooManyPagesIsAnError) {
    Blocks blocks;
    for (int i = 0; i <= limits::pages_max; ++i) {
        auto one = paragraph("页");
        one->style.page_break_before = true;
        blocks.emplace_back(one);
    }
    LayoutEngine engine(fonts());
    const auto pages = engine.lay_out(document(blocks));
    ASSERT_FALSE(pages);
    EXPECT_EQ(pages.error().key, "layout.too_many_pages");
}

}  // namespace
}  // namespace shanqi::office
