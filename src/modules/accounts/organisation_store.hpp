// Organisations, memberships and invitations as rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/page.hpp"
#include "modules/accounts/accounts.hpp"

namespace shanqi::accounts {

struct OrganisationRow {
    Organisation organisation;
    std::optional<std::string> logo_key, logo_type;
    Instant created;
};
Result<> insert_organisation(store::Writer&, const Organisation&, Instant now);
Result<std::optional<OrganisationRow>> find_organisation_row(store::Reader&, const OrgId&);
Result<> update_organisation(store::Writer&, const Organisation&);
Result<> update_logo(store::Writer&, const OrgId&, const std::string& key, const std::string& type);

struct Membership {
    OrgId org;
    AccountId account;
    house::Role role = house::Role::volunteer;
    std::string party;
    Instant joined;
};
struct MemberRow {
    Membership membership;
    std::string name;
    std::optional<std::string> email_sealed, phone_sealed;
    Instant last_seen;
};
struct MembershipOrg {
    Membership membership;
    Organisation organisation;
    bool has_logo = false;
};
std::string role_name(house::Role);
std::string role_title(house::Role, Language);  // "工作人员"
std::optional<house::Role> role_named(std::string_view);

Result<std::optional<Membership>> find_membership(store::Reader&, const OrgId&, const AccountId&);
Result<std::vector<MembershipOrg>> list_memberships(store::Reader&, const AccountId&);
// A page of `query`, which is over member_listing(); one row more when another page follows.
const http::Listing& member_listing();
Result<std::vector<MemberRow>> list_members(store::Reader&, const OrgId&, const http::ListQuery& query);
Result<> insert_membership(store::Writer&, const Membership&);  // accounts.member_already
Result<> update_membership_role(store::Writer&, const OrgId&, const AccountId&, house::Role);
Result<> delete_membership(store::Writer&, const OrgId&, const AccountId&);
Result<std::int64_t> count_owners(store::Reader&, const OrgId&);

struct Invitation {
    OrgId org;
    std::string id, token_hash;
    house::Role role = house::Role::staff;
    std::string party, name_sealed, email_sealed, phone_sealed;  // sealed texts, or ""
    AccountId invited_by;
    Instant created, expires;
    std::optional<std::int64_t> used_us;
};
Result<> insert_invitation(store::Writer&, const Invitation&);
BOOST_DEFINE_ENUM_CLASS(InvitationState, open, used, expired)
InvitationState state_of(const Invitation&, Instant now);
const http::Listing& invitation_listing();
Result<std::vector<Invitation>> list_invitations(store::Reader&, const OrgId&, const http::ListQuery& query);
Result<std::int64_t> count_open_invitations(store::Reader&, const OrgId&, Instant now);
Result<bool> delete_invitation(store::Writer&, const OrgId&, const std::string& id);
// Open ones only: not used, not expired.
Result<std::optional<Invitation>> find_invitation(store::Reader&, const std::string& token_hash, Instant now);
// False when somebody was faster.
Result<bool> use_invitation(store::Writer&, const Invitation&, const AccountId& by, Instant now);

// Those that ended a month ago: names and phones of people who never came.
Result<> sweep_invitations(store::Writer&, Instant now);

}  // namespace shanqi::accounts
