#include "seal/verify/verified_signer.hpp"

#include <algorithm>

#include "seal/verify/object_identifiers.hpp"

namespace shanqi::seal {
namespace {

std::unexpected<Error> refused(std::string_view key) { return fail(ErrorKind::refused, key); }

// What a certificate in the file says wrong is no fault of the signature; only the signer's has to be there.
void read_material(const CmsStructure& cms, TrustStore::Material& material) {
    for (const std::string_view der : cms.certificates) {
        if (Result<CertificatePtr> one = Certificate::from_der(der)) material.intermediates.push_back(std::move(*one));
    }
    material.crls.assign(cms.crls.begin(), cms.crls.end());
    material.ocsp_responses.assign(cms.ocsp_responses.begin(), cms.ocsp_responses.end());
}

std::shared_ptr<const OpenCertificate> find_signer(const CmsStructure& cms, const TrustStore::Material& material) {
    for (const CertificatePtr& one : material.intermediates) {
        const OpenCertificate& certificate = opened(*one);
        if (cms.key_identifier.empty() ? certificate.is_issued_as(cms.issuer, cms.serial)
                                       : certificate.has_key_identifier(cms.key_identifier))
            return std::static_pointer_cast<const OpenCertificate>(one);
    }
    return nullptr;
}

// IssuerSerial (RFC 5035, 5): one directoryName and the number.
Result<bool> names_same(std::string_view issuer_serial, const OpenCertificate& certificate) {
    der::Reader reader(issuer_serial, "issuerSerial");
    der::Reader names = TRY(reader.enter(der::read_sequence, "issuerSerial"));
    const std::string_view serial = TRY(reader.next(der::read_integer)).content;
    TRY_DO(reader.finish());
    der::Reader directory_name = TRY(names.enter(der::read_constructed_4, "issuerSerial"));
    TRY_DO(names.finish());
    const der::Element name = TRY(directory_name.next(der::read_sequence));
    return certificate.is_issued_as(name.whole, serial);
}

// SigningCertificate and SigningCertificateV2 (RFC 5035, 5.4 and 3): the first identifier is the signer's. Version 1
// has SHA-1 there; it names the certificate, which whoever signed has chosen, so that a collision gains nothing.
Result<> check_signing_certificate(const Attribute& attribute, bool is_version_2, const OpenCertificate& certificate) {
    constexpr std::string_view what = "signing-certificate";
    const der::Element value = TRY(single_value(attribute, what));
    der::Reader reader(value.content, what);
    der::Reader identifiers = TRY(reader.enter(der::read_sequence, what));
    der::Reader identifier = TRY(identifiers.enter(der::read_sequence, what));
    const std::string_view der = certificate.der();
    std::string hash;
    if (is_version_2) {
        DigestAlgorithm digest = DigestAlgorithm::sha256;  // the DEFAULT
        if (identifier.next_is(der::read_sequence)) {
            const Algorithm algorithm = TRY(read_algorithm(identifier));
            digest = TRY(digest_algorithm_of(algorithm));
        }
        hash = digest_of(digest, {&der, 1});
    } else {
        hash = sha1_of(der);
    }
    if (TRY(identifier.next(der::read_octet_string)).content != hash) return refused("verify.certificate_mismatch");
    if (const auto issuer_serial = TRY(identifier.next_if(der::read_sequence))) {
        const bool same = TRY(names_same(issuer_serial->content, certificate));
        if (!same) return refused("verify.certificate_mismatch");
    }
    return identifier.finish();
}

// CMSAlgorithmProtection (RFC 6211, 2).
Result<> check_algorithm_protection(const Attribute& attribute, const CmsStructure& cms) {
    constexpr std::string_view what = "CMSAlgorithmProtection";
    const der::Element value = TRY(single_value(attribute, what));
    der::Reader reader(value.content, what);
    const Algorithm digest = TRY(read_algorithm(reader));
    const der::Element implicit = TRY(reader.next(der::read_constructed_1));
    const Algorithm signature = TRY(algorithm_of(implicit.content));
    if (!same_algorithm(digest, cms.digest_algorithm) || !same_algorithm(signature, cms.signature_algorithm))
        return reader.broken();
    return reader.finish();
}

// RevocationInfoArchival: [0] CRLs, [1] OCSP responses, [2] others.
Result<> read_adobe_revocations(const Attribute& attribute, TrustStore::Material& material) {
    constexpr std::string_view what = "RevocationInfoArchival";
    const der::Element value = TRY(single_value(attribute, what));
    der::Reader fields(value.content, what);
    for (auto* list : {&material.crls, &material.ocsp_responses}) {
        const auto tag = list == &material.crls ? der::read_constructed_0 : der::read_constructed_1;
        const auto field = TRY(fields.next_if(tag));
        if (!field) continue;
        der::Reader explicit_list(field->content, what);
        for (der::Reader items = TRY(explicit_list.enter(der::read_sequence, what)); !items.at_end();) {
            if (list->size() == limits::revocations_max) return fields.broken();
            list->emplace_back(TRY(items.next(der::read_sequence)).whole);
        }
    }
    return {};
}

// The octets that were signed: the attributes as a SET OF (RFC 5652, 5.4).
std::string as_set(std::string_view content) {
    std::string out(1, static_cast<char>(der::read_set));
    if (content.size() < 0x80) {
        out += static_cast<char>(content.size());
    } else {
        std::string length;
        for (std::size_t rest = content.size(); rest != 0; rest >>= 8)
            length.insert(0, 1, static_cast<char>(rest & 0xFF));
        out += static_cast<char>(0x80 | length.size());
        out += length;
    }
    return out.append(content);
}

// Signers that do not sort the SET in the file may still have signed the sorted one, which is what DER asks for.
std::string sorted_content(const std::vector<Attribute>& attributes) {
    std::vector<std::string_view> elements;
    elements.reserve(attributes.size());
    for (const Attribute& attribute : attributes) elements.push_back(attribute.whole);
    std::ranges::sort(elements);  // char_traits compares octets unsigned
    std::string out;
    for (const std::string_view element : elements) out += element;
    return out;
}

Result<std::string> check_attributes_signature(const CmsStructure& cms, DigestAlgorithm digest, EVP_PKEY* key) {
    const auto check = [&](std::string_view content) {
        return check_signature(cms.signature_algorithm, digest, key, as_set(content), cms.signature);
    };
    Result<std::string> name = check(cms.signed_attributes);
    if (name || name.error().key != "verify.signature_mismatch") return name;
    const std::string sorted = sorted_content(cms.signed_attribute_list);
    return sorted == cms.signed_attributes ? name : check(sorted);
}

Result<> check_message_digest(const CmsStructure& cms, std::string_view content_type, DigestAlgorithm digest,
                              std::span<const std::string_view> content) {
    const Attribute* type = find_attribute(cms.signed_attribute_list, oid::content_type);
    const Attribute* message = find_attribute(cms.signed_attribute_list, oid::message_digest);
    if (type == nullptr || message == nullptr) return der::broken("signedAttrs");
    const der::Element declared = TRY(single_value(*type, "contentType"));
    if (declared.tag != der::read_oid || declared.content != content_type || cms.content_type != content_type)
        return der::broken("contentType");
    const der::Element expected = TRY(single_value(*message, "messageDigest"));
    if (expected.tag != der::read_octet_string) return der::broken("messageDigest");
    if (expected.content != digest_of(digest, content)) return refused("verify.digest_mismatch");
    return {};
}

}  // namespace

Result<VerifiedSigner> verify_signer(const CmsStructure& cms, std::string_view content_type,
                                     std::span<const std::string_view> content) {
    VerifiedSigner out;
    out.digest = TRY(digest_algorithm_of(cms.digest_algorithm));
    read_material(cms, out.material);
    out.certificate = find_signer(cms, out.material);
    if (out.certificate == nullptr) return refused("verify.signer_missing");

    TRY_DO(check_message_digest(cms, content_type, out.digest, content));
    out.signature_algorithm = TRY(check_attributes_signature(cms, out.digest, out.certificate->key()));

    const auto& attributes = cms.signed_attribute_list;
    for (const bool is_version_2 : {false, true}) {
        const auto* attribute =
            find_attribute(attributes, is_version_2 ? oid::signing_certificate_v2 : oid::signing_certificate);
        if (attribute == nullptr) continue;
        TRY_DO(check_signing_certificate(*attribute, is_version_2, *out.certificate));
        out.names_certificate = true;
    }
    if (const auto* attribute = find_attribute(attributes, oid::algorithm_protection))
        TRY_DO(check_algorithm_protection(*attribute, cms));
    if (const auto* attribute = find_attribute(attributes, oid::adobe_revocation))
        TRY_DO(read_adobe_revocations(*attribute, out.material));
    if (const auto* attribute = find_attribute(attributes, oid::signing_time)) {
        const der::Element value = TRY(single_value(*attribute, "signingTime"));
        out.signing_time = der::time_of(value);
        if (!out.signing_time) return der::broken("signingTime");
    }
    return out;
}

}  // namespace shanqi::seal
