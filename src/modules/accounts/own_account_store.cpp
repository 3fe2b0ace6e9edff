#include "modules/accounts/own_account.hpp"
#include "modules/accounts/secrets.hpp"

namespace shanqi::accounts {
namespace {

using store::Statement;

const Statement update_email{"UPDATE accounts SET email_sealed = $2, email_index = $3 WHERE id = $1"};
const Statement update_phone{"UPDATE accounts SET phone_sealed = $2, phone_index = $3 WHERE id = $1"};
const Statement select_taken{
    "SELECT 1 FROM accounts WHERE email_index = $1 AND id <> $2 UNION ALL "
    "SELECT 1 FROM accounts WHERE phone_index = $1 AND id <> $2"};
const Statement select_identities{
    "SELECT provider, subject, created FROM account_identities WHERE account_id = $1 ORDER BY created, provider, "
    "subject"};
const Statement delete_one_identity{
    "DELETE FROM account_identities WHERE account_id = $1 AND provider = $2 AND subject = $3"};
const Statement select_administrators{"SELECT COUNT(*) FROM accounts WHERE administrator = 1"};

const Statement delete_identities{"DELETE FROM account_identities WHERE account_id = $1"};
const Statement delete_recovery_codes{"DELETE FROM account_recovery_codes WHERE account_id = $1"};
const Statement delete_sessions{"DELETE FROM account_sessions WHERE account_id = $1"};
const Statement delete_tokens{"DELETE FROM account_tokens WHERE account_id = $1"};
const Statement delete_codes{"DELETE FROM login_codes WHERE account_id = $1"};
const Statement delete_failures{"DELETE FROM sign_in_failures WHERE subject = $1"};
const Statement delete_memberships{"DELETE FROM memberships WHERE account_id = $1"};
const Statement delete_row{"DELETE FROM accounts WHERE id = $1"};

}  // namespace

Result<> update_contact(store::Writer& writer, const AccountId& id, const Contact& contact) {
    if (!TRY(writer.query(select_taken, {contact.index, id})).empty())
        return fail(ErrorKind::conflict, "accounts.contact_taken", {}, {.field = "/value"});
    TRY(writer.execute(contact.kind == ContactKind::email ? update_email : update_phone,
                       {id, contact.sealed, contact.index}));
    return {};
}

Result<std::vector<LinkedIdentity>> list_identities(store::Reader& reader, const AccountId& account) {
    std::vector<LinkedIdentity> all;
    for (const store::Row& row : TRY(reader.query(select_identities, {account}))) {
        all.push_back({token_hash(row.text(0) + "\n" + row.text(1)), row.text(0), row.text(1), row.instant(2)});
    }
    return all;
}

Result<> delete_identity(store::Writer& writer, const AccountId& account, const LinkedIdentity& identity) {
    TRY(writer.execute(delete_one_identity, {account, identity.provider, identity.subject}));
    return {};
}

Result<std::int64_t> count_administrators(store::Reader& reader) {
    return TRY(reader.query(select_administrators)).front().integer(0);
}

Result<> delete_account(store::Writer& writer, const AccountId& id) {
    for (const Statement* statement : {&delete_identities, &delete_recovery_codes, &delete_sessions, &delete_tokens,
                                       &delete_codes, &delete_memberships, &delete_row}) {
        TRY(writer.execute(*statement, {id}));
    }
    TRY(writer.execute(delete_failures, {"account:" + id.text()}));
    return {};
}

}  // namespace shanqi::accounts
