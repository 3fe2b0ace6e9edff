#include "seal/verify/revocation.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "seal/verify/open_certificate.hpp"

namespace shanqi::seal {
namespace {

using Answer = RevocationStatus::Answer;
using IssuingPoint = std::unique_ptr<ISSUING_DIST_POINT, Releaser<ISSUING_DIST_POINT_free>>;
using PointNames = std::unique_ptr<CRL_DIST_POINTS, Releaser<CRL_DIST_POINTS_free>>;
using CertificateId = std::unique_ptr<OCSP_CERTID, Releaser<OCSP_CERTID_free>>;

// An OCSP response without nextUpdate says that there is always newer information (RFC 6960, 4.2.2.1): it is believed
// for a day.
constexpr std::int64_t age_without_next_update_us = 86'400'000'000;

bool is_weak(int signature_nid) {
    int digest = NID_undef;
    if (OBJ_find_sigid_algs(signature_nid, &digest, nullptr) != 1) return true;
    return digest == NID_sha1 || digest == NID_md5 || digest == NID_md4 || digest == NID_md2 || digest == NID_mdc2 ||
           digest == NID_ripemd160;
}

bool may(X509* certificate, std::uint32_t usage) {
    const std::uint32_t all = X509_get_key_usage(certificate);
    return all == UINT32_MAX || (all & usage) != 0;
}

// Current at the moment, or younger. A record that was made when the certificate had expired may have forgotten it.
bool is_current(Instant made, std::optional<Instant> next, X509* certificate, Moment& moment) {
    const Result<Instant> expires = instant_of(X509_get0_notAfter(certificate));
    if (!expires || *expires < made) return false;
    return !moment.is_after(next.value_or(Instant{made.us + age_without_next_update_us}));
}

RevocationStatus revoked(Instant since, int reason, bool current, Moment& moment) {
    if (moment.is_before(since)) return {.answer = current ? Answer::good : Answer::unknown};
    // Only a hold can be lifted again.
    if (reason == OCSP_REVOKED_STATUS_CERTIFICATEHOLD && !current) return {};
    const int named = reason == OCSP_REVOKED_STATUS_NOSTATUS ? OCSP_REVOKED_STATUS_UNSPECIFIED : reason;
    return {.answer = Answer::revoked, .since = since, .reason = OCSP_crl_reason_str(named)};
}

// Does a list that is divided (RFC 5280, 5.2.5) speak about this certificate, and for all reasons?
bool covers(const X509_CRL* crl, X509* certificate) {
    int critical = -1;
    const IssuingPoint point(static_cast<ISSUING_DIST_POINT*>(
        X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, &critical, nullptr)));
    if (point == nullptr) return critical == -1;  // absent; -2: several, else one that cannot be read
    const bool is_authority = X509_check_ca(certificate) != 0;
    if (point->indirectCRL > 0 || point->onlyattr > 0 || point->onlysomereasons != nullptr) return false;
    if ((point->onlyuser > 0 && is_authority) || (point->onlyCA > 0 && !is_authority)) return false;
    if (point->distpoint == nullptr) return true;
    if (point->distpoint->type != 0) return false;  // relative to the issuer's name: nobody uses it
    const PointNames own(
        static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
    for (int i = 0; own != nullptr && i < sk_DIST_POINT_num(own.get()); ++i) {
        const DIST_POINT_NAME* name = sk_DIST_POINT_value(own.get(), i)->distpoint;
        if (name == nullptr || name->type != 0) continue;
        for (int a = 0; a < sk_GENERAL_NAME_num(name->name.fullname); ++a) {
            for (int b = 0; b < sk_GENERAL_NAME_num(point->distpoint->name.fullname); ++b) {
                if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(name->name.fullname, a),
                                     sk_GENERAL_NAME_value(point->distpoint->name.fullname, b)) == 0)
                    return true;
            }
        }
    }
    return false;
}

// Extensions that change what a list means, and that we do not know (a delta list is one).
bool has_unknown_critical_extension(const X509_CRL* crl) {
    for (int at = -1; (at = X509_CRL_get_ext_by_critical(crl, 1, at)) >= 0;) {
        const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(X509_CRL_get_ext(crl, at)));
        if (nid != NID_issuing_distribution_point) return true;
    }
    return false;
}

int reason_of(const X509_REVOKED* entry) {
    using Enumerated = std::unique_ptr<ASN1_ENUMERATED, Releaser<ASN1_ENUMERATED_free>>;
    const Enumerated reason(
        static_cast<ASN1_ENUMERATED*>(X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nullptr, nullptr)));
    return reason == nullptr ? OCSP_REVOKED_STATUS_NOSTATUS : static_cast<int>(ASN1_ENUMERATED_get(reason.get()));
}

RevocationStatus status_in(X509_CRL* crl, X509* certificate, X509* issuer, Moment& moment) {
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(certificate)) != 0) return {};
    if (!may(issuer, KU_CRL_SIGN) || has_unknown_critical_extension(crl) || !covers(crl, certificate)) return {};
    if (is_weak(X509_CRL_get_signature_nid(crl)) || X509_CRL_verify(crl, X509_get0_pubkey(issuer)) != 1) return {};
    const Result<Instant> made = instant_of(X509_CRL_get0_lastUpdate(crl));
    const Result<Instant> next = instant_of(X509_CRL_get0_nextUpdate(crl));
    if (!made || !next) return {};  // RFC 5280, 5.1.2.5 requires nextUpdate
    const bool current = is_current(*made, *next, certificate, moment);
    X509_REVOKED* entry = nullptr;
    if (X509_CRL_get0_by_cert(crl, &entry, certificate) != 1)
        return {.answer = current ? Answer::good : Answer::unknown};
    const Result<Instant> since = instant_of(X509_REVOKED_get0_revocationDate(entry));
    if (!since) return {};
    return revoked(*since, reason_of(entry), current, moment);
}

// RFC 6960, 4.2.2.2: the issuer itself, or whom it gave a certificate with id-kp-OCSPSigning.
bool is_authorised(X509* responder, X509* issuer, Instant produced) {
    if (X509_cmp(responder, issuer) == 0) return true;
    const Result<Instant> from = instant_of(X509_get0_notBefore(responder));
    const Result<Instant> until = instant_of(X509_get0_notAfter(responder));
    if (!from || !until || produced < *from || *until < produced) return false;
    if ((X509_get_extension_flags(responder) & EXFLAG_XKUSAGE) == 0 ||
        (X509_get_extended_key_usage(responder) & XKU_OCSP_SIGN) == 0)
        return false;
    return X509_NAME_cmp(X509_get_issuer_name(responder), X509_get_subject_name(issuer)) == 0 &&
           !is_weak(X509_get_signature_nid(responder)) && X509_verify(responder, X509_get0_pubkey(issuer)) == 1;
}

bool is_signed_by_authorised(OCSP_BASICRESP* response, X509* issuer) {
    const Certificates issuers(sk_X509_new_null());
    must(issuers != nullptr && X509_up_ref(issuer) == 1 && sk_X509_push(issuers.get(), issuer) > 0, "memory");
    X509* responder = nullptr;
    if (OCSP_resp_get0_signer(response, &responder, issuers.get()) != 1) return false;
    const Result<Instant> produced = instant_of(OCSP_resp_get0_produced_at(response));
    const int algorithm = OBJ_obj2nid(OCSP_resp_get0_tbs_sigalg(response)->algorithm);
    return produced && is_authorised(responder, issuer, *produced) && !is_weak(algorithm) &&
           OCSP_basic_verify(response, issuers.get(), nullptr, OCSP_NOVERIFY) == 1;
}

bool is_about(const OCSP_SINGLERESP* single, X509* certificate, X509* issuer) {
    auto* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));  // OpenSSL only reads it
    ASN1_OBJECT* algorithm = nullptr;
    if (OCSP_id_get0_info(nullptr, &algorithm, nullptr, nullptr, id) != 1) return false;
    const EVP_MD* method = EVP_get_digestbyobj(algorithm);  // SHA-1 too: it is only a name here
    if (method == nullptr) return false;
    const CertificateId own(OCSP_cert_to_id(method, certificate, issuer));
    return own != nullptr && OCSP_id_cmp(own.get(), id) == 0;
}

RevocationStatus status_in(OCSP_BASICRESP* response, X509* certificate, X509* issuer, Moment& moment) {
    for (int i = 0; i < OCSP_resp_count(response); ++i) {
        OCSP_SINGLERESP* single = OCSP_resp_get0(response, i);
        if (!is_about(single, certificate, issuer)) continue;
        if (!is_signed_by_authorised(response, issuer)) return {};
        int reason = OCSP_REVOKED_STATUS_NOSTATUS;
        ASN1_GENERALIZEDTIME *revoked_at = nullptr, *this_update = nullptr, *next_update = nullptr;
        const int answer = OCSP_single_get0_status(single, &reason, &revoked_at, &this_update, &next_update);
        const Result<Instant> made = instant_of(this_update);
        if (!made) return {};
        std::optional<Instant> next;
        if (next_update != nullptr) {
            const Result<Instant> time = instant_of(next_update);
            if (!time) return {};
            next = *time;
        }
        const bool current = is_current(*made, next, certificate, moment);
        if (answer == V_OCSP_CERTSTATUS_GOOD) return {.answer = current ? Answer::good : Answer::unknown};
        if (answer != V_OCSP_CERTSTATUS_REVOKED) return {};
        const Result<Instant> since = instant_of(revoked_at);
        if (!since) return {};
        return revoked(*since, reason, current, moment);
    }
    return {};
}

}  // namespace

RevocationRecords::RevocationRecords(const std::vector<std::string>& crls,
                                     const std::vector<std::string>& ocsp_responses) {
    for (const std::string& der : crls) {
        const unsigned char* at = bytes_of(der);
        Crl crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
        if (crl != nullptr && at == bytes_of(der) + der.size()) crls_.push_back(std::move(crl));
    }
    for (const std::string& der : ocsp_responses) {
        const unsigned char* at = bytes_of(der);
        const std::unique_ptr<OCSP_RESPONSE, Releaser<OCSP_RESPONSE_free>> response(
            d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(der.size())));
        if (response == nullptr || OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) continue;
        if (Ocsp basic(OCSP_response_get1_basic(response.get())); basic != nullptr)
            responses_.push_back(std::move(basic));
    }
    ERR_clear_error();
}

RevocationStatus RevocationRecords::status(X509* certificate, X509* issuer, Moment& moment) const {
    RevocationStatus best;
    const auto take = [&](RevocationStatus status) {
        if (status.answer > best.answer) best = std::move(status);
    };
    for (const Ocsp& response : responses_) take(status_in(response.get(), certificate, issuer, moment));
    for (const Crl& crl : crls_) take(status_in(crl.get(), certificate, issuer, moment));
    ERR_clear_error();
    return best;
}

}  // namespace shanqi::seal
