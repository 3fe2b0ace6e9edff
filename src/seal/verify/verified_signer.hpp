// The checks that a signature in a PDF and a time-stamp token have in common.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "seal/verify/cms_structure.hpp"
#include "seal/verify/open_certificate.hpp"

namespace shanqi::seal {

struct VerifiedSigner {
    std::shared_ptr<const OpenCertificate> certificate;
    TrustStore::Material material;
    DigestAlgorithm digest = DigestAlgorithm::sha256;
    std::string signature_algorithm;
    bool names_certificate = false;  // a signing-certificate attribute is there (and fits)
    std::optional<Instant> signing_time;
};

// `content`: the pieces that are signed; `content_type`: what they must be declared to be.
// Errors: those of verify_signed_data().
Result<VerifiedSigner> verify_signer(const CmsStructure&, std::string_view content_type,
                                     std::span<const std::string_view> content);

}  // namespace shanqi::seal
