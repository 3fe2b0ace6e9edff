// Errors that a caller can act on are values (docs/decisions/0001-errors-are-values.md).
//
// An Error carries no sentence: it has a key into i18n/*.json and named arguments, so that the same
// error reads well in every language, and a Place, so that a person can find what to mend.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shanqi {

// What kind of trouble it is; decides the exit status (and, later, the HTTP status).
enum class ErrorKind {
    invalid,    // the input is wrong: mend it and try again
    not_found,  // a named thing does not exist
    conflict,   // something else is in the way: a lock, a name taken twice
    refused,    // not allowed: wrong password, expired certificate
    limit,      // larger than a limit that we set on purpose
    system,     // disk full, no permission, read error
};

// Where it is. Empty or zero members are unknown.
struct Place {
    std::string file;   // path as the user gave it
    std::string sheet;  // worksheet name
    long row = 0;       // 1-based row as the spreadsheet program shows it
    std::string cell;   // "C12"
    std::string field;  // column or template field
    int page = 0;       // 1-based page
    bool operator==(const Place&) const = default;
};

struct Error {
    using Arguments = std::vector<std::pair<std::string, std::string>>;

    ErrorKind kind = ErrorKind::invalid;
    std::string key;      // "csv.bad_encoding": <room>.<what>, defined in <room>/i18n/*.json
    Arguments arguments;  // {"name", "value"}: fills {name} in the message
    Place place;

    bool operator==(const Error&) const = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string_view key, Error::Arguments arguments = {},
                                                 Place place = {}) {
    return std::unexpected(Error{kind, std::string(key), std::move(arguments), std::move(place)});
}

}  // namespace shanqi

// auto value = TRY(function());  returns the error to the caller, or yields the value.
// A statement expression (GCC and Clang): std::expected has no operator that does this. Each use has a name of its own,
// so that one may stand in a lambda that is an argument of another.
#define SHANQI_JOIN_(a, b) a##b
#define SHANQI_JOIN(a, b) SHANQI_JOIN_(a, b)
#define SHANQI_TRY_(name, ...)                                      \
    ({                                                              \
        auto name = (__VA_ARGS__);                                  \
        if (!name) return std::unexpected(std::move(name).error()); \
        std::move(*name);                                           \
    })
#define TRY(...) SHANQI_TRY_(SHANQI_JOIN(shanqi_try_, __COUNTER__), __VA_ARGS__)

// TRY for Result<> (void).
#define SHANQI_TRY_DO_(name, ...)                                                              \
    do {                                                                                       \
        if (auto name = (__VA_ARGS__); !name) return std::unexpected(std::move(name).error()); \
    } while (false)
#define TRY_DO(...) SHANQI_TRY_DO_(SHANQI_JOIN(shanqi_try_, __COUNTER__), __VA_ARGS__)
