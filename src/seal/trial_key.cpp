// A trial CA and an organisation certificate under it (RFC 5280). The CA's key signs once and is forgotten: nobody
// can issue under it again.
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"
#include "seal/openssl_handles.hpp"
#include "seal/seal.hpp"
#include "seal/trial_policy.hpp"

namespace shanqi::seal {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr int lifetime_days = 3 * 365;
constexpr std::int64_t backdated_s = 300;        // a verifier's clock may be a little behind
constexpr std::size_t name_characters_max = 64;  // ub-organization-name and ub-common-name, RFC 5280, A.1
constexpr int password_iterations = 100'000;     // of PBKDF2 and of the MAC: 0.1 s to open, 10^5 times a guess

Key generate(KeyAlgorithm algorithm) {
    EVP_PKEY* key = nullptr;
    switch (algorithm) {
        case KeyAlgorithm::rsa2048:
            key = EVP_RSA_gen(2048u);
            break;
        case KeyAlgorithm::rsa3072:
            key = EVP_RSA_gen(3072u);
            break;
        case KeyAlgorithm::p256:
            key = EVP_EC_gen("P-256");
            break;
    }
    must(key != nullptr, "key generation");
    return Key(key);
}

void add_name(X509_NAME* name, int nid, std::string_view value) {
    must(X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, bytes_of(value), static_cast<int>(value.size()), -1, 0) ==
             1,
         "name");
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    must(extension != nullptr, value);
    const int ok = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    must(ok == 1, value);
}

// Built by hand: OpenSSL reads this extension from text only together with a configuration file.
void add_trial_policy(X509* certificate) {
    CERTIFICATEPOLICIES* policies = CERTIFICATEPOLICIES_new();
    POLICYINFO* policy = POLICYINFO_new();
    must(policies != nullptr && policy != nullptr && sk_POLICYINFO_push(policies, policy) > 0, "policy");
    policy->policyid = OBJ_txt2obj(trial_policy_oid, 1);
    must(policy->policyid != nullptr, "policy");
    must(X509_add1_ext_i2d(certificate, NID_certificate_policies, policies, 0, X509V3_ADD_DEFAULT) == 1, "policy");
    CERTIFICATEPOLICIES_free(policies);
}

// RFC 5280, 4.1.2.2: positive, at most 20 octets; 16 random ones with a first bit that keeps the length.
void set_random_serial(X509* certificate) {
    std::string random = random_bytes(16);
    random[0] = static_cast<char>((static_cast<unsigned char>(random[0]) & 0x3F) | 0x40);
    BIGNUM* number = BN_bin2bn(bytes_of(random), static_cast<int>(random.size()), nullptr);
    must(number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr, "serial");
    BN_free(number);
}

X509Handle new_certificate(EVP_PKEY* key, Instant now) {
    X509Handle certificate(X509_new());
    must(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "certificate");
    set_random_serial(certificate.get());
    const std::int64_t start_s = now.us / second_us - backdated_s;
    must(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), start_s) != nullptr, "time");
    must(ASN1_TIME_adj(X509_getm_notAfter(certificate.get()), start_s, lifetime_days, 0) != nullptr, "time");
    must(X509_set_pubkey(certificate.get(), key) == 1, "public key");
    return certificate;
}

std::string ca_common_name(std::string_view organisation) {
    std::u32string name = to_utf32(std::string(trial_issuer_prefix) + " " + std::string(organisation));
    if (name.size() > name_characters_max) name.resize(name_characters_max);
    return to_utf8(name);
}

void sign(X509* certificate, EVP_PKEY* issuer_key) {
    must(X509_sign(certificate, issuer_key, EVP_sha256()) > 0, "signing");
}

X509Handle make_ca(EVP_PKEY* key, const NewKey& request) {
    X509Handle ca = new_certificate(key, request.now);
    X509_NAME* name = X509_get_subject_name(ca.get());
    add_name(name, NID_countryName, "CN");
    add_name(name, NID_commonName, ca_common_name(request.name));
    must(X509_set_issuer_name(ca.get(), name) == 1, "issuer");
    add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
    sign(ca.get(), key);
    return ca;
}

X509Handle make_organisation(EVP_PKEY* key, X509* ca, EVP_PKEY* ca_key, const NewKey& request) {
    X509Handle certificate = new_certificate(key, request.now);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    add_name(name, NID_countryName, "CN");
    add_name(name, NID_organizationName, request.name);
    add_name(name, NID_commonName, request.name);
    must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(ca)) == 1, "issuer");
    add_extension(certificate.get(), ca, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), ca, NID_key_usage, "critical,digitalSignature,nonRepudiation");
    // RFC 9336 id-kp-documentSigning; emailProtection for validators that know nothing newer (NSS, which pdfsig uses).
    add_extension(certificate.get(), ca, NID_ext_key_usage, "1.3.6.1.5.5.7.3.36,emailProtection");
    add_trial_policy(certificate.get());
    add_extension(certificate.get(), ca, NID_subject_key_identifier, "hash");
    add_extension(certificate.get(), ca, NID_authority_key_identifier, "keyid:always");
    sign(certificate.get(), ca_key);
    return certificate;
}

std::string bio_text(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(X509* certificate) {
    const Bio bio(BIO_new(BIO_s_mem()));
    must(bio != nullptr && PEM_write_bio_X509(bio.get(), certificate) == 1, "PEM");
    return bio_text(bio.get());
}

// PBES2 with AES-256 and HMAC-SHA-256 (RFC 8018), MAC with SHA-256 (RFC 7292).
std::string to_pkcs12(EVP_PKEY* key, X509* certificate, X509* ca, const NewKey& request) {
    // The friendly name is a BMPString (RFC 7292, 4.2): a name with a rare character beyond U+FFFF goes without one.
    const std::u32string name = to_utf32(request.name);
    const bool fits = std::ranges::all_of(name, [](char32_t c) { return c <= 0xFFFF; });
    const Certificates others(sk_X509_new_null());
    must(others != nullptr && sk_X509_push(others.get(), ca) > 0 && X509_up_ref(ca) == 1, "chain");
    const Pkcs12 p12(PKCS12_create_ex(request.password.c_str(), fits ? request.name.c_str() : nullptr, key, certificate,
                                      others.get(), NID_aes_256_cbc, NID_aes_256_cbc, password_iterations, -1, 0,
                                      nullptr, nullptr));
    must(p12 != nullptr && PKCS12_set_mac(p12.get(), request.password.c_str(), -1, nullptr, 16, password_iterations,
                                          EVP_sha256()) == 1,
         "PKCS #12");
    return to_der(i2d_PKCS12, p12.get());
}

Result<> check_request(const NewKey& request) {
    const std::u32string name = to_utf32(request.name);
    const auto control = [](char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); };
    if (!is_utf8(request.name) || trimmed(request.name).empty() || std::ranges::any_of(name, control))
        return fail(ErrorKind::invalid, "seal.empty_name");
    if (name.size() > name_characters_max)
        return fail(ErrorKind::limit, "seal.certificate_name_too_long",
                    {{"limit", std::to_string(name_characters_max)}});
    if (request.password.empty() || request.password.find('\0') != std::string::npos || !is_utf8(request.password))
        return fail(ErrorKind::invalid, "seal.bad_password");
    return {};
}

TrialKey make(const NewKey& request) {
    const Key ca_key = generate(request.algorithm);
    const Key key = generate(request.algorithm);
    const X509Handle ca = make_ca(ca_key.get(), request);
    const X509Handle certificate = make_organisation(key.get(), ca.get(), ca_key.get(), request);
    return {to_pkcs12(key.get(), certificate.get(), ca.get(), request), to_pem(ca.get())};
}

Result<> write_new(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
    Result<> written = create_file_durably(path, bytes, mode);
    if (!written && written.error().key == "file.exists") written.error().key = "seal.key_exists";
    return written;
}

}  // namespace

Result<TrialKey> make_trial_key(const NewKey& request) {
    TRY_DO(check_request(request));
    try {
        return make(request);
    } catch (const std::runtime_error& error) {
        return fail(ErrorKind::system, "seal.crypto_failed", {{"reason", error.what()}});
    }
}

Result<> create_trial_key(const NewKey& request) {
    TRY_DO(check_request(request));
    const std::filesystem::path key_path = request.folder / "seal.p12";
    const std::filesystem::path ca_path = request.folder / "ca.pem";
    for (const auto& path : {key_path, ca_path}) {
        std::error_code ignored;
        if (std::filesystem::exists(std::filesystem::symlink_status(path, ignored)))
            return fail(ErrorKind::conflict, "seal.key_exists", {}, {.file = path.string()});
    }
    std::error_code error;
    std::filesystem::create_directories(request.folder, error);
    if (error) return system_error(error.value(), request.folder);
    const TrialKey made = TRY(make_trial_key(request));
    // ca.pem first: a seal.p12 is only there when everything is.
    TRY_DO(write_new(ca_path, made.ca_pem, 0644));
    return write_new(key_path, made.p12, 0600);
}

}  // namespace shanqi::seal
