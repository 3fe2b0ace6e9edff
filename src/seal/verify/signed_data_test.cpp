#include "seal/verify/signed_data.hpp"

#include <gmock/gmock.h>
#include <openssl/cms.h>

#include <functional>

#include "seal/verify/der_reader.hpp"
#include "seal/verify/test_authority.hpp"

namespace shanqi::seal {
namespace {

using namespace testing_authority;

const std::string content = "协议书的字节";

Result<SignedData> verify(const std::string& cms, const std::string& over = content) {
    const std::vector<std::string_view> pieces = {std::string_view(over).substr(0, 3), "",
                                                  std::string_view(over).substr(3)};
    return verify_signed_data(cms, pieces);
}
std::string verdict(const std::string& cms, const std::string& over = content) {
    const auto data = verify(cms, over);
    if (data) return data->signature_algorithm;
    return data.error().arguments.empty() ? data.error().key
                                          : data.error().key + ": " + data.error().arguments.front().second;
}

std::string algorithm(std::initializer_list<unsigned> oid, const std::string& parameters = {}) {
    return der::element(der::sequence, {der::oid(oid), parameters});
}
const std::string null_element("\x05\x00", 2);
const std::string sha256_algorithm = algorithm({2, 16, 840, 1, 101, 3, 4, 2, 1});
const std::string sha384_algorithm = algorithm({2, 16, 840, 1, 101, 3, 4, 2, 2});
const std::string sha512_algorithm = algorithm({2, 16, 840, 1, 101, 3, 4, 2, 3});

std::string explicit_field(unsigned number, const std::string& value) {
    return der::element(static_cast<der::Tag>(0xA0 + number), value);
}
std::string pss_parameters(const std::string& hash, const std::string& mask_hash, unsigned char salt,
                           const std::string& more = {}) {
    return algorithm({1, 2, 840, 113549, 1, 1, 10},
                     der::element(der::sequence, {explicit_field(0, hash),
                                                  explicit_field(1, algorithm({1, 2, 840, 113549, 1, 1, 8}, mask_hash)),
                                                  explicit_field(2, der::small_integer(salt)), more}));
}

TEST(SignedData, EcdsaIsUnderstood) {
    struct Case {
        const char *group, *name;
        const EVP_MD* digest;
        std::string digest_algorithm, signature_algorithm;
    };
    const std::vector<Case> cases = {
        {"P-256", "ECDSA P-256", EVP_sha256(), sha256_algorithm, algorithm({1, 2, 840, 10045, 4, 3, 2})},
        {"P-384", "ECDSA P-384", EVP_sha384(), sha384_algorithm, algorithm({1, 2, 840, 10045, 4, 3, 3})},
        {"P-521", "ECDSA P-521", EVP_sha512(), sha512_algorithm, algorithm({1, 2, 840, 10045, 4, 3, 4})}};
    for (const Case& one : cases) {
        const Party signer = make({.key = elliptic_key(one.group)});
        CmsParts parts = parts_over(content, signer, one.digest);
        parts.digest_algorithm = one.digest_algorithm;
        parts.signature_algorithm = one.signature_algorithm;
        EXPECT_EQ(verdict(parts.der()), one.name);
        EXPECT_EQ(verdict(parts.der(), content + "x"), "verify.digest_mismatch");
    }
    const Party stranger = make({.key = elliptic_key("secp256k1")});
    EXPECT_EQ(verdict(parts_over(content, stranger).der()), "verify.unknown_algorithm: EC secp256k1");
}

TEST(SignedData, RsaIsUnderstood) {
    const Party signer = make({.key = rsa_key()});
    CmsParts parts = parts_over(content, signer);
    for (const std::string& name :
         {algorithm({1, 2, 840, 113549, 1, 1, 1}, null_element), algorithm({1, 2, 840, 113549, 1, 1, 11}, null_element),
          algorithm({1, 2, 840, 113549, 1, 1, 11})}) {
        parts.signature_algorithm = name;
        EXPECT_EQ(verdict(parts.der()), "RSA 2048");
    }
    parts.signature_algorithm = algorithm({1, 2, 840, 113549, 1, 1, 12}, null_element);
    EXPECT_EQ(verdict(parts.der()), "verify.bad_cms: digestAlgorithm") << "SHA-384 over SHA-256";
}

TEST(SignedData, PssParametersAreChecked) {
    const Party signer = make({.key = rsa_key()});
    CmsParts parts = parts_over(content, signer);
    parts.salt_bytes = 32;
    parts.signature_algorithm = pss_parameters(sha256_algorithm, sha256_algorithm, 32);
    EXPECT_EQ(verdict(parts.der()), "RSA-PSS 2048");
    parts.signature_algorithm = pss_parameters(sha256_algorithm, sha256_algorithm, 20);
    EXPECT_EQ(verdict(parts.der()), "verify.signature_mismatch") << "another salt";
    parts.signature_algorithm = pss_parameters(sha256_algorithm, sha384_algorithm, 32);
    EXPECT_EQ(verdict(parts.der()), "verify.bad_cms: RSASSA-PSS-params");
    parts.signature_algorithm = pss_parameters(sha384_algorithm, sha384_algorithm, 32);
    EXPECT_EQ(verdict(parts.der()), "verify.bad_cms: RSASSA-PSS-params");
    parts.signature_algorithm =
        pss_parameters(sha256_algorithm, sha256_algorithm, 32, explicit_field(3, der::small_integer(2)));
    EXPECT_EQ(verdict(parts.der()), "verify.bad_cms: RSASSA-PSS-params");
    parts.signature_algorithm = algorithm({1, 2, 840, 113549, 1, 1, 10}, der::element(der::sequence, ""));
    EXPECT_EQ(verdict(parts.der()), "verify.weak_algorithm: SHA-1") << "what the defaults mean";
    parts.salt_bytes = -1;
    parts.signature_algorithm = pss_parameters(sha256_algorithm, sha256_algorithm, 32);
    EXPECT_EQ(verdict(parts.der()), "verify.signature_mismatch") << "PKCS #1 declared as PSS";
}

TEST(SignedData, Ed25519GoesWithSha512) {
    const Party signer = make({.key = ed25519_key()});
    CmsParts parts = parts_over(content, signer, EVP_sha512());
    parts.digest_algorithm = sha512_algorithm;
    parts.signature_algorithm = algorithm({1, 3, 101, 112});
    EXPECT_EQ(verdict(parts.der()), "Ed25519");
    CmsParts other = parts_over(content, signer);
    other.signature_algorithm = parts.signature_algorithm;
    EXPECT_EQ(verdict(other.der()), "verify.bad_cms: AlgorithmIdentifier");
}

TEST(SignedData, WeakAlgorithmsAreNamed) {
    const Party signer = make({});
    CmsParts parts = parts_over(content, signer, EVP_sha1());
    parts.digest_algorithm = algorithm({1, 3, 14, 3, 2, 26});
    parts.signature_algorithm = algorithm({1, 2, 840, 10045, 4, 1});
    EXPECT_EQ(verdict(parts.der()), "verify.weak_algorithm: SHA-1");
    parts.digest_algorithm = algorithm({1, 2, 840, 113549, 2, 5}, null_element);
    EXPECT_EQ(verdict(parts.der()), "verify.weak_algorithm: MD5");
    CmsParts half = parts_over(content, signer);
    half.signature_algorithm = algorithm({1, 2, 840, 10045, 4, 1});
    EXPECT_EQ(verdict(half.der()), "verify.weak_algorithm: SHA-1") << "only the signature's digest is weak";
    const Party small = make({.key = rsa_key(1024)});
    CmsParts short_key = parts_over(content, small);
    short_key.signature_algorithm = algorithm({1, 2, 840, 113549, 1, 1, 11}, null_element);
    EXPECT_EQ(verdict(short_key.der()), "verify.weak_algorithm: RSA 1024");
    CmsParts unknown = parts_over(content, signer);
    unknown.digest_algorithm = algorithm({2, 16, 840, 1, 101, 3, 4, 2, 8});
    EXPECT_EQ(verdict(unknown.der()), "verify.unknown_algorithm: 2.16.840.1.101.3.4.2.8");
}

TEST(SignedData, SaysWhatIsInside) {
    const Party signer = make({});
    CmsParts parts = parts_over(content, signer);
    parts.attributes.push_back(
        attribute(der::oid({1, 2, 840, 113549, 1, 9, 5}), der::element(static_cast<der::Tag>(0x17), "261118115320Z")));
    const std::string token = der::element(der::sequence, "token");
    parts.unsigned_attributes =
        der::element(der::context_1, attribute(der::oid({1, 2, 840, 113549, 1, 9, 16, 2, 14}), token));
    const std::string cms = parts.der();
    const auto data = verify(cms);
    ASSERT_TRUE(data);
    EXPECT_EQ(data->kind, SignedData::Kind::pades);
    EXPECT_EQ(data->signer->der(), signer.der());
    EXPECT_EQ(data->signer->subject_name(), "某某机构");
    EXPECT_EQ(data->digest_algorithm, "SHA-256");
    EXPECT_EQ(iso_utc(data->signing_time.value()), "2026-11-18T11:53:20Z");
    EXPECT_EQ(data->time_stamp, token);
    EXPECT_GE(data->signature_value.size(), 64u);
    EXPECT_THAT(cms, testing::HasSubstr(data->signature_value));
    EXPECT_EQ(data->material.intermediates.size(), 1u);
}

TEST(SignedData, AdobeStyleBringsItsRevocationData) {
    const Party root = make_root();
    const Party signer = make({}, &root);
    const std::string crl = make_crl(root, days(-1), days(1), {});
    const std::string ocsp = make_ocsp(signer, root, root);
    CmsParts parts = parts_over(content, signer);
    parts.attributes.pop_back();  // no signing-certificate
    const std::string lists = der::element(der::sequence, {explicit_field(0, der::element(der::sequence, crl)),
                                                           explicit_field(1, der::element(der::sequence, ocsp))});
    parts.attributes.push_back(attribute(der::oid({1, 2, 840, 113583, 1, 1, 8}), lists));
    const std::string other_format = der::element(der::context_1, {der::oid({1, 3, 6, 1, 5, 5, 7, 16, 2}), ocsp});
    parts.revocations = der::element(der::context_1, {crl, other_format});
    const auto data = verify(parts.der());
    ASSERT_TRUE(data) << verdict(parts.der());
    EXPECT_EQ(data->kind, SignedData::Kind::adobe_detached);
    EXPECT_THAT(data->material.crls, testing::ElementsAre(crl, crl));
    EXPECT_THAT(data->material.ocsp_responses, testing::ElementsAre(ocsp, ocsp));
}

TEST(SignedData, SpoiledPartsAreRefused) {
    const Party signer = make({});
    const Party other = make({.name = "别的机构"});
    const std::string data_oid = der::oid({1, 2, 840, 113549, 1, 7, 1});
    const std::string other_oid = der::oid({1, 2, 840, 113549, 1, 7, 3});
    const auto protection = [](const std::string& digest, const std::string& signature_content) {
        return attribute(der::oid({1, 2, 840, 113549, 1, 9, 52}),
                         der::element(der::sequence, {digest, der::element(der::context_1, signature_content)}));
    };
    struct Case {
        const char* what;
        std::function<void(CmsParts&)> spoil;
        const char* verdict;
    };
    const std::string own_hash = digest_bytes(EVP_sha256(), signer.der());
    const std::vector<Case> cases = {
        {"sound", [](CmsParts&) {}, "ECDSA P-256"},
        {"two signers", [](CmsParts& p) { p.signers = 2; }, "verify.bad_cms: signerInfos"},
        {"no signer", [](CmsParts& p) { p.signers = 0; }, "verify.bad_cms: signerInfos"},
        {"no certificate", [](CmsParts& p) { p.certificates.clear(); }, "verify.signer_missing"},
        {"another's certificate", [&](CmsParts& p) { p.certificates = {other.der()}; }, "verify.signer_missing"},
        {"certificate that is none",
         [&](CmsParts& p) { p.certificates = {der::element(der::sequence, "x"), signer.der()}; },
         "verify.bad_cms: ContentInfo"},
        {"strange certificate beside it",
         [&](CmsParts& p) { p.certificates = {der::element(der::sequence, der::small_integer(1)), signer.der()}; },
         "ECDSA P-256"},
        {"content enclosed",
         [](CmsParts& p) { p.encapsulated = explicit_field(0, der::element(der::octet_string, content)); },
         "verify.bad_cms: eContent"},
        {"content of another type", [&](CmsParts& p) { p.content_type = other_oid; }, "verify.bad_cms: contentType"},
        {"content type attribute wrong",
         [&](CmsParts& p) { p.attributes[0] = attribute(der::oid({1, 2, 840, 113549, 1, 9, 3}), other_oid); },
         "verify.bad_cms: contentType"},
        {"two values",
         [&](CmsParts& p) { p.attributes[0] = attribute(der::oid({1, 2, 840, 113549, 1, 9, 3}), data_oid + data_oid); },
         "verify.bad_cms: contentType"},
        {"no message digest", [](CmsParts& p) { p.attributes.erase(p.attributes.begin() + 1); },
         "verify.bad_cms: signedAttrs"},
        {"two message digests",
         [](CmsParts& p) { p.attributes.push_back(message_digest(digest_bytes(EVP_sha256(), "other"))); },
         "verify.bad_cms: signedAttrs"},
        {"no signed attributes", [](CmsParts& p) { p.attributes.clear(); }, "verify.bad_cms: signedAttrs"},
        {"wrong ESSCertIDv2",
         [&](CmsParts& p) { p.attributes[2] = signing_certificate_v2(digest_bytes(EVP_sha256(), other.der())); },
         "verify.certificate_mismatch"},
        {"wrong issuerSerial",
         [&](CmsParts& p) {
             p.attributes[2] = signing_certificate_v2(
                 own_hash,
                 der::element(der::sequence, {der::element(der::sequence, der::element(der::context_4, other.issuer())),
                                              signer.serial()}));
         },
         "verify.certificate_mismatch"},
        {"right issuerSerial",
         [&](CmsParts& p) {
             p.attributes[2] = signing_certificate_v2(
                 own_hash, der::element(der::sequence,
                                        {der::element(der::sequence, der::element(der::context_4, signer.issuer())),
                                         signer.serial()}));
         },
         "ECDSA P-256"},
        {"right algorithm protection",
         [&](CmsParts& p) {
             p.attributes.push_back(protection(sha256_algorithm, der::oid({1, 2, 840, 10045, 4, 3, 2})));
         },
         "ECDSA P-256"},
        {"other digest protected",
         [&](CmsParts& p) {
             p.attributes.push_back(protection(sha512_algorithm, der::oid({1, 2, 840, 10045, 4, 3, 2})));
         },
         "verify.bad_cms: CMSAlgorithmProtection"},
        {"other signature protected",
         [&](CmsParts& p) {
             p.attributes.push_back(protection(sha256_algorithm, der::oid({1, 2, 840, 10045, 4, 3, 3})));
         },
         "verify.bad_cms: CMSAlgorithmProtection"},
        {"attributes not sorted, signed as they stand", [](CmsParts& p) { p.sorts = false; }, "ECDSA P-256"},
    };
    for (const Case& one : cases) {
        CmsParts parts = parts_over(content, signer);
        one.spoil(parts);
        EXPECT_EQ(verdict(parts.der()), one.verdict) << one.what;
    }
}

TEST(SignedData, VersionOneOfTheSigningCertificateIsChecked) {
    const Party signer = make({});
    for (const bool right : {true, false}) {
        CmsParts parts = parts_over(content, signer);
        const std::string hash = digest_bytes(EVP_sha1(), right ? signer.der() : "another");
        const std::string identifier = der::element(der::sequence, der::element(der::octet_string, hash));
        parts.attributes[2] = attribute(der::oid({1, 2, 840, 113549, 1, 9, 16, 2, 12}),
                                        der::element(der::sequence, der::element(der::sequence, identifier)));
        EXPECT_EQ(verdict(parts.der()), right ? "ECDSA P-256" : "verify.certificate_mismatch");
    }
}

TEST(SignedData, NoChangedOctetPassesForAnotherMeaning) {
    const Party signer = make({});
    const std::string cms = parts_over(content, signer).der();
    const auto sound = verify(cms);
    ASSERT_TRUE(sound);
    for (std::size_t at = 0; at < cms.size(); ++at) {
        std::string damaged = cms;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x01);
        const auto data = verify(damaged);
        if (!data) continue;
        // Version numbers and the list of digests ahead of the content are not signed and mean nothing here.
        EXPECT_EQ(data->signer->der(), sound->signer->der()) << at;
        EXPECT_EQ(data->signature_value, sound->signature_value) << at;
    }
    for (std::size_t size = 0; size < cms.size(); size += 7) EXPECT_FALSE(verify(cms.substr(0, size))) << size;
    EXPECT_TRUE(verify(cms + std::string(100, '\0'))) << "the zeros that fill /Contents";
    EXPECT_EQ(verdict(cms + "x"), "verify.bad_cms: ContentInfo");
    EXPECT_EQ(verdict(std::string((4U << 20U) + 1, '\0')).substr(0, 14), "verify.bad_cms");
}

std::string indefinite(unsigned char tag, const std::string& contents) {
    return std::string(1, static_cast<char>(tag)) + '\x80' + contents + std::string(2, '\0');
}

// What OpenSSL's `cms -sign` makes, with and without signing-certificate-v2; then as BER, with the indefinite lengths
// of signers that stream.
TEST(SignedData, OpenSslsFilesAreReadAlsoAsBer) {
    const Party signer = make({});
    for (const unsigned more : {0U, static_cast<unsigned>(CMS_CADES)}) {
        const Bio data(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
        const std::unique_ptr<CMS_ContentInfo, Releaser<CMS_ContentInfo_free>> cms(
            CMS_sign(signer.x509.get(), signer.key.get(), nullptr, data.get(), CMS_BINARY | CMS_DETACHED | more));
        ASSERT_NE(cms, nullptr);
        const std::string encoded = to_der(i2d_CMS_ContentInfo, cms.get());
        const auto read = verify(encoded);
        ASSERT_TRUE(read) << verdict(encoded);
        EXPECT_EQ(read->kind, more != 0 ? SignedData::Kind::pades : SignedData::Kind::adobe_detached);
        EXPECT_TRUE(read->signing_time.has_value());

        der::Reader info = der::Reader(encoded, "").enter(der::read_sequence, "").value();
        const std::string type(info.next().value().whole);
        der::Reader outer = info.enter(der::read_constructed_0, "").value();
        const std::string signed_data(outer.next().value().content);
        const std::string ber = indefinite(0x30, type + indefinite(0xA0, indefinite(0x30, signed_data)));
        const auto again = verify(ber + std::string(20, '\0'));
        ASSERT_TRUE(again) << verdict(ber);
        EXPECT_EQ(again->signature_value, read->signature_value);
        EXPECT_EQ(verdict(ber, "other"), "verify.digest_mismatch");
        EXPECT_EQ(verdict(ber + "x"), "verify.bad_cms: ContentInfo");
        EXPECT_EQ(verdict(ber.substr(0, ber.size() - 2)), "verify.bad_cms: ContentInfo");
    }
}

TEST(SignedData, LengthsThatAreNotTheShortestAreEncodedAgain) {
    const Party signer = make({});
    std::string cms = parts_over(content, signer).der();
    ASSERT_EQ(static_cast<unsigned char>(cms[1]), 0x82);
    cms[1] = static_cast<char>(0x83);
    cms.insert(2, 1, '\0');
    EXPECT_EQ(verdict(cms), "ECDSA P-256");
}

TEST(SignedData, DeepNestingEnds) {
    std::string bomb;
    for (int i = 0; i < 5000; ++i) bomb = der::element(der::sequence, bomb);
    EXPECT_EQ(verdict(bomb), "verify.bad_cms: ContentInfo");
    EXPECT_EQ(verdict(std::string(100'000, '\x30')), "verify.bad_cms: ContentInfo");
}

TEST(Certificates, NamesCannotHideOrTurnAround) {
    const Party tricky = make({.name = "某某\u202Eabc\n学校\u200B"});
    EXPECT_EQ(tricky.certificate()->subject_name(), "某某\uFFFDabc\uFFFD学校\uFFFD");
    EXPECT_EQ(Certificate::from_der(tricky.der() + "x").error().key, "verify.bad_certificate");
    EXPECT_EQ(Certificate::from_der("").error().key, "verify.bad_certificate");
    EXPECT_EQ(Certificate::from_der(tricky.der()).value(), tricky.certificate()) << "parsed once";
}

}  // namespace
}  // namespace shanqi::seal
