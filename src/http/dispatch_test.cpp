// Endpoints as a client sees them, without sockets.
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

#include "http/router.hpp"

namespace shanqi::http {
namespace {

const std::string org = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d10";

struct Note {
    OrgId org;
    std::string text;
    std::optional<int> stars;
};
BOOST_DESCRIBE_STRUCT(Note, (), (org, text, stars))
struct Search {
    std::optional<int> limit;
    std::optional<bool> mine;
    std::vector<std::string> state;
};
BOOST_DESCRIBE_STRUCT(Search, (), (limit, mine, state))
struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

struct TestGuard final : Guard {
    std::optional<Error> refuses;
    Result<> admit(Call& call, const Route&, const Router::Match&) override {
        if (refuses) return std::unexpected(*refuses);
        call.org = OrgId::trusted(std::string(call.path_member("org")));
        return {};
    }
};

// Keeps replies as modules/house does, but in memory.
struct MemoryKeeper final : IdempotencyKeeper {
    struct Kept {
        std::string key, digest, body;
    };
    std::vector<Kept> kept;
    Result<std::optional<Reply>> find(const Call&, const std::string& key, const std::string& digest) override {
        for (const Kept& one : kept) {
            if (one.key != key) continue;
            if (one.digest != digest) return fail(ErrorKind::conflict, "http.idempotency_mismatch");
            Reply reply;
            reply.body = one.body;
            return std::optional(reply);
        }
        return std::optional<Reply>();
    }
};

class Dispatch : public testing::Test {
protected:
    Dispatch() {
        router.add<Note, Note>(
            {.method = Method::post,
             .path = "/api/v1/orgs/{org}/notes",
             .operation = "note_create",
             .open = true,
             .creates = true},
            [this](Call& call, Note note) -> Result<Note> {
                ++made;
                if (race) {
                    race = false;
                    keeper.kept.push_back({call.idempotency_key, call.request_digest, "the other's"});
                    return fail(ErrorKind::conflict, "house.idempotency_again");
                }
                if (!call.idempotency_key.empty())
                    keeper.kept.push_back({call.idempotency_key, call.request_digest, "kept"});
                return note;
            });
        router.add<Search, Search>(
            {.method = Method::get, .path = "/api/v1/orgs/{org}/notes", .operation = "note_list", .open = true},
            [](Call&, Search search) -> Result<Search> { return search; });
        router.add<Nothing, NoContent>(
            {.method = Method::del, .path = "/api/v1/orgs/{org}/notes", .operation = "note_clear", .open = true},
            [](Call& call, Nothing) -> Result<NoContent> {
                call.reply_headers.emplace_back("Set-Cookie", "a=b");
                return NoContent{};
            });
        router.add<Nothing, Nothing>(
            {.method = Method::get, .path = "/api/v1/bug", .operation = "bug", .open = true},
            [](Call&, Nothing) -> Result<Nothing> { throw std::runtime_error("table notes is gone"); });
    }

    Reply call(Method method, std::string path, std::string body = "", Pairs query = {}, Headers headers = {}) {
        Request request;
        request.method = method;
        request.path = request.target = std::move(path);
        request.body = std::move(body);
        request.query = std::move(query);
        request.headers = std::move(headers);
        if (!request.body.empty()) request.headers.emplace_back("content-type", "application/json");
        request.language = Language::en;
        request.request_id = "r-1";
        return dispatch(router, guard, &keeper, request, [this](const Failure& one) { failures.push_back(one); });
    }
    static boost::json::value json(const Reply& reply) { return parse_json(std::get<std::string>(reply.body)).value(); }
    static std::string header(const Reply& reply, std::string_view name) {
        for (const auto& [key, value] : reply.headers)
            if (key == name) return value;
        return "";
    }

    Router router;
    TestGuard guard;
    MemoryKeeper keeper;
    int made = 0;
    bool race = false;
    std::vector<Failure> failures;
    const std::string notes = "/api/v1/orgs/" + org + "/notes";
};

TEST_F(Dispatch, PostTakesPathAndBodyAndReplies201) {
    const Reply reply = call(Method::post, notes, R"({"text":"hello"})");
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(json(reply), parse_json(R"({"org":")" + org + R"(","text":"hello","stars":null})").value());
    EXPECT_EQ(reply.operation, "note_create");
}

TEST_F(Dispatch, GetTakesTheQueryTyped) {
    const Reply reply = call(Method::get, notes, "",
                             {{"limit", "5"}, {"mine", "true"}, {"state", "a"}, {"state", "b"}, {"lang", "en"}});
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(json(reply), parse_json(R"({"limit":5,"mine":true,"state":["a","b"]})").value());
    EXPECT_EQ(call(Method::head, notes).status, 200);
}

TEST_F(Dispatch, DeleteWithoutContentIs204AndKeepsHeaders) {
    const Reply reply = call(Method::del, notes);
    EXPECT_EQ(reply.status, 204);
    EXPECT_EQ(std::get<std::string>(reply.body), "");
    EXPECT_EQ(header(reply, "Set-Cookie"), "a=b");
}

TEST_F(Dispatch, WhatIsWrongIsAProblemWithItsField) {
    struct Case {
        Method method;
        std::string body;
        Pairs query;
        int status;
        const char *key, *field;
    };
    const std::vector<Case> cases{
        {Method::post, R"({"text":5})", {}, 422, "json.wrong_type", "/text"},
        {Method::post, R"({})", {}, 422, "json.missing", "/text"},
        {Method::post, "", {}, 422, "json.missing", "/text"},
        {Method::post, R"({"text":"x","start":1})", {}, 422, "json.unknown_member", "/start"},
        {Method::post, R"({"text":"x","org":"y"})", {}, 422, "json.unknown_member", "/org"},
        {Method::post, R"({"text":"x"})", {{"text", "y"}}, 422, "json.unknown_member", "/text"},
        {Method::post, R"({"text":)", {}, 400, "json.malformed", ""},
        {Method::post, R"([])", {}, 422, "json.wrong_type", ""},
        {Method::get, "", {{"limit", "many"}}, 422, "json.wrong_type", "/limit"},
        {Method::get, "", {{"limit", "1"}, {"limit", "2"}}, 400, "json.duplicate_key", ""},
        {Method::get, "", {{"page", "1"}}, 422, "json.unknown_member", "/page"},
        {Method::get, "x", {}, 400, "http.no_body_wanted", ""},
        {Method::get, "", {{"state", "\xff"}}, 422, "json.bad_text", "/state/0"},
    };
    for (const Case& one : cases) {
        const Reply reply = call(one.method, notes, one.body, one.query);
        EXPECT_EQ(reply.status, one.status) << one.key;
        EXPECT_EQ(reply.content_type, "application/problem+json");
        const auto problem = json(reply).as_object();
        EXPECT_EQ(problem.at("key"), one.key);
        EXPECT_EQ(problem.at("type").as_string(), std::string("https://shanqi.example/problems/") + one.key);
        EXPECT_EQ(problem.at("status"), one.status);
        EXPECT_EQ(problem.at("request_id"), "r-1");
        EXPECT_EQ(problem.contains("field") ? problem.at("field").as_string() : "", one.field) << one.key;
        EXPECT_NE(problem.at("title").as_string().find(' '), std::string::npos) << "no title for " << one.status;
    }
    EXPECT_EQ(made, 0);
}

TEST_F(Dispatch, ABodyMustSayThatItIsJson) {
    Request request;
    request.method = Method::post;
    request.path = notes;
    request.body = R"({"text":"x"})";
    request.headers = {{"content-type", "text/plain"}};
    EXPECT_EQ(dispatch(router, guard, nullptr, request).status, 415);
    request.headers = {{"content-type", "Application/JSON; charset=utf-8"}};
    EXPECT_EQ(dispatch(router, guard, nullptr, request).status, 201);
}

TEST_F(Dispatch, UnknownPathsMethodsAndIds) {
    EXPECT_EQ(call(Method::get, "/api/v1/nothing").status, 404);
    EXPECT_EQ(call(Method::get, notes + "/").status, 404);
    const Reply wrong = call(Method::other, notes);
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(header(wrong, "Allow"), "GET, HEAD, POST, DELETE");
    EXPECT_EQ(call(Method::post, "/api/v1/orgs/not-an-id/notes", R"({"text":"x"})").status, 404);
}

TEST_F(Dispatch, AnExceptionEndsTheRequestOnly) {
    const Reply reply = call(Method::get, "/api/v1/bug");
    EXPECT_EQ(reply.status, 500);
    EXPECT_EQ(std::get<std::string>(reply.body).find("table"), std::string::npos);  // for the log, not for strangers
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_EQ(failures[0].what, "table notes is gone");
    EXPECT_EQ(failures[0].operation, "bug");
    EXPECT_EQ(failures[0].request_id, "r-1");
}

TEST_F(Dispatch, TheGuardComesFirst) {
    guard.refuses = Error{ErrorKind::refused, "http.sign_in_first"};
    const Reply reply = call(Method::post, notes, R"({"text":)");
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(header(reply, "WWW-Authenticate"), "Bearer");
    guard.refuses = Error{ErrorKind::limit, "http.too_many", {{"seconds", "17"}}};
    EXPECT_EQ(call(Method::post, notes).status, 429);
    EXPECT_EQ(header(call(Method::post, notes), "Retry-After"), "17");
}

TEST_F(Dispatch, TheFirstReplyIsGivenAgain) {
    const Headers key{{"idempotency-key", "k1"}};
    EXPECT_EQ(std::get<std::string>(call(Method::post, notes, R"({"text":"x"})", {}, key).body).front(), '{');
    const Reply again = call(Method::post, notes, R"({"text":"x"})", {}, key);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(std::get<std::string>(again.body), "kept");
    EXPECT_EQ(header(again, "Idempotent-Replayed"), "true");
    EXPECT_EQ(made, 1);
    EXPECT_EQ(call(Method::post, notes, R"({"text":"y"})", {}, key).status, 422);
    EXPECT_EQ(call(Method::post, notes, R"({"text":"y"})", {}, {{"idempotency-key", "k\n2"}}).status, 400);
}

TEST_F(Dispatch, OfTwoAtOnceTheSecondGetsTheReplyOfTheFirst) {
    race = true;
    const Reply reply = call(Method::post, notes, R"({"text":"x"})", {}, {{"idempotency-key", "k1"}});
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(std::get<std::string>(reply.body), "the other's");
}

TEST(RouterMatch, WordsWinAndSuffixesAreKeptApart) {
    Router router;
    const auto add = [&](std::string path, std::string operation) {
        router.add_raw(
            {.method = Method::get, .path = std::move(path), .operation = std::move(operation), .open = true},
            [](Call&) -> Result<Reply> { return Reply{}; });
    };
    add("/a/{x}", "any");
    add("/a/word", "word");
    add("/a/{x}.pdf", "pdf");
    add("/a/word/{y}/c", "deep");
    add("/{top}/other/d", "back");
    const auto operation = [&](std::string_view path) {
        const auto match = router.match(Method::get, path);
        return match.endpoint == nullptr ? "" : match.endpoint->route.operation;
    };
    EXPECT_EQ(operation("/a/1"), "any");
    EXPECT_EQ(operation("/a/word"), "word");
    EXPECT_EQ(operation("/a/1.pdf"), "pdf");
    EXPECT_EQ(operation("/a/.pdf"), "any");  // a member is never empty
    EXPECT_EQ(operation("/a/word/1/c"), "deep");
    EXPECT_EQ(operation("/a/other/d"), "back");  // "/a" leads nowhere here
    EXPECT_EQ(operation("/a/"), "");
    EXPECT_EQ(operation("/a"), "");
    EXPECT_EQ(router.match(Method::get, "/a/1.pdf").path, (Pairs{{"x", "1"}}));
    EXPECT_THROW(add("/a/{z}", "same path"), std::logic_error);
    EXPECT_THROW(add("/b", "any"), std::logic_error);
}

TEST(RouterMatch, AMemberOfThePathMustBeAMemberOfTheInput) {
    Router router;
    const auto work = [](Call&, Nothing) -> Result<Nothing> { return Nothing{}; };
    EXPECT_THROW((router.add<Nothing, Nothing>({.path = "/a/{b}", .operation = "x", .open = true}, work)),
                 std::logic_error);
    EXPECT_THROW((router.add<Nothing, Nothing>({.path = "/a", .operation = "y"}, work)), std::logic_error);
}

}  // namespace
}  // namespace shanqi::http
