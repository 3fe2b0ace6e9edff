// Signing in with a code that comes by SMS, or that a colleague issued (member_http.cpp).
#include "modules/accounts/people.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/sign_in.hpp"
#include "modules/accounts/sign_in_store.hpp"

namespace shanqi::accounts {
namespace {

using http::Call;
using http::Method;

struct CodeRequest {
    std::string phone;
};
BOOST_DESCRIBE_STRUCT(CodeRequest, (), (phone))
struct CodeRequested {
    std::int64_t resend_after_seconds = limits::code_again_seconds;
};
BOOST_DESCRIBE_STRUCT(CodeRequested, (), (resend_after_seconds))
struct CodeSignIn {
    std::string phone;  // or an e-mail, with a code that a colleague issued
    std::string code;
    std::optional<std::string> totp;
};
BOOST_DESCRIBE_STRUCT(CodeSignIn, (), (phone, code, totp))

Result<CodeRequested> request_code(Room& room, const CodeRequest& in) {
    const auto phone = normal_phone(in.phone);
    if (!phone) return fail(ErrorKind::invalid, "accounts.bad_phone", {}, {.field = "/phone"});
    house::House& house = room.house;
    const std::string index = TRY(login_index(house, *phone));
    const auto account =
        TRY(house.database.read([&](store::Reader& reader) { return find_account_by_login(reader, index); }));
    const std::string code = new_code();
    LoginCode row;
    row.subject = "sms:" + index;
    if (account) row.account = account->id;
    row.code_mac = TRY(code_mac(house, "accounts.login_code", row.subject, code));
    row.issued = house.clock.now();
    row.expires = {row.issued.us + limits::code_seconds * 1'000'000};
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> { return put_login_code(writer, row, false); }));
    if (account) {
        // No answer waits for the gateway: how long it takes would tell that the phone is known.
        const std::string key = "accounts.login_code:" + index + ":" + std::to_string(row.issued.us);
        const bool taken = room.outbox.send([phone = *phone, code, key](house::Messenger& messenger) {
            (void)messenger.send_sms(phone, "login_code", {{"code", code}, {"minutes", "5"}}, key);
        });
        if (!taken) return fail(ErrorKind::limit, "password.busy");
    }
    return CodeRequested{};
}

Result<SessionView> sign_in(Room& room, Call& call, const CodeSignIn& in) {
    house::House& house = room.house;
    const std::string index = TRY(login_index(house, normal_login(in.phone).value_or("?" + in.phone.substr(0, 256))));
    const Instant now = house.clock.now();
    const auto found =
        TRY(house.database.read([&](store::Reader& reader) { return find_account_by_login(reader, index); }));
    bool accepted = false;
    // Two codes may be open: one by SMS, one that a colleague issued. A wrong one takes a try of both.
    for (const std::string& subject : {"sms:" + index, "staff:" + (found ? found->id.text() : index)}) {
        const std::string mac = TRY(code_mac(house, "accounts.login_code", subject, in.code.substr(0, 32)));
        // An account with a second factor is asked for it before the code is used up.
        if (found && found->totp_on && (!in.totp || in.totp->empty())) {
            const bool right = TRY(
                house.database.read([&](store::Reader& reader) { return login_code_fits(reader, subject, mac, now); }));
            if (right) return fail(ErrorKind::refused, "accounts.totp_needed");
        }
        const auto id =
            TRY(house.database.write([&](store::Writer& writer) { return use_login_code(writer, subject, mac, now); }));
        accepted = id && found && found->id == *id;
        if (accepted) break;
    }
    if (!accepted) return fail(ErrorKind::refused, "accounts.wrong_code");
    TRY_DO(check_second_factor(room, call, *found, in.totp));
    return begin_session(room, call, *found, "code");
}

}  // namespace

void add_sms_routes(http::Router& router, const RoomHandle& room) {
    router.add<CodeRequest, CodeRequested>(
        {.method = Method::post,
         .path = "/api/v1/session/sms_codes",
         .operation = "sms_code_request",
         .open = true,
         .csrf = false,
         .rate = "sms",
         .summary = "Send a sign-in code to a phone; the answer is the same for unknown ones"},
        [room](Call&, const CodeRequest& in) { return request_code(*room, in); });
    router.add<CodeSignIn, SessionView>({.method = Method::post,
                                         .path = "/api/v1/session/sms",
                                         .operation = "session_create_by_code",
                                         .open = true,
                                         .csrf = false,
                                         .rate = "sign_in",
                                         .summary = "Sign in with a code that came by SMS or that a colleague issued"},
                                        [room](Call& call, const CodeSignIn& in) { return sign_in(*room, call, in); });
}

}  // namespace shanqi::accounts
