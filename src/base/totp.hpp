// Time-based one-time passwords (RFC 6238 over RFC 4226): SHA-1, 30 seconds, six digits, as every authenticator app
// reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace shanqi::totp {

constexpr std::int64_t step_seconds = 30;
constexpr std::size_t secret_bytes = 20;  // RFC 4226, 4 R6

std::string code_at_step(std::string_view secret, std::int64_t step, int digits = 6);
std::int64_t step_of(Instant);

// The step whose code this is, one step of drift to either side (RFC 6238, 5.2). Steps up to `last_used_step` do not
// count: a code is good once. None: wrong, late or used.
std::optional<std::int64_t> matching_step(std::string_view secret, std::string_view code, Instant now,
                                          std::int64_t last_used_step);

// "otpauth://totp/<issuer>:<account>?secret=…" for the QR code.
std::string key_uri(std::string_view secret, std::string_view issuer, std::string_view account);

}  // namespace shanqi::totp
