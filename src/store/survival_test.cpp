// Killed, disk full, server gone: what was acknowledged is there, what was not is there whole or not at all.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <thread>

#include "store/test_database.hpp"

namespace shanqi::store {
namespace {

const Statement insert_left{"INSERT INTO lefts (id, content) VALUES ($1, $2)"};
const Statement insert_right{"INSERT INTO rights (id) VALUES ($1)"};
const Statement all_lefts{"SELECT id FROM lefts ORDER BY id"};
const Statement all_rights{"SELECT id FROM rights ORDER BY id"};

constexpr std::int64_t ids_per_thread = 1'000'000;

Result<> make_tables(Database& database) {
    return database.write([](Writer& writer) -> Result<> {
        TRY(writer.execute_text("CREATE TABLE IF NOT EXISTS lefts (id BIGINT PRIMARY KEY, content BYTEA)"));
        TRY(writer.execute_text("CREATE TABLE IF NOT EXISTS rights (id BIGINT PRIMARY KEY)"));
        return {};
    });
}

// One write is a row in each of two tables.
Result<> write_pair(Database& database, std::int64_t id, std::size_t bytes = 100) {
    return database.write([&](Writer& writer) -> Result<> {
        TRY(writer.execute(insert_left, {id, Bytes{std::string(bytes, 'x')}}));
        TRY(writer.execute(insert_right, {id}));
        return {};
    });
}

// What stands there, nothing of it half. Both tables in one snapshot: a server whose client was killed may still be
// busy with that client's last COMMIT.
std::set<std::int64_t> whole_pairs(Database& database) {
    std::set<std::int64_t> lefts, rights;
    TestDatabase::checked(database.read([&](Reader& reader) -> Result<> {
        const Rows left_rows = TRY(reader.query(all_lefts)), right_rows = TRY(reader.query(all_rights));
        for (const Row& row : left_rows) lefts.insert(row.integer(0));
        for (const Row& row : right_rows) rights.insert(row.integer(0));
        return {};
    }));
    EXPECT_EQ(lefts, rights) << "half a write";
    return lefts;
}

void check(Database& database, const std::set<std::int64_t>& acknowledged) {
    const std::set<std::int64_t> pairs = whole_pairs(database);
    EXPECT_TRUE(std::ranges::includes(pairs, acknowledged)) << "an acknowledged write is gone";
}

class SurvivalTest : public testing::TestWithParam<Dialect> {
protected:
    TestDatabase test_{GetParam(), TestDatabase::Empty{}};
};

// The child's threads write and say so on a pipe, after the acknowledgement; the parent kills it when it has heard a
// number of them, which differs from round to round.
TEST_P(SurvivalTest, KilledWhileWriting) {
    ASSERT_TRUE(make_tables(test_.database()));
    test_.close();
    const char* wanted = std::getenv("SHANQI_KILLS");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    const int rounds = wanted == nullptr ? 8 : std::atoi(wanted);
    constexpr int threads = 8;
    std::set<std::int64_t> acknowledged;
    for (int round = 0; round < rounds; ++round) {
        int ends[2];
        ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
        const pid_t child = fork();
        if (child == 0) {
            auto database = open_database(test_.options());
            if (!database) _exit(2);
            std::vector<std::thread> running;
            running.reserve(threads);
            for (int thread = 0; thread < threads; ++thread) {
                running.emplace_back([&, thread] {
                    for (std::int64_t i = 0;; ++i) {
                        const std::int64_t id = (std::int64_t{round} * threads + thread) * ids_per_thread + i;
                        if (!write_pair(**database, id)) _exit(3);
                        if (write(ends[1], &id, sizeof id) != sizeof id) _exit(4);  // atomic: below PIPE_BUF
                    }
                });
            }
            for (std::thread& thread : running) thread.join();
        }
        close(ends[1]);
        std::int64_t id = 0;
        const int enough = 1 + (round * 37) % 400;
        for (int heard = 0; read(ends[0], &id, sizeof id) == sizeof id;) {
            acknowledged.insert(id);
            if (++heard == enough) kill(child, SIGKILL);
        }
        close(ends[0]);
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "exit " << WEXITSTATUS(status);
        test_.reopen();
        check(test_.database(), acknowledged);
        test_.close();
    }
    EXPECT_GE(acknowledged.size(), static_cast<std::size_t>(rounds));
}

INSTANTIATE_TEST_SUITE_P(Databases, SurvivalTest, testing::ValuesIn(test_dialects()), dialect_name);

// A real full disk, with neighbours in the same group: small writes and large ones, until nothing fits.
TEST(SurvivalDisk, FullWhileManyWrite) {
    const TestDatabase other(Dialect::sqlite, TestDatabase::Empty{});
    const std::string disk = (other.folder() / "disk").string();
    std::filesystem::create_directory(disk);
    if (mount("none", disk.c_str(), "tmpfs", 0, "size=6m") != 0) GTEST_SKIP() << "mounting a small disk needs root";
    struct Unmount {
        const std::string& disk;
        ~Unmount() { umount(disk.c_str()); }
    } const unmount{disk};

    const DatabaseOptions options{.url = "sqlite:" + disk + "/test.db"};
    constexpr int threads = 6, writes = 120;
    std::vector<std::set<std::int64_t>> acknowledged(threads);
    std::atomic<int> refused = 0;
    {
        const auto database = TestDatabase::checked(open_database(options));
        ASSERT_TRUE(make_tables(*database));
        std::vector<std::thread> running;
        running.reserve(threads);
        for (int thread = 0; thread < threads; ++thread) {
            running.emplace_back([&, thread] {
                for (int i = 0; i < writes; ++i) {
                    const std::int64_t id = thread * ids_per_thread + i;
                    const Result<> done = write_pair(*database, id, thread == 0 ? 400'000 : 200);
                    if (done) {
                        acknowledged[static_cast<std::size_t>(thread)].insert(id);
                    } else {
                        EXPECT_EQ(done.error().key, "store.disk_full") << message(done.error(), Language::en);
                        ++refused;
                    }
                }
            });
        }
        for (std::thread& thread : running) thread.join();
        EXPECT_GT(refused, 0);
        std::set<std::int64_t> all;
        for (const auto& each : acknowledged) all.insert(each.begin(), each.end());
        EXPECT_FALSE(all.empty());
        EXPECT_EQ(whole_pairs(*database), all) << "exactly what was acknowledged";

        // Room again: the same process goes on.
        ASSERT_EQ(mount("none", disk.c_str(), "tmpfs", MS_REMOUNT, "size=40m"), 0);
        EXPECT_TRUE(write_pair(*database, 999 * ids_per_thread));
        all.insert(999 * ids_per_thread);
        EXPECT_EQ(whole_pairs(*database), all);
    }
    const auto reopened = TestDatabase::checked(open_database(options));
    std::set<std::int64_t> all{999 * ids_per_thread};
    for (const auto& each : acknowledged) all.insert(each.begin(), each.end());
    EXPECT_EQ(whole_pairs(*reopened), all);
    const auto sound = reopened->read([](Reader& reader) { return reader.query_text("PRAGMA integrity_check"); });
    ASSERT_TRUE(sound);
    EXPECT_EQ(sound->at(0).text(0), "ok");
}

// tests/postgres/restart cuts the connections as a crash does, while threads read and write. A server of its own:
// other tests run beside this one.
TEST(SurvivalPostgres, RestartedUnderLoad) {
    if (test_postgres_url().empty()) GTEST_SKIP() << "SHANQI_TEST_POSTGRES is not set";
    const std::string scripts = std::string(SHANQI_SOURCE_DIR) + "/tests/postgres/";
    const auto run = [&](const std::string& command) {
        std::string output;
        FILE* pipe = popen((scripts + command).c_str(), "r");
        if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
        char buffer[512];
        while (fgets(buffer, sizeof buffer, pipe) != nullptr) output += buffer;
        EXPECT_EQ(pclose(pipe), 0) << command;
        while (output.ends_with('\n')) output.pop_back();
        return output;
    };
    struct Stop {
        const std::string command;
        ~Stop() { EXPECT_EQ(std::system(command.c_str()), 0); }  // NOLINT(concurrency-mt-unsafe)
    } const stop{scripts + "stop restart"};
    const DatabaseOptions options{.url = run("start restart"), .readers = 3, .writers = 3};
    const auto database = TestDatabase::checked(open_database(options));
    ASSERT_TRUE(make_tables(*database));

    constexpr int threads = 6, restarts = 3;
    std::atomic<bool> stopping = false;
    std::atomic<std::int64_t> done_after_restart = 0, lost = 0;
    std::vector<std::set<std::int64_t>> acknowledged(threads);
    std::vector<std::thread> running;
    running.reserve(threads);
    for (int thread = 0; thread < threads; ++thread) {
        running.emplace_back([&, thread] {
            auto& mine = acknowledged[static_cast<std::size_t>(thread)];
            for (std::int64_t i = 0; !stopping; ++i) {
                const std::int64_t id = thread * ids_per_thread + i;
                Result<> done = write_pair(*database, id);
                if (done) {
                    mine.insert(id);
                    const auto seen = database->read([](Reader& reader) { return reader.query_text("SELECT 1"); });
                    if (!seen) done = std::unexpected(seen.error());
                }
                if (done) {
                    ++done_after_restart;
                } else {
                    ++lost;
                    EXPECT_THAT(done.error().key, testing::AnyOf("store.lost", "store.unreachable"))
                        << message(done.error(), Language::en);
                }
            }
        });
    }
    const auto wait_for_work = [&] {
        for (const std::int64_t target = done_after_restart + 60; done_after_restart < target;)
            std::this_thread::yield();
    };
    for (int i = 0; i < restarts; ++i) {
        wait_for_work();
        run("restart restart");
    }
    wait_for_work();  // it recovers by itself
    stopping = true;
    for (std::thread& thread : running) thread.join();
    EXPECT_GT(lost, 0) << "nobody noticed the restarts";
    std::set<std::int64_t> all;
    for (const auto& each : acknowledged) all.insert(each.begin(), each.end());
    check(*database, all);
}

}  // namespace
}  // namespace shanqi::store
