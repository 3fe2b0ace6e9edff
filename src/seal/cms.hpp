// The SignedData (RFC 5652) of a PAdES baseline signature, written by hand: OpenSSL's CMS_sign adds the
// signingTime that PAdES forbids (ETSI EN 319 142-1, 6.3) and hashes the content again.
//
// All signatures of one key differ only in the message digest and the signature value. The rest is encoded once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "seal/openssl_handles.hpp"

namespace shanqi::seal {

class CmsTemplate {
public:
    // `others`: further certificates to embed (intermediates), already without the root.
    CmsTemplate(const X509* signer, const std::vector<const X509*>& others, bool is_rsa,
                std::size_t signature_bytes_max);

    // The signed attributes as they are hashed: with the tag SET OF (RFC 5652, 5.4).
    std::string signed_attributes(const Sha256& content) const;
    // The whole ContentInfo. `time_stamp`: a token over the signature (RFC 3161, appendix A; PAdES B-T), or empty.
    std::string assemble(std::string_view signed_attributes, std::string_view signature,
                         std::string_view time_stamp = {}) const;
    std::size_t bytes_max() const { return bytes_max_; }

private:
    std::string attributes_;  // with zeros where the digest goes
    std::size_t digest_offset_ = 0;
    std::string before_signer_infos_;       // version … certificates
    std::string signer_before_attributes_;  // version, issuerAndSerialNumber, digestAlgorithm
    std::string signature_algorithm_;
    std::size_t bytes_max_ = 0;
};

}  // namespace shanqi::seal
