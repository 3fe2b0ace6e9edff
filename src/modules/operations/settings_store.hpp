// What the administrator sets in the browser: one row a setting. What the configuration file says is stronger.
#pragma once

#include <map>
#include <string>

#include "store/database.hpp"

namespace shanqi::operations {

// Names: "public_url", "icp_number", "sms_tested", "mail_tested", "last_backup".
using InstallationSettings = std::map<std::string, std::string>;

Result<InstallationSettings> read_settings(store::Reader&);
Result<> write_setting(store::Writer&, const std::string& name, const std::string& value, Instant now);

}  // namespace shanqi::operations
