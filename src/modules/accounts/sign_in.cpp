#include "modules/accounts/sign_in.hpp"

#include "base/password.hpp"
#include "base/totp.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/sign_in_store.hpp"

namespace shanqi::accounts {
namespace {

std::unexpected<Error> locked(Instant until, Instant now) {
    return fail(ErrorKind::limit, "accounts.locked",
                {{"seconds", std::to_string((until.us - now.us + 999'999) / 1'000'000)}});
}

// Counts one failure and says so in the trail of the account's organisations; gives the error to answer with.
Error failed(Room& room, const http::Call& call, const std::string& subject, const std::optional<Account>& account,
             const char* key) {
    const Instant now = room.house.clock.now();
    const auto counted = room.house.database.write([&](store::Writer& writer) -> Result<> {
        const Instant until = TRY(count_failure(writer, subject, now));
        if (account) {
            const auto* what = until.us > 0 ? "accounts.sign_in_lock" : "accounts.sign_in_fail";
            TRY_DO(audit_account(writer, room.house, call, account->id, what, {}, false));
        }
        return {};
    });
    if (!counted) return counted.error();
    return {ErrorKind::refused, key};
}

std::string subject_of(const Account& account) { return "account:" + account.id.text(); }

}  // namespace

Result<Account> check_sign_in(Room& room, const http::Call& call, const std::string& login, const std::string& password,
                              const std::optional<std::string>& code) {
    // What is neither e-mail nor phone is looked up all the same.
    const std::string index = TRY(login_index(room.house, normal_login(login).value_or("?" + login.substr(0, 256))));
    const Instant now = room.house.clock.now();
    const auto account =
        TRY(room.house.database.read([&](store::Reader& reader) { return find_account_by_login(reader, index); }));
    const std::string subject = account ? subject_of(*account) : index;
    const Instant until =
        TRY(room.house.database.read([&](store::Reader& reader) { return locked_until(reader, subject, now); }));
    if (until.us > 0) return locked(until, now);

    const bool has_password = account && account->password_hash;
    const bool fits =
        TRY(verify_password(has_password ? *account->password_hash : password_hash_of_nobody(), password));
    if (!has_password || !fits) {
        return std::unexpected(failed(room, call, subject, account, "accounts.wrong_password"));
    }
    TRY_DO(check_second_factor(room, call, *account, code));
    return *account;
}

Result<> check_second_factor(Room& room, const http::Call& call, const Account& account,
                             const std::optional<std::string>& code) {
    if (!account.totp_on) return {};
    const Instant now = room.house.clock.now();
    const std::string subject = subject_of(account);
    const Instant until =
        TRY(room.house.database.read([&](store::Reader& reader) { return locked_until(reader, subject, now); }));
    if (until.us > 0) return locked(until, now);
    if (!code || code->empty()) return fail(ErrorKind::refused, "accounts.totp_needed");
    const std::string secret = TRY(totp_secret_of(room.house, account));
    const auto step = totp::matching_step(secret, *code, now, account.totp_step);
    const std::string mac = TRY(code_mac(room.house, "accounts.recovery_code", account.id.text(), *code));
    const bool accepted = TRY(room.house.database.write([&](store::Writer& writer) -> Result<bool> {
        if (step) return use_totp_step(writer, account.id, *step);
        if (!TRY(use_recovery_code(writer, account.id, mac))) return false;
        TRY_DO(audit_account(writer, room.house, call, account.id, "accounts.recovery_code_use"));
        return true;
    }));
    if (!accepted) return std::unexpected(failed(room, call, subject, account, "accounts.wrong_code"));
    return {};
}

Result<> check_own_password(Room& room, const http::Call& call, const Account& account, const std::string& password) {
    if (!account.password_hash) return {};
    const Instant now = room.house.clock.now();
    const std::string subject = subject_of(account);
    const Instant until =
        TRY(room.house.database.read([&](store::Reader& reader) { return locked_until(reader, subject, now); }));
    if (until.us > 0) return locked(until, now);
    if (TRY(verify_password(*account.password_hash, password))) return {};
    Error error = failed(room, call, subject, account, "accounts.wrong_old_password");
    if (error.key == "accounts.wrong_old_password") error.kind = ErrorKind::invalid;
    error.place.field = "/old_password";
    return std::unexpected(error);
}

Result<SessionView> begin_session(Room& room, http::Call& call, const Account& account, std::string_view way) {
    const FreshSession fresh = TRY(prepare_session(room, call.request, account.id));
    const std::string_view before = call.request.cookie(session_cookie);
    const std::string before_hash = before.empty() ? "" : token_hash(before);
    const Instant now = room.house.clock.now();
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        TRY_DO(forget_failures(writer, subject_of(account)));
        if (!before_hash.empty()) {
            if (const auto old = TRY(find_session_holder(writer, before_hash, now))) {
                TRY(delete_session(writer, old->account, old->id));
            }
        }
        TRY_DO(insert_session(writer, fresh.row));
        TRY_DO(touch_account(writer, account.id, now));
        return audit_account(writer, room.house, call, account.id, "accounts.session_begin",
                             {{"session", fresh.row.id}, {"way", std::string(way)}});
    }));
    set_session_cookie(call, fresh);
    return session_view(room, account.id, fresh.token);
}

}  // namespace shanqi::accounts
