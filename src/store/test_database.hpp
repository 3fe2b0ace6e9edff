// For tests of any room: a fresh, migrated database in a folder of its own, gone with the object; on PostgreSQL too
// when SHANQI_TEST_POSTGRES names a server (tests/postgres/start prints it). Only *_test.cpp include this.
//
//   class PeopleTest : public testing::TestWithParam<store::Dialect> {
//       store::TestDatabase test_{GetParam(), {"accounts", "directory"}};
//       store::Database& database_ = test_.database();
//   };
//   INSTANTIATE_TEST_SUITE_P(Databases, PeopleTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/messages.hpp"
#include "store/database.hpp"
#include "store/migrations.hpp"

namespace shanqi::store {

inline std::string test_postgres_url() {
    const char* url = std::getenv("SHANQI_TEST_POSTGRES");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    return url == nullptr ? std::string() : std::string(url);
}

inline std::vector<Dialect> test_dialects() {
    std::vector<Dialect> dialects{Dialect::sqlite};
    if (!test_postgres_url().empty()) dialects.push_back(Dialect::postgres);
    return dialects;
}

inline std::string dialect_name(const testing::TestParamInfo<Dialect>& info) {
    return info.param == Dialect::sqlite ? "sqlite" : "postgres";
}

class TestDatabase {
public:
    struct Empty {};  // without any table
    // `rooms`: as `order` of migrate(); the store's own tables are always there.
    explicit TestDatabase(Dialect dialect, const std::vector<std::string_view>& rooms = {})
        : TestDatabase(dialect, Empty{}) {
        checked(migrate(*database_, rooms));
    }
    TestDatabase(Dialect dialect, Empty)
        : name_("shanqi_test_" + hex(random_bytes(8))), folder_(std::filesystem::temp_directory_path() / name_) {
        std::filesystem::create_directories(folder_);
        if (dialect == Dialect::postgres) {
            administer_server("CREATE DATABASE " + name_ + " TEMPLATE template0");
            options_.url = postgres_url(name_);
        } else {
            options_.url = "sqlite:" + (folder_ / "test.db").string();
        }
        reopen();
    }
    TestDatabase(const TestDatabase&) = delete;
    ~TestDatabase() {
        database_.reset();
        try {
            if (options_.url.starts_with("postgres")) administer_server("DROP DATABASE " + name_ + " WITH (FORCE)");
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
        }
        std::error_code none;
        std::filesystem::remove_all(folder_, none);
    }

    Database& database() { return *database_; }
    const DatabaseOptions& options() const { return options_; }
    const std::filesystem::path& folder() const { return folder_; }  // for the test's other files
    void close() { database_.reset(); }
    void reopen() {
        database_.reset();
        database_ = checked(open_database(options_));
    }

    template <class T>
    static T checked(Result<T> result) {
        if (!result) throw std::runtime_error(message(result.error(), Language::en));
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }

private:
    // postgres://user@host:port/NAME?parameters, with another NAME
    static std::string postgres_url(const std::string& name) {
        std::string url = test_postgres_url();
        const std::size_t slash = url.find('/', url.find("://") + 3);
        const std::size_t end = std::min(url.find('?'), url.size());
        return slash > end ? url.insert(end, "/" + name) : url.replace(slash + 1, end - slash - 1, name);
    }
    static void administer_server(const std::string& sql) {
        const auto server = checked(open_database({.url = test_postgres_url(), .readers = 1, .writers = 1}));
        checked(server->administer([&](Writer& writer) -> Result<> {
            TRY(writer.execute_text(sql));
            return {};
        }));
    }

    std::string name_;
    std::filesystem::path folder_;
    DatabaseOptions options_;
    std::unique_ptr<Database> database_;
};

}  // namespace shanqi::store
