#include <gmock/gmock.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/text.hpp"
#include "seal/seal.hpp"

// After cstdio: jpeglib.h needs FILE and does not include it.
#include <jpeglib.h>

namespace shanqi::seal {
namespace {

using testing::HasSubstr;
using testing::Not;

SealPicture picture(std::string name = "某某市某某公益服务中心") {
    return {.name = std::move(name), .kind = "", .code = "", .diameter_mm = 42, .trial = false};
}

std::string error_of(const SealPicture& p) {
    const auto svg = draw_seal_svg(p);
    return svg ? "drawn" : svg.error().key;
}

struct Pixel {
    int red = 0, green = 0, blue = 0, alpha = 0;
};

// At a place in millimetres from the middle of the seal.
Pixel at(const Raster& raster, double x_mm, double y_mm) {
    const double scale = raster.width / raster.width_mm;
    const auto x = static_cast<std::size_t>(raster.width / 2.0 + x_mm * scale);
    const auto y = static_cast<std::size_t>(raster.height / 2.0 + y_mm * scale);
    const std::size_t i = (y * static_cast<std::size_t>(raster.width) + x) * 4;
    const auto byte = [&](std::size_t k) { return static_cast<int>(static_cast<unsigned char>(raster.rgba[i + k])); };
    return {byte(0), byte(1), byte(2), byte(3)};
}

// Part of the ring between the radii that is inked, in a sector around an angle (clockwise from the top).
double ink(const Raster& raster, double inner_mm, double outer_mm, double from_degrees, double to_degrees) {
    int inked = 0, all = 0;
    const int angles = static_cast<int>((to_degrees - from_degrees) * 4),
              radii = static_cast<int>((outer_mm - inner_mm) * 20);
    for (int a = 0; a <= angles; ++a)
        for (int r = 0; r <= radii; ++r, ++all) {
            const double angle = (from_degrees + a / 4.0) * 3.14159265 / 180, radius = inner_mm + r / 20.0;
            inked += at(raster, radius * std::sin(angle), -radius * std::cos(angle)).alpha > 127 ? 1 : 0;
        }
    return static_cast<double>(inked) / all;
}

TEST(SealPictureTest, HasStarRimAndClearCorners) {
    const auto raster = draw_seal_raster(picture(), 600);
    ASSERT_TRUE(raster);
    EXPECT_EQ(raster->width, 993);  // 42 mm at 600 dpi
    EXPECT_EQ(raster->height, 993);
    EXPECT_DOUBLE_EQ(raster->width_mm, 42);
    for (const Pixel& star : {at(*raster, 0, 0), at(*raster, 0, -6), at(*raster, 0, 20.5)}) {
        EXPECT_EQ(star.alpha, 255);
        EXPECT_GT(star.red, 200);
        EXPECT_LT(star.green, 30);
    }
    EXPECT_EQ(at(*raster, -20.5, -20.5).alpha, 0);
    EXPECT_EQ(at(*raster, 20.5, 20.5).alpha, 0);
    EXPECT_EQ(at(*raster, 0, 6.5).alpha, 0) << "between the lower points of the star";
}

TEST(SealPictureTest, NameRunsAroundTheTopAndIsBalanced) {
    const auto raster = draw_seal_raster(picture(), 300);
    ASSERT_TRUE(raster);
    const double left = ink(*raster, 13, 18.6, -120, 0);
    const double right = ink(*raster, 13, 18.6, 0, 120);
    EXPECT_GT(left, 0.12);
    EXPECT_GT(right, 0.12);
    EXPECT_NEAR(left, right, 0.1);
    EXPECT_EQ(ink(*raster, 13, 18.6, 150, 210), 0) << "nothing below";
}

TEST(SealPictureTest, LongNamesShrinkAndStayInTheirRing) {
    std::string name;
    for (int i = 0; i < 30; ++i) name += "某";
    const auto raster = draw_seal_raster(picture(name), 300);
    ASSERT_TRUE(raster);
    EXPECT_GT(ink(*raster, 15, 18, -130, 130), 0.15);
    EXPECT_EQ(ink(*raster, 7.5, 13, -180, 180), 0);
}

TEST(SealPictureTest, KindAndCodeStandBelow) {
    SealPicture p = picture();
    p.kind = "合同专用章";
    p.diameter_mm = 38;
    const auto plain = draw_seal_raster(p, 300);
    p.code = "9901001234567";
    const auto with_code = draw_seal_raster(p, 300);
    ASSERT_TRUE(plain && with_code);
    EXPECT_GT(ink(*plain, 8.5, 11.5, 165, 195), 0.15) << "the kind under the star";
    EXPECT_EQ(ink(*plain, 15.2, 17.2, 160, 200), 0);
    EXPECT_GT(ink(*with_code, 15.2, 17.2, 160, 200), 0.08) << "the code along the lower edge";
}

TEST(SealPictureTest, TrialIsDrawnAcrossInAnotherColour) {
    SealPicture p = picture();
    const auto plain = draw_seal_raster(p, 150);
    p.trial = true;
    const auto trial = draw_seal_raster(p, 150);
    ASSERT_TRUE(plain && trial);
    int greyish = 0, pixels = 0;
    for (std::size_t i = 0; i < trial->rgba.size(); i += 4, ++pixels) {
        const auto byte = [&](std::size_t k) {
            return static_cast<int>(static_cast<unsigned char>(trial->rgba[i + k]));
        };
        if (byte(3) > 100 && std::abs(byte(0) - byte(2)) < 60) ++greyish;
    }
    EXPECT_GT(greyish, pixels / 20) << "at least 5% of the picture says so";
    EXPECT_NE(plain->rgba, trial->rgba);
    EXPECT_THAT(draw_seal_svg(p).value(), HasSubstr("#2B3342"));
}

TEST(SealPictureTest, SvgHoldsOutlinesOnlyInRealSize) {
    const auto svg = draw_seal_svg(picture());
    ASSERT_TRUE(svg);
    EXPECT_THAT(*svg, HasSubstr("width=\"42mm\""));
    EXPECT_THAT(*svg, HasSubstr("<path fill=\"#D7000F\""));
    EXPECT_THAT(*svg, Not(HasSubstr("<text")));
    EXPECT_THAT(*svg, Not(HasSubstr("font")));
}

TEST(SealPictureTest, DiametersFollowTheRegulation) {
    SealPicture p = picture();
    for (const auto& [kind, diameter, allowed] : {std::tuple{"", 42.0, true},
                                                  {"名称章", 45.0, true},
                                                  {"", 40.0, false},
                                                  {"", 58.0, false},
                                                  {"", std::nan(""), false},
                                                  {"合同专用章", 30.0, true},
                                                  {"合同专用章", 42.0, true},
                                                  {"合同专用章", 29.9, false},
                                                  {"财务专用章", 45.0, false}}) {
        p.kind = kind;
        p.diameter_mm = diameter;
        EXPECT_EQ(error_of(p), allowed ? "drawn" : "seal.bad_diameter") << kind << ' ' << diameter;
    }
}

TEST(SealPictureTest, TextThatCannotBeDrawnIsRefused) {
    std::string long_name;
    for (int i = 0; i < 41; ++i) long_name += "某";
    EXPECT_EQ(error_of(picture(long_name)), "seal.name_too_long");
    EXPECT_EQ(error_of(picture("　")), "seal.empty_name");
    const auto missing = draw_seal_svg(picture("某\xF3\xB0\x80\x80某"));  // U+F0000, a private character
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().key, "seal.missing_glyph");
    EXPECT_THAT(missing.error().arguments, testing::Contains(testing::Pair("code_point", "U+F0000")));
    SealPicture p = picture();
    p.code = "99<script>";
    EXPECT_EQ(error_of(p), "seal.bad_code");
}

TEST(SealPictureTest, RareCharactersComeFromTheSecondFont) {
    EXPECT_EQ(error_of(picture("某某\xF0\xAB\x9F\xBC中心")), "drawn");  // U+2B7FC
}

TEST(ReadSealImageTest, OwnPngComesBackWithItsSize) {
    SealPicture p = picture();
    p.kind = "业务专用章";
    p.diameter_mm = 38;
    const auto drawn = draw_seal_raster(p, 300);
    const auto read = read_seal_image(encode_png(*drawn).value(), false);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->width, drawn->width);
    EXPECT_NEAR(read->width_mm, 38, 0.05);
    EXPECT_EQ(read->rgba, drawn->rgba) << "its own transparency stays";
}

// Red ring on white without transparency, as a scanner makes it.
Raster scanned(int side, unsigned char paper) {
    Raster raster{.width = side, .height = side, .rgba = {}, .width_mm = 42};
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const double radius = std::hypot(x - side / 2.0, y - side / 2.0) / side;
            const bool inked = radius > 0.4 && radius < 0.48;
            for (const int value : {inked ? 215 : paper, inked ? 0 : paper, inked ? 15 : paper, 255})
                raster.rgba += static_cast<char>(value);
        }
    return raster;
}

TEST(ReadSealImageTest, PaperBecomesTransparent) {
    const auto read = read_seal_image(encode_png(scanned(400, 250)).value(), false);
    ASSERT_TRUE(read);
    EXPECT_EQ(at(*read, 0, 0).alpha, 0);
    const Pixel ring = at(*read, 0, -18.5);
    EXPECT_EQ(ring.alpha, 255);
    EXPECT_NEAR(ring.red, 215, 2);
    EXPECT_LT(ring.green, 3);
}

TEST(ReadSealImageTest, TrialIsDrawnAcross) {
    const auto read = read_seal_image(encode_png(scanned(400, 255)).value(), true);
    ASSERT_TRUE(read);
    EXPECT_GT(ink(*read, 0, 10, -180, 180), 0.2);
}

TEST(ReadSealImageTest, HugeResolutionIsReduced) {
    const auto read = read_seal_image(encode_png(scanned(4000, 255)).value(), false);
    ASSERT_TRUE(read);
    EXPECT_LE(read->width, 42 * 32);
    EXPECT_NEAR(read->width_mm, 42, 0.01);
    EXPECT_EQ(at(*read, 0, -18.5).alpha, 255);
}

std::string jpeg_of(const Raster& raster) {
    jpeg_compress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&jpeg, &bytes, &size);
    jpeg.image_width = static_cast<JDIMENSION>(raster.width);
    jpeg.image_height = static_cast<JDIMENSION>(raster.height);
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 90, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    std::string row;
    for (std::size_t y = 0; y < static_cast<std::size_t>(raster.height); ++y) {
        row.clear();
        for (std::size_t x = 0; x < static_cast<std::size_t>(raster.width); ++x)
            row += raster.rgba.substr((y * static_cast<std::size_t>(raster.width) + x) * 4, 3);
        auto* line = reinterpret_cast<JSAMPROW>(row.data());
        jpeg_write_scanlines(&jpeg, &line, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    std::string out(reinterpret_cast<char*>(bytes), size);
    std::free(bytes);
    return out;
}

TEST(ReadSealImageTest, JpegWithItsNoise) {
    const std::string jpeg = jpeg_of(scanned(500, 255));
    const auto read = read_seal_image(jpeg, false);
    ASSERT_TRUE(read);
    EXPECT_DOUBLE_EQ(read->width_mm, 42);
    EXPECT_EQ(at(*read, 0, 0).alpha, 0);
    EXPECT_GT(at(*read, 0, -18.5).alpha, 200);
    EXPECT_EQ(read_seal_image(jpeg.substr(0, jpeg.size() / 2), false).error().key, "seal.broken_picture");
}

TEST(ReadSealImageTest, BrokenFilesAreNamed) {
    const std::string png = encode_png(scanned(100, 255)).value();
    EXPECT_EQ(read_seal_image("GIF89a", false).error().key, "seal.not_a_picture");
    EXPECT_EQ(read_seal_image("", false).error().key, "seal.not_a_picture");
    EXPECT_EQ(read_seal_image("\xFF\xD8\xFF", false).error().key, "seal.broken_picture");
    for (const std::size_t size : {std::size_t{8}, std::size_t{20}, std::size_t{60}, png.size() / 2})
        EXPECT_EQ(read_seal_image(png.substr(0, size), false).error().key, "seal.broken_picture") << size;
    std::string huge = png;
    huge[17] = 1;  // width 65536 + 100
    EXPECT_EQ(read_seal_image(huge, false).error().key, "seal.picture_too_large");
}

}  // namespace
}  // namespace shanqi::seal
