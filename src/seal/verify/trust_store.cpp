#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include "seal/verify/open_certificate.hpp"
#include "seal/verify/revocation.hpp"

namespace shanqi::seal {
namespace {

constexpr int intermediates_max = 8;
constexpr int security_level = 2;  // 112 bits: no SHA-1 and no RSA below 2048 in a chain
constexpr std::size_t kept_chains_max = 1024;

using Store = std::unique_ptr<X509_STORE, Releaser<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Releaser<X509_STORE_CTX_free>>;
using Chain = TrustStore::Chain;
using Purpose = TrustStore::Purpose;
using ExtendedUsage = std::unique_ptr<EXTENDED_KEY_USAGE, Releaser<EXTENDED_KEY_USAGE_free>>;

std::string china_day(Instant instant) { return iso_date(china_time(instant).date); }

Error problem(std::string_view key, Error::Arguments arguments) {
    return {.kind = ErrorKind::refused, .key = std::string(key), .arguments = std::move(arguments), .place = {}};
}

std::string weak_part(X509* certificate, int error) {
    if (error == X509_V_ERR_CA_MD_TOO_WEAK) return OBJ_nid2ln(X509_get_signature_nid(certificate));
    const EVP_PKEY* key = X509_get0_pubkey(certificate);
    return std::string(EVP_PKEY_get0_type_name(key)) + " " + std::to_string(EVP_PKEY_get_bits(key));
}

Error problem_of(int error, const OpenCertificate& certificate, Instant at) {
    const Error::Arguments name = {{"name", certificate.subject_name()}};
    switch (error) {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return problem("verify.self_signed", name);
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return problem("verify.unknown_issuer", {{"issuer", certificate.issuer_name()}});
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return problem("verify.expired", {{"name", certificate.subject_name()},
                                              {"until", china_day(certificate.not_after())},
                                              {"at", china_day(at)}});
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return problem("verify.not_yet_valid", {{"name", certificate.subject_name()},
                                                    {"from", china_day(certificate.not_before())},
                                                    {"at", china_day(at)}});
        case X509_V_ERR_PATH_LENGTH_EXCEEDED:
        case X509_V_ERR_CERT_CHAIN_TOO_LONG:
            return problem("verify.path_length", name);
        case X509_V_ERR_PERMITTED_VIOLATION:
        case X509_V_ERR_EXCLUDED_VIOLATION:
        case X509_V_ERR_SUBTREE_MINMAX:
        case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
        case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
        case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
            return problem("verify.name_constraints", name);
        case X509_V_ERR_INVALID_CA:
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
            return problem("verify.key_usage", name);
        case X509_V_ERR_EE_KEY_TOO_SMALL:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_CA_MD_TOO_WEAK:
            return problem("verify.weak_algorithm", {{"algorithm", weak_part(certificate.x509(), error)}});
        default:
            return problem("verify.chain_failed",
                           {{"name", certificate.subject_name()}, {"reason", X509_verify_cert_error_string(error)}});
    }
}

// RFC 5280, 4.2.1.12 leaves to the application which extended usages fit; for documents these: RFC 9336, e-mail
// signatures, Microsoft's and Adobe's own.
constexpr std::array<const char*, 5> document_usages = {
    "1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4", "1.3.6.1.4.1.311.10.3.12", "1.2.840.113583.1.1.5", "2.5.29.37.0"};
constexpr std::array<const char*, 2> time_stamp_usages = {"1.3.6.1.5.5.7.3.8", "2.5.29.37.0"};

// Without the extension every use is allowed.
bool extended_usage_allows(X509* certificate, Purpose purpose) {
    if ((X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) == 0) return true;
    const ExtendedUsage usages(
        static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
    const std::span<const char* const> allowed =
        purpose == Purpose::time_stamp ? std::span<const char* const>(time_stamp_usages) : document_usages;
    for (int i = 0; usages != nullptr && i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
        char dotted[128] = "";
        OBJ_obj2txt(dotted, sizeof dotted, sk_ASN1_OBJECT_value(usages.get(), i), 1);
        if (std::ranges::find(allowed, std::string_view(dotted)) != allowed.end()) return true;
    }
    return false;
}

bool signer_may(X509* signer, Purpose purpose) {
    if (purpose == Purpose::time_stamp) return X509_check_purpose(signer, X509_PURPOSE_TIMESTAMP_SIGN, 0) == 1;
    const std::uint32_t usage = X509_get_key_usage(signer);
    return (usage == UINT32_MAX || (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0) &&
           extended_usage_allows(signer, purpose);
}

class KeepingTrustStore final : public TrustStore {
public:
    explicit KeepingTrustStore(Material material)
        : material_(std::move(material)), records_(material_.crls, material_.ocsp_responses), store_(X509_STORE_new()) {
        must(store_ != nullptr, "memory");
        for (const CertificatePtr& root : material_.roots)
            must(X509_STORE_add_cert(store_.get(), opened(*root).x509()) == 1, "root certificate");
        // Whoever names an intermediate as trusted means it.
        must(X509_STORE_set_flags(store_.get(), X509_V_FLAG_PARTIAL_CHAIN) == 1, "flags");
        X509_VERIFY_PARAM* parameters = X509_STORE_get0_param(store_.get());
        X509_VERIFY_PARAM_set_depth(parameters, intermediates_max);
        X509_VERIFY_PARAM_set_auth_level(parameters, security_level);
    }

    Chain check(const CertificatePtr& signer, const Material& others, Instant at, Purpose purpose) const override {
        const Sha256 question = question_of(*signer, others, purpose);
        if (std::optional<Chain> known = kept(question, at)) return std::move(*known);
        Moment moment(at);
        Chain chain = find_path(opened(*signer), others, at);
        if (!chain.problem) check_usages(chain, purpose);
        if (!chain.problem) {
            for (const CertificatePtr& one : chain.path) {  // as find_path did, for the moment to know
                (void)moment.is_before(one->not_before());
                (void)moment.is_before(one->not_after());
            }
            check_revocation(chain, others, moment);
        }
        chain.trusted = !chain.problem;
        if (chain.trusted) keep(question, moment, chain);
        return chain;
    }

private:
    struct Kept {
        Instant from, until;
        Chain chain;
    };

    static Sha256 question_of(const Certificate& signer, const Material& others, Purpose purpose) {
        Sha256Stream stream;
        const auto add = [&](const Sha256& digest) {
            stream.update({reinterpret_cast<const char*>(digest.data()), digest.size()});
        };
        add(opened(signer).digest());
        stream.update(purpose == Purpose::time_stamp ? "T" : "D");
        for (const auto* list : {&others.roots, &others.intermediates}) {
            for (const CertificatePtr& one : *list) add(opened(*one).digest());
        }
        for (const auto* list : {&others.crls, &others.ocsp_responses}) {
            stream.update("|");
            for (const std::string& der : *list) add(sha256(der));
        }
        return stream.finish();
    }

    std::optional<Chain> kept(const Sha256& question, Instant at) const {
        const std::lock_guard lock(mutex_);
        const auto [begin, end] = kept_.equal_range(question);
        for (auto it = begin; it != end; ++it) {
            if (it->second.from <= at && at <= it->second.until) return it->second.chain;
        }
        return std::nullopt;
    }
    void keep(const Sha256& question, const Moment& moment, const Chain& chain) const {
        const std::lock_guard lock(mutex_);
        if (kept_.size() >= kept_chains_max) kept_.clear();
        kept_.emplace(question, Kept{moment.from(), moment.until(), chain});
    }

    Chain find_path(const OpenCertificate& signer, const Material& others, Instant at) const {
        const Certificates untrusted(sk_X509_new_null());
        must(untrusted != nullptr, "memory");
        for (const auto* list : {&material_.intermediates, &others.intermediates, &others.roots}) {
            for (const CertificatePtr& one : *list)
                must(X509_up_ref(opened(*one).x509()) == 1 && sk_X509_push(untrusted.get(), opened(*one).x509()) > 0,
                     "memory");
        }
        const StoreContext context(X509_STORE_CTX_new());
        must(
            context != nullptr && X509_STORE_CTX_init(context.get(), store_.get(), signer.x509(), untrusted.get()) == 1,
            "memory");
        X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()), at.us / 1'000'000);
        const bool ok = X509_verify_cert(context.get()) == 1;
        Chain chain;
        const STACK_OF(X509)* path = X509_STORE_CTX_get0_chain(context.get());
        for (int i = 0; i < sk_X509_num(path); ++i) {
            if (Result<CertificatePtr> one = Certificate::from_der(to_der(i2d_X509, sk_X509_value(path, i))))
                chain.path.push_back(std::move(*one));
        }
        if (!ok) {
            X509* at_fault = X509_STORE_CTX_get_current_cert(context.get());
            const Result<CertificatePtr> certificate =
                at_fault != nullptr ? Certificate::from_der(to_der(i2d_X509, at_fault)) : nullptr;
            const OpenCertificate& named = certificate && *certificate ? opened(**certificate) : signer;
            chain.problem = problem_of(X509_STORE_CTX_get_error(context.get()), named, at);
        }
        ERR_clear_error();
        return chain;
    }

    static void check_usages(Chain& chain, Purpose purpose) {
        for (std::size_t i = 0; i < chain.path.size(); ++i) {
            X509* certificate = opened(*chain.path[i]).x509();
            const bool is_anchor = i + 1 == chain.path.size();
            // OpenSSL lets a certificate without basic constraints issue others when its key usage does; RFC 5280,
            // 6.1.4 (k) does not.
            const bool allowed =
                i == 0 ? signer_may(certificate, purpose)
                       : is_anchor || (X509_check_ca(certificate) == 1 && extended_usage_allows(certificate, purpose));
            if (!allowed) {
                chain.problem = problem("verify.key_usage", {{"name", chain.path[i]->subject_name()}});
                return;
            }
        }
    }

    // Soft: where nobody says anything, the answer is not_checked.
    void check_revocation(Chain& chain, const Material& others, Moment& moment) const {
        const RevocationRecords own(others.crls, others.ocsp_responses);
        bool all_good = chain.path.size() > 1;
        for (std::size_t i = 0; i + 1 < chain.path.size(); ++i) {
            RevocationStatus worst;
            for (const RevocationRecords* records : {&records_, &own}) {
                RevocationStatus status =
                    records->status(opened(*chain.path[i]).x509(), opened(*chain.path[i + 1]).x509(), moment);
                if (status.answer > worst.answer) worst = std::move(status);
            }
            if (worst.answer == RevocationStatus::Answer::revoked) {
                chain.revocation = Chain::Revocation::revoked;
                chain.problem = problem("verify.revoked", {{"name", chain.path[i]->subject_name()},
                                                           {"date", china_day(worst.since)},
                                                           {"reason", worst.reason}});
                return;
            }
            all_good = all_good && worst.answer == RevocationStatus::Answer::good;
        }
        if (all_good) chain.revocation = Chain::Revocation::good;
    }

    Material material_;
    RevocationRecords records_;
    Store store_;
    mutable std::mutex mutex_;
    mutable std::multimap<Sha256, Kept> kept_;
};

}  // namespace

std::shared_ptr<const TrustStore> TrustStore::create(Material material) {
    return std::make_shared<const KeepingTrustStore>(std::move(material));
}

}  // namespace shanqi::seal
