#include "store/database.hpp"

#include <stdexcept>

#include "base/messages.hpp"
#include "base/text.hpp"
#include "store/backends.hpp"

namespace shanqi::store {
namespace {

const std::string no_text;

[[noreturn]] void wrong_kind(std::size_t column, const char* wanted) {
    throw std::logic_error("column " + std::to_string(column) + " of a row is not " + wanted);
}

}  // namespace

std::int64_t Row::integer(std::size_t column) const {
    const auto& value = columns_.at(column).get();
    if (value.index() == 0) return 0;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    wrong_kind(column, "an integer");
}

const std::string& Row::text(std::size_t column) const {
    const auto& value = columns_.at(column).get();
    if (value.index() == 0) return no_text;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    wrong_kind(column, "a text");
}

const std::string& Row::bytes(std::size_t column) const {
    const auto& value = columns_.at(column).get();
    if (value.index() == 0) return no_text;
    if (const auto* bytes = std::get_if<Bytes>(&value)) return bytes->data;
    wrong_kind(column, "bytes");
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const {
    if (null(column)) return std::nullopt;
    return integer(column);
}

std::optional<std::string> Row::maybe_text(std::size_t column) const {
    if (null(column)) return std::nullopt;
    return text(column);
}

Result<std::optional<Row>> Reader::first(const Statement& statement, const Parameters& parameters) {
    Rows rows = TRY(query(statement, parameters));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
}

Result<std::unique_ptr<Database>> open_database(const DatabaseOptions& options) {
    if (options.url.starts_with(sqlite_scheme)) return open_sqlite(options);
    if (options.url.starts_with("postgres://") || options.url.starts_with("postgresql://"))
        return open_postgres(options);
    return fail(ErrorKind::invalid, "store.bad_url");  // not repeated: it may hold a password
}

Result<std::vector<StatementFault>> check_statements(Database& database) {
    std::vector<StatementFault> faults;
    TRY_DO(database.administer([&](Writer& writer) -> Result<> {
        for (const Statement* statement : Statement::all()) {
            if (!statement->is_for(database.dialect())) continue;
            if (const Result<> prepared = writer.prepare(*statement); !prepared)
                faults.push_back({statement, message(prepared.error(), Language::en)});
        }
        return {};
    }));
    return faults;
}

Result<> check_texts(const Parameters& parameters) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto* text = std::get_if<std::string>(&parameters[i].get());
        if (text != nullptr && (text->find('\0') != std::string::npos || !is_utf8(*text)))
            return fail(ErrorKind::invalid, "store.bad_text", {{"parameter", std::to_string(i + 1)}});
    }
    return {};
}

std::string like_escaped(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size() + 8);
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

}  // namespace shanqi::store
