// The first administrator: the one-time link that was printed on the terminal.
#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/sign_in.hpp"
#include "modules/accounts/sign_in_store.hpp"

namespace shanqi::accounts {
namespace {

struct Setup {
    std::string token, name, email, password, organisation;
};
BOOST_DESCRIBE_STRUCT(Setup, (), (token, name, email, password, organisation))

Result<SessionView> set_up(Room& room, http::Call& call, const Setup& in) {
    house::House& house = room.house;
    if (in.password.empty()) {
        return fail(ErrorKind::invalid, "accounts.weak_password",
                    {{"characters", std::to_string(limits::password_characters_min)}}, {.field = "/password"});
    }
    // The link is looked at before the password is hashed: whoever has none costs nothing.
    const Instant now = house.clock.now();
    const std::string hash = token_hash(in.token);
    if (!TRY(house.database.read([&](store::Reader& reader) { return setup_link_stands(reader, hash, now); }))) {
        return fail(ErrorKind::not_found, "accounts.link_gone");
    }
    const Organisation org{OrgId::make(house.clock),
                           TRY(checked_name(in.organisation, limits::organisation_name_characters_max, "organisation")),
                           {},
                           {}};
    const Account account = TRY(prepare_account(house, {in.name, in.email, {}, in.password, true}));
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
        if (TRY(any_account(writer)) || !TRY(use_setup_link(writer, hash, now))) {
            return fail(ErrorKind::not_found, "accounts.link_gone");
        }
        TRY_DO(insert_account(writer, account));
        TRY_DO(insert_organisation(writer, org, now));
        TRY_DO(house.vault.create_key(writer, org.id));
        TRY_DO(insert_membership(writer, {org.id, account.id, house::Role::owner, "", now}));
        return audit_in(writer, house, call, org.id, account.id, "accounts.organisation_create",
                        "organisation:" + org.id.text());
    }));
    return begin_session(room, call, account, "setup_link");
}

}  // namespace

void add_setup_routes(http::Router& router, const RoomHandle& room) {
    router.add<Setup, SessionView>(
        {.method = http::Method::post,
         .path = "/api/v1/setup",
         .operation = "setup",
         .open = true,
         .csrf = false,
         .rate = "link",
         .summary = "First administrator and organisation, with the one-time link of the terminal"},
        [room](http::Call& call, const Setup& in) { return set_up(*room, call, in); });
}

}  // namespace shanqi::accounts
