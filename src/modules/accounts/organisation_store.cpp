#include "modules/accounts/organisation_store.hpp"

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include "modules/lists/lists.hpp"

namespace shanqi::accounts {
namespace {

using store::Statement;

const Statement insert_org{
    "INSERT INTO organisations (org_id, name, short_name, credit_code, created) VALUES ($1, $2, $3, $4, $5)"};
const Statement select_org{
    "SELECT org_id, name, short_name, credit_code, logo_key, logo_type, created FROM organisations WHERE org_id = $1"};
const Statement select_orgs{"SELECT org_id, name, short_name, credit_code FROM organisations ORDER BY created, org_id"};
const Statement update_org{"UPDATE organisations SET name = $2, short_name = $3, credit_code = $4 WHERE org_id = $1"};
const Statement update_org_logo{"UPDATE organisations SET logo_key = $2, logo_type = $3 WHERE org_id = $1"};

const Statement select_membership{"SELECT role, party, joined FROM memberships WHERE org_id = $1 AND account_id = $2"};
const Statement select_memberships{
    "SELECT m.org_id, m.role, m.party, m.joined, o.name, o.short_name, o.credit_code, o.logo_key FROM memberships m "
    "JOIN organisations o ON o.org_id = m.org_id WHERE m.account_id = $1 ORDER BY m.joined, m.org_id"};
constexpr const char* select_members =
    "SELECT m.account_id, m.role, m.party, m.joined, a.name, a.email_sealed, a.phone_sealed, a.last_seen "
    "FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.org_id = $1";
const Statement insert_member{
    "INSERT INTO memberships (org_id, account_id, role, party, joined) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (org_id, account_id) DO NOTHING"};
const Statement update_role{"UPDATE memberships SET role = $3 WHERE org_id = $1 AND account_id = $2"};
const Statement delete_member{"DELETE FROM memberships WHERE org_id = $1 AND account_id = $2"};
const Statement select_owners{"SELECT COUNT(*) FROM memberships WHERE org_id = $1 AND role = 'owner'"};

#define INVITATION_COLUMNS \
    "org_id, id, token_hash, role, party, name_sealed, email_sealed, phone_sealed, invited_by, created, expires"
const Statement insert_invitation_row{"INSERT INTO invitations (" INVITATION_COLUMNS
                                      ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
constexpr const char* select_invitations = "SELECT " INVITATION_COLUMNS ", used FROM invitations WHERE org_id = $1";
const Statement select_open_invitations{
    "SELECT COUNT(*) FROM invitations WHERE org_id = $1 AND used IS NULL AND expires > $2"};
const Statement delete_invitation_row{"DELETE FROM invitations WHERE org_id = $1 AND id = $2 AND used IS NULL"};
// The one query that does not begin with the tenant: whoever follows a link does not know it yet.
const Statement select_invitation{"SELECT " INVITATION_COLUMNS
                                  " FROM invitations WHERE token_hash = $1 AND used IS NULL AND expires > $2"};
const Statement update_used{
    "UPDATE invitations SET used = $3, used_by = $4 WHERE org_id = $1 AND id = $2 AND used IS NULL AND expires > $3"};
const Statement delete_old_invitations{"DELETE FROM invitations WHERE expires < $1"};

Membership membership_of(const store::Row& row, OrgId org, AccountId account, std::size_t at) {
    // A role that this program does not know has no rights rather than some.
    return {std::move(org), std::move(account), role_named(row.text(at)).value_or(house::Role::volunteer),
            row.text(at + 1), row.instant(at + 2)};
}

Invitation invitation_of(const store::Row& row) {
    return {.org = row.id<OrgId>(0),
            .id = row.text(1),
            .token_hash = row.text(2),
            .role = role_named(row.text(3)).value_or(house::Role::volunteer),
            .party = row.text(4),
            .name_sealed = row.text(5),
            .email_sealed = row.text(6),
            .phone_sealed = row.text(7),
            .invited_by = row.id<AccountId>(8),
            .created = row.instant(9),
            .expires = row.instant(10),
            .used_us = row.size() > 11 ? row.maybe_integer(11) : std::nullopt};
}

Organisation organisation_of(const store::Row& row) {
    return {row.id<OrgId>(0), row.text(1), row.text(2), row.text(3)};
}

}  // namespace

std::string role_name(house::Role role) {
    std::string name;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<house::Role>>([&](auto described) {
        if (described.value == role) name = described.name;
    });
    return name;
}

std::string role_title(house::Role role, Language language) {
    return message("accounts.role." + role_name(role), {}, language);
}

std::optional<house::Role> role_named(std::string_view name) {
    std::optional<house::Role> role;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<house::Role>>([&](auto described) {
        if (described.name == name) role = described.value;
    });
    return role;
}

Result<> insert_organisation(store::Writer& writer, const Organisation& o, Instant now) {
    TRY(writer.execute(insert_org, {o.id, o.name, o.short_name, o.credit_code, now}));
    return {};
}

Result<std::optional<OrganisationRow>> find_organisation_row(store::Reader& reader, const OrgId& org) {
    const auto row = TRY(reader.first(select_org, {org}));
    if (!row) return std::optional<OrganisationRow>();
    return std::optional(
        OrganisationRow{organisation_of(*row), row->maybe_text(4), row->maybe_text(5), row->instant(6)});
}

Result<std::optional<Organisation>> find_organisation(store::Reader& reader, const OrgId& org) {
    const auto row = TRY(find_organisation_row(reader, org));
    if (!row) return std::optional<Organisation>();
    return std::optional(row->organisation);
}

Result<std::vector<Organisation>> list_organisations(store::Reader& reader) {
    std::vector<Organisation> all;
    for (const store::Row& row : TRY(reader.query(select_orgs))) all.push_back(organisation_of(row));
    return all;
}

Result<> update_organisation(store::Writer& writer, const Organisation& o) {
    TRY(writer.execute(update_org, {o.id, o.name, o.short_name, o.credit_code}));
    return {};
}

Result<> update_logo(store::Writer& writer, const OrgId& org, const std::string& key, const std::string& type) {
    TRY(writer.execute(update_org_logo, {org, key, type}));
    return {};
}

Result<std::optional<Membership>> find_membership(store::Reader& reader, const OrgId& org, const AccountId& account) {
    const auto row = TRY(reader.first(select_membership, {org, account}));
    if (!row) return std::optional<Membership>();
    return std::optional(membership_of(*row, org, account, 0));
}

Result<std::vector<MembershipOrg>> list_memberships(store::Reader& reader, const AccountId& account) {
    std::vector<MembershipOrg> all;
    for (const store::Row& row : TRY(reader.query(select_memberships, {account}))) {
        const OrgId org = row.id<OrgId>(0);
        all.push_back(
            {membership_of(row, org, account, 1), {org, row.text(4), row.text(5), row.text(6)}, !row.null(7)});
    }
    return all;
}

const http::Listing& member_listing() {
    using http::Column;
    static const http::Listing listing{{{.name = "name", .sql = "a.name"},
                                        {.name = "role", .sql = "m.role"},
                                        {.name = "joined", .sql = "m.joined", .kind = Column::Kind::integer},
                                        {.name = "last_seen", .sql = "a.last_seen", .kind = Column::Kind::integer}},
                                       "m.account_id",
                                       "joined"};
    return listing;
}

Result<std::vector<MemberRow>> list_members(store::Reader& reader, const OrgId& org, const http::ListQuery& query) {
    const http::ListSql sql = http::list_sql(query, 2);
    std::vector<MemberRow> all;
    for (const store::Row& row :
         TRY(reader.query_text(select_members + sql.where + sql.order_limit, lists::with_parameters({org}, sql)))) {
        all.push_back({membership_of(row, org, row.id<AccountId>(0), 1), row.text(4), row.maybe_text(5),
                       row.maybe_text(6), row.instant(7)});
    }
    return all;
}

Result<> insert_membership(store::Writer& writer, const Membership& m) {
    if (TRY(writer.execute(insert_member, {m.org, m.account, role_name(m.role), m.party, m.joined})) == 1) return {};
    return fail(ErrorKind::conflict, "accounts.member_already");
}

Result<> update_membership_role(store::Writer& writer, const OrgId& org, const AccountId& account, house::Role role) {
    TRY(writer.execute(update_role, {org, account, role_name(role)}));
    return {};
}

Result<> delete_membership(store::Writer& writer, const OrgId& org, const AccountId& account) {
    TRY(writer.execute(delete_member, {org, account}));
    return {};
}

Result<std::int64_t> count_owners(store::Reader& reader, const OrgId& org) {
    return TRY(reader.query(select_owners, {org})).front().integer(0);
}

Result<> insert_invitation(store::Writer& writer, const Invitation& i) {
    TRY(writer.execute(insert_invitation_row, {i.org, i.id, i.token_hash, role_name(i.role), i.party, i.name_sealed,
                                               i.email_sealed, i.phone_sealed, i.invited_by, i.created, i.expires}));
    return {};
}

InvitationState state_of(const Invitation& invitation, Instant now) {
    if (invitation.used_us) return InvitationState::used;
    return invitation.expires > now ? InvitationState::open : InvitationState::expired;
}

const http::Listing& invitation_listing() {
    using http::Column;
    static const http::Listing listing{
        {{.name = "created", .sql = "created", .kind = Column::Kind::integer},
         {.name = "expires", .sql = "expires", .kind = Column::Kind::integer},
         {.name = "used", .sql = "COALESCE(used, 0)", .kind = Column::Kind::integer, .sortable = false},
         {.name = "role", .sql = "role"}},
        "id",
        "-created"};
    return listing;
}

Result<std::vector<Invitation>> list_invitations(store::Reader& reader, const OrgId& org,
                                                 const http::ListQuery& query) {
    const http::ListSql sql = http::list_sql(query, 2);
    std::vector<Invitation> all;
    for (const store::Row& row :
         TRY(reader.query_text(select_invitations + sql.where + sql.order_limit, lists::with_parameters({org}, sql)))) {
        all.push_back(invitation_of(row));
    }
    return all;
}

Result<std::int64_t> count_open_invitations(store::Reader& reader, const OrgId& org, Instant now) {
    return TRY(reader.query(select_open_invitations, {org, now})).front().integer(0);
}

Result<bool> delete_invitation(store::Writer& writer, const OrgId& org, const std::string& id) {
    return TRY(writer.execute(delete_invitation_row, {org, id})) == 1;
}

Result<std::optional<Invitation>> find_invitation(store::Reader& reader, const std::string& token_hash, Instant now) {
    const auto row = TRY(reader.first(select_invitation, {token_hash, now}));
    if (!row) return std::optional<Invitation>();
    return std::optional(invitation_of(*row));
}

Result<bool> use_invitation(store::Writer& writer, const Invitation& invitation, const AccountId& by, Instant now) {
    return TRY(writer.execute(update_used, {invitation.org, invitation.id, now, by})) == 1;
}

Result<> sweep_invitations(store::Writer& writer, Instant now) {
    constexpr std::int64_t month_us = 30LL * 86400 * 1'000'000;
    TRY(writer.execute(delete_old_invitations, {now.us - month_us}));
    return {};
}

}  // namespace shanqi::accounts
