// The second factor of one's own account.
#include "base/encoding.hpp"
#include "base/totp.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/sign_in.hpp"

namespace shanqi::accounts {
namespace {

using http::Call;
using http::Method;
using http::NoContent;

constexpr int recovery_codes = 10;

struct TotpBegun {
    std::string secret, uri;
};
BOOST_DESCRIBE_STRUCT(TotpBegun, (), (secret, uri))
struct TotpConfirm {
    std::string code;
};
BOOST_DESCRIBE_STRUCT(TotpConfirm, (), (code))
struct RecoveryCodes {
    std::vector<std::string> recovery_codes;
};
BOOST_DESCRIBE_STRUCT(RecoveryCodes, (), (recovery_codes))
struct TotpOff {
    std::string password;
};
BOOST_DESCRIBE_STRUCT(TotpOff, (), (password))

Result<Account> own_account(Room& room, const Call& call) {
    return room.house.database.read([&](store::Reader& reader) { return account_of(reader, call); });
}

Result<TotpBegun> begin(Room& room, Call& call) {
    const Account account = TRY(own_account(room, call));
    if (account.totp_on) return fail(ErrorKind::conflict, "accounts.totp_on_already");
    const std::string secret = random_bytes(totp::secret_bytes);
    const std::string sealed = TRY(sealed_totp_secret(room.house, account.id, secret));
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        if (TRY(account_of(writer, call)).totp_on) return fail(ErrorKind::conflict, "accounts.totp_on_already");
        return update_account_totp(writer, account.id, sealed, false, 0);
    }));
    call.reply_headers.emplace_back("Cache-Control", "no-store");
    const std::string email = TRY(email_of(room.house, account));
    return TotpBegun{base32(secret), totp::key_uri(secret, "善器", email.empty() ? account.name : email)};
}

Result<RecoveryCodes> confirm(Room& room, Call& call, const TotpConfirm& in) {
    const Account account = TRY(own_account(room, call));
    if (account.totp_on) return fail(ErrorKind::conflict, "accounts.totp_on_already");
    const std::string secret = TRY(totp_secret_of(room.house, account));
    const auto step =
        secret.empty() ? std::nullopt : totp::matching_step(secret, in.code, room.house.clock.now(), account.totp_step);
    if (!step) return fail(ErrorKind::invalid, "accounts.totp_mismatch", {}, {.field = "/code"});
    RecoveryCodes out;
    std::vector<std::string> macs;
    for (int i = 0; i < recovery_codes; i++) {
        std::string code = base32(random_bytes(10));  // 80 bits
        macs.push_back(TRY(code_mac(room.house, "accounts.recovery_code", account.id.text(), code)));
        out.recovery_codes.push_back(std::move(code));
    }
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        const Account now = TRY(account_of(writer, call));
        // Another tab may have begun anew meanwhile: then this code proves nothing.
        if (now.totp_on || now.totp_sealed != account.totp_sealed) {
            return fail(ErrorKind::conflict, "accounts.totp_on_already");
        }
        TRY_DO(update_account_totp(writer, account.id, account.totp_sealed, true, *step));
        TRY_DO(replace_recovery_codes(writer, account.id, macs));
        return audit_account(writer, room.house, call, account.id, "accounts.totp_on");
    }));
    call.reply_headers.emplace_back("Cache-Control", "no-store");
    return out;
}

Result<NoContent> turn_off(Room& room, Call& call, const TotpOff& in) {
    const Account account = TRY(own_account(room, call));
    auto proved = check_own_password(room, call, account, in.password);
    if (!proved) {
        proved.error().place.field = "/password";
        return std::unexpected(proved.error());
    }
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        TRY_DO(update_account_totp(writer, account.id, std::nullopt, false, 0));
        TRY_DO(replace_recovery_codes(writer, account.id, {}));
        return audit_account(writer, room.house, call, account.id, "accounts.totp_off");
    }));
    return NoContent{};
}

}  // namespace

void add_totp_routes(http::Router& router, const RoomHandle& room) {
    router.add<Nothing, TotpBegun>(
        {.method = Method::post,
         .path = "/api/v1/account/totp",
         .operation = "totp_begin",
         .permission = "session",
         .summary = "A new secret for an authenticator app; not on before a code is confirmed"},
        [room](Call& call, const Nothing&) { return begin(*room, call); });
    router.add<TotpConfirm, RecoveryCodes>(
        {.method = Method::put,
         .path = "/api/v1/account/totp",
         .operation = "totp_confirm",
         .permission = "session",
         .rate = "sign_in",
         .summary = "Turn the second factor on; replies with recovery codes, once"},
        [room](Call& call, const TotpConfirm& in) { return confirm(*room, call, in); });
    router.add<TotpOff, NoContent>({.method = Method::post,
                                    .path = "/api/v1/account/totp/off",
                                    .operation = "totp_off",
                                    .permission = "session",
                                    .rate = "sign_in",
                                    .summary = "Turn the second factor off, with the password"},
                                   [room](Call& call, const TotpOff& in) { return turn_off(*room, call, in); });
}

}  // namespace shanqi::accounts
