#include "http/page.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <charconv>

#include "base/described.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace shanqi::http {
namespace {

namespace json = boost::json;

std::unexpected<Error> wrong(std::string_view key, std::string_view field, Error::Arguments arguments = {}) {
    Place place;
    place.field = field;
    return std::unexpected(Error{ErrorKind::invalid, std::string(key), std::move(arguments), std::move(place)});
}

std::string names_of(const Listing& listing, bool for_sorting) {
    std::string out;
    for (const Column& column : listing.columns)
        if (!for_sorting || column.sortable) out += (out.empty() ? "" : ", ") + column.name;
    return out;
}

const Column* column_named(const Listing& listing, std::string_view name) {
    for (const Column& column : listing.columns)
        if (column.name == name) return &column;
    return nullptr;
}

std::optional<std::string> base64url_decoded(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        std::uint32_t value = 0;
        if (c >= 'A' && c <= 'Z') {
            value = static_cast<std::uint32_t>(c - 'A');
        } else if (c >= 'a' && c <= 'z') {
            value = static_cast<std::uint32_t>(c - 'a' + 26);
        } else if (c >= '0' && c <= '9') {
            value = static_cast<std::uint32_t>(c - '0' + 52);
        } else if (c == '-' || c == '_') {
            value = c == '-' ? 62 : 63;
        } else {
            return std::nullopt;
        }
        bits = (bits << 6U) | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
        }
    }
    return out;
}

std::string sort_text(const ListQuery& query) { return (query.descending ? "-" : "") + query.sort->name; }

// {"s": "-joined", "v": 1700000000, "i": "0198…"}: of another sort order, or edited, it is refused.
std::optional<RowPlace> decode_cursor(const ListQuery& query, std::string_view text) {
    if (text.size() > limits::cursor_bytes_max) return std::nullopt;
    const auto bytes = base64url_decoded(text);
    if (!bytes) return std::nullopt;
    const auto parsed = parse_json(*bytes);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    const json::object& object = parsed->get_object();
    const json::value *sort = object.if_contains("s"), *value = object.if_contains("v"), *id = object.if_contains("i");
    if (object.size() != 3 || sort == nullptr || value == nullptr || id == nullptr || !sort->is_string() ||
        !id->is_string())
        return std::nullopt;
    if (std::string_view(sort->get_string()) != sort_text(query)) return std::nullopt;
    const auto id_text = from_json<std::string>(*id);
    if (!id_text) return std::nullopt;
    if (query.sort->kind == Column::Kind::integer) {
        if (!value->is_int64()) return std::nullopt;
        return RowPlace{value->get_int64(), *id_text};
    }
    auto value_text = from_json<std::string>(*value);
    if (!value_text) return std::nullopt;
    return RowPlace{std::move(*value_text), *id_text};
}

struct OperationName {
    std::string_view name;
    Filter::Operation operation;
    std::string_view sql;
};
constexpr std::array<OperationName, 7> operations{{
    {"eq", Filter::Operation::equal, " = "},
    {"ne", Filter::Operation::not_equal, " <> "},
    {"lt", Filter::Operation::less, " < "},
    {"le", Filter::Operation::at_most, " <= "},
    {"gt", Filter::Operation::more, " > "},
    {"ge", Filter::Operation::at_least, " >= "},
    {"has", Filter::Operation::contains, " LIKE "},
}};

Result<Filter> parse_filter(const Listing& listing, std::string_view text, std::size_t index) {
    const std::string place = "/filter/" + std::to_string(index);
    const auto refused = [&] { return wrong("http.bad_filter", place, {{"choices", names_of(listing, false)}}); };
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second == std::string_view::npos) return refused();
    Filter out;
    out.column = column_named(listing, text.substr(0, first));
    const std::string_view name = text.substr(first + 1, second - first - 1), value = text.substr(second + 1);
    const OperationName* operation = nullptr;
    for (const OperationName& one : operations)
        if (one.name == name) operation = &one;
    if (out.column == nullptr || operation == nullptr) return refused();
    out.operation = operation->operation;
    if (out.column->kind == Column::Kind::text) {
        out.value = std::string(value);
        return out;
    }
    std::int64_t number = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || stop != value.data() + value.size() || out.operation == Filter::Operation::contains)
        return refused();
    out.value = number;
    return out;
}

std::string like_pattern(std::string_view text) {
    std::string out = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') out += '\\';
        out += c;
    }
    return out + '%';
}

}  // namespace

Result<ListQuery> list_query(const Listing& listing, const std::optional<int>& limit,
                             const std::optional<std::string>& after, const std::optional<std::string>& sort,
                             const std::vector<std::string>& filters) {
    ListQuery out;
    out.listing = &listing;
    out.limit = limit.value_or(limits::page_rows_default);
    if (out.limit < 1 || out.limit > limits::page_rows_max)
        return wrong("http.bad_limit", "/limit", {{"limit", std::to_string(limits::page_rows_max)}});

    std::string_view wanted = sort ? std::string_view(*sort) : std::string_view(listing.sort);
    out.descending = wanted.starts_with('-');
    if (out.descending) wanted.remove_prefix(1);
    out.sort = column_named(listing, wanted);
    if (out.sort == nullptr || !out.sort->sortable)
        return wrong("http.bad_sort", "/sort", {{"choices", names_of(listing, true)}});

    if (filters.size() > limits::filters_max)
        return wrong("http.bad_filter", "/filter", {{"choices", names_of(listing, false)}});
    for (std::size_t i = 0; i < filters.size(); ++i) out.filters.push_back(TRY(parse_filter(listing, filters[i], i)));

    if (after && !after->empty()) {
        out.after = decode_cursor(out, *after);
        if (!out.after) return wrong("http.bad_cursor", "/after");
    }
    return out;
}

ListSql list_sql(const ListQuery& query, int first_parameter) {
    ListSql out;
    const auto parameter = [&](ListValue value) {
        out.parameters.push_back(std::move(value));
        return "$" + std::to_string(first_parameter + static_cast<int>(out.parameters.size()) - 1);
    };
    for (const Filter& filter : query.filters) {
        const bool contains = filter.operation == Filter::Operation::contains;
        out.where += " AND " + filter.column->sql;
        out.where += operations[static_cast<std::size_t>(filter.operation)].sql;
        out.where += parameter(contains ? ListValue(like_pattern(std::get<std::string>(filter.value))) : filter.value);
        if (contains) out.where += " ESCAPE '\\'";
    }
    const std::string direction = query.descending ? " DESC" : "";
    if (query.after) {
        // A comparison of rows: both databases find its begin in an index on (sort column, id).
        const std::string value = parameter(query.after->value), id = parameter(query.after->id);
        out.where += " AND (" + query.sort->sql + ", " + query.listing->id_sql +
                     (query.descending ? ") < (" : ") > (") + value + ", " + id + ")";
    }
    out.order_limit = " ORDER BY " + query.sort->sql + direction + ", " + query.listing->id_sql + direction +
                      " LIMIT " + std::to_string(query.limit + 1);
    return out;
}

std::string encode_cursor(const ListQuery& query, const RowPlace& place) {
    json::object cursor{{"s", sort_text(query)}, {"i", place.id}};
    if (const auto* number = std::get_if<std::int64_t>(&place.value)) {
        cursor["v"] = *number;
    } else {
        cursor["v"] = std::get<std::string>(place.value);
    }
    return base64url(json::serialize(cursor));
}

}  // namespace shanqi::http
