// bench_store FOLDER POSTGRES_URL SECONDS: how many durable writes a second 1, 16, 64 and 256 waiting threads get.
// Three ways on one disk, in turn: our SQLite store (group commit), the same SQLite settings with a commit for each
// write (one connection behind a mutex, its fastest way), our PostgreSQL store. Two kinds of write: one row, and the
// three rows of a POST (its row, its idempotency key, its audit entry). Prints one JSON object.
#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <chrono>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/messages.hpp"
#include "store/database.hpp"

namespace {

using namespace shanqi;
using Clock = std::chrono::steady_clock;

constexpr std::array<int, 4> thread_counts{1, 16, 64, 256};
constexpr unsigned postgres_connections_max = 64;
constexpr int warm_up_part = 5;  // a fifth of the time before anything counts
constexpr const char* org = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d10";

constexpr std::array<const char*, 3> tables{
    "CREATE TABLE gifts (org_id UUID NOT NULL, id UUID NOT NULL, body TEXT NOT NULL, PRIMARY KEY (org_id, id))",
    "CREATE TABLE keys (org_id UUID NOT NULL, id UUID NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (org_id, id))",
    "CREATE TABLE trail (org_id UUID NOT NULL, id UUID NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (org_id, id))"};
const store::Statement insert_gift{"INSERT INTO gifts (org_id, id, body) VALUES ($1, $2, $3)"};
const store::Statement insert_key{"INSERT INTO keys (org_id, id, answer) VALUES ($1, $2, $3)"};
const store::Statement insert_trail{"INSERT INTO trail (org_id, id, entry) VALUES ($1, $2, $3)"};
const std::array<const store::Statement*, 3> inserts{&insert_gift, &insert_key, &insert_trail};
const std::string body(120, 'x');

[[noreturn]] void give_up(const std::string& reason) {
    fmt::print(stderr, "bench_store: {}\n", reason);
    std::exit(1);
}
void need(const Result<>& result) {
    if (!result) give_up(message(result.error(), Language::en));
}

std::string random_uuid(std::mt19937_64& random) {
    const std::uint64_t a = random(), b = random();
    return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", a >> 32, (a >> 16) & 0xffff, a & 0xfff,
                       (b >> 48) & 0xfff, b & 0xffffffffffffULL);
}

// Every thread writes, waits, writes again. A row's key is random; it is made before the clock of the write starts.
boost::json::object measure(int threads, double seconds, const std::function<void(const std::string& id)>& write) {
    std::vector<std::vector<double>> latencies(static_cast<std::size_t>(threads));
    std::barrier start(threads + 1);
    Clock::time_point counts_from, ends;
    std::vector<std::thread> running;
    running.reserve(static_cast<std::size_t>(threads));
    for (int thread = 0; thread < threads; ++thread) {
        running.emplace_back([&, thread] {
            std::mt19937_64 random(std::random_device{}());
            auto& mine = latencies[static_cast<std::size_t>(thread)];
            start.arrive_and_wait();
            while (true) {
                const std::string id = random_uuid(random);
                const auto before = Clock::now();
                if (before > ends) return;
                write(id);
                const auto after = Clock::now();
                if (after >= counts_from && after <= ends)  // whoever became durable in this time
                    mine.push_back(std::chrono::duration<double, std::milli>(after - before).count());
            }
        });
    }
    const auto total = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    counts_from = Clock::now() + total / warm_up_part;
    ends = counts_from + total;
    start.arrive_and_wait();
    for (std::thread& thread : running) thread.join();
    std::vector<double> all;
    for (const auto& each : latencies) all.insert(all.end(), each.begin(), each.end());
    std::ranges::sort(all);
    if (all.empty()) give_up("nothing was written in time");
    return {{"per_second", static_cast<double>(all.size()) / seconds},
            {"p50_ms", all[all.size() / 2]},
            {"p99_ms", all[all.size() * 99 / 100]}};
}

boost::json::object measure_store(const store::DatabaseOptions& options, int threads, int rows, double seconds) {
    auto opened = store::open_database(options);
    if (!opened) give_up(message(opened.error(), Language::en));
    store::Database& database = **opened;
    return measure(threads, seconds, [&](const std::string& id) {
        need(database.write([&](store::Writer& writer) -> Result<> {
            for (int i = 0; i < rows; ++i) TRY(writer.execute(*inserts[static_cast<std::size_t>(i)], {org, id, body}));
            return {};
        }));
    });
}

void make_tables(const store::DatabaseOptions& options) {
    auto opened = store::open_database(options);
    if (!opened) give_up(message(opened.error(), Language::en));
    need((*opened)->administer([](store::Writer& writer) -> Result<> {
        for (const char* table : tables) TRY(writer.execute_text(table));
        return {};
    }));
}

// The peer: what a program does that commits each write by itself.
class CommitEach {
public:
    explicit CommitEach(const std::string& file) {
        if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) give_up("cannot open " + file);
        run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
            "PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768");
        for (std::size_t i = 0; i < inserts.size(); ++i)
            sqlite3_prepare_v3(database_, inserts[i]->sql(), -1, SQLITE_PREPARE_PERSISTENT, &statements_[i], nullptr);
        for (std::size_t i = 0; i < controls_.size(); ++i)
            sqlite3_prepare_v3(database_, i == 0 ? "BEGIN IMMEDIATE" : "COMMIT", -1, SQLITE_PREPARE_PERSISTENT,
                               &controls_[i], nullptr);
    }
    CommitEach(const CommitEach&) = delete;
    ~CommitEach() {
        for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
        for (sqlite3_stmt* statement : controls_) sqlite3_finalize(statement);
        sqlite3_close(database_);
    }
    void write(const std::string& id, int rows) {
        const std::scoped_lock lock(mutex_);
        step(controls_[0]);
        for (int i = 0; i < rows; ++i) {
            sqlite3_stmt* statement = statements_[static_cast<std::size_t>(i)];
            sqlite3_bind_text(statement, 1, org, -1, SQLITE_STATIC);
            sqlite3_bind_text(statement, 2, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
            sqlite3_bind_text(statement, 3, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
            step(statement);
        }
        step(controls_[1]);
    }

private:
    void run(const char* sql) {
        if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(database_));
    }
    void step(sqlite3_stmt* statement) {
        if (sqlite3_step(statement) != SQLITE_DONE) give_up(sqlite3_errmsg(database_));
        sqlite3_reset(statement);
    }
    sqlite3* database_ = nullptr;
    std::array<sqlite3_stmt*, 3> statements_{};
    std::array<sqlite3_stmt*, 2> controls_{};
    std::mutex mutex_;
};

// The limit of every commit on this disk: 4 KiB appended and synced, one after the other.
double syncs_per_second(const std::string& file, double seconds) {
    const int descriptor = open(file.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) give_up("cannot write " + file);
    const std::string page(4096, 'x');
    const auto start = Clock::now();
    int count = 0;
    double passed = 0;
    for (; passed < seconds; ++count) {
        if (write(descriptor, page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
            fdatasync(descriptor) != 0)
            give_up("cannot write " + file);
        passed = std::chrono::duration<double>(Clock::now() - start).count();
    }
    close(descriptor);
    unlink(file.c_str());
    return count / passed;
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 4) give_up("FOLDER POSTGRES_URL SECONDS");
    const std::string folder = arguments[1], postgres = arguments[2];
    const double seconds = std::stod(arguments[3]);
    const std::string ours = folder + "/group.db", each = folder + "/each.db";
    make_tables({.url = "sqlite:" + ours});
    make_tables({.url = "sqlite:" + each});
    make_tables({.url = postgres});
    boost::json::object result;
    result["syncs_per_second"] = syncs_per_second(folder + "/sync", seconds);
    for (const int rows : {1, 3}) {
        for (const int threads : thread_counts) {
            boost::json::object one;
            one["group"] = measure_store({.url = "sqlite:" + ours}, threads, rows, seconds);
            {
                CommitEach peer(each);
                one["each"] = measure(threads, seconds, [&](const std::string& id) { peer.write(id, rows); });
            }
            const unsigned connections = std::min(static_cast<unsigned>(threads), postgres_connections_max);
            one["postgres"] = measure_store({.url = postgres, .writers = connections}, threads, rows, seconds);
            result[fmt::format("rows_{}_threads_{}", rows, threads)] = one;
        }
    }
    result["sqlite_version"] = sqlite3_libversion();
    fmt::print("{}\n", boost::json::serialize(result));
    return 0;
}
