#include "office/layout/line_break.hpp"

#include <gtest/gtest.h>
#include <unicode/brkiter.h>
#include <unicode/unistr.h>

#include <memory>
#include <random>
#include <string>

#include "base/text.hpp"
#include "office/layout/shape.hpp"

namespace shanqi::office {
namespace {

// The text with | where a line may end.
std::string with_breaks(std::string_view utf8, bool chinese = true, LineBreakOptions options = {}) {
    const std::u32string text = to_utf32(utf8);
    std::vector<std::uint8_t> slots;
    for (const char32_t c : text) slots.push_back(font_slot(c, {.hint_east_asian = chinese}) == FontSlot::east_asian);
    std::vector<BreakAfter> after;
    find_line_breaks(text, slots, options, after);
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        append_utf8(result, text[i]);
        if (after[i] == BreakAfter::allowed) result += '|';
        if (after[i] == BreakAfter::mandatory) result += '!';
    }
    return result;
}

std::string with_icu_breaks(std::string_view utf8) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> iterator(
        icu::BreakIterator::createLineInstance(icu::Locale::getRoot(), status));
    const auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int>(utf8.size())));
    iterator->setText(text);
    std::string result;
    int from = 0;
    for (int to = iterator->next(); to != icu::BreakIterator::DONE; to = iterator->next()) {
        text.tempSubStringBetween(from, to).toUTF8String(result);
        if (to < text.length()) result += '|';
        from = to;
    }
    return result;
}

TEST(LineBreak, NoClosingPunctuationAtALinesStart) {
    EXPECT_EQ(with_breaks("甲，乙。丙；丁"), "甲，|乙。|丙；|丁");
    EXPECT_EQ(with_breaks("问？！答"), "问？！|答");
    EXPECT_EQ(with_breaks("和》》）。"), "和》》）。");
    EXPECT_EQ(with_breaks("阿·买"), "阿·|买");
    EXPECT_EQ(with_breaks("约3～5人"), "约|3～|5|人");
}

TEST(LineBreak, NoOpeningPunctuationAtALinesEnd) {
    EXPECT_EQ(with_breaks("按（甲"), "按|（甲");
    EXPECT_EQ(with_breaks("见《〈法"), "见|《〈法");
    EXPECT_EQ(with_breaks("说“好”了"), "说|“好”|了");
}

TEST(LineBreak, QuotationMarksOfLatinTextBindBothSides) {
    EXPECT_EQ(with_breaks("say “hi” now", false), "say |“hi” |now");
    EXPECT_EQ(with_breaks("Men’s", false), "Men’s");
}

TEST(LineBreak, DashesAndEllipsesAreNotSplit) {
    EXPECT_EQ(with_breaks("甲——乙"), "甲|——|乙");
    EXPECT_EQ(with_breaks("甲……乙"), "甲……|乙");
}

TEST(LineBreak, NumbersKeepTheirSigns) {
    EXPECT_EQ(with_breaks("达98.5%的"), "达|98.5%|的");
    EXPECT_EQ(with_breaks("共￥1,234.00元"), "共|￥1,234.00|元");
    EXPECT_EQ(with_breaks("气温25℃。"), "气|温|25℃。");
    EXPECT_EQ(with_breaks("（100）%"), "（100）%");
    EXPECT_EQ(with_breaks("共计，￥100"), "共|计，|￥100");
}

TEST(LineBreak, WordsStayWholeAndAddressesBreakAtSlashes) {
    EXPECT_EQ(with_breaks("由Volunteer Teaching项"), "由|Volunteer |Teaching|项");
    EXPECT_EQ(with_breaks("https://example.org/a/b?c=1"), "https://|example.org/|a/|b?|c=1");
    EXPECT_EQ(with_breaks("甲 、乙"), "甲 、|乙");
    EXPECT_EQ(with_breaks("甲方　乙方"), "甲|方　|乙|方");
}

TEST(LineBreak, OptionsOfTheParagraph) {
    EXPECT_EQ(with_breaks("甲，乙（丙", true, {.kinsoku = false}), "甲|，|乙|（|丙");
    EXPECT_EQ(with_breaks("abc", true, {.break_words = true}), "a|b|c");
}

TEST(LineBreak, MandatoryBreaks) {
    EXPECT_EQ(with_breaks("甲\u2028乙"), "甲\u2028!乙");
    EXPECT_EQ(with_breaks("甲\r\n乙"), "甲\r\n!乙");
}

TEST(LineBreak, ThaiIsBrokenByDictionary) { EXPECT_EQ(with_breaks("ภาษาไทย", false), "ภาษา|ไทย"); }

// ICU's iterator is the standard's reference for everything that Chinese rules do not change: no “ ”, no signs
// of ambiguous width in Chinese text.
TEST(LineBreak, AgreesWithIcuOnMixedText) {
    for (const char* text :
         {"根据《中华人民共和国慈善法》第二十三条的规定，甲方（某某基金会）与乙方经平等协商，于2026年11月24日签订本协议"
          "：",
          "总金额￥1,234,567.89元（大写：壹佰贰拾叁万……），完成率达到98.5%——这是前所未有的。",
          "The quick (brown) fox can't jump 32.3 feet, right? Yes: $3.50 or 4,00 €; e-mail a.b@example.org / fax "
          "+86-10-8888.",
          "电话010-88886666，邮箱info@example.org，网址https://www.example.org/a/b?c=1&d=2。",
          "第3条 甲方应于30日内支付50%的款项；逾期按0.5‰计。",
          "[1] see also (2) and {3} — the “first” one… and 'so on'!",
          "한국어 문장과 日本語のテスト、カタカナ・ひらがな。", "A/B测试 iOS版 v2.0-beta1（2026.11）",
          "नमस्ते दुनिया 👩‍👧 🇨🇳🇨🇳 ok",
          "1/2 3-4 5~6 7:30 8.9.10 -11 +12 #13 №14 15° 16′"}) {
        EXPECT_EQ(with_breaks(text, false), with_icu_breaks(text));
    }
}

TEST(LineBreak, AgreesWithIcuOnRandomText) {
    const std::u32string alphabet =
        U"中文字，。、；：？！）（《》「」…—aZé09 "
        U".,:;!?()[]/%-+$￥€@#'\"\u3000\u00A0\u00AD\u200B\u2060あァー가\u0301Ωя";
    std::mt19937 random(20261124);
    int different = 0;
    for (int round = 0; round < 5000; ++round) {
        std::u32string text;
        for (int i = 0; i < 12; ++i) text += alphabet[random() % alphabet.size()];
        const std::string utf8 = to_utf8(text);
        if (with_breaks(utf8, false) != with_icu_breaks(utf8) && ++different <= 5)
            ADD_FAILURE() << with_breaks(utf8, false) << "\n" << with_icu_breaks(utf8);
    }
    EXPECT_EQ(different, 0);
}

}  // namespace
}  // namespace shanqi::office
