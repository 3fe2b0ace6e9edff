// GET, POST and DELETE /session.
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/sign_in.hpp"

namespace shanqi::accounts {
namespace {

using http::Call;
using http::Method;

struct SessionCreate {
    std::string login, password;
    std::optional<std::string> code;
};
BOOST_DESCRIBE_STRUCT(SessionCreate, (), (login, password, code))

Result<SessionView> show(Room& room, Call& call) {
    call.reply_headers.emplace_back("Cache-Control", "no-store");
    const bool by_cookie = call.who.kind == http::Principal::Kind::account;
    return session_view(room, call.who.account,
                        by_cookie ? std::string(call.request.cookie(session_cookie)) : std::string());
}

Result<SessionView> create(Room& room, Call& call, const SessionCreate& in) {
    const Account account = TRY(check_sign_in(room, call, in.login, in.password, in.code));
    return begin_session(room, call, account, in.code && account.totp_on ? "password_totp" : "password");
}

Result<http::NoContent> end(Room& room, Call& call) {
    if (call.who.kind == http::Principal::Kind::account) {
        TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
            TRY(delete_session(writer, call.who.account, call.who.session));
            return audit_account(writer, room.house, call, call.who.account, "accounts.session_end",
                                 {{"session", call.who.session}});
        }));
    }
    clear_session_cookie(call);
    return http::NoContent{};
}

}  // namespace

void add_session_routes(http::Router& router, const RoomHandle& room) {
    router.add<Nothing, SessionView>(
        {.method = Method::get,
         .path = "/api/v1/session",
         .operation = "session_show",
         .open = true,
         .summary = "Who is signed in, to which organisations, and what this server can do"},
        [room](Call& call, const Nothing&) { return show(*room, call); });
    router.add<SessionCreate, SessionView>(
        {.method = Method::post,
         .path = "/api/v1/session",
         .operation = "session_create",
         .open = true,
         .csrf = false,
         .rate = "sign_in",
         .summary = "Sign in with a password, and a code where a second factor is on"},
        [room](Call& call, const SessionCreate& in) { return create(*room, call, in); });
    router.add<Nothing, http::NoContent>({.method = Method::del,
                                          .path = "/api/v1/session",
                                          .operation = "session_end",
                                          .open = true,
                                          .summary = "Sign out"},
                                         [room](Call& call, const Nothing&) { return end(*room, call); });
}

}  // namespace shanqi::accounts
