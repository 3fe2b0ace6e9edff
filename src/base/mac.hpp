// Message authentication and key derivation on OpenSSL: HMAC (RFC 2104), HKDF (RFC 5869), comparison that takes the
// same time wherever the difference lies.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shanqi {

std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes
std::string hmac_sha1(std::string_view key, std::string_view message);    // 20 bytes; for RFC 6238 only

// A key for one use from a key of more: `info` names the use. At most 8,160 bytes.
std::string hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info, std::size_t bytes);

// Secrets (tokens, codes, digests) are compared with this only. Their length is no secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

void wipe(std::string& secret);  // overwrites, so that the optimiser may not leave it out

}  // namespace shanqi
