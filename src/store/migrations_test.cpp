#include "store/migrations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <barrier>
#include <csignal>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "store/test_database.hpp"

namespace shanqi::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<Migration> three_files{
    {.room = "store", .number = 1, .name = "0001_alpha.sql", .sql = "CREATE TABLE alpha (id BIGINT PRIMARY KEY);\n"},
    {.room = "giving",
     .number = 2,
     .name = "0002_gamma.sql",
     .sql = "CREATE TABLE gamma (id BIGINT PRIMARY KEY);\nINSERT INTO gamma VALUES (1);\nINSERT INTO gamma VALUES (2)"},
    {.room = "giving",
     .number = 1,
     .name = "0001_beta.sql",
     .sql = "-- a comment; with a semicolon\nCREATE TABLE beta (id BIGINT PRIMARY KEY, \"odd;name\" TEXT);\n"
            "/* two; */ INSERT INTO beta VALUES (1, 'it''s; here -- no comment'); ;\n"
            "CREATE INDEX beta_name ON beta (\"odd;name\");"},
};

class MigrationsTest : public testing::TestWithParam<Dialect> {
protected:
    Database& database() { return test_.database(); }
    Result<MigrationReport> migrate_all(const std::vector<Migration>& files, bool dry_run = false) {
        return migrate(database(), files, {"giving"}, dry_run);
    }
    bool has_table(const std::string& name) {
        return database().read([&](Reader& reader) { return reader.query_text("SELECT 1 FROM " + name); }).has_value();
    }
    std::int64_t rows_of(const std::string& table) {
        const auto rows =
            database().read([&](Reader& reader) { return reader.query_text("SELECT COUNT(*) FROM " + table); });
        return rows ? rows->at(0).integer(0) : -1;
    }

    // Only this test's files: none that rooms embed.
    TestDatabase test_{GetParam(), TestDatabase::Empty{}};
};

TEST_P(MigrationsTest, AppliesInOrderOnce) {
    const auto planned = migrate_all(three_files, true);
    ASSERT_TRUE(planned) << message(planned.error(), Language::en);
    EXPECT_THAT(planned->pending, ElementsAre("store/0001_alpha.sql", "giving/0001_beta.sql", "giving/0002_gamma.sql"));
    EXPECT_FALSE(has_table("alpha"));
    EXPECT_FALSE(has_table("schema_migrations"));

    const auto done = migrate_all(three_files);
    ASSERT_TRUE(done) << message(done.error(), Language::en);
    EXPECT_EQ(done->applied, planned->pending);
    EXPECT_EQ(rows_of("gamma"), 2);
    const auto text =
        database().read([](Reader& reader) { return reader.query_text("SELECT \"odd;name\" FROM beta"); });
    EXPECT_EQ(text->at(0).text(0), "it's; here -- no comment");

    const auto again = migrate_all(three_files);
    ASSERT_TRUE(again);
    EXPECT_THAT(again->applied, IsEmpty());
    EXPECT_THAT(migrate_all(three_files, true)->pending, IsEmpty());
}

TEST_P(MigrationsTest, ARoomThatIsNotAskedForIsLeftAlone) {
    ASSERT_TRUE(migrate(database(), three_files, {}));
    EXPECT_TRUE(has_table("alpha"));
    EXPECT_FALSE(has_table("beta"));
}

TEST_P(MigrationsTest, AFileOfOneDialectRunsThere) {
    std::vector<Migration> files = three_files;
    files.push_back(
        {.room = "giving", .number = 3, .name = "0003_own.sqlite.sql", .sql = "CREATE TABLE lite (id BIGINT)"});
    files.push_back(
        {.room = "giving", .number = 3, .name = "0003_own.postgres.sql", .sql = "CREATE TABLE post (id BIGINT)"});
    ASSERT_TRUE(migrate_all(files));
    EXPECT_EQ(has_table("lite"), GetParam() == Dialect::sqlite);
    EXPECT_EQ(has_table("post"), GetParam() == Dialect::postgres);
    EXPECT_THAT(migrate_all(files)->applied, IsEmpty());
}

TEST_P(MigrationsTest, AnEditedFileAndANewerDatabaseAreRefused) {
    ASSERT_TRUE(migrate_all(three_files));
    std::vector<Migration> files = three_files;
    files[0].sql = "CREATE TABLE alpha (id BIGINT PRIMARY KEY, more TEXT);\n";
    for (const bool dry_run : {true, false}) {
        const auto changed = migrate_all(files, dry_run);
        ASSERT_FALSE(changed);
        EXPECT_EQ(changed.error().key, "store.migration_changed");
        EXPECT_THAT(message(changed.error(), Language::en), testing::HasSubstr("store/0001_alpha.sql"));
    }
    const auto newer = migrate_all({three_files[0], three_files[2]});
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().key, "store.migration_newer");
    EXPECT_THAT(message(newer.error(), Language::en), testing::HasSubstr("giving/0002_gamma.sql"));
}

TEST_P(MigrationsTest, AFileThatFailsLeavesNothingOfItself) {
    std::vector<Migration> files = three_files;
    files[1].sql =
        "CREATE TABLE gamma (id BIGINT PRIMARY KEY);\nINSERT INTO gamma VALUES (1);\nINSERT INTO nowhere VALUES (1)";
    const auto failed = migrate_all(files);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().key, "store.migration_failed");
    EXPECT_THAT(message(failed.error(), Language::en), testing::HasSubstr("giving/0002_gamma.sql"));
    EXPECT_FALSE(has_table("gamma"));
    EXPECT_EQ(rows_of("schema_migrations"), 2);
    const auto mended = migrate_all(three_files);  // a file that was never applied may be mended
    ASSERT_TRUE(mended) << message(mended.error(), Language::en);
    EXPECT_THAT(mended->applied, ElementsAre("giving/0002_gamma.sql"));
}

TEST_P(MigrationsTest, TwoProgramsAtOnceApplyEachFileOnce) {
    constexpr int programs = 4;
    std::barrier start(programs);
    std::vector<std::thread> threads;
    std::vector<std::size_t> applied(programs);
    threads.reserve(programs);
    for (int i = 0; i < programs; ++i) {
        threads.emplace_back([&, i] {
            const auto own = TestDatabase::checked(open_database(test_.options()));
            start.arrive_and_wait();
            const auto done = migrate(*own, three_files, {"giving"});
            EXPECT_TRUE(done) << message(done.error(), Language::en);
            if (done) applied[static_cast<std::size_t>(i)] = done->applied.size();
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(std::accumulate(applied.begin(), applied.end(), std::size_t{0}), 3U);
    EXPECT_EQ(rows_of("gamma"), 2);
}

// Dies (SIGKILL) before its n-th statement.
class Mortal final : public Database {
public:
    Mortal(Database& inner, int statements) : inner_(inner), left_(statements) {}
    Dialect dialect() const override { return inner_.dialect(); }
    Result<> administer(const std::function<Result<>(Writer&)>& work) override {
        return inner_.administer([&](Writer& writer) {
            Counting counting(*this, writer);
            return work(counting);
        });
    }
    Result<> copy_to(const std::string& file) override { return inner_.copy_to(file); }
    std::vector<std::pair<std::string, std::int64_t>> figures() override { return inner_.figures(); }

protected:
    Result<> read_erased(const std::function<Result<>(Reader&)>& work) override {
        return inner_.read([&](Reader& reader) { return work(reader); });
    }
    Result<> write_erased(const std::function<Result<>(Writer&)>& work) override {
        return inner_.write([&](Writer& writer) { return work(writer); });
    }

private:
    class Counting final : public Writer {
    public:
        Counting(Mortal& mortal, Writer& inner) : mortal_(mortal), inner_(inner) {}
        Result<Rows> query(const Statement& statement, const Parameters& parameters) override {
            mortal_.one_less();
            return inner_.query(statement, parameters);
        }
        Result<Rows> query_text(const std::string& sql, const Parameters& parameters) override {
            mortal_.one_less();
            return inner_.query_text(sql, parameters);
        }
        Result<std::int64_t> execute(const Statement& statement, const Parameters& parameters) override {
            mortal_.one_less();
            return inner_.execute(statement, parameters);
        }
        Result<std::int64_t> execute_text(const std::string& sql, const Parameters& parameters) override {
            mortal_.one_less();
            return inner_.execute_text(sql, parameters);
        }
        Result<> prepare(const Statement& statement) override { return inner_.prepare(statement); }
        void after_commit(std::function<void()> call) override { inner_.after_commit(std::move(call)); }

    private:
        Mortal& mortal_;
        Writer& inner_;
    };
    void one_less() {
        if (left_-- == 0) kill(getpid(), SIGKILL);
    }

    Database& inner_;
    int left_;
};

TEST_P(MigrationsTest, KilledBeforeAnyStatementItGoesOn) {
    int kills = 0;
    for (bool finished = false; !finished; ++kills) {
        ASSERT_LT(kills, 200);
        const TestDatabase test(GetParam(), TestDatabase::Empty{});
        const pid_t child = fork();
        if (child == 0) {
            const auto own = open_database(test.options());
            if (!own) _exit(2);
            Mortal mortal(**own, kills);
            _exit(migrate(mortal, three_files, {"giving"}) ? 0 : 3);
        }
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        finished = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        ASSERT_TRUE(finished || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));

        const auto survivor = TestDatabase::checked(open_database(test.options()));
        // A table stands there with all of its rows and its line in schema_migrations, or not at all.
        const auto plan = TestDatabase::checked(migrate(*survivor, three_files, {"giving"}, true));
        const std::vector<std::pair<std::string, std::string>> tables{
            {"store/0001_alpha.sql", "alpha"}, {"giving/0001_beta.sql", "beta"}, {"giving/0002_gamma.sql", "gamma"}};
        for (const auto& [file, table] : tables) {
            const bool pending = std::ranges::find(plan.pending, file) != plan.pending.end();
            const auto rows =
                survivor->read([&](Reader& reader) { return reader.query_text("SELECT COUNT(*) FROM " + table); });
            EXPECT_EQ(rows.has_value(), !pending) << file << " after " << kills << " statements";
        }
        const auto rest = TestDatabase::checked(migrate(*survivor, three_files, {"giving"}));
        EXPECT_EQ(rest.applied, plan.pending);
        const auto rows =
            survivor->read([](Reader& reader) { return reader.query_text("SELECT COUNT(*) FROM gamma"); });
        EXPECT_EQ(rows->at(0).integer(0), 2);
    }
    EXPECT_GT(kills, 20) << "it died at every statement of three files";
}

TEST_P(MigrationsTest, TwoFilesWithOneNumberAreABug) {
    std::vector<Migration> files = three_files;
    files.push_back({.room = "giving", .number = 2, .name = "0002_other.sql", .sql = "CREATE TABLE other (id BIGINT)"});
    EXPECT_THROW(static_cast<void>(migrate_all(files)), std::logic_error);
    EXPECT_FALSE(has_table("alpha"));
}

INSTANTIATE_TEST_SUITE_P(Databases, MigrationsTest, testing::ValuesIn(test_dialects()), dialect_name);

}  // namespace
}  // namespace shanqi::store
