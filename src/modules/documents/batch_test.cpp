// A whole batch against a clock of our own: what the year, the order and the state of the folder decide.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "base/files.hpp"
#include "modules/documents/documents.hpp"
#include "modules/documents/list_check.hpp"
#include "modules/documents/register.hpp"
#include "office/docx/test_package.hpp"
#include "seal/seal.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class SetClock final : public Clock {
public:
    explicit SetClock(Date date) : now_{(date.days() * 86'400 - 4 * 3600) * 1'000'000} {}  // 04:00 in China
    Instant now() const override { return now_; }

private:
    Instant now_;
};

constexpr Date last_of_the_year{2026, 12, 31}, first_of_the_next{2027, 1, 1};

class BatchTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        folder = fs::temp_directory_path() / ("shanqi-batch-test-" + hex(random_bytes(6)));
        const Result<> made = seal::create_trial_key({.name = "某某公益服务中心",
                                                      .folder = folder / "key",
                                                      .password = "p",
                                                      .algorithm = seal::KeyAlgorithm::p256,
                                                      .now = SetClock(last_of_the_year).now()});
        ASSERT_TRUE(made) << made.error().key;
    }
    static void TearDownTestSuite() { fs::remove_all(folder); }
    void SetUp() override {
        fs::remove_all(folder / "out");
        write_template("致{{学校名称}}");
    }

    static void write_template(const std::string& text) {
        const std::string run = "<w:p><w:r><w:t>" + text + "{{印章}}</w:t></w:r></w:p>";
        std::ofstream(folder / "letter.docx", std::ios::binary) << office::docx::TestPackage().body(run).bytes();
    }
    static SealReport seal(const std::string& csv, Date date, SealBatch batch = {}) {
        std::ofstream(folder / "list.csv", std::ios::trunc) << csv;
        const SetClock clock(date);
        batch.template_file = folder / "letter.docx";
        batch.data_file = folder / "list.csv";
        batch.key_file = folder / "key/seal.p12";
        batch.password = "p";
        batch.out = folder / "out";
        batch.jobs = 2;
        batch.clock = &clock;
        Result<SealReport> report = seal_batch(batch, [](const SealProgress&) {});
        EXPECT_TRUE(report) << report.error().key;
        return report ? std::move(*report) : SealReport{};
    }
    // "number recipient" of each line of the register, in order.
    static std::vector<std::string> registered() {
        std::vector<std::string> out;
        std::ifstream in(folder / "out/register.jsonl");
        const auto value = [](const std::string& line, const std::string& name) {
            const std::size_t begin = line.find("\"" + name + "\":\"") + name.size() + 4;
            return line.substr(begin, line.find('"', begin) - begin);
        };
        for (std::string line; std::getline(in, line);)
            out.push_back(value(line, "number") + " " + value(line, "recipient"));
        return out;
    }

    static inline fs::path folder;
};

TEST_F(BatchTest, NumbersGoOnWithinAYearAndBeginAgainWithTheNext) {
    seal("学校名称\n一小\n二小\n", last_of_the_year);
    EXPECT_EQ(seal("学校名称\n三小\n一小\n", last_of_the_year).counts.skipped, 1);
    EXPECT_EQ(seal("学校名称\n四小\n三小\n", first_of_the_next).counts.skipped, 1) << "sealed is sealed, in any year";
    EXPECT_THAT(registered(),
                ElementsAre("SQ2026-00001 一小", "SQ2026-00002 二小", "SQ2026-00003 三小", "SQ2027-00001 四小"));
}

TEST_F(BatchTest, TheSameRowTwiceInOneListIsSealedOnce) {
    const SealReport report = seal("学校名称,备注\n一小,甲\n二小,\n一小,乙\n", last_of_the_year);
    EXPECT_EQ(report.counts.sealed, 2);
    ASSERT_EQ(report.refused_examples.size(), 1U);
    EXPECT_EQ(report.refused_examples[0].key, "documents.same_row") << "the template does not use 备注";
    EXPECT_EQ(report.refused_examples[0].place.row, 4);
}

TEST_F(BatchTest, AnotherTemplateMakesAnotherDocument) {
    seal("学校名称\n一小\n", last_of_the_year);
    write_template("再致{{学校名称}}");
    EXPECT_EQ(seal("学校名称\n一小\n", last_of_the_year).counts.sealed, 1);
    EXPECT_THAT(registered(), ElementsAre("SQ2026-00001 一小", "SQ2026-00002 一小"));
}

TEST_F(BatchTest, NamesThatDifferInCaseOnlyAreOneFileOnSomeSystems) {
    const SealReport report = seal("学校名称\nAB小学\nab小学\n", last_of_the_year, {.name_pattern = "{{学校名称}}"});
    EXPECT_EQ(report.counts.sealed, 1);
    ASSERT_EQ(report.refused_examples.size(), 1U);
    EXPECT_EQ(report.refused_examples[0].key, "documents.name_taken");
}

// U+10FFFD and U+323B0 stand in no font; the others are marks, line breaks and signs that could be taken for one.
TEST_F(BatchTest, TheCheckRefusesTheCharactersThatSealingRefuses) {
    write_template("致{{学校名称}}，{{备注}}");
    const std::string list =
        "学校名称,备注\n一小,好\n二小,\"\U0010FFFD\"\n三\U000323B0小,好\n四小,e\u0301\n五小,\u0301e\n"
        "六小,\"甲\n乙\t丙\"\n七小,\u2028\u200B\u2011\n八小,\U0001F468\u200D\U0001F469\n九小,\U00020BB7野家\n";
    const SealReport report = seal(list, last_of_the_year);
    std::vector<std::string> refused;
    refused.reserve(report.refused_examples.size());
    for (const Error& error : report.refused_examples)
        refused.push_back(std::to_string(error.place.row) + " " + error.key + " " + error.place.field);

    const Result<ListFindings> findings =
        check_list({.data_file = folder / "list.csv", .template_file = folder / "letter.docx", .sheet = {}},
                   SetClock(last_of_the_year).now());
    ASSERT_TRUE(findings) << findings.error().key;
    std::vector<std::string> told, cells;
    for (const office::CellProblem& problem : findings->problems) {
        told.push_back(std::to_string(problem.error.place.row) + " " + problem.error.key + " " +
                       problem.error.place.field);
        cells.push_back(problem.error.place.cell);
    }
    EXPECT_EQ(told, refused);
    EXPECT_EQ(findings->rows - findings->problem_rows, report.counts.sealed) << "as many as were promised";
    EXPECT_THAT(told, testing::IsSupersetOf({"3 layout.no_glyph 备注", "4 layout.no_glyph 学校名称"}));
    EXPECT_THAT(cells, testing::IsSupersetOf({"B3", "A4"}));
}

TEST_F(BatchTest, ACharacterOfTheTemplateItselfIsFoundByTheCheckToo) {
    write_template("\U0010FFFD致{{学校名称}}");
    EXPECT_EQ(seal("学校名称\n一小\n", last_of_the_year).counts.refused, 1);
    const Result<ListFindings> findings =
        check_list({.data_file = folder / "list.csv", .template_file = folder / "letter.docx", .sheet = {}},
                   SetClock(last_of_the_year).now());
    ASSERT_TRUE(findings) << findings.error().key;
    EXPECT_EQ(findings->problem_rows, 1);
}

TEST_F(BatchTest, AStrangersFileIsNotOverwritten) {
    fs::create_directories(folder / "out/documents");
    std::ofstream(folder / "out/documents/一小.pdf") << "not ours";
    EXPECT_EQ(seal("学校名称\n一小\n", last_of_the_year, {.name_pattern = "{{学校名称}}"}).counts.refused, 1);
    EXPECT_EQ(read_file(folder / "out/documents/一小.pdf", 100), "not ours");
}

TEST_F(BatchTest, AnInterruptWhenAllIsDoneIsNone) {
    const SealReport report = seal("学校名称\n一小\n", last_of_the_year, {.interrupted = [] { return true; }});
    EXPECT_EQ(report.counts.sealed, 1);
    EXPECT_FALSE(report.stopped);
}

TEST_F(BatchTest, AnInterruptEndsAfterTheGroupInWork) {
    std::string list = "学校名称\n";
    for (std::size_t i = 0; i < 2 * limits::group_documents + 1; ++i) list += "第" + std::to_string(i) + "小学\n";
    const SealReport first = seal(list, last_of_the_year, {.interrupted = [] { return true; }});
    EXPECT_EQ(first.counts.sealed, static_cast<std::int64_t>(limits::group_documents));
    ASSERT_TRUE(first.stopped);
    EXPECT_EQ(first.stopped->key, "documents.interrupted");
    EXPECT_EQ(registered().size(), limits::group_documents);
    const SealReport rest = seal(list, last_of_the_year);
    EXPECT_EQ(rest.counts.sealed, static_cast<std::int64_t>(limits::group_documents) + 1);
    EXPECT_EQ(rest.counts.skipped, static_cast<std::int64_t>(limits::group_documents));
}

}  // namespace
}  // namespace shanqi::documents
