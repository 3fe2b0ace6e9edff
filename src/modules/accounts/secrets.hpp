// Tokens and codes: made here, and what is stored of them. A token carries 256 bits; only its SHA-256 is stored, so a
// copy of the database opens nothing.
#pragma once

#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/mac.hpp"

namespace shanqi::accounts {

constexpr std::string_view api_token_prefix = "shanqi_";

inline std::string new_token() { return base64url(random_bytes(32)); }
inline std::string new_api_token() { return std::string(api_token_prefix) + new_token(); }

inline std::string token_hash(std::string_view token) { return hex(sha256(token)); }

// Bound to the session: whoever does not know the cookie cannot make it, and it tells nothing about the cookie.
inline std::string csrf_of(std::string_view session_token) {
    return base64url(hmac_sha256(session_token, "shanqi.csrf")).substr(0, 32);
}

// Six digits, each equally likely: bytes from 250 up are thrown away.
inline std::string new_code() {
    std::string code;
    while (code.size() < 6) {
        for (const char c : random_bytes(16)) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 250 && code.size() < 6) code += static_cast<char>('0' + byte % 10);
        }
    }
    return code;
}

}  // namespace shanqi::accounts
