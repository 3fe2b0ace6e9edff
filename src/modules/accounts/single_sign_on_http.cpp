// The redirects of OIDC and WeCom. What belongs to one attempt lies in a sealed cookie of ten minutes.
#include "base/described.hpp"
#include "base/mac.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/sign_in.hpp"

namespace shanqi::accounts {
namespace {

using http::Call;
using http::Method;

constexpr std::string_view attempt_cookie = "shanqi_sign_on";
constexpr std::int64_t attempt_seconds = 600;

struct KeptAttempt {
    std::string provider, state, nonce, verifier, callback;
    Instant until;
    std::optional<AccountId> link;  // an account that was signed in and wants the identity linked
};
BOOST_DESCRIBE_STRUCT(KeptAttempt, (), (provider, state, nonce, verifier, callback, until, link))

std::string cookie_text(const http::Request& request, const std::string& value, std::int64_t seconds) {
    return std::string(attempt_cookie) + "=" + value +
           "; Path=/api/v1/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(seconds) +
           (request.secure ? "; Secure" : "");
}

http::Reply redirect(std::string address) {
    http::Reply reply;
    reply.status = 302;
    reply.content_type.clear();
    reply.headers = {{"Location", std::move(address)}, {"Cache-Control", "no-store"}};
    return reply;
}

// Back to the sign-in page, which knows the sentence of the key.
http::Reply sorry(const Error& error) {
    return redirect(std::string(error.key == "oidc.linked" ? "/settings/account?done=" : "/sign-in?error=") +
                    error.key);
}

SignInProvider* provider_of(const Room& room, const Call& call) {
    const std::string_view name = call.path_member("provider");
    return room.provider(name.empty() ? "wecom" : name);
}

Result<http::Reply> start(Room& room, Call& call) {
    SignInProvider* provider = provider_of(room, call);
    if (provider == nullptr) return fail(ErrorKind::not_found, "http.not_found");
    // The address that the provider sends back to is ours, never what a Host header says.
    if (room.house.public_url.empty()) return fail(ErrorKind::invalid, "oidc.no_public_url");
    Attempt attempt{provider->id(), new_token(), new_token(), new_token(), room.house.public_url.get()};
    attempt.callback +=
        provider->id() == "wecom" ? "/api/v1/wecom/callback" : "/api/v1/oidc/" + provider->id() + "/callback";
    const auto address = provider->start(attempt);
    if (!address) return sorry(address.error());
    KeptAttempt kept{attempt.provider,
                     attempt.state,
                     attempt.nonce,
                     attempt.verifier,
                     attempt.callback,
                     {room.house.clock.now().us + attempt_seconds * 1'000'000},
                     {}};
    // A link on somebody else's page must not tie an identity to the account that happens to be signed in.
    if (call.who.kind == http::Principal::Kind::account && call.request.header("sec-fetch-site") != "cross-site") {
        kept.link = call.who.account;
    }
    const std::string sealed =
        TRY(room.house.vault.seal(store::installation_org(), "accounts.sign_on", json_text(kept)));
    http::Reply reply = redirect(*address);
    reply.headers.emplace_back("Set-Cookie", cookie_text(call.request, sealed, attempt_seconds));
    return reply;
}

Result<KeptAttempt> kept_attempt(Room& room, const Call& call, const SignInProvider& provider) {
    const auto begun = [] { return fail(ErrorKind::refused, "oidc.not_begun_here"); };
    const auto text =
        room.house.vault.open(store::installation_org(), "accounts.sign_on", call.request.cookie(attempt_cookie));
    if (!text) return begun();
    auto kept = from_json<KeptAttempt>(TRY(parse_json(*text)));
    // RFC 9700, 4.7: the state binds the callback to this browser.
    if (!kept || kept->provider != provider.id() || kept->until <= room.house.clock.now() ||
        !equal_in_constant_time(kept->state, call.request.parameter("state"))) {
        return begun();
    }
    return kept;
}

Result<Account> account_for(Room& room, const SignInProvider& provider, const Identity& identity, Instant now) {
    house::House& house = room.house;
    std::optional<std::string> index;
    if (provider.links_by_email()) {
        if (const auto email = normal_email(identity.verified_email)) index = TRY(login_index(house, *email));
    }
    return house.database.write([&](store::Writer& writer) -> Result<Account> {
        if (const auto id = TRY(find_identity(writer, provider.id(), identity.subject))) {
            if (auto account = TRY(find_account(writer, *id))) return std::move(*account);
        }
        if (index) {
            if (auto account = TRY(find_account_by_login(writer, *index))) {
                TRY_DO(insert_identity(writer, provider.id(), identity.subject, account->id, now));
                return std::move(*account);
            }
        }
        return fail(ErrorKind::refused, "oidc.no_account");
    });
}

Result<http::Reply> finish_attempt(Room& room, Call& call, SignInProvider& provider) {
    const KeptAttempt kept = TRY(kept_attempt(room, call, provider));
    const Identity identity =
        TRY(provider.finish({kept.provider, kept.state, kept.nonce, kept.verifier, kept.callback}, call.request.query));
    const Instant now = room.house.clock.now();
    if (kept.link) {
        // Linked only to whoever began it and is still signed in.
        if (call.who.kind != http::Principal::Kind::account || call.who.account != *kept.link) {
            return fail(ErrorKind::refused, "oidc.not_begun_here");
        }
        TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
            TRY_DO(insert_identity(writer, provider.id(), identity.subject, *kept.link, now));
            return audit_account(writer, room.house, call, *kept.link, "accounts.identity_link",
                                 {{"provider", provider.id()}});
        }));
        return redirect("/settings/account?done=oidc.linked");
    }
    const Account account = TRY(account_for(room, provider, identity, now));
    TRY(begin_session(room, call, account, "oidc:" + provider.id()));
    return redirect("/");
}

Result<http::Reply> finish(Room& room, Call& call) {
    SignInProvider* provider = provider_of(room, call);
    if (provider == nullptr) return fail(ErrorKind::not_found, "http.not_found");
    // However it ends, the attempt is over: the same callback again finds no cookie.
    call.reply_headers.emplace_back("Set-Cookie", cookie_text(call.request, "", 0));
    auto reply = finish_attempt(room, call, *provider);
    if (!reply) return sorry(reply.error());
    return reply;
}

}  // namespace

void add_single_sign_on_routes(http::Router& router, const RoomHandle& room) {
    const auto add = [&](const char* path, const char* operation, const char* summary,
                         Result<http::Reply> (*work)(Room&, Call&)) {
        router.add_raw(
            {.method = Method::get,
             .path = path,
             .operation = operation,
             .open = true,
             .rate = "sign_in",
             .summary = summary},
            [room, work](Call& call) { return work(*room, call); }, "text/html");
    };
    add("/api/v1/oidc/{provider}/start", "oidc_start", "Redirects to the OpenID provider", start);
    add("/api/v1/oidc/{provider}/callback", "oidc_callback", "Where the OpenID provider sends the browser back to",
        finish);
    add("/api/v1/wecom/start", "wecom_start", "Redirects to WeCom", start);
    add("/api/v1/wecom/callback", "wecom_callback", "Where WeCom sends the browser back to", finish);
}

}  // namespace shanqi::accounts
