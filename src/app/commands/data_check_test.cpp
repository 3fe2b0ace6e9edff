#include "app/commands/data_check.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <unistd.h>
#include <zip.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace shanqi::app {
namespace {

struct Outcome {
    int status = 0;
    std::string text;
};

std::filesystem::path temporary(std::string_view extension) {
    return std::filesystem::temp_directory_path() /
           ("data-check-" + std::to_string(::getpid()) + std::string(extension));
}

// A Word file of these paragraphs.
void write_docx(const std::filesystem::path& path, const std::vector<std::string>& paragraphs) {
    const std::string relationships =
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='a' "
        "Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' "
        "Target='word/document.xml'/></Relationships>";
    std::string body = "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>";
    for (const std::string& text : paragraphs) body += "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>";
    body += "</w:body></w:document>";
    std::filesystem::remove(path);
    int code = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE, &code);
    const auto add = [&](const char* name, const std::string& bytes) {
        zip_file_add(archive, name, zip_source_buffer(archive, bytes.data(), bytes.size(), 0), 0);
    };
    add("_rels/.rels", relationships);
    add("word/document.xml", body);
    zip_close(archive);
}

Outcome run(std::string_view csv, bool json, const std::vector<std::string>& form = {}) {
    const std::filesystem::path path = temporary(".csv");
    std::ofstream(path, std::ios::binary) << csv;
    DataCheckOptions options{.data_file = path, .json = json};
    if (!form.empty()) write_docx(options.template_file = temporary(".docx"), form);
    char* bytes = nullptr;
    std::size_t size = 0;
    std::FILE* out = ::open_memstream(&bytes, &size);
    Outcome outcome;
    outcome.status = run_data_check(options, Language::zh_hans, out);
    std::fclose(out);
    outcome.text.assign(bytes, size);
    std::free(bytes);
    std::filesystem::remove(path);
    if (!form.empty()) std::filesystem::remove(options.template_file);
    return outcome;
}

TEST(DataCheck, ACleanListIsZero) {
    const Outcome outcome = run("学校,手机\n某某小学,13800138000\n某某中学,13800138001\n", false);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.text.find("没有发现问题"), std::string::npos);
}

TEST(DataCheck, BlankRowsOneAfterAnotherAreOneLine) {
    const Outcome outcome = run("学校,手机\n\n\n\n某某小学,13800138000\n\n某某中学,13800138001\n", false);
    EXPECT_NE(outcome.text.find("第 2 到 4 行"), std::string::npos) << outcome.text;
    EXPECT_NE(outcome.text.find("第 6 行"), std::string::npos) << outcome.text;
    EXPECT_EQ(outcome.text.find("第 3 行"), std::string::npos) << outcome.text;
}

TEST(DataCheck, WarningsAloneAreZero) {
    const Outcome outcome = run("学校,金额\n某某小学,100\n某某中学,200\n某某大学,待定\n", false);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.text.find("“待定”不是数字"), std::string::npos);
    EXPECT_NE(outcome.text.find("没有必须改的问题"), std::string::npos);
}

TEST(DataCheck, ProblemsAreThreeWithCellAndFix) {
    const Outcome outcome =
        run("学校名单,,\n学校,手机,身份证号\n某某小学,1380013800,1.10101E+17\n某某中学,13800138001,\n合计,2,\n", true);
    EXPECT_EQ(outcome.status, 3);
    EXPECT_EQ(outcome.text.find('\n'), outcome.text.size() - 1);  // one line
    const boost::json::object line = boost::json::parse(outcome.text).as_object();
    EXPECT_EQ(line.at("encoding"), "utf-8");
    EXPECT_EQ(line.at("header_row"), 2);
    EXPECT_EQ(line.at("rows"), 2);
    EXPECT_EQ(line.at("problem_count"), 2);
    EXPECT_EQ(line.at("columns").at(1).at("kind"), "mobile");
    EXPECT_EQ(line.at("columns").at(1).at("letter"), "B");
    EXPECT_EQ(line.at("problems").at(0).at("cell"), "B3");
    EXPECT_EQ(line.at("problems").at(0).at("row"), 3);
    EXPECT_EQ(line.at("problems").at(1).at("column"), "身份证号");
    EXPECT_FALSE(line.at("problems").at(1).at("fix").as_string().empty());
    EXPECT_EQ(line.at("skipped").at(2).at("reason"), "total");
}

TEST(DataCheck, OnlyTheFirstFiftyProblemsAreListedAndAllCounted) {
    std::string csv = "学校,手机\n";
    for (int i = 0; i < 120; ++i) csv += "某某小学,1380013\n";
    const Outcome outcome = run(csv, true);
    const boost::json::object line = boost::json::parse(outcome.text).as_object();
    EXPECT_EQ(line.at("problems").as_array().size(), 50U);
    EXPECT_EQ(line.at("problem_count"), 120);
}

std::vector<std::string> problems_of(const Outcome& outcome) {
    std::vector<std::string> out;
    const boost::json::object line = boost::json::parse(outcome.text).as_object();
    for (const boost::json::value& problem : line.at("problems").as_array()) {
        out.push_back(std::string(problem.at("cell").as_string()) + (problem.at("warning").as_bool() ? "? " : " ") +
                      std::string(problem.at("problem").as_string()));
    }
    return out;
}

TEST(DataCheck, TheTemplateSaysWhatWouldRefuseARow) {
    const std::string csv =
        "学校,金额,签约日期,备注\n某某小学,约1200,2026年3月5日,\n,300,2026年2月30日,\n某某中学,#REF!,2026/3/6,\n";
    const Outcome outcome = run(csv, true, {"{{学校}}{{金额|大写}}{{签约日期|中文日期}}", "{{备注|默认:无}}"});
    EXPECT_EQ(outcome.status, 3);
    EXPECT_THAT(problems_of(outcome),
                testing::ElementsAre("B2 “约1200”不是数字。", "A3 是空的。", "C3 “2026年2月30日”不是真实的日期。",
                                     "B4 单元格是错误值 #REF!。"));
    EXPECT_EQ(run(csv, true, {"{{备注|默认:无}}{{签约日期}}"}).text.find("是空的"), std::string::npos);
}

TEST(DataCheck, OfARepeatedRowOnlyWhatIsRepeatedMustBeThere) {
    const Outcome outcome =
        run("学校,物品\n某某小学,书\n,笔\n某某中学,\n", true, {"{{学校}}", "{{#每行}}", "{{物品}}", "{{/每行}}"});
    EXPECT_THAT(problems_of(outcome), testing::ElementsAre("B4 是空的。", "A3? 是空的。"));
}

TEST(DataCheck, AMissingColumnIsToldOnceWithTheNearest) {
    const Outcome outcome = run("学校名称,电话\n某某小学,\n某某中学,\n", true, {"{{学校名}}{{电话}}"});
    EXPECT_THAT(problems_of(outcome), testing::ElementsAre(" 模板的字段“学校名”在表里没有对应的列。"));
}

TEST(DataCheck, AHeaderAloneIsNoList) { EXPECT_EQ(run("学校,手机\n", false).status, 3); }

TEST(DataCheck, AnUnreadableFileIsOne) {
    EXPECT_EQ(run("", false).status, 1);
    EXPECT_EQ(run_data_check({.data_file = "/missing.xlsx"}, Language::en, stdout), 1);
}

}  // namespace
}  // namespace shanqi::app
