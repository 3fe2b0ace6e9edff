// Who says they are this account: passwords, second factor, lock-out. The answer to a wrong password takes as long and
// says the same whether the account exists or not.
#pragma once

#include "modules/accounts/session_view.hpp"

namespace shanqi::accounts {

// Errors: accounts.wrong_password, accounts.totp_needed, accounts.wrong_code, accounts.locked {seconds}, password.busy.
Result<Account> check_sign_in(Room&, const http::Call&, const std::string& login, const std::string& password,
                              const std::optional<std::string>& code);

// After another proof than the password (SMS, OIDC): the second factor of an account that has one. Takes a TOTP code or
// a recovery code, each once.
Result<> check_second_factor(Room&, const http::Call&, const Account&, const std::optional<std::string>& code);

// The password again, of whoever is signed in, before something that cannot be taken back. An account without a
// password (it signs in elsewhere) passes. Counts towards the lock-out.
Result<> check_own_password(Room&, const http::Call&, const Account&, const std::string& password);

// Writes the session, the cookie and the audit entry; the previous session of this browser ends. `way`: "password", …
Result<SessionView> begin_session(Room&, http::Call&, const Account&, std::string_view way);

}  // namespace shanqi::accounts
