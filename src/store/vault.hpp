// Sensitive values (identity numbers, phones, addresses, files, keys): encrypted per organisation with AES-256-GCM
// under a key of its own, which is wrapped by the installation's master key. The master key never lies in the data
// folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace shanqi::store {

// 32 bytes, from a systemd credential, a file outside the data folder, or a passphrase at start (master_key.hpp).
struct MasterKey {
    std::string bytes;
};

// The key of what belongs to no organisation (accounts are global): a reserved organisation's.
inline const OrgId& installation_org() {
    static const OrgId id = OrgId::trusted("00000000-0000-7000-8000-000000000001");
    return id;
}

class Vault {
public:
    virtual ~Vault() = default;
    // Makes the organisation's key; in the transaction that makes the organisation. It can be used after the commit.
    virtual Result<> create_key(Writer&, const OrgId&) = 0;
    // "v1." + base64url(nonce || ciphertext || tag). `context` ("directory.people.phone:<row id>") is authenticated: a
    // value moved to another row, column or organisation does not open. Thread-safe; keys are cached after the first
    // use, so call warm() outside a write function.
    virtual Result<> warm(const OrgId&) = 0;
    virtual Result<std::string> seal(const OrgId&, std::string_view context, std::string_view plain) = 0;
    // Errors: vault.damaged, vault.no_key.
    virtual Result<std::string> open(const OrgId&, std::string_view context, std::string_view sealed) = 0;
    // HMAC-SHA-256 under a key of the organisation's for this use ("directory.phone"): equal values are found, nothing
    // else is learned. base64url, 22 characters (128 bits).
    virtual Result<std::string> blind_index(const OrgId&, std::string_view use, std::string_view value) = 0;
    // Files: in pieces of 64 KiB, each with its own tag and number, so that a cut file is noticed.
    virtual Result<> seal_file(const OrgId&, std::string_view context, const std::string& from,
                               const std::string& to) = 0;
    virtual Result<> open_file(const OrgId&, std::string_view context, const std::string& from,
                               const std::string& to) = 0;
};

std::unique_ptr<Vault> make_vault(Database&, const Clock&, MasterKey);

// After migrate(), before anything is served: makes the installation's key the first time, and afterwards tells whether
// this is the master key of this database. Errors: vault.wrong_master_key.
Result<> check_master_key(Database&, const Clock&, const MasterKey&);
// Something is wrapped by a master key already: a new one could not open it.
Result<bool> has_wrapped_keys(Database&);

// Wraps every organisation's key anew, in one transaction: all or none. What is sealed stays as it is. A server that
// runs goes on with the keys it has opened; it must be started again with the new key. Returns how many.
Result<std::int64_t> rotate_master_key(Database&, const MasterKey& from, const MasterKey& to);

}  // namespace shanqi::store
