// Changing the master key: every organisation's key is wrapped anew in one transaction. The new key lies durably beside
// the old one before that, and takes its place after; so whenever this is killed, one of the two opens the database,
// both are there, and the server and the next run say which.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/config.hpp"
#include "store/master_key.hpp"

namespace shanqi::app {

struct KeyChange {
    std::int64_t keys = 0;              // that were wrapped anew
    bool finished_earlier_one = false;  // a killed run had done the rest
    std::filesystem::path in_force;     // the file of the new key; "" with a passphrase
    std::filesystem::path previous;     // where the old key is kept; "" when it was not in a file of ours
};

// A new random key. `new_file` "": it takes the place of the present key file, whose key is kept as FILE.previous.
// Else it is made in `new_file` (or read from it, where there is one), and the settings have to name it afterwards: the
// way from a passphrase, or a systemd credential, to a key file.
// Errors: app.folder_in_use, app.key_change_needs_file, vault.*, store.*
Result<KeyChange> rotate_master_key(const Config&, const std::filesystem::path& new_file);
// Errors: app.no_passphrase_in_force, and those above.
Result<KeyChange> change_passphrase(const Config&, const std::function<Result<std::string>(bool first)>& new_one);

// Of an installation (installation.cpp).
store::MasterKeySource key_source(const Config&, const std::filesystem::path& folder);
bool has_credential(const store::MasterKeySource&);
Result<int> lock_data_folder(const std::filesystem::path& folder);  // a descriptor; app.folder_in_use

// A key that does not fit because a change of it was killed: the same error, saying which one does.
Error told_of_key_change(const Error&, const store::MasterKeySource&);

}  // namespace shanqi::app
