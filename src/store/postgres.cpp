// PostgreSQL: each read in a read-only snapshot, each write in a serializable transaction of its own, tried again when
// a neighbour's made it fail. Serializable, so that a write's preconditions hold as they do on SQLite, where writes
// run one after the other. PostgreSQL groups the fsyncs of concurrent COMMITs itself.
#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "base/digest.hpp"
#include "store/backends.hpp"
#include "store/pool.hpp"
#include "store/postgres_connection.hpp"

namespace shanqi::store {
namespace {

using Trouble = PostgresConnection::Trouble;

constexpr const char* begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr const char* begin_write = "BEGIN ISOLATION LEVEL SERIALIZABLE";
constexpr std::chrono::microseconds backoff_least{1'000}, backoff_most{250'000};

thread_local bool in_write = false;

// Between half of and the whole step, doubled each time: two that met once do not meet again.
void back_off(int attempt) {
    const auto step = std::min(backoff_most, backoff_least * (1 << std::min(attempt, 10)));
    const std::string random = random_bytes(1);
    std::this_thread::sleep_for(step / 2 + step * static_cast<unsigned char>(random[0]) / 512);
}

class PostgresDatabase final : public Database {
public:
    explicit PostgresDatabase(const DatabaseOptions& options)
        : options_(options), readers_(options.readers, opener()), writers_(options.writers, opener()) {}

    Result<> check() {
        TRY(readers_.take(options_.busy_max));
        return {};
    }

    Dialect dialect() const override { return Dialect::postgres; }

    Result<> administer(const std::function<Result<>(Writer&)>& work) override {
        const auto connection =
            TRY(PostgresConnection::open(options_.url, PostgresConnection::Use::administer, options_.busy_max));
        Transaction<PostgresConnection> transaction(*connection);
        transaction.go_on_after_errors();
        TRY_DO(work(transaction));
        for (const auto& call : transaction.take_after_commit()) call();
        return {};
    }

    Result<> copy_to(const std::string&) override { return fail(ErrorKind::invalid, "store.not_sqlite"); }

    std::vector<std::pair<std::string, std::int64_t>> figures() override {
        std::int64_t bytes = 0;
        const Result<> asked = read_erased([&](Reader& reader) -> Result<> {
            const Rows rows = TRY(reader.query_text("SELECT pg_database_size(current_database())"));
            bytes = rows.at(0).integer(0);
            return {};
        });
        return {{"connections", static_cast<std::int64_t>(readers_.open_count() + writers_.open_count())},
                {"reachable", asked ? 1 : 0},
                {"database_bytes", bytes},
                {"writes", writes_},
                {"writes_retried", retried_},
                {"connections_lost", lost_}};
    }

protected:
    Result<> read_erased(const std::function<Result<>(Reader&)>& work) override {
        auto connection = TRY(begin(readers_, begin_read));
        const End end{*this, connection};
        Transaction<PostgresConnection> transaction(*connection);
        TRY_DO(work(transaction));
        if (transaction.failure()) return std::unexpected(*transaction.failure());
        return {};
    }

    Result<> write_erased(const std::function<Result<>(Writer&)>& work) override {
        if (in_write)
            throw std::logic_error("a write function asked for another write: on SQLite it would wait for itself");
        Result<> outcome;
        for (int attempt = 0; attempt <= limits::retries_max; ++attempt) {
            if (attempt > 0) {
                retried_.fetch_add(1, std::memory_order_relaxed);
                back_off(attempt);
            }
            std::vector<std::function<void()>> after_commit;
            bool again = false;
            outcome = attempt_write(work, after_commit, again);
            if (outcome) {
                writes_.fetch_add(1, std::memory_order_relaxed);
                for (const auto& call : after_commit) call();
            }
            if (!again) return outcome;
        }
        return outcome;
    }

private:
    using Connections = Pool<PostgresConnection>;

    // Whatever happened: the connection goes back at rest, or not at all.
    struct End {
        PostgresDatabase& database;
        Connections::Lease& connection;
        ~End() {
            const bool lost = connection->trouble() == Trouble::lost;
            if (!lost && connection->in_transaction()) static_cast<void>(connection->control("ROLLBACK"));
            if (connection->at_rest()) return;
            connection.discard();
            if (lost) database.connection_lost();
        }
    };

    Connections::Open opener() {
        return
            [this] { return PostgresConnection::open(options_.url, PostgresConnection::Use::work, options_.busy_max); };
    }

    // A server that restarted cut the idle ones too: they are not tried one after the other.
    void connection_lost() {
        lost_.fetch_add(1, std::memory_order_relaxed);
        readers_.forget_idle();
        writers_.forget_idle();
    }

    // A connection may have died while it lay idle: nothing was asked of it yet, so another takes its place.
    Result<Connections::Lease> begin(Connections& pool, const char* sql) {
        auto connection = TRY(pool.take(options_.busy_max));
        Result<> begun = connection->control(sql);
        if (begun) return connection;
        const bool lost = connection->trouble() == Trouble::lost;
        connection.discard();
        if (!lost) return std::unexpected(std::move(begun).error());
        connection_lost();
        connection = TRY(pool.take(options_.busy_max));
        begun = connection->control(sql);
        if (begun) return connection;
        connection.discard();
        return std::unexpected(std::move(begun).error());
    }

    // `again`: nothing of it is in the database, and it may succeed the next time.
    Result<> attempt_write(const std::function<Result<>(Writer&)>& work,
                           std::vector<std::function<void()>>& after_commit, bool& again) {
        auto connection = TRY(begin(writers_, begin_write));
        const End end{*this, connection};
        Transaction<PostgresConnection> transaction(*connection);
        Result<> outcome;
        {
            struct Inside {
                Inside() { in_write = true; }
                ~Inside() { in_write = false; }
            } const inside;
            outcome = work(transaction);
        }
        if (transaction.failure()) {
            // Before COMMIT a lost connection has lost the whole transaction: as harmless as a conflict.
            again = connection->trouble() != Trouble::none;
            if (outcome || again) outcome = std::unexpected(*transaction.failure());
        }
        if (!outcome) return outcome;
        outcome = connection->control("COMMIT");
        // Lost here: whether the server had committed cannot be known; store.lost says so, and nothing is repeated.
        again = !outcome && connection->trouble() == Trouble::conflict;
        if (outcome) after_commit = transaction.take_after_commit();
        return outcome;
    }

    const DatabaseOptions options_;
    Connections readers_, writers_;
    std::atomic<std::int64_t> writes_{0}, retried_{0}, lost_{0};
};

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(const DatabaseOptions& options) {
    auto database = std::make_unique<PostgresDatabase>(options);
    TRY_DO(database->check());
    return database;
}

}  // namespace shanqi::store
