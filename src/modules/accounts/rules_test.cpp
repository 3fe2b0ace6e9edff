#include "modules/accounts/rules.hpp"

#include <gmock/gmock.h>

#include <set>

#include "modules/accounts/secrets.hpp"
#include "modules/accounts/token_buckets.hpp"

namespace shanqi::accounts {
namespace {

using house::Role;

TEST(Logins, HaveOneSpelling) {
    for (const char* text : {"13800138000", "138 0013 8000", "+86-138-0013-8000", "００８６１３８００１３８０００"}) {
        EXPECT_EQ(normal_login(text), "13800138000") << text;
    }
    EXPECT_EQ(normal_login(" Wang.Mou@Example.ORG\n"), "wang.mou@example.org");
    for (const char* text : {"", "wang", "1380013800", "@example.org", "a@b@c"}) {
        EXPECT_EQ(normal_login(text), std::nullopt) << text;
    }
}

TEST(Masks, ShowTooLittleToCallOrWrite) {
    EXPECT_EQ(masked_phone("13800138000"), "138****8000");
    EXPECT_EQ(masked_phone("1234"), "****");
    EXPECT_EQ(masked_phone(""), "");
    EXPECT_EQ(masked_email("wang@example.org"), "w***@example.org");
    EXPECT_EQ(masked_email("strange"), "***");
}

TEST(Names, HaveNoControlCharactersAndNoTurnedText) {
    EXPECT_EQ(checked_name("  王某某 ", 60, "name").value(), "王某某");
    for (const char* text : {"", "   ", "a\nb", "a\x7f", "safe\u202egnp.exe", "\xff\xfe"}) {
        EXPECT_EQ(checked_name(text, 60, "name").error().key, "accounts.bad_name") << text;
    }
    EXPECT_TRUE(checked_name(std::string(60, 'a'), 60, "name"));
    EXPECT_EQ(checked_name(std::string(61, 'a'), 60, "name").error().place.field, "/name");
}

TEST(Roles, OnlyOwnersTouchOwners) {
    for (const Role role : {Role::owner, Role::manager, Role::staff, Role::partner}) {
        EXPECT_TRUE(may_manage(Role::owner, role));
        EXPECT_EQ(may_manage(Role::manager, role), role != Role::owner);
        EXPECT_FALSE(may_manage(Role::staff, role));
    }
    EXPECT_TRUE(sees_own_only(Role::partner) && sees_own_only(Role::volunteer));
    EXPECT_FALSE(sees_own_only(Role::staff) || sees_own_only(Role::auditor));
    const std::vector<house::Permission> all{{"a.read", {Role::staff}}, {"a.write", {}}};
    EXPECT_THAT(permissions_of(Role::owner, all), testing::ElementsAre("a.read", "a.write"));
    EXPECT_THAT(permissions_of(Role::staff, all), testing::ElementsAre("a.read"));
    EXPECT_THAT(permissions_of(Role::volunteer, all), testing::IsEmpty());
}

TEST(Devices, AreNamedAsPeopleKnowThem) {
    EXPECT_EQ(device_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 "
                        "Safari/537.36 Edg/120"),
              "Edge · Windows");
    EXPECT_EQ(device_of("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0"),
              "微信 · Android");
    EXPECT_EQ(device_of("<script>"), "");
}

TEST(Secrets, AreLongAndDoNotRepeat) {
    std::set<std::string> seen;
    std::set<char> digits;
    for (int i = 0; i < 200; i++) {
        const std::string token = new_token(), code = new_code();
        EXPECT_EQ(token.size(), 43U);  // 256 bits
        EXPECT_TRUE(seen.insert(token).second);
        EXPECT_THAT(code, testing::MatchesRegex("[0-9]{6}"));
        digits.insert(code.begin(), code.end());
        EXPECT_EQ(csrf_of(token).find(token), std::string::npos);
    }
    EXPECT_EQ(digits.size(), 10U);
}

TEST(Buckets, GiveABurstAndRefillEvenly) {
    TokenBuckets buckets({{"sign_in", {3, 0.5}}, {"free", {0, 0}}});
    Instant now{1'000'000'000};
    for (int i = 0; i < 3; i++) EXPECT_EQ(buckets.take("sign_in", "a", now), std::nullopt);
    EXPECT_EQ(buckets.take("sign_in", "a", now), 2);
    EXPECT_EQ(buckets.take("sign_in", "b", now), std::nullopt);
    now.us += 2'000'000;
    EXPECT_EQ(buckets.take("sign_in", "a", now), std::nullopt);
    EXPECT_EQ(buckets.take("sign_in", "a", now), 2);
    now.us += 3600'000'000;
    for (int i = 0; i < 3; i++) EXPECT_EQ(buckets.take("sign_in", "a", now), std::nullopt);
    EXPECT_NE(buckets.take("sign_in", "a", now), std::nullopt);  // never more than the burst
    for (int i = 0; i < 100; i++) EXPECT_EQ(buckets.take("free", "a", now), std::nullopt);
}

// Whoever comes from ever new addresses does not make the server grow.
TEST(Buckets, RememberALimitedNumberOfCallers) {
    TokenBuckets buckets({{"", {2, 1}}});
    Instant now{1'000'000'000};
    for (std::size_t i = 0; i < limits::buckets_max + 1000; i++) buckets.take("", std::to_string(i), now);
    EXPECT_LE(buckets.size(), limits::buckets_max);
}

}  // namespace
}  // namespace shanqi::accounts
