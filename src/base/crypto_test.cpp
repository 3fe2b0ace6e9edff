#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/aead.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/mac.hpp"
#include "base/password.hpp"
#include "base/totp.hpp"

namespace shanqi {
namespace {

std::string from_hex(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    }
    return out;
}

// NIST CAVP, gcmtestvectors, gcmEncryptExtIV256.rsp, and the GCM specification of McGrew and Viega, test case 16.
struct GcmVector {
    const char *key, *nonce, *context, *plain, *sealed;
};
class Gcm : public testing::TestWithParam<GcmVector> {};
TEST_P(Gcm, AsPublished) {
    const GcmVector& v = GetParam();
    const std::string key = from_hex(v.key), nonce = from_hex(v.nonce), context = from_hex(v.context);
    const std::string plain = from_hex(v.plain), sealed = from_hex(v.sealed);
    EXPECT_EQ(hex(aead::seal(key, nonce, context, plain)), v.sealed);
    EXPECT_EQ(aead::open(key, nonce, context, sealed), plain);
    for (std::size_t i = 0; i < sealed.size(); i++) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_EQ(aead::open(key, nonce, context, changed), std::nullopt) << i;
    }
    EXPECT_EQ(aead::open(key, nonce, context + "x", sealed), std::nullopt);
    EXPECT_EQ(aead::open(key, nonce, context, sealed.substr(1)), std::nullopt);
    EXPECT_EQ(aead::open(key, nonce, context, ""), std::nullopt);
}
INSTANTIATE_TEST_SUITE_P(
    Published, Gcm,
    testing::Values(
        GcmVector{"b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4", "516c33929df5a3284ff463d7", "",
                  "", "bdc1ac884d332457a1d2664f168c76f0"},
        GcmVector{"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "",
                  "00000000000000000000000000000000",
                  "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
        GcmVector{"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
                  "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16a"
                  "edf5aa0de657ba637b39",
                  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f6"
                  "1e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"}));

TEST(Hmac, Rfc4231) {
    EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hkdf, Rfc5869) {
    EXPECT_EQ(hex(hkdf_sha256(std::string(22, '\x0b'), from_hex("000102030405060708090a0b0c"),
                              from_hex("f0f1f2f3f4f5f6f7f8f9"), 42)),
              "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    EXPECT_EQ(hex(hkdf_sha256(std::string(22, '\x0b'), "", "", 42)),
              "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Comparison, SeesEveryByteAndTheLength) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    for (const char* other : {"Secret", "secreT", "secre", "secret ", ""}) {
        EXPECT_FALSE(equal_in_constant_time("secret", other)) << other;
    }
}

TEST(Encoding, HasOneSpelling) {
    for (std::size_t size = 0; size < 40; size++) {
        const std::string bytes = random_bytes(size);
        EXPECT_EQ(from_base64url(base64url(bytes)), bytes);
        EXPECT_EQ(from_base32(base32(bytes)), bytes);
    }
    EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");  // RFC 4648, 10
    for (const char* text : {"Zg==", "Zh", "Z", "Zm9=", "Zm9+", "Zm 9", "Zm9vA"}) {
        EXPECT_EQ(from_base64url(text), std::nullopt) << text;
    }
    EXPECT_EQ(from_base64url("Zg"), "f");
    EXPECT_EQ(percent_encoded("善 a-b&c"), "%E5%96%84%20a-b%26c");
}

TEST(Passwords, AreThoseOfTheReferenceImplementation) {
    // phc-winner-argon2, test.c: argon2id, version 0x13.
    const char* hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    EXPECT_TRUE(verify_password(hash, "password").value());
    EXPECT_FALSE(verify_password(hash, "Password").value());
}

TEST(Passwords, HashedTwiceDifferAndBothFit) {
    const std::string one = hash_password("某某的长口令").value(), other = hash_password("某某的长口令").value();
    EXPECT_TRUE(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << one;
    EXPECT_NE(one, other);
    EXPECT_TRUE(verify_password(one, "某某的长口令").value());
    EXPECT_TRUE(verify_password(other, "某某的长口令").value());
    EXPECT_FALSE(verify_password(one, "某某的长口令 ").value());
    EXPECT_FALSE(verify_password(password_hash_of_nobody(), "").value());
}

TEST(Passwords, WhatIsNoHashOrTooDearIsFalse) {
    for (const char* hash :
         {"", "plain", "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAA",
          "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"}) {
        EXPECT_FALSE(verify_password(hash, "password").value()) << hash;
    }
    EXPECT_EQ(hash_password(std::string(513, 'a')).error().key, "password.too_long");
}

// A flood: every call either gets its turn or is told at once that there are too many; none hangs, none crashes.
TEST(Passwords, AFloodIsBounded) {
    std::atomic<int> fitted{0}, refused{0};
    std::vector<std::jthread> threads;
    threads.reserve(32);
    for (int i = 0; i < 32; i++) {
        threads.emplace_back([&] {
            const auto answer = verify_password(password_hash_of_nobody(), "guess");
            if (answer) {
                fitted++;
            } else if (answer.error().key == "password.busy") {
                refused++;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(fitted + refused, 32);
    EXPECT_GE(fitted, limits::passwords_at_once);
    EXPECT_TRUE(hash_password("afterwards it is free again"));
}

// RFC 6238, appendix B (SHA-1, eight digits).
TEST(Totp, Rfc6238) {
    const std::string secret = "12345678901234567890";
    for (const auto& [seconds, code] : std::vector<std::pair<std::int64_t, std::string>>{{59, "94287082"},
                                                                                         {1111111109, "07081804"},
                                                                                         {1111111111, "14050471"},
                                                                                         {1234567890, "89005924"},
                                                                                         {2000000000, "69279037"},
                                                                                         {20000000000, "65353130"}}) {
        EXPECT_EQ(totp::code_at_step(secret, totp::step_of(Instant{seconds * 1'000'000}), 8), code);
    }
}

TEST(Totp, OneStepOfDriftAndNeverTwice) {
    const std::string secret = "12345678901234567890";
    const Instant now{1'234'567'890'000'000};
    const std::int64_t step = totp::step_of(now);
    for (const std::int64_t drift : {-1, 0, 1}) {
        EXPECT_EQ(totp::matching_step(secret, totp::code_at_step(secret, step + drift), now, 0), step + drift);
    }
    for (const std::int64_t drift : {-2, 2}) {
        EXPECT_EQ(totp::matching_step(secret, totp::code_at_step(secret, step + drift), now, 0), std::nullopt);
    }
    EXPECT_EQ(totp::matching_step(secret, totp::code_at_step(secret, step), now, step), std::nullopt);
    EXPECT_EQ(totp::matching_step(secret, "", now, 0), std::nullopt);
    EXPECT_EQ(totp::key_uri("foobar", "善器", "a@example.org"),
              "otpauth://totp/%E5%96%84%E5%99%A8:a%40example.org?secret=MZXW6YTBOI&issuer=%E5%96%84%E5%99%A8&"
              "algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace shanqi
