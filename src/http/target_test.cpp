#include "http/target.hpp"

#include <gtest/gtest.h>

namespace shanqi::http {
namespace {

TEST(Target, IsDecodedOnce) {
    const auto target = parse_target("/a%20b/%E5%90%8D/c%2525?x=1+2&y=%26&flag&&z=a=b");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a b/名/c%25");
    EXPECT_EQ(target->query, (Pairs{{"x", "1 2"}, {"y", "&"}, {"flag", ""}, {"z", "a=b"}}));
    EXPECT_EQ(parse_target("https://host:1/a?b")->path, "/a");
    EXPECT_EQ(parse_target("/")->path, "/");
    EXPECT_EQ(parse_target("/a/")->path, "/a/");
}

TEST(Target, WhatCanBeReadInTwoWaysIsRefused) {
    for (const char* wrong :
         {"",         "a",        "*",       "/..",         "/a/..",         "/a/./b",      "/%2e%2e/b",
          "/a//b",    "//",       "/a%2fb",  "/a%5Cb",      "/a\\b",         "/%00",        "/%0a",
          "/a\x7f",   "/%ff",     "/%c0%af", "/%",          "/%4",           "/%zz",        "/a#b",
          "/a?b=%00", "/a?b=%ff", "/a?b=%1", "http://host", "http://host?a", "ftp://host/a"})
        EXPECT_FALSE(parse_target(wrong)) << wrong;
    std::string many = "/a?";
    for (std::size_t i = 0; i < limits::query_parameters_max; ++i) many += "x&";
    EXPECT_TRUE(parse_target(many));
    EXPECT_FALSE(parse_target(many + "x"));
}

TEST(Target, GzipOnlyWhereItIsLiked) {
    for (const char* yes : {"gzip", "br, gzip;q=0.5", "*", "identity;q=0, *;q=0.1", "deflate , gzip"})
        EXPECT_TRUE(accepts_gzip(yes)) << yes;
    for (const char* no : {"", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0", "x-gzipped"})
        EXPECT_FALSE(accepts_gzip(no)) << no;
}

TEST(Target, TagsAreComparedWeakly) {
    for (const char* same : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"}) EXPECT_TRUE(names_tag(same, "\"a\"")) << same;
    for (const char* other : {"", "\"b\"", "a", "\"a"}) EXPECT_FALSE(names_tag(other, "\"a\"")) << other;
    EXPECT_FALSE(names_tag("*", ""));
}

TEST(Target, OneRangeOfBytes) {
    const auto part = [](std::string_view text) {
        const Range range = parse_range(text, 10);
        EXPECT_EQ(range.kind, Range::Kind::part) << text;
        return std::pair(range.part.first, range.part.count);
    };
    EXPECT_EQ(part("bytes=0-0"), std::pair(0UL, 1UL));
    EXPECT_EQ(part("bytes=5-99"), std::pair(5UL, 5UL));
    EXPECT_EQ(part("bytes=-99"), std::pair(0UL, 10UL));
    EXPECT_EQ(part("bytes=9-"), std::pair(9UL, 1UL));
    for (const char* beyond : {"bytes=10-", "bytes=10-11", "bytes=-0"})
        EXPECT_EQ(parse_range(beyond, 10).kind, Range::Kind::not_satisfiable) << beyond;
    EXPECT_EQ(parse_range("bytes=-1", 0).kind, Range::Kind::not_satisfiable);
    for (const char* ignored : {"", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=0-1,3-4", "lines=1-2",
                                "bytes=99999999999999999999-", "bytes=--1"})
        EXPECT_EQ(parse_range(ignored, 10).kind, Range::Kind::whole) << ignored;
}

TEST(Target, TheLanguageIsChosenThenLikedThenChinese) {
    Request request;
    EXPECT_EQ(language_of(request), Language::zh_hans);
    request.headers = {{"accept-language", "fr, en-GB;q=0.8, zh;q=0.5"}};
    EXPECT_EQ(language_of(request), Language::en);
    request.headers.emplace_back("cookie", "x=y; shanqi_lang=zh-Hans; z=1");
    EXPECT_EQ(language_of(request), Language::zh_hans);
    request.query = {{"lang", "zh-Hant"}};
    EXPECT_EQ(language_of(request), Language::zh_hant);
    request.query = {{"lang", "en"}};
    EXPECT_EQ(language_of(request), Language::en);
    EXPECT_EQ(request.cookie("z"), "1");
    EXPECT_EQ(request.cookie("shanqi"), "");
}

}  // namespace
}  // namespace shanqi::http
