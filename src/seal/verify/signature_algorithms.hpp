// The digests and signatures that are accepted, the ones that are known and refused, and their parameters.
#pragma once

#include <openssl/evp.h>

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "seal/verify/der_reader.hpp"

namespace shanqi::seal {

// AlgorithmIdentifier (RFC 5280, 4.1.1.2); views into the file.
struct Algorithm {
    std::string_view oid;
    std::string_view parameters;  // one whole element; empty: absent
};
Result<Algorithm> read_algorithm(der::Reader&);            // the next SEQUENCE
Result<Algorithm> algorithm_of(std::string_view content);  // what stands in that SEQUENCE
// Absent parameters and NULL mean the same (RFC 5754, 2).
bool same_algorithm(const Algorithm&, const Algorithm&);

enum class DigestAlgorithm { sha256, sha384, sha512 };

// Errors: verify.weak_algorithm, verify.unknown_algorithm, verify.bad_cms.
Result<DigestAlgorithm> digest_algorithm_of(const Algorithm&);
std::string_view name_of(DigestAlgorithm);  // "SHA-256"
std::string digest_of(DigestAlgorithm, std::span<const std::string_view> pieces);
std::string sha1_of(std::string_view);  // only for what names a certificate, never for what proves something

// Whether `signature` is the key's over `message`. Returns the name for people: "ECDSA P-256", "RSA-PSS 2048".
// Errors: verify.signature_mismatch, verify.weak_algorithm, verify.unknown_algorithm, verify.bad_cms.
Result<std::string> check_signature(const Algorithm&, DigestAlgorithm, EVP_PKEY* key, std::string_view message,
                                    std::string_view signature);

}  // namespace shanqi::seal
