// A backup restored elsewhere gives an equal installation: every table, every file, from either database to either.
#include "modules/operations/backup.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "app/modules.hpp"
#include "app/server/test_installation.hpp"
#include "base/files.hpp"
#include "modules/operations/restore_mark.hpp"
#include "store/audit.hpp"

namespace shanqi::app {
namespace {

namespace fs = std::filesystem;
using store::Dialect;

constexpr std::string_view passphrase = "纸船 river 2026";

std::string shown(const Result<>& result) { return result ? "" : message(result.error(), Language::en); }

// Where a backup is restored to: a migrated database and a file store, both empty.
struct Target {
    explicit Target(Dialect dialect) : database(dialect, rooms_in_order()) {
        fs::create_directories(database.folder() / "files");
        fs::create_directories(database.folder() / "scratch");
        files = store::make_folder_store(database.folder() / "files");
    }
    Result<> restore(const fs::path& file, const operations::CheckedBackup& checked) {
        TRY_DO(operations::restore_rows_and_files(file, passphrase, checked, database.database(), *files,
                                                  database.folder() / "scratch", "a name"));
        return operations::finish_restore(database.database(), "a name");
    }
    store::TestDatabase database;
    std::unique_ptr<store::FileStore> files;
};

class Backup : public testing::TestWithParam<std::tuple<Dialect, Dialect>> {
protected:
    void SetUp() override {
        source_ = std::make_unique<TestInstallation>(std::get<0>(GetParam()));
        file_ = source_->folder() / "a.backup";
        const auto first = source_->office("first"), second = source_->office("second");
        house::House& house = (*source_)->house();
        for (int i = 0; i < 2'500; ++i)
            entries_.push_back({first.org, "account:" + first.owner.text(), "test.row_add", "row:1", {}, ""});
        const auto written = house.database.write([&](store::Writer& writer) -> Result<> {
            for (const store::AuditEntry& entry : entries_) TRY_DO(store::append_audit(writer, house.clock, entry));
            TRY(store::enqueue(writer, house.clock, {.org = second.org, .kind = "test.work", .payload = "{}"}));
            return {};
        });
        ASSERT_EQ(shown(written), "");
        ASSERT_TRUE(store::seal_audit(house.database));
        for (const std::string& text : {std::string("a"), std::string(2'500'000, 'x'), std::string("\0\1\2", 3)})
            ASSERT_TRUE(house.files.put_bytes(first.org.text(), text));
        const auto made = operations::create_backup(house.database, house.files, (*source_)->master_key(), file_,
                                                    passphrase, house.clock.now(), "test");
        ASSERT_TRUE(made) << message(made.error(), Language::en);
        EXPECT_EQ(made->files, 3);
        EXPECT_GT(made->rows, 5'000);
    }

    std::unique_ptr<TestInstallation> source_;
    std::vector<store::AuditEntry> entries_;
    fs::path file_;
};

TEST_P(Backup, RestoredElsewhereIsEqual) {
    Target target(std::get<1>(GetParam()));
    const auto checked = operations::check_backup(file_, passphrase);
    ASSERT_TRUE(checked) << message(checked.error(), Language::en);
    EXPECT_EQ(checked->master_key, (*source_)->master_key());
    ASSERT_EQ(shown(target.restore(file_, *checked)), "");
    const auto before = operations::content_of((*source_)->database(), (*source_)->files());
    const auto after = operations::content_of(target.database.database(), *target.files);
    ASSERT_TRUE(before && after);
    EXPECT_GT(before->tables.size(), 15U);
    EXPECT_EQ(before->tables, after->tables);
    EXPECT_EQ(before->files, after->files);
    // A row more makes a difference: what was compared is what is there.
    ASSERT_TRUE(target.database.database().write(
        [&](store::Writer& writer) { return store::append_audit(writer, system_clock(), entries_.front()); }));
    EXPECT_NE(operations::content_of(target.database.database(), *target.files)->tables, before->tables);
    // A second time it is not empty any more.
    EXPECT_EQ(target.restore(file_, *checked).error().key, "backup.not_empty");
}

TEST_P(Backup, DamageIsToldBeforeAnythingIsTouched) {
    if (std::get<0>(GetParam()) != std::get<1>(GetParam())) GTEST_SKIP() << "the target is not touched";
    const std::string bytes = *read_file(file_, 1U << 30U);
    const auto fault_of = [&](const std::string& changed) {
        const fs::path other = source_->folder() / "other.backup";
        std::ofstream(other, std::ios::binary | std::ios::trunc) << changed;
        const auto checked = operations::check_backup(other, passphrase);
        return checked ? std::string() : checked.error().key;
    };
    EXPECT_EQ(fault_of(bytes), "");
    for (std::size_t at = 20; at < bytes.size(); at += bytes.size() / 5) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        EXPECT_NE(fault_of(changed), "") << at;
        EXPECT_NE(fault_of(bytes.substr(0, at)), "") << at;
    }
    EXPECT_EQ(operations::check_backup(file_, "some other words").error().key, "backup.wrong_passphrase");
}

TEST_P(Backup, AFailureInTheMiddleLeavesTheDatabaseEmpty) {
    Target target(std::get<1>(GetParam()));
    auto checked = operations::check_backup(file_, passphrase);
    ASSERT_TRUE(checked);
    // Between the check and the restore the file is cut: the rows up to there were inserted already.
    const std::string bytes = *read_file(file_, 1U << 30U);
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << bytes.substr(0, bytes.size() - 100);
    EXPECT_FALSE(target.restore(file_, *checked));
    const auto content = operations::content_of(target.database.database(), *target.files);
    ASSERT_TRUE(content);
    for (const auto& [name, table] : content->tables) EXPECT_EQ(table.rows, 0) << name;
}

std::vector<std::tuple<Dialect, Dialect>> pairs() {
    std::vector<std::tuple<Dialect, Dialect>> all;
    for (const Dialect from : store::test_dialects())
        for (const Dialect to : store::test_dialects()) all.emplace_back(from, to);
    return all;
}

INSTANTIATE_TEST_SUITE_P(FromTo, Backup, testing::ValuesIn(pairs()), [](const auto& pair) {
    const auto name = [](Dialect dialect) { return std::string(dialect == Dialect::sqlite ? "sqlite" : "postgres"); };
    return name(std::get<0>(pair.param)) + "_to_" + name(std::get<1>(pair.param));
});

}  // namespace
}  // namespace shanqi::app
