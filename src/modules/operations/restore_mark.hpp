// The mark of a restore that is not finished: a row that is committed together with the restored rows and taken away
// last. While it stands nobody opens the database, and the next restore may empty it.
#pragma once

#include <string>

#include "store/database.hpp"

namespace shanqi::operations {

// The name of the restore that is not finished; "": there is none. Works before migrate() too.
Result<std::string> unfinished_restore(store::Database&);

// In the transaction of the rows.
Result<> mark_restore(store::Writer&, const std::string& name);

// The one change that makes what was restored an installation. Error: backup.restored_twice (another restore into the
// same database came between).
Result<> finish_restore(store::Database&, const std::string& name);

// PostgreSQL only (a SQLite file is simply removed): all rows away, and the mark with them, if it is this one.
Result<> empty_unfinished_restore(store::Database&, const std::string& name);

// Begins a transaction in which no other restore changes this database. One that was killed may still have a
// connection on the server: this waits until the server has noticed.
Result<> begin_restoring(store::Writer&, store::Dialect);

}  // namespace shanqi::operations
