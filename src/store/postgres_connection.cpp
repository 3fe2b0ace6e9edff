#include "store/postgres_connection.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "store/postgres_value.hpp"

namespace shanqi::store {
namespace {

constexpr int oldest_postgres = 150'000;

std::string first_line(const char* text) {
    const std::string_view all = text == nullptr ? "" : text;
    return std::string(all.substr(0, all.find('\n')));
}

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

}  // namespace

// Parameters as libpq wants them: numbers, texts and ids as text (the server infers the type), bytes as they are.
struct PostgresConnection::Encoded {
    explicit Encoded(const Parameters& parameters) {
        numbers.reserve(parameters.size());  // no reallocation: `values` points into it
        for (const Value& parameter : parameters) {
            const auto& variant = parameter.get();
            const char* value = nullptr;
            int length = 0, format = 0;
            if (const auto* number = std::get_if<std::int64_t>(&variant)) {
                value = numbers.emplace_back(std::to_string(*number)).c_str();
            } else if (const auto* text = std::get_if<std::string>(&variant)) {
                value = text->c_str();
            } else if (const auto* bytes = std::get_if<Bytes>(&variant)) {
                value = bytes->data.c_str();
                length = static_cast<int>(bytes->data.size());
                format = 1;
            }
            values.push_back(value);
            lengths.push_back(length);
            formats.push_back(format);
        }
    }
    int size() const { return static_cast<int>(values.size()); }
    std::vector<std::string> numbers;
    std::vector<const char*> values;
    std::vector<int> lengths, formats;
};

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& url, Use use,
                                                                     std::chrono::milliseconds busy_max) {
    // What stands in the URL comes later, so it wins.
    const std::array<const char*, 8> keys{"connect_timeout",
                                          "keepalives_idle",
                                          "keepalives_interval",
                                          "tcp_user_timeout",
                                          "fallback_application_name",
                                          "client_encoding",
                                          "dbname",
                                          nullptr};
    const std::array<const char*, 8> values{"5", "30", "10", "30000", "shanqi", "UTF8", url.c_str(), nullptr};
    std::unique_ptr<PostgresConnection> connection(new PostgresConnection);
    connection->handle_.reset(PQconnectdbParams(keys.data(), values.data(), 1));
    PGconn* handle = connection->handle_.get();
    if (handle == nullptr || PQstatus(handle) != CONNECTION_OK)
        return fail(ErrorKind::system, "store.unreachable", {{"reason", first_line(PQerrorMessage(handle))}});
    if (PQserverVersion(handle) < oldest_postgres)
        return fail(ErrorKind::system, "store.too_old",
                    {{"version", fmt::format("PostgreSQL {}", PQserverVersion(handle) / 10'000)}, {"wanted", "15"}});
    const char* encoding = PQparameterStatus(handle, "server_encoding");
    if (encoding == nullptr || std::string_view(encoding) != "UTF8")
        return fail(ErrorKind::invalid, "store.locale", {{"encoding", encoding == nullptr ? "?" : encoding}});
    PQsetNoticeProcessor(handle, [](void*, const char*) {}, nullptr);  // "table exists, skipping" is no news
    if (use == Use::work) {
        const auto statement_ms = std::chrono::milliseconds(limits::statement_max).count();
        TRY_DO(connection->control(fmt::format("SET statement_timeout = {}; SET lock_timeout = {}; "
                                               "SET idle_in_transaction_session_timeout = {}",
                                               statement_ms, busy_max.count(), statement_ms)
                                       .c_str()));
    }
    return connection;
}

bool PostgresConnection::at_rest() const {
    return PQstatus(handle_.get()) == CONNECTION_OK && PQtransactionStatus(handle_.get()) == PQTRANS_IDLE;
}

std::unexpected<Error> PostgresConnection::connection_error() {
    trouble_ = Trouble::lost;
    return fail(ErrorKind::system, "store.lost");
}

// Only what holds no values of rows is told: a message's DETAIL ("Key (phone)=(…) already exists") and the messages of
// class 22 ("invalid input syntax for type bigint: …") hold personal data.
std::unexpected<Error> PostgresConnection::error_of(const PGresult* result) {
    const std::string state = field(result, PG_DIAG_SQLSTATE);
    if (PQstatus(handle_.get()) == CONNECTION_BAD || state.empty()) return connection_error();
    const std::string constraint = field(result, PG_DIAG_CONSTRAINT_NAME), column = field(result, PG_DIAG_COLUMN_NAME);
    const std::string place = field(result, PG_DIAG_TABLE_NAME) + (column.empty() ? "" : "." + column) +
                              (constraint.empty() ? "" : ": " + constraint);
    trouble_ = Trouble::none;
    const std::string_view of = state;
    if (of == "40001" || of == "40P01") {
        trouble_ = Trouble::conflict;
        return fail(ErrorKind::system, "store.busy");
    }
    if (of == "23505") return fail(ErrorKind::conflict, "store.duplicate", {{"reason", place}});
    if (of == "23503" || of == "23001")
        return fail(ErrorKind::conflict, "store.missing_reference", {{"reason", place}});
    if (of.starts_with("23") || of.starts_with("22"))
        return fail(ErrorKind::invalid, "store.constraint", {{"reason", state + " " + place}});
    if (of == "55P03" || of == "53300") return fail(ErrorKind::system, "store.busy");
    if (of == "53100") return fail(ErrorKind::system, "store.disk_full");
    if (of == "57014")
        return fail(ErrorKind::limit, "store.too_slow", {{"seconds", std::to_string(limits::statement_max.count())}});
    if (of.starts_with("57P") || (of.starts_with("08") && of != "08P01")) return connection_error();
    return fail(ErrorKind::system, "store.failed", {{"reason", state + " " + field(result, PG_DIAG_MESSAGE_PRIMARY)}});
}

Result<> PostgresConnection::control(const char* sql) {
    const Answer answer(PQexec(handle_.get(), sql));
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return error_of(answer.get());
    trouble_ = Trouble::none;
    return {};
}

Result<std::string> PostgresConnection::prepared(const Statement& statement) {
    std::string name = "s" + std::to_string(statement.index());
    if (statement.index() >= prepared_.size()) prepared_.resize(statement.index() + 1);
    if (prepared_[statement.index()]) return name;
    const Answer answer(PQprepare(handle_.get(), name.c_str(), statement.sql(), 0, nullptr));
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return error_of(answer.get());
    prepared_[statement.index()] = true;
    return name;
}

Result<> PostgresConnection::prepare(const Statement& statement) {
    const std::string name = TRY(prepared(statement));
    const Answer answer(PQdescribePrepared(handle_.get(), name.c_str()));
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return error_of(answer.get());
    for (int i = 0; i < PQnfields(answer.get()); ++i) {
        if (!can_read_type(PQftype(answer.get(), i)))
            return fail(ErrorKind::system, "store.failed",
                        {{"reason", fmt::format("column {} is of type {}, which rows cannot hold: {}", i,
                                                PQftype(answer.get(), i), statement.sql())}});
    }
    return {};
}

// Row by row, so that an answer that is too large never stands in memory whole.
Result<Rows> PostgresConnection::collect(bool sent, const char* sql) {
    if (!sent) return connection_error();
    PQsetSingleRowMode(handle_.get());
    Rows rows;
    Result<> outcome;
    while (true) {
        const Answer answer(PQgetResult(handle_.get()));
        if (!answer) break;
        const ExecStatusType status = PQresultStatus(answer.get());
        if (status != PGRES_SINGLE_TUPLE) {
            if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && outcome) outcome = error_of(answer.get());
            continue;
        }
        if (!outcome) continue;  // drained
        if (rows.size() == limits::rows_max) {
            outcome = fail(ErrorKind::limit, "store.too_many_rows", {{"limit", std::to_string(limits::rows_max)}});
            std::array<char, 256> reason{};
            const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel(PQgetCancel(handle_.get()), &PQfreeCancel);
            PQcancel(cancel.get(), reason.data(), static_cast<int>(reason.size()));
            continue;
        }
        const int columns = PQnfields(answer.get());
        std::vector<Value> values;
        values.reserve(static_cast<std::size_t>(columns));
        for (int i = 0; i < columns && outcome; ++i) {
            if (PQgetisnull(answer.get(), 0, i) != 0) {
                values.emplace_back();
                continue;
            }
            const std::string_view binary(PQgetvalue(answer.get(), 0, i),
                                          static_cast<std::size_t>(PQgetlength(answer.get(), 0, i)));
            if (!can_read_type(PQftype(answer.get(), i)))
                throw std::logic_error(fmt::format("column {} has a type that rows cannot hold: {}", i, sql));
            Result<Value> value = read_value(PQftype(answer.get(), i), binary);
            if (value)
                values.push_back(std::move(*value));
            else
                outcome = std::unexpected(std::move(value).error());
        }
        rows.emplace_back(std::move(values));
    }
    if (PQstatus(handle_.get()) == CONNECTION_BAD) return connection_error();
    if (!outcome) return std::unexpected(std::move(outcome).error());
    return rows;
}

Result<std::int64_t> PostgresConnection::count(bool sent) {
    if (!sent) return connection_error();
    Result<std::int64_t> changed = 0;
    while (true) {
        const Answer answer(PQgetResult(handle_.get()));
        if (!answer) break;
        const ExecStatusType status = PQresultStatus(answer.get());
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            if (changed) changed = error_of(answer.get());
        } else if (const std::string_view tag = PQcmdStatus(answer.get()); !tag.starts_with("SELECT")) {
            const char* number = PQcmdTuples(answer.get());
            if (*number != '\0') changed = std::strtoll(number, nullptr, 10);
        }
    }
    if (PQstatus(handle_.get()) == CONNECTION_BAD) return connection_error();
    return changed;
}

Result<Rows> PostgresConnection::query(const Statement& statement, const Parameters& parameters) {
    const std::string name = TRY(prepared(statement));
    const Encoded encoded(parameters);
    return collect(PQsendQueryPrepared(handle_.get(), name.c_str(), encoded.size(), encoded.values.data(),
                                       encoded.lengths.data(), encoded.formats.data(), 1) == 1,
                   statement.sql());
}

Result<Rows> PostgresConnection::query_text(const std::string& sql, const Parameters& parameters) {
    const Encoded encoded(parameters);
    return collect(PQsendQueryParams(handle_.get(), sql.c_str(), encoded.size(), nullptr, encoded.values.data(),
                                     encoded.lengths.data(), encoded.formats.data(), 1) == 1,
                   sql.c_str());
}

Result<std::int64_t> PostgresConnection::execute(const Statement& statement, const Parameters& parameters) {
    const std::string name = TRY(prepared(statement));
    const Encoded encoded(parameters);
    return count(PQsendQueryPrepared(handle_.get(), name.c_str(), encoded.size(), encoded.values.data(),
                                     encoded.lengths.data(), encoded.formats.data(), 1) == 1);
}

Result<std::int64_t> PostgresConnection::execute_text(const std::string& sql, const Parameters& parameters) {
    const Encoded encoded(parameters);
    return count(PQsendQueryParams(handle_.get(), sql.c_str(), encoded.size(), nullptr, encoded.values.data(),
                                   encoded.lengths.data(), encoded.formats.data(), 1) == 1);
}

}  // namespace shanqi::store
