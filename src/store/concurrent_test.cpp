// Many threads at once, on both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>

#include "store/test_database.hpp"

namespace shanqi::store {
namespace {

const Statement read_balance{"SELECT amount FROM balances WHERE id = $1"};
const Statement set_balance{"UPDATE balances SET amount = $2 WHERE id = $1"};
const Statement sum_balances{"SELECT SUM(amount), COUNT(*) FROM balances"};
const Statement add_balance{"INSERT INTO balances (id, amount) VALUES ($1, $2)"};

class ConcurrentTest : public testing::TestWithParam<Dialect> {
protected:
    ConcurrentTest() {
        const auto made = database().write([](Writer& writer) -> Result<> {
            TRY(writer.execute_text("CREATE TABLE balances (id BIGINT PRIMARY KEY, amount BIGINT NOT NULL)"));
            return {};
        });
        EXPECT_TRUE(made);
    }
    Database& database() { return test_.database(); }
    std::int64_t sum() {
        const auto rows = database().read([](Reader& reader) { return reader.query(sum_balances); });
        return rows ? rows->at(0).integer(0) : -1;
    }
    Result<> add(std::int64_t id, std::int64_t amount) {
        return database().write([&](Writer& writer) -> Result<> {
            TRY(writer.execute(add_balance, {id, amount}));
            return {};
        });
    }
    static void at_once(int threads, const std::function<void(int)>& work) {
        std::barrier start(threads);
        std::vector<std::thread> running;
        running.reserve(static_cast<std::size_t>(threads));
        for (int i = 0; i < threads; ++i) {
            running.emplace_back([&, i] {
                start.arrive_and_wait();
                work(i);
            });
        }
        for (std::thread& thread : running) thread.join();
    }

    TestDatabase test_{GetParam()};
};

// Read, then write what was read and one more: lost updates would show in the sum. Conflicts are tried again; with so
// much of it on one row a write may still give up, and then it says so and has changed nothing.
TEST_P(ConcurrentTest, NoUpdateOfOneRowIsLost) {
    ASSERT_TRUE(add(1, 0));
    constexpr int threads = 8, each = 25;
    std::atomic<int> acknowledged = 0;
    at_once(threads, [&](int) {
        for (int i = 0; i < each; ++i) {
            const auto done = database().write([](Writer& writer) -> Result<> {
                const Rows rows = TRY(writer.query(read_balance, {1}));
                TRY(writer.execute(set_balance, {1, rows.at(0).integer(0) + 1}));
                return {};
            });
            if (done)
                ++acknowledged;
            else
                EXPECT_EQ(done.error().key, "store.busy");
        }
    });
    EXPECT_EQ(sum(), acknowledged);
    EXPECT_GE(acknowledged, threads * each * 9 / 10);
}

// Write skew: both look at both rows, each takes from another row. Under snapshot isolation both would succeed and the
// sum would be below zero; a precondition that is checked inside a write holds.
TEST_P(ConcurrentTest, PreconditionsOverSeveralRowsHold) {
    constexpr int rounds = 20;
    for (int round = 0; round < rounds; ++round) {
        const std::int64_t first = 2 * round, second = first + 1;
        ASSERT_TRUE(add(first, 50));
        ASSERT_TRUE(add(second, 50));
        std::atomic<int> taken = 0;
        at_once(2, [&](int i) {
            const auto done = database().write([&](Writer& writer) -> Result<> {
                const std::int64_t a = TRY(writer.query(read_balance, {first})).at(0).integer(0);
                const std::int64_t b = TRY(writer.query(read_balance, {second})).at(0).integer(0);
                if (a + b < 80) return fail(ErrorKind::refused, "test.not_enough");
                TRY(writer.execute(set_balance, {i == 0 ? first : second, (i == 0 ? a : b) - 80}));
                return {};
            });
            if (done) ++taken;
        });
        EXPECT_EQ(taken, 1);
        EXPECT_EQ(sum(), 20 * (round + 1));
    }
}

// The second of two equal ones always learns that it is the second, whoever's transaction ended how.
TEST_P(ConcurrentTest, OneOfEqualKeysWins) {
    constexpr int threads = 6, keys = 30;
    std::atomic<int> won = 0, duplicates = 0;
    at_once(threads, [&](int) {
        for (int id = 0; id < keys; ++id) {
            const Result<> done = add(id, 1);
            if (done)
                ++won;
            else if (done.error().key == "store.duplicate")
                ++duplicates;
            else
                ADD_FAILURE() << message(done.error(), Language::en);
        }
    });
    EXPECT_EQ(won, keys);
    EXPECT_EQ(duplicates, (threads - 1) * keys);
    EXPECT_EQ(sum(), keys);
}

TEST_P(ConcurrentTest, ReadersNeverSeeHalfAWrite) {
    ASSERT_TRUE(add(1, 100));
    ASSERT_TRUE(add(2, 0));
    constexpr int threads = 5;
    std::atomic<bool> stop = false;
    at_once(threads, [&](int i) {
        if (i == 0) {
            for (int round = 0; round < 100; ++round) {
                const auto moved = database().write([](Writer& writer) -> Result<> {
                    const std::int64_t a = TRY(writer.query(read_balance, {1})).at(0).integer(0);
                    const std::int64_t b = TRY(writer.query(read_balance, {2})).at(0).integer(0);
                    TRY(writer.execute(set_balance, {1, a - 1}));
                    TRY(writer.execute(set_balance, {2, b + 1}));
                    return {};
                });
                EXPECT_TRUE(moved);
            }
            stop = true;
        } else {
            while (!stop) {
                const auto seen = database().read([](Reader& reader) -> Result<std::int64_t> {
                    const std::int64_t a = TRY(reader.query(read_balance, {1})).at(0).integer(0);
                    return a + TRY(reader.query(read_balance, {2})).at(0).integer(0);
                });
                ASSERT_TRUE(seen) << message(seen.error(), Language::en);
                ASSERT_EQ(*seen, 100);
            }
        }
    });
}

// All connections are lent out: others wait, and those who wait too long hear that it is busy.
TEST_P(ConcurrentTest, WhoWaitsTooLongForAConnectionIsTold) {
    DatabaseOptions options = test_.options();
    options.readers = 1;
    options.busy_max = std::chrono::milliseconds(50);
    const auto small = TestDatabase::checked(open_database(options));
    ASSERT_TRUE(small->read([&](Reader&) -> Result<> {
        Result<> inner;
        std::thread other([&] { inner = small->read([](Reader&) -> Result<> { return {}; }); });
        other.join();
        EXPECT_FALSE(inner);
        EXPECT_EQ(inner ? "" : inner.error().key, "store.busy");
        return {};
    }));
    EXPECT_TRUE(small->read([](Reader&) -> Result<> { return {}; }));
}

INSTANTIATE_TEST_SUITE_P(Databases, ConcurrentTest, testing::ValuesIn(test_dialects()), dialect_name);

}  // namespace
}  // namespace shanqi::store
