#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_database.hpp"

namespace shanqi::store {
namespace {
const Statement one{"SELECT $2, $1, COUNT(*) FROM t"};
TEST(Sqlite, Smoke) {
    TestDatabase test(Dialect::sqlite);
    auto got = test.database().write([&](Writer& w) -> Result<std::int64_t> {
        TRY(w.execute_text("CREATE TABLE t (id UUID PRIMARY KEY, n BIGINT)"));
        TRY(w.execute_text("INSERT INTO t VALUES ($1, $2)", {"1e000000-0000-7000-8000-000000000000", 7}));
        Row row = *TRY(w.first(one, {1, "a"}));
        EXPECT_EQ(row.text(0), "a");
        return row.integer(1);
    });
    ASSERT_TRUE(got) << message(got.error(), Language::en);
    EXPECT_EQ(*got, 1);
}
}  // namespace
}  // namespace shanqi::store
