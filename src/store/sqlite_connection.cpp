#include "store/sqlite_connection.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>
#include <system_error>

namespace shanqi::store {
namespace {

constexpr int steps_between_looks = 100'000;  // of SQLite's virtual machine; about a millisecond
constexpr int reader_cache_kib = 8 << 10, writer_cache_kib = 32 << 10;
constexpr int checkpoint_pages = 4'000;            // 16 MiB of log, then the writer moves it into the database
constexpr std::int64_t log_bytes_kept = 64 << 20;  // the log file is cut to this after a checkpoint

// A statement that is left as it was found, whatever happens between.
struct Reset {
    sqlite3_stmt* statement;
    ~Reset() {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
};

int bind(sqlite3_stmt* statement, int position, const Value& value) {
    // SQLITE_STATIC: the parameters outlive the statement's run.
    const auto& variant = value.get();
    if (const auto* number = std::get_if<std::int64_t>(&variant))
        return sqlite3_bind_int64(statement, position, *number);
    if (const auto* text = std::get_if<std::string>(&variant))
        return sqlite3_bind_text64(statement, position, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
    if (const auto* bytes = std::get_if<Bytes>(&variant))
        return sqlite3_bind_blob64(statement, position, bytes->data.data(), bytes->data.size(), SQLITE_STATIC);
    return sqlite3_bind_null(statement, position);
}

Value column(sqlite3_stmt* statement, int index) {
    switch (sqlite3_column_type(statement, index)) {
        case SQLITE_NULL:
            return {};
        case SQLITE_INTEGER:
            return std::int64_t{sqlite3_column_int64(statement, index)};
        case SQLITE_TEXT: {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, index));
            return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, index)));
        }
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, index));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, index));
            return Bytes{bytes == nullptr ? std::string() : std::string(bytes, size)};
        }
        default:
            throw std::logic_error(std::string("a floating point number in the answer of: ") + sqlite3_sql(statement));
    }
}

}  // namespace

std::unexpected<Error> sqlite_error(sqlite3* database, int code) {
    const std::string reason = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    const int extended = database != nullptr ? sqlite3_extended_errcode(database) : code;
    switch (extended) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            return fail(ErrorKind::conflict, "store.duplicate", {{"reason", reason}});
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            return fail(ErrorKind::conflict, "store.missing_reference", {{"reason", reason}});
        default:
            break;
    }
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_TOOBIG:
            return fail(ErrorKind::invalid, "store.constraint", {{"reason", reason}});
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return fail(ErrorKind::system, "store.busy");
        case SQLITE_FULL:
            return fail(ErrorKind::system, "store.disk_full");
        case SQLITE_INTERRUPT:
            return fail(ErrorKind::limit, "store.too_slow",
                        {{"seconds", std::to_string(limits::statement_max.count())}});
        case SQLITE_NOTADB:
            return fail(ErrorKind::invalid, "store.not_a_database");
        default:
            return fail(ErrorKind::system, "store.failed", {{"reason", reason}});
    }
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::filesystem::path& file, Use use,
                                                                 std::chrono::milliseconds busy_max) {
    // A new file is its owner's alone (SQLite would leave that to the umask); its log takes over the mode. Only a file
    // that does not exist is touched: closing a descriptor drops the locks that this process has on the file.
    const int created = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (created >= 0) ::close(created);

    std::unique_ptr<SqliteConnection> connection(new SqliteConnection);
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    connection->handle_.reset(handle);
    if (code != SQLITE_OK) {
        const std::string reason = handle != nullptr && sqlite3_system_errno(handle) != 0
                                       ? std::generic_category().message(sqlite3_system_errno(handle))
                                       : sqlite3_errstr(code);
        return fail(ErrorKind::system, "store.unreachable", {{"reason", reason}}, {.file = file.string()});
    }
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, static_cast<int>(busy_max.count()));
    connection->limited_ = use != Use::administer;
    if (connection->limited_)
        sqlite3_progress_handler(handle, steps_between_looks, &SqliteConnection::past_deadline, connection.get());

    std::string pragmas = "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;";
    pragmas += " PRAGMA wal_autocheckpoint = " + std::to_string(checkpoint_pages) + ";";
    pragmas += " PRAGMA journal_size_limit = " + std::to_string(log_bytes_kept) + ";";
    pragmas += " PRAGMA cache_size = -" + std::to_string(use == Use::read ? reader_cache_kib : writer_cache_kib) + ";";
    if (use == Use::read) pragmas += " PRAGMA query_only = ON;";
    if (const int set = sqlite3_exec(handle, pragmas.c_str(), nullptr, nullptr, nullptr); set != SQLITE_OK)
        return sqlite_error(handle, set);
    Rows mode = TRY(connection->query_text("PRAGMA journal_mode = WAL", {}));
    if (mode.empty() || mode.front().text(0) != "wal")
        return fail(ErrorKind::system, "store.no_log", {}, {.file = file.string()});
    return connection;
}

int SqliteConnection::past_deadline(void* connection) {
    return std::chrono::steady_clock::now() > static_cast<SqliteConnection*>(connection)->deadline_ ? 1 : 0;
}

Result<SqliteConnection::Compiled> SqliteConnection::compile(const char* sql, unsigned flags) {
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql, -1, flags, &statement, &rest);
    if (code != SQLITE_OK) return sqlite_error(handle_.get(), code);
    Compiled compiled{.statement = std::unique_ptr<sqlite3_stmt, Finalize>(statement), .positions = {}};
    if (statement == nullptr || std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos)
        return fail(ErrorKind::system, "store.failed", {{"reason", std::string("not one statement: ") + sql}});
    // `$1` is a name to SQLite, numbered by its first appearance: "… WHERE a = $2 AND b = $1" has $2 at position 1.
    const int count = sqlite3_bind_parameter_count(statement);
    for (int i = 1; i <= count; ++i) {
        const int position = sqlite3_bind_parameter_index(statement, ("$" + std::to_string(i)).c_str());
        if (position == 0)
            return fail(ErrorKind::system, "store.failed",
                        {{"reason", "no parameter $" + std::to_string(i) + " in: " + sql}});
        compiled.positions.push_back(position);
    }
    return compiled;
}

Result<SqliteConnection::Compiled*> SqliteConnection::cached(const Statement& statement) {
    if (statement.index() >= statements_.size()) statements_.resize(statement.index() + 1);
    Compiled& compiled = statements_[statement.index()];
    if (!compiled.statement) compiled = TRY(compile(statement.sql(), SQLITE_PREPARE_PERSISTENT));
    return &compiled;
}

Result<Rows> SqliteConnection::run(Compiled& compiled, const Parameters& parameters) {
    sqlite3_stmt* statement = compiled.statement.get();
    if (parameters.size() != compiled.positions.size())
        throw std::logic_error("wrong number of parameters for: " + std::string(sqlite3_sql(statement)));
    const Reset reset{statement};
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (const int code = bind(statement, compiled.positions[i], parameters[i]); code != SQLITE_OK)
            return sqlite_error(handle_.get(), code);
    }
    if (limited_) deadline_ = std::chrono::steady_clock::now() + limits::statement_max;
    Rows rows;
    while (true) {
        const int code = sqlite3_step(statement);
        if (code == SQLITE_DONE) return rows;
        if (code != SQLITE_ROW) return sqlite_error(handle_.get(), code);
        if (rows.size() == limits::rows_max)
            return fail(ErrorKind::limit, "store.too_many_rows", {{"limit", std::to_string(limits::rows_max)}});
        const int columns = sqlite3_column_count(statement);
        std::vector<Value> values;
        values.reserve(static_cast<std::size_t>(columns));
        for (int i = 0; i < columns; ++i) values.push_back(column(statement, i));
        rows.emplace_back(std::move(values));
    }
}

Result<std::int64_t> SqliteConnection::run_counting(Compiled& compiled, const Parameters& parameters) {
    // sqlite3_changes keeps the count of an earlier statement when this one (DDL) changes no row.
    const sqlite3_int64 before = sqlite3_total_changes64(handle_.get());
    TRY(run(compiled, parameters));
    const bool changed = sqlite3_total_changes64(handle_.get()) != before;
    return changed ? std::int64_t{sqlite3_changes64(handle_.get())} : 0;
}

Result<Rows> SqliteConnection::query(const Statement& statement, const Parameters& parameters) {
    return run(*TRY(cached(statement)), parameters);
}

Result<Rows> SqliteConnection::query_text(const std::string& sql, const Parameters& parameters) {
    Compiled compiled = TRY(compile(sql.c_str(), 0));
    return run(compiled, parameters);
}

Result<std::int64_t> SqliteConnection::execute(const Statement& statement, const Parameters& parameters) {
    return run_counting(*TRY(cached(statement)), parameters);
}

Result<std::int64_t> SqliteConnection::execute_text(const std::string& sql, const Parameters& parameters) {
    Compiled compiled = TRY(compile(sql.c_str(), 0));
    return run_counting(compiled, parameters);
}

Result<> SqliteConnection::prepare(const Statement& statement) {
    TRY(cached(statement));
    return {};
}

Result<> SqliteConnection::control(Control control) {
    static constexpr std::array<const char*, 7> texts{
        "BEGIN",           "BEGIN IMMEDIATE",    "COMMIT", "ROLLBACK", "SAVEPOINT request",
        "RELEASE request", "ROLLBACK TO request"};
    const auto index = static_cast<std::size_t>(control);
    Compiled& compiled = controls_[index];
    if (!compiled.statement) compiled = TRY(compile(texts[index], SQLITE_PREPARE_PERSISTENT));
    const Reset reset{compiled.statement.get()};
    deadline_ = std::chrono::steady_clock::time_point::max();
    if (const int code = sqlite3_step(compiled.statement.get()); code != SQLITE_DONE)
        return sqlite_error(handle_.get(), code);
    return {};
}

bool SqliteConnection::owes_references() const {
    int current = 0, highest = 0;
    sqlite3_db_status(handle_.get(), SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0);
    return current != 0;
}

}  // namespace shanqi::store
