// Every statement of the program, which links all rooms, is prepared on both databases.
#include <gmock/gmock.h>

#include "app/server/test_installation.hpp"

namespace shanqi::app {
namespace {

class Statements : public testing::TestWithParam<store::Dialect> {};

TEST_P(Statements, AreUnderstoodByTheDatabase) {
    TestInstallation installation(GetParam());
    EXPECT_GT(store::Statement::all().size(), 40U);
    const auto faults = store::check_statements(installation->database());
    ASSERT_TRUE(faults) << message(faults.error(), Language::en);
    for (const store::StatementFault& fault : *faults) ADD_FAILURE() << fault.statement->sql() << "\n" << fault.reason;
}

INSTANTIATE_TEST_SUITE_P(Databases, Statements, testing::ValuesIn(store::test_dialects()), store::dialect_name);

}  // namespace
}  // namespace shanqi::app
