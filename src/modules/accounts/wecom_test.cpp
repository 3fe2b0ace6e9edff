// WeCom has no server that a test could start: these tests compare what is sent with the published interface
// (developer.work.weixin.qq.com 91039, 98152, 98177) and feed the documented replies. They prove nothing about the real
// one.
#include <gmock/gmock.h>

#include <deque>

#include "modules/accounts/single_sign_on.hpp"
#include "modules/accounts/test_office.hpp"

namespace shanqi::accounts {
namespace {

class DocumentedReplies final : public HttpClient {
public:
    Result<HttpReply> send(const HttpRequest& request) const override {
        asked.push_back(request.url);
        if (replies.empty()) {
            return fail(ErrorKind::system, "http.unreachable", {{"url", request.url}, {"reason", "away"}});
        }
        HttpReply reply{200, "application/json", replies.front()};
        replies.pop_front();
        return reply;
    }
    mutable std::vector<std::string> asked;
    mutable std::deque<std::string> replies;
};

class WecomTest : public testing::Test {
protected:
    TestClock clock_;
    DocumentedReplies network_;
    const std::unique_ptr<SignInProvider> provider_ =
        make_wecom_provider({.corp_id = "ww0123", .agent_id = "1000002", .secret = "s+cret"}, network_, clock_);
    const Attempt attempt_{"wecom", "state1", "", "", "https://oa.example.org/api/v1/wecom/callback"};
    const std::string token_ = R"({"errcode":0,"errmsg":"ok","access_token":"tok/1","expires_in":7200})";
    const std::string user_ = R"({"errcode":0,"errmsg":"ok","userid":"ZhangSan","user_ticket":"t"})";
};

TEST_F(WecomTest, AsksAsDocumented) {
    EXPECT_EQ(provider_->start(attempt_).value(),
              "https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=CorpApp&appid=ww0123&agentid=1000002&"
              "redirect_uri=https%3A%2F%2Foa.example.org%2Fapi%2Fv1%2Fwecom%2Fcallback&state=state1");
    network_.replies = {token_, user_, user_};
    EXPECT_EQ(provider_->finish(attempt_, {{"code", "c 1"}})->subject, "ww0123/ZhangSan");
    EXPECT_THAT(
        network_.asked,
        testing::ElementsAre("https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww0123&corpsecret=s%2Bcret",
                             "https://qyapi.weixin.qq.com/cgi-bin/auth/getuserinfo?access_token=tok%2F1&code=c%201"));
    // The access token is kept until shortly before it expires.
    ASSERT_TRUE(provider_->finish(attempt_, {{"code", "c2"}}));
    EXPECT_EQ(network_.asked.size(), 3U);
    clock_.advance(7200 - 299);
    network_.replies = {token_, user_};
    ASSERT_TRUE(provider_->finish(attempt_, {{"code", "c3"}}));
    EXPECT_EQ(network_.asked.size(), 5U);
}

TEST_F(WecomTest, AnExpiredAccessTokenIsFetchedAnewOnce) {
    network_.replies = {token_, R"({"errcode":42001,"errmsg":"access_token expired"})", token_, user_};
    EXPECT_TRUE(provider_->finish(attempt_, {{"code", "c"}}));
    network_.replies = {R"({"errcode":40014,"errmsg":"invalid"})", token_, R"({"errcode":40014,"errmsg":"invalid"})"};
    EXPECT_EQ(provider_->finish(attempt_, {{"code", "c"}}).error().key, "oidc.declined");
}

TEST_F(WecomTest, WhoIsNoMemberOrGivesNoSenseIsRefused) {
    const std::vector<std::pair<std::string, std::string>> replies{
        {R"({"errcode":0,"errmsg":"ok","openid":"o1","external_userid":"e1"})", "oidc.not_a_member"},
        {R"({"errcode":40029,"errmsg":"invalid code"})", "oidc.declined"},
        {R"({"userid":"ZhangSan"})", "oidc.declined"},
        {R"([1])", "oidc.unreachable"},
        {"<html>", "oidc.unreachable"}};
    for (const auto& [reply, key] : replies) {
        network_.replies = {reply};
        if (network_.asked.empty()) network_.replies.push_front(token_);
        EXPECT_EQ(provider_->finish(attempt_, {{"code", "c"}}).error().key, key) << reply;
    }
    EXPECT_EQ(provider_->finish(attempt_, {}).error().key, "oidc.declined");
}

// Their interface wants the secret in the address: it must be in no error, so in no log.
TEST_F(WecomTest, NoErrorHoldsTheSecret) {
    const auto away = provider_->finish(attempt_, {{"code", "c"}});
    ASSERT_FALSE(away);
    EXPECT_THAT(message(away.error(), Language::en), testing::Not(testing::HasSubstr("cret")));
    for (const auto& [name, value] : away.error().arguments) EXPECT_EQ(value.find("cret"), std::string::npos) << name;
}

}  // namespace
}  // namespace shanqi::accounts
