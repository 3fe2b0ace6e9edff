// Schema changes: numbered .sql files in each room's schema/ folder, embedded at build time (cmake/Migrations.cmake).
// 0001_people.sql runs on both databases; 0002_index.postgres.sql or .sqlite.sql on one. A file that was once applied
// is never edited: its digest is compared at every start.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"

namespace shanqi::store {

struct Migration {
    std::string_view room;  // "accounts", "store"
    int number = 0;         // unique in its room (and dialect)
    std::string_view name;  // "0001_accounts.sql"
    std::string_view sql;   // statements separated by ";"; no triggers, no dollar quotes
};

const std::vector<Migration>& embedded_migrations();  // generated; rooms in the order in which they depend, see below

struct MigrationReport {
    std::vector<std::string> applied;  // "accounts/0001_accounts.sql"
    std::vector<std::string> pending;  // with dry_run
};

// Applies what is missing, each file in a transaction of its own together with its line in schema_migrations: killed at
// any moment, the next call goes on. Two processes at once: one waits. "store" comes first, then the rooms of `order`.
// A room that is not in `order` is left alone.
// Errors: store.migration_changed (an applied file was edited), store.migration_newer (the database was made by a newer
// program), store.migration_failed.
Result<MigrationReport> migrate(Database&, const std::vector<std::string_view>& order, bool dry_run = false);
// The same with files of the caller's (tests).
Result<MigrationReport> migrate(Database&, const std::vector<Migration>& files,
                                const std::vector<std::string_view>& order, bool dry_run = false);

}  // namespace shanqi::store
