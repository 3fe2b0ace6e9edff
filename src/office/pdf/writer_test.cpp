#define POINTERHOLDER_TRANSITION 4
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "office/pdf/pdf.hpp"
#include "office/pdf/test_pages.hpp"
#include "office/pdf/test_pictures.hpp"
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFAcroFormDocumentHelper.hh>
#include <qpdf/QPDFObjectHandle.hh>

namespace shanqi::office {
namespace {

using test::Line;
using test::placed;
using ::testing::HasSubstr;

PdfMetadata metadata() {
    return {.title = "合作协议 (测试) <A&B>",
            .author = "某某基金会",
            .subject = "协议",
            .created = {1'795'494'395'000'000},
            .document_id = "0123456789abcdef",
            .number = "2026-0001",
            .recipient = "某某小学",
            .verify_url = "https://example.org/v/abc",
            .trial = true};
}

Pages two_pages(std::string_view name) {
    Pages pages;
    for (int i = 0; i < 2; ++i) {
        Page page = test::a4();
        page.fragments.push_back(placed({.text = "合作协议书", .size = 22, .family = "黑体", .static_id = 1}));
        page.fragments.push_back(
            placed({.text = "甲方与乙方经协商一致，Agreement No. 2026 达成如下协议。", .y = 110, .static_id = 2}));
        page.fragments.push_back(placed({.text = "乙方：" + std::string(name), .y = 140, .family = "楷体"}));
        pages.pages.push_back(std::move(page));
    }
    pages.pages[1].marks = {{Mark::Kind::seal, "", {400, 600}},
                            {Mark::Kind::countersign, "乙方", {80, 600}},
                            {Mark::Kind::qr_code, "", {100, 750}}};
    return pages;
}

StampPicture red_disc() {
    StampPicture stamp{.width = 200, .height = 200};
    for (int y = 0; y < 200; ++y)
        for (int x = 0; x < 200; ++x) {
            int radius = (x - 100) * (x - 100) + (y - 100) * (y - 100);
            stamp.rgba += std::string("\xDD\x10\x10") + (radius < 9000 && radius > 7500 ? '\xFF' : '\0');
        }
    return stamp;
}

QrCode checkerboard() {
    QrCode code{.modules = 21};
    for (int i = 0; i < 21 * 21; ++i) code.dark.push_back(i % 2 == 0);
    return code;
}

PdfWriter::Options options() { return {.fonts = test::fonts(), .stamp = red_disc(), .countersigners = {{"乙方"}}}; }

PdfOutput write(PdfWriter& writer, const Pages& pages, std::optional<PdfSigning> signing = {}) {
    auto output = writer.write({&pages, metadata(), checkerboard(), std::move(signing)});
    if (!output) throw std::runtime_error(output.error().key);
    return std::move(*output);
}

void keep_for_viewing(std::string_view name, const PdfOutput& output) {
    if (const char* folder = std::getenv("SHANQI_PDF_DIR"))
        std::ofstream(std::string(folder) + "/" + std::string(name)) << output.bytes;
}

struct Opened {
    explicit Opened(const PdfOutput& output) : bytes(output.bytes) {
        file.setSuppressWarnings(true);
        file.processMemoryFile("test", bytes.data(), bytes.size());
    }
    std::string bytes;
    QPDF file;
    QPDFObjectHandle page(std::size_t index) { return file.getAllPages().at(index); }
    std::string content(std::size_t index) {
        std::string all;
        auto contents = page(index).getKey("/Contents");
        for (auto& part : contents.getArrayAsVector()) {
            auto buffer = part.getStreamData();
            all.append(reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize());
        }
        return all;
    }
    std::string stream(QPDFObjectHandle object) {
        auto buffer = object.getStreamData();
        return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
    }
};

TEST(PdfWriter, writes_a_sound_file_with_the_template_fonts_first) {
    auto writer = *PdfWriter::create(options());
    PdfOutput output = write(*writer, two_pages("某某希望小学"));
    keep_for_viewing("unsigned.pdf", output);
    EXPECT_EQ(output.pages, 2);
    EXPECT_EQ(output.sha256, sha256(output.bytes));
    Opened opened(output);
    EXPECT_TRUE(opened.file.getWarnings().empty());
    EXPECT_EQ(opened.file.getAllPages().size(), 2U);
    EXPECT_EQ(opened.file.getTrailer().getKey("/Info").getKey("/Title").getUTF8Value(), "合作协议 (测试) <A&B>");
    for (auto& font : opened.page(0).getKey("/Resources").getKey("/Font").getDictAsMap()) {
        EXPECT_THAT(opened.stream(font.second.getKey("/ToUnicode")), HasSubstr("beginbfchar"));
        auto descriptor = font.second.getKey("/DescendantFonts").getArrayItem(0).getKey("/FontDescriptor");
        EXPECT_EQ(descriptor.getKey("/FontFile3").getDict().getKey("/Subtype").getName(), "/CIDFontType0C");
    }
}

std::string gradient(unsigned width, unsigned height, bool alpha) {
    std::string samples;
    for (unsigned y = 0; y < height; ++y)
        for (unsigned x = 0; x < width; ++x) {
            samples += {static_cast<char>(x * 255 / width), static_cast<char>(y * 255 / height), '\x40'};
            if (alpha) samples += static_cast<char>(x * 255 / width);
        }
    return samples;
}

// One page with everything that a page can hold; with SHANQI_PDF_DIR for other people's eyes and validators.
TEST(PdfWriter, draws_all_that_a_page_can_hold) {
    std::vector<Image> images = {
        test::png(60, 40, PNG_FORMAT_RGBA, gradient(60, 40, true)), test::jpeg(60, 40, 3, gradient(60, 40, false)),
        test::jpeg(60, 40, 4, gradient(60, 40, true)), test::png(60, 40, PNG_FORMAT_RGB, gradient(60, 40, false))};
    PdfWriter::Options all = options();
    all.images = &images;
    auto writer = *PdfWriter::create(all);
    Page page = test::a4();
    auto shapes = std::make_shared<Fragment>();
    shapes->fills = {{0, 0, 450, 60, {255, 240, 200}}};
    for (int i = 0; i < 4; ++i)
        shapes->images.push_back({.image = i, .x = i * 110.0, .y = 80, .width = 90, .height = 60});
    shapes->images[1].rotation_degrees = 30;
    shapes->images[3].crop_left = shapes->images[3].crop_bottom = 0.3;
    using Form = Stroke::Form;
    for (Form form : {Form::line, Form::rectangle, Form::ellipse, Form::rounded_rectangle, Form::wave}) {
        Stroke stroke{.form = form,
                      .x = 90.0 * static_cast<double>(shapes->strokes.size()),
                      .y = 170,
                      .width = 70,
                      .height = 40,
                      .thickness = 1.5};
        stroke.color = {0, 80, 160};
        if (form == Form::ellipse) stroke.fill = Color{255, 220, 220};
        if (form == Form::wave) stroke.height = 4;
        if (form == Form::rectangle) stroke.dash = {4, 2};
        shapes->strokes.push_back(stroke);
    }
    page.fragments.push_back({shapes, {60, 60}});
    double y = 310;
    std::uint64_t id = 0;
    for (const char* family : {"宋体", "黑体", "仿宋", "楷体", "Times New Roman", "Arial"}) {
        page.fragments.push_back(
            placed({.text = std::string(family) + "：永和九年 AVATAR office fi 12,345.67 “引号”——……",
                    .y = y,
                    .family = family,
                    .static_id = ++id % 2 ? id : 0}));
        auto varied = std::make_shared<Fragment>(
            *placed({.text = "加粗 Bold 倾斜 Italic 紧缩", .y = y, .family = family, .bold = true}).fragment);
        varied->runs[0].synthetic_bold = varied->runs[0].synthetic_italic = true;
        varied->runs[0].scale_x = 0.8F;
        for (Glyph& glyph : varied->runs[0].glyphs) glyph.advance *= 0.8F;
        page.fragments.push_back({varied, {72, y + 18}});
        y += 42;
    }
    page.marks = {{Mark::Kind::qr_code, "", {480, 700}}, {Mark::Kind::seal, "", {300, 690}}};
    Pages pages{.pages = {page}};
    PdfOutput output = write(*writer, pages);
    keep_for_viewing("everything.pdf", output);
    Opened opened(output);
    EXPECT_TRUE(opened.file.getWarnings().empty());
    auto resources = opened.page(0).getKey("/Resources");
    EXPECT_EQ(resources.getKey("/XObject").getDictAsMap().size(), 5U);
    EXPECT_TRUE(resources.getKey("/XObject").getKey("/I0").getDict().hasKey("/SMask"));
    EXPECT_EQ(resources.getKey("/XObject").getKey("/I1").getDict().getKey("/Filter").getName(), "/DCTDecode");
    EXPECT_THAT(opened.content(0), HasSubstr("/Seal Do"));
}

TEST(PdfWriter, cuts_the_paging_seal_into_one_slice_a_page) {
    auto writer = *PdfWriter::create(options());
    Pages pages = two_pages("某某小学");
    PdfOutput output = write(*writer, pages);
    Opened opened(output);
    // 42 mm are 119.06 points: half of it on each page, at the right edge, centred vertically.
    EXPECT_THAT(opened.content(0),
                HasSubstr("535.77 361.42 59.53 119.06 re\nW n\n119.06 0 0 119.06 535.77 361.42 cm\n/Seal Do"));
    EXPECT_THAT(opened.content(1),
                HasSubstr("535.77 361.42 59.53 119.06 re\nW n\n119.06 0 0 119.06 476.24 361.42 cm\n/Seal Do"));
    pages.pages.resize(1);
    pages.pages[0].marks = {{Mark::Kind::seal, "", {400, 600}}};
    output = write(*writer, pages);
    Opened single(output);
    EXPECT_THAT(single.content(0), HasSubstr("/Seal Do"));
    EXPECT_THAT(single.content(0), Not(HasSubstr("W n")));
}

TEST(PdfWriter, draws_no_seal_where_the_template_has_none) {
    auto writer = *PdfWriter::create(options());
    Pages pages = two_pages("某某小学");
    pages.pages[1].marks.clear();
    Opened opened(write(*writer, pages));
    EXPECT_THAT(opened.content(0) + opened.content(1), Not(HasSubstr("/Seal")));
    EXPECT_FALSE(opened.page(0).getKey("/Resources").getKey("/XObject").hasKey("/Seal"));
}

TEST(PdfWriter, refuses_a_broken_picture_and_a_document_without_pages) {
    std::vector<Image> images = {{.bytes = "not a picture", .name = "media/image1.png"}};
    PdfWriter::Options broken = options();
    broken.images = &images;
    auto refused = PdfWriter::create(broken);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().key, "pdf.bad_image");
    auto writer = *PdfWriter::create(options());
    Pages none;
    EXPECT_EQ(writer->write({&none, metadata(), {}, {}}).error().key, "pdf.no_pages");
}

TEST(PdfWriter, says_the_same_in_xmp_as_in_the_information_dictionary) {
    auto writer = *PdfWriter::create(options());
    Opened opened(write(*writer, two_pages("某某小学")));
    std::string xmp = opened.stream(opened.file.getRoot().getKey("/Metadata"));
    EXPECT_THAT(xmp, HasSubstr("合作协议 (测试) &lt;A&amp;B&gt;"));
    EXPECT_THAT(xmp, HasSubstr("<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>"));
    EXPECT_THAT(xmp, HasSubstr("<shanqi:number>2026-0001</shanqi:number>"));
    EXPECT_THAT(xmp, HasSubstr("<shanqi:trial>True</shanqi:trial>"));
    EXPECT_EQ(opened.file.getTrailer().getKey("/Info").getKey("/Author").getUTF8Value(), "某某基金会");
}

TEST(PdfWriter, the_same_input_gives_the_same_bytes_in_any_order_and_on_any_thread) {
    auto first = *PdfWriter::create(options());
    auto second = *PdfWriter::create(options());
    Pages one = two_pages("第一小学"), other = two_pages("第二小学");
    std::string expected = write(*first, one).bytes;
    write(*second, other);
    EXPECT_EQ(write(*second, one).bytes, expected);
    std::vector<std::string> results(4);
    std::vector<std::thread> threads;
    for (auto& result : results) threads.emplace_back([&] { result = write(*second, one).bytes; });
    for (auto& thread : threads) thread.join();
    for (const auto& result : results) EXPECT_EQ(result, expected);
}

TEST(PdfWriter, a_document_holds_no_glyph_of_another_recipient) {
    auto writer = *PdfWriter::create(options());
    write(*writer, two_pages("龘麤"));
    PdfOutput output = write(*writer, two_pages("某某小学"));
    Opened opened(output);
    std::string maps;
    for (auto& object : opened.file.getAllObjects())
        if (object.isDictionary() && object.hasKey("/ToUnicode")) maps += opened.stream(object.getKey("/ToUnicode"));
    EXPECT_THAT(maps, HasSubstr("5C0F"));  // 小
    EXPECT_THAT(maps, Not(HasSubstr("9F98")));
    EXPECT_THAT(maps, Not(HasSubstr("9EA4")));
}

TEST(PdfWriter, signs_the_bytes_around_the_hole) {
    auto writer = *PdfWriter::create(options());
    Sha256 signed_digest{};
    PdfSigning signing{.name = "某某基金会", .reason = "用印", .location = "北京", .contents_bytes = 100};
    signing.sign = [&](const Sha256& digest) -> Result<std::string> {
        signed_digest = digest;
        return std::string("\x30\x03\x02\x01\x05");
    };
    PdfOutput output = write(*writer, two_pages("某某小学"), signing);
    EXPECT_EQ(output.sha256, sha256(output.bytes));
    Opened opened(output);
    auto root = opened.file.getRoot();
    auto signature = root.getKey("/Perms").getKey("/DocMDP");
    EXPECT_EQ(signature.getKey("/SubFilter").getName(), "/ETSI.CAdES.detached");
    auto range = signature.getKey("/ByteRange").getArrayAsVector();
    auto at = [&](std::size_t i) { return static_cast<std::size_t>(range.at(i).getIntValue()); };
    EXPECT_EQ(at(0), 0U);
    EXPECT_EQ(output.bytes[at(1)], '<');
    EXPECT_EQ(output.bytes[at(2) - 1], '>');
    EXPECT_EQ(at(2) - at(1), 202U);
    EXPECT_EQ(at(2) + at(3), output.bytes.size());
    EXPECT_EQ(output.bytes.substr(at(1), 13), "<300302010500");
    EXPECT_EQ(signed_digest, sha256(output.bytes.substr(0, at(1)) + output.bytes.substr(at(2))));
    auto transform = signature.getKey("/Reference").getArrayItem(0).getKey("/TransformParams");
    EXPECT_EQ(transform.getKey("/P").getIntValue(), 2);
    QPDFAcroFormDocumentHelper form(opened.file);
    EXPECT_EQ(root.getKey("/AcroForm").getKey("/SigFlags").getIntValue(), 3);
    ASSERT_EQ(form.getFormFields().size(), 2U);
    auto empty_field = root.getKey("/AcroForm").getKey("/Fields").getArrayItem(1);
    EXPECT_EQ(empty_field.getKey("/T").getUTF8Value(), "乙方");
    EXPECT_FALSE(empty_field.hasKey("/V"));
    EXPECT_EQ(empty_field.getKey("/F").getIntValue() & 4, 4);
}

TEST(PdfWriter, refuses_a_signature_that_does_not_fit_and_passes_on_a_failed_one) {
    auto writer = *PdfWriter::create(options());
    Pages pages = two_pages("某某小学");
    PdfSigning signing{.contents_bytes = 4, .sign = [](const Sha256&) -> Result<std::string> { return "12345"; }};
    EXPECT_EQ(writer->write({&pages, metadata(), {}, signing}).error().key, "pdf.signature_too_large");
    signing.sign = [](const Sha256&) -> Result<std::string> {
        return fail(ErrorKind::refused, "seal.certificate_expired");
    };
    EXPECT_EQ(writer->write({&pages, metadata(), {}, signing}).error().key, "seal.certificate_expired");
}

}  // namespace
}  // namespace shanqi::office
