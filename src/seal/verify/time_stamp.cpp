#include <openssl/x509v3.h>

#include <algorithm>

#include "seal/verify/object_identifiers.hpp"
#include "seal/verify/time_stamp_token.hpp"
#include "seal/verify/verified_signer.hpp"

namespace shanqi::seal {
namespace {

// TSTInfo (RFC 3161, 2.4.2). The accuracy is the authority's word about its own clock: not used.
Result<> read_information(std::string_view der, TimeStampToken& out) {
    constexpr std::string_view what = "TSTInfo";
    der::Reader outermost(der, what);
    der::Reader reader = TRY(outermost.enter(der::read_sequence, what));
    TRY_DO(outermost.finish());
    if (TRY(reader.next(der::read_integer)).content != std::string_view("\x01", 1)) return reader.broken();
    (void)TRY(reader.next(der::read_oid));  // policy
    der::Reader imprint = TRY(reader.enter(der::read_sequence, what));
    const Algorithm algorithm = TRY(read_algorithm(imprint));
    out.imprint_algorithm = TRY(digest_algorithm_of(algorithm));
    out.stamp.imprint = TRY(imprint.next(der::read_octet_string)).content;
    out.stamp.imprint_algorithm = name_of(out.imprint_algorithm);
    TRY_DO(imprint.finish());
    (void)TRY(reader.next(der::read_integer));  // serial number
    const der::Element generalized_time = TRY(reader.next(der::read_generalized_time));
    const auto time = der::time_of(generalized_time);
    if (!time) return reader.broken();
    out.stamp.time = *time;
    (void)TRY(reader.next_if(der::read_sequence));  // accuracy
    (void)TRY(reader.next_if(der::read_boolean));   // ordering
    if (const auto nonce = TRY(reader.next_if(der::read_integer))) {
        const auto magnitude = der::unsigned_integer(*nonce);
        if (!magnitude) return reader.broken();
        out.nonce = *magnitude;
    }
    (void)TRY(reader.next_if(der::read_constructed_0));  // tsa: a hint; the certificate says who it is
    // Extensions could be critical, and we know none (RFC 3161, 2.4.2: "extensions").
    if (TRY(reader.next_if(der::read_constructed_1))) return reader.broken();
    return reader.finish();
}

}  // namespace

Result<TimeStampToken> verify_token(std::string_view token_der) {
    const CmsStructure cms = TRY(read_cms(token_der));
    if (!cms.content) return der::broken("eContent");
    VerifiedSigner signer = TRY(verify_signer(cms, oid::time_stamp_info, {&*cms.content, 1}));
    if (!signer.names_certificate) return der::broken("signing-certificate");  // RFC 3161, 2.4.2
    TimeStampToken out;
    TRY_DO(read_information(*cms.content, out));
    // RFC 3161, 2.3: the extended key usage is critical and holds nothing else.
    if (X509_check_purpose(signer.certificate->x509(), X509_PURPOSE_TIMESTAMP_SIGN, 0) != 1)
        return fail(ErrorKind::refused, "verify.key_usage", {{"name", signer.certificate->subject_name()}});
    if (out.imprint_algorithm == DigestAlgorithm::sha256 && out.stamp.imprint.size() == out.stamp.imprint_sha256.size())
        std::ranges::copy(out.stamp.imprint, out.stamp.imprint_sha256.begin());
    out.stamp.authority = std::move(signer.certificate);
    out.stamp.material = std::move(signer.material);
    return out;
}

Result<TimeStamp> verify_time_stamp(std::string_view token_der, std::span<const std::string_view> covered) {
    TimeStampToken token = TRY(verify_token(token_der));
    if (token.stamp.imprint != digest_of(token.imprint_algorithm, covered))
        return fail(ErrorKind::refused, "verify.time_stamp_imprint");
    return std::move(token.stamp);
}

}  // namespace shanqi::seal
