// ID tokens (OpenID Connect Core 1.0, 2): compact JWS (RFC 7515) with RS256 or ES256, nothing else, verified on
// OpenSSL with a key of the provider's JWKS (RFC 7517).
#pragma once

#include <boost/json.hpp>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::accounts {

namespace limits {
constexpr std::size_t id_token_bytes_max = 16U << 10U;
constexpr std::size_t jwks_keys_max = 32;
constexpr int rsa_bits_min = 2048;
constexpr int rsa_bits_max = 8192;
constexpr std::int64_t clock_skew_seconds = 60;
constexpr std::int64_t id_token_age_seconds_max = 600;
}  // namespace limits

struct IdTokenExpected {
    std::string issuer, client_id, nonce;
    Instant now;
};

// The claims of a token whose signature and claims hold. Errors: oidc.bad_token (form, algorithm, or signature),
// oidc.unknown_key (no key with this kid: the JWKS may be old), oidc.bad_claim {claim} (iss, aud, azp, exp, iat,
// nonce, sub).
Result<boost::json::object> verify_id_token(std::string_view token, const boost::json::object& jwks,
                                            const IdTokenExpected&);

}  // namespace shanqi::accounts
