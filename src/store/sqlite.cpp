#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/files.hpp"
#include "store/backends.hpp"
#include "store/pool.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_writer.hpp"

namespace shanqi::store {
namespace {

namespace fs = std::filesystem;
using Control = SqliteConnection::Control;

constexpr int oldest_sqlite = 3'035'000;  // RETURNING

// Beside the database, not on it: SQLite's own locks on the file are dropped when any descriptor of it is closed.
class ServerLock {
public:
    static Result<std::unique_ptr<ServerLock>> take(const fs::path& database) {
        const fs::path path = database.string() + "-server";
        std::unique_ptr<ServerLock> lock(new ServerLock);
        lock->descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (lock->descriptor_ < 0)
            return fail(ErrorKind::system, "store.unreachable", {{"reason", std::generic_category().message(errno)}},
                        {.file = database.string()});
        if (::flock(lock->descriptor_, LOCK_EX | LOCK_NB) != 0)
            return fail(ErrorKind::conflict, "store.locked", {}, {.file = database.string()});
        return lock;
    }
    ServerLock(const ServerLock&) = delete;
    ~ServerLock() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

private:
    ServerLock() = default;
    int descriptor_ = -1;
};

std::int64_t size_of(const fs::path& file) {
    std::error_code none;
    const auto bytes = fs::file_size(file, none);
    return none ? 0 : static_cast<std::int64_t>(bytes);
}

// fsync of a file or folder that another wrote.
Result<> sync(const fs::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) return system_error(errno, path);
    const int synced = ::fsync(descriptor);
    const int error = errno;
    ::close(descriptor);
    if (synced != 0) return system_error(error, path);
    return {};
}

class SqliteDatabase final : public Database {
public:
    static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options) {
        const fs::path file = options.url.substr(sqlite_scheme.size());
        if (file.empty() || file == ":memory:") return fail(ErrorKind::invalid, "store.bad_url");
        if (sqlite3_libversion_number() < oldest_sqlite || sqlite3_threadsafe() == 0)
            return fail(ErrorKind::system, "store.too_old", {{"version", sqlite3_libversion()}, {"wanted", "3.35"}});
        std::unique_ptr<ServerLock> lock;
        if (options.server) lock = TRY(ServerLock::take(file));
        auto writer = SqliteConnection::open(file, SqliteConnection::Use::write, options.busy_max);
        if (!writer) {
            Error error = std::move(writer).error();
            error.place.file = file.string();
            return std::unexpected(std::move(error));
        }
        return std::unique_ptr<Database>(new SqliteDatabase(options, file, std::move(lock), std::move(*writer)));
    }

    Dialect dialect() const override { return Dialect::sqlite; }

    Result<> administer(const std::function<Result<>(Writer&)>& work) override {
        const auto connection =
            TRY(SqliteConnection::open(file_, SqliteConnection::Use::administer, options_.busy_max));
        Transaction<SqliteConnection> transaction(*connection);
        transaction.go_on_after_errors();
        TRY_DO(work(transaction));
        for (const auto& call : transaction.take_after_commit()) call();
        return {};
    }

    Result<> copy_to(const std::string& file) override {
        std::error_code none;
        if (fs::exists(file, none)) return fail(ErrorKind::conflict, "store.file_exists", {}, {.file = file});
        const auto connection =
            TRY(SqliteConnection::open(file_, SqliteConnection::Use::administer, options_.busy_max));
        Result<> copied;
        if (auto vacuumed = connection->execute_text("VACUUM INTO $1", {Value(file)}); !vacuumed)
            copied = std::unexpected(std::move(vacuumed).error());
        if (copied) copied = sync(file, O_RDONLY);
        const fs::path folder = fs::path(file).has_parent_path() ? fs::path(file).parent_path() : fs::path(".");
        if (copied) copied = sync(folder, O_RDONLY | O_DIRECTORY);
        if (!copied) fs::remove(file, none);
        return copied;
    }

    std::vector<std::pair<std::string, std::int64_t>> figures() override {
        const SqliteWriter::Figures writer = writer_->figures();
        std::int64_t cache_bytes = 0;
        readers_.for_each_idle([&](SqliteConnection& connection) {
            int current = 0, highest = 0;
            sqlite3_db_status(connection.handle(), SQLITE_DBSTATUS_CACHE_USED, &current, &highest, 0);
            cache_bytes += current;
        });
        return {{"connections", static_cast<std::int64_t>(readers_.open_count()) + 1},
                {"database_bytes", size_of(file_)},
                {"log_bytes", size_of(file_.string() + "-wal")},
                {"cache_bytes", cache_bytes},
                {"writes", writer.writes},
                {"write_groups", writer.groups},
                {"writes_replayed", writer.replayed},
                {"writes_waiting", writer.waiting}};
    }

protected:
    Result<> read_erased(const std::function<Result<>(Reader&)>& work) override {
        auto connection = TRY(readers_.take(options_.busy_max));
        TRY_DO(connection->control(Control::begin_read));
        struct End {
            SqliteConnection& connection;
            ~End() {
                if (connection.in_transaction()) static_cast<void>(connection.control(Control::rollback));
            }
        } const end{*connection};
        Transaction<SqliteConnection> transaction(*connection);
        TRY_DO(work(transaction));
        if (transaction.failure()) return std::unexpected(*transaction.failure());
        return {};
    }

    Result<> write_erased(const std::function<Result<>(Writer&)>& work) override { return writer_->write(work); }

private:
    SqliteDatabase(const DatabaseOptions& options, fs::path file, std::unique_ptr<ServerLock> lock,
                   std::unique_ptr<SqliteConnection> writer)
        : options_(options),
          file_(std::move(file)),
          lock_(std::move(lock)),
          readers_(options.readers,
                   [this] { return SqliteConnection::open(file_, SqliteConnection::Use::read, options_.busy_max); }),
          writer_(std::make_unique<SqliteWriter>(std::move(writer))) {}

    const DatabaseOptions options_;
    const fs::path file_;
    std::unique_ptr<ServerLock> lock_;
    Pool<SqliteConnection> readers_;
    std::unique_ptr<SqliteWriter> writer_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const DatabaseOptions& options) { return SqliteDatabase::open(options); }

}  // namespace shanqi::store
