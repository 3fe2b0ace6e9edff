#include "seal/cms.hpp"

#include "seal/der.hpp"

namespace shanqi::seal {
namespace {

std::string id_data() { return der::oid({1, 2, 840, 113549, 1, 7, 1}); }
std::string id_signed_data() { return der::oid({1, 2, 840, 113549, 1, 7, 2}); }
std::string id_content_type() { return der::oid({1, 2, 840, 113549, 1, 9, 3}); }
std::string id_message_digest() { return der::oid({1, 2, 840, 113549, 1, 9, 4}); }
std::string id_signing_certificate_v2() { return der::oid({1, 2, 840, 113549, 1, 9, 16, 2, 47}); }
std::string id_time_stamp_token() { return der::oid({1, 2, 840, 113549, 1, 9, 16, 2, 14}); }
std::string id_algorithm_protection() { return der::oid({1, 2, 840, 113549, 1, 9, 52}); }

// RFC 5754, 2: parameters are absent for SHA-256.
std::string sha256_algorithm_content() { return der::oid({2, 16, 840, 1, 101, 3, 4, 2, 1}); }

std::string signature_algorithm_content(bool is_rsa) {
    // RFC 5754, 3.2: RSA carries NULL; 3.3: ECDSA carries nothing.
    if (is_rsa) return der::oid({1, 2, 840, 113549, 1, 1, 11}) + der::element(der::null, "");
    return der::oid({1, 2, 840, 10045, 4, 3, 2});
}

std::string attribute(const std::string& type, std::string_view value) {
    return der::element(der::sequence, {type, der::element(der::set, value)});
}

std::string_view view(const Sha256& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

// RFC 5035, 3: ESSCertIDv2 with the default SHA-256, which DER omits, and issuerSerial.
std::string signing_certificate(const X509* certificate, std::string_view issuer, std::string_view serial) {
    const std::string hash = der::element(der::octet_string, view(sha256(to_der(i2d_X509, certificate))));
    const std::string general_names = der::element(der::sequence, der::element(der::context_4, issuer));
    const std::string issuer_serial = der::element(der::sequence, {general_names, serial});
    const std::string certificate_id = der::element(der::sequence, {hash, issuer_serial});
    return der::element(der::sequence, der::element(der::sequence, certificate_id));
}

}  // namespace

CmsTemplate::CmsTemplate(const X509* signer, const std::vector<const X509*>& others, bool is_rsa,
                         std::size_t signature_bytes_max) {
    const std::string issuer = to_der(i2d_X509_NAME, X509_get_issuer_name(signer));
    const std::string serial = to_der(i2d_ASN1_INTEGER, X509_get0_serialNumber(signer));
    const std::string digest_algorithm = der::element(der::sequence, sha256_algorithm_content());
    signature_algorithm_ = der::element(der::sequence, signature_algorithm_content(is_rsa));

    // RFC 6211: the algorithms are signed too, [1] IMPLICIT for the signature's.
    const std::string protection = der::element(
        der::sequence, {digest_algorithm, der::element(der::context_1, signature_algorithm_content(is_rsa))});
    const std::string digest_attribute =
        attribute(id_message_digest(), der::element(der::octet_string, view(Sha256{})));
    attributes_ =
        der::set_of(der::set, {attribute(id_content_type(), id_data()), digest_attribute,
                               attribute(id_signing_certificate_v2(), signing_certificate(signer, issuer, serial)),
                               attribute(id_algorithm_protection(), protection)});
    digest_offset_ = attributes_.find(digest_attribute) + digest_attribute.size() - Sha256{}.size();

    std::vector<std::string> certificates = {to_der(i2d_X509, signer)};
    for (const X509* other : others) certificates.push_back(to_der(i2d_X509, other));
    before_signer_infos_ = der::small_integer(1) + der::element(der::set, digest_algorithm) +
                           der::element(der::sequence, id_data()) + der::set_of(der::context_0, certificates);
    signer_before_attributes_ =
        der::small_integer(1) + der::element(der::sequence, {issuer, serial}) + digest_algorithm;
    bytes_max_ = assemble(attributes_, std::string(signature_bytes_max, '\0')).size();
}

std::string CmsTemplate::signed_attributes(const Sha256& content) const {
    std::string attributes = attributes_;
    attributes.replace(digest_offset_, content.size(), view(content));
    return attributes;
}

std::string CmsTemplate::assemble(std::string_view signed_attributes, std::string_view signature,
                                  std::string_view time_stamp) const {
    static const std::string content_type = id_signed_data();
    const auto whole = [](std::size_t content) { return der::header_bytes(content) + content; };
    const std::string unsigned_attributes =
        time_stamp.empty() ? std::string() : der::element(der::context_1, attribute(id_time_stamp_token(), time_stamp));
    // Lengths from the inside out, then one pass of appending.
    const std::size_t signer_info = signer_before_attributes_.size() + signed_attributes.size() +
                                    signature_algorithm_.size() + whole(signature.size()) + unsigned_attributes.size();
    const std::size_t signer_infos = whole(signer_info);
    const std::size_t signed_data = before_signer_infos_.size() + whole(signer_infos);
    const std::size_t content_info = content_type.size() + whole(whole(signed_data));

    std::string out;
    out.reserve(whole(content_info));
    der::append_header(out, der::sequence, content_info);
    out += content_type;
    der::append_header(out, der::context_0, whole(signed_data));
    der::append_header(out, der::sequence, signed_data);
    out += before_signer_infos_;
    der::append_header(out, der::set, signer_infos);
    der::append_header(out, der::sequence, signer_info);
    out += signer_before_attributes_;
    // In the SignerInfo the same attributes stand as [0] IMPLICIT.
    out += static_cast<char>(der::context_0);
    out += signed_attributes.substr(1);
    out += signature_algorithm_;
    der::append_header(out, der::octet_string, signature.size());
    out += signature;
    out += unsigned_attributes;
    return out;
}

}  // namespace shanqi::seal
