// w:drawing with pictures, and what stands in one but is not rendered.
#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

using namespace std::string_literals;

std::string graphic(std::string_view data, std::string_view uri = "picture") {
    return "<a:graphic><a:graphicData uri=\"" + std::string(uri) + "\">" + std::string(data) +
           "</a:graphicData></a:graphic>";
}
std::string picture(std::string_view blip = R"(<a:blip r:embed="p"/>)", std::string_view more_fill = "",
                    std::string_view spPr = "") {
    return "<pic:pic><pic:blipFill>" + std::string(blip) + std::string(more_fill) +
           "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>" + std::string(spPr) +
           "</pic:spPr></pic:pic>";
}
std::string in_line(std::string_view data, std::string_view properties = R"(descr="校徽")") {
    return R"(<w:p><w:r><w:drawing><wp:inline distT="0"><wp:extent cx="1270000" cy="635000"/><wp:docPr id="1" name="图片 1" )" +
           std::string(properties) + "/>" + graphic(data) + "</wp:inline></w:drawing></w:r></w:p>";
}
std::string anchored(std::string_view attributes, std::string_view inside, std::string_view data) {
    return "<w:p><w:r><w:drawing><wp:anchor " + std::string(attributes) + R"(><wp:simplePos x="254000" y="127000"/>)" +
           std::string(inside) + R"(<wp:extent cx="1270000" cy="635000"/><wp:docPr id="1" name="图片 1"/>)" +
           graphic(data) + "</wp:anchor></w:drawing></w:r></w:p>";
}
Document read_with_picture(const std::string& body, std::string bytes = test_png(4, 2),
                           const std::string& file = "image1.png") {
    return read_ok(TestPackage().picture("p", file, std::move(bytes)).body(body));
}

TEST(DocxDrawings, APictureInTheLine) {
    const Document document = read_with_picture(in_line(picture()) + in_line(picture()));
    const auto& drawing = inline_at<Drawing>(paragraph_at(document, 0), 0);
    EXPECT_DOUBLE_EQ(drawing.width, 100);
    EXPECT_DOUBLE_EQ(drawing.height, 50);
    EXPECT_EQ(drawing.description, "校徽");
    EXPECT_FALSE(drawing.anchor);
    ASSERT_EQ(document.images.size(), 1U);  // used twice, kept once
    EXPECT_EQ(std::get<Picture>(drawing.content).image, 0);
    EXPECT_EQ(document.images[0].format, Image::Format::png);
    EXPECT_EQ(document.images[0].bytes, test_png(4, 2));
    EXPECT_TRUE(document.notices.empty());
}

TEST(DocxDrawings, CropAndRotation) {
    const Document document = read_with_picture(
        in_line(picture(R"(<a:blip r:embed="p"/>)", R"(<a:srcRect l="10000" t="25%" r="-5000" b="0"/>)",
                        R"(<a:xfrm rot="5400000"/><a:prstGeom prst="rect"/>)")));
    const auto& drawing = inline_at<Drawing>(paragraph_at(document, 0), 0);
    const auto& content = std::get<Picture>(drawing.content);
    EXPECT_DOUBLE_EQ(content.crop_left, 0.1);
    EXPECT_DOUBLE_EQ(content.crop_top, 0.25);
    EXPECT_DOUBLE_EQ(content.crop_right, 0);
    EXPECT_DOUBLE_EQ(drawing.rotation_degrees, 90);
}

TEST(DocxDrawings, AnAnchorsPlaceAndWrap) {
    const Document document = read_with_picture(
        anchored(
            R"(simplePos="0" behindDoc="1" relativeHeight="251658240" distL="114300" distR="0")",
            R"(<wp:positionH relativeFrom="page"><wp:align>center</wp:align></wp:positionH>)"
            R"(<wp:positionV relativeFrom="bottomMargin"><wp:posOffset>-127000</wp:posOffset></wp:positionV><wp:wrapNone/>)",
            picture()) +
        anchored(
            R"(simplePos="0" behindDoc="0")",
            R"(<mc:AlternateContent><mc:Choice Requires="wp14"><wp:positionH relativeFrom="page"><wp14:pctPosHOffset>5000</wp14:pctPosHOffset></wp:positionH></mc:Choice>)"
            R"(<mc:Fallback><wp:positionH relativeFrom="page"><wp:posOffset>254000</wp:posOffset></wp:positionH></mc:Fallback></mc:AlternateContent>)"
            R"(<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:wrapTopAndBottom/>)",
            picture()) +
        anchored(R"(simplePos="1")", R"(<wp:wrapSquare wrapText="bothSides"/>)", picture()));
    const Anchor first = inline_at<Drawing>(paragraph_at(document, 0), 0).anchor.value();
    EXPECT_EQ(first.horizontal_from, Anchor::From::page);
    EXPECT_EQ(first.horizontal_align, Anchor::Align::center);
    EXPECT_EQ(first.vertical_from, Anchor::From::bottom_margin);
    EXPECT_DOUBLE_EQ(first.y, -10);
    EXPECT_EQ(first.wrap, Anchor::Wrap::none);
    EXPECT_TRUE(first.behind_text);
    EXPECT_EQ(first.z, 251658240);
    EXPECT_DOUBLE_EQ(first.distance_left, 9);
    const Anchor second = inline_at<Drawing>(paragraph_at(document, 1), 0).anchor.value();
    EXPECT_DOUBLE_EQ(second.x, 20);
    EXPECT_EQ(second.wrap, Anchor::Wrap::top_and_bottom);
    const Anchor third = inline_at<Drawing>(paragraph_at(document, 2), 0).anchor.value();
    EXPECT_EQ(third.vertical_from, Anchor::From::page);
    EXPECT_DOUBLE_EQ(third.x, 20);
    EXPECT_DOUBLE_EQ(third.y, 10);
    EXPECT_EQ(third.wrap, Anchor::Wrap::square);
}

// What stands in the place of a picture, and by which name it is reported.
std::string reported(const Document& document) {
    const auto& item = inline_at<Unsupported>(paragraph_at(document, 0), 0);
    return item.key + " " + item.detail;
}

TEST(DocxDrawings, PicturesThatCannotBeDrawnAreReportedByName) {
    const std::string nameless = in_line(picture(), "");
    EXPECT_EQ(reported(read_with_picture(nameless, "GIF89a....", "logo.gif")), "unsupported.picture_format logo.gif");
    EXPECT_EQ(reported(read_with_picture(nameless, "\1\0\0\0EMF"s, "图.emf")), "unsupported.picture_format 图.emf");
    EXPECT_EQ(reported(read_with_picture(in_line(picture()), "GIF89a....", "logo.gif")),
              "unsupported.picture_format 校徽");
    EXPECT_EQ(reported(read_with_picture(nameless, test_png(0, 3))), "unsupported.picture_damaged image1.png");
    EXPECT_EQ(reported(read_with_picture(nameless, test_png(40000, 40000))),
              "unsupported.picture_too_large image1.png");
    EXPECT_EQ(reported(read_ok(TestPackage().relate("p", "image", "media/none.png").body(nameless))),
              "unsupported.picture_damaged none.png");
    EXPECT_EQ(reported(read_body_ok(nameless)), "unsupported.picture_damaged ");
    const Document linked = read_ok(TestPackage()
                                        .relate("l", "image", "https://example.org/a/logo.png", true)
                                        .body(in_line(picture(R"(<a:blip r:link="l"/>)"), "")));
    EXPECT_EQ(reported(linked), "unsupported.linked_picture logo.png");
    // In the line it keeps its room.
    EXPECT_DOUBLE_EQ(inline_at<Unsupported>(paragraph_at(linked, 0), 0).width, 100);
}

TEST(DocxDrawings, JpegSizesAreReadBehindOtherSegments) {
    const std::string jpeg = "\xFF\xD8\xFF\xE0\0\4ab\xFF\xFF\xC4\0\3x\xFF\xC2\0\x11\x08\0\x20\0\x10\3"s;
    const Document document = read_with_picture(in_line(picture()), jpeg, "a.jpg");
    ASSERT_EQ(document.images.size(), 1U);
    EXPECT_EQ(document.images[0].format, Image::Format::jpeg);
    // A segment that claims to have no bytes does not stop the reader.
    EXPECT_EQ(reported(read_with_picture(in_line(picture(), ""), "\xFF\xD8\xFF\xE0\0\0\0\0\0\0\0\0\0\0"s)),
              "unsupported.picture_damaged image1.png");
}

TEST(DocxDrawings, PictureEffectsAreReported) {
    EXPECT_TRUE(has_notice(read_with_picture(in_line(picture(R"(<a:blip r:embed="p"><a:grayscl/></a:blip>)"))),
                           "unsupported.picture_effect: image1.png"));
    EXPECT_TRUE(has_notice(
        read_with_picture(in_line(picture(R"(<a:blip r:embed="p"/>)", "", R"(<a:prstGeom prst="ellipse"/>)"))),
        "unsupported.picture_effect"));
    EXPECT_TRUE(
        has_notice(read_with_picture(in_line(picture(R"(<a:blip r:embed="p"/>)", "", R"(<a:xfrm flipH="1"/>)"))),
                   "unsupported.picture_effect"));
    EXPECT_TRUE(has_notice(
        read_with_picture(in_line(picture(R"(<a:blip r:embed="p"/>)", "", R"(<a:ln w="9525"><a:solidFill/></a:ln>)"))),
        "unsupported.picture_effect"));
    // What Word and WPS write for a plain picture.
    EXPECT_TRUE(
        read_with_picture(in_line(picture(R"(<a:blip r:embed="p"><a:extLst/></a:blip>)", "",
                                          R"(<a:prstGeom prst="rect"/><a:ln><a:noFill/></a:ln><a:effectLst/>)")))
            .notices.empty());
}

TEST(DocxDrawings, HiddenDrawingsAreNotShown) {
    EXPECT_TRUE(paragraph_at(read_with_picture(in_line(picture(), R"(hidden="1")")), 0).inlines.empty());
}

TEST(DocxDrawings, ChartsDiagramsAndUnknownThingsAreReportedWithTheirName) {
    const std::string chart = R"(<c:chart r:id="c"/>)";
    const auto with_title = TestPackage()
                                .definition("chart", "c:chartSpace",
                                            "<c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>历年</a:t></"
                                            "a:r><a:r><a:t>捐赠</a:t></a:r></a:p></c:rich></c:tx></c:title></c:chart>",
                                            "c")
                                .body(in_line(chart));
    EXPECT_EQ(reported(read_ok(with_title)), "unsupported.chart 历年捐赠");
    EXPECT_EQ(reported(read_body_ok(in_line(chart, R"(descr="说明")"))), "unsupported.chart 说明");
    EXPECT_EQ(reported(read_body_ok(
                  in_line(R"(<dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"/>)"))),
              "unsupported.diagram 校徽");
    EXPECT_EQ(reported(read_body_ok(in_line(
                  R"(<wpc:wpc xmlns:wpc="http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas"/>)"))),
              "unsupported.canvas 校徽");
    EXPECT_EQ(reported(read_body_ok(in_line("<a:something/>"))), "unsupported.content 校徽");
    EXPECT_EQ(reported(read_body_ok(in_line(""))), "unsupported.content 校徽");
    // A floating one takes no room in the line.
    const Document floating = read_body_ok(anchored("", "<wp:wrapNone/>", chart));
    EXPECT_DOUBLE_EQ(inline_at<Unsupported>(paragraph_at(floating, 0), 0).width, 0);
}

TEST(DocxDrawings, AHeaderHasPicturesOfItsOwn) {
    const Document document = read_ok(
        TestPackage()
            .definition("header", "w:hdr", in_line(picture()), "h")
            .part("word/media/h.png", test_png(9, 9))
            .part(
                "word/_rels/header_h.xml.rels",
                TestPackage::relationships(
                    R"(<Relationship Id="p" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="/word/media/h.png"/>)"))
            .picture("p", "body.png", test_png(1, 1))
            .body(in_line(picture()) + R"(<w:sectPr><w:headerReference w:type="default" r:id="h"/></w:sectPr>)"));
    const Paragraph& header = paragraph_at(document.sections[0].header.default_blocks, 0);
    const auto image_of = [&](const Paragraph& paragraph) {
        return document.images
            .at(static_cast<std::size_t>(std::get<Picture>(inline_at<Drawing>(paragraph, 0).content).image))
            .name;
    };
    EXPECT_EQ(image_of(header), "word/media/h.png");
    EXPECT_EQ(image_of(paragraph_at(document, 0)), "word/media/body.png");
}

}  // namespace
}  // namespace shanqi::office::docx
