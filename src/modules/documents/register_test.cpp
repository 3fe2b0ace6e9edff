#include "modules/documents/register.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/digest.hpp"
#include "base/files.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;

class RegisterTest : public testing::Test {
protected:
    fs::path out = fs::temp_directory_path() / ("shanqi-register-test-" + hex(random_bytes(6)));
    void TearDown() override { fs::remove_all(out); }

    static RegisterEntry entry(int n) {
        const std::string number = "SQ2026-" + std::to_string(n);
        return {.number = number,
                .sequence = n,
                .series = "SQ2026-",
                .row = hex(sha256(number)),
                .file = "documents/" + number + ".pdf",
                .document = "协议",
                .recipient = "某校",
                .pages = 2,
                .sha256 = hex(sha256("file " + number)),
                .time = "2026-11-24T12:00:00+08:00",
                .key = "k",
                .token = {}};
    }
    static fs::path work(Register& book, int n) {
        const fs::path file = book.work_folder() / (std::to_string(n) + ".pdf");
        std::ofstream(file) << "file SQ2026-" << n;
        return file;
    }
    void seal(Register& book, const std::vector<int>& numbers) {
        std::vector<RegisterEntry> entries;
        std::vector<fs::path> sources;
        for (const int n : numbers) {
            entries.push_back(entry(n));
            sources.push_back(work(book, n));
            book.claim(entries.back());
        }
        const Result<> done = book.commit(entries, sources);
        ASSERT_TRUE(done) << done.error().key;
    }
    std::unique_ptr<Register> open() {
        auto book = Register::open(out);
        EXPECT_TRUE(book) << book.error().key;
        return book ? std::move(*book) : nullptr;
    }
    std::string text() const { return read_file(out / "register.jsonl", 1 << 20).value_or(""); }
};

TEST_F(RegisterTest, KnowsWhatWasSealedBefore) {
    seal(*open(), {1, 2});
    const auto book = open();
    EXPECT_EQ(book->size(), 2U);
    EXPECT_TRUE(book->has_row(entry(2).row));
    EXPECT_FALSE(book->has_row(entry(3).row));
    EXPECT_TRUE(book->has_number("SQ2026-1"));
    EXPECT_TRUE(book->has_file("sq2026-1.PDF")) << "names that differ only in case are one on Windows";
    EXPECT_EQ(book->last_sequence("SQ2026-"), 2);
    EXPECT_EQ(book->last_sequence("SQ2027-"), 0) << "each series counts by itself";
    EXPECT_EQ(read_file(out / "documents/SQ2026-2.pdf", 100), "file SQ2026-2");
}

TEST_F(RegisterTest, EachLineHoldsTheDigestOfTheOneBefore) {
    seal(*open(), {1});
    seal(*open(), {2, 3});
    std::istringstream lines(text());
    std::string line, previous(64, '0');
    int count = 0;
    for (; std::getline(lines, line); ++count) {
        const auto parsed = boost::json::parse(line).as_object();
        EXPECT_EQ(std::string(parsed.at("previous").as_string()), previous);
        for (const char* name : {"number", "row", "file", "pages", "sha256", "time"})
            EXPECT_TRUE(parsed.contains(name)) << name;
        previous = hex(sha256(line));
    }
    EXPECT_EQ(count, 3);
}

TEST_F(RegisterTest, AChangedLineStopsEverything) {
    seal(*open(), {1, 2, 3});
    std::string changed = text();
    changed.replace(changed.find("\"pages\":2"), 9, "\"pages\":9");
    std::ofstream(out / "register.jsonl") << changed;
    const auto book = Register::open(out);
    ASSERT_FALSE(book);
    EXPECT_EQ(book.error().key, "documents.register_damaged");
    EXPECT_EQ(book.error().place.row, 2) << "the first line that does not fit what is before it";
}

// The chain alone shows only what is changed in front of another line.
TEST_F(RegisterTest, ARegisterThatLostItsLastLinesStopsEverything) {
    seal(*open(), {1, 2});
    seal(*open(), {3, 4});
    const std::string whole = text();
    const std::size_t last_line = whole.rfind('\n', whole.size() - 2) + 1;
    std::string changed = whole;
    changed.replace(changed.find("\"pages\":2", last_line), 9, "\"pages\":9");
    for (const std::string& damaged : {std::string(), whole.substr(0, last_line), changed}) {
        std::ofstream(out / "register.jsonl", std::ios::trunc) << damaged;
        const auto book = Register::open(out);
        ASSERT_FALSE(book) << damaged;
        EXPECT_EQ(book.error().key, "documents.register_cut");
        EXPECT_EQ(text(), damaged) << "it is left as it was found";
    }
    fs::remove(out / "register.jsonl");
    EXPECT_EQ(Register::open(out).error().key, "documents.register_cut");
    std::ofstream(out / "register.jsonl") << whole;
    EXPECT_EQ(open()->last_sequence("SQ2026-"), 4);
}

TEST_F(RegisterTest, TellsWhichRegisteredFilesAreGone) {
    seal(*open(), {1, 2, 3});
    EXPECT_TRUE(open()->missing_files().empty());
    fs::remove(out / "documents/SQ2026-2.pdf");
    std::ofstream(out / "documents/stranger.pdf") << "not ours";
    const auto book = open();
    EXPECT_THAT(book->missing_files(), testing::ElementsAre("SQ2026-2.pdf"));
    EXPECT_TRUE(book->has_file("SQ2026-2.pdf")) << "its name is not given again";
    EXPECT_TRUE(book->has_file("Stranger.pdf"));
}

TEST_F(RegisterTest, AFileInTheWayOfTheFolder) {
    std::ofstream(out) << "a file";
    for (const fs::path& path : {out, out / "deeper"}) {
        const auto book = Register::open(path);
        ASSERT_FALSE(book);
        EXPECT_EQ(book.error().key, "documents.not_a_folder");
    }
}

TEST_F(RegisterTest, OneProcessAtATime) {
    const auto first = open();
    const auto second = Register::open(out);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().key, "documents.locked");
}

// Every state that a kill can leave behind: `pending` is written; the files are renamed up to some point; the
// register holds all, some or half a line of the group.
TEST_F(RegisterTest, AKilledCommitIsFinishedOnce) {
    seal(*open(), {1});
    const std::string before = text();
    seal(*open(), {2, 3});
    const std::string after = text();
    std::string pending = std::to_string(before.size()) + "\n";
    std::istringstream lines(after.substr(before.size()));
    std::string line;
    for (int n = 2; std::getline(lines, line); ++n) pending += std::to_string(n) + ".pdf\t" + line + "\n";

    for (int renamed = 0; renamed <= 2; ++renamed) {
        for (std::size_t kept = before.size(); kept <= after.size(); kept += 37) {
            if (renamed < 2 && kept > before.size()) continue;  // the register is touched only after the last rename
            std::ofstream(out / "register.jsonl", std::ios::trunc) << after.substr(0, kept);
            std::ofstream(out / ".shanqi/pending", std::ios::trunc) << pending;
            for (int n = 2; n <= 3; ++n) {
                const std::string name = "SQ2026-" + std::to_string(n);
                fs::remove(out / "documents" / (name + ".pdf"));
                const fs::path where = n - 2 < renamed ? out / "documents" / (name + ".pdf")
                                                       : out / ".shanqi/work" / (std::to_string(n) + ".pdf");
                std::ofstream(where) << "file " << name;
            }
            const auto book = open();
            ASSERT_TRUE(book);
            EXPECT_EQ(text(), after);
            EXPECT_EQ(book->size(), 3U);
            EXPECT_EQ(read_file(out / "documents/SQ2026-3.pdf", 100), "file SQ2026-3");
            EXPECT_FALSE(fs::exists(out / ".shanqi/pending"));
        }
    }
}

TEST_F(RegisterTest, WhatWasNotDecidedIsThrownAway) {
    {
        const auto book = open();
        work(*book, 1);
    }
    const auto book = open();
    EXPECT_TRUE(fs::is_empty(book->work_folder()));
    EXPECT_TRUE(fs::is_empty(out / "documents"));
    EXPECT_EQ(book->size(), 0U);
}

TEST(SafeFileName, HoldsNothingThatAFileSystemRefuses) {
    EXPECT_EQ(safe_file_name("SQ-1-某县/第一小学: \"A\"?"), "SQ-1-某县_第一小学_ _A__");
    EXPECT_EQ(safe_file_name("..\\..\\etc"), "_.._.._etc");
    EXPECT_EQ(safe_file_name("  "), "_");
    EXPECT_EQ(safe_file_name("name. ."), "name");
    EXPECT_LE(safe_file_name(std::string(1000, 'x')).size(), 180U);
    EXPECT_EQ(safe_file_name("\u202Etxt.exe"), "_txt.exe") << "no writing-direction tricks";
}

}  // namespace
}  // namespace shanqi::documents
