// Archives that other programs open, also where 32 and 16 bits end.
#include "modules/documents/zip_layout.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>
#include <zip.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include "base/digest.hpp"

namespace shanqi::documents {
namespace {

std::uint32_t crc(std::string_view bytes) { return libdeflate_crc32(0, bytes.data(), bytes.size()); }

class ZipLayoutTest : public testing::Test {
protected:
    std::filesystem::path file_ = std::filesystem::temp_directory_path() / ("shanqi-zip-" + hex(random_bytes(6)));
    ~ZipLayoutTest() override { std::filesystem::remove(file_); }

    struct Opened {
        std::unique_ptr<zip_t, decltype(&zip_discard)> archive;
        std::string read(const char* name) const {
            zip_stat_t stat;
            if (zip_stat(archive.get(), name, 0, &stat) != 0) return "not there";
            const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> in(zip_fopen(archive.get(), name, 0), &zip_fclose);
            std::string bytes(stat.size, '\0');
            if (!in || zip_fread(in.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()))
                return "not readable";
            char more = 0;
            return zip_fread(in.get(), &more, 1) == 0 ? bytes : "damaged";  // the CRC is checked at the end
        }
    };
    Opened open() const {
        int error = 0;
        return {{zip_open(file_.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &error), &zip_discard}};
    }
};

TEST_F(ZipLayoutTest, NamesAndBytesComeBack) {
    const std::vector<std::pair<std::string, std::string>> files = {{"documents/SQ2026-00001-某校.pdf", "first"},
                                                                    {"empty", ""}};
    ZipLayout layout;
    std::ofstream out(file_, std::ios::binary);
    const Instant time{1'780'000'000'000'000};
    for (const auto& [name, bytes] : files) out << layout.local_header({name, bytes.size(), crc(bytes), time}) << bytes;
    for (const auto& [name, bytes] : files) out << layout.central_header({name, bytes.size(), crc(bytes), time});
    out << layout.end();
    out.close();
    const Opened opened = open();
    ASSERT_TRUE(opened.archive);
    EXPECT_EQ(opened.read("documents/SQ2026-00001-某校.pdf"), "first");
    EXPECT_EQ(opened.read("empty"), "");
}

TEST_F(ZipLayoutTest, MoreEntriesThanSixteenBitsCount) {
    constexpr int count = 70'000;
    ZipLayout layout;
    std::ofstream out(file_, std::ios::binary);
    const auto entry = [](int i) { return ZipEntry{std::to_string(i), 1, crc("x"), {}}; };
    for (int i = 0; i < count; ++i) out << layout.local_header(entry(i)) << "x";
    for (int i = 0; i < count; ++i) out << layout.central_header(entry(i));
    out << layout.end();
    out.close();
    const Opened opened = open();
    ASSERT_TRUE(opened.archive);
    EXPECT_EQ(zip_get_num_entries(opened.archive.get(), 0), count);
    EXPECT_EQ(opened.read("69999"), "x");
}

TEST_F(ZipLayoutTest, BehindFourGibibytes) {
    // The first file is a hole: its bytes are never looked at here.
    constexpr std::uint64_t large = (4ULL << 30) + 12'345;
    const ZipEntry hole{"hole", large, 0, {}}, last{"last", 5, crc("still"), {}};
    ZipLayout layout;
    std::ofstream out(file_, std::ios::binary);
    out << layout.local_header(hole);
    out.seekp(static_cast<std::streamoff>(large), std::ios::cur);
    out << layout.local_header(last) << "still";
    out << layout.central_header(hole) << layout.central_header(last) << layout.end();
    out.close();
    const Opened opened = open();
    ASSERT_TRUE(opened.archive);
    zip_stat_t stat;
    ASSERT_EQ(zip_stat(opened.archive.get(), "hole", 0, &stat), 0);
    EXPECT_EQ(stat.size, large);
    EXPECT_EQ(opened.read("last"), "still");
}

}  // namespace
}  // namespace shanqi::documents
