// What a CMS SignedData in a PDF says (RFC 5652, ETSI EN 319 122-1), whether its mathematics holds, and to whom its
// certificate belongs. Own strict DER reader; OpenSSL for keys, certificates, CRL and OCSP.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::seal {

namespace limits {
constexpr std::size_t cms_bytes_max = 4U << 20U;
constexpr std::size_t certificates_max = 64;
constexpr std::size_t revocations_max = 256;
}  // namespace limits

// A certificate, parsed once. Thread-safe.
class Certificate {
public:
    // Errors: verify.bad_certificate.
    static Result<std::shared_ptr<const Certificate>> from_der(std::string_view der);
    // All certificates of a PEM or DER file. Errors: verify.bad_certificate, file.*
    static Result<std::vector<std::shared_ptr<const Certificate>>> from_file(const std::string& path);
    virtual ~Certificate() = default;
    virtual std::string_view der() const = 0;
    virtual std::string subject_name() const = 0;  // O, or CN where there is no O; UTF-8
    virtual std::string common_name() const = 0;
    virtual std::string issuer_name() const = 0;
    virtual std::string serial() const = 0;       // hex
    virtual std::string fingerprint() const = 0;  // SHA-256, hex
    virtual Instant not_before() const = 0;
    virtual Instant not_after() const = 0;
    virtual bool is_trial() const = 0;  // our trial policy OID
};
using CertificatePtr = std::shared_ptr<const Certificate>;

// What is trusted, and what helps to find a way there. Immutable and shared by threads; keeps the chains that it has
// found, since a batch of documents has one signer.
class TrustStore {
public:
    struct Material {
        std::vector<CertificatePtr> roots;
        std::vector<CertificatePtr> intermediates;
        std::vector<std::string> crls, ocsp_responses;  // DER
    };
    static std::shared_ptr<const TrustStore> create(Material);
    virtual ~TrustStore() = default;

    enum class Purpose { document_signature, time_stamp };
    struct Chain {
        bool trusted = false;
        std::vector<CertificatePtr> path;  // signer first; as far as it goes
        // When not trusted: message key and arguments: verify.unknown_issuer, verify.expired, verify.not_yet_valid,
        // verify.revoked (with date and reason), verify.path_length, verify.name_constraints, verify.key_usage,
        // verify.weak_algorithm, verify.self_signed, verify.chain_failed.
        std::optional<Error> problem;
        enum class Revocation { not_checked, good, revoked } revocation = Revocation::not_checked;
    };
    // `others`: certificates, CRLs and OCSP responses out of the file itself (CMS and DSS): they help, they are not
    // trusted.
    virtual Chain check(const CertificatePtr& signer, const Material& others, Instant at, Purpose) const = 0;
};

struct TimeStamp {
    Instant time;
    Sha256 imprint_sha256{};                 // only SHA-256/384/512 imprints are accepted; see imprint
    std::string imprint, imprint_algorithm;  // raw digest, "SHA-256"
    CertificatePtr authority;
    TrustStore::Material material;  // its certificates
};

struct SignedData {
    enum class Kind { pades, adobe_detached } kind = Kind::pades;  // by its attributes: signing-certificate(-v2) or not
    CertificatePtr signer;
    TrustStore::Material
        material;  // certificates, CRLs, OCSP (also Adobe's revocation archive attribute 1.2.840.113583.1.1.8)
    std::string digest_algorithm;           // "SHA-256"
    std::string signature_algorithm;        // "ECDSA P-256", "RSA-PSS 2048", "Ed25519"…
    std::optional<Instant> signing_time;    // signed attribute, the signer's own claim
    std::optional<std::string> time_stamp;  // DER of the RFC 3161 token over the signature value
    std::string signature_value;
};

// Parses and verifies: exactly one signer, content type data, message digest equal to the digest of `covered` (the
// pieces of the byte range, in order), signature over the signed attributes in DER, signing-certificate(-v2) hash
// equal to the signer's, algorithm protection (RFC 6211) equal where present.
// Errors: verify.bad_cms (with what), verify.digest_mismatch, verify.signature_mismatch, verify.signer_missing,
// verify.certificate_mismatch, verify.weak_algorithm ({algorithm}: SHA-1, MD5, RSA below 2048),
// verify.unknown_algorithm.
Result<SignedData> verify_signed_data(std::string_view cms_der, std::span<const std::string_view> covered);

// adbe.pkcs7.sha1, adbe.x509.rsa_sha1 and the like are named and refused by the caller by their SubFilter.

// A time-stamp token (RFC 3161) over `covered` (the byte range of a document time-stamp, or one piece: a signature
// value). Checks the token's own signature, its imprint, the extended key usage id-kp-timeStamping (critical, alone),
// ESSCertID. Errors as above, and verify.time_stamp_imprint.
Result<TimeStamp> verify_time_stamp(std::string_view token_der, std::span<const std::string_view> covered);

}  // namespace shanqi::seal
