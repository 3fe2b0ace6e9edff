#include "office/merge/filter.hpp"

#include <gtest/gtest.h>

#include "office/merge/merge_testing.hpp"

namespace shanqi::office {
namespace {

using namespace testing;

// {{值|filters}} of a value, or the key of the problem.
std::string with(const std::string& filters, const Value& value) {
    return filled(paragraphs({"{{值|" + filters + "}}"}), one_row({{"值", value}}));
}

TEST(Filter, AmountsInCapitals) {
    EXPECT_EQ(with("大写", text("12,000.50元")), "壹万贰仟元零伍角整");
    EXPECT_EQ(with("大写", text("１２０００")), "壹万贰仟元整");
    EXPECT_EQ(with("大写", number(0.1 + 0.2, "0.30000000000000004")), "叁角整");
    EXPECT_EQ(with("大写", text("12.345")), "merge.amount_too_precise");
    EXPECT_EQ(with("大写", text("1000000000000")), "merge.amount_too_large");
    EXPECT_EQ(with("大写", text("约一千")), "merge.not_a_number");
    EXPECT_EQ(with("大写", date(2026, 3, 5)), "merge.not_a_number");
}

TEST(Filter, Numbers) {
    EXPECT_EQ(with("千分位", number(1234.5, "1234.5")), "1,234.50");
    EXPECT_EQ(with("千分位", number(1234, "1234")), "1,234");
    EXPECT_EQ(with("千分位", text("1234567.125")), "1,234,567.125");
    EXPECT_EQ(with("小数:2|千分位", text("1234567.125")), "1,234,567.13");
    EXPECT_EQ(with("小数:0", text("2.5")), "3");
    EXPECT_EQ(with("小数：2", text("7")), "7.00");
}

TEST(Filter, APercentageKeepsItsFace) {
    EXPECT_EQ(with("小数:2", number(0.125, "12.5%")), "12.50%");
    EXPECT_EQ(with("千分位", number(12.5, "1250%")), "1,250%");
    EXPECT_EQ(with("小数:0", text("12.5%")), "13%");
    EXPECT_EQ(with("大写", number(0.12, "12%")), "merge.not_a_number") << "no amount of money";
}

TEST(Filter, Dates) {
    EXPECT_EQ(with("中文日期", text("2026/3/5")), "2026年3月5日");
    EXPECT_EQ(with("大写日期", date(2026, 3, 5)), "二〇二六年三月五日");
    EXPECT_EQ(with("大写日期", date(2020, 10, 30)), "二〇二〇年十月三十日");
    EXPECT_EQ(with("大写日期", date(1999, 12, 21)), "一九九九年十二月二十一日");
    EXPECT_EQ(with("yyyy-MM-dd", text("2026年3月5日")), "2026-03-05");
    EXPECT_EQ(with("yyyy-mm-dd", date(2026, 3, 5)), "2026-03-05") << "spreadsheets write months so";
    EXPECT_EQ(with("yyyy年M月d日 HH:mm", date(2026, 3, 5, 9, 7)), "2026年3月5日 09:07");
    EXPECT_EQ(with("M月d日", date(2026, 3, 5)), "3月5日");
    EXPECT_EQ(with("中文日期", text("2026-03-05 00:00:00")), "2026年3月5日");
    EXPECT_EQ(with("M月d日 HH:mm", text("2026/3/5 14:30")), "3月5日 14:30");
    EXPECT_EQ(with("中文日期", text("2026/3/5 25:30")), "merge.not_a_date");
    EXPECT_EQ(with("中文日期", text("2026/3/5 起")), "merge.not_a_date");
    EXPECT_EQ(with("中文日期", text("2026年2月30日")), "merge.not_a_date");
    EXPECT_EQ(with("yyyy", number(46086, "46086")), "merge.date_serial") << "a serial is never guessed";
    EXPECT_EQ(with("yyyy", text("46086")), "merge.date_serial");
    EXPECT_EQ(with("yyyy", number(12, "12")), "merge.not_a_date");
    EXPECT_EQ(with("中文日期", number(20260305, "20260305")), "2026年3月5日");
    EXPECT_EQ(with("中文日期", number(20260230, "20260230")), "merge.not_a_date");
}

TEST(Filter, Masks) {
    EXPECT_EQ(with("掩码", text("13800138000")), "138****8000");
    EXPECT_EQ(with("掩码", text("99010119900307123X")), "990***********123X");
    EXPECT_EQ(with("掩码", text("某某")), "某*");
    EXPECT_EQ(with("掩码", text("某某某")), "某**");
    EXPECT_EQ(with("掩码", text("欧阳某某")), "欧阳**");
    EXPECT_EQ(with("掩码", text("office@example.org")), "o*****@example.org");
    EXPECT_EQ(with("掩码", text("甲")), "*");
}

TEST(Filter, SpacesAndDefaults) {
    EXPECT_EQ(with("去空格", text("某 某　某")), "某某某");
    EXPECT_EQ(with("默认:（无）", text("")), "（无）");
    EXPECT_EQ(with("默认:", text("")), "");
    EXPECT_EQ(with("大写|默认:面议", text(" ")), "面议") << "a default needs no filter";
    EXPECT_EQ(with("大写|默认:面议", text("3")), "叁元整");
}

TEST(Filter, UnknownOnesAreNamedWithTheNearest) {
    const auto made = Template::compile(document(paragraphs({"这一段有{{金额|大些}}的错"})));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().key, "merge.unknown_filter");
    const auto argument = [&](const std::string& name) {
        for (const auto& [key, value] : made.error().arguments) {
            if (key == name) return value;
        }
        return std::string();
    };
    EXPECT_EQ(argument("filter"), "大些");
    EXPECT_EQ(argument("suggestion"), "大写");
    EXPECT_EQ(argument("words").substr(0, 12), "这一段有");
    EXPECT_EQ(with("小数", text("1")), "merge.bad_filter_argument");
    EXPECT_EQ(with("大写:3", text("1")), "merge.bad_filter_argument");
}

}  // namespace
}  // namespace shanqi::office
