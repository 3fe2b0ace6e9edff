// The house's promises as a client sees them: through http::dispatch, on both databases.
#include "modules/house/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/test_database.hpp"

namespace shanqi::house {
namespace {

using store::TestDatabase;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

struct TokenCreate {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(TokenCreate, (), (name))
struct Token {
    std::string id, secret;
};
BOOST_DESCRIBE_STRUCT(Token, (), (id, secret))

class NoMessenger final : public Messenger {
public:
    bool reaches_phones() const override { return false; }
    bool reaches_mail() const override { return false; }
    Result<> send_sms(const std::string&, const std::string&, const std::vector<std::pair<std::string, std::string>>&,
                      const std::string&) override {
        return fail(ErrorKind::system, "messenger.not_set_up");
    }
    Result<> send_mail(const std::string&, const std::string&, const std::string&, const std::string&) override {
        return fail(ErrorKind::system, "messenger.not_set_up");
    }
};

class ShiftedClock final : public Clock {
public:
    Instant now() const override { return {system_clock().now().us + shift_us_}; }
    void advance(std::chrono::microseconds by) { shift_us_ += by.count(); }

private:
    std::atomic<std::int64_t> shift_us_ = 0;
};

class Everybody final : public http::Guard {
public:
    explicit Everybody(std::string account) : account_(std::move(account)) {}
    Result<> admit(http::Call& call, const http::Route&, const http::Router::Match&) override {
        call.who.kind = http::Principal::Kind::account;
        call.who.account = AccountId::trusted(account_);
        call.org = OrgId::trusted(std::string(call.path_member("org")));
        return {};
    }

private:
    const std::string account_;
};

const std::string first_account = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d12";
const std::string second_account = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d13";

class HouseTest : public testing::TestWithParam<store::Dialect> {
protected:
    HouseTest() {
        router_.add<TokenCreate, Token>({.method = http::Method::post,
                                         .path = "/api/v1/orgs/{org}/tokens",
                                         .operation = "token_create",
                                         .open = true,
                                         .creates = true},
                                        [this](http::Call& call, const TokenCreate& in) { return create(call, in); });
        router_.add<TokenCreate, Token>({.method = http::Method::post,
                                         .path = "/api/v1/tokens",
                                         .operation = "own_token_create",
                                         .open = true,
                                         .creates = true},
                                        [this](http::Call& call, const TokenCreate& in) { return create(call, in); });
    }

    Result<Token> create(http::Call& call, const TokenCreate& in) {
        return write_once<Token>(house_, call, [&](store::Writer& writer) -> Result<Token> {
            Token token{new_uuid_v7(clock_), hex(random_bytes(16))};
            TRY_DO(audit(writer, house_, call, org_, "test.token_create", "token:" + token.id, {{"name", in.name}}));
            return token;
        });
    }

    http::Reply post(const std::string& key, const std::string& name = "t", const std::string& account = first_account,
                     const std::string& path = {}) {
        http::Request request;
        request.method = http::Method::post;
        request.path = request.target = path.empty() ? "/api/v1/orgs/" + org_.text() + "/tokens" : path;
        request.headers = {{"content-type", "application/json"}, {"idempotency-key", key}};
        request.body = R"({"name":")" + name + R"("})";
        request.request_id = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8dff";
        if (key.empty()) request.headers.pop_back();
        Everybody guard(account);
        return http::dispatch(router_, guard, keeper_.get(), request);
    }
    static std::string body(const http::Reply& reply) { return std::get<std::string>(reply.body); }
    std::vector<store::AuditLine> entries() {
        return TestDatabase::checked(
            house_.database.read([&](store::Reader& reader) { return store::list_audit(reader, org_, {}); }));
    }

    TestDatabase test_{GetParam(), {"house"}};
    ShiftedClock clock_;
    std::unique_ptr<store::FileStore> files_ = store::make_folder_store(test_.folder() / "files");
    std::unique_ptr<store::Vault> vault_ =
        store::make_vault(test_.database(), clock_, store::MasterKey{std::string(32, 'k')});
    std::unique_ptr<HttpClient> network_ = make_http_client();
    NoMessenger messenger_;
    House house_{test_.database(), *files_, *vault_, clock_, *network_, messenger_, test_.folder(), test_.folder()};
    std::unique_ptr<http::IdempotencyKeeper> keeper_ = make_idempotency_keeper(house_);
    http::Router router_;
    const OrgId org_ = OrgId::make(clock_);
};
INSTANTIATE_TEST_SUITE_P(Databases, HouseTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);

TEST_P(HouseTest, AnEntrySaysWhoDidWhatInWhichRequest) {
    ASSERT_EQ(post("").status, 201);
    const auto lines = entries();
    ASSERT_THAT(lines, SizeIs(1));
    EXPECT_EQ(lines[0].entry.actor, "account:" + first_account);
    EXPECT_EQ(lines[0].entry.action, "test.token_create");
    EXPECT_THAT(lines[0].entry.object, testing::StartsWith("token:"));
    EXPECT_EQ(lines[0].entry.request_id, "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8dff");
}

TEST_P(HouseTest, ARepeatedRequestGetsTheFirstReplyAndDoesNothing) {
    const http::Reply first = post("k1"), again = post("k1");
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(body(again), body(first));  // the token that is shown only once, too
    EXPECT_THAT(entries(), SizeIs(1));
    EXPECT_NE(body(post("k2")), body(first));
    EXPECT_NE(body(post("")), body(post("")));  // without a key: as often as one likes
    EXPECT_THAT(entries(), SizeIs(4));
}

TEST_P(HouseTest, TheSameKeyMeansOneRequestOfOneCaller) {
    const http::Reply first = post("k1");
    EXPECT_EQ(post("k1", "another name").status, 422);
    EXPECT_NE(body(post("k1", "t", second_account)), body(first));
    const std::string without_organisation = "/api/v1/tokens";
    const http::Reply own = post("k1", "t", first_account, without_organisation);
    EXPECT_NE(body(own), body(first));
    EXPECT_EQ(body(post("k1", "t", first_account, without_organisation)), body(own));
    EXPECT_THAT(entries(), SizeIs(3));
}

TEST_P(HouseTest, ManyAtOnceWithOneKeyWriteOnce) {
    std::vector<std::string> bodies(8);
    {
        std::vector<std::jthread> threads;
        threads.reserve(bodies.size());
        for (std::string& each : bodies)
            threads.emplace_back([&] {
                const http::Reply reply = post("k1");
                EXPECT_EQ(reply.status, 201) << body(reply);
                each = body(reply);
            });
    }
    EXPECT_THAT(bodies, testing::Each(bodies[0]));
    EXPECT_THAT(entries(), SizeIs(1));
}

TEST_P(HouseTest, ARefusedRequestKeepsNoReply) {
    bool refuse = true;
    router_.add<TokenCreate, Token>({.method = http::Method::post,
                                     .path = "/api/v1/refused",
                                     .operation = "refused",
                                     .open = true,
                                     .creates = true},
                                    [&](http::Call& call, const TokenCreate&) {
                                        return write_once<Token>(house_, call, [&](store::Writer&) -> Result<Token> {
                                            if (refuse) return fail(ErrorKind::conflict, "http.forbidden");
                                            return Token{"1", "2"};
                                        });
                                    });
    EXPECT_GE(post("k1", "t", first_account, "/api/v1/refused").status, 400);
    refuse = false;  // mended: the same key may be sent again
    EXPECT_EQ(post("k1", "t", first_account, "/api/v1/refused").status, 201);
}

TEST_P(HouseTest, RepliesAreKeptADayAndNobodyReadsThemInTheDatabase) {
    const http::Reply first = post("k1", "visible");
    const std::string secret = parse_json(body(first)).value().at("secret").as_string().c_str();
    const auto rows = [&] {
        return TestDatabase::checked(house_.database.read([](store::Reader& reader) {
            return reader.query_text("SELECT key_hash, reply FROM idempotency_replies");
        }));
    };
    ASSERT_THAT(rows(), SizeIs(1));
    EXPECT_THAT(rows()[0].bytes(1), Not(HasSubstr(secret)));
    EXPECT_THAT(rows()[0].text(0), Not(HasSubstr("k1")));
    clock_.advance(std::chrono::hours(23));
    EXPECT_EQ(body(post("k1", "visible")), body(first));
    EXPECT_EQ(forget_replies(house_).value(), 0);
    clock_.advance(std::chrono::hours(2));
    const http::Reply anew = post("k1", "visible");  // a day later it is a new request, before any clean-up
    EXPECT_EQ(anew.status, 201);
    EXPECT_NE(body(anew), body(first));
    clock_.advance(std::chrono::hours(25));
    ASSERT_TRUE(house_module().clean_up(house_));
    EXPECT_THAT(rows(), SizeIs(0));
}

TEST_P(HouseTest, EveryStatementOfTheRoomIsPrepared) {
    for (const store::StatementFault& fault : TestDatabase::checked(store::check_statements(house_.database)))
        ADD_FAILURE() << fault.statement->sql() << "\n" << fault.reason;
}

}  // namespace
}  // namespace shanqi::house
