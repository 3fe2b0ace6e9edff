// WeCom (企业微信): OAuth2 without ID token. The code is exchanged, from our server to theirs, for the member's user id
// (developer.work.weixin.qq.com: 获取access_token 91039, Web登录 98152, 获取用户登录身份 98177).
#include <mutex>

#include "base/described.hpp"
#include "modules/accounts/single_sign_on.hpp"

namespace shanqi::accounts {
namespace {

constexpr std::int64_t early_us = 300'000'000;  // an access token is not used in its last five minutes
constexpr std::int64_t token_expired = 42001;   // errcode: access_token expired
constexpr std::int64_t token_invalid = 40014;   // errcode: access_token invalid (another process fetched a new one)

std::string text_of(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}
std::int64_t number_of(const boost::json::object& object, std::string_view name, std::int64_t otherwise) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->as_int64() : otherwise;
}

class Wecom final : public SignInProvider {
public:
    Wecom(WecomApp app, const HttpClient& network, const Clock& clock)
        : app_(std::move(app)), network_(network), clock_(clock) {}

    const std::string& id() const override { return id_; }
    const std::string& name() const override { return name_; }

    Result<std::string> start(const Attempt& attempt) override {
        return app_.login_page + "?" +
               query_text({{"login_type", "CorpApp"},
                           {"appid", app_.corp_id},
                           {"agentid", app_.agent_id},
                           {"redirect_uri", attempt.callback},
                           {"state", attempt.state}});
    }

    Result<Identity> finish(const Attempt&, const Query& query) override {
        const std::string code = parameter_of(query, "code");
        if (code.empty() || code.size() > 512) return fail(ErrorKind::refused, "oidc.declined");
        auto reply = TRY(user_info(code, false));
        const std::int64_t status = number_of(reply, "errcode", -1);
        if (status == token_expired || status == token_invalid) reply = TRY(user_info(code, true));
        if (number_of(reply, "errcode", -1) != 0) return fail(ErrorKind::refused, "oidc.declined");
        // Somebody who is no member of the enterprise comes back with "openid" or "external_userid" only.
        const std::string user = text_of(reply, "userid");
        if (user.empty() || user.size() > 64) return fail(ErrorKind::refused, "oidc.not_a_member");
        // A user id is unique within one enterprise only.
        return Identity{app_.corp_id + "/" + user, {}, {}};
    }

private:
    // Their interface wants secrets in the address, so no error of the client, which names it, goes on from here.
    Result<boost::json::object> get(const std::string& path, const Query& query) const {
        const auto reply = network_.send({.url = app_.api + path + "?" + query_text(query)});
        if (!reply || reply->status != 200) return fail(ErrorKind::system, "oidc.unreachable", {{"name", name_}});
        auto value = parse_json(reply->body);
        if (!value || !value->is_object()) return fail(ErrorKind::system, "oidc.unreachable", {{"name", name_}});
        return std::move(value->as_object());
    }

    Result<boost::json::object> user_info(const std::string& code, bool fresh) {
        return get("/cgi-bin/auth/getuserinfo", {{"access_token", TRY(access_token(fresh))}, {"code", code}});
    }

    Result<std::string> access_token(bool fresh) {
        const std::scoped_lock lock(mutex_);
        if (!fresh && !token_.empty() && clock_.now() < token_until_) return token_;
        const auto reply = TRY(get("/cgi-bin/gettoken", {{"corpid", app_.corp_id}, {"corpsecret", app_.secret}}));
        if (number_of(reply, "errcode", -1) != 0)
            return fail(ErrorKind::refused, "oidc.bad_discovery", {{"name", name_}});
        token_ = text_of(reply, "access_token");
        token_until_ = {clock_.now().us + number_of(reply, "expires_in", 0) * 1'000'000 - early_us};
        return token_;
    }

    WecomApp app_;
    const HttpClient& network_;
    const Clock& clock_;
    const std::string id_ = "wecom", name_ = "企业微信";
    std::mutex mutex_;
    std::string token_;
    Instant token_until_;
};

}  // namespace

std::unique_ptr<SignInProvider> make_wecom_provider(WecomApp app, const HttpClient& network, const Clock& clock) {
    return std::make_unique<Wecom>(std::move(app), network, clock);
}

}  // namespace shanqi::accounts
