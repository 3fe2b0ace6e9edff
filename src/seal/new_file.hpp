// A file that must not be there yet, written whole and durably or not at all.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

#include "base/result.hpp"

namespace shanqi::seal {

// Error: seal.key_exists when there is one, also when somebody made it meanwhile.
Result<> write_new_file(const std::filesystem::path&, std::string_view bytes, mode_t mode);

}  // namespace shanqi::seal
