#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/digest.hpp"
#include "base/embedded_messages.hpp"
#include "base/files.hpp"
#include "base/messages.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "base/worker_pool.hpp"

namespace shanqi {
namespace {

namespace fs = std::filesystem;

TEST(Dates, AreReadAsPeopleTypeThem) {
    const Date day{2023, 5, 20};
    for (const char* text : {"2023年5月20日", "2023年05月20号", "2023/5/20", "2023.5.20", "2023-05-20", "20230520",
                             " ２０２３年５月２０日 "}) {
        EXPECT_EQ(parse_date(text), day) << text;
    }
    for (const char* text : {"2026年2月30日", "2023-13-01", "2023年5/20", "2023/5.20", "202305", "5月20日", "2023年5月",
                             "", "明天", "2023-05-20x", "99999999999"}) {
        EXPECT_EQ(parse_date(text), std::nullopt) << text;
    }
}

TEST(Dates, KnowLeapYears) {
    EXPECT_TRUE(Date::make(2024, 2, 29));
    EXPECT_FALSE(Date::make(2026, 2, 29));
    EXPECT_FALSE(Date::make(1900, 2, 29));
    EXPECT_EQ(Date::from_days(Date{2026, 11, 24}.days()), (Date{2026, 11, 24}));
    EXPECT_EQ((Date{1970, 1, 2}.days()), 1);
}

TEST(Instants, ChinaIsEightHoursAhead) {
    const Instant at{1'795'478'795'000'000};  // 2026-11-24T00:06:35Z
    EXPECT_EQ(iso_utc(at), "2026-11-24T00:06:35Z");
    EXPECT_EQ(iso_china(at), "2026-11-24T08:06:35+08:00");
    EXPECT_EQ(iso_utc({-1}), "1969-12-31T23:59:59Z");
    EXPECT_EQ(iso_utc({253402300800'000000}), "10000-01-01T00:00:00Z");
    EXPECT_EQ(iso_date(*Date::make(7, 1, 2)), "0007-01-02");
}

TEST(Text, WidthsAndSpaces) {
    EXPECT_EQ(half_width("Ａ１２３　（一）"), "A123 (一)");
    EXPECT_EQ(trimmed("\xEF\xBB\xBF　 第二小学\t\n"), "第二小学");
    EXPECT_EQ(trimmed("　"), "");
    EXPECT_EQ(folded(" Ａbc　Ⅷ "), "abcviii");
    EXPECT_EQ(terminal_width("编号 A"), 6);
}

TEST(Text, InvalidUtf8IsFound) {
    EXPECT_TRUE(is_utf8("中文𠮷"));
    for (const char* bad : {"\xC0\xAF", "\xE4\xB8", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xFF", "\xE0\x80\xAF"})
        EXPECT_FALSE(is_utf8(bad));
    EXPECT_EQ(to_utf8(to_utf32("中𠮷a")), "中𠮷a");
}

TEST(Text, NearestName) {
    const std::vector<std::string> columns = {"学校名称", "联系电话", "地址"};
    EXPECT_EQ(nearest("学校名", columns), "学校名称");
    EXPECT_EQ(nearest("学校名程", columns), "学校名称");
    EXPECT_EQ(nearest("天气", columns), std::nullopt);
}

TEST(Messages, FillArgumentsInTheLanguageOfTheUser) {
    Error error{.kind = ErrorKind::limit,
                .key = "file.too_large",
                .arguments = {{"limit", "64"}},
                .place = {.file = "a.docx", .row = 7}};
    EXPECT_EQ(message(error, Language::zh_hans), "a.docx，第7行：文件超过 64 MB 的上限，没有处理。");
    EXPECT_THAT(message(error, Language::en), testing::StartsWith("a.docx, row 7: The file is larger"));
    EXPECT_EQ(message(error, Language::zh_hant), "a.docx，第7行：檔案超過 64 MB 的上限，沒有處理。");
    EXPECT_EQ(message("no.such_key", {{"a", "b"}}, Language::en), "no.such_key a=b");
}

TEST(Messages, LanguagesByTheirTags) {
    EXPECT_EQ(language_of_tag("zh_TW.UTF-8"), Language::zh_hant);
    EXPECT_EQ(language_of_tag("zh-Hant-HK"), Language::zh_hant);
    EXPECT_EQ(language_of_tag("zh_CN.UTF-8"), Language::zh_hans);
    EXPECT_EQ(language_of_tag("EN-gb"), Language::en);
    EXPECT_EQ(language_of_tag("C.UTF-8"), std::nullopt);
    for (const Language language : {Language::zh_hans, Language::zh_hant, Language::en})
        EXPECT_EQ(language_of_tag(tag_of(language)), language);
}

TEST(Messages, EveryEmbeddedFileIsOneFlatObject) {
    ASSERT_FALSE(embedded_messages().empty());
    for (const EmbeddedMessages& part : embedded_messages()) {
        boost::system::error_code error;
        const boost::json::value parsed =
            boost::json::parse(boost::json::string_view(part.json.data(), part.json.size()), error);
        ASSERT_FALSE(error) << part.json.substr(0, 80);
        for (const auto& [key, text] : parsed.as_object()) EXPECT_TRUE(text.is_string()) << key;
    }
}

TEST(Digests, KnownAnswersAndCopiedStates) {
    EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256Stream shared;
    shared.update("a");
    Sha256Stream copy = shared;
    EXPECT_EQ(copy.update("bc").finish(), sha256("abc"));
    EXPECT_EQ(shared.finish(), sha256("a"));
    EXPECT_EQ(base64url("\xFB\xFF\xFE"), "-__-");
    EXPECT_EQ(base64url(random_bytes(16)).size(), 22U);
    EXPECT_NE(random_bytes(16), random_bytes(16));
}

class FilesTest : public testing::Test {
protected:
    fs::path folder = fs::temp_directory_path() / ("shanqi-base-test-" + hex(random_bytes(6)));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
};

TEST_F(FilesTest, WholeOrNotAtAll) {
    ASSERT_TRUE(write_file_durably(folder / "a", "first"));
    ASSERT_TRUE(write_file_durably(folder / "a", "second"));
    EXPECT_EQ(read_file(folder / "a", 100), "second");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "no temporary file is left";
    EXPECT_EQ(read_file(folder / "a", 3).error().key, "file.too_large");
    EXPECT_EQ(read_file(folder / "b", 3).error().key, "file.not_found");
    EXPECT_EQ(read_file(folder, 3).error().key, "file.is_folder");
    EXPECT_EQ(write_file_durably(folder / "no" / "a", "x").error().key, "file.not_found");
}

TEST_F(FilesTest, PasswordIsTheFirstLine) {
    ASSERT_TRUE(write_file_durably(folder / "pw", "\xEF\xBB\xBFsecret\r\nother\n"));
    EXPECT_EQ(read_password_file(folder / "pw"), "secret");
    ASSERT_TRUE(write_file_durably(folder / "pw", "\n"));
    EXPECT_EQ(read_password_file(folder / "pw").error().key, "file.empty_password");
}

TEST_F(FilesTest, SpillFileGivesBackWhatWasAppended) {
    Result<SpillFile> spill = SpillFile::create(folder);
    ASSERT_TRUE(spill);
    EXPECT_TRUE(fs::is_empty(folder)) << "it is gone with the process";
    const std::string large(300'000, 'x');
    EXPECT_EQ(spill->append("abc"), 0U);
    EXPECT_EQ(spill->append(large), 3U);
    EXPECT_EQ(spill->append("end"), 300'003U);
    EXPECT_EQ(spill->read(1, 2), "bc");
    EXPECT_EQ(spill->read(300'002, 4), "xend");
    EXPECT_FALSE(spill->read(300'006, 1)) << "nothing was appended there";
}

TEST(WorkerPool, DoesEveryItemOnceAndPassesBugsOn) {
    WorkerPool pool(3);
    std::vector<std::atomic<int>> hits(1000);
    for (int round = 0; round < 3; ++round) pool.for_each(hits.size(), [&](unsigned, std::size_t i) { ++hits[i]; });
    for (const auto& hit : hits) EXPECT_EQ(hit, 3);
    EXPECT_THROW(pool.for_each(5,
                               [](unsigned, std::size_t i) {
                                   if (i == 3) throw std::logic_error("bug");
                               }),
                 std::logic_error);
    pool.for_each(0, [](unsigned, std::size_t) { FAIL(); });
}

}  // namespace
}  // namespace shanqi
