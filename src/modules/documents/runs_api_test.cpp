// A run from the request to the downloads, by the real engine in the real job runner.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "modules/documents/api_test.hpp"
#include "office/docx/test_package.hpp"
#include "seal/document/pdf_signatures.hpp"
#include "store/audit.hpp"

namespace shanqi::documents {
namespace {

class RunsTest : public DocumentsApiTest {
protected:
    std::string letter() {
        const std::string body = "<w:p><w:r><w:t>致{{学校名称}}，{{金额|大写}}{{印章}}</w:t></w:r></w:p>";
        return upload("函.docx", office::docx::TestPackage().body(body).bytes()).string("id");
    }
    std::string list(int from, int to, const std::string& more = {}) {
        std::string csv = "学校名称,金额\n";
        for (int i = from; i <= to; ++i) csv += "第" + std::to_string(i) + "小学," + std::to_string(i) + "\n";
        return upload("名单.csv", csv + more).string("id");
    }
    std::vector<std::string> numbers(const std::string& run) {
        std::vector<std::string> out;
        std::string after;
        do {
            const Answer page = process_->get(path("/seal_runs/" + run + "/documents?limit=500" + after));
            EXPECT_EQ(page.status, 200) << page.text();
            for (const auto& item : page["items"].as_array()) out.emplace_back(item.at("number").as_string());
            after = page["next"].is_string() ? "&after=" + page.string("next") : std::string();
        } while (!after.empty());
        return out;
    }
    std::vector<std::string> actions() {
        std::vector<std::string> out;
        const auto lines = test_.database().read(
            [&](store::Reader& reader) { return store::list_audit(reader, org_, {.action_prefix = "documents."}); });
        EXPECT_TRUE(lines);
        for (const store::AuditLine& line : *lines) out.push_back(line.entry.action);
        return out;
    }
    int unzip_test(const std::string& file) const {
        return std::system(("unzip -tqq '" + file + "'").c_str());  // NOLINT(concurrency-mt-unsafe): a test
    }
    // SQ<year>-00001, -00002… as many as there are.
    static void expect_unbroken(const std::vector<std::string>& numbers, std::int64_t first = 1) {
        for (std::size_t i = 0; i < numbers.size(); ++i)
            EXPECT_EQ(std::stoll(numbers[i].substr(numbers[i].find('-') + 1)), first + static_cast<std::int64_t>(i));
    }
};

TEST_P(RunsTest, SampleToSealedDocuments) {
    process_->start_jobs();
    const Answer key = trial_key();
    const Answer created = create_sample_run(150, key.string("id"));
    ASSERT_EQ(created.status, 201) << created.text();
    const std::string id = created.string("id");
    const Answer done = wait_for_end(id);
    ASSERT_EQ(done.string("state"), "done") << done.text();
    EXPECT_EQ(done.number("sealed"), 149);
    EXPECT_EQ(done.number("refused"), 1);
    EXPECT_EQ(done.number("skipped"), 0);
    EXPECT_EQ(done.number("total"), 150);
    EXPECT_EQ(done.number("pages"), 298);
    EXPECT_TRUE(done["trial"].as_bool());
    EXPECT_EQ(done.string("template_name"), "示例协议.docx");
    ASSERT_EQ(done["refused_examples"].as_array().size(), 1U);
    const auto& refused = done["refused_examples"].at(0);
    EXPECT_EQ(refused.at("row").as_int64(), 122) << "as the workbook counts";
    EXPECT_EQ(refused.at("field").as_string(), "金额");
    EXPECT_FALSE(refused.at("text").as_string().empty());
    EXPECT_FALSE(refused.at("fix").as_string().empty());

    const std::vector<std::string> all = numbers(id);
    ASSERT_EQ(all.size(), 149U);
    expect_unbroken(all);

    const Answer pdf = process_->get(path("/seal_runs/" + id + "/documents/" + all.back() + ".pdf"));
    ASSERT_EQ(pdf.status, 200) << pdf.text();
    const std::string ca = process_->get(path("/keys/" + key.string("id") + "/ca.pem")).bytes;
    auto roots = seal::Certificate::from_file(save("ca.pem", ca));
    ASSERT_TRUE(roots);
    const seal::DocumentReport report =
        seal::verify_document(pdf.bytes, {seal::TrustStore::create({.roots = *roots}), system_clock().now()});
    EXPECT_EQ(report.verdict, seal::DocumentReport::Verdict::good);
    EXPECT_EQ(report.number, all.back());

    const Answer zip = process_->get(path("/seal_runs/" + id + "/documents.zip"));
    ASSERT_EQ(zip.status, 200);
    EXPECT_EQ(unzip_test(save("documents.zip", zip.bytes)), 0);
    EXPECT_NE(zip.bytes.find(pdf.bytes), std::string::npos) << "stored as it is";
    for (const char* sheet : {"/register.xlsx", "/errors.xlsx"}) {
        const Answer book = process_->get(path("/seal_runs/" + id + sheet));
        ASSERT_EQ(book.status, 200) << sheet;
        EXPECT_EQ(unzip_test(save("sheet.xlsx", book.bytes)), 0);
        EXPECT_NE(zip.bytes.find(book.bytes), std::string::npos) << sheet;
    }
    EXPECT_EQ(process_->get(path("/seal_runs/" + id + "/documents/SQ1999-00001.pdf")).status, 404);
    process_->stop_jobs();  // "done" is told before everything is put away
    EXPECT_TRUE(std::filesystem::is_empty(process_->house().scratch)) << "nothing in clear is left";
    EXPECT_FALSE(std::filesystem::exists(process_->house().work / "seal_runs" / org_.text() / id));

    const std::vector<std::string> said = actions();
    for (const char* action : {"documents.upload_create", "documents.key_make", "documents.seal_run_create",
                               "documents.seal_run_start", "documents.seal_run_finish", "documents.documents_download"})
        EXPECT_THAT(said, testing::Contains(action));
    EXPECT_EQ(std::ranges::count(said, "documents.documents_download"), 4);
}

TEST_P(RunsTest, TheNumbersAreTheOrganisationsAndNothingIsSealedTwice) {
    process_->start_jobs();
    const std::string key = trial_key().string("id"), form = letter();
    const std::string first = create_run(form, list(1, 10), key).string("id");
    ASSERT_EQ(wait_for_end(first).number("sealed"), 10);
    const Answer second = wait_for_end(create_run(form, list(6, 15), key).string("id"));
    EXPECT_EQ(second.number("sealed"), 5);
    EXPECT_EQ(second.number("skipped"), 5) << "sealed by the first run";
    const std::vector<std::string> more = numbers(second.string("id"));
    ASSERT_EQ(more.size(), 5U);
    expect_unbroken(more, 11);
    const Answer third = wait_for_end(create_run(form, list(1, 15), key).string("id"));
    EXPECT_EQ(third.string("state"), "done");
    EXPECT_EQ(third.number("sealed"), 0);
    EXPECT_EQ(third.number("skipped"), 15);
    EXPECT_EQ(process_->get(path("/seal_runs/" + third.string("id") + "/documents.zip")).status, 404);
    const Answer list_answer = process_->get(path("/seal_runs?limit=2"));
    EXPECT_EQ(list_answer["items"].as_array().size(), 2U);
    EXPECT_EQ(list_answer["items"].at(0).at("id"), third["id"]) << "newest first";
    const Answer rest = process_->get(path("/seal_runs?limit=2&after=" + list_answer.string("next")));
    ASSERT_EQ(rest["items"].as_array().size(), 1U);
    EXPECT_EQ(rest["items"].at(0).at("id").as_string(), first);
}

TEST_P(RunsTest, TheSameRequestTwiceIsOneRun) {
    const std::string form = letter(), data = list(1, 3), key = trial_key().string("id");
    const boost::json::object body{{"template", form}, {"data", data}, {"key", key}};
    const Answer one = process_->post(path("/seal_runs"), body, "a-key-of-the-browser");
    const Answer two = process_->post(path("/seal_runs"), body, "a-key-of-the-browser");
    EXPECT_EQ(one.status, 201) << one.text();
    EXPECT_EQ(two.text(), one.text());
    EXPECT_EQ(process_->get(path("/seal_runs"))["items"].as_array().size(), 1U);
}

TEST_P(RunsTest, WhatCannotBeSealedIsToldInTheUsersLanguage) {
    process_->start_jobs();
    const std::string key = trial_key().string("id");
    const std::string wrong =
        upload("函.docx", office::docx::TestPackage().body("<w:p><w:r><w:t>{{没有这列}}</w:t></w:r></w:p>").bytes())
            .string("id");
    const Answer failed = wait_for_end(create_run(wrong, list(1, 3), key).string("id"));
    EXPECT_EQ(failed.string("state"), "failed");
    EXPECT_THAT(failed.string("problem"), testing::HasSubstr("没有这列"));
    EXPECT_THAT(failed.string("problem"), testing::StartsWith("函.docx")) << "by its name, not by ours";
    EXPECT_TRUE(std::filesystem::is_empty(process_->house().work / "seal_runs" / org_.text()))
        << "no list lies there to be read";
    const Answer pattern = process_->post(
        path("/seal_runs"), {{"template", letter()}, {"data", list(1, 3)}, {"key", key}, {"number_pattern", "{{序号"}});
    EXPECT_EQ(pattern.status, 422);
    EXPECT_EQ(pattern.string("field"), "/number_pattern");
    process_->clock().advance(std::chrono::hours(24 * 365 * 4));
    const Answer expired = create_run(letter(), list(1, 3), key);
    EXPECT_EQ(expired.string("key"), "documents.key_expired");
}

TEST_P(RunsTest, CancelKeepsTheGroupsThatAreDoneAndTheRestCanFollow) {
    const std::string key = trial_key().string("id"), form = letter(), data = list(1, 800);
    const Answer created = create_run(form, data, key);
    JobGate gate(1);
    process_->start_jobs(&gate);
    const std::string id = created.string("id");
    gate.wait_for_job();
    const Result<> cancelled = test_.database().write([&](store::Writer& writer) {
        return store::cancel_job(writer, process_->clock(), org_, JobId::trusted(created.string("job")));
    });
    gate.open_to_stop();
    ASSERT_TRUE(cancelled) << cancelled.error().key;
    // Its state is "cancelled" at once; what was done until then follows.
    const Answer ended = wait_until(id, [](const Answer& answer) { return answer.number("sealed") > 0; });
    EXPECT_EQ(ended.string("state"), "cancelled");
    const std::int64_t sealed = ended.number("sealed");
    EXPECT_GT(sealed, 0);
    EXPECT_LT(sealed, 800);
    EXPECT_EQ(sealed % 256, 0) << "whole groups";
    expect_unbroken(numbers(id));
    EXPECT_EQ(process_->get(path("/seal_runs/" + id + "/documents.zip")).status, 200);
    process_->stop_jobs();
    process_->start_jobs();
    const Answer rest = wait_for_end(create_run(form, data, key).string("id"));
    EXPECT_EQ(rest.number("sealed"), 800 - sealed);
    EXPECT_EQ(rest.number("skipped"), sealed);
    expect_unbroken(numbers(rest.string("id")), sealed + 1);
}

TEST_P(RunsTest, AnotherOrganisationsIdsDoNotExist) {
    process_->start_jobs();
    const std::string key = trial_key().string("id"), form = letter(), data = list(1, 3);
    const std::string id = create_run(form, data, key).string("id");
    ASSERT_EQ(wait_for_end(id).number("sealed"), 3);
    const std::string number = numbers(id).front();
    const OrgId other = OrgId::make(system_clock());
    make_org(other);
    org_ = other;
    const std::string other_form = letter(), other_data = list(1, 3), other_key = trial_key().string("id");
    for (const std::string& below :
         {std::string(), std::string("/documents"), std::string("/documents.zip"), std::string("/register.xlsx"),
          std::string("/documents/").append(number).append(".pdf")})
        EXPECT_EQ(process_->get(path("/seal_runs/" + id + below)).status, 404) << below;
    EXPECT_EQ(process_->get(path("/keys/" + key + "/ca.pem")).status, 404);
    EXPECT_EQ(create_run(form, other_data, other_key).status, 404);
    EXPECT_EQ(create_run(other_form, data, other_key).status, 404);
    EXPECT_EQ(create_run(other_form, other_data, key).status, 404);
    EXPECT_EQ(process_->post(path("/seal_checks"), {{"template", form}, {"data", other_data}}).status, 404);
    EXPECT_TRUE(process_->get(path("/seal_runs"))["items"].as_array().empty());
    // Its numbers begin at one: the books are apart.
    const Answer own = wait_for_end(create_run(other_form, other_data, other_key).string("id"));
    expect_unbroken(numbers(own.string("id")));
    EXPECT_EQ(own.number("skipped"), 0);
}

TEST_P(RunsTest, ARunWhoseNumbersWereTakenNumbersAnew) {
    // Sealed in its folder, but killed before it was published; meanwhile another run was.
    const std::string key = trial_key().string("id"), form = letter();
    const std::string first = create_run(form, list(1, 5), key).string("id");
    const std::filesystem::path folder = process_->house().work / "seal_runs" / org_.text() / first;
    std::filesystem::create_directories(folder / "out/documents");
    std::ofstream(folder / "version") << "7";  // of a book that was another one
    std::ofstream(folder / "out/register.jsonl") << "not ours any more\n";
    process_->start_jobs();
    const Answer done = wait_for_end(first);
    EXPECT_EQ(done.string("state"), "done") << done.text();
    expect_unbroken(numbers(first));
    EXPECT_EQ(done.number("sealed"), 5);
}

// Another process of the server on the same database and folders; it ends by being killed.
class ServerProcess {
public:
    // Its jobs are held when they report so much progress: there they are killed.
    ServerProcess(const store::TestDatabase& test, int clock_shift_s, std::int64_t hold_from) : child_(::fork()) {
        if (child_ != 0) return;
        // NOLINTBEGIN(concurrency-mt-unsafe)
        ::setenv("SHANQI_TEST_SERVER_DATABASE", test.options().url.c_str(), 1);
        ::setenv("SHANQI_TEST_SERVER_FOLDER", test.folder().c_str(), 1);
        ::setenv("SHANQI_TEST_SERVER_SHIFT", std::to_string(clock_shift_s).c_str(), 1);
        ::setenv("SHANQI_TEST_SERVER_HOLD_FROM", std::to_string(hold_from).c_str(), 1);
        // NOLINTEND(concurrency-mt-unsafe)
        ::execl("/proc/self/exe", "server", "--gtest_also_run_disabled_tests",
                "--gtest_filter=ServerProcess.DISABLED_Runs", nullptr);
        ::_exit(127);
    }
    void kill() {
        if (child_ <= 0) return;
        ::kill(child_, SIGKILL);
        ::waitpid(std::exchange(child_, -1), nullptr, 0);
    }
    ~ServerProcess() { kill(); }
    ServerProcess(const ServerProcess&) = delete;

private:
    pid_t child_;
};

TEST(ServerProcess, DISABLED_Runs) {
    const char* url = std::getenv("SHANQI_TEST_SERVER_DATABASE");  // NOLINT(concurrency-mt-unsafe)
    if (url == nullptr) GTEST_SKIP() << "only started by other tests";
    const auto database = store::TestDatabase::checked(store::open_database({.url = url}));
    const auto given = [](const char* name) {
        const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
        return std::string(value == nullptr ? "0" : value);
    };
    TestProcess process(*database, given("SHANQI_TEST_SERVER_FOLDER"));
    process.clock().advance(std::chrono::seconds(std::stoi(given("SHANQI_TEST_SERVER_SHIFT"))));
    JobGate gate(std::stoll(given("SHANQI_TEST_SERVER_HOLD_FROM")));
    process.start_jobs(&gate);
    ::pause();
}

TEST_P(RunsTest, KilledAgainAndAgainItIsFinishedOnce) {
    constexpr int rows = 1500;
    const std::string key = trial_key().string("id"), form = letter();
    const std::string id = create_run(form, list(1, rows), key).string("id");
    const std::filesystem::path folder = process_->house().work / "seal_runs" / org_.text() / id;
    const auto registered = [&] {
        std::vector<std::string> lines;
        std::ifstream in(folder / "out/register.jsonl");
        for (std::string line; std::getline(in, line) && !in.eof();) lines.push_back(line);
        return lines;
    };
    std::size_t before = 0;
    std::string first_line;
    for (int kill = 0; kill < 2; ++kill) {
        // The lease of the one before has ended.
        ServerProcess server(test_, 600 * kill, static_cast<std::int64_t>(before) + 1);
        const Answer seen = wait_until(id, [&](const Answer&) { return registered().size() > before; });
        server.kill();
        ASSERT_EQ(seen.string("state"), "running") << seen.text();
        ASSERT_GT(registered().size(), before);
        before = registered().size();
        ASSERT_LT(before, static_cast<std::size_t>(rows));
        if (kill == 0) first_line = registered().front();
        EXPECT_EQ(registered().front(), first_line) << "went on, and did not begin again";
    }
    process_->clock().advance(std::chrono::seconds(3600));
    process_->start_jobs();
    const Answer done = wait_for_end(id);
    ASSERT_EQ(done.string("state"), "done") << done.text();
    EXPECT_EQ(done.number("sealed"), rows);
    EXPECT_EQ(done.number("skipped"), 0);
    const std::vector<std::string> all = numbers(id);
    EXPECT_EQ(all.size(), static_cast<std::size_t>(rows));
    expect_unbroken(all);
    const Answer documents = process_->get(path("/seal_runs/" + id + "/documents?limit=1"));
    EXPECT_THAT(first_line, testing::HasSubstr(std::string(documents["items"].at(0).at("sha256").as_string())));
    const std::vector<std::string> said = actions();
    EXPECT_EQ(std::ranges::count(said, "documents.seal_run_start"), 1);
    EXPECT_EQ(std::ranges::count(said, "documents.seal_run_finish"), 1);
}

TEST_P(RunsTest, AFullDiskIsToldAndTheRunGoesOnWhenThereIsRoom) {
    const std::string work = process_->house().work.string();
    const auto run_command = [](const std::string& command) {
        return std::system((command + " 2>/dev/null").c_str());  // NOLINT(concurrency-mt-unsafe): a test
    };
    if (run_command("mount -t tmpfs -o size=12m none '" + work + "'") != 0) GTEST_SKIP() << "mounting is not allowed";
    const std::string key = trial_key().string("id"), form = letter();
    const std::string id = create_run(form, list(1, 1500), key).string("id");
    process_->start_jobs();
    const Answer full = wait_until(id, [](const Answer& answer) { return answer["problem"].is_string(); });
    EXPECT_THAT(full.text(), testing::HasSubstr("磁盘已满"));
    EXPECT_EQ(run_command("mount -o remount,size=400m '" + work + "'"), 0);
    const Answer done = wait_for_end(id);
    EXPECT_EQ(done.string("state"), "done") << done.text();
    EXPECT_EQ(done.number("sealed"), 1500);
    EXPECT_TRUE(done["problem"].is_null());
    expect_unbroken(numbers(id));
    process_->stop_jobs();
    EXPECT_EQ(run_command("umount '" + work + "'"), 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, RunsTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);

}  // namespace
}  // namespace shanqi::documents
