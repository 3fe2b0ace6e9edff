// What is wrong with an installation and how to mend it: for `shanqi doctor` and for the page of the installation.
// Each check has its sentences in i18n: "check.<key>" (what it looks at), "check.<key>.<finding>" (what was found and
// what to do).
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/messages.hpp"
#include "base/time.hpp"
#include "modules/house/house.hpp"
#include "store/database.hpp"
#include "store/files.hpp"

namespace shanqi::operations {

enum class Severity { good, notice, warning, error };

struct Finding {
    std::string key;      // "disk_space"
    std::string finding;  // "good", "low"
    Severity severity = Severity::good;
    Error::Arguments arguments;
};
std::string title_of(const Finding&, Language);
std::string text_of(const Finding&, Language);

namespace limits {
constexpr std::uint64_t free_bytes_warning = 2ULL << 30U;
constexpr std::uint64_t free_bytes_error = 200ULL << 20U;
constexpr int backup_days_warning = 7;
constexpr int certificate_days_warning = 21;
constexpr int files_sampled = 200;
}  // namespace limits

// Each alone, so that what cannot be looked at (no database) leaves the others standing.
Finding check_data_folder(const std::filesystem::path&);
Finding check_private_file(std::string key, const std::filesystem::path&);  // mode of a file that holds secrets
Finding check_disk_space(const std::filesystem::path&);
Finding check_database(store::Database&, bool full);
Finding check_migrations(store::Database&, const std::vector<std::string_view>& order);
Finding check_files(store::FileStore&, bool full);
Finding check_clock(store::Database&, const Clock&);
Finding check_certificate(const std::filesystem::path& certificate_file, Instant now);
Finding check_web(const std::filesystem::path& folder);
Finding check_fonts();
Finding check_messages(bool reaches_phones, bool reaches_mail);
Finding check_public_url(const std::string& public_url);
Finding check_backup(Instant last, Instant now);   // last.us == 0: never
Finding check_audit(house::House&);                // every chain whole and as its sealed heads say
Finding check_audit_protection(store::Database&);  // whether the program's own role could rewrite the trail
// "free", "ours" (it answers /healthz as we do), "taken"
Finding check_port(const std::string& address, std::uint16_t port);

}  // namespace shanqi::operations
