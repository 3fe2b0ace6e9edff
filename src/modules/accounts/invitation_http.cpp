// Invitations by link: made by a manager, followed by somebody who may have no account yet, good once.
#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/sign_in.hpp"
#include "modules/lists/lists.hpp"

namespace shanqi::accounts {
namespace {

using house::Role;
using http::Call;
using http::Method;

constexpr std::int64_t invitation_seconds = 7 * 86400;
constexpr std::int64_t invitations_max = 500;             // open ones of an organisation
constexpr std::size_t invitations_searched_max = 20'000;  // opened by one request that looks for a name

struct InvitationCreate {
    OrgId org;
    Role role = Role::staff;
    std::string name;
    std::optional<std::string> email, phone, party;
};
BOOST_DESCRIBE_STRUCT(InvitationCreate, (), (org, role, name, email, phone, party))
struct InvitationCreated {
    std::string id, link;
    Instant expires;
    bool sent = false;
};
BOOST_DESCRIBE_STRUCT(InvitationCreated, (), (id, link, expires, sent))
struct InvitationPlace {
    OrgId org;
    Id<struct InvitationTag> invitation;
};
BOOST_DESCRIBE_STRUCT(InvitationPlace, (), (org, invitation))
struct InvitationListIn {
    OrgId org;
    std::optional<int> limit;
    std::optional<std::string> after, sort, text;  // text: a part of the name
    std::optional<Role> role;
    std::optional<InvitationState> state;  // open ones when it is not given
};
BOOST_DESCRIBE_STRUCT(InvitationListIn, (), (org, limit, after, sort, text, role, state))
struct InvitationView {
    std::string id;
    Role role = Role::staff;
    std::string name, email_masked, phone_masked, party;
    Instant created, expires;
    InvitationState state = InvitationState::open;
};
BOOST_DESCRIBE_STRUCT(InvitationView, (), (id, role, name, email_masked, phone_masked, party, created, expires, state))
struct LinkPlace {
    std::string token;
};
BOOST_DESCRIBE_STRUCT(LinkPlace, (), (token))
struct LinkView {
    std::string organisation;
    Role role = Role::staff;
    std::string invited_by, name;
};
BOOST_DESCRIBE_STRUCT(LinkView, (), (organisation, role, invited_by, name))
struct Accept {
    std::string token;
    std::optional<std::string> name, email, phone, password;  // of who is signed in, none is needed
};
BOOST_DESCRIBE_STRUCT(Accept, (), (token, name, email, phone, password))

std::string context(const char* field, const std::string& id) {
    return std::string("accounts.invitation.") + field + ":" + id;
}

Result<std::string> sealed(Room& room, const Invitation& row, const char* field, const std::string& value) {
    if (value.empty()) return std::string();
    return room.house.vault.seal(row.org, context(field, row.id), value);
}
Result<std::string> opened(Room& room, const Invitation& row, const char* field, const std::string& value) {
    if (value.empty()) return std::string();
    return room.house.vault.open(row.org, context(field, row.id), value);
}

Result<InvitationCreated> create(Room& room, Call& call, const InvitationCreate& in) {
    house::House& house = room.house;
    const Instant now = house.clock.now();
    const std::string token = new_token();
    Invitation row{.org = in.org,
                   .id = new_uuid_v7(house.clock),
                   .token_hash = token_hash(token),
                   .role = in.role,
                   .party = in.party.value_or(""),
                   .invited_by = call.who.account,
                   .created = now,
                   .expires = {now.us + invitation_seconds * 1'000'000}};
    std::optional<std::string> email, phone;
    if (in.email && !in.email->empty()) {
        email = normal_email(*in.email);
        if (!email) return fail(ErrorKind::invalid, "accounts.bad_email", {}, {.field = "/email"});
    }
    if (in.phone && !in.phone->empty()) {
        phone = normal_phone(*in.phone);
        if (!phone) return fail(ErrorKind::invalid, "accounts.bad_phone", {}, {.field = "/phone"});
    }
    if (row.party.size() > 64)
        return fail(ErrorKind::invalid, "json.too_large", {{"limit", "64"}}, {.field = "/party"});
    const std::string name = TRY(checked_name(in.name, limits::name_characters_max, "name"));
    row.name_sealed = TRY(sealed(room, row, "name", name));
    row.email_sealed = TRY(sealed(room, row, "email", email.value_or("")));
    row.phone_sealed = TRY(sealed(room, row, "phone", phone.value_or("")));
    const std::string link = link_to(house, "join", token);
    const bool sends = email && house.messenger.reaches_mail() && !house.public_url.empty();
    const std::function<Result<InvitationCreated>(store::Writer&)> work =
        [&](store::Writer& writer) -> Result<InvitationCreated> {
        const auto actor = TRY(find_membership(writer, in.org, call.who.account));
        if (!actor || !may_manage(actor->role, in.role)) return fail(ErrorKind::refused, "accounts.above_you");
        if (TRY(count_open_invitations(writer, in.org, now)) >= invitations_max) {
            return fail(ErrorKind::conflict, "accounts.too_many_invitations",
                        {{"most", std::to_string(invitations_max)}});
        }
        TRY_DO(insert_invitation(writer, row));
        TRY_DO(audit_in(writer, house, call, in.org, call.who.account, "accounts.invitation_create",
                        "invitation:" + row.id, {{"role", role_name(in.role)}}));
        return InvitationCreated{row.id, link, row.expires, sends};
    };
    InvitationCreated made = TRY(house::write_once(house, call, work));
    if (sends) {
        const auto org =
            TRY(house.database.read([&](store::Reader& reader) { return find_organisation(reader, in.org); }));
        const std::string subject =
            message("accounts.invitation_subject", {{"organisation", org ? org->name : ""}}, call.request.language);
        const std::string text =
            message("accounts.invitation_text", {{"organisation", org ? org->name : ""}, {"link", link}},
                    call.request.language);
        made.sent =
            room.outbox.send([to = *email, subject, text, key = "accounts.invitation:" + row.id](
                                 house::Messenger& messenger) { (void)messenger.send_mail(to, subject, text, key); });
    }
    call.reply_headers.emplace_back("Cache-Control", "no-store");
    return made;
}

Result<http::ListQuery> query_of(const InvitationListIn& in, Instant now) {
    http::ListQuery query = TRY(lists::page_query(invitation_listing(), in.limit, in.after, in.sort));
    using enum http::Filter::Operation;
    if (in.role) lists::add_filter(query, "role", equal, role_name(*in.role));
    const InvitationState state = in.state.value_or(InvitationState::open);
    if (state == InvitationState::used) lists::add_filter(query, "used", more, 0);
    if (state == InvitationState::open || state == InvitationState::expired) lists::add_filter(query, "used", equal, 0);
    if (state == InvitationState::open) lists::add_filter(query, "expires", more, now.us);
    if (state == InvitationState::expired) lists::add_filter(query, "expires", at_most, now.us);
    return query;
}

http::RowPlace place_of(const http::ListQuery& query, const Invitation& row) {
    const std::string& sort = query.sort->name;
    if (sort == "role") return {role_name(row.role), row.id};
    return {sort == "expires" ? row.expires.us : row.created.us, row.id};
}

Result<InvitationView> view_of(Room& room, const Invitation& row, Instant now) {
    return InvitationView{row.id,
                          row.role,
                          TRY(opened(room, row, "name", row.name_sealed)),
                          masked_email(TRY(opened(room, row, "email", row.email_sealed))),
                          masked_phone(TRY(opened(room, row, "phone", row.phone_sealed))),
                          row.party,
                          row.created,
                          row.expires,
                          state_of(row, now)};
}

// Names are sealed, so a text is looked for in what is opened: page after page until this one is full. What one request
// opens has a limit: such a page may be short, and the next goes on where it stopped.
Result<http::Page<InvitationView>> read_page(Room& room, const InvitationListIn& in, Instant now) {
    http::ListQuery query = TRY(query_of(in, now));
    const bool searches = in.text && !in.text->empty();
    const auto wanted = static_cast<std::size_t>(query.limit);
    if (searches) query.limit = http::limits::page_rows_max;
    http::Page<InvitationView> out;
    for (std::size_t looked_at = 0; looked_at < invitations_searched_max;) {
        auto rows = TRY(
            room.house.database.read([&](store::Reader& reader) { return list_invitations(reader, in.org, query); }));
        looked_at += rows.size();
        const http::Page<Invitation> page = http::page_of<Invitation>(
            query, std::move(rows), [&](const Invitation& row) { return place_of(query, row); });
        for (std::size_t i = 0; i < page.items.size(); i++) {
            InvitationView view = TRY(view_of(room, page.items[i], now));
            if (searches && view.name.find(*in.text) == std::string::npos) continue;
            out.items.push_back(std::move(view));
            if (out.items.size() < wanted) continue;
            if (page.next || i + 1 < page.items.size())
                out.next = http::encode_cursor(query, place_of(query, page.items[i]));
            return out;
        }
        out.next = page.next;
        if (!page.next) break;
        query.after = place_of(query, page.items.back());
    }
    return out;
}

Result<http::Reply> export_invitations(Room& room, const Call& call) {
    InvitationListIn in = TRY(lists::query_of<InvitationListIn>(call));
    in.limit = lists::limits::sheet_page_rows;
    in.after.reset();
    const Instant now = room.house.clock.now();
    TRY(query_of(in, now));  // a wrong filter is refused before anything is written
    const Language language = call.request.language;
    bool more = true;
    const auto next = [&]() -> Result<std::vector<lists::SheetRow>> {
        std::vector<lists::SheetRow> rows;
        while (more && rows.empty()) {  // a page of a search may be empty though others follow
            const http::Page<InvitationView> page = TRY(read_page(room, in, now));
            for (const InvitationView& view : page.items) {
                using office::text_value;
                const char* state = view.state == InvitationState::open   ? "accounts.invitation_open"
                                    : view.state == InvitationState::used ? "accounts.invitation_used"
                                                                          : "accounts.invitation_expired";
                rows.push_back({text_value(view.name), text_value(role_title(view.role, language)),
                                text_value(view.email_masked), text_value(view.phone_masked),
                                text_value(message(state, {}, language)), text_value(iso_china(view.created)),
                                text_value(iso_china(view.expires))});
            }
            more = page.next.has_value();
            in.after = page.next;
        }
        return rows;
    };
    return lists::export_sheet(room.house, call,
                               {.file_name = "invitations.xlsx",
                                .title = message("accounts.invitations_sheet", {}, language),
                                .columns = {{message("accounts.column.name", {}, language), 16},
                                            {message("accounts.column.role", {}, language), 12},
                                            {message("accounts.column.email", {}, language), 28},
                                            {message("accounts.column.phone", {}, language), 16},
                                            {message("accounts.column.state", {}, language), 12},
                                            {message("accounts.column.created", {}, language), 26},
                                            {message("accounts.column.expires", {}, language), 26}},
                                .next = next,
                                .action = "accounts.invitations_export"});
}

Result<http::NoContent> revoke(Room& room, Call& call, const InvitationPlace& in) {
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        if (!TRY(delete_invitation(writer, in.org, in.invitation.text()))) {
            return fail(ErrorKind::not_found, "http.not_found");
        }
        return audit_in(writer, room.house, call, in.org, call.who.account, "accounts.invitation_revoke",
                        "invitation:" + in.invitation.text());
    }));
    return http::NoContent{};
}

Result<Invitation> invitation_or_gone(store::Reader& reader, const std::string& token, Instant now) {
    // Never was, used, revoked and expired look the same.
    auto row = TRY(find_invitation(reader, token_hash(token), now));
    if (!row) return fail(ErrorKind::not_found, "accounts.link_gone");
    // Nor does it outlive the right of whoever made it: a colleague who was removed must not come back by their own
    // link.
    const auto inviter = TRY(find_membership(reader, row->org, row->invited_by));
    if (!inviter || !may_manage(inviter->role, row->role)) return fail(ErrorKind::not_found, "accounts.link_gone");
    return std::move(*row);
}

Result<LinkView> show_link(Room& room, Call& call, const LinkPlace& in) {
    struct Rows {
        Invitation invitation;
        std::string organisation, invited_by;
    };
    const Rows rows = TRY(room.house.database.read([&](store::Reader& reader) -> Result<Rows> {
        Rows read{TRY(invitation_or_gone(reader, in.token, room.house.clock.now())), {}, {}};
        if (const auto org = TRY(find_organisation(reader, read.invitation.org))) read.organisation = org->name;
        if (const auto by = TRY(find_account(reader, read.invitation.invited_by))) read.invited_by = by->name;
        return read;
    }));
    call.reply_headers.emplace_back("Cache-Control", "no-store");
    return LinkView{rows.organisation, rows.invitation.role, rows.invited_by,
                    TRY(opened(room, rows.invitation, "name", rows.invitation.name_sealed))};
}

Result<SessionView> accept(Room& room, Call& call, const Accept& in) {
    house::House& house = room.house;
    const Instant now = house.clock.now();
    const Invitation invitation =
        TRY(house.database.read([&](store::Reader& reader) { return invitation_or_gone(reader, in.token, now); }));
    const bool signed_in = call.who.kind == http::Principal::Kind::account;
    Account account;
    if (signed_in) {
        account = TRY(house.database.read([&](store::Reader& reader) { return account_of(reader, call); }));
    } else {
        NewAccount wanted{in.name.value_or(""), in.email.value_or(""), in.phone.value_or(""), in.password.value_or(""),
                          false};
        if (wanted.password.empty()) {
            return fail(ErrorKind::invalid, "accounts.weak_password",
                        {{"characters", std::to_string(limits::password_characters_min)}}, {.field = "/password"});
        }
        account = TRY(prepare_account(house, wanted));
    }
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
        // The link is used up first: of two who follow it at once, one gets in.
        TRY(invitation_or_gone(writer, in.token, now));
        if (!TRY(use_invitation(writer, invitation, account.id, now))) {
            return fail(ErrorKind::not_found, "accounts.link_gone");
        }
        if (!signed_in) TRY_DO(insert_account(writer, account));
        TRY_DO(insert_membership(writer, {invitation.org, account.id, invitation.role, invitation.party, now}));
        return audit_in(writer, house, call, invitation.org, account.id, "accounts.invitation_accept",
                        "invitation:" + invitation.id, {{"role", role_name(invitation.role)}});
    }));
    if (signed_in) return session_view(room, account.id, std::string(call.request.cookie(session_cookie)));
    return begin_session(room, call, account, "invitation");
}

}  // namespace

void add_invitation_routes(http::Router& router, const RoomHandle& room) {
    const std::string invitations = "/api/v1/orgs/{org}/invitations";
    router.add<InvitationListIn, http::Page<InvitationView>>(
        {.method = Method::get,
         .path = invitations,
         .operation = "invitation_list",
         .permission = "accounts.members_manage",
         .summary = "Invitations: those that are open, or of another state"},
        [room](Call&, const InvitationListIn& in) { return read_page(*room, in, room->house.clock.now()); });
    router.add_raw(
        {.method = Method::get,
         .path = invitations + ".xlsx",
         .operation = "invitation_export",
         .permission = "accounts.members_manage",
         .rate = "heavy",
         .summary = "What the filters of invitation_list let through, as a workbook"},
        [room](Call& call) { return export_invitations(*room, call); }, lists::sheet_content_type);
    router.add<InvitationCreate, InvitationCreated>(
        {.method = Method::post,
         .path = invitations,
         .operation = "invitation_create",
         .permission = "accounts.members_manage",
         .creates = true,
         .summary = "A link by which one person joins with this role, once, within seven days"},
        [room](Call& call, const InvitationCreate& in) { return create(*room, call, in); });
    router.add<InvitationPlace, http::NoContent>(
        {.method = Method::del,
         .path = invitations + "/{invitation}",
         .operation = "invitation_revoke",
         .permission = "accounts.members_manage",
         .summary = "The link ends at once"},
        [room](Call& call, const InvitationPlace& in) { return revoke(*room, call, in); });
    router.add<LinkPlace, LinkView>({.method = Method::get,
                                     .path = "/api/v1/invitations/{token}",
                                     .operation = "invitation_show",
                                     .open = true,
                                     .rate = "link",
                                     .summary = "Who invites, to what, for whoever has the link"},
                                    [room](Call& call, const LinkPlace& in) { return show_link(*room, call, in); });
    router.add<Accept, SessionView>({.method = Method::post,
                                     .path = "/api/v1/invitations/{token}/accept",
                                     .operation = "invitation_accept",
                                     .open = true,
                                     .rate = "link",
                                     .summary = "Join: with the account that is signed in, or a new one"},
                                    [room](Call& call, const Accept& in) { return accept(*room, call, in); });
}

}  // namespace shanqi::accounts
