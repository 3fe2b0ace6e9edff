// Where the master key comes from. It never lies in the data folder: whoever takes the folder, or a backup of it, has
// ciphertext. In this order: a systemd credential, a key file, a passphrase.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "store/vault.hpp"

namespace shanqi::store {

namespace limits {
constexpr std::size_t passphrase_characters_min = 12;
}

struct MasterKeySource {
    std::filesystem::path data_folder;
    std::string credentials_folder;  // $CREDENTIALS_DIRECTORY; the credential is named "shanqi-master-key"
    std::filesystem::path key_file;  // empty: none
    // Asked when there is neither; `first`: a new one is chosen. Empty: nobody can be asked.
    std::function<Result<std::string>(bool first)> passphrase;
};

// A key file is 64 hexadecimal digits or 32 bytes. The passphrase's salt and a check value lie in the data folder
// ("master_key.json"): Argon2id with 64 MiB and three passes.
// Errors: vault.no_master_key, vault.key_file_in_data_folder, vault.key_file_readable (by others), vault.bad_key_file,
// vault.wrong_passphrase, vault.short_passphrase, vault.bad_passphrase_file.
Result<MasterKey> load_master_key(const MasterKeySource&);

// A new random key in a new file that only its owner reads. Errors: vault.key_file_exists,
// vault.key_file_in_data_folder.
Result<MasterKey> create_key_file(const std::filesystem::path&, const std::filesystem::path& data_folder);

}  // namespace shanqi::store
