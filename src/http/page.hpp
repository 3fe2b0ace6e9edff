// Lists: pages by keyset (the place of the last row, not its number, so that page 10,000 is as fast as the first and
// nothing is shown twice when rows come and go), sorted and filtered by columns that the list names itself.
//
//   const Listing members{{{"name", "m.name", Column::Kind::text}, {"joined", "m.joined", Column::Kind::integer}},
//                         "m.id", "-joined"};
//   struct MembersIn { OrgId org; std::optional<int> limit; std::optional<std::string> after, sort;
//                      std::vector<std::string> filter; };
//   const ListQuery query = TRY(list_query(members, in.limit, in.after, in.sort, in.filter));
//   const ListSql sql = list_sql(query, 2);      // $1 is the organisation
//   … "SELECT … FROM members m WHERE m.org_id = $1" + sql.where + sql.order_limit …
//   return page_of<Member>(query, rows, [](const Member& m) { return RowPlace{m.name, m.id}; });
#pragma once

#include <boost/describe.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace shanqi::http {

namespace limits {
constexpr int page_rows_default = 50;
constexpr int page_rows_max = 500;
constexpr std::size_t filters_max = 10;
constexpr std::size_t cursor_bytes_max = 2048;
}  // namespace limits

template <class T>
struct Page {
    std::vector<T> items;
    std::optional<std::string> next;  // give it as ?after=; null on the last page
    BOOST_DESCRIBE_CLASS(Page, (), (items, next), (), ())
};

using ListValue = std::variant<std::int64_t, std::string>;

struct Column {
    enum class Kind { integer, text };
    std::string name;  // in the API
    std::string sql;   // of the program, never from outside; not NULL
    Kind kind = Kind::text;
    bool sortable = true;
};

struct Listing {
    std::vector<Column> columns;
    std::string id_sql;  // text, unique: tells rows apart that the sort column does not
    std::string sort;    // by default: "name", or "-name" for descending
};

struct Filter {
    enum class Operation { equal, not_equal, less, at_most, more, at_least, contains };
    const Column* column = nullptr;
    Operation operation = Operation::equal;
    ListValue value;
};

// Where a page begins: behind the row with this sort value and id.
struct RowPlace {
    ListValue value;
    std::string id;
};

struct ListQuery {
    const Listing* listing = nullptr;
    int limit = limits::page_rows_default;
    const Column* sort = nullptr;
    bool descending = false;
    std::optional<RowPlace> after;
    std::vector<Filter> filters;
};

// `filters` are "column:operation:value" with eq, ne, lt, le, gt, ge, has: "state:eq:done", "name:has:王".
// Errors: http.bad_limit, http.bad_cursor, http.bad_sort {choices}, http.bad_filter {choices}; each with its place.
Result<ListQuery> list_query(const Listing&, const std::optional<int>& limit, const std::optional<std::string>& after,
                             const std::optional<std::string>& sort, const std::vector<std::string>& filters);

struct ListSql {
    std::string where;        // " AND …" or ""
    std::string order_limit;  // " ORDER BY … LIMIT …": one row more than the page, to know whether another follows
    std::vector<ListValue> parameters;
};
// Parameters are numbered from `first_parameter`.
ListSql list_sql(const ListQuery&, int first_parameter);

// Opaque to clients: base64url of JSON.
std::string encode_cursor(const ListQuery&, const RowPlace&);

template <class T>
Page<T> page_of(const ListQuery& query, std::vector<T> rows, const std::function<RowPlace(const T&)>& place) {
    Page<T> out;
    const bool more = rows.size() > static_cast<std::size_t>(query.limit);
    if (more) rows.erase(rows.begin() + query.limit, rows.end());
    out.items = std::move(rows);
    if (more) out.next = encode_cursor(query, place(out.items.back()));
    return out;
}

}  // namespace shanqi::http
