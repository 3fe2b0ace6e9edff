#include "modules/operations/backup_stream.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "base/files.hpp"

namespace shanqi::operations {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view passphrase = "纸船 river 2026";

class BackupStreamTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() / ("shanqi-backup-stream-" + std::to_string(getpid()));
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        plain_.reserve(3'000'000);
        for (std::size_t i = 0; i < 3'000'000; ++i) plain_ += static_cast<char>(i * 2654435761U >> 13U);
        auto writer = create_backup_stream(file_(), passphrase, Instant{1}, "0.1.0");
        ASSERT_TRUE(writer);
        ASSERT_TRUE((*writer)->write(plain_));
        ASSERT_TRUE((*writer)->finish());
        bytes_ = *read_file(file_(), 1U << 30U);
    }
    void TearDown() override { fs::remove_all(folder_); }
    fs::path file_() const { return folder_ / "a.backup"; }

    // The key of the error that reading it to the end gives; "" when it is whole.
    std::string fault_of(const std::string& bytes, std::string_view with = passphrase) const {
        const fs::path other = folder_ / "other.backup";
        std::ofstream(other, std::ios::binary | std::ios::trunc) << bytes;
        auto reader = open_backup_stream(other, with);
        if (!reader) return reader.error().key;
        auto read = (*reader)->read(plain_.size());
        if (!read) return read.error().key;
        EXPECT_EQ(*read, plain_);
        auto end = (*reader)->at_end();
        if (!end) return end.error().key;
        return *end ? "" : "more";
    }

    fs::path folder_;
    std::string plain_, bytes_;
};

TEST_F(BackupStreamTest, WhatWasWrittenIsRead) {
    EXPECT_EQ(fault_of(bytes_), "");
    EXPECT_EQ(bytes_.find(plain_.substr(0, 64)), std::string::npos);
    for (const auto& entry : fs::directory_iterator(folder_)) EXPECT_NE(entry.path().extension(), ".part");
}

TEST_F(BackupStreamTest, AWrongPassphraseIsToldFromDamage) {
    EXPECT_EQ(fault_of(bytes_, "another passphrase"), "backup.wrong_passphrase");
    EXPECT_EQ(fault_of("PK\x03\x04"), "backup.not_a_backup");
    EXPECT_EQ(fault_of(""), "backup.not_a_backup");
}

TEST_F(BackupStreamTest, EveryChangedByteIsNoticed) {
    for (std::size_t at = 0; at < bytes_.size(); at += at < 400 ? 97 : 700'001) {
        std::string changed = bytes_;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        EXPECT_NE(fault_of(changed), "") << at;
    }
    EXPECT_EQ(fault_of(bytes_ + "x"), "backup.damaged");
}

TEST_F(BackupStreamTest, EveryCutIsNoticed) {
    // The first length is the end of a piece, where everything that is left opens.
    const std::size_t header = bytes_.find('}') + 1;
    const std::size_t piece = 4 + limits::backup_piece_bytes + 16;
    for (const std::size_t length : {header + piece, header + 2 * piece, header, bytes_.size() - 1, std::size_t{18}})
        EXPECT_EQ(fault_of(bytes_.substr(0, length)), "backup.cut") << length;
}

TEST_F(BackupStreamTest, PiecesInAnotherOrderDoNotOpen) {
    const std::size_t header = bytes_.find('}') + 1, piece = 4 + limits::backup_piece_bytes + 16;
    EXPECT_EQ(fault_of(bytes_.substr(0, header) + bytes_.substr(header + piece, piece) + bytes_.substr(header, piece) +
                       bytes_.substr(header + 2 * piece)),
              "backup.damaged");
}

TEST_F(BackupStreamTest, NothingIsOverwrittenAndNothingHalfAppears) {
    EXPECT_EQ(create_backup_stream(file_(), passphrase, Instant{1}, "").error().key, "backup.exists");
    EXPECT_EQ(create_backup_stream(folder_ / "b", "short", Instant{1}, "").error().key, "backup.short_passphrase");
    {
        auto writer = create_backup_stream(folder_ / "c.backup", passphrase, Instant{1}, "");
        ASSERT_TRUE(writer);
        ASSERT_TRUE((*writer)->write(plain_));
    }
    EXPECT_THAT(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace shanqi::operations
