#include "modules/accounts/sign_in_store.hpp"

#include <algorithm>

#include "base/mac.hpp"

namespace shanqi::accounts {
namespace {

using store::Statement;

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 86400 * second_us;

const Statement select_lock{"SELECT locked_until FROM sign_in_failures WHERE subject = $1"};
const Statement select_failures{"SELECT failures, last_failure FROM sign_in_failures WHERE subject = $1"};
const Statement put_failures{
    "INSERT INTO sign_in_failures (subject, failures, last_failure, locked_until) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (subject) DO UPDATE SET failures = EXCLUDED.failures, last_failure = EXCLUDED.last_failure, "
    "locked_until = EXCLUDED.locked_until"};
const Statement delete_failures{"DELETE FROM sign_in_failures WHERE subject = $1"};
const Statement delete_old_failures{"DELETE FROM sign_in_failures WHERE last_failure < $1"};
const Statement delete_old_codes{"DELETE FROM login_codes WHERE expires < $1"};

const Statement select_code{
    "SELECT account_id, code_mac, issued, expires, tries_left, day, sent_that_day FROM login_codes WHERE subject = $1"};
const Statement put_code{
    "INSERT INTO login_codes (subject, account_id, code_mac, issued, expires, tries_left, day, sent_that_day) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (subject) DO UPDATE SET account_id = EXCLUDED.account_id, "
    "code_mac = EXCLUDED.code_mac, issued = EXCLUDED.issued, expires = EXCLUDED.expires, "
    "tries_left = EXCLUDED.tries_left, day = EXCLUDED.day, sent_that_day = EXCLUDED.sent_that_day"};
const Statement update_tries{
    "UPDATE login_codes SET tries_left = tries_left - 1 WHERE subject = $1 AND tries_left > 0"};
const Statement end_code{"UPDATE login_codes SET tries_left = 0, expires = 0 WHERE subject = $1"};

const Statement delete_setup_links{"DELETE FROM setup_links"};
const Statement insert_setup_link{"INSERT INTO setup_links (token_hash, created, expires) VALUES ($1, $2, $3)"};
const Statement select_setup_link{"SELECT 1 FROM setup_links WHERE token_hash = $1 AND expires > $2"};
const Statement delete_setup_link{"DELETE FROM setup_links WHERE token_hash = $1 AND expires > $2"};

std::string seconds_until(Instant then, Instant now) {
    return std::to_string(std::max<std::int64_t>(1, (then.us - now.us + second_us - 1) / second_us));
}

}  // namespace

Result<Instant> locked_until(store::Reader& reader, const std::string& subject, Instant now) {
    const auto row = TRY(reader.first(select_lock, {subject}));
    if (!row || row->instant(0) <= now) return Instant{};
    return row->instant(0);
}

Result<Instant> count_failure(store::Writer& writer, const std::string& subject, Instant now) {
    const auto row = TRY(writer.first(select_failures, {subject}));
    std::int64_t failures = 1;
    if (row && row->instant(1).us > now.us - limits::failures_kept_seconds * second_us) failures += row->integer(0);
    Instant until;
    if (failures >= limits::failures_free) {
        const std::int64_t doublings = std::min<std::int64_t>(failures - limits::failures_free, 10);
        until.us = now.us + second_us * std::min(limits::lock_seconds_max, limits::lock_seconds_first << doublings);
    }
    TRY(writer.execute(put_failures, {subject, failures, now, until}));
    return until;
}

Result<> forget_failures(store::Writer& writer, const std::string& subject) {
    TRY(writer.execute(delete_failures, {subject}));
    return {};
}

Result<> sweep_sign_in(store::Writer& writer, Instant now) {
    TRY(writer.execute(delete_old_failures, {now.us - limits::failures_kept_seconds * second_us}));
    // The row counts the codes of a day, so it outlives its code by one.
    TRY(writer.execute(delete_old_codes, {now.us - 2 * day_us}));
    return {};
}

Result<> put_login_code(store::Writer& writer, const LoginCode& code, bool by_staff) {
    const std::int64_t today = code.issued.us / day_us;
    std::int64_t sent = 0;
    if (const auto row = TRY(writer.first(select_code, {code.subject})); row && !by_staff) {
        const Instant again{row->instant(2).us + limits::code_again_seconds * second_us};
        if (again > code.issued) {
            return fail(ErrorKind::limit, "http.too_many", {{"seconds", seconds_until(again, code.issued)}});
        }
        if (row->integer(5) == today) sent = row->integer(6);
        if (sent >= limits::codes_a_day) {
            const Instant tomorrow{(today + 1) * day_us};
            return fail(ErrorKind::limit, "http.too_many", {{"seconds", seconds_until(tomorrow, code.issued)}});
        }
    }
    TRY(writer.execute(put_code, {code.subject, code.account, code.code_mac, code.issued, code.expires, code.tries_left,
                                  today, sent + 1}));
    return {};
}

Result<std::optional<AccountId>> use_login_code(store::Writer& writer, const std::string& subject,
                                                const std::string& code_mac, Instant now) {
    const auto row = TRY(writer.first(select_code, {subject}));
    if (TRY(writer.execute(update_tries, {subject})) != 1 || !row || row->integer(4) <= 0 || row->instant(3) <= now) {
        return std::optional<AccountId>();
    }
    const bool right = equal_in_constant_time(row->text(1), code_mac);
    if (!right || row->null(0)) return std::optional<AccountId>();
    TRY(writer.execute(end_code, {subject}));
    return std::optional(row->id<AccountId>(0));
}

Result<bool> login_code_fits(store::Reader& reader, const std::string& subject, const std::string& code_mac,
                             Instant now) {
    const auto row = TRY(reader.first(select_code, {subject}));
    return row && !row->null(0) && row->integer(4) > 0 && row->instant(3) > now &&
           equal_in_constant_time(row->text(1), code_mac);
}

Result<> replace_setup_link(store::Writer& writer, const std::string& token_hash, Instant now, Instant expires) {
    TRY(writer.execute(delete_setup_links));
    TRY(writer.execute(insert_setup_link, {token_hash, now, expires}));
    return {};
}

Result<bool> setup_link_stands(store::Reader& reader, const std::string& token_hash, Instant now) {
    return !TRY(reader.query(select_setup_link, {token_hash, now})).empty();
}

Result<bool> use_setup_link(store::Writer& writer, const std::string& token_hash, Instant now) {
    return TRY(writer.execute(delete_setup_link, {token_hash, now})) == 1;
}

}  // namespace shanqi::accounts
