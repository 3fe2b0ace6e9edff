#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/own_account.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/room.hpp"
#include "modules/accounts/session_store.hpp"
#include "modules/accounts/sign_in_store.hpp"

namespace shanqi::accounts {
namespace {

using house::Role;

const store::Statement logo_keys{"SELECT logo_key FROM organisations WHERE org_id = $1 AND logo_key IS NOT NULL"};

std::vector<house::Permission> permissions() {
    return {
        {"accounts.organisation_edit", {Role::manager}},
        {"accounts.members_read", {Role::manager, Role::staff, Role::approver, Role::auditor}},
        {"accounts.members_manage", {Role::manager}},
        {"accounts.unmask", {Role::manager, Role::staff}},
    };
}

house::SensitiveField member_field(const char* field, Result<std::string> (*read)(house::House&, const Account&)) {
    return {"accounts.member", field, "accounts.members_read",
            [read](house::House& house, const http::Call& call, const std::string& object) -> Result<std::string> {
                const AccountId id = AccountId::trusted(object);
                const auto account =
                    TRY(house.database.read([&](store::Reader& reader) -> Result<std::optional<Account>> {
                        if (!TRY(find_membership(reader, call.org, id))) return std::optional<Account>();
                        return find_account(reader, id);
                    }));
                if (!account) return fail(ErrorKind::not_found, "http.not_found");
                return read(house, *account);
            }};
}

Result<> clean_up(house::House& house) {
    const Instant now = house.clock.now();
    return house.database.write([&](store::Writer& writer) -> Result<> {
        TRY_DO(sweep_sessions(writer, now));
        TRY_DO(sweep_sign_in(writer, now));
        return sweep_invitations(writer, now);
    });
}

}  // namespace

house::Module accounts_module(Settings settings) {
    house::Module module;
    module.name = "accounts";
    module.permissions = permissions();
    module.sensitive_fields = {member_field("email", email_of), member_field("phone", phone_of)};
    module.clean_up = clean_up;
    module.file_keys = {&logo_keys};
    module.routes = [settings = std::move(settings)](http::Router& router, house::House& house) {
        const auto room = std::make_shared<Room>(house, settings);
        add_session_routes(router, room);
        add_sms_routes(router, room);
        add_setup_routes(router, room);
        add_account_routes(router, room);
        add_contact_routes(router, room);
        add_leaving_routes(router, room);
        add_totp_routes(router, room);
        add_token_routes(router, room);
        add_organisation_routes(router, room);
        add_member_routes(router, room);
        add_invitation_routes(router, room);
        add_unmasking_routes(router, room);
        add_single_sign_on_routes(router, room);
    };
    return module;
}

}  // namespace shanqi::accounts
