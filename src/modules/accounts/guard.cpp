// Every call passes here before its handler: who asks, in which organisation, with which rights, how often.
#include <algorithm>

#include "base/mac.hpp"
#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/room.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/session_view.hpp"
#include "modules/accounts/token_buckets.hpp"

namespace shanqi::accounts {
namespace {

using http::Call;
using http::Method;
using http::Principal;
using http::Route;

bool changes_nothing(Method method) { return method == Method::get || method == Method::head; }

// An IPv6 caller owns a /64 at least (RFC 6177): its addresses are one caller.
std::string caller_of(const http::Request& request) {
    const std::string& client = request.client;
    if (std::ranges::count(client, ':') < 2) return client;
    std::size_t end = 0;
    for (int groups = 0; groups < 4 && end < client.size(); end++) {
        if (client[end] == ':') groups++;
        if (groups == 4 || client.compare(end, 2, "::") == 0) break;
    }
    return client.substr(0, end);
}

std::string_view host_of(std::string_view origin) {
    const auto start = origin.find("://");
    if (start != std::string_view::npos) origin.remove_prefix(start + 3);
    return origin.substr(0, origin.find('/'));
}

// A form of another site that signs the browser in as somebody else (login CSRF) has no session to bind a token to;
// browsers say where a request comes from (Fetch Metadata; RFC 6454, 7 for the older ones).
bool from_another_site(const http::Request& request, const std::string& public_url) {
    const std::string_view site = request.header("sec-fetch-site");
    if (!site.empty()) return site != "same-origin" && site != "none";
    const std::string_view origin = request.header("origin");
    if (origin.empty()) return false;
    return host_of(origin) != request.header("host") && host_of(origin) != host_of(public_url);
}

struct Found {
    Principal who;
    Instant last_seen, ends;
    std::optional<Membership> membership;
};

class AccountsGuard final : public http::Guard {
public:
    AccountsGuard(house::House& house, std::map<std::string, Rate> rates) : house_(house), buckets_(std::move(rates)) {}

    Result<> admit(Call& call, const Route& route, const http::Router::Match& match) override {
        const Instant now = house_.clock.now();
        const std::string caller = caller_of(call.request);
        TRY_DO(within_rate("", caller, now));
        // Guessers are stopped before anything is looked up for them.
        if (route.open && !route.rate.empty()) TRY_DO(within_rate(route.rate, caller, now));

        OrgId org;
        for (const auto& [name, value] : match.path) {
            if (name != "org") continue;
            const auto parsed = OrgId::parse(value);
            if (!parsed) return fail(ErrorKind::not_found, "http.not_found");
            org = *parsed;
        }
        const Found found = TRY(look_up(call.request, org, now));
        call.who = found.who;
        const bool known = found.who.kind != Principal::Kind::nobody;
        if (!known && !route.open) return fail(ErrorKind::refused, "http.sign_in_first");
        TRY_DO(check_origin(call, route));
        if (known && !route.open && !route.rate.empty()) {
            TRY_DO(within_rate(route.rate, found.who.account.text(), now));
        }
        if (!route.open) TRY_DO(check_rights(call, route, org, found));
        if (known) touch(found, now);
        return {};
    }

private:
    Result<> within_rate(const std::string& rate, const std::string& caller, Instant now) {
        const auto seconds = buckets_.take(rate, caller, now);
        if (!seconds) return {};
        return fail(ErrorKind::limit, "http.too_many", {{"seconds", std::to_string(*seconds)}});
    }

    // One snapshot: a session that is revoked, or a role that is taken, counts from the next request on.
    Result<Found> look_up(const http::Request& request, const OrgId& org, Instant now) {
        constexpr std::string_view bearer = "Bearer ";
        const std::string_view authorization = request.header("authorization");
        const bool by_token = authorization.starts_with(bearer);
        const std::string_view secret = by_token ? authorization.substr(bearer.size()) : request.cookie(session_cookie);
        if (secret.empty() || secret.size() > 128) return Found{};
        const std::string hash = token_hash(secret);
        return house_.database.read([&](store::Reader& reader) -> Result<Found> {
            Found found;
            const auto holder =
                by_token ? TRY(find_token_holder(reader, hash, now)) : TRY(find_session_holder(reader, hash, now));
            if (!holder) return found;
            found.who.kind = by_token ? Principal::Kind::token : Principal::Kind::account;
            found.who.account = holder->account;
            found.who.session = holder->id;
            found.who.display_name = holder->name;
            found.who.scopes = holder->scopes;
            found.who.administrator = holder->administrator && !by_token;
            found.last_seen = holder->last_seen;
            found.ends = holder->ends;
            if (!org.empty()) found.membership = TRY(find_membership(reader, org, holder->account));
            return found;
        });
    }

    Result<> check_origin(const Call& call, const Route& route) const {
        if (changes_nothing(call.request.method) || call.who.kind == Principal::Kind::token) return {};
        if (call.who.kind == Principal::Kind::account && route.csrf) {
            const std::string expected = csrf_of(call.request.cookie(session_cookie));
            if (!equal_in_constant_time(call.request.header("x-csrf-token"), expected)) {
                return fail(ErrorKind::refused, "http.csrf");
            }
            return {};
        }
        if (from_another_site(call.request, house_.public_url)) return fail(ErrorKind::refused, "http.csrf");
        return {};
    }

    Result<> check_rights(Call& call, const Route& route, const OrgId& org, const Found& found) const {
        const bool by_token = call.who.kind == Principal::Kind::token;
        if (!org.empty()) {
            // 404, not 403: whether another organisation exists is nobody's business.
            if (!found.membership) return fail(ErrorKind::not_found, "http.not_found");
            const Membership& membership = *found.membership;
            call.org = org;
            call.permissions = permissions_of(membership.role, house_.permissions);
            call.own_only = sees_own_only(membership.role);
            call.party = membership.party;
            if (by_token && !call.who.scopes.empty()) {
                std::erase_if(call.permissions, [&](const std::string& permission) {
                    return std::ranges::find(call.who.scopes, permission) == call.who.scopes.end();
                });
            }
        }
        // A stolen API token must not make itself a session, another token or an administrator.
        if (route.permission == "session") return by_token ? forbidden() : Result<>();
        if (route.permission == "administrator") return found.who.administrator ? Result<>() : forbidden();
        if (route.permission == "member") return org.empty() ? forbidden() : Result<>();
        // An empty permission on a route that is not open is a mistake, and lets nobody in.
        return call.may(route.permission) ? Result<>() : forbidden();
    }

    static Result<> forbidden() { return fail(ErrorKind::refused, "http.forbidden"); }

    // On a full disk people can still read and download: when it was last seen can wait.
    void touch(const Found& found, Instant now) {
        if (now.us - found.last_seen.us < limits::session_touch_seconds * 1'000'000) return;
        [[maybe_unused]] const Result<> touched = house_.database.write([&](store::Writer& writer) -> Result<> {
            if (found.who.kind == Principal::Kind::token) {
                TRY_DO(touch_api_token(writer, found.who.session, now));
            } else {
                const Instant idle{now.us + limits::session_idle_seconds * 1'000'000};
                TRY_DO(touch_session(writer, found.who.session, now, std::min(idle, found.ends)));
            }
            return touch_account(writer, found.who.account, now);
        });
    }

    house::House& house_;
    TokenBuckets buckets_;
};

}  // namespace

Rates default_rates() {
    return {
        {"", {2000, 200}},           // a client; an office of nine behind one address included
        {"sign_in", {30, 0.5}},      // passwords, codes
        {"sms", {10, 0.1}},          // messages cost money
        {"link", {30, 0.5}},         // invitations, the setup link
        {"unmask", {30, 1.0 / 30}},  // an account: nobody reads out the whole directory
        {"heavy", {20, 0.2}},        // an account: verifying the audit log, exports, backups, test messages
    };
}

std::unique_ptr<http::Guard> make_guard(house::House& house, const Rates& rates) {
    std::map<std::string, Rate> limits;
    for (const auto& [name, rate] : rates) limits[name] = {rate.burst, rate.per_second};
    return std::make_unique<AccountsGuard>(house, std::move(limits));
}

}  // namespace shanqi::accounts
