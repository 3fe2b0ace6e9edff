// What refuses a template, a binding or a row.
#include <gmock/gmock.h>

#include "base/messages.hpp"
#include "office/merge/merge_testing.hpp"

namespace shanqi::office {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string refused(const std::vector<std::string>& body) {
    const auto made = Template::compile(document(paragraphs(body)));
    return made ? "accepted" : made.error().key;
}

TEST(Compile, RefusesBrokenMarkersByName) {
    EXPECT_EQ(refused({"一{{学校"}), "merge.unclosed_field");
    EXPECT_EQ(refused({"一{{学校", "名称}}"}), "merge.unclosed_field");
    EXPECT_EQ(refused({"一{{学校{{名称}}"}), "merge.unclosed_field");
    EXPECT_EQ(refused({"学校}}"}), "merge.stray_close");
    EXPECT_EQ(refused({"{{ }}"}), "merge.empty_marker");
    EXPECT_EQ(refused({"{{#如 甲}}"}), "merge.unknown_marker");
    EXPECT_EQ(refused({"{{/每}}"}), "merge.unknown_marker");
    EXPECT_EQ(refused({"{{#如果}}甲{{/如果}}"}), "merge.bad_condition");
    EXPECT_EQ(refused({"{{#如果 金额>很多}}甲{{/如果}}"}), "merge.bad_condition");
    EXPECT_EQ(refused({"{{#如果 甲}}", "乙"}), "merge.unclosed_condition");
    EXPECT_EQ(refused({"{{#每行}}", "乙"}), "merge.unclosed_repeat");
    EXPECT_EQ(refused({"乙", "{{/如果}}"}), "merge.unexpected_end");
    EXPECT_EQ(refused({"{{#否则}}"}), "merge.unexpected_else");
    EXPECT_EQ(refused({"{{#如果 甲}}一{{#否则}}二{{#否则}}三{{/如果}}"}), "merge.unexpected_else");
    EXPECT_EQ(refused({"{{#如果 甲}}{{#每行}}{{/如果}}{{/每行}}"}), "merge.crossed_markers");
    EXPECT_EQ(refused({"{{#每行}}", "{{#如果 甲}}", "{{/每行}}", "{{/如果}}"}), "merge.crossed_markers");
    EXPECT_EQ(refused({"前{{#如果 甲}}后", "{{/如果}}"}), "merge.marker_in_text");
    EXPECT_EQ(refused({"{{#每行}}", "{{#每行}}甲{{/每行}}", "{{/每行}}"}), "merge.nested_repeat");
    EXPECT_EQ(refused({"{{#每行}}{{印章}}{{/每行}}"}), "merge.mark_in_repeat");
    EXPECT_EQ(refused({"{{会签:乙方}}", "{{会签：乙方}}"}), "merge.duplicate_countersign");
}

TEST(Compile, RefusesMarkersThatCrossTheEdgeOfATable) {
    EXPECT_FALSE(Template::compile(document({paragraph("{{#如果 甲}}"), table({{"{{/如果}}", "乙"}})})));
    EXPECT_FALSE(Template::compile(document({table({{"前{{#如果 甲}}后", "乙"}, {"{{/如果}}", ""}})})));
    EXPECT_FALSE(Template::compile(document({table({{"{{#如果 甲}}", "乙"}})})));
}

TEST(Compile, ErrorsNameTheParagraph) {
    const auto made = Template::compile(document(paragraphs({"第一条　双方{{#如果 甲}}同意", "乙"})));
    ASSERT_FALSE(made);
    EXPECT_THAT(message(made.error(), Language::zh_hans), HasSubstr("第一条　双方"));
    EXPECT_THAT(message(made.error(), Language::en), HasSubstr("第一条　双方"));
}

TEST(Compile, DeepNestingIsRefused) {
    std::string body;
    for (int i = 0; i < 200; ++i) body += "{{#如果 甲}}";
    EXPECT_EQ(refused({body}), "merge.too_deep");
}

TEST(Compile, TellsWhichFieldsThereAre) {
    const auto made =
        Template::compile(document(paragraphs({"{{学校}}{{ 学校 |大写}}", "{{#如果 备注}}{{备注}}{{/如果}}",
                                               "{{年}}{{电话|默认:无}}", "{{#每行}}{{品名}}{{/每行}}"})));
    ASSERT_TRUE(made);
    const auto& fields = made->fields();
    ASSERT_EQ(fields.size(), 5U);
    EXPECT_EQ(fields[0].name, "学校");
    EXPECT_THAT(fields[0].filters, ElementsAre("大写"));
    EXPECT_TRUE(fields[0].required);
    EXPECT_EQ(fields[1].name, "备注");
    EXPECT_FALSE(fields[1].required);
    EXPECT_TRUE(fields[2].built_in);
    EXPECT_FALSE(fields[3].required);
    EXPECT_TRUE(fields[4].repeated);
    EXPECT_TRUE(made->repeats_rows());
}

TEST(Bind, NamesMatchAfterFolding) {
    EXPECT_EQ(filled(paragraphs({"{{学校 名称（全称）}}{{ｉｄ}}"}),
                     one_row({{"学校\n名称(全称)", text("甲")}, {"ID", text("乙")}})),
              "甲乙");
}

TEST(Bind, TwoRowHeadersMatchByFullNameOrLeaf) {
    const Data data = one_row(
        {{"联系人/电话", text("1")}, {"联系人/姓名", text("2")}, {"校长/姓名", text("3")}, {"地址", text("4")}});
    EXPECT_EQ(filled(paragraphs({"{{电话}}{{联系人/姓名}}{{校长／姓名}}{{地址}}"}), data), "1234");
    EXPECT_EQ(filled(paragraphs({"{{联系人电话}}{{校长姓名}}"}), data), "13");
    EXPECT_EQ(filled(paragraphs({"{{姓名}}"}), data), "merge.ambiguous_column");
    EXPECT_EQ(filled(paragraphs({"{{校长/电话}}"}), data), "merge.unknown_column") << "another one's telephone";
    const Data three_rows = one_row({{"2026年/上学期/人数", text("5")}});
    EXPECT_EQ(filled(paragraphs({"{{上学期/人数}}{{人数}}"}), three_rows), "55");
}

TEST(Bind, OneErrorNamesAllUnknownColumns) {
    auto made = Template::compile(document(paragraphs({"{{学校名}}{{地址}}{{日其}}{{xyz}}"})));
    ASSERT_TRUE(made);
    const std::vector<std::string> columns{"学校名称", "地址", "日期"};
    const auto bound = made->bind(columns);
    ASSERT_FALSE(bound);
    EXPECT_EQ(bound.error().key, "merge.unknown_column");
    const std::string sentence = message(bound.error(), Language::zh_hans);
    for (const char* part : {"学校名 → 学校名称", "日其 → 日期", "xyz", "学校名称、地址、日期"})
        EXPECT_THAT(sentence, HasSubstr(part));
}

std::vector<std::string> problems(Blocks blocks, const Data& data) {
    auto made = Template::compile(document(std::move(blocks)));
    if (!made) return {made.error().key};
    if (auto bound = made->bind(data.columns); !bound) return {bound.error().key};
    std::vector<std::string> out;
    for (const Error& error : made->check(Rows(data.rows), built_ins())) {
        out.push_back(error.place.field + " " + std::to_string(error.place.row) + " " + error.key);
    }
    return out;
}

TEST(Check, FindsEveryProblemOfARow) {
    const Data bad = one_row({{"甲", text("　")},
                              {"乙", of_kind(Value::Kind::error, "#N/A")},
                              {"丙", of_kind(Value::Kind::damaged, "110101199003070000")},
                              {"丁", text("2026年2月30日")},
                              {"戊", text("很多")},
                              {"己", text(std::string(40'000, 'x'))}});
    EXPECT_THAT(problems(paragraphs({"{{甲}}{{甲}}{{乙}}", "{{丙}}", "{{丁|中文日期}}{{戊|千分位}}{{己}}"}), bad),
                ElementsAre("甲 1 merge.empty_field", "乙 1 merge.error_cell", "丙 1 merge.damaged_identity_number",
                            "丁 1 merge.not_a_date", "戊 1 merge.not_a_number", "己 1 merge.too_long"));
}

TEST(Check, ABranchThatIsNotTakenAsksForNothing) {
    const Blocks body =
        paragraphs({"{{#如果 类型=小学}}", "{{校长}}", "{{#否则}}", "{{园长}}", "{{/如果}}", "{{备注|默认:无}}"});
    EXPECT_THAT(
        problems(body,
                 one_row({{"类型", text("小学")}, {"校长", text("某某")}, {"园长", text("")}, {"备注", text("")}})),
        IsEmpty());
    EXPECT_THAT(
        problems(body,
                 one_row({{"类型", text("幼儿园")}, {"校长", text("某某")}, {"园长", text("")}, {"备注", text("")}})),
        ElementsAre("园长 1 merge.empty_field"));
}

TEST(Check, ConditionsRefuseWhatTheyCannotCompare) {
    EXPECT_THAT(problems(paragraphs({"{{#如果 金额>5}}甲{{/如果}}乙"}), one_row({{"金额", text("很多")}})),
                ElementsAre("金额 1 merge.not_a_number"));
    EXPECT_THAT(problems(paragraphs({"{{#如果 金额}}甲{{/如果}}乙"}),
                         one_row({{"金额", of_kind(Value::Kind::error, "#REF!")}})),
                ElementsAre("金额 1 merge.error_cell"));
}

TEST(Check, NamesTheRowOfARepetition) {
    const Data rows{{"品名"}, {{text("甲")}, {text("")}, {text("丙")}, {of_kind(Value::Kind::error, "#N/A")}}};
    EXPECT_THAT(problems({table({{"{{#每行}}{{品名}}", "{{/每行}}"}})}, rows),
                ElementsAre("品名 2 merge.empty_field", "品名 4 merge.error_cell"));
}

TEST(Check, LooksIntoHeadersAndTextBoxes) {
    Shape shape;
    shape.text.emplace().blocks = paragraphs({"{{甲}}"});
    Drawing drawing;
    drawing.content = shape;
    EXPECT_THAT(problems({paragraph({Inline(drawing)})}, one_row({{"甲", text("")}})),
                ElementsAre("甲 1 merge.empty_field"));
}

TEST(Canonical, DependsOnValuesOnlyAndOnNoOrder) {
    const auto canonical = [](const Data& data) {
        auto made = Template::compile(document(paragraphs({"{{甲}}{{乙}}"})));
        EXPECT_TRUE(made && made->bind(data.columns));
        return made->canonical_values(Rows(data.rows));
    };
    const std::string first = canonical(one_row({{"甲", text("1")}, {"乙", text("2")}, {"无关", text("x")}}));
    EXPECT_EQ(first, canonical(one_row({{"无关", text("y")}, {"乙", text("2")}, {"甲", number(1, "1")}})));
    EXPECT_NE(first, canonical(one_row({{"甲", text("2")}, {"乙", text("1")}})));
    EXPECT_NE(canonical(one_row({{"甲", text("12")}, {"乙", text("3")}})),
              canonical(one_row({{"甲", text("1")}, {"乙", text("23")}})));
    EXPECT_NE(canonical({{"甲", "乙"}, {{text("1"), text("2")}}}),
              canonical({{"甲", "乙"}, {{text("1"), text("2")}, {text("1"), text("2")}}}));
}

TEST(Pattern, MakesNames) {
    auto pattern = Pattern::compile("{{编号}}-{{学校名称}}-{{序号:3}}-{{日期|yyyyMMdd}}");
    ASSERT_TRUE(pattern);
    const Data data = one_row({{"学校名称", text("某某\n小学")}, {"日期", date(2026, 3, 5)}});
    ASSERT_TRUE(pattern->bind(data.columns));
    EXPECT_EQ(pattern->evaluate(Rows(data.rows), built_ins()), "SQ2026-00007-某某 小学-007-20260305");
    EXPECT_EQ(pattern->evaluate_without_number(Rows(data.rows), built_ins()), "{{编号}}-某某 小学-{{序号}}-20260305");
    EXPECT_EQ(pattern->fields().size(), 4U);
    EXPECT_THAT(pattern->canonical_values(Rows(data.rows)), HasSubstr("某某"));
}

TEST(Pattern, RefusesWhatIsNoName) {
    for (const char* text : {"{{#如果 甲}}乙{{/如果}}", "{{印章}}", "{{#每行}}"})
        EXPECT_EQ(Pattern::compile(text).error().key, "merge.bad_pattern");
    EXPECT_EQ(Pattern::compile("{{甲").error().key, "merge.unclosed_field");
    auto pattern = Pattern::compile("{{学校}}");
    ASSERT_TRUE(pattern);
    EXPECT_EQ(pattern->bind(std::vector<std::string>{"学校名称"}).error().key, "merge.unknown_column");
    ASSERT_TRUE(pattern->bind(std::vector<std::string>{"学校"}));
    EXPECT_EQ(pattern->evaluate(Rows({{text("")}}), built_ins()).error().key, "merge.empty_field");
}

}  // namespace
}  // namespace shanqi::office
