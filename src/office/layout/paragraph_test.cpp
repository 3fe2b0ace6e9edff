#include "office/layout/paragraph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace shanqi::office {
namespace {

using testing::ElementsAre;
using Align = ParagraphStyle::Align;
using LineRule = ParagraphStyle::LineRule;

std::shared_ptr<const FontLibrary> library() {
    static const auto opened = FontLibrary::open();
    return opened ? *opened : nullptr;
}

RunStyle base_style(double size = 10) {
    RunStyle style;
    style.size = size;
    return style;
}
RunStylePtr styled(RunStyle style) { return std::make_shared<const RunStyle>(std::move(style)); }
RunStylePtr plain(double size = 10) { return styled(base_style(size)); }

class ParagraphTest : public testing::Test {
protected:
    ParagraphTest() : cache_(library()) {
        paragraph_.mark_style = plain();
        paragraph_.style.align = Align::left;
        paragraph_.style.hanging_punctuation = false;
        input_.width = 200;  // twenty ideographs of ten points
    }

    void text(std::string_view utf8, RunStylePtr style = plain()) {
        paragraph_.inlines.push_back(Text{std::string(utf8), std::move(style)});
    }
    LaidParagraph laid() {
        auto result = lay_out_paragraph(paragraph_, input_, cache_);
        EXPECT_TRUE(result) << (result ? "" : result.error().key);
        return result ? std::move(*result) : LaidParagraph{.lines = std::vector<LaidLine>(1)};
    }
    static std::string text_of(const LaidLine& line) {
        std::string all;
        if (!line.fragment) return all;
        for (const GlyphRun& run : line.fragment->runs)
            for (const Glyph& glyph : run.glyphs) all += run.text.substr(glyph.text_at, glyph.text_size);
        return all;
    }
    std::vector<std::string> lines() {
        std::vector<std::string> texts;
        for (const LaidLine& line : laid().lines) texts.push_back(text_of(line));
        return texts;
    }
    // Where each glyph stands.
    static std::vector<double> positions(const LaidLine& line) {
        std::vector<double> result;
        for (const GlyphRun& run : line.fragment->runs) {
            double x = run.at.x;
            for (const Glyph& glyph : run.glyphs) {
                result.push_back(x);
                x += glyph.advance;
            }
        }
        return result;
    }

    ShapeCache cache_;
    Paragraph paragraph_;
    ParagraphInput input_;
};

std::string repeated(std::string_view piece, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += piece;
    return result;
}

// ---- breaking ----

TEST_F(ParagraphTest, BreaksWhereTheLineIsFull) {
    text(repeated("中", 45));
    EXPECT_THAT(lines(), ElementsAre(repeated("中", 20), repeated("中", 20), repeated("中", 5)));
}

TEST_F(ParagraphTest, ClosingPunctuationIsSqueezedIntoTheLine) {
    // Nineteen and a half ideographs wide: the comma's blank half does not count.
    input_.width = 195;
    text(repeated("中", 19) + "，" + "文");
    const LaidParagraph result = laid();
    ASSERT_EQ(result.lines.size(), 2U);
    EXPECT_EQ(text_of(result.lines[0]), repeated("中", 19) + "，");
    EXPECT_NEAR(result.lines[0].right, 195, 0.1);
}

TEST_F(ParagraphTest, WithoutRoomForPunctuationTheCharacterBeforeGoesAlong) {
    text(repeated("中", 20) + "，文");
    EXPECT_THAT(lines(), ElementsAre(repeated("中", 19), "中，文"));
}

TEST_F(ParagraphTest, OnePunctuationMarkMayHangInTheMargin) {
    paragraph_.style.hanging_punctuation = true;
    text(repeated("中", 20) + "，文");
    EXPECT_THAT(lines(), ElementsAre(repeated("中", 20) + "，", "文"));
    // Two cannot: the first one fits by half, the second would stand outside alone.
    paragraph_.inlines.clear();
    text(repeated("中", 20) + "。”文");
    EXPECT_THAT(lines(), ElementsAre(repeated("中", 19), "中。”文"));
}

TEST_F(ParagraphTest, AHangingMarkDoesNotMoveAJustifiedLine) {
    paragraph_.style.hanging_punctuation = true;
    paragraph_.style.align = Align::justify;
    text("字" + repeated("中", 19) + "，文");
    const LaidParagraph result = laid();
    EXPECT_NEAR(positions(result.lines[0])[19], 190, 0.1);
    EXPECT_NEAR(positions(result.lines[0])[20], 200, 0.1);
}

TEST_F(ParagraphTest, SideBySidePunctuationGivesUpItsBlankHalf) {
    text("》（中");
    const auto at = positions(laid().lines[0]);
    EXPECT_NEAR(at[1] - at[0], 5, 0.01);
    EXPECT_NEAR(at[2] - at[1], 10, 0.01);
}

TEST_F(ParagraphTest, LongWordsAreCutOnlyWhenTheyFitNoLine) {
    text("中 abcdef");
    input_.width = 30;
    const auto result = lines();
    EXPECT_EQ(result[0], "中 ");
    EXPECT_EQ(result[1], "abcdef");
    input_.width = 12;
    for (const std::string& line : lines()) EXPECT_LE(line.size(), 4U);
}

TEST_F(ParagraphTest, ALineTooNarrowForAnythingHoldsOneCharacter) {
    input_.width = 1;
    text("中文ab");
    EXPECT_THAT(lines(), ElementsAre("中", "文", "a", "b"));
}

TEST_F(ParagraphTest, SpacesAtALinesEndTakeNoRoom) {
    input_.width = 40;
    text("中文中文   文");
    const LaidParagraph result = laid();
    ASSERT_EQ(result.lines.size(), 2U);
    EXPECT_EQ(text_of(result.lines[0]), "中文中文   ");
    EXPECT_NEAR(result.lines[0].right, 40, 0.01);
    EXPECT_NEAR(result.lines[1].left, 0, 0.01);
}

TEST_F(ParagraphTest, BreaksOfThreeKinds) {
    text("甲");
    paragraph_.inlines.push_back(Break{Break::Kind::page, plain()});
    text("乙");
    paragraph_.inlines.push_back(Break{Break::Kind::line, plain()});
    LaidParagraph result = laid();
    ASSERT_EQ(result.lines.size(), 3U);
    EXPECT_EQ(result.lines[0].end, LaidLine::End::page_break);
    EXPECT_EQ(result.lines[1].end, LaidLine::End::line_break);
    EXPECT_EQ(result.lines[2].end, LaidLine::End::paragraph);
    EXPECT_EQ(result.lines[2].fragment, nullptr);

    paragraph_.inlines = {Text{"甲", plain()}, Break{Break::Kind::column, plain()}};
    result = laid();
    ASSERT_EQ(result.lines.size(), 1U);
    EXPECT_EQ(result.lines[0].end, LaidLine::End::column_break);
}

// ---- alignment ----

TEST_F(ParagraphTest, JustifiedLinesAreFullAndTheLastIsNot) {
    paragraph_.style.align = Align::justify;
    input_.width = 205;
    text(repeated("中", 30));
    const LaidParagraph result = laid();
    EXPECT_NEAR(result.lines[0].right, 205, 0.05);
    const auto at = positions(result.lines[0]);
    EXPECT_NEAR(at[1] - at[0], 10 + 5.0 / 19, 0.01);
    EXPECT_NEAR(at[19] - at[18], 10 + 5.0 / 19, 0.01);
    EXPECT_NEAR(result.lines[1].right, 100, 0.05);
}

TEST_F(ParagraphTest, JustifiedLatinTextStretchesOnlyAtSpaces) {
    paragraph_.style.align = Align::justify;
    input_.width = 60;
    text("ab ab ab ab ab ab ab ab");
    const LaidParagraph justified = laid();
    paragraph_.style.align = Align::left;
    const LaidParagraph left = laid();
    EXPECT_NEAR(justified.lines[0].right, 60, 0.05);
    EXPECT_LT(left.lines[0].right, 60);
    const auto wide = positions(justified.lines[0]), narrow = positions(left.lines[0]);
    EXPECT_NEAR(wide[1] - wide[0], narrow[1] - narrow[0], 0.001);
    EXPECT_GT(wide[3] - wide[2], narrow[3] - narrow[2]);
}

TEST_F(ParagraphTest, DistributedTitlesFillTheLine) {
    paragraph_.style.align = Align::distribute;
    text("标题ab");
    const auto at = positions(laid().lines[0]);
    EXPECT_NEAR(at[0], 0, 0.01);
    EXPECT_NEAR(laid().lines[0].right, 200, 0.05);
    EXPECT_GT(at[3] - at[2], 40);
}

TEST_F(ParagraphTest, CentredAndRight) {
    text("标题");
    paragraph_.style.align = Align::center;
    EXPECT_NEAR(laid().lines[0].left, 90, 0.01);
    paragraph_.style.align = Align::right;
    EXPECT_NEAR(laid().lines[0].left, 180, 0.01);
}

TEST_F(ParagraphTest, IndentsInCharactersWinOverPoints) {
    paragraph_.style.indent_first = 99;
    paragraph_.style.indent_first_characters = 2;
    paragraph_.style.indent_right_characters = 1;
    text(repeated("中", 30));
    const LaidParagraph result = laid();
    EXPECT_NEAR(result.lines[0].left, 20, 0.01);
    EXPECT_EQ(text_of(result.lines[0]), repeated("中", 17));
    EXPECT_NEAR(result.lines[1].left, 0, 0.01);
}

// ---- scripts and fonts ----

TEST_F(ParagraphTest, AQuarterEmStandsBetweenChineseAndLatin) {
    text("中a1中");
    const auto at = positions(laid().lines[0]);
    EXPECT_NEAR(at[1], 12.5, 0.01);
    paragraph_.style.auto_space_latin = paragraph_.style.auto_space_digits = false;
    EXPECT_NEAR(positions(laid().lines[0])[1], 10, 0.01);
}

TEST_F(ParagraphTest, NoQuarterEmBesidePunctuationOrSpaces) {
    text("，a 中");
    const auto at = positions(laid().lines[0]);
    EXPECT_NEAR(at[1], 10, 0.01);
    EXPECT_NEAR(at[3] - at[2], 2.5, 0.01);  // the space of Times New Roman
}

TEST_F(ParagraphTest, QuotationMarksFollowHintAndSentence) {
    const auto face_of = [&](std::string_view utf8, bool hint) {
        RunStyle style = base_style();
        style.hint_east_asian = hint;
        paragraph_.inlines.clear();
        text(utf8, styled(style));
        return library()->faces()[laid().lines[0].fragment->runs[0].face].postscript_name;
    };
    EXPECT_EQ(face_of("“a”", false), "LiberationSerif");
    EXPECT_EQ(face_of("“a”", true), "NotoSerifCJKsc-Regular");
    EXPECT_EQ(face_of("“a”中", false), "NotoSerifCJKsc-Regular");
    paragraph_.inlines.clear();
    text("中Men’s");
    EXPECT_EQ(laid().lines[0].fragment->runs.size(), 2U);
}

TEST_F(ParagraphTest, RareCharactersFallBackAndUnknownOnesAreRefused) {
    RunStyle style = base_style();
    style.east_asian_font = "仿宋";
    text("中䶮𠮷", styled(style));
    EXPECT_EQ(laid().lines[0].fragment->runs.size(), 2U);
    paragraph_.inlines.clear();
    text("中\U000323B0\U0010FFFD");
    const auto result = lay_out_paragraph(paragraph_, input_, cache_);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().key, "layout.no_glyph");
    EXPECT_EQ(result.error().arguments.back().second.substr(0, 2), "U+");
}

TEST_F(ParagraphTest, TextCanBeCopiedExactly) {
    RunStyle caps = base_style();
    caps.language = "zh-CN";
    text("第 1 条", plain());
    text("—— naïve ‘x’ A\u0301 ½ ", styled(caps));
    paragraph_.inlines.push_back(Tab{plain()});
    text("完。");
    EXPECT_EQ(text_of(laid().lines[0]), "第 1 条—— naïve ‘x’ A\u0301 ½  完。");
}

TEST_F(ParagraphTest, SyntheticStylesWhereTheFamilyHasNone) {
    RunStyle style = base_style();
    style.east_asian_font = "仿宋";
    style.bold = style.italic = true;
    text("中a", styled(style));
    const LaidLine line = laid().lines[0];
    const auto& runs = line.fragment->runs;
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_TRUE(runs[0].synthetic_bold && runs[0].synthetic_italic);
    EXPECT_FALSE(runs[1].synthetic_bold || runs[1].synthetic_italic);
}

TEST_F(ParagraphTest, CharacterSpacingScaleAndGrid) {
    RunStyle style = base_style();
    style.character_spacing = 2;
    style.scale_percent = 150;
    text("中中", styled(style));
    EXPECT_NEAR(positions(laid().lines[0])[1], 17, 0.01);
    EXPECT_FLOAT_EQ(laid().lines[0].fragment->runs[0].scale_x, 1.5F);
    paragraph_.inlines.clear();
    text("中中");
    input_.grid.character_space = 0.5;
    EXPECT_NEAR(positions(laid().lines[0])[1], 10.5, 0.01);
}

// ---- heights ----

TEST_F(ParagraphTest, SingleSpacingIsThatOfTheNamedFont) {
    text("中");
    EXPECT_NEAR(laid().height, 13, 0.01);  // 宋体: 1.3 em
    paragraph_.style.line = 1.5;
    EXPECT_NEAR(laid().height, 19.5, 0.01);
    EXPECT_NEAR(laid().lines[0].baseline, 10.09, 0.01);
}

TEST_F(ParagraphTest, LineRules) {
    text("中");
    paragraph_.style.line_rule = LineRule::exactly;
    paragraph_.style.line = 28;
    EXPECT_NEAR(laid().height, 28, 0.001);
    paragraph_.style.line = 8;
    EXPECT_NEAR(laid().height, 8, 0.001);
    paragraph_.style.line_rule = LineRule::at_least;
    EXPECT_NEAR(laid().height, 13, 0.01);
    paragraph_.style.line = 20;
    EXPECT_NEAR(laid().height, 20, 0.01);
}

TEST_F(ParagraphTest, OnAGridLinesTakeWholePitches) {
    input_.grid.line_pitch = 15.6;
    text("中", plain(12));
    EXPECT_NEAR(laid().height, 15.6, 0.001);
    paragraph_.inlines.clear();
    text("中", plain(14));
    EXPECT_NEAR(laid().height, 31.2, 0.001);
    EXPECT_NEAR(laid().lines[0].baseline, 31.2 / 2 - 0.65 * 14 + 1.009375 * 14, 0.01);
    paragraph_.style.snap_to_grid = false;
    EXPECT_NEAR(laid().height, 18.2, 0.01);
}

TEST_F(ParagraphTest, AnEmptyParagraphHasTheHeightOfItsMark) {
    RunStyle style = base_style(20);
    style.hint_east_asian = true;
    paragraph_.mark_style = styled(style);
    const LaidParagraph result = laid();
    ASSERT_EQ(result.lines.size(), 1U);
    EXPECT_NEAR(result.height, 26, 0.01);
    EXPECT_EQ(result.lines[0].fragment, nullptr);
}

TEST_F(ParagraphTest, SpaceInLinesAndAutomatic) {
    text("中");
    paragraph_.style.space_before = 99;
    paragraph_.style.space_before_lines = 0.5;
    paragraph_.style.space_after_auto = true;
    EXPECT_NEAR(laid().space_before, 6, 0.001);
    EXPECT_NEAR(laid().space_after, 14, 0.001);
    input_.grid.line_pitch = 15.6;
    EXPECT_NEAR(laid().space_before, 7.8, 0.001);
}

// ---- tabs and labels ----

TEST_F(ParagraphTest, TabStopsOfEveryKind) {
    using Kind = TabStop::Kind;
    paragraph_.style.tabs = {
        {Kind::left, {}, 30}, {Kind::center, {}, 80}, {Kind::decimal, {}, 120}, {Kind::right, {}, 190}};
    paragraph_.inlines = {Text{"甲", plain()},  Tab{plain()},          Text{"乙", plain()},
                          Tab{plain()},         Text{"丙丁", plain()}, Tab{plain()},
                          Text{"1.5", plain()}, Tab{plain()},          Text{"戊己", plain()}};
    const LaidLine line = laid().lines[0];
    std::vector<double> at = positions(line);
    EXPECT_NEAR(at[2], 30, 0.01);    // 乙
    EXPECT_NEAR(at[4], 70, 0.01);    // 丙: centred on 80
    EXPECT_NEAR(at[8], 120, 0.01);   // the point
    EXPECT_NEAR(at[11], 170, 0.01);  // 戊
    EXPECT_NEAR(line.right, 190, 0.01);
}

TEST_F(ParagraphTest, DefaultTabsAndLeaders) {
    input_.default_tab = 50;
    paragraph_.inlines = {Text{"甲", plain()}, Tab{plain()}, Text{"乙", plain()}};
    EXPECT_NEAR(positions(laid().lines[0])[2], 50, 0.01);
    EXPECT_TRUE(laid().lines[0].fragment->fills.empty());
    paragraph_.style.tabs = {{TabStop::Kind::right, TabStop::Leader::dot, 200}};
    EXPECT_GT(laid().lines[0].fragment->fills.size(), 20U);
    EXPECT_EQ(text_of(laid().lines[0]), "甲 乙");
}

TEST_F(ParagraphTest, ATabThatDoesNotFitGoesToTheNextLine) {
    input_.default_tab = 150;
    text(repeated("中", 16));
    paragraph_.inlines.push_back(Tab{plain()});
    text("乙");
    const LaidParagraph result = laid();
    ASSERT_EQ(result.lines.size(), 2U);
    EXPECT_NEAR(positions(result.lines[1])[1], 150, 0.01);
}

TEST_F(ParagraphTest, LabelsHangAndTheTextFollowsAtTheIndent) {
    ListLevel level;
    input_.level = &level;
    input_.label = "1.";
    paragraph_.style.indent_left = 40;
    paragraph_.style.indent_first = -30;
    text(repeated("中", 20));
    const LaidParagraph result = laid();
    EXPECT_EQ(text_of(result.lines[0]), "1. " + repeated("中", 16));
    EXPECT_NEAR(positions(result.lines[0])[0], 10, 0.01);
    EXPECT_NEAR(positions(result.lines[0])[3], 40, 0.01);
    EXPECT_NEAR(result.lines[1].left, 40, 0.01);

    level.align = Align::right;
    EXPECT_NEAR(positions(laid().lines[0])[2], 10, 0.01);  // the label ends where it would begin
    level.align = Align::left;
    level.suffix = ListLevel::Suffix::nothing;
    EXPECT_EQ(text_of(laid().lines[0]).substr(0, 5), "1.中");
}

// ---- what is not text ----

TEST_F(ParagraphTest, ObjectsMarksAndAnchorsHaveTheirPlaces) {
    Drawing picture{.width = 30, .height = 50};
    Drawing floating{.width = 30, .height = 50};
    floating.anchor = Anchor{};
    paragraph_.inlines = {Text{"甲", plain()}, picture, Mark{Mark::Kind::seal, "", plain()}, floating,
                          Unsupported{"unsupported.chart", "", 20, 10, plain()}};
    const LaidLine line = laid().lines[0];
    ASSERT_EQ(line.inlines.size(), 4U);
    EXPECT_EQ(line.inlines[0].kind, PlacedInline::Kind::drawing);
    EXPECT_EQ(line.inlines[0].index, 1U);
    EXPECT_NEAR(line.inlines[0].at.x, 10, 0.01);
    EXPECT_NEAR(line.inlines[0].at.y + 50, line.baseline, 0.01);
    EXPECT_EQ(line.inlines[1].kind, PlacedInline::Kind::mark);
    EXPECT_NEAR(line.inlines[1].at.x, 40, 0.01);
    EXPECT_EQ(line.inlines[2].kind, PlacedInline::Kind::anchor);
    EXPECT_EQ(line.inlines[3].kind, PlacedInline::Kind::unsupported);
    EXPECT_NEAR(line.inlines[3].at.x, 40, 0.01);
    EXPECT_GT(line.height, 50);
}

TEST_F(ParagraphTest, AMarkStaysOnTheLineOfTheTextBeforeIt) {
    text(repeated("中", 20));
    paragraph_.inlines.push_back(Mark{Mark::Kind::seal, "", plain()});
    text("文");
    const LaidParagraph result = laid();
    ASSERT_EQ(result.lines.size(), 2U);
    EXPECT_EQ(result.lines[0].inlines.size(), 1U);
}

TEST_F(ParagraphTest, PageNumbersComeFromTheCaller) {
    paragraph_.static_id = 7;
    input_.make_static = true;
    text("第");
    paragraph_.inlines.push_back(PageNumber{PageNumber::Kind::page, "", plain()});
    input_.page_number = [](const PageNumber&) { return "12"; };
    const LaidParagraph result = laid();
    EXPECT_EQ(text_of(result.lines[0]), "第12");
    EXPECT_TRUE(result.has_page_number);
    EXPECT_FALSE(result.has_total_pages);
    EXPECT_EQ(result.lines[0].fragment->static_id, 0U);
}

TEST_F(ParagraphTest, StaticParagraphsGetAnIdForEachLine) {
    text(repeated("中", 30));
    paragraph_.static_id = 7;
    EXPECT_EQ(laid().lines[0].fragment->static_id, 0U);
    input_.make_static = true;
    const LaidParagraph result = laid();
    EXPECT_NE(result.lines[0].fragment->static_id, 0U);
    EXPECT_NE(result.lines[0].fragment->static_id, result.lines[1].fragment->static_id);
}

TEST_F(ParagraphTest, LinesMakeRoomForFloats) {
    text(repeated("中", 40));
    input_.room = [](int, double top, double) -> LineRoom {
        if (top < 5) return {.move_to = 5};
        if (top < 15) return {.cut_left = 50, .cut_right = 50};
        return {};
    };
    const LaidParagraph result = laid();
    EXPECT_NEAR(result.lines[0].top, 5, 0.001);
    EXPECT_NEAR(result.lines[0].left, 50, 0.01);
    EXPECT_EQ(text_of(result.lines[0]), repeated("中", 10));
    EXPECT_EQ(text_of(result.lines[1]), repeated("中", 20));
}

TEST_F(ParagraphTest, AFloatThatNeverEndsDoesNotHang) {
    text("中");
    input_.room = [](int, double top, double) -> LineRoom { return {.move_to = top + 1}; };
    EXPECT_EQ(laid().lines.size(), 1U);
}

// ---- decorations ----

TEST_F(ParagraphTest, UnderlinesRunOnOverStylesAndEndWithTheText) {
    RunStyle style = base_style();
    style.underline = UnderlineStyle::single;
    RunStyle bold = style;
    bold.bold = true;
    text("中文", styled(style));
    text("中文", styled(bold));
    const LaidLine line = laid().lines[0];
    const auto& fills = line.fragment->fills;
    ASSERT_EQ(fills.size(), 1U);
    EXPECT_NEAR(fills[0].width, 40, 0.01);
}

TEST_F(ParagraphTest, UnderlinedSpacesAtTheParagraphsEndAreABlankToFillIn) {
    RunStyle style = base_style();
    style.underline = UnderlineStyle::single;
    text("盖章：");
    text("          ", styled(style));
    const LaidLine line = laid().lines[0];
    const auto& fills = line.fragment->fills;
    ASSERT_EQ(fills.size(), 1U);
    EXPECT_NEAR(fills[0].x, 30, 0.01);
    EXPECT_NEAR(fills[0].width, 25, 0.01);
}

TEST_F(ParagraphTest, AutomaticColourIsWhiteOnDarkGround) {
    text("中");
    EXPECT_EQ(laid().lines[0].fragment->runs[0].color, (Color{0, 0, 0}));
    paragraph_.style.shading = Color{0, 0, 90};
    EXPECT_EQ(laid().lines[0].fragment->runs[0].color, (Color{255, 255, 255}));
    paragraph_.style.shading.reset();
    input_.background = Color{20, 20, 20};
    EXPECT_EQ(laid().lines[0].fragment->runs[0].color, (Color{255, 255, 255}));
}

TEST_F(ParagraphTest, HighlightStrikeAndScripts) {
    RunStyle style = base_style();
    style.highlight = Color{255, 255, 0};
    style.strike = true;
    text("中", styled(style));
    RunStyle raised = base_style();
    raised.script = ScriptPosition::superscript;
    text("2", styled(raised));
    const LaidLine line = laid().lines[0];
    EXPECT_EQ(line.fragment->fills.size(), 2U);
    ASSERT_EQ(line.fragment->runs.size(), 2U);
    EXPECT_LT(line.fragment->runs[1].size, 7);
    EXPECT_LT(line.fragment->runs[1].at.y, line.baseline);
}

// ---- limits and hostile input ----

TEST_F(ParagraphTest, TooLongIsAnError) {
    text(std::string(limits::paragraph_text_bytes_max + 1, 'a'));
    const auto result = lay_out_paragraph(paragraph_, input_, cache_);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().key, "layout.paragraph_too_long");
}

TEST_F(ParagraphTest, AbsurdNumbersDoNotHarm) {
    RunStyle style = base_style(1e9);
    style.character_spacing = -1e9;
    style.scale_percent = -5;
    style.raise = 1e12;
    paragraph_.style.indent_left = 1e300;
    paragraph_.style.indent_first_characters = std::nan("");
    paragraph_.style.line = 1e300;
    paragraph_.style.tabs = {{TabStop::Kind::left, TabStop::Leader::dot, 1e300}};
    input_.width = -5;
    text("中ab\xFF\xFE\x01", styled(style));
    paragraph_.inlines.push_back(Tab{styled(style)});
    paragraph_.inlines.push_back(Drawing{.width = -1, .height = 1e300});
    const auto result = lay_out_paragraph(paragraph_, input_, cache_);
    if (result) {
        EXPECT_TRUE(std::isfinite(result->height));
    }
}

TEST_F(ParagraphTest, MeasuresTheWidestPieceAndTheWholeLine) {
    text("中文 abcdef，");
    const auto width = measure_paragraph(paragraph_, input_, cache_);
    ASSERT_TRUE(width);
    EXPECT_NEAR(width->preferred, laid().lines[0].right, 0.1);
    EXPECT_GT(width->minimum, 20);
    EXPECT_LT(width->minimum, width->preferred);
}

}  // namespace
}  // namespace shanqi::office
