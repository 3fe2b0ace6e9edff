#include "office/fonts/fonts.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace shanqi::office {
namespace {

const FontLibrary& library() {
    static const auto opened = FontLibrary::open();
    if (!opened) {
        ADD_FAILURE() << opened.error().key;
        std::abort();
    }
    return **opened;
}

std::string face_name(std::string_view family, bool bold = false, bool italic = false, bool east_asian = true) {
    return library().faces()[library().choose(family, bold, italic, east_asian).face].postscript_name;
}

TEST(Fonts, ChineseFamiliesByTheirNamesInBothLanguages) {
    EXPECT_EQ(face_name("宋体"), "NotoSerifCJKsc-Regular");
    EXPECT_EQ(face_name("SimSun"), "NotoSerifCJKsc-Regular");
    EXPECT_EQ(face_name("simsun"), "NotoSerifCJKsc-Regular");
    EXPECT_EQ(face_name("@宋体 "), "NotoSerifCJKsc-Regular");
    EXPECT_EQ(face_name("宋体", true), "NotoSerifCJKsc-Bold");
    EXPECT_EQ(face_name("黑体"), "NotoSansCJKsc-Regular");
    EXPECT_EQ(face_name("Microsoft YaHei", true), "NotoSansCJKsc-Bold");
    EXPECT_EQ(face_name("仿宋_GB2312"), "FandolFang-Regular");
    EXPECT_EQ(face_name("FangSong"), face_name("华文仿宋"));
    EXPECT_EQ(face_name("楷体_GB2312"), "LXGWWenKai-Regular");
    EXPECT_EQ(face_name("方正小标宋简体"), "NotoSerifCJKsc-Bold");
    EXPECT_EQ(face_name("新細明體"), "NotoSerifCJKtc-Regular");
}

TEST(Fonts, LatinFamiliesWithTheirStyles) {
    EXPECT_EQ(face_name("Times New Roman", false, false, false), "LiberationSerif");
    EXPECT_EQ(face_name("Times New Roman", true, true, false), "LiberationSerif-BoldItalic");
    EXPECT_EQ(face_name("Arial", false, true, false), "LiberationSans-Italic");
    EXPECT_EQ(face_name("Courier New", false, false, false), "LiberationMono");
}

TEST(Fonts, ChineseTextInALatinFamilyGetsAChineseFace) {
    EXPECT_EQ(face_name("Times New Roman"), "NotoSerifCJKsc-Regular");
    EXPECT_EQ(face_name("Arial"), "NotoSansCJKsc-Regular");
    EXPECT_EQ(face_name("宋体", false, false, false), "NotoSerifCJKsc-Regular");
}

TEST(Fonts, UnknownFamiliesFallToTheNearestKind) {
    EXPECT_FALSE(library().is_known_family("某某定制楷书"));
    EXPECT_TRUE(library().is_known_family("TIMES NEW ROMAN"));
    EXPECT_EQ(face_name("某某定制楷书"), "LXGWWenKai-Regular");
    EXPECT_EQ(face_name("某某粗黑"), "NotoSansCJKsc-Regular");
    EXPECT_EQ(face_name("Nobody Sans", false, false, false), "LiberationSans");
    EXPECT_EQ(face_name("Nobody", false, false, false), "LiberationSerif");
    EXPECT_EQ(face_name(""), "NotoSerifCJKsc-Regular");
}

TEST(Fonts, WhatAFamilyLacksIsMarkedSynthetic) {
    EXPECT_TRUE(library().choose("仿宋", true, false, true).synthetic_bold);
    EXPECT_FALSE(library().choose("宋体", true, false, true).synthetic_bold);
    EXPECT_TRUE(library().choose("宋体", false, true, true).synthetic_italic);
    EXPECT_FALSE(library().choose("Times New Roman", true, true, false).synthetic_italic);
}

TEST(Fonts, LineMetricsAreThoseOfTheNamedFamily) {
    const FontChoice song = library().choose("宋体", false, false, true);
    EXPECT_NEAR(song.line_ascent + song.line_descent + song.line_gap, 1.3, 1e-9);
    const FontChoice times = library().choose("Times New Roman", false, false, false);
    EXPECT_NEAR(times.line_ascent + times.line_descent + times.line_gap, 1.1499, 1e-3);
}

TEST(Fonts, GlyphsAndFallback) {
    const FaceId fang = library().choose("仿宋", false, false, true).face;
    const FaceId times = library().choose("Times New Roman", false, false, false).face;
    EXPECT_NE(library().glyph(fang, U'中'), 0U);
    EXPECT_EQ(library().glyph(times, U'中'), 0U);
    EXPECT_EQ(library().glyph(fang, 0x110000), 0U);
    ASSERT_EQ(library().glyph(fang, U'䶮'), 0U);
    const Face* face = library().fallback(U'䶮', library().faces()[fang]);
    ASSERT_NE(face, nullptr);
    EXPECT_EQ(face->postscript_name, "NotoSerifCJKsc-Regular");
    EXPECT_EQ(library().fallback(0x10FFFD, library().faces()[fang]), nullptr);
    // Extension G is only in the font for rare characters.
    face = library().fallback(U'𰻝', library().faces()[times]);
    ASSERT_NE(face, nullptr);
    EXPECT_NE(library().glyph(face->id, U'𰻝'), 0U);
}

TEST(Fonts, MisdrawnAndPrivateCharactersAreNotTaken) {
    const FaceId fang = library().choose("仿宋", false, false, true).face;
    EXPECT_EQ(library().glyph(fang, U'￥'), 0U);  // FandolFang draws a dollar sign
    for (const Face& face : library().faces()) EXPECT_EQ(library().glyph(face.id, 0xE001), 0U) << face.postscript_name;
}

TEST(Fonts, FacesDescribeThemselves) {
    for (const Face& face : library().faces()) {
        SCOPED_TRACE(face.postscript_name);
        EXPECT_FALSE(face.postscript_name.empty());
        EXPECT_FALSE(face.family.empty());
        EXPECT_EQ(&library().faces()[face.id], &face);
        EXPECT_GT(face.ascent, 0.5);
        EXPECT_GT(face.descent, 0.05);
        EXPECT_GT(face.cap_height, 0.3);
        EXPECT_GT(face.bbox[2], face.bbox[0]);
        EXPECT_EQ(face.italic_angle < 0, face.italic);
    }
    const Face& song = library().faces()[library().choose("宋体", false, false, true).face];
    EXPECT_EQ(song.outlines, Face::Outlines::cff);
    EXPECT_EQ(song.family, "Noto Serif CJK SC");
}

TEST(Fonts, ThreadsMayAskAtTheSameTime) {
    const auto fresh = FontLibrary::open();
    ASSERT_TRUE(fresh);
    const FaceId song = (*fresh)->choose("宋体", false, false, true).face;
    std::vector<std::uint64_t> sums(4);
    std::vector<std::thread> threads;
    threads.reserve(sums.size());
    for (auto& sum : sums)
        threads.emplace_back([&] {
            for (char32_t c = 0x4E00; c < 0x9FA6; ++c) sum += (*fresh)->glyph(song, c);
        });
    for (auto& thread : threads) thread.join();
    for (const auto sum : sums) EXPECT_EQ(sum, sums[0]);
    EXPECT_NE(sums[0], 0U);
}

}  // namespace
}  // namespace shanqi::office
