// For tests: certificates, SignedData, revocation lists and OCSP responses of any kind, sound and unsound.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ocsp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "seal/der.hpp"
#include "seal/openssl_handles.hpp"
#include "seal/verify/signed_data.hpp"

namespace shanqi::seal::testing_authority {

inline constexpr Instant now{1'795'000'000'000'000};  // 2026-11-18
inline constexpr Instant day{86'400'000'000};
inline Instant days(int count) { return {now.us + count * day.us}; }

inline std::shared_ptr<EVP_PKEY> shared(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }
inline std::shared_ptr<EVP_PKEY> elliptic_key(const char* group = "P-256") { return shared(EVP_EC_gen(group)); }
inline std::shared_ptr<EVP_PKEY> rsa_key(unsigned bits = 2048) { return shared(EVP_RSA_gen(bits)); }
inline std::shared_ptr<EVP_PKEY> ed25519_key() { return shared(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

struct Wish {
    std::string name = "某某机构";
    Instant from = days(-30), until = days(30);
    std::vector<std::pair<int, std::string>> extensions = {{NID_key_usage, "critical,digitalSignature"}};
    std::shared_ptr<EVP_PKEY> key = elliptic_key();
    const EVP_MD* digest = EVP_sha256();
    int serial = 7;
};

// A certificate with its key; an authority when its extensions say so.
struct Party {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> x509;

    std::string der() const { return to_der(i2d_X509, x509.get()); }
    CertificatePtr certificate() const { return Certificate::from_der(der()).value(); }
    std::string issuer() const { return to_der(i2d_X509_NAME, X509_get_issuer_name(x509.get())); }
    std::string serial() const { return to_der(i2d_ASN1_INTEGER, X509_get0_serialNumber(x509.get())); }
};

inline std::vector<std::pair<int, std::string>> authority_extensions(const std::string& more = "") {
    return {{NID_basic_constraints, "critical,CA:TRUE" + more}, {NID_key_usage, "critical,keyCertSign,cRLSign"}};
}

inline Party make(const Wish& wish, const Party* issuer = nullptr) {
    Party made{wish.key, {X509_new(), X509_free}};
    X509* x509 = made.x509.get();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), wish.serial);
    ASN1_TIME_set(X509_getm_notBefore(x509), wish.from.us / 1'000'000);
    ASN1_TIME_set(X509_getm_notAfter(x509), wish.until.us / 1'000'000);
    X509_NAME_add_entry_by_NID(X509_get_subject_name(x509), NID_organizationName, MBSTRING_UTF8, bytes_of(wish.name),
                               static_cast<int>(wish.name.size()), -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(issuer != nullptr ? issuer->x509.get() : x509));
    X509_set_pubkey(x509, made.key.get());
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer != nullptr ? issuer->x509.get() : x509, x509, nullptr, nullptr, 0);
    for (const auto& [nid, value] : wish.extensions) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
        EXPECT_NE(extension, nullptr) << value;
        X509_add_ext(x509, extension, -1);
        X509_EXTENSION_free(extension);
    }
    EVP_PKEY* key = issuer != nullptr ? issuer->key.get() : made.key.get();
    EXPECT_GT(X509_sign(x509, key, EVP_PKEY_is_a(key, "ED25519") ? nullptr : wish.digest), 0);
    return made;
}

inline Party make_root(const std::string& name = "某某根CA", const std::string& more = "") {
    return make({.name = name, .from = days(-365), .until = days(365), .extensions = authority_extensions(more)});
}

// ---- SignedData ----

inline std::string digest_bytes(const EVP_MD* method, const std::string& bytes) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &size, method, nullptr);
    out.resize(size);
    return out;
}

inline std::string attribute(const std::string& oid, const std::string& value) {
    return der::element(der::sequence, {oid, der::element(der::set, value)});
}

// The parts of a SignedData in DER; a test replaces the one that it wants to spoil.
struct CmsParts {
    const Party* signer = nullptr;
    const EVP_MD* digest = EVP_sha256();
    std::string digest_algorithm = der::element(der::sequence, der::oid({2, 16, 840, 1, 101, 3, 4, 2, 1}));
    std::string signature_algorithm = der::element(der::sequence, der::oid({1, 2, 840, 10045, 4, 3, 2}));
    std::string content_type = der::oid({1, 2, 840, 113549, 1, 7, 1});
    std::string encapsulated;             // [0] of encapContentInfo
    std::vector<std::string> attributes;  // contentType and messageDigest
    std::vector<std::string> certificates;
    std::string revocations;  // [1] of SignedData
    std::string unsigned_attributes;
    int salt_bytes = -1;  // RSA-PSS
    bool sorts = true;
    int signers = 1;

    std::string sign(const std::string& message) const {
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        EVP_PKEY_CTX* key = nullptr;
        const bool is_ed25519 = EVP_PKEY_is_a(signer->key.get(), "ED25519") == 1;
        EXPECT_EQ(EVP_DigestSignInit(context, &key, is_ed25519 ? nullptr : digest, nullptr, signer->key.get()), 1);
        if (salt_bytes >= 0) {
            EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING);
            EVP_PKEY_CTX_set_rsa_pss_saltlen(key, salt_bytes);
        }
        std::size_t size = 0;
        EVP_DigestSign(context, nullptr, &size, bytes_of(message), message.size());
        std::string out(size, '\0');
        EXPECT_EQ(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, bytes_of(message),
                                 message.size()),
                  1);
        EVP_MD_CTX_free(context);
        out.resize(size);
        return out;
    }

    std::string der() const {
        std::string joined;
        for (const std::string& one : attributes) joined += one;
        const std::string set = sorts ? der::set_of(der::set, attributes) : der::element(der::set, joined);
        const std::string content =
            der::small_integer(1) + der::element(der::sequence, {signer->issuer(), signer->serial()}) +
            digest_algorithm + der::element(der::context_0, set.substr(der::header_bytes(joined.size()))) +
            signature_algorithm + der::element(der::octet_string, sign(set)) + unsigned_attributes;
        std::string signer_infos;
        for (int i = 0; i < signers; ++i) signer_infos += der::element(der::sequence, content);
        const std::string signed_data =
            der::element(der::sequence, {der::small_integer(1), der::element(der::set, digest_algorithm),
                                         der::element(der::sequence, {content_type, encapsulated}),
                                         der::set_of(der::context_0, certificates), revocations,
                                         der::element(der::set, signer_infos)});
        return der::element(der::sequence,
                            {der::oid({1, 2, 840, 113549, 1, 7, 2}), der::element(der::context_0, signed_data)});
    }
};

// ESSCertIDv2 in a SigningCertificateV2; `hash_algorithm` is left out for SHA-256.
inline std::string signing_certificate_v2(const std::string& hash, const std::string& issuer_serial = {}) {
    const std::string identifier = der::element(der::sequence, {der::element(der::octet_string, hash), issuer_serial});
    return attribute(der::oid({1, 2, 840, 113549, 1, 9, 16, 2, 47}),
                     der::element(der::sequence, der::element(der::sequence, identifier)));
}

inline std::string message_digest(const std::string& digest) {
    return attribute(der::oid({1, 2, 840, 113549, 1, 9, 4}), der::element(der::octet_string, digest));
}

inline CmsParts parts_over(const std::string& content, const Party& signer, const EVP_MD* digest = EVP_sha256()) {
    CmsParts parts;
    parts.signer = &signer;
    parts.digest = digest;
    parts.certificates = {signer.der()};
    parts.attributes = {attribute(der::oid({1, 2, 840, 113549, 1, 9, 3}), parts.content_type),
                        message_digest(digest_bytes(digest, content)),
                        signing_certificate_v2(digest_bytes(EVP_sha256(), signer.der()))};
    return parts;
}

// ---- revocation ----

struct RevokedEntry {
    int serial = 7;
    Instant since = now;
    int reason = OCSP_REVOKED_STATUS_KEYCOMPROMISE;
};

inline std::string make_crl(const Party& issuer, Instant made, Instant next, const std::vector<RevokedEntry>& entries,
                            const std::vector<std::pair<int, std::string>>& extensions = {},
                            const EVP_MD* digest = EVP_sha256()) {
    const std::unique_ptr<X509_CRL, Releaser<X509_CRL_free>> crl(X509_CRL_new());
    X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer.x509.get()));
    ASN1_TIME* time = ASN1_TIME_set(nullptr, made.us / 1'000'000);
    X509_CRL_set1_lastUpdate(crl.get(), time);
    X509_CRL_set1_nextUpdate(crl.get(), ASN1_TIME_set(time, next.us / 1'000'000));
    for (const RevokedEntry& entry : entries) {
        X509_REVOKED* revoked = X509_REVOKED_new();
        ASN1_INTEGER* serial = ASN1_INTEGER_new();
        ASN1_INTEGER_set(serial, entry.serial);
        X509_REVOKED_set_serialNumber(revoked, serial);
        X509_REVOKED_set_revocationDate(revoked, ASN1_TIME_set(time, entry.since.us / 1'000'000));
        ASN1_ENUMERATED* reason = ASN1_ENUMERATED_new();
        ASN1_ENUMERATED_set(reason, entry.reason);
        X509_REVOKED_add1_ext_i2d(revoked, NID_crl_reason, reason, 0, 0);
        X509_CRL_add0_revoked(crl.get(), revoked);
        ASN1_ENUMERATED_free(reason);
        ASN1_INTEGER_free(serial);
    }
    ASN1_TIME_free(time);
    for (const auto& [nid, value] : extensions) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
        EXPECT_NE(extension, nullptr) << value;
        X509_CRL_add_ext(crl.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    EXPECT_GT(X509_CRL_sign(crl.get(), issuer.key.get(), digest), 0);
    return to_der(i2d_X509_CRL, crl.get());
}

struct OcspWish {
    int status = V_OCSP_CERTSTATUS_GOOD;
    Instant made = days(-1);
    std::optional<Instant> next = days(1);
    Instant since = now;
    bool encloses_responder = true;
};

inline std::string make_ocsp(const Party& certificate, const Party& issuer, const Party& responder,
                             const OcspWish& wish = {}) {
    const std::unique_ptr<OCSP_BASICRESP, Releaser<OCSP_BASICRESP_free>> basic(OCSP_BASICRESP_new());
    OCSP_CERTID* id = OCSP_cert_to_id(EVP_sha1(), certificate.x509.get(), issuer.x509.get());
    ASN1_TIME* made = ASN1_GENERALIZEDTIME_set(nullptr, wish.made.us / 1'000'000);
    ASN1_TIME* next = wish.next ? ASN1_GENERALIZEDTIME_set(nullptr, wish.next->us / 1'000'000) : nullptr;
    ASN1_TIME* since = ASN1_GENERALIZEDTIME_set(nullptr, wish.since.us / 1'000'000);
    OCSP_basic_add1_status(basic.get(), id, wish.status, OCSP_REVOKED_STATUS_KEYCOMPROMISE, since, made, next);
    // OpenSSL writes its own clock as producedAt; responders of these tests are valid long enough for that.
    EXPECT_EQ(OCSP_basic_sign(basic.get(), responder.x509.get(), responder.key.get(), EVP_sha256(), nullptr,
                              wish.encloses_responder ? 0 : OCSP_NOCERTS),
              1);
    for (ASN1_TIME* time : {made, next, since}) ASN1_TIME_free(time);
    OCSP_CERTID_free(id);
    const std::unique_ptr<OCSP_RESPONSE, Releaser<OCSP_RESPONSE_free>> response(
        OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
    return to_der(i2d_OCSP_RESPONSE, response.get());
}

}  // namespace shanqi::seal::testing_authority
