// One's own e-mail and phone: the new one proves itself by a code that is sent to it. Where this server reaches nobody,
// a colleague who stands above the account changes it, and the trail says who.
#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/own_account.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/sign_in.hpp"
#include "modules/accounts/sign_in_store.hpp"

namespace shanqi::accounts {
namespace {

using http::Call;
using http::Method;
using http::NoContent;

struct ContactCodeRequest {
    ContactKind kind = ContactKind::email;
    std::string value;
    std::optional<std::string> old_password;  // of an account that has one
};
BOOST_DESCRIBE_STRUCT(ContactCodeRequest, (), (kind, value, old_password))
struct ContactCodeSent {
    std::int64_t resend_after_seconds = limits::code_again_seconds;
};
BOOST_DESCRIBE_STRUCT(ContactCodeSent, (), (resend_after_seconds))
struct ContactUpdate {
    ContactKind kind = ContactKind::email;
    std::string value, code;
};
BOOST_DESCRIBE_STRUCT(ContactUpdate, (), (kind, value, code))
struct MemberContactUpdate {
    OrgId org;
    AccountId account;
    ContactKind kind = ContactKind::email;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(MemberContactUpdate, (), (org, account, kind, value))

const char* name_of(ContactKind kind) { return kind == ContactKind::email ? "email" : "phone"; }

bool reaches(const house::House& house, ContactKind kind) {
    return kind == ContactKind::email ? house.messenger.reaches_mail() : house.messenger.reaches_phones();
}

std::string subject_of(const AccountId& account, ContactKind kind) {
    return std::string("contact.") + name_of(kind) + ":" + account.text();
}

// Of the code and of what it proves: a code that went to one address opens no other.
Result<std::string> mac_of(house::House& house, const AccountId& account, const Contact& contact,
                           std::string_view code) {
    return code_mac(house, "accounts.contact_code", subject_of(account, contact.kind),
                    contact.index + "\n" + std::string(code.substr(0, 32)));
}

Result<ContactCodeSent> request_code(Room& room, Call& call, const ContactCodeRequest& in) {
    house::House& house = room.house;
    if (!reaches(house, in.kind)) return fail(ErrorKind::conflict, "accounts.contact_offline");
    const Account account = TRY(house.database.read([&](store::Reader& reader) { return account_of(reader, call); }));
    // Whoever changes where codes go has the account: an open computer is not enough.
    TRY_DO(check_own_password(room, call, account, in.old_password.value_or("")));
    const Contact contact = TRY(prepare_contact(house, account.id, in.kind, in.value));
    const std::string code = new_code();
    LoginCode row;
    row.subject = subject_of(account.id, in.kind);
    row.account = account.id;
    row.code_mac = TRY(mac_of(house, account.id, contact, code));
    row.issued = house.clock.now();
    row.expires = {row.issued.us + limits::staff_code_seconds * 1'000'000};
    const bool taken = TRY(house.database.write([&](store::Writer& writer) -> Result<bool> {
        TRY_DO(put_login_code(writer, row, false));
        const auto other = TRY(find_account_by_login(writer, contact.index));
        return other && other->id != account.id;
    }));
    // The answer does not tell whether somebody else has it; no code goes there.
    if (taken) return ContactCodeSent{};
    const std::string key = "accounts.contact_code:" + account.id.text() + ":" + std::to_string(row.issued.us);
    const Language language = call.request.language;
    const bool accepted =
        room.outbox.send([kind = in.kind, to = contact.value, code, key, language](house::Messenger& messenger) {
            if (kind == ContactKind::phone) {
                (void)messenger.send_sms(to, "login_code", {{"code", code}, {"minutes", "15"}}, key);
            } else {
                (void)messenger.send_mail(to, message("accounts.contact_subject", {}, language),
                                          message("accounts.contact_text", {{"code", code}}, language), key);
            }
        });
    if (!accepted) return fail(ErrorKind::limit, "password.busy");
    return ContactCodeSent{};
}

Result<NoContent> update(Room& room, Call& call, const ContactUpdate& in) {
    house::House& house = room.house;
    const Account account = TRY(house.database.read([&](store::Reader& reader) { return account_of(reader, call); }));
    const Contact contact = TRY(prepare_contact(house, account.id, in.kind, in.value));
    const std::string mac = TRY(mac_of(house, account.id, contact, in.code));
    const Instant now = house.clock.now();
    // A wrong code costs a try, so that transaction ends well too.
    const bool right = TRY(house.database.write([&](store::Writer& writer) -> Result<bool> {
        const auto proven = TRY(use_login_code(writer, subject_of(account.id, in.kind), mac, now));
        if (!proven || *proven != account.id) return false;
        TRY_DO(update_contact(writer, account.id, contact));
        TRY_DO(audit_account(writer, house, call, account.id, "accounts.contact_update", {{"kind", name_of(in.kind)}}));
        return true;
    }));
    if (!right) return fail(ErrorKind::invalid, "accounts.wrong_code", {}, {.field = "/code"});
    // Whoever had the old address learns of it, should it not have been them.
    const std::string old_email = in.kind == ContactKind::email ? TRY(email_of(house, account)) : std::string();
    if (!old_email.empty() && old_email != contact.value) {
        (void)room.outbox.send([old_email, language = call.request.language,
                                key = "accounts.contact_changed:" + account.id.text() + ":" +
                                      std::to_string(now.us)](house::Messenger& messenger) {
            (void)messenger.send_mail(old_email, message("accounts.contact_changed_subject", {}, language),
                                      message("accounts.contact_changed_text", {}, language), key);
        });
    }
    return NoContent{};
}

Result<NoContent> update_of_member(Room& room, Call& call, const MemberContactUpdate& in) {
    house::House& house = room.house;
    if (reaches(house, in.kind)) return fail(ErrorKind::conflict, "accounts.contact_online");
    const Contact contact = TRY(prepare_contact(house, in.account, in.kind, in.value));
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
        const auto target = TRY(find_account(writer, in.account));
        if (!target || !TRY(find_membership(writer, in.org, in.account)))
            return fail(ErrorKind::not_found, "http.not_found");
        TRY_DO(check_above(writer, call, *target));
        TRY_DO(update_contact(writer, in.account, contact));
        return audit_in(writer, house, call, in.org, call.who.account, "accounts.member_contact_update",
                        "account:" + in.account.text(), {{"kind", name_of(in.kind)}});
    }));
    return NoContent{};
}

}  // namespace

void add_contact_routes(http::Router& router, const RoomHandle& room) {
    router.add<ContactCodeRequest, ContactCodeSent>(
        {.method = Method::post,
         .path = "/api/v1/account/contact_codes",
         .operation = "contact_code_request",
         .permission = "session",
         .rate = "sms",
         .summary = "Send a code to one's new e-mail or phone"},
        [room](Call& call, const ContactCodeRequest& in) { return request_code(*room, call, in); });
    router.add<ContactUpdate, NoContent>(
        {.method = Method::put,
         .path = "/api/v1/account/contact",
         .operation = "contact_update",
         .permission = "session",
         .rate = "sign_in",
         .summary = "Change one's own e-mail or phone to the one that the code was sent to"},
        [room](Call& call, const ContactUpdate& in) { return update(*room, call, in); });
    router.add<MemberContactUpdate, NoContent>(
        {.method = Method::put,
         .path = "/api/v1/orgs/{org}/members/{account}/contact",
         .operation = "member_contact_update",
         .permission = "accounts.members_manage",
         .summary = "Change a colleague's e-mail or phone, where this server can send no code"},
        [room](Call& call, const MemberContactUpdate& in) { return update_of_member(*room, call, in); });
}

}  // namespace shanqi::accounts
