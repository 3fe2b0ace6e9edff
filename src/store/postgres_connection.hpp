// One connection to PostgreSQL: parameters, rows, prepared statements, and what its errors mean. Not thread-safe.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "store/database.hpp"

namespace shanqi::store {

class PostgresConnection {
public:
    enum class Use { work, administer };
    static Result<std::unique_ptr<PostgresConnection>> open(const std::string& url, Use,
                                                            std::chrono::milliseconds busy_max);

    Result<Rows> query(const Statement&, const Parameters&);
    Result<Rows> query_text(const std::string& sql, const Parameters&);
    Result<std::int64_t> execute(const Statement&, const Parameters&);
    Result<std::int64_t> execute_text(const std::string& sql, const Parameters&);
    Result<> prepare(const Statement&);  // also refuses a result column of a type that rows cannot hold
    Result<> control(const char* sql);   // BEGIN, COMMIT, ROLLBACK

    // What the last error means for the transaction around it.
    enum class Trouble {
        none,      // an answer to the statement
        conflict,  // 40001 serialization failure, 40P01 deadlock: the same work may succeed the next time
        lost,      // the connection is gone, and with it the transaction, unless COMMIT had been sent
    };
    Trouble trouble() const { return trouble_; }
    bool in_transaction() const { return PQtransactionStatus(handle_.get()) != PQTRANS_IDLE; }
    // Connected, outside a transaction, nothing on its way.
    bool at_rest() const;

private:
    struct Finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    using Answer = std::unique_ptr<PGresult, Clear>;
    struct Encoded;

    PostgresConnection() = default;
    std::unexpected<Error> error_of(const PGresult*);
    std::unexpected<Error> connection_error();
    Result<std::string> prepared(const Statement&);
    Result<Rows> collect(bool sent, const char* sql);
    Result<std::int64_t> count(bool sent);

    std::unique_ptr<PGconn, Finish> handle_;
    std::vector<bool> prepared_;  // by Statement::index()
    Trouble trouble_ = Trouble::none;
};

}  // namespace shanqi::store
