#include "modules/accounts/room.hpp"

#include <algorithm>

#include "modules/accounts/organisation_store.hpp"
#include "store/audit.hpp"

namespace shanqi::accounts {

Room::Room(house::House& of, Settings with) : house(of), settings(std::move(with)), outbox(of.messenger) {
    for (const OidcProvider& one : settings.oidc) {
        providers.push_back(make_oidc_provider(one, house.network, house.clock));
    }
    if (settings.wecom) providers.push_back(make_wecom_provider(*settings.wecom, house.network, house.clock));
}

SignInProvider* Room::provider(std::string_view id) const {
    const auto found = std::ranges::find_if(providers, [&](const auto& one) { return one->id() == id; });
    return found == providers.end() ? nullptr : found->get();
}

std::string link_to(const house::House& house, const std::string& page, const std::string& token) {
    return house.public_url + "/" + page + "#" + token;
}

Result<Account> account_of(store::Reader& reader, const http::Call& call) {
    auto account = TRY(find_account(reader, call.who.account));
    if (!account) return fail(ErrorKind::refused, "http.sign_in_first");
    return std::move(*account);
}

Result<> audit_in(store::Writer& writer, const house::House& house, const http::Call& call, const OrgId& org,
                  const AccountId& actor, std::string_view action, std::string_view object,
                  std::vector<std::pair<std::string, std::string>> details) {
    const bool same = call.who.kind != http::Principal::Kind::nobody && call.who.account == actor;
    return store::append_audit(writer, house.clock,
                               {.org = org,
                                .actor = same ? call.who.actor() : "account:" + actor.text(),
                                .action = std::string(action),
                                .object = std::string(object),
                                .details = std::move(details),
                                .request_id = call.request.request_id});
}

Result<> audit_account(store::Writer& writer, const house::House& house, const http::Call& call,
                       const AccountId& account, std::string_view action,
                       const std::vector<std::pair<std::string, std::string>>& details, bool proven) {
    std::vector<OrgId> orgs;
    for (const MembershipOrg& one : TRY(list_memberships(writer, account))) orgs.push_back(one.membership.org);
    if (orgs.empty()) orgs.push_back(store::installation_org());
    for (const OrgId& org : orgs) {
        const std::string object = "account:" + account.text();
        if (proven) {
            TRY_DO(audit_in(writer, house, call, org, account, action, object, details));
        } else {
            TRY_DO(store::append_audit(writer, house.clock,
                                       {org, "nobody", std::string(action), object, details, call.request.request_id}));
        }
    }
    return {};
}

}  // namespace shanqi::accounts
