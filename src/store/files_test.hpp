// What every FileStore promises, whatever it is made of. Only *_test.cpp include this.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/ids.hpp"
#include "base/messages.hpp"
#include "base/time.hpp"
#include "store/files.hpp"

namespace shanqi::store {

inline std::string file_content(FileStore& files, const std::string& key) {
    std::string content;
    const Result<> got = files.get(key, [&content](std::string_view piece) -> Result<> {
        content += piece;
        return {};
    });
    EXPECT_TRUE(got) << message(got.error(), Language::en);
    return content;
}

inline std::vector<StoredFile> file_list(FileStore& files) {
    std::vector<StoredFile> all;
    const Result<> listed = files.list([&all](const StoredFile& file) -> Result<> {
        all.push_back(file);
        return {};
    });
    EXPECT_TRUE(listed) << message(listed.error(), Language::en);
    return all;
}

inline std::filesystem::path write_test_file(const std::filesystem::path& path, std::string_view content) {
    std::ofstream(path, std::ios::binary) << content;
    return path;
}

// 1 MiB pieces that are all different, so that a part in the wrong place is noticed.
inline std::string large_content(std::size_t mebibytes) {
    std::string content;
    content.reserve(mebibytes << 20U);
    for (std::size_t i = 0; i < mebibytes; ++i) {
        std::string piece = hex(sha256(std::to_string(i)));
        while (piece.size() < 1U << 20U) piece += piece;
        content += piece;
    }
    return content;
}

inline void expect_file_store_promises(FileStore& files, const std::filesystem::path& scratch) {
    const std::string org = OrgId::make(system_clock()).text(), other = OrgId::make(system_clock()).text();
    const std::string content = "善器 bytes", digest = hex(sha256(content));

    const Result<StoredFile> first = files.put_bytes(org, content);
    ASSERT_TRUE(first) << message(first.error(), Language::en);
    EXPECT_EQ(*first, (StoredFile{org + "/" + digest, content.size()}));
    EXPECT_EQ(file_content(files, first->key), content);
    EXPECT_EQ(files.put_bytes(org, content).value(), *first);  // again: the same
    EXPECT_EQ(files.put(org, write_test_file(scratch / "same", content)).value(), *first);
    EXPECT_TRUE(files.exists(first->key).value());

    const StoredFile theirs = files.put_bytes(other, content).value();  // an organisation's bytes are its own
    EXPECT_NE(theirs.key, first->key);
    const StoredFile empty = files.put_bytes(org, "").value();
    EXPECT_EQ(file_content(files, empty.key), "");
    std::vector<StoredFile> expected{*first, theirs, empty};
    std::ranges::sort(expected, {}, &StoredFile::key);
    EXPECT_EQ(file_list(files), expected);

    ASSERT_TRUE(files.remove(first->key));
    EXPECT_TRUE(files.remove(first->key));  // of what does not exist: fine
    EXPECT_FALSE(files.exists(first->key).value());
    EXPECT_EQ(files.get(first->key, [](std::string_view) -> Result<> { return {}; }).error().key, "files.not_found");
    EXPECT_EQ(file_content(files, theirs.key), content);

    // Keys come from rows, and rows may have been edited.
    const std::string slash = "/";
    const std::vector<std::string> wrong{
        "../../etc/passwd",         first->key + "/..", org, "", "ABC/" + digest, org + slash + std::string(64, 'G'),
        org + slash + "../" + other};
    for (const std::string& key : wrong) {
        EXPECT_EQ(files.get(key, [](std::string_view) -> Result<> { return {}; }).error().key, "files.not_found")
            << key;
        EXPECT_FALSE(files.exists(key).value()) << key;
        EXPECT_TRUE(files.remove(key)) << key;
    }
    EXPECT_EQ(files.put_bytes("../x", content).error().key, "files.bad_owner");
    EXPECT_EQ(files.put(org, scratch / "absent").error().key, "file.not_found");

    // A sweep takes what is old and unwanted, and nothing else.
    const auto far = [](std::int64_t hours) { return Instant{system_clock().now().us + hours * 3600 * 1'000'000}; };
    const auto all = [](const std::string&) -> Result<bool> { return true; };
    EXPECT_EQ(files.sweep(far(-1), all).value(), 0);
    EXPECT_EQ(files.sweep(far(1), [&](const std::string& key) -> Result<bool> { return key == empty.key; }).value(), 1);
    EXPECT_EQ(file_list(files), std::vector<StoredFile>{theirs});
    EXPECT_EQ(
        files.sweep(far(1), [](const std::string&) -> Result<bool> { return fail(ErrorKind::limit, "test.enough"); })
            .error()
            .key,
        "test.enough");
    EXPECT_EQ(file_content(files, theirs.key), content);

    const Result<> ended =
        files.get(theirs.key, [](std::string_view) -> Result<> { return fail(ErrorKind::limit, "test.enough"); });
    EXPECT_EQ(ended.error().key, "test.enough");
    const Result<> list_ended =
        files.list([](const StoredFile&) -> Result<> { return fail(ErrorKind::limit, "test.enough"); });
    EXPECT_EQ(list_ended.error().key, "test.enough");
}

}  // namespace shanqi::store
