// Accounts as rows: SQL to structs and back. What is sealed stays sealed here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "store/database.hpp"

namespace shanqi::accounts {

struct Account {
    AccountId id;
    std::string name;
    std::optional<std::string> email_sealed, email_index, phone_sealed, phone_index, password_hash;
    std::string language = "zh-Hans";
    bool administrator = false;
    std::optional<std::string> totp_sealed;
    bool totp_on = false;
    std::int64_t totp_step = 0;  // of the last code that was used (RFC 6238, 5.2)
    Instant created, last_seen;
};

Result<bool> any_account(store::Reader&);
Result<std::optional<Account>> find_account(store::Reader&, const AccountId&);
// By the blind index of an e-mail or a phone.
Result<std::optional<Account>> find_account_by_login(store::Reader&, const std::string& index);
Result<> insert_account(store::Writer&, const Account&);  // accounts.taken
Result<> update_account_profile(store::Writer&, const AccountId&, const std::string& name, const std::string& language);
Result<> update_account_password(store::Writer&, const AccountId&, const std::string& hash);
Result<> update_account_totp(store::Writer&, const AccountId&, const std::optional<std::string>& sealed, bool on,
                             std::int64_t step);
// False when this step or a later one was used already: two requests with the same code, one gets in.
Result<bool> use_totp_step(store::Writer&, const AccountId&, std::int64_t step);
Result<> touch_account(store::Writer&, const AccountId&, Instant now);

Result<> replace_recovery_codes(store::Writer&, const AccountId&, const std::vector<std::string>& macs);
Result<bool> use_recovery_code(store::Writer&, const AccountId&, const std::string& mac);  // once

Result<std::optional<AccountId>> find_identity(store::Reader&, const std::string& provider, const std::string& subject);
Result<> insert_identity(store::Writer&, const std::string& provider, const std::string& subject, const AccountId&,
                         Instant now);  // oidc.linked_already

}  // namespace shanqi::accounts
