// One SQL text for SQLite and PostgreSQL (and Citus): a thin layer straight on their C interfaces.
//
// What SQL may be used: $1, $2… as parameters; BIGINT (integers, booleans as 0 and 1, instants in microseconds UTC,
// money in fen), TEXT, UUID (36 characters), BYTEA; INSERT … ON CONFLICT, RETURNING, CTEs, window functions. Not
// portable, and refused by the test that prepares every statement on both: FOR UPDATE SKIP LOCKED, :: casts, =
// ANY(array), string_agg, LATERAL, now(). No triggers (Citus). Every key of a tenant's table begins with org_id.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::store {

namespace limits {
constexpr std::size_t rows_max = 200'000;          // of one query's answer, in memory; pages and exports ask in pieces
constexpr int retries_max = 12;                    // of a write whose transaction was rolled back by a neighbour
constexpr std::chrono::seconds statement_max{60};  // one statement of read() or write(); administer() has no limit
}  // namespace limits

struct Bytes {
    std::string data;
    bool operator==(const Bytes&) const = default;
};

// A parameter or a column.
class Value {
public:
    Value() = default;  // NULL
    Value(std::int64_t number) : value_(number) {}
    Value(int number) : value_(std::int64_t{number}) {}
    Value(std::uint32_t number) : value_(std::int64_t{number}) {}
    Value(bool flag) : value_(std::int64_t{flag ? 1 : 0}) {}
    Value(std::string text) : value_(std::move(text)) {}
    Value(std::string_view text) : value_(std::string(text)) {}
    Value(const char* text) : value_(std::string(text)) {}
    Value(Bytes bytes) : value_(std::move(bytes)) {}
    Value(Instant instant) : value_(instant.us) {}
    template <class Tag>
    Value(const Id<Tag>& id) {
        if (!id.empty()) value_ = id.text();
    }
    template <class T>
    Value(const std::optional<T>& maybe) {
        if (maybe) *this = Value(*maybe);
    }

    bool null() const { return value_.index() == 0; }
    const std::variant<std::monostate, std::int64_t, std::string, Bytes>& get() const { return value_; }

private:
    std::variant<std::monostate, std::int64_t, std::string, Bytes> value_;
};
using Parameters = std::vector<Value>;

enum class Dialect { sqlite, postgres };

// A statement of the program, as a namespace constant in <noun>_store.cpp:
//   const Statement find_account{"SELECT id, name FROM accounts WHERE id = $1"};
// Each one registers itself, so that one test prepares all of them on both databases; `only` is for the few that one
// database cannot know (jobs_store.cpp).
class Statement {
public:
    explicit Statement(const char* sql, std::optional<Dialect> only = {});
    Statement(const Statement&) = delete;
    const char* sql() const { return sql_; }
    bool is_for(Dialect dialect) const { return !only_ || *only_ == dialect; }
    std::size_t index() const { return index_; }  // 0, 1, 2…: its place in a connection's cache
    static std::vector<const Statement*> all();

private:
    const char* sql_;
    std::optional<Dialect> only_;
    std::size_t index_;
    const Statement* next_;
};

class Row {
public:
    explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}
    std::size_t size() const { return columns_.size(); }
    bool null(std::size_t column) const { return columns_[column].null(); }
    const Value& value(std::size_t column) const { return columns_[column]; }  // of whatever kind: for backups
    // NULL reads as 0 and "". A column of another kind than asked for is a bug (throws std::logic_error).
    std::int64_t integer(std::size_t column) const;
    bool flag(std::size_t column) const { return integer(column) != 0; }
    Instant instant(std::size_t column) const { return Instant{integer(column)}; }
    const std::string& text(std::size_t column) const;
    const std::string& bytes(std::size_t column) const;
    template <class IdType>
    IdType id(std::size_t column) const {
        return IdType::trusted(text(column));
    }
    std::optional<std::int64_t> maybe_integer(std::size_t column) const;
    std::optional<std::string> maybe_text(std::size_t column) const;

private:
    std::vector<Value> columns_;
};
using Rows = std::vector<Row>;

// A consistent view of the database. Not shared between threads; lives as long as the function it was given to.
class Reader {
public:
    virtual ~Reader() = default;
    // Errors: store.too_many_rows, store.too_slow, store.busy, store.lost (connection), store.bad_text (a parameter
    // that is not UTF-8 or holds a NUL), store.disk_full, store.failed (kind system).
    virtual Result<Rows> query(const Statement&, const Parameters& = {}) = 0;
    // SQL put together at run time (filters, sorting): identifiers come from the program, values are parameters.
    virtual Result<Rows> query_text(const std::string& sql, const Parameters& = {}) = 0;
    Result<std::optional<Row>> first(const Statement&, const Parameters& = {});
    // Compiles it and does no more; the error says what the database thinks of it.
    virtual Result<> prepare(const Statement&) = 0;
};

class Writer : public Reader {
public:
    // Returns the number of rows changed. A broken constraint is an error value: store.duplicate (kind conflict, unique
    // or primary key), store.missing_reference (kind conflict, foreign key), store.constraint (kind invalid). After
    // any error the transaction cannot go on: every later call gives the same error, and the function must return it
    // (or another; should it return success, write() gives the error all the same).
    virtual Result<std::int64_t> execute(const Statement&, const Parameters& = {}) = 0;
    virtual Result<std::int64_t> execute_text(const std::string& sql, const Parameters& = {}) = 0;
    // Called after COMMIT only, in order, on the thread that waited for it: to wake workers, never to write.
    virtual void after_commit(std::function<void()>) = 0;
};

class Database {
public:
    virtual ~Database() = default;
    virtual Dialect dialect() const = 0;

    // Runs `work` in a snapshot.
    template <class Work>
    auto read(Work&& work) -> std::invoke_result_t<Work, Reader&> {
        std::invoke_result_t<Work, Reader&> result = fail(ErrorKind::system, "store.failed");
        TRY_DO(read_erased([&](Reader& reader) -> Result<> {
            result = work(reader);
            if (!result) return std::unexpected(result.error());
            return {};
        }));
        return result;
    }

    // Runs `work` as one transaction and returns when it is durable. `work` is a re-runnable function: it may run
    // several times (a serialization failure, a neighbour in the same group whose error rolled the transaction back),
    // so it does no I/O, derives no keys, and checks its preconditions inside. An error value from it rolls its own
    // writes back, and only those. On SQLite all writes go through one thread, a savepoint each, one COMMIT for all
    // that wait.
    template <class Work>
    auto write(Work&& work) -> std::invoke_result_t<Work, Writer&> {
        std::invoke_result_t<Work, Writer&> result = fail(ErrorKind::system, "store.failed");
        TRY_DO(write_erased([&](Writer& writer) -> Result<> {
            result = work(writer);
            if (!result) return std::unexpected(result.error());
            return {};
        }));
        return result;
    }

    // Statements outside a transaction, on a connection of its own that ends with the call: migrations, VACUUM. The
    // function begins and ends its own transactions, and may go on after an error.
    virtual Result<> administer(const std::function<Result<>(Writer&)>& work) = 0;
    // SQLite: a consistent, synced copy of the whole database into a new file; writers are not kept waiting.
    // Errors: store.file_exists; PostgreSQL: store.not_sqlite.
    virtual Result<> copy_to(const std::string& file) = 0;
    // Connections, page cache, size: for /metrics and `shanqi doctor`. {"name", value}
    virtual std::vector<std::pair<std::string, std::int64_t>> figures() = 0;

protected:
    virtual Result<> read_erased(const std::function<Result<>(Reader&)>& work) = 0;
    virtual Result<> write_erased(const std::function<Result<>(Writer&)>& work) = 0;
};

struct DatabaseOptions {
    std::string url;  // "sqlite:/var/lib/shanqi/shanqi.db" or "postgres://user@host/name" (libpq's forms)
    unsigned readers = 4;
    unsigned writers = 8;                        // PostgreSQL; SQLite has one
    std::chrono::milliseconds busy_max{10'000};  // waiting for a lock or a connection; then store.busy
    bool server = false;  // SQLite: holds the file's server lock; a second server gets store.locked, commands need none
};

// Opens and checks; does not migrate. Errors: store.unreachable, store.not_a_database, store.too_old (SQLite
// below 3.35, PostgreSQL below 15), store.locale (a PostgreSQL database that is not UTF-8), store.locked (another
// server on the same SQLite file).
Result<std::unique_ptr<Database>> open_database(const DatabaseOptions&);

// Every registered statement that this (migrated) database does not accept, with what it says: a test of the program
// (which links all rooms) expects none on both databases.
struct StatementFault {
    const Statement* statement = nullptr;
    std::string reason;
};
Result<std::vector<StatementFault>> check_statements(Database&);

// The page after `limit` rows: Citus-safe keyset paging lives in http/page.hpp; here only the guard for LIKE.
std::string like_escaped(std::string_view text);  // for LIKE … ESCAPE '\'

}  // namespace shanqi::store
