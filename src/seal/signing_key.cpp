#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <ctime>
#include <mutex>

#include "base/files.hpp"
#include "seal/cms.hpp"
#include "seal/pkcs12.hpp"
#include "seal/seal.hpp"
#include "seal/time_stamp_client.hpp"
#include "seal/trial_policy.hpp"

namespace shanqi::seal {
namespace {

constexpr int rsa_bits_min = 2048;
constexpr int chain_certificates_max = 8;

struct Strength {
    bool is_rsa = false;
    std::string name;
};

// Errors: seal.weak_key, seal.unsupported_key.
Result<Strength> strength_of(EVP_PKEY* key) {
    const int bits = EVP_PKEY_get_bits(key);
    if (EVP_PKEY_is_a(key, "RSA")) {
        if (bits < rsa_bits_min) return fail(ErrorKind::refused, "seal.weak_key", {{"bits", std::to_string(bits)}});
        return Strength{true, "RSA-" + std::to_string(bits)};
    }
    char group[64] = "";
    if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1) {
        const std::string_view name = group;
        if (name == "prime256v1" || name == "P-256") return Strength{false, "P-256"};
        if (name == "secp384r1" || name == "P-384") return Strength{false, "P-384"};
    }
    return fail(ErrorKind::invalid, "seal.unsupported_key");
}

Result<Instant> instant_of(const ASN1_TIME* time) {
    std::tm civil{};
    if (ASN1_TIME_to_tm(time, &civil) != 1) return fail(ErrorKind::invalid, "seal.not_pkcs12");
    return Instant{static_cast<std::int64_t>(timegm(&civil)) * 1'000'000};
}

std::string china_day(Instant instant) { return iso_date(china_time(instant).date); }

Result<> check_validity(const X509* certificate, Instant now) {
    const Instant from = TRY(instant_of(X509_get0_notBefore(certificate)));
    const Instant until = TRY(instant_of(X509_get0_notAfter(certificate)));
    const Error::Arguments dates = {{"from", china_day(from)}, {"until", china_day(until)}, {"today", china_day(now)}};
    if (now < from) return fail(ErrorKind::refused, "seal.certificate_not_yet_valid", dates);
    if (until < now) return fail(ErrorKind::refused, "seal.certificate_expired", dates);
    return {};
}

// RFC 5280, 4.2.1.3: without the extension every use is allowed.
Result<> check_usage(X509* certificate) {
    const std::uint32_t usage = X509_get_key_usage(certificate);
    if (usage == UINT32_MAX || (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0) return {};
    return fail(ErrorKind::refused, "seal.key_usage");
}

std::string name_entry(const X509_NAME* name, int nid) {
    const int index = X509_NAME_get_index_by_NID(name, nid, -1);
    if (index < 0) return {};
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    if (size < 0) return {};
    std::string out(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
    return out;
}

bool has_trial_policy(const X509* certificate) {
    auto* policies =
        static_cast<CERTIFICATEPOLICIES*>(X509_get_ext_d2i(certificate, NID_certificate_policies, nullptr, nullptr));
    if (policies == nullptr) return false;
    bool found = false;
    for (int i = 0; i < sk_POLICYINFO_num(policies) && !found; ++i) {
        char dotted[128] = "";
        OBJ_obj2txt(dotted, sizeof dotted, sk_POLICYINFO_value(policies, i)->policyid, 1);
        found = std::string_view(dotted) == trial_policy_oid;
    }
    CERTIFICATEPOLICIES_free(policies);
    return found;
}

bool is_self_issued(const X509* certificate) {
    return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
}

// From the signer upwards, without the root: whoever trusts it has it. What is not part of the chain stays out.
std::vector<const X509*> intermediates_of(const X509* signer, const STACK_OF(X509) * others) {
    std::vector<const X509*> chain;
    for (const X509* at = signer; !is_self_issued(at) && chain.size() < chain_certificates_max;) {
        const X509* issuer = nullptr;
        for (int i = 0; i < sk_X509_num(others); ++i) {
            const X509* candidate = sk_X509_value(others, i);
            if (X509_NAME_cmp(X509_get_subject_name(candidate), X509_get_issuer_name(at)) == 0 &&
                std::ranges::find(chain, candidate) == chain.end())
                issuer = candidate;
        }
        if (issuer == nullptr || is_self_issued(issuer)) break;
        chain.push_back(issuer);
        at = issuer;
    }
    return chain;
}

class OpenKey final : public SigningKey {
public:
    OpenKey(KeyBag bag, Strength strength, Instant until)
        : bag_(std::move(bag)),
          strength_(std::move(strength)),
          not_after_(until),
          cms_(bag_.certificate.get(), intermediates_of(bag_.certificate.get(), bag_.others.get()), strength_.is_rsa,
               static_cast<std::size_t>(EVP_PKEY_get_size(bag_.key.get()))) {
        const X509_NAME* subject = X509_get_subject_name(bag_.certificate.get());
        subject_name_ = name_entry(subject, NID_organizationName);
        if (subject_name_.empty()) subject_name_ = name_entry(subject, NID_commonName);
        fingerprint_ = hex(sha256(to_der(i2d_X509, bag_.certificate.get())));
        const std::string issuer = name_entry(X509_get_issuer_name(bag_.certificate.get()), NID_commonName);
        is_trial_ = has_trial_policy(bag_.certificate.get()) || issuer.starts_with(trial_issuer_prefix);
    }

    std::string subject_name() const override { return subject_name_; }
    std::string fingerprint() const override { return fingerprint_; }
    std::string algorithm() const override { return strength_.name; }
    bool is_trial() const override { return is_trial_; }
    Instant not_after() const override { return not_after_; }
    std::size_t cms_bytes_max() const override { return cms_.bytes_max(); }

    Result<std::string> sign_cms(const Sha256& content, const TimeStampClient* time_stamps) const override {
        const std::string attributes = cms_.signed_attributes(content);
        const Sha256 digest = sha256(attributes);
        std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(bag_.key.get())), '\0');
        std::size_t size = signature.size();
        KeyContext context = borrow();
        if (context == nullptr || EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                                &size, digest.data(), digest.size()) != 1) {
            ERR_clear_error();
            return fail(ErrorKind::system, "seal.signing_failed");
        }
        give_back(std::move(context));
        signature.resize(size);
        if (time_stamps == nullptr) return cms_.assemble(attributes, signature);
        return cms_.assemble(attributes, signature, TRY(time_stamps->stamp(sha256(signature))));
    }

private:
    // Setting up a context costs a fetch of the algorithm; one is kept for each thread that signs at the same time.
    KeyContext borrow() const {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                KeyContext context = std::move(idle_.back());
                idle_.pop_back();
                return context;
            }
        }
        KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, bag_.key.get(), nullptr));
        if (context == nullptr || EVP_PKEY_sign_init(context.get()) != 1) return nullptr;
        if (strength_.is_rsa && EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1) return nullptr;
        if (EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1) return nullptr;
        return context;
    }
    void give_back(KeyContext context) const {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(context));
    }

    KeyBag bag_;
    Strength strength_;
    Instant not_after_;
    CmsTemplate cms_;
    std::string subject_name_, fingerprint_;
    bool is_trial_ = false;
    mutable std::mutex mutex_;
    mutable std::vector<KeyContext> idle_;
};

Result<std::shared_ptr<const SigningKey>> open_bytes(std::string_view der, std::string_view password, Instant now) {
    KeyBag bag = TRY(open_pkcs12(der, std::string(password)));
    X509* certificate = bag.certificate.get();
    if (X509_check_private_key(certificate, bag.key.get()) != 1) {
        ERR_clear_error();
        return fail(ErrorKind::invalid, "seal.key_mismatch");
    }
    Strength strength = TRY(strength_of(bag.key.get()));
    TRY_DO(check_validity(certificate, now));
    TRY_DO(check_usage(certificate));
    const Instant until = TRY(instant_of(X509_get0_notAfter(certificate)));
    return std::make_shared<const OpenKey>(std::move(bag), std::move(strength), until);
}

}  // namespace

Result<std::shared_ptr<const SigningKey>> SigningKey::open(const std::filesystem::path& p12, std::string_view password,
                                                           Instant now) {
    const std::string der = TRY(read_file(p12, limits::key_file_bytes_max));
    Result<std::shared_ptr<const SigningKey>> key = read(der, password, now);
    if (!key) key.error().place.file = p12.string();
    return key;
}

Result<std::shared_ptr<const SigningKey>> SigningKey::read(std::string_view p12, std::string_view password,
                                                           Instant now) {
    try {
        return open_bytes(p12, password, now);
    } catch (const std::runtime_error& error) {
        return fail(ErrorKind::system, "seal.crypto_failed", {{"reason", error.what()}});
    }
}

}  // namespace shanqi::seal
