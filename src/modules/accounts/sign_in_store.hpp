// What stands between a guesser and an account: failures in a row, codes, the first administrator's link.
#pragma once

#include <optional>
#include <string>

#include "base/ids.hpp"
#include "store/database.hpp"

namespace shanqi::accounts {

namespace limits {
constexpr int failures_free = 5;                 // in a row; from then on each one locks
constexpr std::int64_t lock_seconds_first = 60;  // doubling
constexpr std::int64_t lock_seconds_max = 900;   // so that nobody can lock a colleague out for a day
constexpr std::int64_t failures_kept_seconds = 86400;
constexpr std::int64_t code_seconds = 300;        // a code by SMS
constexpr std::int64_t staff_code_seconds = 900;  // a code told by a colleague
constexpr std::int64_t code_again_seconds = 60;
constexpr int code_tries = 5;
constexpr int codes_a_day = 10;  // of one phone
constexpr std::int64_t setup_link_seconds = 86400;
}  // namespace limits

// `subject`: "account:<id>", or the blind index of a login that no account has.
Result<Instant> locked_until(store::Reader&, const std::string& subject, Instant now);  // us 0: not locked
// Counts one more; returns until when it is locked now (us 0: not).
Result<Instant> count_failure(store::Writer&, const std::string& subject, Instant now);
Result<> forget_failures(store::Writer&, const std::string& subject);
Result<> sweep_sign_in(store::Writer&, Instant now);  // what is too old to matter

struct LoginCode {
    std::string subject;  // "sms:<blind index of the phone>", or "staff:<account>"
    AccountId account;    // empty: no account has it; the answer is the same
    std::string code_mac;
    Instant issued, expires;
    int tries_left = limits::code_tries;
};
// Error http.too_many {seconds} when the one before is too young or there were too many today.
Result<> put_login_code(store::Writer&, const LoginCode&, bool by_staff);
// Takes one try; the account when the code is right, and the code is gone then. None: wrong, expired, used, or no tries
// left, which look the same.
Result<std::optional<AccountId>> use_login_code(store::Writer&, const std::string& subject, const std::string& code_mac,
                                                Instant now);

// Whether it would be accepted; takes no try, so ask only before use_login_code.
Result<bool> login_code_fits(store::Reader&, const std::string& subject, const std::string& code_mac, Instant now);

Result<> replace_setup_link(store::Writer&, const std::string& token_hash, Instant now, Instant expires);
Result<bool> setup_link_stands(store::Reader&, const std::string& token_hash, Instant now);
Result<bool> use_setup_link(store::Writer&, const std::string& token_hash, Instant now);

}  // namespace shanqi::accounts
