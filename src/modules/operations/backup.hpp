// One file that holds an installation: rows, files and the master key, each with its SHA-256, encrypted by a passphrase
// (backup_stream.hpp). Rows are portable: what was saved from SQLite can be restored into PostgreSQL and the reverse.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "store/database.hpp"
#include "store/files.hpp"

namespace shanqi::operations {

struct TableContent {
    std::int64_t rows = 0;
    std::string digest;  // the rows' SHA-256, XORed: the same in whatever order a database's collation gives them
    bool operator==(const TableContent&) const = default;
};
struct InstallationContent {
    std::map<std::string, TableContent> tables;
    std::map<std::string, std::string> files;  // key: SHA-256 of the stored bytes
    bool operator==(const InstallationContent&) const = default;
};
// What stands in a database and a file store: two installations are equal when this is.
Result<InstallationContent> content_of(store::Database&, store::FileStore&);

struct BackupSummary {
    std::string version;  // of the program that made it
    Instant created;
    std::int64_t tables = 0, rows = 0, files = 0;
    std::uint64_t bytes = 0;                 // of the backup file
    std::vector<std::string> damaged_files;  // keys whose bytes are not what they were: left out
};

// Runs beside a live server: rows are read in one snapshot, files do not change once stored.
// Errors: backup.exists, backup.short_passphrase, file.disk_full; nothing of the name appears then.
Result<BackupSummary> create_backup(store::Database&, store::FileStore&, const std::string& master_key,
                                    const std::filesystem::path& file, std::string_view passphrase, Instant now,
                                    std::string_view version);

struct CheckedBackup {
    BackupSummary summary;
    std::string master_key;
    std::map<std::string, std::vector<std::string>> tables;  // columns
    InstallationContent content;
};
// Reads it all and compares every digest; touches nothing.
// Errors: backup.wrong_passphrase, backup.damaged, backup.cut, backup.not_a_backup.
Result<CheckedBackup> check_backup(const std::filesystem::path& file, std::string_view passphrase);

// Is told the name of each step that was done: a test kills the program there.
using RestoreStep = std::function<void(std::string_view step)>;

// Into a migrated, empty database and a file store. Files first (what has no row harms nobody; what a bucket holds
// besides stays), then all rows in one transaction, compared before it is committed, together with the mark `name` of a
// restore that is not finished (restore_mark.hpp): killed at any moment, the database is empty, or whole and marked.
// Errors: backup.not_empty (the target holds rows), backup.other_schema (made by another version), backup.not_equal
// (what stands there is not what was in the backup), those of check_backup.
Result<> restore_rows_and_files(const std::filesystem::path& file, std::string_view passphrase, const CheckedBackup&,
                                store::Database&, store::FileStore&, const std::filesystem::path& scratch,
                                const std::string& name, const RestoreStep& after = {});

}  // namespace shanqi::operations
