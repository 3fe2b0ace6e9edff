// Passwords: Argon2id (RFC 9106) with the parameters that OWASP names for it: 19 MiB, two passes, one lane.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shanqi {

struct Argon2Cost {
    std::uint32_t memory_kib = 19U << 10U;
    std::uint32_t passes = 2;
    std::uint32_t lanes = 1;
};

namespace limits {
constexpr std::size_t password_bytes_max = 512;
// Whoever floods the sign-in with passwords gets this much memory (2 x 19 MiB) and this many workers, no more.
constexpr int passwords_at_once = 2;
constexpr int passwords_waiting_max = 4;
}  // namespace limits

// "$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>", salt of 16 random bytes.
// Errors: password.busy (kind limit: too many at once), password.too_long.
Result<std::string> hash_password(std::string_view password, const Argon2Cost& = {});

// False also for what is no hash, and for a hash that asks for more than 256 MiB (somebody edited the database).
Result<bool> verify_password(std::string_view hash, std::string_view password);

// A hash that no password fits: verified in place of an account that does not exist, so that the answer takes as long.
const std::string& password_hash_of_nobody();

// A key of `bytes` from a passphrase; `salt` of 16 bytes at least.
Result<std::string> key_from_passphrase(std::string_view passphrase, std::string_view salt, const Argon2Cost&,
                                        std::size_t bytes);

}  // namespace shanqi
