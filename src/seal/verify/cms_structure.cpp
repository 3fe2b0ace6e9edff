#include "seal/verify/cms_structure.hpp"

#include <openssl/cms.h>
#include <openssl/err.h>

#include <algorithm>

#include "seal/openssl_handles.hpp"
#include "seal/verify/object_identifiers.hpp"
#include "seal/verify/signed_data.hpp"

namespace shanqi::seal {
namespace {

constexpr std::size_t attributes_max = 64;

using CmsHandle = std::unique_ptr<CMS_ContentInfo, Releaser<CMS_ContentInfo_free>>;

bool only_zeros(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

Result<> read_small_version(der::Reader& reader) {
    const der::Element number = TRY(reader.next(der::read_integer));
    const auto version = der::unsigned_integer(number);
    if (!version || version->size() != 1 || (*version)[0] > 5) return reader.broken();  // RFC 5652, 5.1
    return {};
}

// CertificateSet: attribute certificates and other kinds are passed over.
Result<> read_certificates(std::string_view set, CmsStructure& out) {
    for (der::Reader reader(set, "certificates"); !reader.at_end();) {
        const der::Element element = TRY(reader.next());
        if (element.tag != der::read_sequence) continue;
        if (out.certificates.size() == limits::certificates_max) return reader.broken();
        out.certificates.push_back(element.whole);
    }
    return {};
}

// RevocationInfoChoices: CRLs, and OCSP responses as RFC 5940 puts them there.
Result<> read_revocations(std::string_view set, CmsStructure& out) {
    for (der::Reader reader(set, "crls"); !reader.at_end();) {
        const der::Element element = TRY(reader.next());
        if (out.crls.size() + out.ocsp_responses.size() == limits::revocations_max) return reader.broken();
        if (element.tag == der::read_sequence) {
            out.crls.push_back(element.whole);
        } else if (element.tag == der::read_constructed_1) {
            der::Reader other(element.content, "crls");
            const der::Element format = TRY(other.next(der::read_oid));
            const der::Element value = TRY(other.next());
            if (format.content == oid::ocsp_response) out.ocsp_responses.push_back(value.whole);
        }
    }
    return {};
}

Result<> read_signer_identifier(der::Reader& reader, CmsStructure& out) {
    if (const auto identifier = TRY(reader.next_if(der::read_primitive_0))) {
        out.key_identifier = identifier->content;
        return {};
    }
    der::Reader fields = TRY(reader.enter(der::read_sequence, "issuerAndSerialNumber"));
    out.issuer = TRY(fields.next(der::read_sequence)).whole;
    out.serial = TRY(fields.next(der::read_integer)).content;
    return fields.finish();
}

Result<> read_signer(der::Reader signers, CmsStructure& out) {
    der::Reader reader = TRY(signers.enter(der::read_sequence, "SignerInfo"));
    TRY_DO(signers.finish());  // exactly one
    TRY_DO(read_small_version(reader));
    TRY_DO(read_signer_identifier(reader, out));
    out.digest_algorithm = TRY(read_algorithm(reader));
    // Without signed attributes a signature over attributes could be passed off as one over content, and the other
    // way round; in PDF files they are required (ETSI EN 319 122-1, 5.1.1 and 5.1.2).
    out.signed_attributes = TRY(reader.next(der::read_constructed_0)).content;
    out.signed_attribute_list = TRY(read_attributes(out.signed_attributes, "signedAttrs"));
    out.signature_algorithm = TRY(read_algorithm(reader));
    out.signature = TRY(reader.next(der::read_octet_string)).content;
    if (const auto attributes = TRY(reader.next_if(der::read_constructed_1)))
        out.unsigned_attribute_list = TRY(read_attributes(attributes->content, "unsignedAttrs"));
    return reader.finish();
}

Result<> read_content(der::Reader& reader, CmsStructure& out) {
    der::Reader fields = TRY(reader.enter(der::read_sequence, "encapContentInfo"));
    out.content_type = TRY(fields.next(der::read_oid)).content;
    if (const auto content = TRY(fields.next_if(der::read_constructed_0))) {
        der::Reader inside(content->content, "eContent");
        out.content = TRY(inside.next(der::read_octet_string)).content;
        TRY_DO(inside.finish());
    }
    return fields.finish();
}

Result<CmsStructure> read_der(std::string_view bytes) {
    CmsStructure out;
    der::Reader outermost(bytes, "ContentInfo");
    der::Reader info = TRY(outermost.enter(der::read_sequence, "ContentInfo"));
    if (TRY(info.next(der::read_oid)).content != oid::signed_data) return info.broken();
    der::Reader explicit_content = TRY(info.enter(der::read_constructed_0, "ContentInfo"));
    TRY_DO(info.finish());
    der::Reader reader = TRY(explicit_content.enter(der::read_sequence, "SignedData"));
    TRY_DO(explicit_content.finish());
    TRY_DO(read_small_version(reader));
    (void)TRY(reader.next(der::read_set));  // digestAlgorithms: for one pass over the content, which we do not need
    TRY_DO(read_content(reader, out));
    if (const auto set = TRY(reader.next_if(der::read_constructed_0))) TRY_DO(read_certificates(set->content, out));
    if (const auto set = TRY(reader.next_if(der::read_constructed_1))) TRY_DO(read_revocations(set->content, out));
    const der::Reader signers = TRY(reader.enter(der::read_set, "signerInfos"));
    TRY_DO(read_signer(signers, out));
    TRY_DO(reader.finish());
    return out;
}

// Signers that stream write indefinite lengths; OpenSSL reads them and writes DER.
std::optional<std::string> as_der(std::string_view bytes) {
    const unsigned char* at = bytes_of(bytes);
    const CmsHandle cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(bytes.size())));
    std::optional<std::string> out;
    if (cms != nullptr && only_zeros(bytes.substr(static_cast<std::size_t>(at - bytes_of(bytes))))) {
        unsigned char* encoded = nullptr;
        if (const int size = i2d_CMS_ContentInfo(cms.get(), &encoded); size > 0) {
            out.emplace(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
            OPENSSL_free(encoded);
        }
    }
    ERR_clear_error();
    return out;
}

}  // namespace

Result<std::vector<Attribute>> read_attributes(std::string_view content, std::string_view what) {
    std::vector<Attribute> out;
    for (der::Reader reader(content, what); !reader.at_end();) {
        const der::Element element = TRY(reader.next(der::read_sequence));
        der::Reader fields(element.content, what);
        Attribute attribute{.whole = element.whole};
        attribute.oid = TRY(fields.next(der::read_oid)).content;
        attribute.values = TRY(fields.next(der::read_set)).content;
        TRY_DO(fields.finish());
        // RFC 5652, 11: one instance of each; a second message digest is an attack.
        if (out.size() == attributes_max || find_attribute(out, attribute.oid) != nullptr) return reader.broken();
        out.push_back(attribute);
    }
    return out;
}

const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view oid) {
    const auto found = std::ranges::find(attributes, oid, &Attribute::oid);
    return found == attributes.end() ? nullptr : &*found;
}

Result<der::Element> single_value(const Attribute& attribute, std::string_view what) {
    der::Reader reader(attribute.values, what);
    const der::Element value = TRY(reader.next());
    TRY_DO(reader.finish());
    return value;
}

Result<CmsStructure> read_cms(std::string_view bytes) {
    if (bytes.size() > limits::cms_bytes_max)
        return fail(ErrorKind::limit, "verify.bad_cms", {{"what", std::to_string(bytes.size()) + " bytes"}});
    der::Reader reader(bytes, "ContentInfo");
    if (const Result<der::Element> whole = reader.next();
        whole && only_zeros(reader.rest()) && der::is_der(whole->whole))
        return read_der(whole->whole);
    std::optional<std::string> encoded = as_der(bytes);
    if (!encoded) return reader.broken();
    auto owner = std::make_unique<const std::string>(std::move(*encoded));
    CmsStructure out = TRY(read_der(*owner));
    out.reencoded = std::move(owner);
    return out;
}

}  // namespace shanqi::seal
