#pragma once

#include "app/commands/house_options.hpp"

namespace shanqi::app {

// HouseOptions::file: the file of the new key, or "" for the present one.
int run_master_key_rotate(const HouseOptions&, Language, std::FILE* out);
// HouseOptions::passphrase_file: the new passphrase, or "" to ask for it.
int run_master_key_passphrase(const HouseOptions&, Language, std::FILE* out);

}  // namespace shanqi::app
