#include "office/pdf/picture.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include "office/pdf/jpeg.hpp"
#include "office/pdf/test_pictures.hpp"

namespace shanqi::office::pdf {
namespace {

std::string inflated(const std::string& bytes, std::size_t size) {
    std::string out(size, '\0');
    libdeflate_decompressor* decompressor = libdeflate_alloc_decompressor();
    std::size_t actual = 0;
    auto result = libdeflate_zlib_decompress(decompressor, bytes.data(), bytes.size(), out.data(), out.size(), &actual);
    libdeflate_free_decompressor(decompressor);
    return result == LIBDEFLATE_SUCCESS && actual == size ? out : "";
}

TEST(Picture, png_with_alpha_becomes_colour_and_mask) {
    auto picture = read_picture(test::png(2, 1, PNG_FORMAT_RGBA, std::string("\xFF\0\0\x80\0\xFF\0\xFF", 8)));
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->components, 3);
    EXPECT_EQ(inflated(picture->data, 6), std::string("\xFF\0\0\0\xFF\0", 6));
    EXPECT_EQ(inflated(picture->alpha, 2), "\x80\xFF");
}

TEST(Picture, opaque_png_has_no_mask) {
    auto picture = read_picture(test::png(2, 1, PNG_FORMAT_RGBA, std::string("\1\2\3\xFF\4\5\6\xFF", 8)));
    ASSERT_TRUE(picture);
    EXPECT_TRUE(picture->alpha.empty());
    EXPECT_EQ(inflated(picture->data, 6), "\1\2\3\4\5\6");
}

TEST(Picture, grey_and_sixteen_bit_png) {
    auto grey = read_picture(test::png(3, 1, PNG_FORMAT_GRAY, std::string("\0\x80\xFF", 3)));
    ASSERT_TRUE(grey);
    EXPECT_EQ(grey->components, 1);
    EXPECT_EQ(inflated(grey->data, 3), std::string("\0\x80\xFF", 3));
    const std::uint16_t white[3] = {65535, 65535, 65535};
    auto deep =
        read_picture(test::png(1, 1, PNG_FORMAT_LINEAR_RGB, {reinterpret_cast<const char*>(white), sizeof white}));
    ASSERT_TRUE(deep);
    EXPECT_EQ(inflated(deep->data, 3), "\xFF\xFF\xFF");
}

TEST(Picture, jpeg_is_taken_as_it_is) {
    Image file = test::jpeg(8, 8, 3, std::string(192, '\x40'));
    auto picture = read_picture(file);
    ASSERT_TRUE(picture);
    EXPECT_TRUE(picture->is_jpeg);
    EXPECT_EQ(picture->data, file.bytes);
}

TEST(Picture, cmyk_jpeg_becomes_rgb) {
    Image file = test::jpeg(8, 8, 4, std::string(256, '\0'));
    auto picture = read_picture(file);
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->components, 3);
    EXPECT_NE(picture->data, file.bytes);
    auto again = read_jpeg(picture->data);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->components, 3);
}

TEST(Picture, broken_files_are_refused_by_name) {
    Image png = test::png(64, 64, PNG_FORMAT_RGB, std::string(64 * 64 * 3, 'x'));
    Image jpeg = test::jpeg(64, 64, 3, std::string(64 * 64 * 3, 'x'));
    for (Image file : {png, jpeg}) {
        file.bytes.resize(20);
        auto picture = read_picture(file);
        ASSERT_FALSE(picture);
        EXPECT_EQ(picture.error().key, "pdf.bad_image");
        EXPECT_EQ(picture.error().arguments.at(0).second, file.name);
    }
}

TEST(Picture, a_picture_that_claims_to_be_huge_is_refused_before_it_is_decoded) {
    Image file = test::png(1, 1, PNG_FORMAT_GRAY, "x");
    file.bytes.replace(16, 8, std::string("\0\0\x75\x2F\0\0\x75\x2F", 8));  // IHDR: 29,999 by 29,999
    EXPECT_EQ(read_picture(file).error().key, "pdf.bad_image");
}

}  // namespace
}  // namespace shanqi::office::pdf
