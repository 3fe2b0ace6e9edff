// What certificate revocation lists (RFC 5280, 5) and OCSP responses (RFC 6960) say about a certificate at an instant.
#pragma once

#include <openssl/ocsp.h>
#include <openssl/x509.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "seal/openssl_handles.hpp"
#include "seal/verify/moment.hpp"

namespace shanqi::seal {

struct RevocationStatus {
    enum class Answer { unknown, good, revoked } answer = Answer::unknown;
    Instant since;       // when revoked
    std::string reason;  // as RFC 5280, 5.3.1 names it: "keyCompromise"
};

// Parsed lists and responses. What cannot be parsed helps nobody and is left out. Thread-safe.
class RevocationRecords {
public:
    RevocationRecords(const std::vector<std::string>& crls, const std::vector<std::string>& ocsp_responses);
    // A revocation counts from its date on, however old the record is. That a certificate is good is believed only when
    // the record is signed by its issuer (or, for OCSP, by whom the issuer appointed) and was current at the moment, or
    // is younger.
    RevocationStatus status(X509* certificate, X509* issuer, Moment& moment) const;

private:
    using Crl = std::unique_ptr<X509_CRL, Releaser<X509_CRL_free>>;
    using Ocsp = std::unique_ptr<OCSP_BASICRESP, Releaser<OCSP_BASICRESP_free>>;
    std::vector<Crl> crls_;
    std::vector<Ocsp> responses_;
};

}  // namespace shanqi::seal
