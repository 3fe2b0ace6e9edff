#include "base/config.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace shanqi {
namespace {

constexpr Setting table[] = {
    {.name = "http.address", .built_in = "127.0.0.1", .help = "h"},
    {.name = "http.port", .kind = SettingKind::integer, .built_in = "8440", .help = "h", .largest = 65535},
    {.name = "http.proxies", .kind = SettingKind::list, .built_in = "", .help = "h"},
    {.name = "mail.password", .built_in = "", .help = "h", .secret = true},
    {.name = "database", .built_in = "", .help = "h"},
    {.name = "log.verbose", .kind = SettingKind::flag, .built_in = "false", .help = "h"},
};

class ConfigTest : public testing::Test {
protected:
    std::filesystem::path file(const std::string& text) {
        std::ofstream(path_) << text;
        return path_;
    }
    ~ConfigTest() override { std::filesystem::remove(path_); }
    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("shanqi-config-" + std::to_string(getpid()) + ".toml");
};

TEST_F(ConfigTest, FlagsAreStrongerThanTheEnvironmentAndThatThanTheFile) {
    ConfigInputs inputs;
    EXPECT_EQ(Config::load(table, inputs)->integer("http.port"), 8440);
    inputs.file = file("[http]\nport = 1\naddress = \"::1\"\n");
    EXPECT_EQ(Config::load(table, inputs)->integer("http.port"), 1);
    inputs.environment = {{"SHANQI_HTTP_PORT", "2"}, {"HOME", "/root"}};
    EXPECT_EQ(Config::load(table, inputs)->integer("http.port"), 2);
    inputs.flags = {{"http.port", "3", "--port"}};
    const Result<Config> config = Config::load(table, inputs);
    EXPECT_EQ(config->integer("http.port"), 3);
    EXPECT_EQ(config->value("http.port").where, "--port");
    EXPECT_EQ(config->value("http.address").where, path_.string() + ":3");
    EXPECT_EQ(config->value("database").source, SettingSource::built_in);
}

TEST_F(ConfigTest, AnUnknownNameIsRefusedWithTheNearest) {
    ConfigInputs inputs{.file = file("[http]\nprot = 1\n")};
    Error error = Config::load(table, inputs).error();
    EXPECT_EQ(error.key, "config.unknown_near");
    EXPECT_THAT(error.arguments, testing::Contains(testing::Pair("suggestion", "http.port")));
    EXPECT_EQ(error.place.file, path_.string() + ":2");
    inputs = {.environment = {{"SHANQI_HTTP_PROT", "1"}}};
    EXPECT_EQ(Config::load(table, inputs).error().key, "config.unknown_near");
    inputs = {.environment = {{"SHANQI_TEST_POSTGRES", "1"}}};  // of another program of ours
    EXPECT_TRUE(Config::load(table, inputs));
    inputs = {.flags = {{"zzzzzz", "1", "--set zzzzzz"}}};
    EXPECT_EQ(Config::load(table, inputs).error().key, "config.unknown");
}

TEST_F(ConfigTest, ValuesAreOfTheirKind) {
    const auto error_of = [&](const std::string& text) {
        return Config::load(table, {.file = file(text)}).error().key;
    };
    EXPECT_EQ(error_of("[http]\nport = \"1\"\n"), "config.wrong_type");
    EXPECT_EQ(error_of("[http]\nport = 65536\n"), "config.out_of_range");
    EXPECT_EQ(error_of("[http]\nproxies = \"10.0.0.1\"\n"), "config.wrong_type");
    EXPECT_EQ(error_of("[http\n"), "config.malformed");
    EXPECT_EQ(Config::load(table, {.environment = {{"SHANQI_HTTP_PORT", "12x"}}}).error().key, "config.not_a_number");
    EXPECT_EQ(Config::load(table, {.environment = {{"SHANQI_LOG_VERBOSE", "maybe"}}}).error().key, "config.not_a_flag");
    EXPECT_THAT(Config::load(table, {.environment = {{"SHANQI_HTTP_PROXIES", "10.0.0.1, ::1"}}})->list("http.proxies"),
                testing::ElementsAre("10.0.0.1", "::1"));
}

TEST_F(ConfigTest, SecretsAreNotShown) {
    const Result<Config> config =
        Config::load(table, {.environment = {{"SHANQI_MAIL_PASSWORD", "correct horse"},
                                             {"SHANQI_DATABASE", "postgres://user:secret@host/db"}}});
    for (const Setting& setting : config->table()) {
        EXPECT_THAT(config->shown(setting), testing::Not(testing::HasSubstr("horse")));
        EXPECT_THAT(config->shown(setting), testing::Not(testing::HasSubstr("secret")));
    }
    EXPECT_EQ(config->shown(table[4]), "postgres://user:••••••@host/db");
    EXPECT_EQ(config->text("mail.password"), "correct horse");
    EXPECT_EQ(without_password("postgres://host/db?user=u&password=p&sslmode=require"),
              "postgres://host/db?user=u&password=••••••&sslmode=require");
}

}  // namespace
}  // namespace shanqi
