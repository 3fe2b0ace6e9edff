// The parts of a SignedData with one signer (RFC 5652, 5), before anything of it is believed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "seal/verify/signature_algorithms.hpp"

namespace shanqi::seal {

struct Attribute {
    std::string_view oid;
    std::string_view values;  // the elements of the SET
    std::string_view whole;
};
// The attributes that stand in `content`, each type once. Errors: verify.bad_cms.
Result<std::vector<Attribute>> read_attributes(std::string_view content, std::string_view what);
const Attribute* find_attribute(const std::vector<Attribute>&, std::string_view oid);
// The only value of an attribute. Errors: verify.bad_cms.
Result<der::Element> single_value(const Attribute&, std::string_view what);

struct CmsStructure {
    std::string_view content_type;
    std::optional<std::string_view> content;                           // of eContent; none: detached
    std::vector<std::string_view> certificates, crls, ocsp_responses;  // DER

    // The signer: by issuer and serial number, or by the identifier of the key.
    std::string_view issuer, serial, key_identifier;
    Algorithm digest_algorithm, signature_algorithm;
    std::string_view signed_attributes;  // content of the [0]
    std::vector<Attribute> signed_attribute_list, unsigned_attribute_list;
    std::string_view signature;

    std::unique_ptr<const std::string> reencoded;  // where the views point to when the file had BER
};

// Zeros may follow, as in /Contents. BER is encoded again by OpenSSL, then read as strictly as DER.
// Errors: verify.bad_cms.
Result<CmsStructure> read_cms(std::string_view bytes);

}  // namespace shanqi::seal
