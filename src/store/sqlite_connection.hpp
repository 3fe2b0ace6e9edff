// One connection to an SQLite file: parameters, rows, compiled statements, and what its errors mean. Not thread-safe.
#pragma once

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "store/database.hpp"

namespace shanqi::store {

// The error that the last call on this connection left behind. `database` may be null: opening failed.
std::unexpected<Error> sqlite_error(sqlite3* database, int code);

class SqliteConnection {
public:
    enum class Use { read, write, administer };
    static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path&, Use,
                                                          std::chrono::milliseconds busy_max);

    Result<Rows> query(const Statement&, const Parameters&);
    Result<Rows> query_text(const std::string& sql, const Parameters&);
    Result<std::int64_t> execute(const Statement&, const Parameters&);
    Result<std::int64_t> execute_text(const std::string& sql, const Parameters&);
    Result<> prepare(const Statement&);

    // Transactions are the room's own: no registered statements, since each database says them differently.
    enum class Control { begin_read, begin_write, commit, rollback, savepoint, release, rollback_to };
    Result<> control(Control);
    // False outside a transaction, and after an error that made SQLite roll the whole of it back (SQLITE_FULL,
    // SQLITE_IOERR, SQLITE_NOMEM; https://sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
    bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
    // Rows whose deferred foreign key leads nowhere yet; they would fail COMMIT, and all who wait for it.
    bool owes_references() const;

    sqlite3* handle() const { return handle_.get(); }

private:
    struct Close {
        void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    struct Compiled {
        std::unique_ptr<sqlite3_stmt, Finalize> statement;
        std::vector<int> positions;  // of $1, $2… : SQLite numbers named parameters by their first appearance
    };

    SqliteConnection() = default;
    Result<Compiled> compile(const char* sql, unsigned flags);
    Result<Compiled*> cached(const Statement&);
    Result<Rows> run(Compiled&, const Parameters&);
    Result<std::int64_t> run_counting(Compiled&, const Parameters&);
    static int past_deadline(void* connection);

    std::unique_ptr<sqlite3, Close> handle_;  // first: closed after the statements are finalized
    std::vector<Compiled> statements_;        // by Statement::index()
    std::array<Compiled, 7> controls_;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    bool limited_ = true;
};

}  // namespace shanqi::store
