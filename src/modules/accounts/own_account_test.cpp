// One's own e-mail and phone, identities of other servers, and leaving, over HTTP and a real database.
#include "modules/accounts/own_account.hpp"

#include <gmock/gmock.h>

#include "modules/accounts/account_store.hpp"
#include "modules/accounts/test_office.hpp"

namespace shanqi::accounts {
namespace {

using house::Role;

class OwnAccountTest : public testing::TestWithParam<store::Dialect> {
protected:
    OwnAccountTest() { EXPECT_EQ(browser_.sign_in("owner@example.org").status, 200); }
    std::string in_org(const std::string& path) { return "/orgs/" + org_.text() + path; }
    Seen ask(Browser& by, const std::string& kind, const std::string& value,
             const std::string& password = Office::password) {
        return by.post("/account/contact_codes",
                       R"({"kind":")" + kind + R"(","value":")" + value + R"(","old_password":")" + password + R"("})");
    }
    Seen put(Browser& by, const std::string& kind, const std::string& value, const std::string& code) {
        return by.put("/account/contact",
                      R"({"kind":")" + kind + R"(","value":")" + value + R"(","code":")" + code + R"("})");
    }
    static std::string code_in(const std::string& text) {
        const std::size_t at = text.find_first_of("0123456789");
        return at == std::string::npos ? "" : text.substr(at, 6);
    }
    Office office_{GetParam()};
    const AccountId owner_ = office_.account("owner@example.org", true);
    const OrgId org_ = office_.organisation("某某公益", owner_);
    Browser browser_{office_};
};
INSTANTIATE_TEST_SUITE_P(Databases, OwnAccountTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);

TEST_P(OwnAccountTest, ANewEmailProvesItselfByACode) {
    EXPECT_EQ(ask(browser_, "email", "new@example.org", "not the password").at("key"), "accounts.wrong_old_password");
    ASSERT_EQ(ask(browser_, "email", "New@Example.org").status, 200);
    const auto [to, text] = office_.messenger.next_mail();
    EXPECT_EQ(to, "new@example.org");
    const std::string code = code_in(text);
    EXPECT_EQ(put(browser_, "email", "other@example.org", code).at("key"), "accounts.wrong_code");
    EXPECT_EQ(put(browser_, "phone", "19900001234", code).at("key"), "accounts.wrong_code");
    ASSERT_EQ(put(browser_, "email", "new@example.org", code).status, 204);
    EXPECT_EQ(put(browser_, "email", "new@example.org", code).at("key"), "accounts.wrong_code");
    EXPECT_EQ(office_.messenger.next_mail().first, "owner@example.org");  // is told
    Browser again{office_, "192.0.2.60"};
    EXPECT_EQ(again.sign_in("owner@example.org").status, 401);
    EXPECT_EQ(again.sign_in("new@example.org").status, 200);
    EXPECT_EQ(office_.count("audit_entries", "action = 'accounts.contact_update'"), 1);
    EXPECT_EQ(office_.count("audit_entries", "details LIKE '%example.org%'"), 0);
}

TEST_P(OwnAccountTest, SomebodyElsesPhoneGetsNoCodeAndTheAnswerDoesNotTell) {
    office_.account("li@example.org", false, "19900005678");
    const Seen taken = ask(browser_, "phone", "19900005678");
    office_.clock.advance(61);
    const Seen free = ask(browser_, "phone", "19900001234");
    EXPECT_EQ(taken.status, 200);
    EXPECT_EQ(taken.body, free.body);
    const auto [phone, code] = office_.messenger.next_sms();
    EXPECT_EQ(phone, "19900001234");
    EXPECT_EQ(office_.messenger.waiting_sms(), 0U);
    ASSERT_EQ(put(browser_, "phone", "19900001234", code).status, 204);
    EXPECT_EQ(browser_.get("/session").at("account.phone_masked"), "199****1234");
}

TEST_P(OwnAccountTest, WhereCodesCanBeSentNobodyChangesItForAColleague) {
    const AccountId li = office_.account("li@example.org");
    office_.member(org_, li, Role::staff);
    EXPECT_EQ(
        browser_.put(in_org("/members/" + li.text() + "/contact"), R"({"kind":"email","value":"new@example.org"})")
            .at("key"),
        "accounts.contact_online");
}

TEST_P(OwnAccountTest, WhereNoCodeLeavesAColleagueFromAboveChangesIt) {
    office_.messenger.offline = true;
    const AccountId li = office_.account("li@example.org");
    office_.member(org_, li, Role::staff);
    EXPECT_EQ(ask(browser_, "email", "new@example.org").at("key"), "accounts.contact_offline");
    const std::string body = R"({"kind":"email","value":"new@example.org"})";
    ASSERT_EQ(browser_.put(in_org("/members/" + li.text() + "/contact"), body).status, 204);
    Browser browser{office_, "192.0.2.61"};
    EXPECT_EQ(browser.sign_in("new@example.org").status, 200);
    EXPECT_EQ(browser.put(in_org("/members/" + owner_.text() + "/contact"), body).status, 403);
    EXPECT_EQ(browser_.put(in_org("/members/" + owner_.text() + "/contact"), body).at("key"), "accounts.above_you");
    const AccountId zhao = office_.account("zhao@example.org");
    office_.member(org_, zhao, Role::staff);
    EXPECT_EQ(browser_.put(in_org("/members/" + zhao.text() + "/contact"), body).at("key"), "accounts.contact_taken");
    const AccountId neighbour = office_.account("neighbour@example.org");
    office_.organisation("乙公益", neighbour);
    office_.member(org_, neighbour, Role::volunteer);
    EXPECT_EQ(browser_.put(in_org("/members/" + neighbour.text() + "/contact"), body).at("key"), "accounts.above_you");
    EXPECT_EQ(office_.count("audit_entries", "action = 'accounts.member_contact_update'"), 1);
}

TEST_P(OwnAccountTest, AnIdentityIsUnlinkedButNotTheLastWayIn) {
    const auto link = [&](const AccountId& account) {
        store::TestDatabase::checked(office_.test.database().write([&](store::Writer& writer) -> Result<> {
            return insert_identity(writer, "school", "subject-" + account.text(), account, office_.clock.now());
        }));
    };
    link(owner_);
    const std::string id = browser_.get("/account/identities").at("items.0.id");
    ASSERT_EQ(id.size(), 64U);
    // Without a password and a phone, this identity is all there is.
    store::TestDatabase::checked(office_.test.database().write([&](store::Writer& writer) -> Result<> {
        TRY(writer.execute_text("UPDATE accounts SET password_hash = NULL WHERE id = $1", {owner_}));
        return {};
    }));
    EXPECT_EQ(browser_.remove("/account/identities/" + id).at("key"), "accounts.last_way");
    EXPECT_EQ(office_.count("account_identities"), 1);
    const AccountId li = office_.account("li@example.org");
    office_.member(org_, li, Role::staff);
    link(li);
    Browser browser{office_, "192.0.2.62"};
    ASSERT_EQ(browser.sign_in("li@example.org").status, 200);
    EXPECT_EQ(browser.remove("/account/identities/" + id).status, 404);  // somebody else's
    const std::string own = browser.get("/account/identities").at("items.0.id");
    EXPECT_EQ(browser.remove("/account/identities/" + own).status, 204);
    EXPECT_EQ(office_.count("account_identities"), 1);
    EXPECT_EQ(office_.count("audit_entries", "action = 'accounts.identity_unlink'"), 1);
}

TEST_P(OwnAccountTest, WhoLeavesHandsOverFirstAndOnlyTheIdStays) {
    const std::string password = std::string(R"({"old_password":")") + Office::password + R"("})";
    EXPECT_EQ(browser_.post("/account/deletion", password).at("key"), "accounts.last_administrator");
    const AccountId li = office_.account("li@example.org", true, "19900005678");
    office_.member(org_, li, Role::manager);
    EXPECT_EQ(browser_.post("/account/deletion", password).at("key"), "accounts.hand_over_first");
    ASSERT_EQ(browser_.put(in_org("/members/" + li.text()), R"({"role":"owner"})").status, 204);
    EXPECT_EQ(browser_.post("/account/deletion", R"({"old_password":"not the password"})").status, 422);
    ASSERT_EQ(browser_.post("/account/tokens", R"({"name":"财务","scopes":["accounts.members_read"]})").status, 201);
    ASSERT_EQ(browser_.post("/account/deletion", password).status, 204);
    EXPECT_EQ(browser_.get(in_org("/members")).status, 401);
    Browser again{office_, "192.0.2.63"};
    EXPECT_EQ(again.sign_in("owner@example.org").status, 401);
    const std::string own = "account_id = '" + owner_.text() + "'";
    for (const char* table : {"account_sessions", "account_tokens", "account_identities", "account_recovery_codes",
                              "login_codes", "memberships"}) {
        EXPECT_EQ(office_.count(table, own), 0) << table;
    }
    EXPECT_EQ(office_.count("accounts", "id = '" + owner_.text() + "'"), 0);
    EXPECT_EQ(office_.count("audit_entries",
                            "action = 'accounts.account_delete' AND object = 'account:" + owner_.text() + "'"),
              1);
    EXPECT_EQ(office_.count("accounts"), 1);
}

}  // namespace
}  // namespace shanqi::accounts
