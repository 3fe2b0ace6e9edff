#include "office/layout/list_labels.hpp"

#include <gtest/gtest.h>

#include "office/layout/number_format.hpp"

namespace shanqi::office {
namespace {

TEST(NumberFormat, WritesWhatChineseListsNeed) {
    struct Case {
        int value;
        const char* format;
        const char* expected;
    };
    const Case cases[] = {
        {1, "decimal", "1"},
        {7, "decimalZero", "07"},
        {12, "decimalZero", "12"},
        {4, "upperRoman", "IV"},
        {1999, "lowerRoman", "mcmxcix"},
        {27, "lowerLetter", "aa"},
        {28, "upperLetter", "BB"},
        {10, "chineseCounting", "十"},
        {11, "chineseCountingThousand", "十一"},
        {20, "chineseCounting", "二十"},
        {105, "chineseCounting", "一〇五"},
        {105, "chineseCountingThousand", "一百零五"},
        {110, "chineseCountingThousand", "一百一十"},
        {10010, "chineseCountingThousand", "一万零一十"},
        {21, "japaneseCounting", "二十一"},
        {2026, "ideographDigital", "二〇二六"},
        {3, "chineseLegalSimplified", "叁"},
        {10, "chineseLegalSimplified", "壹拾"},
        {3, "ideographTraditional", "丙"},
        {11, "ideographTraditional", "11"},
        {1, "ideographZodiac", "子"},
        {5, "decimalEnclosedCircle", "⑤"},
        {21, "decimalEnclosedCircle", "21"},
        {2, "decimalEnclosedParen", "⑵"},
        {12, "decimalFullWidth", "１２"},
        {3, "numberInDash", "- 3 -"},
        {3, "none", ""},
        {0, "upperRoman", "0"},
        {-2, "lowerLetter", "-2"},
        {3, "somethingNew", "3"},
        {4, "ROMAN", "IV"},
    };
    for (const auto& one : cases) EXPECT_EQ(format_number(one.value, one.format), one.expected) << one.format;
}

class Lists : public ::testing::Test {
protected:
    Lists() {
        List list;
        list.levels = {level("chineseCounting", "第%1条"), level("decimal", "%1.%2"), level("lowerLetter", "%3)")};
        list.levels[1].legal = true;
        document_.lists[1] = list;
        document_.lists[2] = list;  // the same abstract list
        for (auto& one : list.levels) one.abstract_list = 9;
        list.levels[0].start = 5;
        document_.lists[3] = list;
    }

    static ListLevel level(const char* format, const char* text) {
        ListLevel out;
        out.format = format;
        out.text = text;
        return out;
    }

    std::string next(int list, int level) {
        Paragraph paragraph;
        paragraph.style.numbering = NumberingReference{list, level};
        return counters_.next(paragraph, document_).text;
    }

    Document document_;
    ListCounters counters_;
};

TEST_F(Lists, CountLevelsAndRestartTheDeeperOnes) {
    EXPECT_EQ(next(1, 0), "第一条");
    EXPECT_EQ(next(1, 1), "1.1");
    EXPECT_EQ(next(1, 1), "1.2");
    EXPECT_EQ(next(1, 2), "a)");
    EXPECT_EQ(next(1, 0), "第二条");
    EXPECT_EQ(next(1, 1), "2.1");
    EXPECT_EQ(next(1, 2), "a)");
}

TEST_F(Lists, ListsOfOneDefinitionCountTogether) {
    EXPECT_EQ(next(1, 0), "第一条");
    EXPECT_EQ(next(2, 0), "第二条");
    EXPECT_EQ(next(3, 0), "第五条");
    EXPECT_EQ(next(3, 0), "第六条");
    EXPECT_EQ(next(1, 0), "第三条");
}

TEST_F(Lists, RestartCanBeForbiddenOrTied) {
    document_.lists[1].levels[1].restart_after = 0;
    EXPECT_EQ(next(1, 0), "第一条");
    EXPECT_EQ(next(1, 1), "1.1");
    EXPECT_EQ(next(1, 0), "第二条");
    EXPECT_EQ(next(1, 1), "2.2");
    document_.lists[1].levels[2].restart_after = 1;
    EXPECT_EQ(next(1, 2), "a)");
    EXPECT_EQ(next(1, 1), "2.3");
    EXPECT_EQ(next(1, 2), "b)");
    EXPECT_EQ(next(1, 0), "第三条");
    EXPECT_EQ(next(1, 2), "a)");
}

TEST_F(Lists, ALevelThatWasPassedOverCountsAsBegun) { EXPECT_EQ(next(1, 1), "1.1"); }

TEST_F(Lists, BulletsAndUnknownLists) {
    document_.lists[1].levels[0] = level("bullet", "•");
    EXPECT_EQ(next(1, 0), "•");
    EXPECT_EQ(next(7, 0), "");
    EXPECT_EQ(next(1, 8), "");
}

}  // namespace
}  // namespace shanqi::office
