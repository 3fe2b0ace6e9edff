// What an account lets go of: an identity of another server, and itself.
#include <algorithm>

#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/own_account.hpp"
#include "modules/accounts/session_view.hpp"
#include "modules/accounts/sign_in.hpp"

namespace shanqi::accounts {
namespace {

using http::Call;
using http::Method;
using http::NoContent;

struct IdentityView {
    std::string id, provider, name;
    Instant created;
};
BOOST_DESCRIBE_STRUCT(IdentityView, (), (id, provider, name, created))
struct IdentityList {
    std::vector<IdentityView> items;
};
BOOST_DESCRIBE_STRUCT(IdentityList, (), (items))
struct IdentityPlace {
    std::string identity;
};
BOOST_DESCRIBE_STRUCT(IdentityPlace, (), (identity))
struct AccountDelete {
    std::optional<std::string> old_password;  // of an account that has one
};
BOOST_DESCRIBE_STRUCT(AccountDelete, (), (old_password))

Result<IdentityList> list(Room& room, const Call& call) {
    const auto rows =
        TRY(room.house.database.read([&](store::Reader& reader) { return list_identities(reader, call.who.account); }));
    IdentityList out;
    for (const LinkedIdentity& row : rows) {
        const SignInProvider* provider = room.provider(row.provider);
        out.items.push_back({row.id, row.provider, provider == nullptr ? row.provider : provider->name(), row.created});
    }
    return out;
}

// Whether somebody can still sign in when this identity is gone. A phone is a way only where codes reach it; an
// identity only of a server that is set up.
bool another_way(const Room& room, const Account& account, const std::vector<LinkedIdentity>& identities,
                 const LinkedIdentity& gone) {
    if (account.password_hash && (account.email_index || account.phone_index)) return true;
    if (account.phone_index && room.house.messenger.reaches_phones()) return true;
    return std::ranges::any_of(identities, [&](const LinkedIdentity& one) {
        return one.id != gone.id && room.provider(one.provider) != nullptr;
    });
}

Result<NoContent> unlink(Room& room, Call& call, const IdentityPlace& in) {
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        const Account account = TRY(account_of(writer, call));
        const auto identities = TRY(list_identities(writer, account.id));
        const auto found = std::ranges::find(identities, in.identity, &LinkedIdentity::id);
        if (found == identities.end()) return fail(ErrorKind::not_found, "http.not_found");
        if (!another_way(room, account, identities, *found)) return fail(ErrorKind::conflict, "accounts.last_way");
        TRY_DO(delete_identity(writer, account.id, *found));
        return audit_account(writer, room.house, call, account.id, "accounts.identity_unlink",
                             {{"provider", found->provider}});
    }));
    return NoContent{};
}

Result<NoContent> remove(Room& room, Call& call, const AccountDelete& in) {
    house::House& house = room.house;
    const Account account = TRY(house.database.read([&](store::Reader& reader) { return account_of(reader, call); }));
    TRY_DO(check_own_password(room, call, account, in.old_password.value_or("")));
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
        const Account now = TRY(account_of(writer, call));
        if (now.administrator && TRY(count_administrators(writer)) <= 1)
            return fail(ErrorKind::conflict, "accounts.last_administrator");
        for (const MembershipOrg& one : TRY(list_memberships(writer, now.id))) {
            if (one.membership.role == house::Role::owner && TRY(count_owners(writer, one.membership.org)) <= 1)
                return fail(ErrorKind::conflict, "accounts.hand_over_first", {{"organisation", one.organisation.name}});
        }
        // First the entries: they go to the organisations that the memberships name.
        TRY_DO(audit_account(writer, house, call, now.id, "accounts.account_delete"));
        return delete_account(writer, now.id);
    }));
    clear_session_cookie(call);
    return NoContent{};
}

}  // namespace

void add_leaving_routes(http::Router& router, const RoomHandle& room) {
    router.add<Nothing, IdentityList>({.method = Method::get,
                                       .path = "/api/v1/account/identities",
                                       .operation = "identity_list",
                                       .permission = "session",
                                       .summary = "The identities of other servers that sign in to one's account"},
                                      [room](Call& call, const Nothing&) { return list(*room, call); });
    router.add<IdentityPlace, NoContent>(
        {.method = Method::del,
         .path = "/api/v1/account/identities/{identity}",
         .operation = "identity_unlink",
         .permission = "session",
         .summary = "Unlink one; the last way to sign in stays"},
        [room](Call& call, const IdentityPlace& in) { return unlink(*room, call, in); });
    router.add<AccountDelete, NoContent>(
        {.method = Method::post,
         .path = "/api/v1/account/deletion",
         .operation = "account_delete",
         .permission = "session",
         .rate = "sign_in",
         .summary = "Delete one's own account; sessions and tokens end, the audit trail keeps its id"},
        [room](Call& call, const AccountDelete& in) { return remove(*room, call, in); });
}

}  // namespace shanqi::accounts
