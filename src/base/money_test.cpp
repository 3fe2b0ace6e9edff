#include "base/money.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace shanqi {
namespace {

std::string plain(std::string_view text) {
    const auto number = parse_decimal(text);
    return number ? number->plain() : "none";
}

TEST(Money, ReadsAmountsAsPeopleTypeThem) {
    EXPECT_EQ(plain("12000"), "12000");
    EXPECT_EQ(plain("12,000.50元"), "12000.50");
    EXPECT_EQ(plain("１２，０００．５０"), "12000.50");
    EXPECT_EQ(plain("¥1,234,567"), "1234567");
    EXPECT_EQ(plain("￥ 12"), "12");
    EXPECT_EQ(plain("人民币12000元整"), "12000");
    EXPECT_EQ(plain("-¥3.5"), "-3.5");
    EXPECT_EQ(plain("007"), "7");
    EXPECT_EQ(plain("-0.00"), "0.00");
}

TEST(Money, NeverGuesses) {
    for (const char* text : {"", "元", "12,34", "1,2345", ",123", "1,,234", "12万元", "1.2E+5", "12%", "1.2.3", "12 34",
                             ".5", "5.", "--1", "一百", "(12)"}) {
        EXPECT_EQ(plain(text), "none") << text;
    }
}

TEST(Money, ReadsTheBinaryNumbersOfASpreadsheet) {
    EXPECT_EQ(decimal_of(12000.5)->plain(), "12000.5");
    EXPECT_EQ(decimal_of(0.1 + 0.2)->plain(), "0.3");
    EXPECT_EQ(decimal_of(12000.1 * 3)->plain(), "36000.3");
    EXPECT_EQ(decimal_of(13800138000.0)->plain(), "13800138000");
    EXPECT_EQ(decimal_of(-0.0)->plain(), "0");
    EXPECT_FALSE(decimal_of(std::numeric_limits<double>::infinity()));
    EXPECT_FALSE(decimal_of(std::numeric_limits<double>::quiet_NaN()));
}

TEST(Money, TurnsYuanIntoFenExactly) {
    EXPECT_EQ(to_fen(*parse_decimal("12000.5")), 1200050);
    EXPECT_EQ(to_fen(*parse_decimal("0.07")), 7);
    EXPECT_EQ(to_fen(*parse_decimal("-0.10")), -10);
    EXPECT_EQ(to_fen(*parse_decimal("12.500")), 1250);
    EXPECT_EQ(to_fen(*parse_decimal("99999999999.99")), limits::amount_fen_max);
    EXPECT_EQ(to_fen(*parse_decimal("12.345")).error(), AmountProblem::too_precise);
    EXPECT_EQ(to_fen(*parse_decimal("100000000000")).error(), AmountProblem::too_large);
    EXPECT_EQ(to_fen(*parse_decimal("123456789012345678901234")).error(), AmountProblem::too_large);
    EXPECT_EQ(yuan_text(123450), "1234.50");
    EXPECT_EQ(yuan_text(-7), "-0.07");
}

TEST(Money, GroupsRoundsAndCompares) {
    EXPECT_EQ(parse_decimal("1234567.5")->grouped(), "1,234,567.5");
    EXPECT_EQ(parse_decimal("-123")->grouped(), "-123");
    EXPECT_EQ(parse_decimal("999.995")->rounded(2).plain(), "1000.00");
    EXPECT_EQ(parse_decimal("2.5")->rounded(0).plain(), "3");
    EXPECT_EQ(parse_decimal("-0.004")->rounded(2).plain(), "0.00");
    EXPECT_EQ(parse_decimal("3")->rounded(2).plain(), "3.00");
    EXPECT_EQ(compare(*parse_decimal("3"), *parse_decimal("3.00")), 0);
    EXPECT_LT(compare(*parse_decimal("-10"), *parse_decimal("-9.5")), 0);
    EXPECT_GT(compare(*parse_decimal("10"), *parse_decimal("9.99")), 0);
    EXPECT_LT(compare(*parse_decimal("0.05"), *parse_decimal("0.5")), 0);
}

}  // namespace
}  // namespace shanqi
