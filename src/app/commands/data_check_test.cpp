#include "app/commands/data_check.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace shanqi::app {
namespace {

struct Outcome {
    int status = 0;
    std::string text;
};

Outcome run(std::string_view csv, bool json) {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("data-check-" + std::to_string(::getpid()) + ".csv");
    std::ofstream(path, std::ios::binary) << csv;
    char* bytes = nullptr;
    std::size_t size = 0;
    std::FILE* out = ::open_memstream(&bytes, &size);
    Outcome outcome;
    outcome.status = run_data_check({.data_file = path, .json = json}, Language::zh_hans, out);
    std::fclose(out);
    outcome.text.assign(bytes, size);
    std::free(bytes);
    std::filesystem::remove(path);
    return outcome;
}

TEST(DataCheck, ACleanListIsZero) {
    const Outcome outcome = run("学校,手机\n某某小学,13800138000\n某某中学,13800138001\n", false);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.text.find("没有发现问题"), std::string::npos);
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

TEST(DataCheck, AnUnreadableFileIsOne) {
    EXPECT_EQ(run("", false).status, 1);
    EXPECT_EQ(run_data_check({.data_file = "/missing.xlsx"}, Language::en, stdout), 1);
}

}  // namespace
}  // namespace shanqi::app
