// Invitations by link: made by a manager, followed by somebody who may have no account yet, good once.
#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/sign_in.hpp"

namespace shanqi::accounts {
namespace {

using house::Role;
using http::Call;
using http::Method;

constexpr std::int64_t invitation_seconds = 7 * 86400;
constexpr std::size_t invitations_max = 500;  // open ones of an organisation

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
struct OrgPlace {
    OrgId org;
};
BOOST_DESCRIBE_STRUCT(OrgPlace, (), (org))
struct InvitationPlace {
    OrgId org;
    Id<struct InvitationTag> invitation;
};
BOOST_DESCRIBE_STRUCT(InvitationPlace, (), (org, invitation))
struct InvitationView {
    std::string id;
    Role role = Role::staff;
    std::string name, email_masked, phone_masked, party;
    Instant created, expires;
};
BOOST_DESCRIBE_STRUCT(InvitationView, (), (id, role, name, email_masked, phone_masked, party, created, expires))
struct InvitationList {
    std::vector<InvitationView> items;
};
BOOST_DESCRIBE_STRUCT(InvitationList, (), (items))
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
        if (TRY(list_invitations(writer, in.org, now)).size() >= invitations_max) {
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

Result<InvitationList> list(Room& room, const OrgPlace& in) {
    const Instant now = room.house.clock.now();
    const auto rows =
        TRY(room.house.database.read([&](store::Reader& reader) { return list_invitations(reader, in.org, now); }));
    InvitationList out;
    for (const Invitation& row : rows) {
        out.items.push_back({row.id, row.role, TRY(opened(room, row, "name", row.name_sealed)),
                             masked_email(TRY(opened(room, row, "email", row.email_sealed))),
                             masked_phone(TRY(opened(room, row, "phone", row.phone_sealed))), row.party, row.created,
                             row.expires});
    }
    return out;
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
    router.add<OrgPlace, InvitationList>({.method = Method::get,
                                          .path = invitations,
                                          .operation = "invitation_list",
                                          .permission = "accounts.members_manage",
                                          .summary = "Invitations that are open"},
                                         [room](Call&, const OrgPlace& in) { return list(*room, in); });
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
