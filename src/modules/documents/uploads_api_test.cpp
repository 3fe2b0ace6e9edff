// Uploads, keys, checks and samples as a browser asks for them.
#include <array>

#include "modules/documents/api_test.hpp"
#include "office/docx/test_package.hpp"
#include "seal/seal.hpp"

namespace shanqi::documents {
namespace {

class UploadsTest : public DocumentsApiTest {};

std::string docx(const std::string& text) {
    return office::docx::TestPackage().body("<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>").bytes();
}

TEST_P(UploadsTest, KindIsWhatTheFileHolds) {
    struct Case {
        std::string name, bytes, kind, problem;
    };
    const std::string png = "\x89PNG\r\n\x1A\n....";
    const std::string office97 = std::string("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) + std::string(600, '\0');
    const std::vector<Case> cases = {
        {"名单.xlsx", docx("致{{学校名称}}"), "template", ""},  // called a list, but a Word file
        {"list.docx", "学校名称,金额\n一小,1\n", "workbook", ""},
        {"gb.csv", "\xD1\xA7\xD0\xA3,1\n", "workbook", ""},
        {"seal.png", png, "picture", ""},
        {"key.p12", std::string("\x30\x82\x01\x00\x02\x01\x03\x30", 8), "key", ""},
        {"old.xls", office97, "", "documents.old_office"},
        {"a.docx", "%PDF-1.7\n", "", "documents.pdf_upload"},
        {"a.csv", "<html><body>,</body></html>", "", "documents.unknown_file"},
        {"a.zip", "PK\x03\x04 not an archive", "", "documents.unknown_file"},
        {"a.bin",
         std::string("\x7F"
                     "ELF\0\0,\n",
                     8),
         "", "documents.unknown_file"},
        {"empty.csv", "", "", "documents.empty_file"},
    };
    for (const Case& one : cases) {
        const Answer answer = upload(one.name, one.bytes);
        if (one.problem.empty()) {
            EXPECT_EQ(answer.status, 201) << one.name << answer.text();
            EXPECT_EQ(answer.string("kind"), one.kind) << one.name;
            EXPECT_EQ(answer.number("bytes"), static_cast<std::int64_t>(one.bytes.size()));
        } else {
            EXPECT_EQ(answer.status, 422) << one.name;
            EXPECT_EQ(answer.string("key"), one.problem) << one.name;
        }
    }
}

TEST_P(UploadsTest, HostileNamesBecomeNames) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"../../etc/passwd", "passwd"},
        {"C:\\Users\\某某\\名单.csv", "名单.csv"},
        {"a\nb:c*.csv", "a_b_c_.csv"},
        {"\xFF\xFE.csv", "\xEF\xBF\xBD\xEF\xBF\xBD.csv"},
        {"  ", "workbook"},
        {"..", "_"},
    };
    for (const auto& [sent, kept] : cases) {
        const Answer answer = upload(sent, "学校名称,金额\n一小,1\n");
        EXPECT_EQ(answer.status, 201) << sent;
        EXPECT_EQ(answer.string("name"), kept) << sent;
    }
}

TEST_P(UploadsTest, NothingLiesOnTheDiskInClear) {
    const std::string secret = "只有本机构知道的学校";
    ASSERT_EQ(upload("名单-某某.csv", "学校名称,金额\n" + secret + ",1\n").status, 201);
    ASSERT_EQ(trial_key().status, 201);
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(test_.folder())) {
        if (!entry.is_regular_file()) continue;
        ++files;
        const std::string bytes = read_file(entry.path(), 1ULL << 30).value_or("");
        EXPECT_EQ(bytes.find(secret), std::string::npos) << entry.path();
        EXPECT_EQ(bytes.find("名单-某某"), std::string::npos) << entry.path();
    }
    EXPECT_GT(files, 0);
    EXPECT_TRUE(std::filesystem::is_empty(process_->house().scratch));
}

TEST_P(UploadsTest, ATrialKeySaysWhatItIs) {
    const Answer key = trial_key();
    ASSERT_EQ(key.status, 201) << key.text();
    EXPECT_EQ(key.string("organisation"), "某某公益服务中心");
    EXPECT_TRUE(key["trial"].as_bool());
    EXPECT_FALSE(key["locked"].as_bool());
    EXPECT_EQ(key.string("fingerprint").size(), 64U);
    const Answer list = process_->get(path("/keys"));
    ASSERT_EQ(list["items"].as_array().size(), 1U);
    EXPECT_EQ(list["items"].at(0), key.json);
    EXPECT_THAT(process_->get(path("/keys/" + key.string("id") + "/ca.pem")).bytes,
                testing::StartsWith("-----BEGIN CERTIFICATE-----"));
    process_->clock().advance(std::chrono::hours(24 * 365 * 4));
    EXPECT_TRUE(process_->get(path("/keys"))["items"].at(0).at("locked").as_bool()) << "its certificate has run out";
}

TEST_P(UploadsTest, AKeyFileIsTakenWithItsPasswordAndItsUploadIsGone) {
    const auto made =
        seal::make_trial_key({.name = "某某基金会", .folder = {}, .password = "口令 123", .now = system_clock().now()});
    ASSERT_TRUE(made);
    const std::string id = upload("seal.p12", made->p12).string("id");
    const Answer wrong = process_->post(path("/keys"), {{"upload", id}, {"password", "口令 124"}});
    EXPECT_EQ(wrong.status, 422);
    EXPECT_EQ(wrong.string("key"), "seal.wrong_password");
    EXPECT_EQ(wrong.string("field"), "/password");
    const Answer key = process_->post(path("/keys"), {{"upload", id}, {"password", "口令 123"}});
    ASSERT_EQ(key.status, 201) << key.text();
    EXPECT_EQ(key.string("organisation"), "某某基金会");
    EXPECT_EQ(process_->post(path("/keys"), {{"upload", id}, {"password", "口令 123"}}).status, 404);
    const std::string again = upload("seal.p12", made->p12).string("id");
    EXPECT_EQ(process_->post(path("/keys"), {{"upload", again}, {"password", "口令 123"}}).status, 409);
}

TEST_P(UploadsTest, ACheckShowsWhatEachColumnWasTakenForAndWhatToMend) {
    const std::string form = upload("函.docx", docx("致{{学校名称}}：{{金额|大写}} {{联系人}}")).string("id");
    const std::string data =
        upload("名单.csv", "学校名称,金额,身份证号\n一小,12.5,990101199001010019\n二小,很多,990101199001010019\n")
            .string("id");
    const Answer check = process_->post(path("/seal_checks"), {{"template", form}, {"data", data}});
    ASSERT_EQ(check.status, 200) << check.text();
    EXPECT_EQ(check.number("rows"), 2);
    EXPECT_FALSE(check["fits"].as_bool());
    std::map<std::string, bool> has_column;
    for (const auto& field : check["fields"].as_array())
        has_column[std::string(field.at("name").as_string())] = field.at("column").is_string();
    EXPECT_EQ(has_column, (std::map<std::string, bool>{{"学校名称", true}, {"金额", true}, {"联系人", false}}));
    const auto& identity = check["columns"].at(2);
    EXPECT_EQ(identity.at("kind").as_string(), "identity_number");
    EXPECT_EQ(identity.at("example").as_string(), "990************019") << "masked";
    const auto& problems = check["problems"].as_array();
    ASSERT_FALSE(problems.empty());
    EXPECT_THAT(std::string(problems[0].at("text").as_string()), testing::HasSubstr("联系人"));
    EXPECT_FALSE(problems[0].at("fix").as_string().empty());

    const std::string fitting = upload("函.docx", docx("致{{学校名称}}：{{金额|大写}}")).string("id");
    const Answer fits = process_->post(path("/seal_checks"), {{"template", fitting}, {"data", data}});
    EXPECT_TRUE(fits["fits"].as_bool());
    ASSERT_EQ(fits.number("problem_count"), 1) << fits.text();
    EXPECT_EQ(fits["problems"].at(0).at("cell").as_string(), "B3");
}

TEST_P(UploadsTest, WrongFilesAreToldBesideTheirField) {
    const std::string form = upload("函.docx", docx("致{{学校名称}}")).string("id");
    const std::string data = upload("名单.csv", "学校名称,金额\n一小,1\n").string("id");
    const Answer swapped = process_->post(path("/seal_checks"), {{"template", data}, {"data", form}});
    EXPECT_EQ(swapped.status, 422);
    EXPECT_EQ(swapped.string("field"), "/template");
    EXPECT_THAT(swapped.string("detail"), testing::HasSubstr("Word 模板"));
    const std::string broken = upload("坏.csv", "学校名称,\"金额\n一小,1\n").string("id");
    const Answer unreadable = process_->post(path("/seal_checks"), {{"template", form}, {"data", broken}});
    EXPECT_EQ(unreadable.status, 422);
    EXPECT_THAT(unreadable.string("detail"), testing::StartsWith("坏.csv")) << "by its name, not by ours";
}

TEST_P(UploadsTest, SamplesAreUploadsThatFit) {
    const Answer samples = process_->post(path("/samples"), {});
    ASSERT_EQ(samples.status, 201) << samples.text();
    const Answer check = process_->post(
        path("/seal_checks"), {{"template", samples["template"].at("id")}, {"data", samples["data"].at("id")}});
    EXPECT_EQ(check.number("rows"), 38);
    EXPECT_EQ(check.number("problem_count"), 0) << check.text();
    EXPECT_TRUE(check["fits"].as_bool());
    EXPECT_EQ(process_->post(path("/samples"), {{"rows", 0}}).status, 422);
    EXPECT_EQ(process_->post(path("/samples"), {{"rows", 100'000}}).status, 422);
}

TEST_P(UploadsTest, WhoMayOnlyReadMakesNothing) {
    process_->guard.permissions = {"documents.read"};
    EXPECT_EQ(upload("名单.csv", "学校名称,金额\n一小,1\n").status, 403);
    EXPECT_EQ(trial_key().status, 403);
    EXPECT_EQ(process_->post(path("/samples"), {}).status, 403);
    EXPECT_EQ(process_->get(path("/keys")).status, 200);
    process_->guard.permissions = {"documents.seal_run"};
    EXPECT_EQ(trial_key().status, 403);
}

INSTANTIATE_TEST_SUITE_P(Databases, UploadsTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);

}  // namespace
}  // namespace shanqi::documents
