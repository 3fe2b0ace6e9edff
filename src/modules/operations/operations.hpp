// Running an installation: what waits and runs today, jobs, the audit trail, the installation's state, messages,
// backups. Other rooms and the program include only this header and those that it names.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "modules/house/house.hpp"
#include "modules/operations/backup.hpp"
#include "modules/operations/checks.hpp"
#include "modules/operations/evidence.hpp"
#include "modules/operations/messenger.hpp"
#include "modules/operations/settings_store.hpp"

namespace shanqi::operations {

struct Settings {
    std::string version;
    std::filesystem::path data_folder, backup_folder;
    std::string database;    // as it is shown: without a password
    std::string master_key;  // for backups that are made in the browser
    bool tls = false;
    std::string configured_public_url;  // not empty: the configuration is stronger than the browser
    std::string sms_sign_name, mail_from;
    OrganisationKey organisation_key;              // what heads of the audit trail are sealed with; empty: none has one
    std::function<std::vector<Finding>()> checks;  // all that can be looked at while the server runs
};

house::Module operations_module(Settings);

// The backups in a folder, newest first, by what their files say of themselves.
struct KeptBackup {
    std::string file;  // name, without the folder
    Instant time;
    std::int64_t bytes = 0;
};
std::vector<KeptBackup> list_backups(const std::filesystem::path& folder);
std::string backup_name(Instant now);  // "shanqi-20261125-150405.backup", China time

// What the public pages may be reached at: "https://oa.example.org"; without a path, a query and a slash at the end.
// Error installation.bad_url.
Result<std::string> checked_public_url(std::string text);
// "京ICP备2026000001号-1", or empty. Error installation.bad_icp.
Result<std::string> checked_icp_number(std::string text);

}  // namespace shanqi::operations
