// Amounts in capitals: a table of cases from the rules, and an independent reader that reads them back.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>

#include "base/text.hpp"
#include "office/merge/merge.hpp"

namespace shanqi::office {
namespace {

struct Case {
    std::int64_t fen;
    const char* capitals;
};

class CapitalAmount : public ::testing::TestWithParam<Case> {};

TEST_P(CapitalAmount, IsWrittenAsTheRulesSay) {
    EXPECT_EQ(chinese_capital_amount(GetParam().fen), GetParam().capitals);
}

// 支付结算办法, annex 1, items 1 and 2, gives the amounts 1,409.50, 6,007.14, 1,680.32, 107,000.53, 16,409.02, 325.04.
INSTANTIATE_TEST_SUITE_P(Rules, CapitalAmount,
                         ::testing::Values(Case{140950, "壹仟肆佰零玖元伍角整"}, Case{600714, "陆仟零柒元壹角肆分"},
                                           Case{168032, "壹仟陆佰捌拾元零叁角贰分"},
                                           Case{10700053, "壹拾万柒仟元零伍角叁分"},
                                           Case{1640902, "壹万陆仟肆佰零玖元零贰分"},
                                           Case{32504, "叁佰贰拾伍元零肆分"}));
INSTANTIATE_TEST_SUITE_P(
    Places, CapitalAmount,
    ::testing::Values(Case{0, "零元整"}, Case{1, "壹分"}, Case{5, "伍分"}, Case{50, "伍角整"}, Case{55, "伍角伍分"},
                      Case{100, "壹元整"}, Case{101, "壹元零壹分"}, Case{110, "壹元壹角整"}, Case{1000, "壹拾元整"},
                      Case{1100, "壹拾壹元整"}, Case{10000, "壹佰元整"}, Case{10100, "壹佰零壹元整"},
                      Case{11000, "壹佰壹拾元整"}, Case{100000, "壹仟元整"}, Case{100100, "壹仟零壹元整"},
                      Case{1000000, "壹万元整"}, Case{1230000, "壹万贰仟叁佰元整"}, Case{1000100, "壹万零壹元整"},
                      Case{10000000, "壹拾万元整"}, Case{100000000, "壹佰万元整"}, Case{1000000000, "壹仟万元整"},
                      Case{10000000000, "壹亿元整"}, Case{10000000100, "壹亿零壹元整"},
                      Case{10001000000, "壹亿零壹万元整"}, Case{10000500007, "壹亿零伍仟元零柒分"},
                      Case{11000000000, "壹亿壹仟万元整"}, Case{100000010000, "壹拾亿零壹佰元整"},
                      Case{101000000000, "壹拾亿壹仟万元整"}, Case{2000001000, "贰仟万零壹拾元整"},
                      Case{100000000000000, "壹万亿元整"},
                      Case{9999999999999, "玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"},
                      Case{-1200, "负壹拾贰元整"}));

// Reads capitals back without knowing how they were written: digits, units, and sections of 万 and 亿.
std::optional<std::int64_t> read_back(std::string_view capitals) {
    static const std::map<char32_t, std::int64_t> digits{{U'零', 0}, {U'壹', 1}, {U'贰', 2}, {U'叁', 3}, {U'肆', 4},
                                                         {U'伍', 5}, {U'陆', 6}, {U'柒', 7}, {U'捌', 8}, {U'玖', 9}};
    static const std::map<char32_t, std::int64_t> small{{U'拾', 10}, {U'佰', 100}, {U'仟', 1000}};
    std::int64_t total = 0, section = 0, digit = 0, fen = 0, sign = 1;
    for (const char32_t c : to_utf32(capitals)) {
        if (const auto found = digits.find(c); found != digits.end()) {
            if (digit != 0) return std::nullopt;
            digit = found->second;
            continue;
        }
        if (const auto unit = small.find(c); unit != small.end()) {
            section += digit * unit->second;
        } else if (c == U'万') {
            total += (section + digit) * 10'000;
            section = 0;
        } else if (c == U'亿') {
            total = (total + section + digit) * 100'000'000;
            section = 0;
        } else if (c == U'元') {
            fen = (total + section + digit) * 100;
        } else if (c == U'角') {
            fen += digit * 10;
        } else if (c == U'分') {
            fen += digit;
        } else if (c == U'负') {
            sign = -1;
        } else if (c != U'整') {
            return std::nullopt;
        }
        digit = 0;
    }
    return sign * fen;
}

TEST(CapitalAmountProperty, EveryAmountReadsBackAsItself) {
    std::mt19937_64 random(20260305);
    for (std::int64_t fen = 0; fen < 30'000; ++fen) ASSERT_EQ(read_back(chinese_capital_amount(fen)), fen) << fen;
    for (int i = 0; i < 200'000; ++i) {
        std::int64_t fen = static_cast<std::int64_t>(random() % 100'000'000'000'000'000ULL);
        for (std::uint64_t zeros = random() % 6; zeros > 0; --zeros) {  // numbers of people are full of zeros
            std::int64_t place = 1;
            for (std::uint64_t p = random() % 17; p > 0; --p) place *= 10;
            fen -= fen / place % 10 * place;
        }
        fen /= static_cast<std::int64_t>(random() % 3 == 0 ? 1'000'000 : 1);
        const std::string capitals = chinese_capital_amount(fen);
        ASSERT_EQ(read_back(capitals), fen) << capitals;
        ASSERT_EQ(capitals.find("零零"), std::string::npos) << capitals;
        ASSERT_EQ(capitals.find("零元") == std::string::npos || fen == 0, true) << capitals;
        ASSERT_EQ(capitals.find("零万"), std::string::npos) << capitals;
        ASSERT_EQ(capitals.find("亿万"), std::string::npos) << capitals;
    }
}

}  // namespace
}  // namespace shanqi::office
