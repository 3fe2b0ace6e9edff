#include "base/identity.hpp"

#include <gtest/gtest.h>

#include <string>

namespace shanqi {
namespace {

// Area codes 99xxxx do not exist: no number here belongs to anybody.
TEST(IdentityNumber, AcceptsTheCheckCharacter) {
    std::string number = "99000119900307001";
    int accepted = 0;
    for (const char c : std::string("0123456789X"))
        accepted += check_identity_number(number + c) == IdentityNumberCheck::valid;
    EXPECT_EQ(accepted, 1);
    EXPECT_EQ(check_identity_number("990001199003070018"), IdentityNumberCheck::wrong_check_digit);
}

TEST(IdentityNumber, WorkedByHand) {
    // 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2 over 99010119900101001: sum 234, 234 mod 11 = 3, check character 9.
    EXPECT_EQ(check_identity_number("990101199001010019"), IdentityNumberCheck::valid);
    EXPECT_EQ(birth_date("990101199001010019"), Date::make(1990, 1, 1));
}

TEST(IdentityNumber, TellsWhatIsWrong) {
    EXPECT_EQ(check_identity_number("99010119900101001"), IdentityNumberCheck::wrong_form);
    EXPECT_EQ(check_identity_number("99010119900101001A"), IdentityNumberCheck::wrong_form);
    EXPECT_EQ(check_identity_number("990101199002300017"), IdentityNumberCheck::wrong_date);
    EXPECT_EQ(check_identity_number(""), IdentityNumberCheck::wrong_form);
}

TEST(CreditCode, ChecksTheLastCharacter) {
    for (const char* code : {"52610100MJ0000018K", "51440300MJ00000180", "53110000MJ0000018R"})
        EXPECT_TRUE(is_credit_code(code)) << code;
    EXPECT_FALSE(is_credit_code("52610100MJ0000018L"));
    EXPECT_TRUE(is_credit_code_form("52610100MJ0000018L"));
    EXPECT_FALSE(is_credit_code_form("52610100MI0000018K"));  // I is not in the alphabet
}

TEST(Mobile, ElevenDigits) {
    EXPECT_TRUE(is_mobile_number("13800138000"));
    EXPECT_TRUE(is_mobile_number("19900000000"));
    for (const char* text : {"12800138000", "1380013800", "138001380000", "1380013800a", ""})
        EXPECT_FALSE(is_mobile_number(text)) << text;
}

TEST(Email, AsListsHoldIt) {
    EXPECT_TRUE(is_email("office@example.org"));
    for (const char* text : {"office", "@example.org", "a@b", "a b@example.org", "a@@example.org", "a@example..org"}) {
        EXPECT_FALSE(is_email(text)) << text;
    }
}

}  // namespace
}  // namespace shanqi
