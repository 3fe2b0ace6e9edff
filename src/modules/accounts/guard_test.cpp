// Who gets in where: isolation between organisations, roles, CSRF, tokens, rates.
#include <gmock/gmock.h>

#include "modules/accounts/isolation_check.hpp"
#include "modules/accounts/test_office.hpp"

namespace shanqi::accounts {
namespace {

using house::Role;

class GuardTest : public testing::TestWithParam<store::Dialect> {
protected:
    Office office_{GetParam()};
    const AccountId owner_ = office_.account("owner@example.org");
    const AccountId other_ = office_.account("other@example.org");
    const OrgId ours_ = office_.organisation("甲公益", owner_), theirs_ = office_.organisation("乙公益", other_);
    Browser browser_{office_};
    std::string in(const OrgId& org, const std::string& path = "") { return "/orgs/" + org.text() + path; }
};
INSTANTIATE_TEST_SUITE_P(Databases, GuardTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);

TEST_P(GuardTest, EveryEndpointRefusesAnotherOrganisationsIds) {
    ASSERT_EQ(browser_.sign_in("owner@example.org").status, 200);
    Browser their_browser{office_, "192.0.2.2"};
    ASSERT_EQ(their_browser.sign_in("other@example.org").status, 200);
    const Seen invitation = their_browser.post(in(theirs_, "/invitations"), R"({"role":"staff","name":"某某"})");
    ASSERT_EQ(invitation.status, 201) << invitation.body;
    const IsolationTry with{.headers = {{"cookie", "shanqi_session=" + browser_.cookie("shanqi_session")},
                                        {"x-csrf-token", browser_.csrf()}},
                            .org = theirs_.text(),
                            .path_values = {{"account", other_.text()}, {"invitation", invitation.at("id")}},
                            .tables = {"organisations", "memberships", "invitations", "audit_entries"}};
    int tried = 0;
    EXPECT_THAT(isolation_faults(office_.router, *office_.guard, office_.test.database(), with, &tried),
                testing::IsEmpty());
    EXPECT_GE(tried, 13);
    // The check sees something: with the owner's own cookie the same calls are answered.
    IsolationTry own = with;
    own.headers = {{"cookie", "shanqi_session=" + their_browser.cookie("shanqi_session")},
                   {"x-csrf-token", their_browser.csrf()}};
    EXPECT_THAT(isolation_faults(office_.router, *office_.guard, office_.test.database(), own, &tried),
                testing::Contains("member_list answered 200"));
}

// Own organisation in the path, somebody else's row behind it.
TEST_P(GuardTest, RowsOfAnotherOrganisationAreNotFoundThroughOnesOwn) {
    ASSERT_EQ(browser_.sign_in("owner@example.org").status, 200);
    Browser their_browser{office_, "192.0.2.2"};
    ASSERT_EQ(their_browser.sign_in("other@example.org").status, 200);
    const std::string invitation =
        their_browser.post(in(theirs_, "/invitations"), R"({"role":"staff","name":"某某"})").at("id");
    EXPECT_EQ(browser_.remove(in(ours_, "/invitations/" + invitation)).status, 404);
    EXPECT_EQ(browser_.remove(in(ours_, "/members/" + other_.text())).status, 404);
    EXPECT_EQ(browser_.put(in(ours_, "/members/" + other_.text()), R"({"role":"volunteer"})").status, 404);
    EXPECT_EQ(browser_.post(in(ours_, "/members/" + other_.text() + "/login_code")).status, 404);
    EXPECT_EQ(browser_
                  .post(in(ours_, "/unmaskings"), R"({"kind":"accounts.member","object":")" + other_.text() +
                                                      R"(","field":"email","reason":"核对资料"})")
                  .status,
              404);
    EXPECT_EQ(office_.count("invitations", "id = '" + invitation + "'"), 1);
}

TEST_P(GuardTest, EveryEndpointThatIsNotOpenWantsSomebody) {
    int tried = 0;
    for (const auto& endpoint : office_.router.endpoints()) {
        if (endpoint->route.open) continue;
        std::string path;
        bool inside = false;
        for (const char c : endpoint->route.path) {
            if (c == '{') path += ours_.text();
            inside = c == '{' || (inside && c != '}');
            if (!inside && c != '}') path += c;
        }
        EXPECT_EQ(browser_.send(endpoint->route.method, path).status, 401) << endpoint->route.operation;
        EXPECT_EQ(browser_.send(endpoint->route.method, path, "", {{"authorization", "Bearer shanqi_made_up"}}).status,
                  401)
            << endpoint->route.operation;
        tried++;
    }
    EXPECT_GE(tried, 20);
}

TEST_P(GuardTest, RolesMayWhatTheirPermissionsSay) {
    struct Line {
        Role role;
        int members, invitations, organisation;
    };
    int number = 0;
    for (const Line& line : {Line{Role::owner, 200, 200, 200}, Line{Role::manager, 200, 200, 200},
                             Line{Role::staff, 200, 403, 403}, Line{Role::auditor, 200, 403, 403},
                             Line{Role::partner, 403, 403, 403}, Line{Role::volunteer, 403, 403, 403}}) {
        const std::string email = "m" + std::to_string(number++) + "@example.org";
        office_.member(ours_, office_.account(email), line.role);
        Browser browser{office_, "192.0.2." + std::to_string(10 + number)};
        ASSERT_EQ(browser.sign_in(email).status, 200);
        EXPECT_EQ(browser.get(in(ours_, "/members")).status, line.members) << number;
        EXPECT_EQ(browser.get(in(ours_, "/invitations")).status, line.invitations) << number;
        EXPECT_EQ(browser.put(in(ours_), R"({"name":"甲公益"})").status, line.organisation) << number;
        EXPECT_EQ(browser.get(in(ours_)).status, 200);
    }
}

TEST_P(GuardTest, ARoleThatIsTakenCountsFromTheNextRequest) {
    const AccountId manager = office_.account("manager@example.org");
    office_.member(ours_, manager, Role::manager);
    Browser browser{office_, "192.0.2.3"};
    ASSERT_EQ(browser.sign_in("manager@example.org").status, 200);
    ASSERT_EQ(browser_.sign_in("owner@example.org").status, 200);
    EXPECT_EQ(browser.get(in(ours_, "/invitations")).status, 200);
    ASSERT_EQ(browser_.put(in(ours_, "/members/" + manager.text()), R"({"role":"staff"})").status, 204);
    EXPECT_EQ(browser.get(in(ours_, "/invitations")).status, 403);
    ASSERT_EQ(browser_.remove(in(ours_, "/members/" + manager.text())).status, 204);
    EXPECT_EQ(browser.get(in(ours_)).status, 404);
}

TEST_P(GuardTest, AFormOfAnotherSiteChangesNothing) {
    ASSERT_EQ(browser_.sign_in("owner@example.org").status, 200);
    browser_.sends_csrf = false;
    const std::string body = R"({"name":"改了名"})";
    EXPECT_EQ(browser_.put(in(ours_), body).at("key"), "http.csrf");
    EXPECT_EQ(
        browser_.send(http::Method::put, "/api/v1" + in(ours_), body, {{"x-csrf-token", std::string(32, 'a')}}).status,
        403);
    // The token of another session does not fit this one.
    Browser other{office_, "192.0.2.2"};
    ASSERT_EQ(other.sign_in("other@example.org").status, 200);
    EXPECT_EQ(browser_.send(http::Method::put, "/api/v1" + in(ours_), body, {{"x-csrf-token", other.csrf()}}).status,
              403);
    EXPECT_EQ(office_.count("organisations", "name = '改了名'"), 0);
    browser_.sends_csrf = true;
    EXPECT_EQ(browser_.put(in(ours_), body).status, 200);
    // Signing somebody in as the attacker: no session yet, but browsers say where it comes from.
    Browser victim{office_, "192.0.2.4"};
    const std::string login = R"({"login":"other@example.org","password":"correct horse battery"})";
    EXPECT_EQ(victim.post("/session", login, {{"sec-fetch-site", "cross-site"}}).at("key"), "http.csrf");
    EXPECT_EQ(victim.post("/session", login, {{"origin", "https://evil.example"}}).at("key"), "http.csrf");
    EXPECT_EQ(victim.post("/session", login, {{"origin", "http://127.0.0.1:8440"}}).status, 200);
}

TEST_P(GuardTest, ApiTokensReachTheirScopesOnly) {
    ASSERT_EQ(browser_.sign_in("owner@example.org").status, 200);
    const Seen made = browser_.post("/account/tokens", R"({"name":"报表","scopes":["accounts.members_read"]})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_TRUE(made.at("token").starts_with("shanqi_"));
    EXPECT_EQ(browser_.post("/account/tokens", R"({"name":"报表","scopes":["accounts.everything"]})").at("field"),
              "/scopes/0");
    const http::Headers bearer{{"authorization", "Bearer " + made.at("token")}};
    Browser program{office_, "192.0.2.7"};
    EXPECT_EQ(program.get(in(ours_, "/members"), bearer).status, 200);
    EXPECT_EQ(program.get(in(ours_, "/invitations"), bearer).status, 403);
    EXPECT_EQ(program.get(in(theirs_, "/members"), bearer).status, 404);
    // A stolen token makes no session, no other token, and no administrator of itself.
    EXPECT_EQ(program.post("/account/tokens", R"({"name":"more","scopes":[]})", bearer).status, 403);
    EXPECT_EQ(program.get("/account/sessions", bearer).status, 403);
    EXPECT_EQ(office_.count("account_tokens"), 1);
    EXPECT_EQ(office_.count("account_tokens", "token_hash = '" + made.at("token") + "'"), 0);
    EXPECT_EQ(browser_.remove("/account/tokens/" + made.at("id")).status, 204);
    EXPECT_EQ(program.get(in(ours_, "/members"), bearer).status, 401);
    // One that expires.
    const Seen brief = browser_.post("/account/tokens", R"({"name":"短","scopes":[],"expires":")" +
                                                            iso_utc({office_.clock.now().us + 60'000'000}) + R"("})");
    ASSERT_EQ(brief.status, 201) << brief.body;
    const http::Headers soon{{"authorization", "Bearer " + brief.at("token")}};
    EXPECT_EQ(program.get(in(ours_, "/invitations"), soon).status, 200);
    office_.clock.advance(61);
    EXPECT_EQ(program.get(in(ours_, "/invitations"), soon).status, 401);
}

TEST_P(GuardTest, AFloodFromOneClientIsHeldAndAnotherIsNot) {
    int refused = 0;
    for (int i = 0; i < 40; i++) refused += browser_.get("/invitations/made_up_token").status == 429 ? 1 : 0;
    EXPECT_EQ(refused, 10);
    const Seen held = browser_.get("/invitations/made_up_token");
    EXPECT_EQ(held.at("key"), "http.too_many");
    EXPECT_FALSE(held.header("Retry-After").empty());
    Browser elsewhere{office_, "192.0.2.200"};
    EXPECT_EQ(elsewhere.get("/invitations/made_up_token").status, 404);
    office_.clock.advance(4);
    EXPECT_EQ(browser_.get("/invitations/made_up_token").status, 404);
    // The addresses of one IPv6 network are one caller.
    for (int i = 0; i < 30; i++) {
        Browser(office_, "2001:db8:1:2::" + std::to_string(i)).get("/invitations/made_up_token");
    }
    EXPECT_EQ(Browser(office_, "2001:db8:1:2:3:4:5:6").get("/invitations/made_up_token").status, 429);
    EXPECT_EQ(Browser(office_, "2001:db8:1:3::1").get("/invitations/made_up_token").status, 404);
}

}  // namespace
}  // namespace shanqi::accounts
