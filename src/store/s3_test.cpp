// Against a real server (versitygw, brought by tests/s3/bootstrap). Where it is not there these tests are skipped;
// tests/s3/run, which script/test calls, makes that a failure.
#include <atomic>
#include <cstdlib>

#include "store/files_test.hpp"
#include "store/s3_transport.hpp"
#include "store/test_s3_server.hpp"

namespace shanqi::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class S3Test : public testing::Test {
protected:
    static void SetUpTestSuite() {
        if (fs::exists(s3_server_program())) server_ = std::make_unique<S3Server>();
    }
    static void TearDownTestSuite() { server_.reset(); }
    void SetUp() override {
        if (server_) return;
        if (std::getenv("SHANQI_S3_REQUIRED") != nullptr)  // NOLINT(concurrency-mt-unsafe): nobody sets it
            FAIL() << "no " << s3_server_program() << ": run tests/s3/bootstrap";
        GTEST_SKIP() << "tests/s3/bootstrap has not brought the server";
    }
    void TearDown() override {  // an empty bucket for the next one
        if (!server_) return;
        const auto files = open();
        for (const StoredFile& file : file_list(*files)) EXPECT_TRUE(files->remove(file.key));
    }

    static std::unique_ptr<FileStore> open(const S3Options& options = server_->options()) {
        Result<std::unique_ptr<FileStore>> files = make_s3_store(options);
        if (!files) throw std::runtime_error(message(files.error(), Language::en));
        return std::move(*files);
    }
    static std::unique_ptr<S3Server> server_;
    const std::string org_ = OrgId::make(system_clock()).text();
};
std::unique_ptr<S3Server> S3Test::server_;

// https://docs.aws.amazon.com/general/latest/gr/create-signed-request.html: encoded, then sorted, "=" always.
TEST(S3Query, IsSortedAndEncodedAsItIsSigned) {
    EXPECT_EQ(canonical_query({{"uploads", ""}}), "uploads=");
    EXPECT_EQ(canonical_query({{"list-type", "2"}, {"continuation-token", "a+/= 善"}, {"Zero", "~-._"}}),
              "Zero=~-._&continuation-token=a%2B%2F%3D%20%E5%96%84&list-type=2");
    EXPECT_EQ(canonical_query({{"a", "2"}, {"a", "1"}}), "a=1&a=2");
}

TEST_F(S3Test, KeepsWhatEveryStorePromises) {
    const auto files = open();
    expect_file_store_promises(*files, server_->folder());
}

TEST_F(S3Test, LargeFilesGoUpInPartsAndComeBackWhole) {
    const auto files = open();
    const std::string content = large_content(70);  // above 64 MiB
    const Result<StoredFile> stored = files->put(org_, write_test_file(server_->folder() / "large", content));
    ASSERT_TRUE(stored) << message(stored.error(), Language::en);
    EXPECT_EQ(stored->bytes, content.size());
    EXPECT_TRUE(file_content(*files, stored->key) == content);
    EXPECT_EQ(file_list(*files), std::vector<StoredFile>{*stored});
}

TEST_F(S3Test, PartsThatDoNotDivideEvenlyFitTogether) {
    S3Options options = server_->options();
    options.single_bytes_max = 6U << 20U;
    options.part_bytes = 5U << 20U;
    const auto files = open(options);
    const std::string content = large_content(12) + "the rest";
    const StoredFile stored = files->put_bytes(org_, content).value();
    EXPECT_TRUE(file_content(*files, stored.key) == content);
}

TEST_F(S3Test, ListsGoOnOverManyPages) {
    S3Options options = server_->options();
    options.list_page = 2;
    const auto files = open(options);
    std::vector<StoredFile> all;
    all.reserve(7);
    for (int i = 0; i < 7; ++i) all.push_back(files->put_bytes(org_, std::to_string(i)).value());
    std::ranges::sort(all, {}, &StoredFile::key);
    EXPECT_EQ(file_list(*files), all);
}

TEST_F(S3Test, AFileThatSomebodyChangedIsDamaged) {
    const auto files = open();
    const StoredFile stored = files->put_bytes(org_, "what was stored").value();
    write_test_file(server_->data() / stored.key, "what was s%ored");
    EXPECT_EQ(files->get(stored.key, [](std::string_view) -> Result<> { return {}; }).error().key, "files.damaged");
}

TEST_F(S3Test, AServerThatComesBackIsWaitedFor) {
    S3Options options = server_->options();
    int waits = 0;
    options.wait = [&](std::chrono::milliseconds time) {
        if (++waits == 1) server_->start();
        ::usleep(static_cast<useconds_t>(time.count()) * 1'000);  // as the store would: the server needs its moment
    };
    const auto files = open(options);
    server_->kill();
    const Result<StoredFile> stored = files->put_bytes(org_, "kept");
    ASSERT_TRUE(stored) << message(stored.error(), Language::en);
    EXPECT_GE(waits, 1);
    EXPECT_EQ(file_content(*files, stored->key), "kept");
}

TEST_F(S3Test, ADownloadThatBrokeOffGoesOnWhereItStopped) {
    S3Options options = server_->options();
    int waits = 0;
    options.wait = [&](std::chrono::milliseconds time) {
        if (++waits == 1) server_->start();
        ::usleep(static_cast<useconds_t>(time.count()) * 1'000);
    };
    const auto files = open(options);
    const std::string content = large_content(48);
    const StoredFile stored = files->put_bytes(org_, content).value();
    std::string got;
    const Result<> result = files->get(stored.key, [&](std::string_view piece) -> Result<> {
        if (got.empty()) server_->kill();
        got += piece;
        return {};
    });
    ASSERT_TRUE(result) << message(result.error(), Language::en);
    EXPECT_GE(waits, 1);
    EXPECT_TRUE(got == content);
}

TEST_F(S3Test, WhatIsWrongWithTheSettingsIsTold) {
    S3Options options = server_->options();
    options.secret_key += "x";
    EXPECT_EQ(make_s3_store(options).error().key, "files.refused");
    options = server_->options();
    options.bucket = "another-bucket";
    EXPECT_EQ(make_s3_store(options).error().key, "files.no_bucket");
    options.bucket = "UPPER/case";
    EXPECT_EQ(make_s3_store(options).error().key, "files.bad_settings");
    options = server_->options();
    options.endpoint = "127.0.0.1:1";
    EXPECT_EQ(make_s3_store(options).error().key, "files.bad_settings");
    options.endpoint = "http://127.0.0.1:1";
    int waits = 0;
    options.wait = [&](std::chrono::milliseconds) { ++waits; };
    const Error error = make_s3_store(options).error();
    EXPECT_EQ(error.key, "files.unreachable");
    EXPECT_EQ(waits, 4);
    EXPECT_THAT(message(error, Language::en), testing::Not(HasSubstr(options.secret_key)));
}

}  // namespace
}  // namespace shanqi::store
