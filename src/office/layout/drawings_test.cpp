#include <gtest/gtest.h>

#include "office/layout/test_document.hpp"

namespace shanqi::office {
namespace {

using namespace testing;

Drawing picture(double width, double height) {
    Drawing out;
    out.content = Picture{0};
    out.width = width;
    out.height = height;
    out.style = run_style();
    return out;
}

Anchor anchor_at(Anchor::From horizontal, double x, Anchor::From vertical, double y) {
    Anchor out;
    out.horizontal_from = horizontal;
    out.vertical_from = vertical;
    out.x = x;
    out.y = y;
    return out;
}

struct FoundImage {
    double x = 0, y = 0, width = 0, height = 0;
    std::size_t order = 0;  // in the page's fragments
};

std::vector<FoundImage> images(const Page& page) {
    std::vector<FoundImage> out;
    for (std::size_t i = 0; i < page.fragments.size(); ++i) {
        const auto& placed = page.fragments[i];
        for (const auto& image : placed.fragment->images) {
            out.push_back({placed.at.x + image.x, placed.at.y + image.y, image.width, image.height, i});
        }
    }
    return out;
}

std::size_t text_order(const Page& page, const std::string& part) {
    for (std::size_t i = 0; i < page.fragments.size(); ++i) {
        for (const auto& run : page.fragments[i].fragment->runs) {
            if (run.text.find(part) != std::string::npos) return i;
        }
    }
    return page.fragments.size();
}

// Where a picture of 40 by 20 in the second paragraph of a page lands.
Point place(const Anchor& anchor) {
    auto holder = paragraph("锚");
    Drawing drawing = picture(40, 20);
    drawing.anchor = anchor;
    holder->inlines.emplace_back(drawing);
    const Pages pages = lay_out(document({paragraph("前"), holder}));
    const auto found = images(pages.pages.at(0));
    return found.size() == 1 ? Point{found[0].x, found[0].y} : Point{-1, -1};
}

TEST(Drawing, StandsInTheLine) {
    auto holder = paragraph("图");
    holder->style.line_rule = ParagraphStyle::LineRule::multiple;
    holder->style.line = 1;
    holder->inlines.emplace_back(picture(60, 40));
    const Pages pages = lay_out(document({holder, paragraph("后")}));
    const auto found = images(pages.pages[0]);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found[0].x, 62, 0.1);
    EXPECT_GE(found[0].y, 50);
    EXPECT_GT(find_text(pages.pages[0], "后").y, found[0].y + 40);
}

TEST(Drawing, AnchorsReferToPageMarginColumnParagraphAndCharacter) {
    using From = Anchor::From;
    EXPECT_NEAR(place(anchor_at(From::page, 10, From::page, 5)).x, 10, 0.01);
    EXPECT_NEAR(place(anchor_at(From::page, 10, From::page, 5)).y, 5, 0.01);
    EXPECT_NEAR(place(anchor_at(From::margin, 10, From::margin, 5)).x, 60, 0.01);
    EXPECT_NEAR(place(anchor_at(From::margin, 10, From::margin, 5)).y, 55, 0.01);
    EXPECT_NEAR(place(anchor_at(From::column, 10, From::paragraph, 5)).y, 75, 0.01);
    EXPECT_NEAR(place(anchor_at(From::character, 10, From::line, 3)).x, 72, 0.1);
    EXPECT_NEAR(place(anchor_at(From::character, 10, From::line, 3)).y, 73, 0.01);
    Anchor aligned = anchor_at(From::page, 0, From::margin, 0);
    aligned.horizontal_align = Anchor::Align::center;
    aligned.vertical_align = Anchor::Align::bottom;
    EXPECT_NEAR(place(aligned).x, 180, 0.01);
    EXPECT_NEAR(place(aligned).y, 230, 0.01);
    aligned.horizontal_align = Anchor::Align::outside;  // an odd page: on the right
    EXPECT_NEAR(place(aligned).x, 360, 0.01);
    EXPECT_NEAR(place(anchor_at(From::right_margin, 2, From::bottom_margin, 3)).x, 352, 0.01);
    EXPECT_NEAR(place(anchor_at(From::right_margin, 2, From::bottom_margin, 3)).y, 253, 0.01);
}

TEST(Drawing, BehindAndInFrontOfTheTextInOrderOfZ) {
    auto holder = paragraph("锚");
    Drawing front = picture(10, 10);
    front.anchor = anchor_at(Anchor::From::page, 1, Anchor::From::page, 0);
    front.anchor->z = 5;
    Drawing upper = picture(10, 10);
    upper.anchor = anchor_at(Anchor::From::page, 2, Anchor::From::page, 0);
    upper.anchor->z = 1;
    Drawing background = picture(400, 300);
    background.anchor = anchor_at(Anchor::From::page, 0, Anchor::From::page, 0);
    background.anchor->behind_text = true;
    background.anchor->z = 9;
    for (const auto& drawing : {front, upper, background}) holder->inlines.emplace_back(drawing);
    const Pages pages = lay_out(document({holder}));
    const auto found = images(pages.pages[0]);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].width, 400);
    EXPECT_LT(found[0].order, text_order(pages.pages[0], "锚"));
    EXPECT_EQ(found[1].x, 2);
    EXPECT_EQ(found[2].x, 1);
    EXPECT_GT(found[1].order, text_order(pages.pages[0], "锚"));
}

TEST(Drawing, TextRunsAroundASquareFloat) {
    auto holder =
        paragraph("这是一段足够长的文字用来围绕图片排列直到图片下面为止再回到全宽继续排下去直到行尾为止共有许多字");
    Drawing drawing = picture(100, 35);
    drawing.anchor = anchor_at(Anchor::From::column, 0, Anchor::From::paragraph, 0);
    drawing.anchor->wrap = Anchor::Wrap::square;
    drawing.anchor->distance_right = 8;
    holder->inlines.emplace(holder->inlines.begin(), drawing);
    const Pages pages = lay_out(document({holder}));
    const auto found = texts(pages.pages[0]);
    ASSERT_GE(found.size(), 3U);
    EXPECT_NEAR(found[0].x, 158, 0.01);
    EXPECT_NEAR(found[1].x, 158, 0.01);
    EXPECT_NEAR(found[2].x, 50, 0.01);
}

TEST(Drawing, TextStandsBelowATopAndBottomFloat) {
    auto holder = paragraph("文");
    Drawing drawing = picture(100, 35);
    drawing.anchor = anchor_at(Anchor::From::column, 0, Anchor::From::paragraph, 0);
    drawing.anchor->wrap = Anchor::Wrap::top_and_bottom;
    holder->inlines.emplace_back(drawing);
    const double usual = find_text(lay_out(document({paragraph("文")})).pages[0], "文").y;
    const Pages pages = lay_out(document({holder}));
    EXPECT_NEAR(find_text(pages.pages[0], "文").y, usual + 35, 0.02);
    EXPECT_NEAR(images(pages.pages[0])[0].y, 50, 0.01);
}

TEST(Drawing, ATextBoxHoldsAFlowOfItsOwn) {
    auto holder = paragraph("锚");
    auto inside = paragraph("框内");
    inside->inlines.emplace_back(Mark{Mark::Kind::qr_code, "", inside->mark_style});
    Shape shape;
    shape.fill = Color{250, 240, 230};
    shape.outline = thin_line();
    shape.text = TextBox{};
    shape.text->blocks = {inside};
    shape.text->vertical_align = TextBox::VerticalAlign::center;
    Drawing drawing;
    drawing.content = shape;
    drawing.width = 120;
    drawing.height = 60;
    drawing.anchor = anchor_at(Anchor::From::page, 200, Anchor::From::page, 100);
    holder->inlines.emplace_back(drawing);
    const Pages pages = lay_out(document({holder}));
    const double usual = find_text(lay_out(document({paragraph("框内")})).pages[0], "框内").y - 50;
    EXPECT_NEAR(find_text(pages.pages[0], "框内").x, 207.2, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "框内").y, 120 + usual, 0.01);
    ASSERT_EQ(pages.pages[0].marks.size(), 1U);
    bool has_frame = false;
    for (const auto& placed : pages.pages[0].fragments) {
        for (const auto& stroke : placed.fragment->strokes) {
            has_frame = has_frame || (stroke.form == Stroke::Form::rectangle && stroke.fill && stroke.width == 120);
        }
    }
    EXPECT_TRUE(has_frame);
}

TEST(Drawing, TextThatDoesNotFitItsBoxIsKeptAndReported) {
    auto holder = paragraph("锚");
    Shape shape;
    shape.text = TextBox{};
    shape.text->blocks = {lines(3, "box")};
    shape.text->vertical_align = TextBox::VerticalAlign::bottom;
    Drawing drawing;
    drawing.content = shape;
    drawing.width = 120;
    drawing.height = 67;
    drawing.anchor = anchor_at(Anchor::From::page, 200, Anchor::From::page, 100);
    holder->inlines.emplace_back(drawing);
    EXPECT_TRUE(lay_out(document({holder})).notices.empty());
    std::get<Drawing>(holder->inlines.back()).height = 40;
    const Pages pages = lay_out(document({holder}));
    EXPECT_GT(find_text(pages.pages[0], "box1").y, 100);  // never above the box
    EXPECT_NE(find_text(pages.pages[0], "box3").x, -1e6);
    ASSERT_EQ(pages.notices.size(), 1U);
    EXPECT_EQ(pages.notices[0].arguments[0].second, "layout.full_text_box");
}

TEST(Drawing, ARotatedShapeIsReported) {
    auto holder = paragraph("锚");
    Drawing drawing;
    Shape shape;
    shape.outline = thin_line();
    drawing.content = shape;
    drawing.width = drawing.height = 20;
    drawing.rotation_degrees = 45;
    holder->inlines.emplace_back(drawing);
    const Pages pages = lay_out(document({holder}));
    ASSERT_EQ(pages.notices.size(), 1U);
    EXPECT_EQ(pages.notices[0].arguments[0].second, "layout.rotated_shape");
}

TEST(Decoration, NeighboursWithTheSameBordersShareABox) {
    const auto boxed = [](const std::string& text) {
        auto out = paragraph(text);
        out->style.border_top = out->style.border_bottom = thin_line();
        out->style.border_top.space = out->style.border_bottom.space = 3;
        out->style.space_after = 6;
        return out;
    };
    const double usual = find_text(lay_out(document({paragraph("甲")})).pages[0], "甲").y;
    const Pages pages = lay_out(document({boxed("甲"), boxed("乙"), paragraph("丙")}));
    const auto lines = fills(pages.pages[0]);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NEAR(lines[0].y, 50, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "甲").y, usual + 4, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "乙").y, usual + 4 + 26, 0.01);
    EXPECT_NEAR(lines[1].y, 54 + 46 + 3, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "丙").y, usual + 4 + 46 + 4 + 6, 0.01);
}

TEST(Decoration, ShadingCoversTheParagraph) {
    auto shaded = paragraph("底");
    shaded->style.shading = Color{1, 2, 3};
    shaded->style.indent_left = 30;
    shaded->style.space_after = 10;
    const Pages pages = lay_out(document({shaded, paragraph("后")}));
    const auto found = fills(pages.pages[0]);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found[0].x, 80, 0.01);
    EXPECT_NEAR(found[0].width, 270, 0.01);
    EXPECT_NEAR(found[0].height, 20, 0.01);
}

TEST(Decoration, PageBorders) {
    Document doc = document({paragraph("文")});
    Line line = thin_line();
    line.space = 24;
    doc.sections[0].page_border_top = doc.sections[0].page_border_left = line;
    const auto found = fills(lay_out(doc).pages[0]);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_NEAR(found[0].y, 24, 0.01);
    EXPECT_NEAR(found[1].x, 24, 0.01);
}

TEST(Decoration, ColumnsBeforeAContinuousSectionAreBalanced) {
    Document doc = document({lines(6)});
    doc.sections[0].columns = 2;
    doc.sections[0].column_gap = 20;
    Section next = section();
    next.start = Section::Start::continuous;
    next.blocks = {paragraph("续")};
    doc.sections.push_back(next);
    const Pages pages = lay_out(doc);
    ASSERT_EQ(pages.pages.size(), 1U);
    const double usual = find_text(lay_out(document({paragraph("续")})).pages[0], "续").y;
    EXPECT_NEAR(find_text(pages.pages[0], "续").y, usual + 60, 0.2);
}

TEST(Decoration, ALineBetweenColumnsIsAsLongAsTheLongest) {
    Document doc = document({lines(13)});
    doc.sections[0].columns = 2;
    doc.sections[0].column_gap = 20;
    EXPECT_TRUE(fills(lay_out(doc).pages[0]).empty());
    doc.sections[0].column_line = true;
    const auto found = fills(lay_out(doc).pages[0]);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found[0].x + found[0].width / 2, 200, 0.01);
    EXPECT_NEAR(found[0].y, 50, 0.01);
    EXPECT_NEAR(found[0].height, 200, 0.01);
}

TEST(Table, FloatsBesideTheText) {
    Row one;
    one.cells.push_back(cell({paragraph("浮")}));
    auto floating = table({80}, {one});
    floating->floating = anchor_at(Anchor::From::margin, 200, Anchor::From::paragraph, 0);
    const Pages pages = lay_out(document({floating, paragraph("文")}));
    EXPECT_NEAR(find_text(pages.pages[0], "浮").x, 255.4, 0.01);
    EXPECT_NEAR(find_text(pages.pages[0], "文").y, find_text(pages.pages[0], "浮").y, 0.01);
}

}  // namespace
}  // namespace shanqi::office
