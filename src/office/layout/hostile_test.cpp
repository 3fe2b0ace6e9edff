// Documents that nobody sane writes end with pages or with a clear error; nothing is lost in silence. Each of them
// once took minutes, memory without end, or text beyond the paper.
#include <gtest/gtest.h>

#include "office/layout/test_document.hpp"

namespace shanqi::office {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): small documents, all of it is for tests

Drawing frame(double width, double height) {
    Drawing out;
    out.width = width;
    out.height = height;
    out.content = Shape{};
    return out;
}

Row row_of(Blocks first) {
    Row out;
    out.cells = {cell(std::move(first)), cell({paragraph("旁")})};
    return out;
}

std::vector<std::string> reported(const Pages& pages) {
    std::vector<std::string> out;
    out.reserve(pages.notices.size());
    for (const auto& notice : pages.notices) out.push_back(notice.arguments.at(0).second);
    return out;
}

std::string repeated(std::string_view unit, std::size_t bytes) {
    std::string out;
    while (out.size() + unit.size() <= bytes) out += unit;
    return out;
}

TEST(Hostile, AParagraphOfAMegabyte) {
    for (const char* unit : {"，", "a"}) {
        EXPECT_GT(lay_out(document({paragraph(repeated(unit, 1'000'000))})).pages.size(), 600U) << unit;
    }
    for (const char* unit : {"课程，", "lorem ", "（", "“”"}) {
        EXPECT_GT(lay_out(document({paragraph(repeated(unit, 100'000))})).pages.size(), 30U) << unit;
    }
    EXPECT_EQ(lay_out(document({paragraph(repeated(" ", 100'000))})).pages.size(), 1U);
}

TEST(Hostile, LineBreaksByTheHundredThousand) {
    auto long_one = paragraph("行");
    for (int i = 0; i < 100'000; ++i) long_one->inlines.emplace_back(Break{Break::Kind::line, long_one->mark_style});
    const auto pages = LayoutEngine(fonts()).lay_out(document({long_one}));
    ASSERT_FALSE(pages);
    EXPECT_EQ(pages.error().key, "layout.too_many_pages");
}

TEST(Hostile, ATableOf60000Cells) {
    std::vector<Row> rows(1000);
    for (auto& row : rows) row.cells = std::vector<Cell>(60, cell({paragraph("格")}));
    const auto many = table(std::vector<double>(60, 20), rows);
    EXPECT_EQ(lay_out(document({many})).pages.size(), 100U);
    auto automatic = std::make_shared<Table>(*many);
    automatic->fixed_layout = false;
    EXPECT_EQ(lay_out(document({automatic})).pages.size(), 100U);
    auto headers = std::make_shared<Table>(*many);
    for (std::size_t i = 0; i + 1 < headers->rows.size(); ++i) headers->rows[i].is_header = true;
    EXPECT_EQ(lay_out(document({headers})).pages.size(), 100U);
}

TEST(Hostile, AFloatThatNeverFits) {
    for (const auto wrap : {Anchor::Wrap::square, Anchor::Wrap::top_and_bottom}) {
        Blocks blocks;
        for (int i = 0; i < 100; ++i) {
            auto holder = lines(3, "p" + std::to_string(i) + "line");
            Drawing drawing = frame(5000, 5000);
            drawing.anchor = Anchor{};
            drawing.anchor->wrap = wrap;
            holder->inlines.emplace_back(drawing);
            blocks.emplace_back(holder);
        }
        const Pages pages = lay_out(document(blocks));
        ASSERT_FALSE(pages.pages.empty());
        EXPECT_NE(all_text(pages.pages.back()).find("p99line3"), std::string::npos);
    }
}

TEST(Hostile, AChainOfParagraphsThatAllKeepTogether) {
    Blocks blocks;
    for (int i = 0; i < 2000; ++i) {
        auto link = lines(3);
        link->style.keep_next = link->style.keep_lines = true;
        blocks.emplace_back(link);
    }
    EXPECT_EQ(lay_out(document(blocks)).pages.size(), 667U);
}

TEST(Hostile, AHeaderHigherThanThePageIsReportedAndTheTextStays) {
    Document doc = document({lines(20, "text")});
    doc.sections[0].header.default_blocks = {lines(100, "眉")};
    const Pages pages = lay_out(doc);
    ASSERT_EQ(pages.pages.size(), 2U);
    EXPECT_LT(find_text(pages.pages[0], "text10").y, 250);
    EXPECT_GT(find_text(pages.pages[0], "text10").y, 50);
    EXPECT_EQ(reported(pages), (std::vector<std::string>{"layout.full_header", "layout.full_header"}));
}

TEST(Hostile, ARowHigherThanAPageIsCutEvenWhereItMayNotBe) {
    Row tall = row_of({lines(25, "long")});
    tall.cant_split = true;
    const Pages pages = lay_out(document({paragraph("前"), table({100, 100}, {tall})}));
    ASSERT_EQ(pages.pages.size(), 4U);  // it moves to a page of its own first
    EXPECT_EQ(find_text(pages.pages[0], "long").x, -1e6);
    EXPECT_LT(find_text(pages.pages[1], "long10").y, 250);
    EXPECT_NE(find_text(pages.pages[3], "long25").x, -1e6);
}

TEST(Hostile, ARowOfExactHeightBeyondThePageReportsWhatItCuts) {
    Row tall = row_of({lines(25, "long")});
    tall.height = 1000;
    tall.height_exact = true;
    const Pages pages = lay_out(document({table({100, 100}, {tall})}));
    ASSERT_EQ(pages.pages.size(), 1U);
    EXPECT_EQ(find_text(pages.pages[0], "long12").x, -1e6);
    EXPECT_EQ(reported(pages), std::vector<std::string>{"layout.clipped_cell"});
}

TEST(Hostile, APictureLargerThanThePageHasAPageOfItsOwn) {
    auto holder = paragraph("");
    holder->style.line_rule = ParagraphStyle::LineRule::multiple;
    holder->style.line = 1;
    holder->inlines.emplace_back(frame(1e5, 1e5));
    const Pages pages = lay_out(document({paragraph("前"), holder, paragraph("后")}));
    ASSERT_EQ(pages.pages.size(), 3U);
    EXPECT_NE(find_text(pages.pages[2], "后").x, -1e6);
}

}  // namespace
}  // namespace shanqi::office
