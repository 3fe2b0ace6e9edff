// What both databases promise alike.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "store/test_database.hpp"

namespace shanqi::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Statement insert_thing{
    "INSERT INTO things (org_id, id, name, amount, content, note) VALUES ($1, $2, $3, $4, $5, $6)"};
const Statement find_thing{"SELECT name, amount, content, note, id FROM things WHERE org_id = $1 AND id = $2"};
const Statement count_things{"SELECT COUNT(*), SUM(amount), MAX(amount) FROM things"};
const Statement rename_thing{"UPDATE things SET name = $3 WHERE org_id = $1 AND id = $2"};
const Statement insert_part{"INSERT INTO parts (org_id, id, thing_id) VALUES ($1, $2, $3)"};
// $2 appears before $1, and twice.
const Statement swapped{"SELECT id FROM things WHERE amount = $2 AND name = $1 AND amount <= $2"};

constexpr const char* org = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d10";
// Ids that a column which turns numbers' texts into numbers would not leave alone.
constexpr const char* like_a_number = "1e000000-0000-7000-8000-000000000001";
constexpr const char* all_digits = "00000000-0000-7000-8000-000000000002";

std::string key(const Result<>& result) { return result ? "" : result.error().key; }

class DatabaseTest : public testing::TestWithParam<Dialect> {
protected:
    DatabaseTest() {
        const auto made = write([](Writer& writer) -> Result<> {
            TRY(
                writer.execute_text("CREATE TABLE things (org_id UUID NOT NULL, id UUID NOT NULL, name TEXT NOT NULL, "
                                    "amount BIGINT CHECK (amount > -10), content BYTEA, note TEXT, "
                                    "PRIMARY KEY (org_id, id), UNIQUE (org_id, name))"));
            TRY(
                writer.execute_text("CREATE TABLE parts (org_id UUID NOT NULL, id UUID NOT NULL, thing_id UUID, "
                                    "PRIMARY KEY (org_id, id), "
                                    "FOREIGN KEY (org_id, thing_id) REFERENCES things (org_id, id))"));
            return {};
        });
        EXPECT_TRUE(made) << message(made.error(), Language::en);
    }

    Result<> write(const std::function<Result<>(Writer&)>& work) { return database().write(work); }
    Result<> insert(const char* id, Value name, Value amount = {}, Value content = {}, Value note = {}) {
        return write([&](Writer& writer) -> Result<> {
            TRY(writer.execute(insert_thing, {org, id, name, amount, content, note}));
            return {};
        });
    }
    std::optional<Row> find(const char* id) {
        auto row = database().read([&](Reader& reader) { return reader.first(find_thing, {org, id}); });
        EXPECT_TRUE(row) << message(row.error(), Language::en);
        return row ? *row : std::nullopt;
    }
    std::int64_t count() {
        const auto rows = database().read([](Reader& reader) { return reader.query(count_things); });
        return rows ? rows->at(0).integer(0) : -1;
    }
    Database& database() { return test_.database(); }

    TestDatabase test_{GetParam()};
};

TEST_P(DatabaseTest, ValuesComeBackAsTheyWent) {
    const std::string text = "某某公益'; DROP TABLE things; --\n\U00020BB7";
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    ASSERT_TRUE(insert(like_a_number, text, std::numeric_limits<std::int64_t>::max(), Bytes{bytes}, ""));
    ASSERT_TRUE(insert(all_digits, "12", Value(), Bytes{}, Value()));

    const Row row = *find(like_a_number);
    EXPECT_EQ(row.text(0), text);
    EXPECT_EQ(row.integer(1), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(row.bytes(2), bytes);
    EXPECT_FALSE(row.null(3));
    EXPECT_EQ(row.text(3), "");
    EXPECT_EQ(row.text(4), like_a_number);

    const Row other = *find(all_digits);
    EXPECT_EQ(other.text(0), "12") << "a text of digits stays a text";
    EXPECT_TRUE(other.null(1));
    EXPECT_EQ(other.integer(1), 0);
    EXPECT_EQ(other.maybe_integer(1), std::nullopt);
    EXPECT_FALSE(other.null(2)) << "no bytes are not NULL";
    EXPECT_EQ(other.bytes(2), "");
    EXPECT_TRUE(other.null(3));
    EXPECT_EQ(other.maybe_text(3), std::nullopt);
    EXPECT_EQ(other.id<OrgId>(4).text(), all_digits);
}

TEST_P(DatabaseTest, AColumnOfAnotherKindIsABug) {
    ASSERT_TRUE(insert(like_a_number, "a", 5));
    const Row row = *find(like_a_number);
    EXPECT_THROW(row.integer(0), std::logic_error);
    EXPECT_THROW(row.text(1), std::logic_error);
    EXPECT_THROW(row.bytes(0), std::logic_error);
    EXPECT_THROW(static_cast<void>(database().read(
                     [](Reader& reader) { return reader.query_text("SELECT AVG(amount) * 1.5 FROM things"); })),
                 std::logic_error);
    // Nobody's connection is worse for it.
    for (int i = 0; i < 10; ++i) EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, SumsAndCountsAreIntegers) {
    auto rows = database().read([](Reader& reader) { return reader.query(count_things); });
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->at(0).integer(0), 0);
    EXPECT_TRUE(rows->at(0).null(1)) << "the sum of no rows is NULL";
    const std::vector<std::pair<std::int64_t, std::int64_t>> cases{
        {1, 0}, {9'999, 1}, {10'000, 0}, {-9, 4}, {120'000'000, 5}, {9'223'372'036'854'775'000, 807}, {-5, -5}};
    for (const auto& [a, b] : cases) {
        const auto sum = database().write([&](Writer& writer) -> Result<std::int64_t> {
            TRY(writer.execute_text("DELETE FROM things"));
            TRY(writer.execute(insert_thing, {org, like_a_number, "a", a, {}, {}}));
            TRY(writer.execute(insert_thing, {org, all_digits, "b", b, {}, {}}));
            return TRY(writer.query(count_things)).at(0).integer(1);
        });
        ASSERT_TRUE(sum) << a << " + " << b;
        EXPECT_EQ(*sum, a + b);
    }
    const Result<> overflow = write([&](Writer& writer) -> Result<> {
        TRY(writer.execute_text("UPDATE things SET amount = $1", {std::numeric_limits<std::int64_t>::max()}));
        TRY(writer.query(count_things));
        return {};
    });
    EXPECT_EQ(key(overflow), "store.failed");
}

TEST_P(DatabaseTest, ComparisonsAreFlags) {
    const auto rows = database().read([](Reader& reader) {
        return reader.query_text("SELECT CAST($1 AS BIGINT) = 3, CAST($1 AS BIGINT) = 4, 1", {3});
    });
    ASSERT_TRUE(rows);
    EXPECT_TRUE(rows->at(0).flag(0));
    EXPECT_FALSE(rows->at(0).flag(1));
    EXPECT_EQ(rows->at(0).integer(2), 1);
}

TEST_P(DatabaseTest, ParametersAreBoundByTheirNames) {
    ASSERT_TRUE(insert(like_a_number, "seven", 7));
    const auto rows = database().read([](Reader& reader) { return reader.query(swapped, {"seven", 7}); });
    ASSERT_TRUE(rows) << message(rows.error(), Language::en);
    EXPECT_THAT(*rows, testing::SizeIs(1));
}

TEST_P(DatabaseTest, ExecuteCountsRows) {
    ASSERT_TRUE(insert(like_a_number, "a"));
    ASSERT_TRUE(insert(all_digits, "b"));
    std::vector<std::int64_t> counts;
    ASSERT_TRUE(write([&](Writer& writer) -> Result<> {
        counts.clear();
        counts.push_back(TRY(writer.execute(rename_thing, {org, all_digits, "c"})));
        counts.push_back(TRY(writer.execute(rename_thing, {org, org, "c"})));
        counts.push_back(TRY(writer.execute_text("UPDATE things SET amount = 1")));
        counts.push_back(TRY(writer.execute_text("CREATE TABLE more (id BIGINT)")));
        counts.push_back(
            TRY(writer.execute_text("INSERT INTO things (org_id, id, name) VALUES ($1, $2, 'x') "
                                    "ON CONFLICT (org_id, id) DO NOTHING",
                                    {org, all_digits})));
        counts.push_back(
            TRY(writer.execute_text("INSERT INTO things (org_id, id, name) VALUES ($1, $2, 'x') "
                                    "ON CONFLICT (org_id, id) DO UPDATE SET name = excluded.name",
                                    {org, all_digits})));
        const Rows gone = TRY(writer.query_text("DELETE FROM things WHERE name = $1 RETURNING id", {"x"}));
        counts.push_back(static_cast<std::int64_t>(gone.size()));
        return {};
    }));
    EXPECT_THAT(counts, ElementsAre(1, 0, 2, 0, 0, 1, 1));
}

TEST_P(DatabaseTest, BrokenConstraintsAreValues) {
    ASSERT_TRUE(insert(like_a_number, "a", 1));
    const auto part_of = [&](const char* thing) {
        return write([&](Writer& writer) -> Result<> {
            TRY(writer.execute(insert_part, {org, all_digits, thing}));
            return {};
        });
    };
    struct Case {
        Result<> result;
        ErrorKind kind;
        std::string key;
    };
    const std::vector<Case> cases{
        {insert(like_a_number, "other"), ErrorKind::conflict, "store.duplicate"},
        {insert(all_digits, "a"), ErrorKind::conflict, "store.duplicate"},
        {insert(all_digits, "b", -11), ErrorKind::invalid, "store.constraint"},
        {insert(all_digits, Value()), ErrorKind::invalid, "store.constraint"},
        {part_of(all_digits), ErrorKind::conflict, "store.missing_reference"},
    };
    for (const Case& each : cases) {
        ASSERT_FALSE(each.result) << each.key;
        EXPECT_EQ(each.result.error().key, each.key);
        EXPECT_EQ(each.result.error().kind, each.kind);
        const std::string text = message(each.result.error(), Language::en);
        EXPECT_THAT(text, testing::Not(testing::HasSubstr(like_a_number))) << "no values of rows in messages";
    }
    ASSERT_TRUE(part_of(like_a_number));
    EXPECT_EQ(key(write([](Writer& writer) -> Result<> {
                  TRY(writer.execute_text("DELETE FROM things"));
                  return {};
              })),
              "store.missing_reference");
    EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, AfterAnErrorNothingGoesOn) {
    ASSERT_TRUE(insert(like_a_number, "a"));
    std::string second;
    const Result<> outcome = write([&](Writer& writer) -> Result<> {
        TRY(writer.execute(rename_thing, {org, like_a_number, "changed"}));
        static_cast<void>(writer.execute(insert_thing, {org, like_a_number, "b", {}, {}, {}}));  // refused
        const auto next = writer.query(count_things);
        second = next ? "it went on" : next.error().key;
        return {};  // a work function that does not listen
    });
    EXPECT_EQ(second, "store.duplicate");
    EXPECT_EQ(key(outcome), "store.duplicate");
    EXPECT_EQ(find(like_a_number)->text(0), "a");
}

TEST_P(DatabaseTest, AnErrorOrAnExceptionRollsBack) {
    EXPECT_EQ(key(write([&](Writer& writer) -> Result<> {
                  TRY(writer.execute(insert_thing, {org, like_a_number, "a", {}, {}, {}}));
                  return fail(ErrorKind::refused, "test.no");
              })),
              "test.no");
    EXPECT_THROW(static_cast<void>(write([&](Writer& writer) -> Result<> {
                     TRY(writer.execute(insert_thing, {org, like_a_number, "a", {}, {}, {}}));
                     throw std::runtime_error("a bug");
                 })),
                 std::runtime_error);
    EXPECT_EQ(count(), 0);
    EXPECT_TRUE(insert(like_a_number, "a"));
}

TEST_P(DatabaseTest, TextsThatOneDatabaseWouldRefuseAreRefusedByBoth) {
    EXPECT_EQ(key(insert(like_a_number, std::string("a\0b", 3))), "store.bad_text");
    EXPECT_EQ(key(insert(like_a_number, "\xff\xfe")), "store.bad_text");
    EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, AReaderSeesOneMoment) {
    ASSERT_TRUE(insert(like_a_number, "a"));
    std::vector<std::int64_t> counts;
    std::binary_semaphore looked{0}, written{0};
    std::thread other([&] {
        looked.acquire();
        EXPECT_TRUE(insert(all_digits, "b"));
        written.release();
    });
    ASSERT_TRUE(database().read([&](Reader& reader) -> Result<> {
        counts.push_back(TRY(reader.query(count_things)).at(0).integer(0));
        looked.release();
        written.acquire();
        counts.push_back(TRY(reader.query(count_things)).at(0).integer(0));
        return {};
    }));
    other.join();
    counts.push_back(count());
    EXPECT_THAT(counts, ElementsAre(1, 1, 2));
}

TEST_P(DatabaseTest, AReaderCannotWrite) {
    const auto tried = database().read([&](Reader& reader) -> Result<> {
        TRY(reader.query_text("INSERT INTO things (org_id, id, name) VALUES ($1, $2, 'x') RETURNING id",
                              {org, like_a_number}));
        return {};
    });
    EXPECT_EQ(key(tried), "store.failed");
    EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, AnAnswerHasALimit) {
    const std::string numbers =
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1) SELECT n FROM "
        "numbers";
    const auto ask = [&](std::int64_t most) {
        return database().read([&](Reader& reader) { return reader.query_text(numbers, {most}); });
    };
    const auto fits = ask(limits::rows_max);
    ASSERT_TRUE(fits) << message(fits.error(), Language::en);
    EXPECT_EQ(fits->size(), limits::rows_max);
    const auto too_many = ask(std::int64_t{limits::rows_max} + 1);
    ASSERT_FALSE(too_many);
    EXPECT_EQ(too_many.error().key, "store.too_many_rows");
    EXPECT_EQ(too_many.error().kind, ErrorKind::limit);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(count(), 0) << "the connection is as good as before";
}

TEST_P(DatabaseTest, AfterCommitRunsOnceInOrderAndOnlyAfterCommit) {
    std::vector<int> calls;
    const std::thread::id here = std::this_thread::get_id();
    ASSERT_TRUE(write([&](Writer& writer) -> Result<> {
        TRY(writer.execute(insert_thing, {org, like_a_number, "a", {}, {}, {}}));
        writer.after_commit([&] {
            EXPECT_EQ(std::this_thread::get_id(), here);
            EXPECT_EQ(count(), 1) << "visible to others";
            calls.push_back(1);
        });
        writer.after_commit([&] { calls.push_back(2); });
        return {};
    }));
    static_cast<void>(write([&](Writer& writer) -> Result<> {
        writer.after_commit([&] { calls.push_back(3); });
        return fail(ErrorKind::refused, "test.no");
    }));
    EXPECT_THAT(calls, ElementsAre(1, 2));
}

TEST_P(DatabaseTest, AWriteInsideAWriteIsABug) {
    EXPECT_THROW(static_cast<void>(write([&](Writer&) -> Result<> { return insert(like_a_number, "a"); })),
                 std::logic_error);
    EXPECT_TRUE(insert(like_a_number, "a"));
}

TEST_P(DatabaseTest, WrongStatementsAreErrorsOnBoth) {
    for (const char* sql : {"SELECT FROM WHERE", "SELECT nothing FROM things", "SELECT 1; SELECT 2"}) {
        const auto tried = database().read([&](Reader& reader) { return reader.query_text(sql); });
        ASSERT_FALSE(tried) << sql;
        EXPECT_EQ(tried.error().key, "store.failed");
    }
}

// Other files' statements are registered here too, without their tables: those of this file tell.
TEST_P(DatabaseTest, AStatementThatTheDatabaseDoesNotAcceptIsFound) {
    const auto faulty = [&] {
        std::vector<const Statement*> found;
        for (const StatementFault& fault : TestDatabase::checked(check_statements(database()))) {
            EXPECT_FALSE(fault.reason.empty());
            found.push_back(fault.statement);
        }
        return found;
    };
    const auto before = faulty();
    for (const Statement* own : {&insert_thing, &find_thing, &count_things, &rename_thing, &insert_part, &swapped})
        EXPECT_THAT(before, testing::Not(testing::Contains(own)));
    EXPECT_THAT(Statement::all(), testing::IsSupersetOf({&insert_part, &swapped}));

    ASSERT_TRUE(write([](Writer& writer) -> Result<> {
        TRY(writer.execute_text("DROP TABLE parts"));
        return {};
    }));
    const auto after = faulty();
    EXPECT_THAT(after, testing::Contains(&insert_part));
    EXPECT_EQ(after.size(), before.size() + 1);
}

TEST_P(DatabaseTest, WrongAddressesAreErrors) {
    for (const char* url : {"", "mysql://x", "sqlite:", "/var/lib/x.db"}) {
        const auto opened = open_database({.url = url});
        ASSERT_FALSE(opened) << url;
        EXPECT_EQ(opened.error().key, "store.bad_url");
    }
    const auto nowhere =
        open_database({.url = GetParam() == Dialect::sqlite ? "sqlite:" + (test_.folder() / "none" / "x.db").string()
                                                            : "postgres://somebody:secret-word@127.0.0.1:1/none"});
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().key, "store.unreachable");
    EXPECT_THAT(message(nowhere.error(), Language::en), testing::Not(testing::HasSubstr("secret-word")));
}

TEST_P(DatabaseTest, LikeIsLiteral) {
    for (const char* name : {"100%", "100x", "a_b", "axb", "back\\slash"})
        ASSERT_TRUE(insert(OrgId::trusted("0198b5c2-7c1e-7a3b-9d1f-" + hex(random_bytes(6))).text().c_str(), name));
    const auto found = [&](std::string_view part) {
        std::vector<std::string> names;
        const auto rows = database().read([&](Reader& reader) {
            return reader.query_text("SELECT name FROM things WHERE name LIKE $1 ESCAPE '\\'",
                                     {"%" + like_escaped(part) + "%"});
        });
        EXPECT_TRUE(rows) << message(rows.error(), Language::en);
        for (const Row& row : *rows) names.push_back(row.text(0));
        return names;
    };
    EXPECT_THAT(found("0%"), ElementsAre("100%"));
    EXPECT_THAT(found("a_b"), ElementsAre("a_b"));
    EXPECT_THAT(found("\\"), ElementsAre("back\\slash"));
    EXPECT_THAT(found("%%"), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Databases, DatabaseTest, testing::ValuesIn(test_dialects()), dialect_name);

}  // namespace
}  // namespace shanqi::store
