// A backup into an empty place, whole or not at all, whenever the program is killed.
//
// Everything is made in FOLDER.restoring, which is renamed at the end. What lies elsewhere (PostgreSQL's rows, the
// master key file) cannot be changed in the same moment; so the restore has a name, which stands in a file of that
// folder before anything else is done and in a row of the database from the commit of the rows to the end. While either
// stands the server and all commands refuse, and the next restore first takes back what was begun:
//
// Files in S3 lie elsewhere too: which of them the restore will make (those that were not in the bucket before) stands
// in a file of the folder before the first is sent, and they are taken back with the rest.
//
//   step         the folder           the database      killed here
//   marked       FOLDER.restoring     empty             taken back: the folder
//   files        FOLDER.restoring     empty             the same
//   rows         FOLDER.restoring     not committed     the same; the server rolls back
//   committed    FOLDER.restoring     rows, mark        taken back: rows, folder
//   key          FOLDER.restoring     rows, mark        taken back: key file, rows, folder
//   moved        FOLDER               rows, mark        the same, the folder moved back before
//   finished     FOLDER               rows              whole
#pragma once

#include <array>
#include <filesystem>
#include <string_view>

#include "base/config.hpp"
#include "modules/operations/backup.hpp"

namespace shanqi::app {

inline constexpr std::array<std::string_view, 7> restore_steps = {"marked", "files", "rows",    "committed",
                                                                  "key",    "moved", "finished"};
// Of the next restore, before its own. "uploads_removed" with files in S3 only, "emptied" with PostgreSQL only.
inline constexpr std::array<std::string_view, 5> take_back_steps = {"moved_back", "key_removed", "emptied",
                                                                    "uploads_removed", "removed"};

struct Restored {
    operations::BackupSummary summary;
    bool new_key = false;
    std::filesystem::path folder, key_file;
};
// Errors: restore.folder_not_empty, restore.other_key, restore.key_file_needed, restore.sqlite_elsewhere,
// restore.running, restore.other_bucket, those of operations/backup.hpp.
Result<Restored> restore_backup(const Config&, const std::filesystem::path& file, std::string_view passphrase,
                                const operations::RestoreStep& after = {});

// Error: app.restore_unfinished. The first looks at the folders, before anything is made there.
Result<> no_unfinished_restore(const Config&);
Result<> no_unfinished_restore(store::Database&, const std::string& where);

}  // namespace shanqi::app
