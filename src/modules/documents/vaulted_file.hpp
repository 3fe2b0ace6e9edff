// Whole files through the vault into the file store and back: nothing is in the store in clear.
#pragma once

#include <filesystem>
#include <string>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "modules/house/house.hpp"

namespace shanqi::documents {

// Returns the key of the sealed bytes. Errors of the vault and of FileStore::put.
Result<std::string> put_sealed(house::House&, const OrgId&, const std::string& context,
                               const std::filesystem::path& plain);
// Writes the plain bytes to `to`, which only this process's user may read.
Result<> get_sealed(house::House&, const OrgId&, const std::string& context, const std::string& key,
                    const std::filesystem::path& to);

}  // namespace shanqi::documents
