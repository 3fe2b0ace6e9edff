#include "store/files.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include <thread>

#include "store/child_process.hpp"
#include "store/files_test.hpp"

namespace shanqi::store {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::SizeIs;

class FilesTest : public testing::Test {
protected:
    FilesTest() { fs::create_directories(folder_); }
    ~FilesTest() override {
        std::error_code none;
        fs::remove_all(folder_, none);
    }
    std::vector<fs::path> incoming() const {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(root_ / "incoming")) files.push_back(entry.path());
        return files;
    }
    // Whether a file there is locked by the process that writes it: between making it and locking it, a sweeper may
    // take it (the writer then takes another name).
    bool being_written() const {
        for (const fs::path& path : incoming()) {
            const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
            const bool free = descriptor < 0 || ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
            if (descriptor >= 0) ::close(descriptor);
            if (!free) return true;
        }
        return false;
    }

    const fs::path folder_ = fs::temp_directory_path() / ("shanqi_files_" + hex(random_bytes(8)));
    const fs::path root_ = folder_ / "files";
    const std::string org_ = OrgId::make(system_clock()).text();
};

TEST_F(FilesTest, KeepsWhatEveryStorePromises) {
    const auto files = make_folder_store(root_);
    expect_file_store_promises(*files, folder_);
    EXPECT_THAT(incoming(), IsEmpty());
}

TEST_F(FilesTest, LargeFilesAreStreamed) {
    const auto files = make_folder_store(root_);
    const std::string content = large_content(9) + "odd";
    const StoredFile stored = files->put(org_, write_test_file(folder_ / "large", content)).value();
    EXPECT_TRUE(file_content(*files, stored.key) == content);
    EXPECT_TRUE(file_content(*make_folder_store(root_), stored.key) == content);  // opened anew
    EXPECT_TRUE(fs::exists(root_ / org_ / stored.key.substr(37, 2) / stored.key.substr(37)));
}

TEST_F(FilesTest, AFileThatRottedIsToldAndCanBePutAgain) {
    const auto files = make_folder_store(root_);
    const StoredFile stored = files->put_bytes(org_, "what was stored").value();
    const fs::path path = root_ / org_ / stored.key.substr(37, 2) / stored.key.substr(37);
    write_test_file(path, "what was s%ored");
    EXPECT_EQ(files->get(stored.key, [](std::string_view) -> Result<> { return {}; }).error().key, "files.damaged");
    write_test_file(path, "what was");  // cut off: another size is seen at once, and mended by the same bytes
    EXPECT_EQ(files->put_bytes(org_, "what was stored").value(), stored);
    EXPECT_EQ(file_content(*files, stored.key), "what was stored");
}

TEST_F(FilesTest, ManyThreadsPutTheSameAndOtherFiles) {
    const auto files = make_folder_store(root_);
    {
        std::vector<std::jthread> threads;
        threads.reserve(8);
        for (int thread = 0; thread < 8; ++thread)
            threads.emplace_back([&, thread] {
                for (int i = 0; i < 20; ++i) {
                    EXPECT_TRUE(files->put_bytes(org_, "shared " + std::to_string(i)));
                    EXPECT_TRUE(files->put_bytes(org_, std::to_string(thread) + " own " + std::to_string(i)));
                }
            });
    }
    EXPECT_THAT(file_list(*files), SizeIs(20 + 8 * 20));
    for (const StoredFile& file : file_list(*files)) EXPECT_THAT(file_content(*files, file.key), SizeIs(file.bytes));
}

// Puts one large file after another until it is killed.
TEST(FilesProcess, DISABLED_puts) {
    const auto files = make_folder_store(ChildProcess::given("FOLDER"));
    const std::string large = large_content(16);
    for (int i = 0;; ++i) {
        const auto stored = files->put_bytes(ChildProcess::given("ORG"), large + std::to_string(i));
        ChildProcess::say(stored ? stored->key : "failed");
    }
}

TEST_F(FilesTest, AKilledPutLeavesNoWrongFileAndIsSweptOnlyWhenItIsDead) {
    std::vector<std::string> acknowledged;
    fs::create_directories(root_ / "incoming");
    for (int round = 0; round < 5; ++round) {
        ChildProcess child("FilesProcess.DISABLED_puts", {{"FOLDER", root_.string()}, {"ORG", org_}});
        for (int i = 0; i <= round; ++i) acknowledged.push_back(child.read_line());
        // Stop it in the middle of a put: as soon as a file that is being written is seen.
        while (true) {
            while (incoming().empty()) std::this_thread::yield();
            child.signal(SIGSTOP);
            int status = 0;
            ASSERT_EQ(::waitpid(child.id(), &status, WUNTRACED), child.id());
            if (being_written()) break;
            child.signal(SIGCONT);
        }
        make_folder_store(root_);
        EXPECT_THAT(incoming(), SizeIs(1)) << "a living process lost what it was writing";
        child.kill();
        EXPECT_THAT(incoming(), SizeIs(1));  // the leftover
        const auto files = make_folder_store(root_);
        EXPECT_THAT(incoming(), IsEmpty());
        for (const StoredFile& file : file_list(*files))
            EXPECT_THAT(file_content(*files, file.key), SizeIs(file.bytes));
        for (const std::string& key : acknowledged) EXPECT_TRUE(files->exists(key).value()) << key;
    }
}

// A tmpfs of one megabyte, in a mount namespace of a child.
TEST(FilesProcess, DISABLED_fills_a_disk) {
    if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return ChildProcess::say("not allowed");
    const std::string folder = ChildProcess::given("FOLDER");
    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (::mount("small", folder.c_str(), "tmpfs", 0, "size=1m") != 0) return ChildProcess::say("not allowed");
    const auto files = make_folder_store(folder);
    const std::string org = ChildProcess::given("ORG");
    const auto small = files->put_bytes(org, "before");
    const auto large = files->put_bytes(org, std::string(2U << 20U, 'x'));
    ChildProcess::say(large ? "stored" : large.error().key);
    ChildProcess::say(file_content(*files, small->key));
    ChildProcess::say(std::to_string(file_list(*files).size()));
    const auto again = files->put_bytes(org, std::string(512U << 10U, 'y'));  // what failed takes no room any more
    ChildProcess::say(again ? "stored" : again.error().key);
}

TEST_F(FilesTest, AFullDiskIsToldAndHurtsNothing) {
    fs::create_directories(root_);
    const ChildProcess child("FilesProcess.DISABLED_fills_a_disk", {{"FOLDER", root_.string()}, {"ORG", org_}});
    const std::string first = child.read_line();
    if (first == "not allowed") GTEST_SKIP() << "no right to mount a small disk here";
    EXPECT_EQ(first, "file.disk_full");
    EXPECT_EQ(child.read_line(), "before");
    EXPECT_EQ(child.read_line(), "1");
    EXPECT_EQ(child.read_line(), "stored");
}

TEST_F(FilesTest, AFolderThatCannotBeMadeIsToldByThePut) {
    const auto files = make_folder_store(write_test_file(folder_ / "a file", "x"));
    EXPECT_FALSE(files->put_bytes(org_, "content"));
}

}  // namespace
}  // namespace shanqi::store
