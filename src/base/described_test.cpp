#include "base/described.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

namespace shanqi {
namespace {

BOOST_DEFINE_ENUM_CLASS(Color, red, green, delete_)

struct Phone {
    std::string number;
    bool verified = false;
};
BOOST_DESCRIBE_STRUCT(Phone, (), (number, verified))

struct Person {
    Id<struct PersonTag> id;
    std::string name;
    std::optional<Date> born;
    std::vector<Phone> phones;
    Color color = Color::red;
    std::int64_t fen = 0;
    int count = 0;
    std::optional<std::string> template_;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, name, born, phones, color, fen, count, template_))

struct Tree {
    std::string name;
    std::vector<Tree> branches;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (name, branches))

constexpr const char* person =
    R"({"id":"0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d10","name":"某某","born":"2001-02-03",
        "phones":[{"number":"19900001234","verified":true}],"color":"delete","fen":9007199254740993,"count":3,"template":"t"})";

boost::json::value parsed(std::string_view text) {
    auto value = parse_json(text);
    EXPECT_TRUE(value) << text;
    return value ? *value : boost::json::value();
}

TEST(Described, GoesThroughJsonAndBack) {
    const auto read = from_json<Person>(parsed(person));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->name, "某某");
    EXPECT_EQ(read->born, Date::make(2001, 2, 3));
    EXPECT_EQ(read->color, Color::delete_);
    EXPECT_EQ(read->fen, 9007199254740993);  // no double in between
    EXPECT_EQ(read->template_, "t");
    EXPECT_EQ(parsed(json_text(*read)), parsed(person));
}

TEST(Described, AbsentAndNullAreTheSameForOptionalMembers) {
    auto value = parsed(person);
    value.as_object().erase("born");
    value.as_object()["template"] = nullptr;
    const auto read = from_json<Person>(value);
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->born);
    EXPECT_FALSE(read->template_);
    EXPECT_TRUE(parsed(json_text(*read)).as_object().at("born").is_null());
}

struct WrongCase {
    const char* change;  // a member and its new value
    const char* key;
    const char* place;
};
class DescribedWrong : public testing::TestWithParam<WrongCase> {};

TEST_P(DescribedWrong, IsToldWithItsPlace) {
    boost::json::value value = parsed(person);
    const boost::json::value change = parsed(GetParam().change);
    for (const auto& [name, member] : change.as_object()) {
        if (member == "ABSENT") {
            value.as_object().erase(name);
        } else {
            value.as_object()[name] = member;
        }
    }
    const auto read = from_json<Person>(value, "/people/7");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().key, GetParam().key);
    EXPECT_EQ(read.error().place.field, std::string("/people/7") + GetParam().place);
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, DescribedWrong,
    testing::Values(WrongCase{R"({"name":5})", "json.wrong_type", "/name"},
                    WrongCase{R"({"name":"ABSENT"})", "json.missing", "/name"},
                    WrongCase{R"({"name":null})", "json.wrong_type", "/name"},
                    WrongCase{"{\"name\":\"a\\u0000b\"}", "json.bad_text", "/name"},
                    WrongCase{R"({"nmae":"x"})", "json.unknown_member", "/nmae"},
                    WrongCase{R"({"a/b~c":"x"})", "json.unknown_member", "/a~1b~0c"},
                    WrongCase{R"({"phones":[{"number":"1","verified":true},{"number":"2","verified":"yes"}]})",
                              "json.wrong_type", "/phones/1/verified"},
                    WrongCase{R"({"phones":[{"verified":true}]})", "json.missing", "/phones/0/number"},
                    WrongCase{R"({"phones":{}})", "json.wrong_type", "/phones"},
                    WrongCase{R"({"color":"blue"})", "json.bad_choice", "/color"},
                    WrongCase{R"({"color":0})", "json.bad_choice", "/color"},
                    WrongCase{R"({"born":"2026-02-30"})", "json.bad_date", "/born"},
                    WrongCase{R"({"born":"2026年2月3日"})", "json.bad_date", "/born"},
                    WrongCase{R"({"id":"0198B5C2-7c1e-7a3b-9d1f-0c2a4e6b8d10"})", "json.bad_id", "/id"},
                    WrongCase{R"({"count":2147483648})", "json.too_large", "/count"},
                    WrongCase{R"({"count":1.5})", "json.wrong_type", "/count"},
                    WrongCase{R"({"fen":18446744073709551615})", "json.too_large", "/fen"}));

TEST(Described, WholeNumbersMayBeWrittenAsReals) {
    EXPECT_EQ(from_json<int>(parsed("3.0")), 3);
    EXPECT_EQ(from_json<std::int64_t>(parsed("1e3")), 1000);
    EXPECT_FALSE(from_json<std::int64_t>(parsed("1e300")));
}

TEST(Described, TimesAreRfc3339) {
    const auto instant = [](const char* text) { return from_json<Instant>(boost::json::value(text)); };
    EXPECT_EQ(instant("2026-11-24T04:06:35Z")->us, 1795493195'000000);
    EXPECT_EQ(instant("2026-11-24T12:06:35.25+08:00")->us, 1795493195'250000);
    EXPECT_EQ(instant("2026-11-23T23:06:35-05:00")->us, 1795493195'000000);
    for (const char* wrong : {"2026-11-24", "2026-11-24T04:06:35", "2026-11-24 04:06:35Z", "2026-11-24T24:06:35Z",
                              "2026-11-24T04:06:35.Z", "2026-11-24T04:06:35+0800", "2026-02-30T04:06:35Z", ""})
        EXPECT_FALSE(instant(wrong)) << wrong;
    EXPECT_EQ(json_text(Instant{1795493195'000000}), R"("2026-11-24T04:06:35Z")");
}

struct Shape {
    std::string text;
    double number = 0;
    std::vector<std::optional<int>> counts;
    boost::json::value free;
    std::vector<Phone> none;
};
BOOST_DESCRIBE_STRUCT(Shape, (), (text, number, counts, free, none))

TEST(Described, IsWrittenInTheOrderOfItsMembersWithoutAnythingBetween) {
    const Shape shape{
        .text = "某某", .number = 0.1, .counts = {1, std::nullopt, -2}, .free = parsed(R"({"a":[1]})"), .none = {}};
    EXPECT_EQ(json_text(shape), R"({"text":"某某","number":0.1,"counts":[1,null,-2],"free":{"a":[1]},"none":[]})");
    EXPECT_EQ(json_text(std::vector<Color>{Color::green, Color::delete_}), R"(["green","delete"])");
    EXPECT_EQ(json_text(true), "true");
    EXPECT_EQ(json_text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

TEST(Described, EveryByteIsWrittenSoThatItCanBeReadAgain) {
    EXPECT_EQ(json_text(std::string("a\"b\\c/\b\f\n\r\t\x1f\x7f")), "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u001f\x7f\"");
    for (int c = 1; c < 0x80; ++c) {
        const std::string text = "<" + std::string(1, static_cast<char>(c)) + ">";
        EXPECT_EQ(from_json<std::string>(parsed(json_text(text))), text) << c;
    }
    EXPECT_EQ(json_text(std::string("a\0b", 3)), "\"a\\u0000b\"");
    for (const char* text : {"é", "某某", "𠮷", "\xEF\xBB\xBF", "\u2028"})
        EXPECT_EQ(from_json<std::string>(parsed(json_text(std::string(text)))), text);
}

TEST(Described, WhatIsNoUtf8IsReplaced) {
    for (const char* text : {"a\xffz", "a\xc0\xafz", "a\xed\xa0\x80z", "a\xe6\x9f", "\x80"}) {
        const auto read = from_json<std::string>(parsed(json_text(std::string(text))));
        ASSERT_TRUE(read) << text;
        EXPECT_NE(read->find("\uFFFD"), std::string::npos);
    }
}

TEST(Described, NumbersAreTheSameWhenTheyAreReadAgain) {
    for (const double number : {0.0, 0.1, 1.0 / 3, 1e300, 5e-324, -123456789.125, 9007199254740993.0})
        EXPECT_EQ(from_json<double>(parsed(json_text(number))), number);
    for (const double number : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                                std::numeric_limits<double>::quiet_NaN()})
        EXPECT_EQ(json_text(number), "null");
}

TEST(Described, MembersSayHowTheyAreWrittenInAQuery) {
    const auto& members = members_of<Person>();
    EXPECT_EQ(members[6].name, "count");
    EXPECT_EQ(members[6].form, TextForm::integer);
    EXPECT_EQ(members[3].form, TextForm::none);
    EXPECT_EQ(value_from_text("17", TextForm::integer), 17);
    EXPECT_EQ(value_from_text("17x", TextForm::integer), "17x");
    EXPECT_EQ(value_from_text("true", TextForm::boolean), true);
    EXPECT_EQ(value_from_text("17", TextForm::text), "17");
}

TEST(Described, SchemaOfAStructThatHoldsItself) {
    boost::json::object definitions;
    const auto reference = schema_of<Tree>(definitions);
    EXPECT_EQ(boost::json::serialize(reference), R"({"$ref":"#/components/schemas/Tree"})");
    ASSERT_EQ(definitions.size(), 1U);
    EXPECT_EQ(definitions["Tree"],
              parsed(R"({"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},
                        "branches":{"type":"array","items":{"$ref":"#/components/schemas/Tree"}}},
                        "required":["name","branches"]})"));
}

TEST(Described, SchemaSaysWhatMayBeNullAndWhichChoicesThereAre) {
    boost::json::object definitions;
    schema_of<Person>(definitions);
    const auto& properties = definitions["Person"].at("properties").as_object();
    EXPECT_EQ(properties.at("born"), parsed(R"({"type":["string","null"],"format":"date"})"));
    EXPECT_EQ(properties.at("color"), parsed(R"({"type":"string","enum":["red","green","delete"]})"));
    EXPECT_EQ(properties.at("id"), parsed(R"({"type":"string","format":"uuid"})"));
}

struct JsonCase {
    std::string text;
    const char* key;  // nullptr: good
};
class ParseJson : public testing::TestWithParam<JsonCase> {};

TEST_P(ParseJson, IsStrict) {
    const auto value = parse_json(GetParam().text);
    EXPECT_EQ(value ? "" : value.error().key, GetParam().key == nullptr ? "" : GetParam().key)
        << GetParam().text.substr(0, 80);
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }
std::string many(std::size_t count) {
    std::string out = "[0";
    for (std::size_t i = 1; i < count; ++i) out += ",0";
    return out + "]";
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ParseJson,
    testing::Values(
        JsonCase{R"( {"a":[1,2.5,"x",true,null]} )", nullptr}, JsonCase{"", "json.malformed"},
        JsonCase{"{", "json.malformed"}, JsonCase{"{}x", "json.malformed"}, JsonCase{"[1,]", "json.malformed"},
        JsonCase{"// c\n1", "json.malformed"}, JsonCase{"NaN", "json.malformed"},
        JsonCase{"\"\xff\"", "json.malformed"}, JsonCase{R"("\ud800")", "json.malformed"},
        JsonCase{R"({"a":1,"b":2,"a":3})", "json.duplicate_key"}, JsonCase{R"({"x":{"a":1},"y":{"a":1}})", nullptr},
        JsonCase{R"({"a":1,"\u0061":2})", "json.duplicate_key"}, JsonCase{nested(limits::json_depth_max), nullptr},
        JsonCase{nested(limits::json_depth_max + 1), "json.too_deep"}, JsonCase{many(limits::json_items_max), nullptr},
        JsonCase{many(limits::json_items_max + 1), "json.too_large"},
        JsonCase{'"' + std::string(limits::json_string_bytes_max + 1, 'x') + '"', "json.too_large"}));

struct StandingClock final : Clock {
    Instant at{1795493195'000000};
    Instant now() const override { return at; }
};

TEST(Uuid, AscendsWithinAMillisecondAndWhenTheClockGoesBackALittle) {
    StandingClock clock;
    std::string last = new_uuid_v7(clock);
    EXPECT_TRUE(is_uuid(last));
    EXPECT_EQ(last[14], '7');
    for (int i = 0; i < 10'000; ++i) {
        if (i == 5'000) clock.at.us -= 20'000'000;
        std::string next = new_uuid_v7(clock);
        ASSERT_LT(last, next);
        last = std::move(next);
    }
    clock.at.us += 3600'000'000LL;
    EXPECT_LT(last, new_uuid_v7(clock));
}

TEST(Uuid, IsUniqueBetweenThreads) {
    std::vector<std::vector<std::string>> made(4);
    {
        std::vector<std::jthread> threads;
        threads.reserve(made.size());
        for (auto& list : made)
            threads.emplace_back([&list] {
                for (int i = 0; i < 5'000; ++i) list.push_back(new_uuid_v7(system_clock()));
            });
    }
    std::set<std::string> all;
    for (const auto& list : made) {
        EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
        all.insert(list.begin(), list.end());
    }
    EXPECT_EQ(all.size(), 20'000U);
}

}  // namespace
}  // namespace shanqi
