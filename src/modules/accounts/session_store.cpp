#include "modules/accounts/session_store.hpp"

#include <sstream>

#include "modules/lists/lists.hpp"

namespace shanqi::accounts {
namespace {

using store::Statement;

const Statement insert_session_row{
    "INSERT INTO account_sessions (id, account_id, token_hash, created, last_seen, idle_until, ends, client_sealed, "
    "device) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
const Statement select_holder{
    "SELECT s.id, a.id, a.name, a.administrator, s.last_seen, s.ends FROM account_sessions s "
    "JOIN accounts a ON a.id = s.account_id WHERE s.token_hash = $1 AND s.idle_until > $2 AND s.ends > $2"};
const Statement update_session{"UPDATE account_sessions SET last_seen = $2, idle_until = $3 WHERE id = $1"};
constexpr const char* select_sessions =
    "SELECT id, created, last_seen, client_sealed, device FROM account_sessions "
    "WHERE account_id = $1 AND idle_until > $2 AND ends > $2";
const Statement delete_one_session{"DELETE FROM account_sessions WHERE account_id = $1 AND id = $2"};
const Statement delete_all_but{"DELETE FROM account_sessions WHERE account_id = $1 AND id <> $2"};
const Statement delete_all_sessions{"DELETE FROM account_sessions WHERE account_id = $1"};
const Statement delete_ended{"DELETE FROM account_sessions WHERE idle_until <= $1 OR ends <= $1"};

const Statement insert_token_row{
    "INSERT INTO account_tokens (id, account_id, name, token_hash, scopes, created, last_used, expires) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
const Statement select_token_holder{
    "SELECT t.id, a.id, a.name, a.administrator, t.last_used, t.scopes FROM account_tokens t "
    "JOIN accounts a ON a.id = t.account_id WHERE t.token_hash = $1 AND (t.expires IS NULL OR t.expires > $2)"};
const Statement update_token{"UPDATE account_tokens SET last_used = $2 WHERE id = $1"};
constexpr const char* select_tokens =
    "SELECT id, name, scopes, created, last_used, expires FROM account_tokens WHERE account_id = $1";
const Statement select_token_count{"SELECT COUNT(*) FROM account_tokens WHERE account_id = $1"};
const Statement delete_token{"DELETE FROM account_tokens WHERE account_id = $1 AND id = $2"};
const Statement delete_all_tokens{"DELETE FROM account_tokens WHERE account_id = $1"};

// Permissions are words without spaces.
std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}
std::vector<std::string> split(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

}  // namespace

Result<> insert_session(store::Writer& writer, const Session& s) {
    TRY(writer.execute(insert_session_row, {s.id, s.account, s.token_hash, s.created, s.last_seen, s.idle_until, s.ends,
                                            s.client_sealed, s.device}));
    return {};
}

Result<std::optional<Holder>> find_session_holder(store::Reader& reader, const std::string& token_hash, Instant now) {
    const auto row = TRY(reader.first(select_holder, {token_hash, now}));
    if (!row) return std::optional<Holder>();
    return std::optional(
        Holder{row->text(0), row->id<AccountId>(1), row->text(2), row->flag(3), row->instant(4), row->instant(5), {}});
}

Result<> touch_session(store::Writer& writer, const std::string& id, Instant now, Instant idle_until) {
    TRY(writer.execute(update_session, {id, now, idle_until}));
    return {};
}

const http::Listing& session_listing() {
    using http::Column;
    static const http::Listing listing{{{.name = "created", .sql = "created", .kind = Column::Kind::integer},
                                        {.name = "last_seen", .sql = "last_seen", .kind = Column::Kind::integer},
                                        {.name = "device", .sql = "device"}},
                                       "id",
                                       "-last_seen"};
    return listing;
}

Result<std::vector<Session>> list_sessions(store::Reader& reader, const AccountId& account, Instant now,
                                           const http::ListQuery& query) {
    const http::ListSql sql = http::list_sql(query, 3);
    std::vector<Session> sessions;
    for (const store::Row& row : TRY(reader.query_text(select_sessions + sql.where + sql.order_limit,
                                                       lists::with_parameters({account, now}, sql)))) {
        sessions.push_back({.id = row.text(0),
                            .account = account,
                            .created = row.instant(1),
                            .last_seen = row.instant(2),
                            .client_sealed = row.text(3),
                            .device = row.text(4)});
    }
    return sessions;
}

Result<bool> delete_session(store::Writer& writer, const AccountId& account, const std::string& id) {
    return TRY(writer.execute(delete_one_session, {account, id})) == 1;
}

Result<std::int64_t> delete_other_sessions(store::Writer& writer, const AccountId& account, const std::string& but) {
    if (but.empty()) return writer.execute(delete_all_sessions, {account});
    return writer.execute(delete_all_but, {account, but});
}

Result<> sweep_sessions(store::Writer& writer, Instant now) {
    TRY(writer.execute(delete_ended, {now}));
    return {};
}

Result<> insert_api_token(store::Writer& writer, const ApiToken& t) {
    TRY(writer.execute(insert_token_row, {t.id, t.account, t.name, t.token_hash, joined(t.scopes), t.created,
                                          t.last_used, t.expires_us}));
    return {};
}

Result<std::optional<Holder>> find_token_holder(store::Reader& reader, const std::string& token_hash, Instant now) {
    const auto row = TRY(reader.first(select_token_holder, {token_hash, now}));
    if (!row) return std::optional<Holder>();
    return std::optional(Holder{
        row->text(0), row->id<AccountId>(1), row->text(2), row->flag(3), row->instant(4), {}, split(row->text(5))});
}

Result<> touch_api_token(store::Writer& writer, const std::string& id, Instant now) {
    TRY(writer.execute(update_token, {id, now}));
    return {};
}

const http::Listing& token_listing() {
    using http::Column;
    static const http::Listing listing{
        {{.name = "name", .sql = "name"},
         {.name = "created", .sql = "created", .kind = Column::Kind::integer},
         {.name = "last_used", .sql = "last_used", .kind = Column::Kind::integer},
         // One without an end is still in force at the end of time.
         {.name = "expires", .sql = "COALESCE(expires, 9223372036854775807)", .kind = Column::Kind::integer}},
        "id",
        "-created"};
    return listing;
}

Result<std::vector<ApiToken>> list_api_tokens(store::Reader& reader, const AccountId& account,
                                              const http::ListQuery& query) {
    const http::ListSql sql = http::list_sql(query, 2);
    std::vector<ApiToken> tokens;
    for (const store::Row& row :
         TRY(reader.query_text(select_tokens + sql.where + sql.order_limit, lists::with_parameters({account}, sql)))) {
        tokens.push_back({.id = row.text(0),
                          .account = account,
                          .name = row.text(1),
                          .scopes = split(row.text(2)),
                          .created = row.instant(3),
                          .last_used = row.instant(4),
                          .expires_us = row.maybe_integer(5)});
    }
    return tokens;
}

Result<std::int64_t> count_api_tokens(store::Reader& reader, const AccountId& account) {
    return TRY(reader.query(select_token_count, {account})).front().integer(0);
}

Result<bool> delete_api_token(store::Writer& writer, const AccountId& account, const std::string& id) {
    return TRY(writer.execute(delete_token, {account, id})) == 1;
}

Result<> delete_api_tokens(store::Writer& writer, const AccountId& account) {
    TRY(writer.execute(delete_all_tokens, {account}));
    return {};
}

}  // namespace shanqi::accounts
