// Keys to seal with. The file and its password lie in the vault and never leave the server.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "modules/house/house.hpp"
#include "seal/seal.hpp"

namespace shanqi::documents {

using SealKeyId = Id<struct SealKeyTag>;

struct SealKeyRow {
    OrgId org;
    SealKeyId id;
    std::string organisation, algorithm, fingerprint, ca_pem;
    bool trial = false;
    Instant expires, created;
    std::string created_by;
    std::string p12_sealed, password_sealed;
};

// Opens the file with its password (errors of seal::SigningKey::open) and seals both into a row.
Result<SealKeyRow> make_key_row(house::House&, const OrgId&, const std::string& actor, std::string_view p12,
                                std::string_view password);
// Error: documents.key_there_already.
Result<> insert_key(store::Writer&, const SealKeyRow&);
Result<std::vector<SealKeyRow>> list_keys(store::Reader&, const OrgId&);
// Error: documents.no_key.
Result<SealKeyRow> find_key(store::Reader&, const OrgId&, const SealKeyId&, const std::string& field = {});
// Ready to sign. Errors: those of seal::SigningKey::open, of the vault.
Result<std::shared_ptr<const seal::SigningKey>> open_key(house::House&, const SealKeyRow&);

}  // namespace shanqi::documents
