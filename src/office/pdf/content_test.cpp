#include "office/pdf/content.hpp"

#include <gmock/gmock.h>

#include "office/pdf/page_plan.hpp"
#include "office/pdf/test_pages.hpp"

namespace shanqi::office::pdf {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Drawn {
    GlyphOutlines outlines{test::fonts()};
    FontPart template_fonts, own_fonts;

    std::string content(const Fragment& fragment, Point at = {72, 100}) {
        ContentWriter writer(800, outlines, template_fonts, &own_fonts);
        writer.draw(fragment, at);
        return std::move(writer).finish();
    }
    std::string content(const GlyphRun& run) {
        Fragment fragment;
        fragment.runs.push_back(run);
        return content(fragment);
    }
};

GlyphRun chinese(std::string_view text, double size = 10) {
    return test::shaped(text, test::fonts()->choose("宋体", false, false, true), size);
}

std::string hex(std::uint32_t glyph) {
    std::string out;
    append_hex16(out, glyph);
    return out;
}

TEST(Content, text_stands_on_its_baseline_and_needs_no_adjustment) {
    Drawn drawn;
    GlyphRun run = chinese("协议");
    EXPECT_THAT(drawn.content(run), HasSubstr("1 0 0 1 72 700 Tm\n/R" + std::to_string(run.face) + " 10 Tf\n[<" +
                                              hex(run.glyphs[0].id) + hex(run.glyphs[1].id) + ">]TJ"));
}

TEST(Content, spacing_is_an_adjustment_in_thousandths) {
    Drawn drawn;
    GlyphRun run = chinese("协议");
    run.glyphs[0].advance = 12;  // 10 wide: 2 points more
    EXPECT_THAT(drawn.content(run),
                HasSubstr("[<" + hex(run.glyphs[0].id) + ">-200<" + hex(run.glyphs[1].id) + ">]TJ"));
}

TEST(Content, glyphs_of_the_template_come_from_its_font) {
    Drawn drawn;
    GlyphRun run = chinese("甲乙");
    drawn.template_fonts.use(run.face, run.glyphs[0].id, "甲");
    std::string content = drawn.content(run), face = std::to_string(run.face);
    EXPECT_THAT(content,
                HasSubstr("/F" + face + " 10 Tf\n[<" + hex(run.glyphs[0].id) + ">]TJ\n/R" + face + " 10 Tf\n[<"));
    EXPECT_EQ(drawn.own_fonts.find(run.face, run.glyphs[0].id), nullptr);
    EXPECT_NE(drawn.own_fonts.find(run.face, run.glyphs[1].id), nullptr);
}

TEST(Content, a_glyph_that_stands_for_other_characters_says_so) {
    Drawn drawn;
    GlyphRun first = chinese("一");
    drawn.content(first);
    first.text = "⼀";  // U+2F00, the radical: the same glyph
    std::string content = drawn.content(first);
    EXPECT_THAT(content, HasSubstr("/Span<</ActualText<FEFF2F00>>>BDC"));
    EXPECT_THAT(content, HasSubstr("EMC"));
}

TEST(Content, a_cluster_of_several_glyphs_says_its_characters_once) {
    Drawn drawn;
    GlyphRun run = chinese("甲乙");
    run.glyphs[0].text_size = 6;
    run.glyphs[1].text_size = 0;
    std::string content = drawn.content(run);
    EXPECT_THAT(content, HasSubstr("<FEFF75324E59>"));
    EXPECT_EQ(content.find("BDC"), content.rfind("BDC"));
}

TEST(Content, synthetic_bold_and_italic_and_width) {
    Drawn drawn;
    GlyphRun run = chinese("甲");
    run.synthetic_bold = run.synthetic_italic = true;
    run.scale_x = 0.8F;
    std::string content = drawn.content(run);
    EXPECT_THAT(content, HasSubstr("2 Tr"));
    EXPECT_THAT(content, HasSubstr("80 Tz"));
    EXPECT_THAT(content, HasSubstr("1 0 0.2126 1 72 700 Tm"));
}

TEST(Content, decoration_is_an_artifact) {
    Drawn drawn;
    Fragment fragment{.fills = {{0, 0, 100, 20, {255, 0, 0}}}, .is_artifact = true};
    EXPECT_THAT(drawn.content(fragment), HasSubstr("/Artifact BMC\n1 0 0 rg\n72 680 100 20 re\nf\nEMC"));
}

TEST(Content, a_cropped_picture_is_clipped) {
    Drawn drawn;
    Fragment fragment;
    fragment.images.push_back({.image = 3, .width = 100, .height = 50, .crop_left = 0.5});
    EXPECT_THAT(drawn.content(fragment),
                HasSubstr("1 0 0 1 122 675 cm\n-50 -25 100 50 re W n\n200 0 0 50 -150 -25 cm\n/I3 Do\nQ"));
}

TEST(Content, numbers_that_are_none_do_not_reach_the_file) {
    Drawn drawn;
    Fragment fragment{.fills = {{std::nan(""), 0, 1e300, 1e-300, {}}}};
    EXPECT_THAT(drawn.content(fragment), Not(HasSubstr("nan")));
    EXPECT_THAT(drawn.content(fragment), HasSubstr("0 700 0 0 re"));
}

PlacedFragment fill(double y, std::uint64_t static_id) {
    auto fragment = std::make_shared<Fragment>();
    fragment->fills.push_back({0, 0, 300, 20, {200, 200, 200}});
    fragment->static_id = static_id;
    return {fragment, {60, y}};
}

TEST(PagePlan, static_fragments_come_first_unless_that_changes_the_picture) {
    Page page = test::a4();
    page.fragments = {test::placed({.text = "某某", .y = 100}),
                      test::placed({.text = "协议", .y = 200, .static_id = 1}), fill(300, 2), fill(90, 3)};
    PagePlan plan = plan_page(page);
    ASSERT_EQ(plan.fixed.size(), 2U);
    EXPECT_EQ(plan.fixed[1]->fragment->static_id, 2U);
    ASSERT_EQ(plan.own.size(), 2U);  // the last fill hides the name: it must stay behind it
    EXPECT_EQ(plan.own[1]->fragment->static_id, 3U);
}

TEST(PagePlan, static_text_on_a_fill_of_the_row_stays_on_it) {
    Page page = test::a4();
    page.fragments = {fill(90, 0), test::placed({.text = "协议", .y = 105, .static_id = 1}),
                      test::placed({.text = "协议", .y = 300, .static_id = 2})};
    PagePlan plan = plan_page(page);
    EXPECT_EQ(plan.own.size(), 2U);
    ASSERT_EQ(plan.fixed.size(), 1U);
    EXPECT_EQ(plan.fixed[0]->fragment->static_id, 2U);
}

}  // namespace
}  // namespace shanqi::office::pdf
