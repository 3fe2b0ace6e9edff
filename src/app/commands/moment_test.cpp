#include "app/commands/moment.hpp"

#include <gtest/gtest.h>

namespace shanqi::app {
namespace {

std::string utc(std::string_view text) {
    const auto time = parse_moment(text);
    return time ? iso_utc(*time) : time.error().key;
}

TEST(Moment, ADayIsItsLastSecondInChina) { EXPECT_EQ(utc("2026-11-25"), "2026-11-25T15:59:59Z"); }

TEST(Moment, Rfc3339) {
    EXPECT_EQ(utc("2026-11-25T20:00:01+08:00"), "2026-11-25T12:00:01Z");
    EXPECT_EQ(utc("2026-11-25T20:00:01Z"), "2026-11-25T20:00:01Z");
    EXPECT_EQ(utc("2026-11-25T20:00:01-05:30"), "2026-11-26T01:30:01Z");
    EXPECT_EQ(utc("2026-11-25 20:00"), "2026-11-25T12:00:00Z");  // without a zone: China's
}

TEST(Moment, WhatIsNoTimeIsAnError) {
    for (const char* text : {"", "tomorrow", "2026-02-30", "2026-11-25T", "2026-11-25T25:00Z", "2026-11-25T20:00:01+8",
                             "2026-11-25T20:00:01Zx"})
        EXPECT_EQ(utc(text), "app.bad_time") << text;
}

}  // namespace
}  // namespace shanqi::app
