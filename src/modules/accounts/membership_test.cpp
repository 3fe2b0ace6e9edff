// Invitations, roles, codes that staff issue, unmasking, organisations, over HTTP and a real database.
#include <gmock/gmock.h>

#include <fstream>

#include "modules/accounts/test_office.hpp"
#include "store/audit.hpp"

namespace shanqi::accounts {
namespace {

using house::Role;

class MembershipTest : public testing::TestWithParam<store::Dialect> {
protected:
    MembershipTest() { EXPECT_EQ(owner_browser_.sign_in("owner@example.org").status, 200); }
    std::string in_org(const std::string& path = "") { return "/orgs/" + org_.text() + path; }
    std::string invite(Browser& by, const std::string& role) {
        const Seen made = by.post(in_org("/invitations"), R"({"role":")" + role + R"(","name":"某某"})");
        EXPECT_EQ(made.status, 201) << made.body;
        const std::string link = made.at("link");
        EXPECT_TRUE(link.starts_with("http://127.0.0.1:8440/join#")) << link;
        return link.substr(link.find('#') + 1);
    }
    Seen accept(Browser& by, const std::string& token, const std::string& email) {
        return by.post("/invitations/" + token + "/accept",
                       R"({"name":"李某某","email":")" + email + R"(","password":"a long enough password"})");
    }
    Browser signed_in(const std::string& email, Role role, const std::string& client) {
        office_.member(org_, office_.account(email), role);
        Browser browser{office_, client};
        EXPECT_EQ(browser.sign_in(email).status, 200);
        return browser;
    }
    Office office_{GetParam()};
    const AccountId owner_ = office_.account("owner@example.org", true);
    const OrgId org_ = office_.organisation("某某公益", owner_);
    Browser owner_browser_{office_};
};
INSTANTIATE_TEST_SUITE_P(Databases, MembershipTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);

TEST_P(MembershipTest, AnInvitationIsGoodOnce) {
    const std::string token = invite(owner_browser_, "staff");
    EXPECT_EQ(office_.count("invitations", "token_hash = '" + token + "'"), 0);
    Browser guest{office_, "192.0.2.30"};
    const Seen shown = guest.get("/invitations/" + token);
    EXPECT_EQ(shown.at("organisation"), "某某公益");
    EXPECT_EQ(shown.at("role"), "staff");
    const Seen joined = accept(guest, token, "li@example.org");
    ASSERT_EQ(joined.status, 200) << joined.body;
    EXPECT_EQ(joined.at("orgs.0.role"), "staff");
    EXPECT_EQ(guest.get(in_org()).status, 200);
    Browser second{office_, "192.0.2.31"};
    EXPECT_EQ(accept(second, token, "other@example.org").at("key"), "accounts.link_gone");
    EXPECT_EQ(second.get("/invitations/" + token).status, 404);
    EXPECT_EQ(office_.count("accounts"), 2);
}

TEST_P(MembershipTest, AnInvitationThatIsExpiredOrTakenBackIsGone) {
    const std::string late = invite(owner_browser_, "staff");
    office_.clock.advance(1);
    const std::string taken = invite(owner_browser_, "staff");  // the newest stands first in the list
    const std::string id = owner_browser_.get(in_org("/invitations")).at("items.0.id");
    ASSERT_EQ(owner_browser_.remove(in_org("/invitations/" + id)).status, 204);
    Browser guest{office_, "192.0.2.30"};
    EXPECT_EQ(accept(guest, taken, "li@example.org").status + guest.get("/invitations/" + late).status, 404 + 200);
    office_.clock.advance(7 * 86400 + 1);
    EXPECT_EQ(accept(guest, late, "li@example.org").status, 404);
    EXPECT_EQ(office_.count("accounts"), 1);
}

TEST_P(MembershipTest, AnInvitationEndsWithTheRightOfWhoMadeIt) {
    const AccountId account = office_.account("manager@example.org");
    office_.member(org_, account, Role::manager);
    Browser manager{office_, "192.0.2.32"};
    ASSERT_EQ(manager.sign_in("manager@example.org").status, 200);
    const std::string token = invite(manager, "manager");
    ASSERT_EQ(owner_browser_.put(in_org("/members/" + account.text()), R"({"role":"staff"})").status, 204);
    Browser guest{office_, "192.0.2.33"};
    EXPECT_EQ(guest.get("/invitations/" + token).status, 404);
    EXPECT_EQ(accept(guest, token, "back@example.org").at("key"), "accounts.link_gone");
    ASSERT_EQ(owner_browser_.remove(in_org("/members/" + account.text())).status, 204);
    EXPECT_EQ(accept(manager, token, "manager@example.org").at("key"), "accounts.link_gone");
}

TEST_P(MembershipTest, SomebodySignedInJoinsWithTheirAccountAndATakenEmailIsTold) {
    const std::string token = invite(owner_browser_, "approver");
    office_.account("li@example.org");
    Browser guest{office_, "192.0.2.30"};
    EXPECT_EQ(accept(guest, token, "li@example.org").at("key"), "accounts.taken");
    ASSERT_EQ(guest.sign_in("li@example.org").status, 200);
    const Seen joined = guest.post("/invitations/" + token + "/accept", "{}");
    ASSERT_EQ(joined.status, 200) << joined.body;
    EXPECT_EQ(joined.at("orgs.0.role"), "approver");
    EXPECT_EQ(office_.count("accounts"), 2);
}

TEST_P(MembershipTest, TheLinkGoesOutByMailWhenAnAddressIsGiven) {
    const Seen made =
        owner_browser_.post(in_org("/invitations"), R"({"role":"staff","name":"李某某","email":"li@example.org"})");
    EXPECT_EQ(made.at("sent"), "true");
    const auto [to, text] = office_.messenger.next_mail();
    EXPECT_EQ(to, "li@example.org");
    EXPECT_THAT(text, testing::HasSubstr(made.at("link")));
    EXPECT_EQ(owner_browser_.get(in_org("/invitations")).at("items.0.email_masked"), "l***@example.org");
}

TEST_P(MembershipTest, TheSameRequestTwiceInvitesOnce) {
    const http::Headers key{{"idempotency-key", "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d10"}};
    const std::string body = R"({"role":"staff","name":"某某"})";
    const Seen first = owner_browser_.post(in_org("/invitations"), body, key);
    const Seen again = owner_browser_.post(in_org("/invitations"), body, key);
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(again.at("link"), first.at("link"));
    EXPECT_EQ(office_.count("invitations"), 1);
}

TEST_P(MembershipTest, ManagersStayBelowOwnersAndOneOwnerStays) {
    Browser manager = signed_in("manager@example.org", Role::manager, "192.0.2.40");
    EXPECT_EQ(manager.put(in_org("/members/" + owner_.text()), R"({"role":"staff"})").at("key"), "accounts.above_you");
    EXPECT_EQ(manager.remove(in_org("/members/" + owner_.text())).status, 403);
    EXPECT_EQ(manager.post(in_org("/invitations"), R"({"role":"owner","name":"某某"})").at("key"),
              "accounts.above_you");
    const std::string self = manager.get("/session").at("account.id");
    EXPECT_EQ(manager.put(in_org("/members/" + self), R"({"role":"owner"})").at("key"), "accounts.above_you");
    EXPECT_EQ(owner_browser_.remove(in_org("/members/" + owner_.text())).at("key"), "accounts.last_owner");
    EXPECT_EQ(owner_browser_.put(in_org("/members/" + owner_.text()), R"({"role":"staff"})").at("key"),
              "accounts.last_owner");
    EXPECT_EQ(owner_browser_.put(in_org("/members/" + self), R"({"role":"owner"})").status, 204);
    EXPECT_EQ(owner_browser_.put(in_org("/members/" + owner_.text()), R"({"role":"staff"})").status, 204);
    EXPECT_EQ(office_.count("memberships", "role = 'owner'"), 1);
}

TEST_P(MembershipTest, StaffIssueACodeWhereNoSmsArrives) {
    const AccountId li = office_.account("li@example.org");
    office_.member(org_, li, Role::staff);
    const Seen issued = owner_browser_.post(in_org("/members/" + li.text() + "/login_code"));
    ASSERT_EQ(issued.status, 200) << issued.body;
    Browser browser{office_, "192.0.2.41"};
    const std::string body = R"({"phone":"li@example.org","code":")" + issued.at("code") + R"("})";
    EXPECT_EQ(browser.post("/session/sms", body).status, 200);
    EXPECT_EQ(browser.post("/session/sms", body).status, 401);
    EXPECT_EQ(office_.count("audit_entries", "action = 'accounts.login_code_issue'"), 1);
}

// Accounts are global: a code opens every organisation of its account, so not everybody who manages may issue one.
TEST_P(MembershipTest, ACodeIsNoWayIntoTheNeighboursHouse) {
    Browser manager = signed_in("manager@example.org", Role::manager, "192.0.2.42");
    const AccountId neighbour = office_.account("neighbour@example.org");
    office_.organisation("乙公益", neighbour);
    office_.member(org_, neighbour, Role::volunteer);
    EXPECT_EQ(manager.post(in_org("/members/" + neighbour.text() + "/login_code")).at("key"), "accounts.above_you");
    EXPECT_EQ(owner_browser_.post(in_org("/members/" + neighbour.text() + "/login_code")).at("key"),
              "accounts.above_you");
    EXPECT_EQ(manager.post(in_org("/members/" + owner_.text() + "/login_code")).at("key"), "accounts.above_you");
    const std::string self = manager.get("/session").at("account.id");
    EXPECT_EQ(manager.post(in_org("/members/" + self + "/login_code")).at("key"), "accounts.above_you");
    EXPECT_EQ(office_.count("login_codes"), 0);
}

TEST_P(MembershipTest, AMaskedValueIsShownWithAReasonAndAnEntry) {
    const AccountId li = office_.account("li@example.org", false, "19900005678");
    office_.member(org_, li, Role::volunteer);
    const Seen list = owner_browser_.get(in_org("/members"));
    EXPECT_THAT(list.body, testing::HasSubstr("199****5678"));
    EXPECT_THAT(list.body, testing::Not(testing::HasSubstr("19900005678")));
    const auto unmask = [&](Browser& by, const std::string& reason, const std::string& object, const char* field) {
        return by.post(in_org("/unmaskings"), R"({"kind":"accounts.member","object":")" + object + R"(","field":")" +
                                                  field + R"(","reason":")" + reason + R"("})");
    };
    EXPECT_EQ(unmask(owner_browser_, "", li.text(), "phone").at("key"), "accounts.reason_needed");
    EXPECT_EQ(unmask(owner_browser_, "看看", li.text(), "phone").at("key"), "accounts.reason_needed");
    EXPECT_EQ(unmask(owner_browser_, "电话确认行程", li.text(), "password_hash").status, 404);
    EXPECT_EQ(office_.count("audit_entries", "action = 'accounts.value_unmask'"), 0);
    EXPECT_EQ(unmask(owner_browser_, "电话确认行程", li.text(), "phone").at("value"), "19900005678");
    const auto lines = office_.test.database().read([&](store::Reader& reader) {
        return store::list_audit(reader, org_, {.action_prefix = "accounts.value_unmask"});
    });
    ASSERT_EQ(lines->size(), 1U);
    EXPECT_EQ(lines->front().entry.object, "accounts.member:" + li.text());
    EXPECT_EQ(lines->front().entry.actor, "account:" + owner_.text());
    EXPECT_EQ(office_.count("audit_entries", "details LIKE '%1990000%'"), 0);
    Browser auditor = signed_in("auditor@example.org", Role::auditor, "192.0.2.43");
    EXPECT_EQ(unmask(auditor, "电话确认行程", li.text(), "phone").status, 403);
}

TEST_P(MembershipTest, ADoubtfulCreditCodeIsAWarningAndSaved) {
    const auto with_code = [&](const char* code) {
        return owner_browser_.put(
            in_org(), std::string(R"({"name":"某某公益","short_name":"某某","credit_code":")") + code + R"("})");
    };
    EXPECT_EQ(with_code("").at("warnings"), "[]");
    EXPECT_EQ(with_code("12345").at("warnings.0.key"), "accounts.credit_code_form");
    const Seen odd = with_code("53100000500000000X");
    EXPECT_EQ(odd.status, 200);
    EXPECT_EQ(odd.at("warnings.0.key"), "accounts.credit_code_check");
    EXPECT_EQ(owner_browser_.get(in_org()).at("credit_code"), "53100000500000000X");
    EXPECT_EQ(with_code("53100000500000000X").at("short_name"), "某某");
}

TEST_P(MembershipTest, ALogoIsAPictureAndNothingElse) {
    const auto upload = [&](const std::string& bytes) {
        const auto file = office_.test.folder() / "upload";
        std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
        owner_browser_.upload = http::Upload{file, bytes.size(), "", "logo.png"};
        const Seen seen = owner_browser_.put(in_org("/logo"));
        owner_browser_.upload.reset();
        return seen;
    };
    const std::string head("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x20\x08\x02\0\0\0\0\0\0\0", 33);
    const std::string png = head + std::string("\0\0\0\0IEND\xae\x42\x60\x82", 12);
    EXPECT_EQ(owner_browser_.get(in_org("/logo")).status, 404);
    for (const std::string& bad :
         {std::string("<svg onload='alert(1)'/>"), std::string("<html>"), head, std::string(), std::string("GIF89a")}) {
        EXPECT_EQ(upload(bad).at("key"), "accounts.bad_logo");
    }
    ASSERT_EQ(upload(png).status, 200);
    const Seen shown = owner_browser_.get(in_org("/logo"));
    EXPECT_EQ(shown.body, png);
    EXPECT_EQ(shown.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(owner_browser_.get("/session").at("orgs.0.logo_url"), "/api/v1" + in_org("/logo"));
}

TEST_P(MembershipTest, OnlyAnAdministratorMakesOrganisations) {
    EXPECT_EQ(owner_browser_.post("/orgs", R"({"name":"新机构"})").status, 201);
    Browser manager = signed_in("manager@example.org", Role::owner, "192.0.2.44");
    EXPECT_EQ(manager.post("/orgs", R"({"name":"另一个"})").status, 403);
    EXPECT_EQ(office_.count("organisations"), 2);
    EXPECT_EQ(office_.count("vault_keys"), 3);  // the installation's too
}

}  // namespace
}  // namespace shanqi::accounts
