// Colleagues and their roles; sign-in codes that staff issue where no SMS arrives.
#include <algorithm>

#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/own_account.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/session_view.hpp"
#include "modules/accounts/sign_in_store.hpp"
#include "modules/lists/lists.hpp"

namespace shanqi::accounts {
namespace {

using house::Role;
using http::Call;
using http::Method;
using http::NoContent;

struct OrgPlace {
    OrgId org;
};
BOOST_DESCRIBE_STRUCT(OrgPlace, (), (org))
struct MemberPlace {
    OrgId org;
    AccountId account;
};
BOOST_DESCRIBE_STRUCT(MemberPlace, (), (org, account))
struct MemberUpdate {
    OrgId org;
    AccountId account;
    Role role = Role::volunteer;
};
BOOST_DESCRIBE_STRUCT(MemberUpdate, (), (org, account, role))
struct MemberView {
    AccountId account;
    std::string name, email, phone_masked;  // both masked
    Role role = Role::volunteer;
    std::string party;
    Instant joined, last_seen;
};
BOOST_DESCRIBE_STRUCT(MemberView, (), (account, name, email, phone_masked, role, party, joined, last_seen))
struct MemberListIn {
    OrgId org;
    std::optional<int> limit;
    std::optional<std::string> after, sort, text;  // text: a part of the name
    std::optional<Role> role;
};
BOOST_DESCRIBE_STRUCT(MemberListIn, (), (org, limit, after, sort, text, role))
struct RoleView {
    Role role = Role::volunteer;
    std::vector<std::string> permissions;
};
BOOST_DESCRIBE_STRUCT(RoleView, (), (role, permissions))
struct RoleList {
    std::vector<RoleView> items;
};
BOOST_DESCRIBE_STRUCT(RoleList, (), (items))
struct IssuedCode {
    std::string code;
    Instant expires;
};
BOOST_DESCRIBE_STRUCT(IssuedCode, (), (code, expires))

Result<Membership> membership_or_404(store::Reader& reader, const OrgId& org, const AccountId& account) {
    auto found = TRY(find_membership(reader, org, account));
    if (!found) return fail(ErrorKind::not_found, "http.not_found");
    return std::move(*found);
}

// Inside the transaction: who manages may have been demoted a moment ago.
Result<Membership> manageable(store::Reader& reader, const Call& call, const OrgId& org, const AccountId& account) {
    const Membership actor = TRY(membership_or_404(reader, org, call.who.account));
    Membership target = TRY(membership_or_404(reader, org, account));
    if (!may_manage(actor.role, target.role)) return fail(ErrorKind::refused, "accounts.above_you");
    return target;
}

Result<> keep_an_owner(store::Reader& reader, const Membership& target) {
    if (target.role == Role::owner && TRY(count_owners(reader, target.org)) <= 1) {
        return fail(ErrorKind::conflict, "accounts.last_owner");
    }
    return {};
}

Result<http::ListQuery> query_of(const MemberListIn& in) {
    http::ListQuery query = TRY(lists::page_query(member_listing(), in.limit, in.after, in.sort));
    using enum http::Filter::Operation;
    if (in.text && !in.text->empty()) lists::add_filter(query, "name", contains, *in.text);
    if (in.role) lists::add_filter(query, "role", equal, role_name(*in.role));
    return query;
}

http::RowPlace place_of(const http::ListQuery& query, const MemberRow& row) {
    const std::string& sort = query.sort->name;
    const std::string id = row.membership.account.text();
    if (sort == "name") return {row.name, id};
    if (sort == "role") return {role_name(row.membership.role), id};
    return {sort == "last_seen" ? row.last_seen.us : row.membership.joined.us, id};
}

Result<http::Page<MemberRow>> read_page(Room& room, const OrgId& org, const http::ListQuery& query) {
    auto rows = TRY(room.house.database.read([&](store::Reader& reader) { return list_members(reader, org, query); }));
    return http::page_of<MemberRow>(query, std::move(rows), [&](const MemberRow& row) { return place_of(query, row); });
}

Result<MemberView> view_of(Room& room, const MemberRow& row) {
    Account account;
    account.id = row.membership.account;
    account.email_sealed = row.email_sealed;
    account.phone_sealed = row.phone_sealed;
    return MemberView{account.id,
                      row.name,
                      masked_email(TRY(email_of(room.house, account))),
                      masked_phone(TRY(phone_of(room.house, account))),
                      row.membership.role,
                      row.membership.party,
                      row.membership.joined,
                      row.last_seen};
}

Result<http::Page<MemberView>> list(Room& room, const MemberListIn& in) {
    const http::ListQuery query = TRY(query_of(in));
    const http::Page<MemberRow> page = TRY(read_page(room, in.org, query));
    http::Page<MemberView> out{{}, page.next};
    for (const MemberRow& row : page.items) out.items.push_back(TRY(view_of(room, row)));
    return out;
}

Result<http::Reply> export_members(Room& room, const Call& call) {
    MemberListIn in = TRY(lists::query_of<MemberListIn>(call));
    in.limit = lists::limits::sheet_page_rows;
    in.after.reset();
    TRY(query_of(in));  // a wrong filter is refused before anything is written
    const Language language = call.request.language;
    bool more = true;
    const auto next = [&]() -> Result<std::vector<lists::SheetRow>> {
        std::vector<lists::SheetRow> rows;
        if (!more) return rows;
        const http::Page<MemberRow> page = TRY(read_page(room, in.org, TRY(query_of(in))));
        for (const MemberRow& row : page.items) {
            const MemberView view = TRY(view_of(room, row));
            using office::text_value;
            rows.push_back({text_value(view.name), text_value(role_title(view.role, language)), text_value(view.email),
                            text_value(view.phone_masked), text_value(iso_china(view.joined)),
                            text_value(iso_china(view.last_seen)), text_value(view.account.text())});
        }
        more = page.next.has_value();
        in.after = page.next;
        return rows;
    };
    return lists::export_sheet(room.house, call,
                               {.file_name = "members.xlsx",
                                .title = message("accounts.members_sheet", {}, language),
                                .columns = {{message("accounts.column.name", {}, language), 16},
                                            {message("accounts.column.role", {}, language), 12},
                                            {message("accounts.column.email", {}, language), 28},
                                            {message("accounts.column.phone", {}, language), 16},
                                            {message("accounts.column.joined", {}, language), 26},
                                            {message("accounts.column.last_seen", {}, language), 26},
                                            {message("accounts.column.account", {}, language), 38}},
                                .next = next,
                                .action = "accounts.members_export"});
}

Result<NoContent> update(Room& room, Call& call, const MemberUpdate& in) {
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        const Membership target = TRY(manageable(writer, call, in.org, in.account));
        const Membership actor = TRY(membership_or_404(writer, in.org, call.who.account));
        if (!may_manage(actor.role, in.role)) return fail(ErrorKind::refused, "accounts.above_you");
        if (in.role != Role::owner) TRY_DO(keep_an_owner(writer, target));
        TRY_DO(update_membership_role(writer, in.org, in.account, in.role));
        return audit_in(writer, room.house, call, in.org, call.who.account, "accounts.member_update",
                        "account:" + in.account.text(), {{"from", role_name(target.role)}, {"to", role_name(in.role)}});
    }));
    return NoContent{};
}

Result<NoContent> remove(Room& room, Call& call, const MemberPlace& in) {
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        const Membership target = TRY(manageable(writer, call, in.org, in.account));
        TRY_DO(keep_an_owner(writer, target));
        TRY_DO(delete_membership(writer, in.org, in.account));
        return audit_in(writer, room.house, call, in.org, call.who.account, "accounts.member_remove",
                        "account:" + in.account.text(), {{"role", role_name(target.role)}});
    }));
    return NoContent{};
}

Result<IssuedCode> issue_code(Room& room, Call& call, const MemberPlace& in) {
    house::House& house = room.house;
    const std::string code = new_code();
    LoginCode row;
    row.subject = "staff:" + in.account.text();
    row.account = in.account;
    row.code_mac = TRY(code_mac(house, "accounts.login_code", row.subject, code));
    row.issued = house.clock.now();
    row.expires = {row.issued.us + limits::staff_code_seconds * 1'000'000};
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
        TRY(membership_or_404(writer, in.org, in.account));
        const auto target = TRY(find_account(writer, in.account));
        if (!target) return fail(ErrorKind::not_found, "http.not_found");
        TRY_DO(check_above(writer, call, *target));
        TRY_DO(put_login_code(writer, row, true));
        return audit_in(writer, house, call, in.org, call.who.account, "accounts.login_code_issue",
                        "account:" + in.account.text());
    }));
    call.reply_headers.emplace_back("Cache-Control", "no-store");
    return IssuedCode{code, row.expires};
}

RoleList roles(const Room& room) {
    RoleList out;
    for (const Role role :
         {Role::owner, Role::manager, Role::staff, Role::approver, Role::auditor, Role::partner, Role::volunteer}) {
        out.items.push_back({role, permissions_of(role, room.house.permissions)});
    }
    return out;
}

}  // namespace

Result<> check_above(store::Reader& reader, const Call& call, const Account& target) {
    const Account actor = TRY(account_of(reader, call));
    if (actor.id == target.id || (target.administrator && !actor.administrator)) {
        return fail(ErrorKind::refused, "accounts.above_you");
    }
    for (const MembershipOrg& one : TRY(list_memberships(reader, target.id))) {
        const auto own = TRY(find_membership(reader, one.membership.org, actor.id));
        if (!own || !may_manage(own->role, one.membership.role) || own->role == one.membership.role) {
            return fail(ErrorKind::refused, "accounts.above_you");
        }
    }
    return {};
}

void add_member_routes(http::Router& router, const RoomHandle& room) {
    const std::string members = "/api/v1/orgs/{org}/members";
    router.add<MemberListIn, http::Page<MemberView>>({.method = Method::get,
                                                      .path = members,
                                                      .operation = "member_list",
                                                      .permission = "accounts.members_read",
                                                      .summary = "Colleagues, their roles; e-mails and phones masked"},
                                                     [room](Call&, const MemberListIn& in) { return list(*room, in); });
    router.add_raw(
        {.method = Method::get,
         .path = members + ".xlsx",
         .operation = "member_export",
         .permission = "accounts.members_read",
         .rate = "heavy",
         .summary = "What the filters of member_list let through, as a workbook"},
        [room](Call& call) { return export_members(*room, call); }, lists::sheet_content_type);
    router.add<MemberUpdate, NoContent>({.method = Method::put,
                                         .path = members + "/{account}",
                                         .operation = "member_update",
                                         .permission = "accounts.members_manage",
                                         .summary = "Give another role; in force with the next request"},
                                        [room](Call& call, const MemberUpdate& in) { return update(*room, call, in); });
    router.add<MemberPlace, NoContent>({.method = Method::del,
                                        .path = members + "/{account}",
                                        .operation = "member_remove",
                                        .permission = "accounts.members_manage",
                                        .summary = "Take somebody out of the organisation"},
                                       [room](Call& call, const MemberPlace& in) { return remove(*room, call, in); });
    router.add<MemberPlace, IssuedCode>(
        {.method = Method::post,
         .path = members + "/{account}/login_code",
         .operation = "login_code_issue",
         .permission = "accounts.members_manage",
         .summary = "A sign-in code to tell a colleague whom no SMS reaches, shown once"},
        [room](Call& call, const MemberPlace& in) { return issue_code(*room, call, in); });
    router.add<OrgPlace, RoleList>({.method = Method::get,
                                    .path = "/api/v1/orgs/{org}/roles",
                                    .operation = "role_list",
                                    .permission = "member",
                                    .summary = "Roles and what they may"},
                                   [room](Call&, const OrgPlace&) -> Result<RoleList> { return roles(*room); });
}

}  // namespace shanqi::accounts
