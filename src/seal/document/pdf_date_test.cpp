#include "seal/document/pdf_date.hpp"

#include <gtest/gtest.h>

namespace shanqi::seal {
namespace {

std::string utc(std::string_view text) {
    const auto time = parse_pdf_date(text);
    return time ? iso_utc(*time) : "none";
}

TEST(PdfDate, ZonesAreTakenIntoAccount) {
    EXPECT_EQ(utc("D:20261124120635+08'00'"), "2026-11-24T04:06:35Z");
    EXPECT_EQ(utc("D:20261124120635+08'00"), "2026-11-24T04:06:35Z");
    EXPECT_EQ(utc("D:20261124120635-05'30'"), "2026-11-24T17:36:35Z");
    EXPECT_EQ(utc("D:20261124120635Z"), "2026-11-24T12:06:35Z");
    EXPECT_EQ(utc("D:20261124120635"), "2026-11-24T12:06:35Z");
}

TEST(PdfDate, LaterPartsMayBeMissing) {
    EXPECT_EQ(utc("D:2026"), "2026-01-01T00:00:00Z");
    EXPECT_EQ(utc("20261124"), "2026-11-24T00:00:00Z");
}

TEST(PdfDate, WhatIsNoDateIsNone) {
    EXPECT_EQ(utc("D:20260230"), "none");
    EXPECT_EQ(utc("yesterday"), "none");
    EXPECT_EQ(utc("D:202"), "none");
    EXPECT_EQ(utc(""), "none");
}

}  // namespace
}  // namespace shanqi::seal
