// Who may what: organisations, accounts, roles, sessions, API tokens, invitations, signing in. Other rooms include only
// this header.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "modules/house/house.hpp"

namespace shanqi::accounts {

// An OpenID Connect provider (authorization code with PKCE). It makes no accounts: whoever is signed in links an
// identity of the provider's to the account and signs in through it from then on.
struct OidcProvider {
    std::string id, name;  // "school", "统一身份认证"
    std::string issuer, client_id, client_secret;
    std::string scopes = "openid email profile";
    // Whoever has an e-mail at the provider, which it says it verified, is the account with this e-mail. Only for a
    // provider of the installation's own: it could sign in as anybody.
    bool link_by_email = false;
};

// A self-built application of WeCom (企业微信). Its OAuth2 has no ID token.
struct WecomApp {
    std::string corp_id, agent_id, secret;
    std::string api = "https://qyapi.weixin.qq.com";
    std::string login_page = "https://login.work.weixin.qq.com/wwlogin/sso/login";
};

struct Settings {
    std::vector<OidcProvider> oidc;
    std::optional<WecomApp> wecom;
    std::string version;  // of the program, for GET /session
};

house::Module accounts_module(Settings = {});

// Rate limits by the name in Route::rate; "" counts every call of a client. A burst of 0: no limit.
struct CallRate {
    double burst = 0, per_second = 0;
};
using Rates = std::map<std::string, CallRate>;
Rates default_rates();

// Admits calls: sessions, API tokens, roles, CSRF, rate limits. One for the process: it holds the token buckets.
std::unique_ptr<http::Guard> make_guard(house::House&, const Rates& = default_rates());

// At start, after migrate(): the one-time link of the first administrator, "<public_url>/setup#<token>", when the
// installation has no account yet (an earlier link that was not used ends). None otherwise.
Result<std::optional<std::string>> new_setup_link(house::House&, const std::string& address);

// Names for lists of other rooms ("account:<id>" in the audit trail); an account that is gone is missing.
Result<std::vector<std::pair<AccountId, std::string>>> account_names(store::Reader&, const std::vector<AccountId>&);

struct Organisation {
    OrgId id;
    std::string name, short_name, credit_code;
};
Result<std::optional<Organisation>> find_organisation(store::Reader&, const OrgId&);
Result<std::vector<Organisation>> list_organisations(store::Reader&);

// Makes an organisation with its key and its owner, for the sample of the demo and for tests; in HTTP it is POST /orgs.
// `owner` may be empty.
Result<OrgId> create_organisation(house::House&, const Organisation&, const AccountId& owner);

struct NewAccount {
    std::string name, email, phone, password;  // an e-mail or a phone, or both; password may be empty
    bool administrator = false;
};
// Errors: accounts.taken, accounts.bad_email, accounts.bad_phone, accounts.weak_password.
Result<AccountId> create_account(house::House&, const NewAccount&);
Result<> add_member(house::House&, const OrgId&, const AccountId&, house::Role, const std::string& party = {});

}  // namespace shanqi::accounts
