// Group commit on SQLite: who shares a transaction does not share a fate. Groups are made on purpose: the first request
// holds the writer thread until the others stand in the queue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "base/files.hpp"
#include "store/test_database.hpp"

namespace shanqi::store {
namespace {

const Statement add_row{"INSERT INTO rows (id, content) VALUES ($1, $2)"};
const Statement list_rows{"SELECT id FROM rows ORDER BY id"};

class SqliteGroupTest : public testing::Test {
protected:
    using Work = std::function<Result<>(Writer&)>;
    struct Outcome {
        Result<> result = fail(ErrorKind::system, "test.never_ran");
        bool threw = false;
        int runs = 0;
    };

    SqliteGroupTest() {
        const auto made = database().write([](Writer& writer) -> Result<> {
            TRY(writer.execute_text("CREATE TABLE rows (id BIGINT PRIMARY KEY, content BYTEA)"));
            TRY(
                writer.execute_text("CREATE TABLE children (id BIGINT PRIMARY KEY, row_id BIGINT REFERENCES rows (id) "
                                    "DEFERRABLE INITIALLY DEFERRED)"));
            return {};
        });
        EXPECT_TRUE(made);
    }
    Database& database() { return test_.database(); }
    std::int64_t figure(const std::string& name) {
        for (const auto& [each, value] : database().figures())
            if (each == name) return value;
        ADD_FAILURE() << "no figure " << name;
        return -1;
    }
    std::vector<std::int64_t> ids() {
        std::vector<std::int64_t> found;
        const auto rows = database().read([](Reader& reader) { return reader.query(list_rows); });
        for (const Row& row : *rows) found.push_back(row.integer(0));
        return found;
    }
    static Work adds(std::int64_t id, std::size_t bytes = 1) {
        return [id, bytes](Writer& writer) -> Result<> {
            TRY(writer.execute(add_row, {id, Bytes{std::string(bytes, 'x')}}));
            return {};
        };
    }

    // All of them in one transaction, in this order.
    std::vector<Outcome> run_as_group(const std::vector<Work>& works) {
        std::vector<Outcome> outcomes(works.size());
        std::binary_semaphore held{0}, go{0};
        std::atomic<bool> first_run = true;
        std::vector<std::thread> threads;
        const auto start = [&](std::size_t i) {
            threads.emplace_back([&, i] {
                try {
                    outcomes[i].result = database().write([&](Writer& writer) -> Result<> {
                        ++outcomes[i].runs;
                        if (i == 0 && first_run.exchange(false)) {
                            held.release();
                            go.acquire();
                        }
                        return works[i](writer);
                    });
                } catch (const std::runtime_error&) {
                    outcomes[i].threw = true;
                }
            });
        };
        start(0);
        held.acquire();
        for (std::size_t i = 1; i < works.size(); ++i) {
            start(i);
            while (figure("writes_waiting") != static_cast<std::int64_t>(i)) std::this_thread::yield();
        }
        go.release();
        for (std::thread& thread : threads) thread.join();
        return outcomes;
    }

    // From now on the database may grow by so many pages: SQLite says SQLITE_FULL, as it does on a full disk.
    void limit_growth(int pages) {
        const auto set = database().write([&](Writer& writer) -> Result<> {
            const std::int64_t now = TRY(writer.query_text("PRAGMA page_count")).at(0).integer(0);
            TRY(writer.query_text("PRAGMA max_page_count = " + std::to_string(now + pages)));
            return {};
        });
        EXPECT_TRUE(set);
    }

    TestDatabase test_{Dialect::sqlite};
};

TEST_F(SqliteGroupTest, AllThatWaitAreOneCommit) {
    const std::int64_t groups = figure("write_groups");
    const auto outcomes = run_as_group({adds(1), adds(2), adds(3), adds(4)});
    for (const Outcome& outcome : outcomes) EXPECT_TRUE(outcome.result);
    EXPECT_EQ(figure("write_groups"), groups + 1);
    EXPECT_EQ(figure("writes_replayed"), 0);
    EXPECT_THAT(ids(), testing::ElementsAre(1, 2, 3, 4));
}

TEST_F(SqliteGroupTest, ABadNeighbourHurtsNobody) {
    const std::int64_t groups = figure("write_groups");
    const auto outcomes = run_as_group({
        adds(1),
        [](Writer& writer) -> Result<> {
            TRY_DO(adds(20)(writer));
            return adds(1)(writer);  // taken by the first of the same group
        },
        adds(2),
        [](Writer& writer) -> Result<> {
            TRY_DO(adds(30)(writer));
            return fail(ErrorKind::refused, "test.no");
        },
        [](Writer& writer) -> Result<> {
            TRY_DO(adds(40)(writer));
            throw std::runtime_error("a bug");
        },
        adds(3),
    });
    EXPECT_TRUE(outcomes[0].result);
    EXPECT_EQ(outcomes[1].result.error().key, "store.duplicate");
    EXPECT_TRUE(outcomes[2].result);
    EXPECT_EQ(outcomes[3].result.error().key, "test.no");
    EXPECT_TRUE(outcomes[4].threw);
    EXPECT_TRUE(outcomes[5].result);
    EXPECT_THAT(ids(), testing::ElementsAre(1, 2, 3));
    EXPECT_EQ(figure("write_groups"), groups + 1) << "one transaction all the same";
    for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.runs, 1);
}

// SQLite checks it at COMMIT, that of everybody.
TEST_F(SqliteGroupTest, ADeferredReferenceThatLeadsNowhereIsItsWritersOwnTrouble) {
    const auto child_of = [](std::int64_t row) {
        return [row](Writer& writer) -> Result<> {
            TRY(writer.execute_text("INSERT INTO children (id, row_id) VALUES ($1, $1)", {row}));
            return {};
        };
    };
    const auto both = [&](Writer& writer) -> Result<> {
        TRY_DO(child_of(7)(writer));
        return adds(7)(writer);
    };
    const auto outcomes = run_as_group({adds(1), child_of(99), both, adds(2)});
    EXPECT_TRUE(outcomes[0].result);
    ASSERT_FALSE(outcomes[1].result);
    EXPECT_EQ(outcomes[1].result.error().key, "store.missing_reference");
    EXPECT_TRUE(outcomes[2].result) << message(outcomes[2].result.error(), Language::en);
    EXPECT_TRUE(outcomes[3].result);
    EXPECT_THAT(ids(), testing::ElementsAre(1, 2, 7));
}

// SQLITE_FULL rolls the whole transaction back, released savepoints of the neighbours too.
TEST_F(SqliteGroupTest, AFullDiskFailsWhoNeedsTheRoomAndNobodyElse) {
    limit_growth(20);
    const auto outcomes = run_as_group({adds(1), adds(2), adds(3, 4 << 20), adds(4)});
    EXPECT_TRUE(outcomes[0].result) << message(outcomes[0].result.error(), Language::en);
    EXPECT_TRUE(outcomes[1].result);
    ASSERT_FALSE(outcomes[2].result);
    EXPECT_EQ(outcomes[2].result.error().key, "store.disk_full");
    EXPECT_TRUE(outcomes[3].result);
    EXPECT_THAT(ids(), testing::ElementsAre(1, 2, 4));
    EXPECT_EQ(outcomes[0].runs, 2) << "its savepoint was released, and rolled back all the same: it ran again";
    EXPECT_GT(figure("writes_replayed"), 0);
    EXPECT_TRUE(database().write(adds(5))) << "the writer goes on";
}

// What a request was told because of a neighbour's row is told again without the neighbour.
TEST_F(SqliteGroupTest, AnErrorThatANeighbourCausedGoesWithTheNeighbour) {
    limit_growth(20);
    const auto big_one = [](Writer& writer) -> Result<> {
        TRY_DO(adds(1)(writer));
        TRY(writer.query_text("SELECT 1"));
        return {};
    };
    std::atomic<bool> crowded = true;
    const auto only_in_a_crowd = [&](Writer& writer) -> Result<> {
        TRY_DO(adds(1)(writer));
        if (crowded.exchange(false)) return {};
        return fail(ErrorKind::refused, "test.changed_its_mind");
    };
    // 1 in the group: only_in_a_crowd puts row 1, big_one finds it taken; the third breaks the group; alone, the first
    // refuses, and then row 1 is free for the second.
    const auto outcomes = run_as_group({only_in_a_crowd, big_one, adds(3, 4 << 20)});
    EXPECT_EQ(outcomes[0].result.error().key, "test.changed_its_mind");
    EXPECT_TRUE(outcomes[1].result) << message(outcomes[1].result.error(), Language::en);
    EXPECT_EQ(outcomes[2].result.error().key, "store.disk_full");
    EXPECT_THAT(ids(), testing::ElementsAre(1));
}

TEST_F(SqliteGroupTest, AnotherProgramThatHoldsTheFileIsWaitedForAndThenTold) {
    DatabaseOptions options = test_.options();
    options.busy_max = std::chrono::milliseconds(50);
    test_.close();
    const auto impatient = TestDatabase::checked(open_database(options));
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(options.url.substr(7).c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    const Result<> refused = impatient->write(adds(1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().key, "store.busy");
    EXPECT_TRUE(impatient->read([](Reader& reader) { return reader.query(list_rows); })) << "readers do not wait";
    ASSERT_EQ(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    EXPECT_TRUE(impatient->write(adds(1)));
}

TEST_F(SqliteGroupTest, ASecondServerIsRefusedAndACommandIsNot) {
    DatabaseOptions options = test_.options();
    options.server = true;
    auto first = open_database(options);
    ASSERT_TRUE(first);
    const auto second = open_database(options);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().key, "store.locked");
    EXPECT_TRUE(open_database(test_.options())) << "shanqi doctor beside the server";
    first->reset();
    EXPECT_TRUE(open_database(options));
}

TEST_F(SqliteGroupTest, WhatIsNoDatabaseIsLeftAlone) {
    const std::filesystem::path file = test_.folder() / "letter.txt";
    const std::string text(5000, 'x');
    ASSERT_TRUE(write_file_durably(file, text));
    const auto opened = open_database({.url = "sqlite:" + file.string()});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().key, "store.not_a_database");
    EXPECT_EQ(read_file(file, 1 << 20), text);
}

TEST_F(SqliteGroupTest, ANewFileIsItsOwnersAlone) {
    using std::filesystem::perms;
    const std::string file = test_.options().url.substr(7);
    for (const char* part : {"", "-wal", "-shm"}) {
        const perms mode = std::filesystem::status(file + part).permissions();
        EXPECT_EQ(mode & (perms::group_all | perms::others_all), perms::none) << file << part;
    }
}

TEST_F(SqliteGroupTest, ACopyIsADatabaseOfItsOwn) {
    ASSERT_TRUE(database().write(adds(1)));
    const std::string file = (test_.folder() / "copy'.db").string();
    ASSERT_TRUE(database().copy_to(file));
    ASSERT_TRUE(database().write(adds(2)));
    const auto again = database().copy_to(file);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().key, "store.file_exists");
    const auto copy = TestDatabase::checked(open_database({.url = "sqlite:" + file}));
    const auto rows = copy->read([](Reader& reader) { return reader.query(list_rows); });
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->size(), 1U);
}

// The log is moved into the database again and again, and does not grow with every write.
TEST_F(SqliteGroupTest, TheLogStaysSmall) {
    constexpr std::int64_t bytes = 256 << 10, writes = 300;
    for (int i = 0; i < writes; ++i) ASSERT_TRUE(database().write(adds(i, bytes)));
    EXPECT_GT(figure("database_bytes"), writes * bytes / 2);
    EXPECT_LT(figure("log_bytes"), writes * bytes / 2);
    test_.reopen();
    EXPECT_EQ(ids().size(), static_cast<std::size_t>(writes));
}

}  // namespace
}  // namespace shanqi::store
