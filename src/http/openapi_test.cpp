#include "http/openapi.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "http/page.hpp"

namespace shanqi::http {
namespace {

BOOST_DEFINE_ENUM_CLASS(Kind, big, small)

struct Note {
    Id<struct NoteTag> id;
    std::string text;
    std::optional<Kind> kind;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, text, kind))
struct NoteIn {
    OrgId org;
    std::string text;
    std::optional<Kind> kind;
};
BOOST_DESCRIBE_STRUCT(NoteIn, (), (org, text, kind))
struct NotesIn {
    std::optional<int> limit;
    std::vector<std::string> filter;
};
BOOST_DESCRIBE_STRUCT(NotesIn, (), (limit, filter))
struct NoteKey {
    Id<struct NoteTag> note;
};
BOOST_DESCRIBE_STRUCT(NoteKey, (), (note))

void add_list(Router& router) {
    router.add<NotesIn, Page<Note>>(
        {.path = "/api/v1/orgs/{org}/notes", .operation = "note_list", .permission = "n.read"},
        [](Call&, const NotesIn&) -> Result<Page<Note>> { return Page<Note>{}; });
}
void add_others(Router& router) {
    router.add<NoteIn, Note>({.method = Method::post,
                              .path = "/api/v1/orgs/{org}/notes",
                              .operation = "note_create",
                              .permission = "n.write",
                              .creates = true},
                             [](Call&, const NoteIn&) -> Result<Note> { return Note{}; });
    router.add<NoteKey, NoContent>({.method = Method::del,
                                    .path = "/api/v1/orgs/{org}/notes/{note}",
                                    .operation = "note_delete",
                                    .permission = "n.write"},
                                   [](Call&, const NoteKey&) -> Result<NoContent> { return NoContent{}; });
    router.add_raw(
        {.path = "/api/v1/notes/{number}.pdf", .operation = "note_pdf", .open = true},
        [](Call&) -> Result<Reply> { return Reply{}; }, "application/pdf");
}

class OpenApi : public testing::Test {
protected:
    OpenApi() {
        add_list(router);
        add_others(router);
        document = openapi_document(router, "Shanqi", "1");
    }
    const boost::json::value& at(std::string_view pointer) {
        boost::system::error_code missing;
        const auto* found = document.find_pointer(pointer, missing);
        EXPECT_NE(found, nullptr) << pointer;
        static const boost::json::value none;
        return found != nullptr ? *found : none;
    }
    static boost::json::value json(std::string_view text) { return parse_json(text).value(); }
    Router router;
    boost::json::value document;
};

TEST_F(OpenApi, MembersStandWhereTheyComeFrom) {
    const std::string post = "/paths/~1api~1v1~1orgs~1{org}~1notes/post";
    EXPECT_EQ(at(post + "/operationId"), "note_create");
    EXPECT_EQ(at(post + "/parameters/0"),
              json(R"({"name":"org","in":"path","required":true,"schema":{"type":"string","format":"uuid"}})"));
    EXPECT_EQ(at(post + "/parameters/1/name"), "Idempotency-Key");
    EXPECT_EQ(at(post + "/requestBody/content/application~1json/schema"),
              json(R"({"type":"object","additionalProperties":false,"properties":{"text":{"type":"string"},
                       "kind":{"type":["string","null"],"enum":["big","small",null]}},"required":["text"]})"));
    EXPECT_EQ(at(post + "/responses/201/content/application~1json/schema/$ref"), "#/components/schemas/HttpNote");
    EXPECT_EQ(at(post + "/responses/default/$ref"), "#/components/responses/Problem");
    EXPECT_EQ(at(post + "/security").as_array().size(), 2U);

    const std::string get = "/paths/~1api~1v1~1orgs~1{org}~1notes/get";
    EXPECT_EQ(at(get + "/parameters/1"),
              json(R"({"name":"limit","in":"query","required":false,"schema":{"type":"integer","format":"int32"}})"));
    EXPECT_EQ(at(get + "/parameters/2/schema"), json(R"({"type":"array","items":{"type":"string"}})"));
    EXPECT_EQ(at("/components/schemas/HttpPageHttpNote/properties/items/items/$ref"), "#/components/schemas/HttpNote");

    const std::string remove = "/paths/~1api~1v1~1orgs~1{org}~1notes~1{note}/delete";
    EXPECT_TRUE(at(remove + "/responses/204").is_object());
    EXPECT_EQ(at("/paths/~1api~1v1~1notes~1{number}.pdf/get/security"), json("[]"));
    EXPECT_EQ(at("/paths/~1api~1v1~1notes~1{number}.pdf/get/responses/200/content/application~1pdf/schema/format"),
              "binary");
}

TEST_F(OpenApi, EveryReferenceLeadsSomewhere) {
    const std::string text = boost::json::serialize(document);
    std::size_t count = 0;
    for (std::size_t i = text.find("\"#/"); i != std::string::npos; i = text.find("\"#/", i + 1), ++count)
        at(text.substr(i + 2, text.find('"', i + 1) - i - 2));
    EXPECT_GT(count, 5U);
}

TEST_F(OpenApi, DoesNotDependOnTheOrderOfRooms) {
    Router other;
    add_others(other);
    add_list(other);
    EXPECT_EQ(boost::json::serialize(openapi_document(other, "Shanqi", "1")), boost::json::serialize(document));
}

}  // namespace
}  // namespace shanqi::http
