// The two databases behind database.hpp; inside this room only.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "store/database.hpp"

namespace shanqi::store {

constexpr std::string_view sqlite_scheme = "sqlite:";

Result<std::unique_ptr<Database>> open_sqlite(const DatabaseOptions&);
Result<std::unique_ptr<Database>> open_postgres(const DatabaseOptions&);

// What the one database would refuse and the other would take: both refuse it. Error store.bad_text.
Result<> check_texts(const Parameters&);

// What a work function sees, on both databases: after the first error nothing goes on (PostgreSQL cannot; SQLite
// could, and then a room would be right on one database only).
template <class Connection>
class Transaction final : public Writer {
public:
    explicit Transaction(Connection& connection) : connection_(connection) {}

    Result<Rows> query(const Statement& statement, const Parameters& parameters) override {
        return guarded<Rows>([&] { return connection_.query(statement, parameters); }, parameters);
    }
    Result<Rows> query_text(const std::string& sql, const Parameters& parameters) override {
        return guarded<Rows>([&] { return connection_.query_text(sql, parameters); }, parameters);
    }
    Result<std::int64_t> execute(const Statement& statement, const Parameters& parameters) override {
        return guarded<std::int64_t>([&] { return connection_.execute(statement, parameters); }, parameters);
    }
    Result<std::int64_t> execute_text(const std::string& sql, const Parameters& parameters) override {
        return guarded<std::int64_t>([&] { return connection_.execute_text(sql, parameters); }, parameters);
    }
    Result<> prepare(const Statement& statement) override { return connection_.prepare(statement); }
    void after_commit(std::function<void()> call) override { after_commit_.push_back(std::move(call)); }

    const std::optional<Error>& failure() const { return failure_; }
    std::vector<std::function<void()>> take_after_commit() { return std::move(after_commit_); }
    void go_on_after_errors() { goes_on_ = true; }  // administer()

private:
    template <class T, class Call>
    Result<T> guarded(Call&& call, const Parameters& parameters) {
        if (failure_) return std::unexpected(*failure_);
        Result<T> result = std::unexpected(Error{});
        if (const Result<> checked = check_texts(parameters); checked)
            result = call();
        else
            result = std::unexpected(checked.error());
        if (!result && !goes_on_) failure_ = result.error();
        return result;
    }

    Connection& connection_;
    std::optional<Error> failure_;
    std::vector<std::function<void()>> after_commit_;
    bool goes_on_ = false;
};

}  // namespace shanqi::store
