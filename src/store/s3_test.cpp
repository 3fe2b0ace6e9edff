// Against a real server (versitygw, brought by tests/s3/bootstrap). Where it is not there these tests are skipped;
// tests/s3/run, which script/test calls, makes that a failure.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>

#include "store/files_test.hpp"
#include "store/s3_transport.hpp"

namespace shanqi::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path server_program() { return fs::path(SHANQI_SOURCE_DIR) / "build/tools/s3/versitygw"; }

std::uint16_t free_port() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    if (listener < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no port");
    ::close(listener);
    return ntohs(address.sin_port);
}

// A bucket in a folder, served by another program.
class S3Server {
public:
    S3Server() : port_(std::to_string(free_port())) {
        fs::create_directories(folder_ / "data");
        fs::create_directories(folder_ / "meta");
        start();
        const Result<S3Reply> made = make_s3_transport(options())->send(
            {.method = "PUT",
             .body = [](std::uint64_t, std::size_t) -> Result<std::string> { return ""; },
             .body_sha256 = hex(sha256(""))});
        if (!made || made->status != 200) throw std::runtime_error("the S3 server does not make a bucket");
    }
    ~S3Server() {
        kill();
        std::error_code none;
        fs::remove_all(folder_, none);
    }
    S3Server(const S3Server&) = delete;

    void start() {
        process_ = ::fork();
        if (process_ != 0) return;
        ::setenv("ROOT_ACCESS_KEY", options().access_key.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the child's
        ::setenv("ROOT_SECRET_KEY", options().secret_key.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
        const std::string address = "127.0.0.1:" + port_, data = (folder_ / "data").string(),
                          meta = (folder_ / "meta").string(), program = server_program().string();
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int log = ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (log < 0) ::_exit(126);
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        ::execl(program.c_str(), program.c_str(), "--port", address.c_str(), "--region", "cn-north-1", "posix",
                "--sidecar", meta.c_str(), data.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    void kill() {
        if (process_ <= 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }

    S3Options options() const {
        return {.endpoint = "http://127.0.0.1:" + port_,
                .bucket = "shanqi-test",
                .region = "cn-north-1",
                .access_key = "AKTEST",
                .secret_key = "se/cr+et:=&1",
                .wait = {}};
    }
    const fs::path& folder() const { return folder_; }
    fs::path data() const { return folder_ / "data" / "shanqi-test"; }

private:
    const fs::path folder_ = fs::temp_directory_path() / ("shanqi_s3_" + hex(random_bytes(8)));
    const std::string port_;
    pid_t process_ = 0;
};

class S3Test : public testing::Test {
protected:
    static void SetUpTestSuite() {
        if (fs::exists(server_program())) server_ = std::make_unique<S3Server>();
    }
    static void TearDownTestSuite() { server_.reset(); }
    void SetUp() override {
        if (server_) return;
        if (std::getenv("SHANQI_S3_REQUIRED") != nullptr)  // NOLINT(concurrency-mt-unsafe): nobody sets it
            FAIL() << "no " << server_program() << ": run tests/s3/bootstrap";
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
