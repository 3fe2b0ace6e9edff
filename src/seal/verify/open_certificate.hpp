// A Certificate as this room sees it: with OpenSSL's object and the octets that a SignerInfo names it by.
#pragma once

#include <openssl/x509.h>

#include <string>

#include "seal/openssl_handles.hpp"
#include "seal/verify/signed_data.hpp"

namespace shanqi::seal {

class OpenCertificate final : public Certificate {
public:
    // Throws std::runtime_error only when memory is gone; null when it is no certificate.
    static std::shared_ptr<const OpenCertificate> parse(std::string_view der, const Sha256& digest);

    std::string_view der() const override { return der_; }
    std::string subject_name() const override { return subject_name_; }
    std::string common_name() const override { return common_name_; }
    std::string issuer_name() const override { return issuer_name_; }
    std::string serial() const override { return hex(serial_); }
    std::string fingerprint() const override { return hex(digest_); }
    Instant not_before() const override { return not_before_; }
    Instant not_after() const override { return not_after_; }
    bool is_trial() const override { return is_trial_; }

    // OpenSSL's functions take no const; they lock what they fill in late.
    X509* x509() const { return x509_.get(); }
    EVP_PKEY* key() const { return X509_get0_pubkey(x509_.get()); }
    const Sha256& digest() const { return digest_; }
    // `name`: a Name in DER; `serial`: the content of an INTEGER.
    bool is_issued_as(std::string_view name, std::string_view serial) const;
    bool has_key_identifier(std::string_view) const;

private:
    OpenCertificate() = default;
    std::string der_, issuer_, serial_;
    std::string subject_name_, common_name_, issuer_name_;
    Sha256 digest_{};
    Instant not_before_, not_after_;
    bool is_trial_ = false;
    X509Handle x509_;
};

// Every Certificate is one: only from_der() makes them.
inline const OpenCertificate& opened(const Certificate& certificate) {
    return static_cast<const OpenCertificate&>(certificate);
}

Result<Instant> instant_of(const ASN1_TIME*);

}  // namespace shanqi::seal
