// A restore that is killed after each of its steps, and the next one that mends it: real processes, kill -9, both
// databases. The child says which step it has done and waits for its end, so that no time decides.
#include "app/server/restore.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "app/server/test_installation.hpp"
#include "base/files.hpp"
#include "modules/operations/restore_mark.hpp"
#include "store/child_process.hpp"
#include "store/test_s3_server.hpp"

namespace shanqi::app {
namespace {

namespace fs = std::filesystem;
using store::ChildProcess;
using store::Dialect;
using store::TestDatabase;

constexpr std::string_view passphrase = "纸船 river 2026";

std::string shown(const Error& error) { return error.key + ": " + message(error, Language::en); }

Config config_of(const std::string& folder, const std::string& database, const std::string& s3_endpoint = {}) {
    SettingsInputs inputs;
    inputs.flags = {{"data", folder + "/data", ""},
                    {"master_key.file", folder + "/keys/master.key", ""},
                    {"messages.file", folder + "/messages.jsonl", ""}};
    if (!database.empty()) inputs.flags.push_back({"database", database, ""});
    if (!s3_endpoint.empty()) {
        const store::S3Options keys = store::S3Server::keys();
        for (const auto& [name, value] :
             {std::pair{"files.s3_endpoint", s3_endpoint}, std::pair{"files.s3_bucket", keys.bucket},
              std::pair{"files.s3_region", keys.region}, std::pair{"files.s3_access_key", keys.access_key},
              std::pair{"files.s3_secret_key", keys.secret_key}})
            inputs.flags.push_back({name, value, ""});
    }
    return TestDatabase::checked(load_settings(inputs));
}

TEST(RestoreProcess, DISABLED_restores) {
    const Config config =
        config_of(ChildProcess::given("FOLDER"), ChildProcess::given("DATABASE"), ChildProcess::given("S3"));
    const std::string last = ChildProcess::given("LAST");
    const auto done = restore_backup(config, ChildProcess::given("BACKUP"), passphrase, [&](std::string_view step) {
        if (step != last) return;
        ChildProcess::say(last);
        while (true) ::pause();
    });
    ChildProcess::say(done ? "came to its end" : shown(done.error()));
}

// Two backups of installations of their own.
struct Backups {
    Backups() {
        for (const std::string name : {"first", "second"}) {
            TestInstallation source(Dialect::sqlite);
            const auto office = source.office(name);
            TestDatabase::checked(source->house().files.put_bytes(office.org.text(), name + " file"));
            files.push_back(folder / (name + ".backup"));
            TestDatabase::checked(operations::create_backup(source->database(), source->files(), source->master_key(),
                                                            files.back(), passphrase, system_clock().now(), "test"));
            checked.push_back(TestDatabase::checked(operations::check_backup(files.back(), passphrase)));
        }
    }
    ~Backups() { fs::remove_all(folder); }
    struct Folder {
        Folder() { fs::create_directories(path); }
        fs::path path = fs::temp_directory_path() / ("shanqi_backups_" + hex(random_bytes(8)));
    } made;
    fs::path folder = made.path;
    std::vector<fs::path> files;
    std::vector<operations::CheckedBackup> checked;
};
std::unique_ptr<Backups> backups;

class RestoreKilled : public testing::TestWithParam<Dialect> {
protected:
    static void SetUpTestSuite() {
        if (!backups) backups = std::make_unique<Backups>();
    }
    static void TearDownTestSuite() { backups.reset(); }

    // An empty place to restore to.
    struct Place {
        explicit Place(Dialect dialect) : database(dialect, TestDatabase::Empty{}) {
            database.close();
            if (dialect == Dialect::postgres) url = database.options().url;
        }
        const fs::path& folder() const { return database.folder(); }
        Config config() const { return config_of(folder().string(), url, s3_endpoint); }
        fs::path key() const { return folder() / "keys/master.key"; }

        // Returns when the step is done and the process is dead.
        void restore_until(std::string_view step, std::size_t which) const {
            ChildProcess child("RestoreProcess.DISABLED_restores", {{"FOLDER", folder().string()},
                                                                    {"DATABASE", url},
                                                                    {"S3", s3_endpoint},
                                                                    {"BACKUP", backups->files[which].string()},
                                                                    {"LAST", std::string(step)}});
            EXPECT_EQ(child.read_line(), step);
        }
        std::string fault_of_opening() const {
            const Config config = this->config();
            for (const bool server : {true, false}) {
                const auto opened =
                    Installation::open(config, {.server = server, .create = server, .may_migrate = server});
                if (opened) return "";
                EXPECT_EQ(opened.error().key, "app.restore_unfinished") << shown(opened.error()) << server;
            }
            return "app.restore_unfinished";
        }
        // Everything of that backup and nothing else, under its key.
        void expect_whole(std::size_t which) const {
            const Config config = this->config();
            const auto opened = Installation::open(config, {});
            ASSERT_TRUE(opened) << shown(opened.error());
            const auto content = operations::content_of((*opened)->database(), (*opened)->files());
            ASSERT_TRUE(content) << shown(content.error());
            EXPECT_EQ(*content, backups->checked[which].content);
            EXPECT_EQ((*opened)->master_key(), backups->checked[which].master_key);
            EXPECT_EQ(*read_file(key(), 100), hex(backups->checked[which].master_key) + "\n");
            EXPECT_FALSE(fs::exists(folder() / "data.restoring"));
            EXPECT_FALSE(fs::exists(folder() / "data/unfinished_restore.json"));
            EXPECT_FALSE(fs::exists(folder() / "data/unfinished_uploads.txt"));
        }
        void restore(std::size_t which) const {
            const Config config = this->config();
            const auto done = restore_backup(config, backups->files[which], passphrase);
            ASSERT_TRUE(done) << shown(done.error());
            EXPECT_TRUE(done->new_key);
            expect_whole(which);
        }
        TestDatabase database;
        std::string url, s3_endpoint;
    };
};

INSTANTIATE_TEST_SUITE_P(Databases, RestoreKilled, testing::ValuesIn(store::test_dialects()), store::dialect_name);

TEST_P(RestoreKilled, AfterEachStepTheNextRestoreMendsIt) {
    for (const std::string_view step : restore_steps) {
        if (step == "finished") continue;
        for (const std::size_t next : {1U, 0U}) {  // another backup, and the same again where that is the last step
            if (next == 0 && step != "moved") continue;
            SCOPED_TRACE(std::string(step) + (next == 0 ? ", the same" : ", another"));
            const Place place(GetParam());
            place.restore_until(step, 0);
            const bool moved = fs::exists(place.folder() / "data");
            EXPECT_EQ(moved, step == "moved");
            EXPECT_EQ(place.fault_of_opening(), "app.restore_unfinished");
            EXPECT_EQ(fs::exists(place.folder() / "data"), moved);  // the refusal made nothing
            place.restore(next);
        }
    }
}

TEST_P(RestoreKilled, AfterTheLastStepItIsWhole) {
    const Place place(GetParam());
    place.restore_until("finished", 0);
    EXPECT_EQ(place.fault_of_opening(), "");
    const Config config = place.config();
    const auto again = restore_backup(config, backups->files[1], passphrase);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().key, "restore.folder_not_empty");
    fs::remove(place.folder() / "data/unfinished_restore.json");
    place.expect_whole(0);
}

// The next one may be killed as well, while it takes the first one back.
TEST_P(RestoreKilled, WhileTakingBackTheNextRestoreMendsIt) {
    for (const std::string_view step : take_back_steps) {
        if (step == "uploads_removed") continue;                           // RestoreKilledWithS3
        if (step == "emptied" && GetParam() == Dialect::sqlite) continue;  // the file goes with the folder
        SCOPED_TRACE(step);
        const Place place(GetParam());
        place.restore_until("moved", 0);
        place.restore_until(step, 1);
        if (step != "removed") {
            EXPECT_EQ(place.fault_of_opening(), "app.restore_unfinished");
        }
        place.restore(1);
    }
}

// Files in a bucket lie outside of the folder and of the database: what a killed restore sent is taken back as well.
class RestoreKilledWithS3 : public RestoreKilled {
protected:
    void SetUp() override {
        if (fs::exists(store::s3_server_program())) return;
        if (std::getenv("SHANQI_S3_REQUIRED") != nullptr)  // NOLINT(concurrency-mt-unsafe): nobody sets it
            FAIL() << "run tests/s3/bootstrap";
        GTEST_SKIP() << "tests/s3/bootstrap has not brought the server";
    }
    static std::vector<std::string> keys_in(const store::S3Server& server) {
        const auto files = TestDatabase::checked(store::make_s3_store(server.options()));
        std::vector<std::string> keys;
        TestDatabase::checked(files->list([&](const store::StoredFile& file) -> Result<> {
            keys.push_back(file.key);
            return {};
        }));
        return keys;
    }
};
INSTANTIATE_TEST_SUITE_P(Databases, RestoreKilledWithS3, testing::Values(Dialect::sqlite), store::dialect_name);

TEST_P(RestoreKilledWithS3, WhatItSentIsTakenBack) {
    for (const std::string_view step : {"files", "rows", "moved"}) {
        SCOPED_TRACE(step);
        const store::S3Server server;
        Place place(GetParam());
        place.s3_endpoint = server.options().endpoint;
        place.restore_until(step, 0);
        EXPECT_FALSE(keys_in(server).empty());
        place.restore(1);  // expect_whole: no file of the first is left
    }
}

TEST_P(RestoreKilledWithS3, WhileTakingBackTheNextRestoreMendsIt) {
    const store::S3Server server;
    Place place(GetParam());
    place.s3_endpoint = server.options().endpoint;
    place.restore_until("moved", 0);
    place.restore_until("uploads_removed", 1);
    EXPECT_TRUE(keys_in(server).empty());
    place.restore(1);
}

TEST_P(RestoreKilledWithS3, WhatLayInTheBucketBeforeStays) {
    const store::S3Server server;
    const auto files = TestDatabase::checked(store::make_s3_store(server.options()));
    const std::string others = OrgId::make(system_clock()).text();
    TestDatabase::checked(files->put_bytes(others, "another installation's"));
    // One that the backup holds too, there before the restore: of an installation that uses the same bucket.
    const std::string& shared = backups->checked[0].content.files.begin()->first;
    ASSERT_EQ(TestDatabase::checked(files->put_bytes(shared.substr(0, shared.find('/')), "first file")).key, shared);
    const std::vector<std::string> before = keys_in(server);
    Place place(GetParam());
    place.s3_endpoint = server.options().endpoint;
    place.restore_until("moved", 0);
    place.restore_until("uploads_removed", 1);
    EXPECT_EQ(keys_in(server), before);
}

TEST_P(RestoreKilledWithS3, AnotherBucketIsToldAndNothingIsRemoved) {
    const store::S3Server server, other;
    Place place(GetParam());
    place.s3_endpoint = server.options().endpoint;
    place.restore_until("files", 0);
    const std::vector<std::string> sent = keys_in(server);
    place.s3_endpoint = other.options().endpoint;
    const Config config = place.config();
    const auto refused = restore_backup(config, backups->files[1], passphrase);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().key, "restore.other_bucket");
    EXPECT_EQ(keys_in(server), sent);
    place.s3_endpoint = server.options().endpoint;
    place.restore(1);
}

// What was there before the restore is not its to remove.
TEST_P(RestoreKilled, AKeyThatWasThereStays) {
    const Place place(GetParam());
    fs::create_directories(place.key().parent_path());
    ASSERT_TRUE(create_file_durably(place.key(), hex(backups->checked[0].master_key) + "\n", 0600));
    place.restore_until("moved", 0);
    const Config config = place.config();
    const auto other = restore_backup(config, backups->files[1], passphrase);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().key, "restore.other_key");
    EXPECT_TRUE(fs::exists(place.key()));
    const auto same = restore_backup(config, backups->files[0], passphrase);
    ASSERT_TRUE(same) << shown(same.error());
    EXPECT_FALSE(same->new_key);
    place.expect_whole(0);
}

TEST_P(RestoreKilled, AnInstallationInUseIsNeverTakenBack) {
    const Place place(GetParam());
    place.restore(0);
    const Config config = place.config();
    EXPECT_EQ(restore_backup(config, backups->files[1], passphrase).error().key, "restore.folder_not_empty");
    // With the folder moved away: on PostgreSQL the rows are still there, and stay.
    fs::rename(place.folder() / "data", place.folder() / "aside");
    fs::remove(place.key());
    const auto again = restore_backup(config, backups->files[1], passphrase);
    if (GetParam() == Dialect::sqlite) {
        ASSERT_TRUE(again) << shown(again.error());
        return place.expect_whole(1);
    }
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().key, "backup.not_empty");
    EXPECT_FALSE(fs::exists(place.folder() / "data.restoring"));
    EXPECT_FALSE(fs::exists(place.key()));
    fs::rename(place.folder() / "aside", place.folder() / "data");
    fs::create_directories(place.key().parent_path());
    ASSERT_TRUE(create_file_durably(place.key(), hex(backups->checked[0].master_key) + "\n", 0600));
    place.expect_whole(0);
}

TEST_P(RestoreKilled, TwoAtOnceAreRefused) {
    const Place place(GetParam());
    ChildProcess first("RestoreProcess.DISABLED_restores", {{"FOLDER", place.folder().string()},
                                                            {"DATABASE", place.url},
                                                            {"BACKUP", backups->files[0].string()},
                                                            {"LAST", "key"}});
    ASSERT_EQ(first.read_line(), "key");
    const Config config = place.config();
    EXPECT_EQ(restore_backup(config, backups->files[1], passphrase).error().key, "restore.running");
    first.kill();
    place.restore(1);
}

// A failure is taken back at once, with all that was done.
TEST_P(RestoreKilled, AFailureAfterTheRowsLeavesNothing) {
    const Place place(GetParam());
    ASSERT_TRUE(write_file(place.folder() / "keys", "a file where a folder is wanted"));
    const Config config = place.config();
    ASSERT_FALSE(restore_backup(config, backups->files[0], passphrase));
    EXPECT_FALSE(fs::exists(place.folder() / "data"));
    EXPECT_FALSE(fs::exists(place.folder() / "data.restoring"));
    fs::remove(place.folder() / "keys");
    place.restore(1);
}

}  // namespace
}  // namespace shanqi::app
