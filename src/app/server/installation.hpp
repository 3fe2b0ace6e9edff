// An installation opened: data folder, database, master key, files, vault, messages, and the rooms over them. What
// every command that touches it begins with.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "modules/house/house.hpp"
#include "modules/operations/operations.hpp"

namespace shanqi::app {

struct OpenOptions {
    bool server = false;       // holds the lock of the data folder; a second server is refused
    bool create = false;       // the folder and the key, where there are none yet
    bool may_migrate = false;  // else a database that is behind is refused
};

class Installation {
public:
    // Errors: app.data_folder_missing, app.not_migrated, app.folder_in_use, app.key_lost,
    // app.restore_unfinished, those of the store and vault.
    static Result<std::unique_ptr<Installation>> open(const Config&, const OpenOptions&);
    ~Installation();

    house::House& house() { return *house_; }
    std::vector<house::Module>& modules() { return modules_; }
    store::Database& database() { return *database_; }
    store::FileStore& files() { return *files_; }
    const std::string& master_key() const { return master_key_.bytes; }
    const std::filesystem::path& folder() const { return folder_; }
    const std::filesystem::path& new_key_file() const { return new_key_file_; }  // made by this open(); else empty
    const std::vector<std::string>& applied_migrations() const { return applied_; }

private:
    Installation() = default;
    Result<> open_database(const Config&, const OpenOptions&);
    Result<> prepare_folder(const Config&, const OpenOptions&);
    Result<> open_store(const Config&, const OpenOptions&);
    Result<> open_vault(const Config&, const OpenOptions&);
    Result<> open_house(const Config&);

    std::filesystem::path folder_, new_key_file_;
    int lock_ = -1;
    std::vector<std::string> applied_;
    store::MasterKey master_key_;
    std::unique_ptr<HttpClient> network_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::FileStore> files_;
    std::unique_ptr<store::Vault> vault_;
    std::unique_ptr<house::Messenger> messenger_;
    std::unique_ptr<house::House> house_;
    std::vector<house::Module> modules_;
};

// The parts that backup and restore open by themselves.
Result<std::unique_ptr<store::FileStore>> open_file_store(const Config&, const std::filesystem::path& folder);
Result<store::MasterKey> existing_master_key(const Config&, const std::filesystem::path& folder);

// Everything that can be looked at; `full` reads every file and page. For doctor and for the installation's page.
std::vector<operations::Finding> live_checks(const Config&, Installation&, bool full);

}  // namespace shanqi::app
