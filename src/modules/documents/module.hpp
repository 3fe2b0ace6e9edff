// For app/ only.
#pragma once

#include <memory>

#include "modules/house/house.hpp"
#include "seal/seal.hpp"

namespace shanqi::documents {

house::Module documents_module();

// The newest key of the organisation's that counts (no trial) and is in force. Its password lies in the vault, so it
// signs without a person. Null: it has none.
Result<std::shared_ptr<const seal::SigningKey>> key_without_person(house::House&, const OrgId&);

}  // namespace shanqi::documents
