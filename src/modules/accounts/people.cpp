#include "modules/accounts/people.hpp"

#include "base/password.hpp"
#include "base/text.hpp"
#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/own_account.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/sign_in_store.hpp"
#include "store/audit.hpp"

namespace shanqi::accounts {
namespace {

const store::Statement select_name{"SELECT name FROM accounts WHERE id = $1"};

std::string context(const char* field, const AccountId& id) {
    return std::string("accounts.") + field + ":" + id.text();
}

Result<std::string> opened(house::House& house, const char* field, const AccountId& id,
                           const std::optional<std::string>& sealed) {
    if (!sealed || sealed->empty()) return std::string();
    return house.vault.open(store::installation_org(), context(field, id), *sealed);
}

}  // namespace

Result<std::string> login_index(house::House& house, const std::string& normal_login) {
    return house.vault.blind_index(store::installation_org(), "accounts.login", normal_login);
}

Result<std::string> email_of(house::House& house, const Account& a) {
    return opened(house, "email", a.id, a.email_sealed);
}
Result<std::string> phone_of(house::House& house, const Account& a) {
    return opened(house, "phone", a.id, a.phone_sealed);
}
Result<std::string> totp_secret_of(house::House& house, const Account& a) {
    return opened(house, "totp", a.id, a.totp_sealed);
}
Result<std::string> sealed_totp_secret(house::House& house, const AccountId& id, std::string_view secret) {
    return house.vault.seal(store::installation_org(), context("totp", id), secret);
}

Result<Account> prepare_account(house::House& house, const NewAccount& wanted) {
    Account account;
    account.id = AccountId::make(house.clock);
    account.name = TRY(checked_name(wanted.name, limits::name_characters_max, "name"));
    account.administrator = wanted.administrator;
    account.created = account.last_seen = house.clock.now();
    std::vector<std::string> about{account.name};
    const OrgId& org = store::installation_org();
    if (!trimmed(wanted.email).empty()) {
        const auto email = normal_email(wanted.email);
        if (!email) return fail(ErrorKind::invalid, "accounts.bad_email", {}, {.field = "/email"});
        account.email_sealed = TRY(house.vault.seal(org, context("email", account.id), *email));
        account.email_index = TRY(login_index(house, *email));
        about.push_back(*email);
        about.push_back(email->substr(0, email->find('@')));
    }
    if (!trimmed(wanted.phone).empty()) {
        const auto phone = normal_phone(wanted.phone);
        if (!phone) return fail(ErrorKind::invalid, "accounts.bad_phone", {}, {.field = "/phone"});
        account.phone_sealed = TRY(house.vault.seal(org, context("phone", account.id), *phone));
        account.phone_index = TRY(login_index(house, *phone));
        about.push_back(*phone);
    }
    if (!account.email_index && !account.phone_index) {
        return fail(ErrorKind::invalid, "accounts.no_login", {}, {.field = "/email"});
    }
    if (!wanted.password.empty()) {
        TRY_DO(check_password(wanted.password, about));
        account.password_hash = TRY(hash_password(wanted.password));
    }
    return account;
}

Result<Contact> prepare_contact(house::House& house, const AccountId& id, ContactKind kind, const std::string& value) {
    const bool is_email = kind == ContactKind::email;
    const auto normal = is_email ? normal_email(value) : normal_phone(value);
    if (!normal)
        return fail(ErrorKind::invalid, is_email ? "accounts.bad_email" : "accounts.bad_phone", {},
                    {.field = "/value"});
    Contact contact{kind, *normal, {}, {}};
    contact.sealed =
        TRY(house.vault.seal(store::installation_org(), context(is_email ? "email" : "phone", id), *normal));
    contact.index = TRY(login_index(house, *normal));
    return contact;
}

Result<std::string> code_mac(house::House& house, std::string_view use, const std::string& subject,
                             std::string_view code) {
    return house.vault.blind_index(store::installation_org(), use, subject + "\n" + std::string(code));
}

Result<AccountId> create_account(house::House& house, const NewAccount& wanted) {
    const Account account = TRY(prepare_account(house, wanted));
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> { return insert_account(writer, account); }));
    return account.id;
}

Result<> add_member(house::House& house, const OrgId& org, const AccountId& account, house::Role role,
                    const std::string& party) {
    return house.database.write([&](store::Writer& writer) -> Result<> {
        return insert_membership(writer, {org, account, role, party, house.clock.now()});
    });
}

Result<OrgId> create_organisation(house::House& house, const Organisation& wanted, const AccountId& owner) {
    Organisation made = wanted;
    if (made.id.empty()) made.id = OrgId::make(house.clock);
    const Instant now = house.clock.now();
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
        TRY_DO(insert_organisation(writer, made, now));
        TRY_DO(house.vault.create_key(writer, made.id));
        if (!owner.empty()) TRY_DO(insert_membership(writer, {made.id, owner, house::Role::owner, "", now}));
        return store::append_audit(writer, house.clock,
                                   {.org = made.id,
                                    .actor = owner.empty() ? "system:accounts" : "account:" + owner.text(),
                                    .action = "accounts.organisation_create",
                                    .object = "organisation:" + made.id.text()});
    }));
    return made.id;
}

Result<std::optional<std::string>> new_setup_link(house::House& house, const std::string& address) {
    const std::string token = new_token();
    const Instant now = house.clock.now();
    const bool made = TRY(house.database.write([&](store::Writer& writer) -> Result<bool> {
        if (TRY(any_account(writer))) return false;
        TRY_DO(replace_setup_link(writer, token_hash(token), now, {now.us + limits::setup_link_seconds * 1'000'000}));
        return true;
    }));
    if (!made) return std::optional<std::string>();
    return std::optional(address + "/setup#" + token);
}

Result<std::vector<std::pair<AccountId, std::string>>> account_names(store::Reader& reader,
                                                                     const std::vector<AccountId>& ids) {
    std::vector<std::pair<AccountId, std::string>> names;
    for (const AccountId& id : ids) {
        if (const auto row = TRY(reader.first(select_name, {id}))) names.emplace_back(id, row->text(0));
    }
    return names;
}

}  // namespace shanqi::accounts
