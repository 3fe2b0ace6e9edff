#include "modules/accounts/jwt.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/described.hpp"
#include "base/encoding.hpp"
#include "base/mac.hpp"

namespace shanqi::accounts {
namespace {

template <auto release>
struct Releaser {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Releaser<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Releaser<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Releaser<OSSL_PARAM_free>>;
using Number = std::unique_ptr<BIGNUM, Releaser<BN_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Releaser<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string text_of(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::optional<std::int64_t> seconds_of(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    // NumericDate (RFC 7519, 2) may have a fraction.
    const double seconds = value->to_number<double>();
    if (!(seconds >= 0 && seconds < 1e11)) return std::nullopt;
    return static_cast<std::int64_t>(seconds);
}

Number number_of(std::string_view bytes) {
    return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

Key key_from(const char* type, OSSL_PARAM* parameters) {
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        return {};
    }
    Key made(key);
    const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr));
    if (!check || EVP_PKEY_public_check(check.get()) != 1) return {};
    return made;
}

// RFC 7518, 6.3.1.
Key rsa_key(const boost::json::object& jwk) {
    const auto modulus = from_base64url(text_of(jwk, "n")), exponent = from_base64url(text_of(jwk, "e"));
    if (!modulus || !exponent || modulus->size() > limits::rsa_bits_max / 8 || exponent->empty() ||
        exponent->size() > 8) {
        return {};
    }
    const Number n = number_of(*modulus), e = number_of(*exponent);
    if (!n || !e || BN_num_bits(n.get()) < limits::rsa_bits_min) return {};
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return {};
    }
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    return parameters ? key_from("RSA", parameters.get()) : Key();
}

// RFC 7518, 6.2.1.
Key p256_key(const boost::json::object& jwk) {
    const auto x = from_base64url(text_of(jwk, "x")), y = from_base64url(text_of(jwk, "y"));
    if (text_of(jwk, "crv") != "P-256" || !x || !y || x->size() != 32 || y->size() != 32) return {};
    const std::string point = "\x04" + *x + *y;
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
        return {};
    }
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    return parameters ? key_from("EC", parameters.get()) : Key();
}

// A JWS holds r || s (RFC 7518, 3.4), OpenSSL wants DER.
std::string der_signature(std::string_view raw) {
    if (raw.size() != 64) return {};
    const EcdsaSignature signature(ECDSA_SIG_new());
    Number r = number_of(raw.substr(0, 32)), s = number_of(raw.substr(32));
    if (!signature || !r || !s) return {};
    // Takes both over; fails for null pointers only.
    if (ECDSA_SIG_set0(signature.get(), r.release(), s.release()) != 1) return {};
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    if (size <= 0) return {};
    std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return out;
}

bool signature_holds(EVP_PKEY* key, std::string_view signature, std::string_view signed_text) {
    const DigestContext context(EVP_MD_CTX_new());
    return context && !signature.empty() &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(signed_text),
                            signed_text.size()) == 1;
}

std::optional<boost::json::object> object_of(std::string_view part) {
    const auto text = from_base64url(part);
    if (!text) return std::nullopt;
    auto value = parse_json(*text);
    if (!value || !value->is_object()) return std::nullopt;
    return std::move(value->as_object());
}

bool is_for(const boost::json::object& jwk, const std::string& key_id, std::string_view type,
            std::string_view algorithm) {
    const std::string use = text_of(jwk, "use"), alg = text_of(jwk, "alg");
    return text_of(jwk, "kty") == type && (key_id.empty() || text_of(jwk, "kid") == key_id) &&
           (use.empty() || use == "sig") && (alg.empty() || alg == algorithm);
}

std::unexpected<Error> bad_token() { return fail(ErrorKind::refused, "oidc.bad_token"); }
std::unexpected<Error> bad_claim(const char* claim) {
    return fail(ErrorKind::refused, "oidc.bad_claim", {{"claim", claim}});
}

// OpenID Connect Core 1.0, 3.1.3.7.
Result<> check_claims(const boost::json::object& claims, const IdTokenExpected& expected) {
    if (expected.issuer.empty() || text_of(claims, "iss") != expected.issuer) return bad_claim("iss");
    const auto* audience = claims.if_contains("aud");
    bool for_us = false, for_others = false;
    if (audience != nullptr && audience->is_string()) {
        for_us = audience->as_string() == expected.client_id;
    } else if (audience != nullptr && audience->is_array()) {
        for (const auto& one : audience->as_array()) {
            const bool ours = one.is_string() && one.as_string() == expected.client_id;
            for_us = for_us || ours;
            for_others = for_others || !ours;
        }
    }
    if (expected.client_id.empty() || !for_us) return bad_claim("aud");
    const bool has_party = claims.contains("azp");
    if ((for_others && !has_party) || (has_party && text_of(claims, "azp") != expected.client_id)) {
        return bad_claim("azp");
    }
    const std::int64_t now = expected.now.us / 1'000'000;
    const auto expires = seconds_of(claims, "exp"), issued = seconds_of(claims, "iat");
    if (!expires || *expires + limits::clock_skew_seconds <= now) return bad_claim("exp");
    if (!issued || *issued - limits::clock_skew_seconds > now || now - *issued > limits::id_token_age_seconds_max) {
        return bad_claim("iat");
    }
    if (const auto before = seconds_of(claims, "nbf"); before && *before - limits::clock_skew_seconds > now) {
        return bad_claim("nbf");
    }
    if (expected.nonce.empty() || !equal_in_constant_time(text_of(claims, "nonce"), expected.nonce)) {
        return bad_claim("nonce");
    }
    if (const std::string subject = text_of(claims, "sub"); subject.empty() || subject.size() > 255) {
        return bad_claim("sub");
    }
    return {};
}

}  // namespace

Result<boost::json::object> verify_id_token(std::string_view token, const boost::json::object& jwks,
                                            const IdTokenExpected& expected) {
    if (token.size() > limits::id_token_bytes_max) return bad_token();
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return bad_token();
    const auto header = object_of(token.substr(0, first));
    const auto claims = object_of(token.substr(first + 1, second - first - 1));
    const auto signature = from_base64url(token.substr(second + 1));
    // "crit" names extensions that must be understood (RFC 7515, 4.1.11): we understand none.
    if (!header || !claims || !signature || header->contains("crit")) return bad_token();
    // The algorithm is one of two, whatever the header says: never "none", never HMAC with a public key as secret.
    const std::string algorithm = text_of(*header, "alg");
    const bool is_rsa = algorithm == "RS256";
    if (!is_rsa && algorithm != "ES256") return bad_token();
    const auto* keys = jwks.if_contains("keys");
    if (keys == nullptr || !keys->is_array() || keys->as_array().size() > limits::jwks_keys_max) return bad_token();

    const std::string key_id = text_of(*header, "kid");
    const std::string der = is_rsa ? *signature : der_signature(*signature);
    bool known = false, holds = false;
    for (const auto& jwk : keys->as_array()) {
        if (!jwk.is_object() || !is_for(jwk.as_object(), key_id, is_rsa ? "RSA" : "EC", algorithm)) continue;
        known = true;
        const Key key = is_rsa ? rsa_key(jwk.as_object()) : p256_key(jwk.as_object());
        holds = holds || (key && signature_holds(key.get(), der, token.substr(0, second)));
    }
    if (!known) return fail(ErrorKind::refused, "oidc.unknown_key");
    if (!holds) return bad_token();
    TRY_DO(check_claims(*claims, expected));
    return *claims;
}

}  // namespace shanqi::accounts
