// Sessions and API tokens as rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "http/page.hpp"
#include "store/database.hpp"

namespace shanqi::accounts {

struct Session {
    std::string id;
    AccountId account;
    std::string token_hash;
    Instant created, last_seen, idle_until, ends;
    std::string client_sealed, device;
};

// Who holds a token: what the guard needs, in one query.
struct Holder {
    std::string id;  // of the session or API token
    AccountId account;
    std::string name;
    bool administrator = false;
    Instant last_seen, ends;
    std::vector<std::string> scopes;
};

Result<> insert_session(store::Writer&, const Session&);
// None: never was, revoked, idle for too long, or at its end.
Result<std::optional<Holder>> find_session_holder(store::Reader&, const std::string& token_hash, Instant now);
Result<> touch_session(store::Writer&, const std::string& id, Instant now, Instant idle_until);
const http::Listing& session_listing();
Result<std::vector<Session>> list_sessions(store::Reader&, const AccountId&, Instant now, const http::ListQuery&);
Result<bool> delete_session(store::Writer&, const AccountId&, const std::string& id);
Result<std::int64_t> delete_other_sessions(store::Writer&, const AccountId&, const std::string& but);
Result<> sweep_sessions(store::Writer&, Instant now);

struct ApiToken {
    std::string id;
    AccountId account;
    std::string name, token_hash;
    std::vector<std::string> scopes;
    Instant created, last_used;
    std::optional<std::int64_t> expires_us;
};

Result<> insert_api_token(store::Writer&, const ApiToken&);
Result<std::optional<Holder>> find_token_holder(store::Reader&, const std::string& token_hash, Instant now);
Result<> touch_api_token(store::Writer&, const std::string& id, Instant now);
const http::Listing& token_listing();
Result<std::vector<ApiToken>> list_api_tokens(store::Reader&, const AccountId&, const http::ListQuery&);
Result<std::int64_t> count_api_tokens(store::Reader&, const AccountId&);
Result<bool> delete_api_token(store::Writer&, const AccountId&, const std::string& id);
Result<> delete_api_tokens(store::Writer&, const AccountId&);

}  // namespace shanqi::accounts
