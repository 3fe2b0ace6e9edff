#include "modules/accounts/account_store.hpp"

namespace shanqi::accounts {
namespace {

using store::Statement;

#define ACCOUNT_COLUMNS                                                                                        \
    "id, name, email_sealed, email_index, phone_sealed, phone_index, password_hash, language, administrator, " \
    "totp_sealed, totp_on, totp_step, created, last_seen"

const Statement select_any{"SELECT 1 FROM accounts LIMIT 1"};
const Statement select_account{"SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE id = $1"};
// Two statements in one: each half has an index of its own.
const Statement select_by_login{"SELECT " ACCOUNT_COLUMNS
                                " FROM accounts WHERE email_index = $1 UNION ALL SELECT " ACCOUNT_COLUMNS
                                " FROM accounts WHERE phone_index = $1 LIMIT 1"};
const Statement insert{"INSERT INTO accounts (" ACCOUNT_COLUMNS
                       ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"};
const Statement update_profile{"UPDATE accounts SET name = $2, language = $3 WHERE id = $1"};
const Statement update_password{"UPDATE accounts SET password_hash = $2 WHERE id = $1"};
const Statement update_totp{"UPDATE accounts SET totp_sealed = $2, totp_on = $3, totp_step = $4 WHERE id = $1"};
const Statement update_totp_step{"UPDATE accounts SET totp_step = $2 WHERE id = $1 AND totp_step < $2"};
const Statement update_seen{"UPDATE accounts SET last_seen = $2 WHERE id = $1"};
const Statement delete_recovery_codes{"DELETE FROM account_recovery_codes WHERE account_id = $1"};
const Statement insert_recovery_code{"INSERT INTO account_recovery_codes (account_id, code_mac) VALUES ($1, $2)"};
const Statement delete_recovery_code{"DELETE FROM account_recovery_codes WHERE account_id = $1 AND code_mac = $2"};
const Statement select_identity{"SELECT account_id FROM account_identities WHERE provider = $1 AND subject = $2"};
const Statement insert_identity_row{
    "INSERT INTO account_identities (provider, subject, account_id, created) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (provider, subject) DO NOTHING"};

std::optional<Account> account_of(const std::optional<store::Row>& found) {
    if (!found) return std::nullopt;
    const store::Row& row = *found;
    Account account;
    account.id = row.id<AccountId>(0);
    account.name = row.text(1);
    account.email_sealed = row.maybe_text(2);
    account.email_index = row.maybe_text(3);
    account.phone_sealed = row.maybe_text(4);
    account.phone_index = row.maybe_text(5);
    account.password_hash = row.maybe_text(6);
    account.language = row.text(7);
    account.administrator = row.flag(8);
    account.totp_sealed = row.maybe_text(9);
    account.totp_on = row.flag(10);
    account.totp_step = row.integer(11);
    account.created = row.instant(12);
    account.last_seen = row.instant(13);
    return account;
}

}  // namespace

Result<bool> any_account(store::Reader& reader) { return !TRY(reader.query(select_any)).empty(); }

Result<std::optional<Account>> find_account(store::Reader& reader, const AccountId& id) {
    return account_of(TRY(reader.first(select_account, {id})));
}

Result<std::optional<Account>> find_account_by_login(store::Reader& reader, const std::string& index) {
    return account_of(TRY(reader.first(select_by_login, {index})));
}

Result<> insert_account(store::Writer& writer, const Account& a) {
    const auto inserted = writer.execute(
        insert, {a.id, a.name, a.email_sealed, a.email_index, a.phone_sealed, a.phone_index, a.password_hash,
                 a.language, a.administrator, a.totp_sealed, a.totp_on, a.totp_step, a.created, a.last_seen});
    if (inserted) return {};
    if (inserted.error().key == "store.duplicate") return fail(ErrorKind::conflict, "accounts.taken");
    return std::unexpected(inserted.error());
}

Result<> update_account_profile(store::Writer& writer, const AccountId& id, const std::string& name,
                                const std::string& language) {
    TRY(writer.execute(update_profile, {id, name, language}));
    return {};
}

Result<> update_account_password(store::Writer& writer, const AccountId& id, const std::string& hash) {
    TRY(writer.execute(update_password, {id, hash}));
    return {};
}

Result<> update_account_totp(store::Writer& writer, const AccountId& id, const std::optional<std::string>& sealed,
                             bool on, std::int64_t step) {
    TRY(writer.execute(update_totp, {id, sealed, on, step}));
    return {};
}

Result<bool> use_totp_step(store::Writer& writer, const AccountId& id, std::int64_t step) {
    return TRY(writer.execute(update_totp_step, {id, step})) == 1;
}

Result<> touch_account(store::Writer& writer, const AccountId& id, Instant now) {
    TRY(writer.execute(update_seen, {id, now}));
    return {};
}

Result<> replace_recovery_codes(store::Writer& writer, const AccountId& id, const std::vector<std::string>& macs) {
    TRY(writer.execute(delete_recovery_codes, {id}));
    for (const std::string& mac : macs) TRY(writer.execute(insert_recovery_code, {id, mac}));
    return {};
}

Result<bool> use_recovery_code(store::Writer& writer, const AccountId& id, const std::string& mac) {
    return TRY(writer.execute(delete_recovery_code, {id, mac})) == 1;
}

Result<std::optional<AccountId>> find_identity(store::Reader& reader, const std::string& provider,
                                               const std::string& subject) {
    const auto row = TRY(reader.first(select_identity, {provider, subject}));
    if (!row) return std::optional<AccountId>();
    return std::optional(row->id<AccountId>(0));
}

Result<> insert_identity(store::Writer& writer, const std::string& provider, const std::string& subject,
                         const AccountId& account, Instant now) {
    if (TRY(writer.execute(insert_identity_row, {provider, subject, account, now})) == 1) return {};
    const auto owner = TRY(find_identity(writer, provider, subject));
    if (owner && *owner == account) return {};
    return fail(ErrorKind::conflict, "oidc.linked_already");
}

}  // namespace shanqi::accounts
