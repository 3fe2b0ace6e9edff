// Signing in as a person and as somebody who guesses, over HTTP and a real database.
#include <gmock/gmock.h>

#include "base/encoding.hpp"
#include "base/totp.hpp"
#include "modules/accounts/test_office.hpp"

namespace shanqi::accounts {
namespace {

class SignInTest : public testing::TestWithParam<store::Dialect> {
protected:
    std::string totp_secret(Browser& browser) {
        const Seen begun = browser.post("/account/totp");
        EXPECT_EQ(begun.status, 200) << begun.body;
        return from_base32(begun.at("secret")).value();
    }
    std::string code_now(const std::string& secret) {
        return totp::code_at_step(secret, totp::step_of(office_.clock.now()));
    }
    Office office_{GetParam()};
    const AccountId wang_ = office_.account("Wang@Example.org", true, "19900001234");
    const OrgId org_ = office_.organisation("某某公益", wang_);
    Browser browser_{office_};
};
INSTANTIATE_TEST_SUITE_P(Databases, SignInTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);

TEST_P(SignInTest, WithEmailOrPhoneHoweverTheyAreWritten) {
    for (const char* login :
         {"wang@example.org", " WANG@example.org ", "199-0000-1234", "+86 19900001234", "１９９００００１２３４"}) {
        Browser browser{office_};
        const Seen seen = browser.sign_in(login);
        EXPECT_EQ(seen.status, 200) << login << seen.body;
        EXPECT_EQ(seen.at("account.phone_masked"), "199****1234");
        EXPECT_EQ(seen.at("account.email"), "wang@example.org");
        EXPECT_EQ(seen.at("orgs.0.role"), "owner");
        EXPECT_THAT(seen.at("orgs.0.permissions"), testing::HasSubstr("accounts.members_manage"));
        const std::string cookie = seen.header("Set-Cookie");
        EXPECT_THAT(cookie, testing::AllOf(testing::HasSubstr("HttpOnly"), testing::HasSubstr("SameSite=Lax")));
        EXPECT_EQ(browser.get("/session").at("signed_in"), "true");
    }
    // What is stored opens nothing and names nobody.
    EXPECT_EQ(office_.count("accounts",
                            "email_sealed LIKE '%example%' OR email_index LIKE '%example%' OR phone_index LIKE "
                            "'%1990000%'"),
              0);
    Browser browser{office_};
    ASSERT_EQ(browser.sign_in("wang@example.org").status, 200);
    EXPECT_EQ(office_.count("account_sessions", "token_hash = '" + browser.cookie("shanqi_session") + "'"), 0);
}

TEST_P(SignInTest, AWrongPasswordAndAnUnknownAccountLookTheSame) {
    const Seen wrong = browser_.sign_in("wang@example.org", "not the password");
    Seen unknown = browser_.sign_in("nobody@example.org", "not the password");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(wrong.at("key"), "accounts.wrong_password");
    EXPECT_EQ(unknown.status, wrong.status);
    EXPECT_EQ(unknown.at("detail"), wrong.at("detail"));
    EXPECT_EQ(wrong.header("Set-Cookie"), "");
    // Both are locked after as many tries, with the same answer.
    for (const char* login : {"wang@example.org", "nobody@example.org"}) {
        for (int i = 0; i < 4; i++) EXPECT_EQ(browser_.sign_in(login, "not the password").status, 401) << login << i;
        const Seen locked = browser_.sign_in(login, "not the password");
        EXPECT_EQ(locked.at("key"), "accounts.locked") << login;
        EXPECT_EQ(locked.header("Retry-After"), "60") << login;
    }
}

TEST_P(SignInTest, LockedEvenForTheRightPasswordAndOpenAgainLater) {
    for (int i = 0; i < 5; i++) browser_.sign_in("wang@example.org", "guess");
    EXPECT_EQ(browser_.sign_in("wang@example.org").at("key"), "accounts.locked");
    // Another client, and the same account by its phone: it is the account that is locked.
    Browser elsewhere{office_, "192.0.2.50"};
    EXPECT_EQ(elsewhere.sign_in("19900001234").at("key"), "accounts.locked");
    office_.clock.advance(61);
    EXPECT_EQ(elsewhere.sign_in("wang@example.org", "guess").status, 401);
    EXPECT_EQ(elsewhere.sign_in("wang@example.org").header("Retry-After"), "120");  // doubled
    office_.clock.advance(121);
    EXPECT_EQ(elsewhere.sign_in("wang@example.org").status, 200);
    EXPECT_EQ(office_.count("sign_in_failures"), 0);
    EXPECT_GE(office_.count("audit_entries", "action = 'accounts.sign_in_lock'"), 1);
}

TEST_P(SignInTest, ASessionThatIsRevokedEndsAtOnce) {
    Browser laptop{office_}, phone{office_, "192.0.2.8"};
    ASSERT_EQ(laptop.sign_in("wang@example.org").status, 200);
    ASSERT_EQ(phone.sign_in("wang@example.org").status, 200);
    const Seen list = phone.get("/account/sessions");
    ASSERT_EQ(list.json.at("items").as_array().size(), 2U) << list.body;
    std::string stolen;
    for (const auto& item : list.json.at("items").as_array()) {
        if (!item.at("current").as_bool()) stolen = item.at("id").as_string();
    }
    EXPECT_THAT(list.body, testing::HasSubstr("192.0.2.8"));
    EXPECT_EQ(laptop.get("/account/sessions").status, 200);
    EXPECT_EQ(phone.remove("/account/sessions/" + stolen).status, 204);
    EXPECT_EQ(laptop.get("/account/sessions").status, 401);
    EXPECT_EQ(phone.get("/account/sessions").status, 200);
    // Nobody ends another account's session.
    office_.account("li@example.org");
    Browser li{office_, "192.0.2.9"};
    ASSERT_EQ(li.sign_in("li@example.org").status, 200);
    const std::string current = phone.get("/account/sessions").at("items.0.id");
    EXPECT_EQ(li.remove("/account/sessions/" + current).status, 404);
    EXPECT_EQ(phone.get("/account/sessions").status, 200);
    // Signing out ends it here, and a kept cookie is worth nothing.
    const std::string kept = phone.cookie("shanqi_session");
    EXPECT_EQ(phone.remove("/session").status, 204);
    phone.set_cookie("shanqi_session", kept);
    EXPECT_EQ(phone.get("/account/sessions").status, 401);
}

TEST_P(SignInTest, SessionsRollAndEnd) {
    ASSERT_EQ(browser_.sign_in("wang@example.org").status, 200);
    for (int i = 0; i < 4; i++) {
        office_.clock.advance(6 * 86400);
        EXPECT_EQ(browser_.get("/account/sessions").status, 200) << i;
    }
    office_.clock.advance(6 * 86400 + 1);  // 30 days since it began, however much it was used
    EXPECT_EQ(browser_.get("/account/sessions").status, 401);
    Browser idle{office_};
    ASSERT_EQ(idle.sign_in("wang@example.org").status, 200);
    office_.clock.advance(7 * 86400 + 1);
    EXPECT_EQ(idle.get("/account/sessions").status, 401);
}

TEST_P(SignInTest, ANewPasswordEndsOtherSessionsAndTokens) {
    Browser thief{office_, "192.0.2.66"};
    ASSERT_EQ(thief.sign_in("wang@example.org").status, 200);
    ASSERT_EQ(thief.post("/account/tokens", R"({"name":"backdoor","scopes":[]})").status, 201);
    ASSERT_EQ(browser_.sign_in("wang@example.org").status, 200);
    const auto change = [&](const char* before, const char* after) {
        return browser_.put("/account/password",
                            std::string(R"({"old_password":")") + before + R"(","new_password":")" + after + R"("})");
    };
    EXPECT_EQ(change("wrong", "another long password").at("key"), "accounts.wrong_old_password");
    for (const char* weak : {"short", "aaaaaaaaaaaaaa", "1234567890", "wang@example.org", "19900001234"}) {
        EXPECT_EQ(change(Office::password, weak).at("key"), "accounts.weak_password") << weak;
    }
    EXPECT_EQ(change(Office::password, "another long password").status, 204);
    EXPECT_EQ(browser_.get("/account/sessions").status, 200);
    EXPECT_EQ(thief.get("/account/sessions").status, 401);
    EXPECT_EQ(office_.count("account_tokens"), 0);
    Browser again{office_};
    EXPECT_EQ(again.sign_in("wang@example.org").status, 401);
    EXPECT_EQ(again.sign_in("wang@example.org", "another long password").status, 200);
}

TEST_P(SignInTest, TheSecondStepTakesEachCodeOnce) {
    ASSERT_EQ(browser_.sign_in("wang@example.org").status, 200);
    const std::string secret = totp_secret(browser_);
    EXPECT_EQ(browser_.get("/session").at("account.totp_on"), "false");
    EXPECT_EQ(browser_.put("/account/totp", R"({"code":"000000x"})").at("key"), "accounts.totp_mismatch");
    const Seen on = browser_.put("/account/totp", R"({"code":")" + code_now(secret) + R"("})");
    ASSERT_EQ(on.status, 200) << on.body;
    const std::string recovery = on.at("recovery_codes.0");

    Browser other{office_, "192.0.2.20"};
    const Seen asked = other.sign_in("wang@example.org");
    EXPECT_EQ(asked.status, 401);
    EXPECT_EQ(asked.at("key"), "accounts.totp_needed");
    EXPECT_EQ(other.get("/session").at("signed_in"), "false");
    // The code that turned it on is used.
    EXPECT_EQ(other.sign_in("wang@example.org", Office::password, code_now(secret)).at("key"), "accounts.wrong_code");
    office_.clock.advance(30);
    const std::string code = code_now(secret);
    EXPECT_EQ(other.sign_in("wang@example.org", "guess", code).at("key"), "accounts.wrong_password");
    EXPECT_EQ(other.sign_in("wang@example.org", Office::password, code).status, 200);
    Browser replay{office_, "192.0.2.21"};
    EXPECT_EQ(replay.sign_in("wang@example.org", Office::password, code).at("key"), "accounts.wrong_code");
    EXPECT_EQ(replay.sign_in("wang@example.org", Office::password, recovery).status, 200);
    Browser once_more{office_, "192.0.2.22"};
    EXPECT_EQ(once_more.sign_in("wang@example.org", Office::password, recovery).at("key"), "accounts.wrong_code");
    // Off again: only with the password.
    EXPECT_EQ(browser_.post("/account/totp/off", R"({"password":"guess"})").status, 422);
    EXPECT_EQ(browser_.post("/account/totp/off", R"({"password":"correct horse battery"})").status, 204);
    EXPECT_EQ(once_more.sign_in("wang@example.org").status, 200);
    EXPECT_EQ(office_.count("account_recovery_codes"), 0);
}

TEST_P(SignInTest, ACodeBySms) {
    EXPECT_EQ(browser_.post("/session/sms_codes", R"({"phone":"19900001234"})").at("resend_after_seconds"), "60");
    const auto [phone, code] = office_.messenger.next_sms();
    EXPECT_EQ(phone, "19900001234");
    ASSERT_THAT(code, testing::MatchesRegex("[0-9]{6}"));
    EXPECT_EQ(office_.count("login_codes", "code_mac = '" + code + "'"), 0);
    // Too early for another, told alike for a phone that nobody has.
    EXPECT_EQ(browser_.post("/session/sms_codes", R"({"phone":"19900001234"})").header("Retry-After"), "60");
    EXPECT_EQ(browser_.post("/session/sms_codes", R"({"phone":"19900009999"})").at("resend_after_seconds"), "60");
    EXPECT_EQ(browser_.post("/session/sms_codes", R"({"phone":"19900009999"})").header("Retry-After"), "60");
    const auto sign_in = [&](const std::string& number, const std::string& with) {
        return browser_.post("/session/sms", R"({"phone":")" + number + R"(","code":")" + with + R"("})");
    };
    EXPECT_EQ(sign_in("19900009999", code).at("key"), "accounts.wrong_code");
    EXPECT_EQ(sign_in("19900001234", code).status, 200);
    EXPECT_EQ(sign_in("19900001234", code).at("key"), "accounts.wrong_code");  // once
    // Expired after five minutes; five tries.
    office_.clock.advance(61);
    browser_.post("/session/sms_codes", R"({"phone":"19900001234"})");
    const std::string late = office_.messenger.next_sms().second;
    office_.clock.advance(301);
    EXPECT_EQ(sign_in("19900001234", late).at("key"), "accounts.wrong_code");
    browser_.post("/session/sms_codes", R"({"phone":"19900001234"})");
    const std::string guessed = office_.messenger.next_sms().second;
    for (int i = 0; i < 5; i++)
        EXPECT_EQ(sign_in("19900001234", guessed == "000000" ? "000001" : "000000").status, 401);
    EXPECT_EQ(sign_in("19900001234", guessed).at("key"), "accounts.wrong_code");
    EXPECT_EQ(office_.messenger.waiting_sms(), 0U);  // none ever went to the unknown phone
}

TEST_P(SignInTest, SmsAloneDoesNotPassTheSecondStep) {
    ASSERT_EQ(browser_.sign_in("wang@example.org").status, 200);
    const std::string secret = totp_secret(browser_);
    ASSERT_EQ(browser_.put("/account/totp", R"({"code":")" + code_now(secret) + R"("})").status, 200);
    office_.clock.advance(30);
    Browser other{office_, "192.0.2.23"};
    other.post("/session/sms_codes", R"({"phone":"19900001234"})");
    const std::string code = office_.messenger.next_sms().second;
    const std::string start = R"({"phone":"19900001234","code":")" + code + "\"";
    EXPECT_EQ(other.post("/session/sms", start + "}").at("key"), "accounts.totp_needed");
    EXPECT_EQ(other.post("/session/sms", start + R"(,"totp":")" + code_now(secret) + R"("})").status, 200);
}

TEST_P(SignInTest, TheFirstAdministratorsLinkIsGoodOnce) {
    Office fresh{GetParam()};
    const std::string first = new_setup_link(fresh.house, "http://127.0.0.1:8440").value().value();
    const std::string link = new_setup_link(fresh.house, "http://127.0.0.1:8440").value().value();
    const auto token = [](const std::string& text) { return text.substr(text.find('#') + 1); };
    Browser browser{fresh};
    EXPECT_EQ(browser.get("/session").at("first_run"), "true");
    const auto set_up = [&](const std::string& with, const std::string& password = "a long enough password") {
        return browser.post("/setup", R"({"token":")" + with +
                                          R"(","name":"某某","email":"first@example.org","password":")" + password +
                                          R"(","organisation":"某某公益"})");
    };
    EXPECT_EQ(set_up("guess").status, 404);
    EXPECT_EQ(set_up(token(first)).status, 404);  // a newer one was printed
    EXPECT_EQ(set_up(token(link), "weak").at("key"), "accounts.weak_password");
    const Seen done = set_up(token(link));
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.at("account.administrator"), "true");
    EXPECT_EQ(done.at("orgs.0.name"), "某某公益");
    EXPECT_EQ(done.at("first_run"), "false");
    EXPECT_EQ(set_up(token(link)).status, 404);
    EXPECT_EQ(fresh.count("accounts"), 1);
    EXPECT_FALSE(new_setup_link(fresh.house, "").value());
    Office late{GetParam()};
    const std::string expired = new_setup_link(late.house, "").value().value();
    late.clock.advance(86401);
    EXPECT_EQ(
        Browser(late)
            .post(
                "/setup",
                R"({"token":")" + token(expired) +
                    R"(","name":"某","email":"a@example.org","password":"a long enough password","organisation":"某"})")
            .status,
        404);
}

}  // namespace
}  // namespace shanqi::accounts
