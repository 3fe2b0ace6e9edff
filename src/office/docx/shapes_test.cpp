// wps shapes with text, their groups, and mc:AlternateContent around them.
#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

std::string paragraph_of(std::string_view text) { return "<w:p><w:r><w:t>" + std::string(text) + "</w:t></w:r></w:p>"; }
std::string text_box(std::string_view text) {
    return "<wps:txbx><w:txbxContent>" + paragraph_of(text) + "</w:txbxContent></wps:txbx>";
}
std::string box(double x, double y, double width, double height, std::string_view attributes = "") {
    const auto emu = [](double points) { return std::to_string(static_cast<long long>(points * 12700)); };
    return "<a:xfrm " + std::string(attributes) + "><a:off x=\"" + emu(x) + "\" y=\"" + emu(y) + "\"/><a:ext cx=\"" +
           emu(width) + "\" cy=\"" + emu(height) + "\"/></a:xfrm>";
}
std::string shape(std::string_view properties, std::string_view more = "") {
    return "<wps:wsp><wps:cNvSpPr/><wps:spPr>" + std::string(properties) + "</wps:spPr>" + std::string(more) +
           "</wps:wsp>";
}
std::string anchor(std::string_view data, std::string_view position = "") {
    return R"(<w:drawing><wp:anchor behindDoc="0" relativeHeight="5">)" + std::string(position) +
           R"(<wp:extent cx="2540000" cy="1270000"/><wp:wrapNone/><wp:docPr id="1" name="x" descr="说明"/><a:graphic><a:graphicData>)" +
           std::string(data) + "</a:graphicData></a:graphic></wp:anchor></w:drawing>";
}
std::string in_run(std::string_view content) { return "<w:p><w:r>" + std::string(content) + "</w:r></w:p>"; }
Document read_anchored(std::string_view data, std::string_view position = "") {
    return read_body_ok(in_run(anchor(data, position)));
}
const Shape& shape_at(const Document& document, std::size_t index = 0) {
    return std::get<Shape>(inline_at<Drawing>(paragraph_at(document, 0), index).content);
}

TEST(DocxShapes, ATextBoxWithFillLineAndInsets) {
    const Document document = read_anchored(
        shape(box(0, 0, 200, 100) +
                  R"(<a:prstGeom prst="roundRect"/><a:solidFill><a:srgbClr val="FFEE00"/></a:solidFill>)"
                  R"(<a:ln w="25400"><a:solidFill><a:prstClr val="red"/></a:solidFill><a:prstDash val="dash"/></a:ln>)",
              text_box("框里") + R"(<wps:bodyPr lIns="0" tIns="127000" anchor="ctr"/>)"));
    const Shape& made = shape_at(document);
    EXPECT_EQ(made.form, Shape::Form::rounded_rectangle);
    EXPECT_EQ(made.fill, (Color{0xFF, 0xEE, 0}));
    ASSERT_TRUE(made.outline && made.text);
    EXPECT_DOUBLE_EQ(made.outline->width, 2);
    EXPECT_EQ(made.outline->style, Line::Style::dashed);
    EXPECT_EQ(made.outline->color, (Color{255, 0, 0}));
    EXPECT_EQ(shown(paragraph_at(made.text->blocks, 0)), "框里");
    EXPECT_DOUBLE_EQ(made.text->inset_left, 0);
    EXPECT_DOUBLE_EQ(made.text->inset_top, 10);
    EXPECT_DOUBLE_EQ(made.text->inset_right, 7.2);
    EXPECT_EQ(made.text->vertical_align, TextBox::VerticalAlign::center);
}

TEST(DocxShapes, WithoutFillAndLineAShapeTakesThemFromTheTheme) {
    TestPackage package;
    package.definition(
        "theme", "a:theme",
        R"(<a:themeElements><a:clrScheme name="x"><a:accent1><a:srgbClr val="4472C4"/></a:accent1></a:clrScheme>)"
        R"(<a:fmtScheme name="x"><a:lnStyleLst><a:ln w="6350"/><a:ln w="12700"/></a:lnStyleLst></a:fmtScheme></a:themeElements>)");
    const std::string style =
        R"(<wps:style><a:lnRef idx="2"><a:schemeClr val="accent1"/></a:lnRef><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef>)"
        R"(<a:fontRef idx="minor"><a:srgbClr val="FFFFFF"/></a:fontRef></wps:style>)";
    const Document document =
        read_ok(package.body(in_run(anchor(shape(R"(<a:prstGeom prst="ellipse"/>)", style + text_box("白")) +
                                           shape("<a:noFill/><a:ln><a:noFill/></a:ln>", style + text_box("无"))))));
    const Shape& styled = shape_at(document);
    EXPECT_EQ(styled.form, Shape::Form::ellipse);
    EXPECT_EQ(styled.fill, (Color{0x44, 0x72, 0xC4}));
    ASSERT_TRUE(styled.outline);
    EXPECT_DOUBLE_EQ(styled.outline->width, 1);
    EXPECT_EQ(style_at(paragraph_at(styled.text->blocks, 0), 0).color, (Color{255, 255, 255}));
    EXPECT_FALSE(shape_at(document, 1).fill || shape_at(document, 1).outline);
}

TEST(DocxShapes, TheChoiceIsTakenAndItsFallbackIsNotShownAgain) {
    const std::string vml =
        R"(<w:pict><v:shape type="#_x0000_t202" style="position:absolute;width:10pt;height:10pt"><v:textbox><w:txbxContent>)" +
        paragraph_of("旧") + "</w:txbxContent></v:textbox></v:shape></w:pict>";
    const auto alternate = [&](std::string_view required) {
        return in_run("<mc:AlternateContent><mc:Choice Requires=\"" + std::string(required) + "\">" +
                      anchor(shape("", text_box("新"))) + "</mc:Choice><mc:Fallback>" + vml +
                      "</mc:Fallback></mc:AlternateContent>");
    };
    const auto words = [](const Document& document) {
        const Paragraph& paragraph = paragraph_at(document, 0);
        EXPECT_EQ(paragraph.inlines.size(), 1U);
        return shown(paragraph_at(shape_at(document).text.value().blocks, 0));
    };
    EXPECT_EQ(words(read_body_ok(alternate("wps"))), "新");
    EXPECT_EQ(words(read_body_ok(alternate("wps unheard"))), "旧");
    // Without a fallback it is reported.
    EXPECT_EQ(
        shown(paragraph_at(
            read_body_ok(in_run(
                R"(<mc:AlternateContent><mc:Choice Requires="unheard"><w:t>x</w:t></mc:Choice></mc:AlternateContent>)")),
            0)),
        "[unsupported.content]");
}

TEST(DocxShapes, LinesGoUpOrDown) {
    const Document document = read_anchored(shape(
        box(0, 0, 200, 100, R"(flipV="1" rot="2700000")") +
        R"(<a:prstGeom prst="line"/><a:ln><a:solidFill><a:srgbClr val="000000"/></a:solidFill><a:tailEnd type="triangle"/></a:ln>)"));
    EXPECT_EQ(shape_at(document).form, Shape::Form::line);
    EXPECT_TRUE(shape_at(document).flip_vertical);
    EXPECT_DOUBLE_EQ(inline_at<Drawing>(paragraph_at(document, 0), 0).rotation_degrees, 45);
    EXPECT_TRUE(has_notice(document, "unsupported.arrow_head"));
}

TEST(DocxShapes, OtherFormsKeepTheirTextAndAreReportedByName) {
    const Document document = read_anchored(shape(R"(<a:prstGeom prst="star5"/>)", text_box("星")));
    EXPECT_EQ(shown(paragraph_at(document, 0)), "[drawing][unsupported.shape]");
    EXPECT_EQ(shown(paragraph_at(shape_at(document).text.value().blocks, 0)), "星");
    EXPECT_EQ(inline_at<Unsupported>(paragraph_at(document, 0), 1).detail, "star5");
}

TEST(DocxShapes, WhatIsSimplifiedIsReported) {
    const Document document = read_anchored(
        shape(R"(<a:gradFill><a:gsLst><a:gs pos="0"><a:srgbClr val="0000FF"/></a:gs></a:gsLst></a:gradFill>)",
              text_box("竖") + R"(<wps:bodyPr vert="eaVert"><a:prstTxWarp prst="textArchUp"/></wps:bodyPr>)"));
    EXPECT_EQ(shape_at(document).fill, (Color{0, 0, 255}));
    EXPECT_TRUE(has_notice(document, "unsupported.shape_fill"));
    EXPECT_TRUE(has_notice(document, "unsupported.vertical_text"));
    EXPECT_TRUE(has_notice(document, "unsupported.word_art"));
    EXPECT_FALSE(has_notice(
        read_anchored(shape("", text_box("平") + R"(<wps:bodyPr><a:prstTxWarp prst="textNoShape"/></wps:bodyPr>)")),
        "unsupported.word_art"));
}

std::string group(std::string_view children) {
    // 400 by 200 child points shown as 200 by 100: half size; the children's origin is at (100, 50).
    return R"(<wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2540000" cy="1270000"/>)"
           R"(<a:chOff x="1270000" y="635000"/><a:chExt cx="5080000" cy="2540000"/></a:xfrm></wpg:grpSpPr>)" +
           std::string(children) + "</wpg:wgp>";
}

TEST(DocxShapes, AGroupsPartsStandWhereTheGroupPutsThem) {
    const std::string position =
        R"(<wp:positionH relativeFrom="page"><wp:posOffset>127000</wp:posOffset></wp:positionH><wp:positionV relativeFrom="page"><wp:posOffset>254000</wp:posOffset></wp:positionV>)";
    const Document document = read_anchored(
        group(
            shape(box(100, 50, 40, 20), text_box("一")) +
            R"(<wpg:grpSp><wpg:grpSpPr><a:xfrm><a:off x="2540000" y="635000"/><a:ext cx="1270000" cy="1270000"/><a:chOff x="0" y="0"/><a:chExt cx="127000" cy="127000"/></a:xfrm></wpg:grpSpPr>)" +
            shape(box(5, 5, 5, 5), text_box("二")) + "</wpg:grpSp>"),
        position);
    ASSERT_EQ(shown(paragraph_at(document, 0)), "[drawing][drawing]");
    const auto& first = inline_at<Drawing>(paragraph_at(document, 0), 0);
    EXPECT_DOUBLE_EQ(first.anchor->x, 10);
    EXPECT_DOUBLE_EQ(first.anchor->y, 20);
    EXPECT_DOUBLE_EQ(first.width, 20);
    EXPECT_DOUBLE_EQ(first.height, 10);
    // The inner group covers (50, 0) to (100, 50) of the outer one, with ten units to its side.
    const auto& second = inline_at<Drawing>(paragraph_at(document, 0), 1);
    EXPECT_DOUBLE_EQ(second.anchor->x, 10 + 50 + 25);
    EXPECT_DOUBLE_EQ(second.anchor->y, 20 + 25);
    EXPECT_DOUBLE_EQ(second.width, 25);
    EXPECT_GT(second.anchor->z, first.anchor->z);
}

TEST(DocxShapes, GroupsThatCannotBePlacedAreReported) {
    EXPECT_EQ(shown(paragraph_at(
                  read_body_ok(in_run(R"(<w:drawing><wp:inline><wp:extent cx="1" cy="1"/><a:graphic><a:graphicData>)" +
                                      group(shape("", text_box("一"))) +
                                      "</a:graphicData></a:graphic></wp:inline></w:drawing>")),
                  0)),
              "[unsupported.group]");
    EXPECT_EQ(shown(paragraph_at(read_anchored(group(shape(box(9e9, 0, 10, 10), text_box("远")))), 0)),
              "[unsupported.shape]");
    EXPECT_EQ(
        shown(paragraph_at(read_anchored(group("<wpg:graphicFrame/><w14:contentPart "
                                               "xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\"/>")),
                           0)),
        "[unsupported.chart][unsupported.content]");
}

TEST(DocxShapes, NestingIsLimited) {
    std::string deep = paragraph_of("底");
    const auto wrap = [&deep](const std::string& open, const std::string& close) {
        deep.insert(0, open).append(close);
    };
    for (int i = 0; i < 12; ++i) {
        wrap("<wps:txbx><w:txbxContent>", "</w:txbxContent></wps:txbx>");
        deep = in_run(anchor(shape("", deep)));
    }
    EXPECT_EQ(read_body_ok(deep).sections.size(), 1U);
    for (int i = 0; i < 24; ++i) wrap("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>");
    const auto read = read_docx(TestPackage().body(deep).bytes());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().key, "docx.too_complex");
}

}  // namespace
}  // namespace shanqi::office::docx
