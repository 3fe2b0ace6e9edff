// The installation's own key for evidence: ECDSA on P-256 (FIPS 186-5) with SHA-256. Made once; the private key lies in
// the settings, sealed by the vault under the installation's key.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "modules/house/house.hpp"

namespace shanqi::operations {

class EvidenceKey {
public:
    // Makes the key the first time; of two processes that do so at once, both get the key of the first.
    // Errors: those of the vault and the database; evidence.bad_key.
    static Result<EvidenceKey> of(house::House&);
    ~EvidenceKey();
    EvidenceKey(EvidenceKey&&) noexcept;
    EvidenceKey& operator=(EvidenceKey&&) noexcept;

    std::string fingerprint() const;                           // SHA-256 of SubjectPublicKeyInfo in DER, hex
    Result<std::string> sign(std::string_view message) const;  // DER
    bool verifies(std::string_view message, std::string_view signature) const;

private:
    struct Impl;
    explicit EvidenceKey(std::unique_ptr<Impl>);
    std::unique_ptr<Impl> impl_;
};

}  // namespace shanqi::operations
