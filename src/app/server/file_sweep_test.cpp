// Files that no row names, in the whole program: what rooms tell the sweep, and what it leaves.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "app/server/test_installation.hpp"

namespace shanqi::app {
namespace {

namespace fs = std::filesystem;
using store::TestDatabase;

class FileSweep : public testing::TestWithParam<store::Dialect> {
protected:
    // As if it had been put `hours` ago.
    std::string put(const OrgId& org, const std::string& bytes, int hours) {
        const std::string key = TestDatabase::checked(installation->house().files.put_bytes(org.text(), bytes)).key;
        const fs::path file = installation->folder() / "files" / key.substr(0, 36) / key.substr(37, 2) / key.substr(37);
        fs::last_write_time(file, fs::last_write_time(file) - std::chrono::hours(hours));
        return key;
    }
    void write(const std::string& sql) {
        TestDatabase::checked(installation->database().write([&](store::Writer& writer) -> Result<> {
            TRY(writer.execute_text(sql));
            return {};
        }));
    }
    bool stands(const std::string& key) { return TestDatabase::checked(installation->house().files.exists(key)); }
    std::int64_t swept() { return TestDatabase::checked(house::sweep_files(installation->house())); }

    TestInstallation installation{GetParam()};
};

TEST_P(FileSweep, TakesWhatNoRowNamesAfterADay) {
    const OrgId one = installation.office("one").org, other = installation.office("other").org;
    const std::string upload = put(one, "a list", 48), logo = put(other, "a logo", 48);
    const std::string left = put(one, "left by a kill", 25), young = put(one, "its row comes soon", 23);
    const std::string theirs =
        put(other, "a list", 48);  // the same bytes; only the other organisation's row names them
    write("INSERT INTO uploads (org_id, id, kind, name_sealed, file_key, bytes, created, created_by) VALUES ('" +
          one.text() + "', '" + one.text() + "', 'workbook', 'x', '" + upload + "', 6, 0, 'nobody')");
    write("UPDATE organisations SET logo_key = '" + logo + "' WHERE org_id = '" + other.text() + "'");
    EXPECT_EQ(swept(), 2);
    EXPECT_TRUE(stands(upload));
    EXPECT_TRUE(stands(logo));
    EXPECT_TRUE(stands(young));
    EXPECT_FALSE(stands(left));
    EXPECT_FALSE(stands(theirs));
    EXPECT_EQ(swept(), 0);
}

TEST_P(FileSweep, AFileThatIsPutAgainIsYoung) {
    const OrgId org = installation.office("one").org;
    const std::string key = put(org, "a logo", 48);
    ASSERT_EQ(TestDatabase::checked(installation->house().files.put_bytes(org.text(), "a logo")).key, key);
    EXPECT_EQ(swept(), 0);
    EXPECT_TRUE(stands(key));
}

// A column that the sweep does not know of would lose its files: every "…_key" is either told or known to be none.
TEST_P(FileSweep, EveryColumnThatCanNameAFileIsTold) {
    const std::set<std::string> no_files = {"unique_key", "outcome_key", "wrapped_key"};
    const auto columns = TestDatabase::checked(installation->database().read([&](store::Reader& reader) {
        return reader.query_text(
            GetParam() == store::Dialect::sqlite
                ? "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND "
                  "c.name LIKE '%_key'"
                : "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = "
                  "current_schema() AND column_name LIKE '%_key'");
    }));
    EXPECT_GE(columns.size(), 6U);
    for (const store::Row& column : columns) {
        if (no_files.contains(column.text(1))) continue;
        const std::string select = "SELECT " + column.text(1) + " FROM " + column.text(0) + " WHERE org_id = $1";
        EXPECT_TRUE(std::ranges::any_of(installation->house().file_keys, [&](const store::Statement* statement) {
            return std::string_view(statement->sql()).starts_with(select);
        })) << select;
    }
}

INSTANTIATE_TEST_SUITE_P(Databases, FileSweep, testing::ValuesIn(store::test_dialects()), store::dialect_name);

}  // namespace
}  // namespace shanqi::app
