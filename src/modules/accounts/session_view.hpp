// Beginning a session, and what GET /session says about it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "modules/accounts/room.hpp"
#include "modules/accounts/session_store.hpp"

namespace shanqi::accounts {

namespace limits {
constexpr std::int64_t session_idle_seconds = 7 * 86400;  // rolling
constexpr std::int64_t session_seconds_max = 30 * 86400;  // absolute
constexpr std::int64_t session_touch_seconds = 60;        // last_seen is written once a minute
}  // namespace limits

struct SessionAccount {
    AccountId id;
    std::string name, email, phone_masked, language;
    bool totp_on = false, administrator = false, has_password = false;
};
BOOST_DESCRIBE_STRUCT(SessionAccount, (),
                      (id, name, email, phone_masked, language, totp_on, administrator, has_password))
struct SessionOrg {
    OrgId id;
    std::string name, short_name;
    house::Role role = house::Role::volunteer;
    std::vector<std::string> permissions;
    std::optional<std::string> logo_url;
};
BOOST_DESCRIBE_STRUCT(SessionOrg, (), (id, name, short_name, role, permissions, logo_url))
struct SignInServer {
    std::string id, name;
};
BOOST_DESCRIBE_STRUCT(SignInServer, (), (id, name))
struct SignInWays {
    bool password = true, sms = false;
    std::vector<SignInServer> oidc;
    bool wecom = false;
};
BOOST_DESCRIBE_STRUCT(SignInWays, (), (password, sms, oidc, wecom))
struct ServerView {
    std::string version, public_url;
    bool reaches_phones = false, reaches_mail = false;
    SignInWays sign_in;
};
BOOST_DESCRIBE_STRUCT(ServerView, (), (version, public_url, reaches_phones, reaches_mail, sign_in))
struct SessionView {
    bool signed_in = false, first_run = false;
    std::optional<SessionAccount> account;
    std::vector<SessionOrg> orgs;
    std::optional<std::string> csrf;
    ServerView server;
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (signed_in, first_run, account, orgs, csrf, server))

// `session_token`: "" when nobody is signed in, or by an API token.
Result<SessionView> session_view(Room&, const AccountId&, const std::string& session_token);

struct FreshSession {
    std::string token;
    Session row;
};
// Made outside the transaction; insert_session(writer, fresh.row) inside.
Result<FreshSession> prepare_session(Room&, const http::Request&, const AccountId&);
// After the commit: the cookie of a session that begins, and of one that ended.
void set_session_cookie(http::Call&, const FreshSession&);
void clear_session_cookie(http::Call&);

}  // namespace shanqi::accounts
