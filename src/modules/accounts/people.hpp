// Accounts in clear: the one place of this room that seals and opens e-mails, phones and TOTP secrets.
#pragma once

#include <string>

#include "modules/accounts/account_store.hpp"
#include "modules/accounts/accounts.hpp"

namespace shanqi::accounts {

// Blind index of an e-mail or a phone in its one spelling.
Result<std::string> login_index(house::House&, const std::string& normal_login);
Result<std::string> email_of(house::House&, const Account&);  // "" when there is none
Result<std::string> phone_of(house::House&, const Account&);
Result<std::string> totp_secret_of(house::House&, const Account&);
Result<std::string> sealed_totp_secret(house::House&, const AccountId&, std::string_view secret);

// Checks, hashes the password, seals: everything but writing, so it runs outside the transaction.
// Errors: accounts.bad_name, accounts.bad_email, accounts.bad_phone, accounts.no_login, accounts.weak_password.
Result<Account> prepare_account(house::House&, const NewAccount&);

// What is stored of a code that a person types (sign-in codes, recovery codes): a MAC, since six digits behind a plain
// hash are guessed in a second by whoever has a copy of the database.
Result<std::string> code_mac(house::House&, std::string_view use, const std::string& subject, std::string_view code);

}  // namespace shanqi::accounts
