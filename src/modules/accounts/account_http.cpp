// One's own account: name, language, password, sessions.
#include <algorithm>

#include "base/password.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/session_view.hpp"
#include "modules/accounts/sign_in.hpp"
#include "modules/lists/lists.hpp"

namespace shanqi::accounts {
namespace {

using http::Call;
using http::Method;
using http::NoContent;

struct AccountUpdate {
    std::string name, language;
};
BOOST_DESCRIBE_STRUCT(AccountUpdate, (), (name, language))
struct PasswordUpdate {
    std::string old_password, new_password;
};
BOOST_DESCRIBE_STRUCT(PasswordUpdate, (), (old_password, new_password))
struct OwnSession {
    std::string id;
    Instant created, last_seen;
    std::string client, device;
    bool current = false;
};
BOOST_DESCRIBE_STRUCT(OwnSession, (), (id, created, last_seen, client, device, current))
struct SessionListIn {
    std::optional<int> limit;
    std::optional<std::string> after, sort, text;  // text: a part of the device
};
BOOST_DESCRIBE_STRUCT(SessionListIn, (), (limit, after, sort, text))
struct SessionPlace {
    Id<struct SessionTag> session;
};
BOOST_DESCRIBE_STRUCT(SessionPlace, (), (session))

Result<NoContent> update(Room& room, Call& call, const AccountUpdate& in) {
    const std::string name = TRY(checked_name(in.name, limits::name_characters_max, "name"));
    if (in.language != "zh-Hans" && in.language != "zh-Hant" && in.language != "en") {
        return fail(ErrorKind::invalid, "json.bad_choice", {{"choices", "zh-Hans, zh-Hant, en"}},
                    {.field = "/language"});
    }
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        TRY_DO(update_account_profile(writer, call.who.account, name, in.language));
        return audit_account(writer, room.house, call, call.who.account, "accounts.account_update");
    }));
    return NoContent{};
}

Result<NoContent> update_password(Room& room, Call& call, const PasswordUpdate& in) {
    house::House& house = room.house;
    const Account account = TRY(house.database.read([&](store::Reader& reader) { return account_of(reader, call); }));
    // Somebody at an open computer must not guess it here without limit either.
    TRY_DO(check_own_password(room, call, account, in.old_password));
    const std::string email = TRY(email_of(house, account)), phone = TRY(phone_of(house, account));
    auto strong = check_password(in.new_password, {account.name, email, email.substr(0, email.find('@')), phone});
    if (!strong) {
        strong.error().place.field = "/new_password";
        return std::unexpected(strong.error());
    }
    const std::string hash = TRY(hash_password(in.new_password));
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
        TRY_DO(accounts::update_account_password(writer, account.id, hash));
        // Whoever knew the old password is out: other browsers, and programs with tokens.
        TRY(delete_other_sessions(writer, account.id, call.who.session));
        TRY_DO(delete_api_tokens(writer, account.id));
        return audit_account(writer, house, call, account.id, "accounts.password_update");
    }));
    return NoContent{};
}

Result<http::Page<OwnSession>> list(Room& room, Call& call, const SessionListIn& in) {
    http::ListQuery query = TRY(lists::page_query(session_listing(), in.limit, in.after, in.sort));
    if (in.text && !in.text->empty()) lists::add_filter(query, "device", http::Filter::Operation::contains, *in.text);
    const Instant now = room.house.clock.now();
    auto rows = TRY(room.house.database.read(
        [&](store::Reader& reader) { return list_sessions(reader, call.who.account, now, query); }));
    const auto page = http::page_of<Session>(query, std::move(rows), [&](const Session& row) -> http::RowPlace {
        if (query.sort->name == "device") return {row.device, row.id};
        return {query.sort->name == "created" ? row.created.us : row.last_seen.us, row.id};
    });
    http::Page<OwnSession> out{{}, page.next};
    for (const Session& row : page.items) {
        const std::string client = TRY(
            room.house.vault.open(store::installation_org(), "accounts.session.client:" + row.id, row.client_sealed));
        out.items.push_back({row.id, row.created, row.last_seen, client, row.device, row.id == call.who.session});
    }
    return out;
}

Result<NoContent> revoke(Room& room, Call& call, const SessionPlace& in) {
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        if (!TRY(delete_session(writer, call.who.account, in.session.text()))) {
            return fail(ErrorKind::not_found, "http.not_found");
        }
        return audit_account(writer, room.house, call, call.who.account, "accounts.session_revoke",
                             {{"session", in.session.text()}});
    }));
    if (in.session.text() == call.who.session) clear_session_cookie(call);
    return NoContent{};
}

}  // namespace

void add_account_routes(http::Router& router, const RoomHandle& room) {
    router.add<AccountUpdate, NoContent>(
        {.method = Method::put,
         .path = "/api/v1/account",
         .operation = "account_update",
         .permission = "session",
         .summary = "Change one's own name and language"},
        [room](Call& call, const AccountUpdate& in) { return update(*room, call, in); });
    router.add<PasswordUpdate, NoContent>(
        {.method = Method::put,
         .path = "/api/v1/account/password",
         .operation = "account_password_update",
         .permission = "session",
         .rate = "sign_in",
         .summary = "Change one's own password; other sessions and API tokens end"},
        [room](Call& call, const PasswordUpdate& in) { return update_password(*room, call, in); });
    router.add<SessionListIn, http::Page<OwnSession>>(
        {.method = Method::get,
         .path = "/api/v1/account/sessions",
         .operation = "account_session_list",
         .permission = "session",
         .summary = "Where one is signed in"},
        [room](Call& call, const SessionListIn& in) { return list(*room, call, in); });
    router.add<SessionPlace, NoContent>({.method = Method::del,
                                         .path = "/api/v1/account/sessions/{session}",
                                         .operation = "account_session_revoke",
                                         .permission = "session",
                                         .summary = "End one of one's own sessions at once"},
                                        [room](Call& call, const SessionPlace& in) { return revoke(*room, call, in); });
}

}  // namespace shanqi::accounts
