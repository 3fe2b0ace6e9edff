#include "modules/accounts/session_view.hpp"

#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"

namespace shanqi::accounts {
namespace {

ServerView server_view(const Room& room) {
    ServerView view{room.settings.version,
                    room.house.public_url,
                    room.house.messenger.reaches_phones(),
                    room.house.messenger.reaches_mail(),
                    {}};
    view.sign_in.sms = view.reaches_phones;
    for (const OidcProvider& one : room.settings.oidc) view.sign_in.oidc.push_back({one.id, one.name});
    view.sign_in.wecom = room.settings.wecom.has_value();
    return view;
}

// RFC 6265bis: not readable by scripts; sent along when somebody follows a link to us, not with forms of other sites.
std::string cookie_text(const http::Request& request, std::string_view value, std::int64_t seconds) {
    return std::string(session_cookie) + "=" + std::string(value) +
           "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(seconds) + (request.secure ? "; Secure" : "");
}

}  // namespace

Result<SessionView> session_view(Room& room, const AccountId& id, const std::string& session_token) {
    struct Rows {
        bool any = false;
        std::optional<Account> account;
        std::vector<MembershipOrg> orgs;
    };
    const Rows rows = TRY(room.house.database.read([&](store::Reader& reader) -> Result<Rows> {
        Rows read;
        if (id.empty()) {
            read.any = TRY(any_account(reader));
            return read;
        }
        read.any = true;
        read.account = TRY(find_account(reader, id));
        read.orgs = TRY(list_memberships(reader, id));
        return read;
    }));
    SessionView view;
    view.first_run = !rows.any;
    view.server = server_view(room);
    if (!rows.account) return view;
    const Account& account = *rows.account;
    view.signed_in = true;
    view.account = SessionAccount{account.id,
                                  account.name,
                                  TRY(email_of(room.house, account)),
                                  masked_phone(TRY(phone_of(room.house, account))),
                                  account.language,
                                  account.totp_on,
                                  account.administrator,
                                  account.password_hash.has_value()};
    for (const MembershipOrg& one : rows.orgs) {
        SessionOrg org{one.organisation.id,
                       one.organisation.name,
                       one.organisation.short_name,
                       one.membership.role,
                       permissions_of(one.membership.role, room.house.permissions),
                       {}};
        if (one.has_logo) org.logo_url = "/api/v1/orgs/" + org.id.text() + "/logo";
        view.orgs.push_back(std::move(org));
    }
    if (!session_token.empty()) view.csrf = csrf_of(session_token);
    return view;
}

Result<FreshSession> prepare_session(Room& room, const http::Request& request, const AccountId& account) {
    FreshSession fresh{new_token(), {}};
    const Instant now = room.house.clock.now();
    Session& row = fresh.row;
    row.id = new_uuid_v7(room.house.clock);
    row.account = account;
    row.token_hash = token_hash(fresh.token);
    row.created = row.last_seen = now;
    row.idle_until = {now.us + limits::session_idle_seconds * 1'000'000};
    row.ends = {now.us + limits::session_seconds_max * 1'000'000};
    row.client_sealed =
        TRY(room.house.vault.seal(store::installation_org(), "accounts.session.client:" + row.id, request.client));
    row.device = device_of(request.header("user-agent"));
    return fresh;
}

void set_session_cookie(http::Call& call, const FreshSession& fresh) {
    call.reply_headers.emplace_back("Set-Cookie", cookie_text(call.request, fresh.token, limits::session_seconds_max));
    call.reply_headers.emplace_back("Cache-Control", "no-store");
}

void clear_session_cookie(http::Call& call) {
    call.reply_headers.emplace_back("Set-Cookie", cookie_text(call.request, "", 0));
}

}  // namespace shanqi::accounts
