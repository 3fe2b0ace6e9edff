#include "seal/verify/signed_data.hpp"

#include "seal/verify/cms_structure.hpp"
#include "seal/verify/object_identifiers.hpp"
#include "seal/verify/verified_signer.hpp"

namespace shanqi::seal {

Result<SignedData> verify_signed_data(std::string_view cms_der, std::span<const std::string_view> covered) {
    const CmsStructure cms = TRY(read_cms(cms_der));
    // ISO 32000-2, 12.8.3.3: no data is encapsulated. It would be signed, and shown by nobody.
    if (cms.content) return der::broken("eContent");
    VerifiedSigner signer = TRY(verify_signer(cms, oid::data, covered));

    SignedData out;
    out.kind = signer.names_certificate ? SignedData::Kind::pades : SignedData::Kind::adobe_detached;
    out.signer = std::move(signer.certificate);
    out.material = std::move(signer.material);
    out.digest_algorithm = name_of(signer.digest);
    out.signature_algorithm = std::move(signer.signature_algorithm);
    out.signing_time = signer.signing_time;
    out.signature_value = cms.signature;
    if (const Attribute* attribute = find_attribute(cms.unsigned_attribute_list, oid::time_stamp_token)) {
        der::Reader tokens(attribute->values, "signatureTimeStampToken");  // there may be several; the first counts
        out.time_stamp = TRY(tokens.next(der::read_sequence)).whole;
    }
    return out;
}

}  // namespace shanqi::seal
