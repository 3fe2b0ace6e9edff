#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

Document read_pict(const std::string& content, TestPackage package = {}) {
    return read_ok(package.body("<w:p><w:r><w:pict>" + content + "</w:pict></w:r></w:p>"));
}
const Drawing& drawing_at(const Document& document, std::size_t index = 0) {
    return inline_at<Drawing>(paragraph_at(document, 0), index);
}
const Shape& shape_at(const Document& document, std::size_t index = 0) {
    return std::get<Shape>(drawing_at(document, index).content);
}
std::string text_box(std::string_view text) {
    return "<v:textbox inset=\"0,1mm,,\"><w:txbxContent><w:p><w:r><w:t>" + std::string(text) +
           "</w:t></w:r></w:p></w:txbxContent></v:textbox>";
}

TEST(DocxVml, ATextBox) {
    const Document document = read_pict(
        R"(<v:shapetype id="_x0000_t202"/><v:shape type="#_x0000_t202" alt="说明" fillcolor="#ff0 [3204]" strokeweight="2pt" strokecolor="red" )"
        R"(style="position:absolute;margin-left:-36pt;margin-top:1in;width:100pt;height:2cm;z-index:-5;mso-position-horizontal-relative:page;)"
        R"(mso-position-vertical:bottom;mso-position-vertical-relative:margin;v-text-anchor:middle">)" +
        text_box("框里") + R"(<w10:wrap type="square"/></v:shape>)");
    const Drawing& drawing = drawing_at(document);
    EXPECT_DOUBLE_EQ(drawing.width, 100);
    EXPECT_NEAR(drawing.height, 56.69, 0.01);
    EXPECT_EQ(drawing.description, "说明");
    ASSERT_TRUE(drawing.anchor);
    EXPECT_DOUBLE_EQ(drawing.anchor->x, -36);
    EXPECT_DOUBLE_EQ(drawing.anchor->y, 72);
    EXPECT_EQ(drawing.anchor->horizontal_from, Anchor::From::page);
    EXPECT_EQ(drawing.anchor->vertical_from, Anchor::From::margin);
    EXPECT_EQ(drawing.anchor->vertical_align, Anchor::Align::bottom);
    EXPECT_EQ(drawing.anchor->wrap, Anchor::Wrap::square);
    EXPECT_TRUE(drawing.anchor->behind_text);
    const Shape& shape = shape_at(document);
    EXPECT_EQ(shape.fill, (Color{255, 255, 0}));
    ASSERT_TRUE(shape.outline && shape.text);
    EXPECT_DOUBLE_EQ(shape.outline->width, 2);
    EXPECT_EQ(shape.outline->color, (Color{255, 0, 0}));
    EXPECT_EQ(shown(paragraph_at(shape.text->blocks, 0)), "框里");
    EXPECT_DOUBLE_EQ(shape.text->inset_left, 0);
    EXPECT_NEAR(shape.text->inset_top, 2.83, 0.01);
    EXPECT_DOUBLE_EQ(shape.text->inset_right, 7.2);
    EXPECT_EQ(shape.text->vertical_align, TextBox::VerticalAlign::center);
}

TEST(DocxVml, PicturesWithCrop) {
    const Document document = read_pict(
        R"(<v:shape type="#_x0000_t75" style="width:50pt;height:40pt"><v:imagedata r:id="p" croptop="16384f" cropleft=".1"/></v:shape>)",
        TestPackage().picture("p", "a.png", test_png(2, 2)));
    const auto& picture = std::get<Picture>(drawing_at(document).content);
    EXPECT_FALSE(drawing_at(document).anchor);
    EXPECT_EQ(picture.image, 0);
    EXPECT_DOUBLE_EQ(picture.crop_top, 0.25);
    EXPECT_DOUBLE_EQ(picture.crop_left, 0.1);
    const Document metafile = read_pict(R"(<v:shape style="width:50pt;height:40pt"><v:imagedata r:id="p"/></v:shape>)",
                                        TestPackage().picture("p", "a.wmf", "\xD7\xCD\xC6\x9A"));
    EXPECT_EQ(inline_at<Unsupported>(paragraph_at(metafile, 0), 0).key, "unsupported.picture_format");
    EXPECT_EQ(inline_at<Unsupported>(paragraph_at(metafile, 0), 0).detail, "a.wmf");
}

TEST(DocxVml, LinesAndRules) {
    const Document document =
        read_pict(R"(<v:line style="position:absolute" from="10pt,40pt" to="110pt,20pt" strokecolor="#f00"/>)"
                  R"(<v:rect style="width:0;height:1.5pt" o:hr="t" o:hrpct="500" fillcolor="#a0a0a0"/>)");
    EXPECT_EQ(shape_at(document).form, Shape::Form::line);
    EXPECT_TRUE(shape_at(document).flip_vertical);
    EXPECT_DOUBLE_EQ(drawing_at(document).width, 100);
    EXPECT_DOUBLE_EQ(drawing_at(document).height, 20);
    EXPECT_DOUBLE_EQ(drawing_at(document).anchor->x, 10);
    EXPECT_DOUBLE_EQ(drawing_at(document).anchor->y, 20);
    EXPECT_NEAR(drawing_at(document, 1).width, 415.3 / 2, 0.1);
    EXPECT_EQ(shape_at(document, 1).fill, (Color{160, 160, 160}));
}

TEST(DocxVml, AWatermarkIsReportedWithItsWords) {
    const Document document = read_pict(
        R"(<v:shapetype id="_x0000_t136" o:spt="136"/><v:shape type="#_x0000_t136" style="position:absolute;width:400pt;height:100pt;rotation:315"><v:textpath string="内部资料"/></v:shape>)");
    EXPECT_EQ(inline_at<Unsupported>(paragraph_at(document, 0), 0).key, "unsupported.word_art");
    EXPECT_EQ(inline_at<Unsupported>(paragraph_at(document, 0), 0).detail, "内部资料");
}

TEST(DocxVml, FormsAreFoundByTheirType) {
    const auto form_of = [](std::string_view shape) { return shape_at(read_pict(std::string(shape))).form; };
    EXPECT_EQ(form_of(R"(<v:oval style="width:9pt;height:9pt"/>)"), Shape::Form::ellipse);
    EXPECT_EQ(form_of(R"(<v:roundrect style="width:9pt;height:9pt"/>)"), Shape::Form::rounded_rectangle);
    EXPECT_EQ(form_of(R"(<v:shape type="#_x0000_t32" style="width:9pt;height:9pt"/>)"), Shape::Form::line);
    EXPECT_EQ(form_of(R"(<v:shape type="#shapetype_20" style="width:9pt;height:9pt"/>)"),
              Shape::Form::line);  // LibreOffice
    const Document star = read_pict(R"(<v:shape type="#_x0000_t12" alt="五角星" style="width:9pt;height:9pt">)" +
                                    text_box("字") + "</v:shape>");
    EXPECT_EQ(shown(paragraph_at(star, 0)), "[drawing][unsupported.shape]");
    EXPECT_EQ(inline_at<Unsupported>(paragraph_at(star, 0), 1).detail, "五角星");
}

TEST(DocxVml, TheEmptyFrameOfACanvasIsNotDrawn) {
    const Document document = read_pict(
        R"(<v:group editas="canvas" style="position:absolute;width:200pt;height:100pt" coordsize="2000,1000"><v:shape type="#_x0000_t75" style="width:2000;height:1000"/>)"
        R"(<v:rect style="left:500;top:100;width:200;height:100" filled="f"/></v:group>)");
    ASSERT_EQ(shown(paragraph_at(document, 0)), "[drawing]");
    EXPECT_DOUBLE_EQ(drawing_at(document).anchor->x, 50);
    EXPECT_DOUBLE_EQ(drawing_at(document).width, 20);
    EXPECT_FALSE(shape_at(document).fill);
    EXPECT_TRUE(shape_at(document).outline);
}

TEST(DocxVml, GroupsInTheLineAndPartsFarAwayAreReported) {
    EXPECT_EQ(
        shown(paragraph_at(
            read_pict(R"(<v:group style="width:20pt;height:20pt"><v:rect style="width:9;height:9"/></v:group>)"), 0)),
        "[unsupported.group]");
    EXPECT_EQ(
        shown(paragraph_at(
            read_pict(
                R"(<v:group style="position:absolute;width:20pt;height:20pt" coordsize="0.002,1"><v:rect style="left:999999999;width:9;height:9"/></v:group>)"),
            0)),
        "[unsupported.shape]");
}

TEST(DocxVml, HostileStylesEnd) {
    const Document document =
        read_pict("<v:rect style=\"width:1e300pt;height:-5pt;;;:;position:absolute;margin-left:nanpt;rotation:1e300" +
                  std::string(5000, ';') + "\"/>");
    EXPECT_LE(drawing_at(document).width, 20'000);
    EXPECT_DOUBLE_EQ(drawing_at(document).height, 0);
    EXPECT_DOUBLE_EQ(drawing_at(document).anchor->x, 0);
}

}  // namespace
}  // namespace shanqi::office::docx
