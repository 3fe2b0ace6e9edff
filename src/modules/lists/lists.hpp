// What filtered lists share beyond their pages (http/page.hpp): the same filters in the page and in its export as
// .xlsx.
//
//   const MembersIn in = TRY(lists::query_of<MembersIn>(call));
//   return lists::export_sheet(house, call, {.file_name = "members.xlsx", …, .next = [&] { … }});
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "http/page.hpp"
#include "modules/house/house.hpp"
#include "office/tables/sheet_writer.hpp"

namespace shanqi::lists {

namespace limits {
constexpr int sheet_page_rows = 500;                // asked for at once
constexpr std::int64_t sheet_rows_max = 1'000'000;  // of one sheet; Excel takes 1,048,576
}  // namespace limits

constexpr std::string_view sheet_content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// The query of a download, read as the typed endpoint of the same list reads its own.
template <class In>
Result<In> query_of(const http::Call& call) {
    http::Endpoint as_typed{.route = *call.route};
    as_typed.members = &members_of<In>();
    Result<In> in = from_json<In>(TRY(http::detail::gather_input(call, as_typed)));
    if (!in) return http::detail::input_error(call, std::move(in).error());
    return in;
}

// A page of rows whose `id_sql` is a UUID. Errors: those of http::list_query.
Result<http::ListQuery> page_query(const http::Listing&, const std::optional<int>& limit,
                                   const std::optional<std::string>& after, const std::optional<std::string>& sort);
// One more condition, as the typed parameter of a list means it. `column` is one of the listing.
void add_filter(http::ListQuery&, std::string_view column, http::Filter::Operation, http::ListValue);
// `given`, then those of sql.parameters: as Reader::query_text takes them.
store::Parameters with_parameters(store::Parameters given, const http::ListSql&);

using SheetRow = std::vector<office::Value>;

struct Sheet {
    std::string file_name;  // "members.xlsx"
    std::string title;      // of the sheet, in the language of the call
    std::vector<office::ColumnSpec> columns;
    std::function<Result<std::vector<SheetRow>>()> next;  // the rows that follow; none at the end
    std::string action;                                   // of the audit entry
};
// Writes the sheet to the end, then the audit entry, in this order: no entry says that a list left the house which did
// not. The file goes when it was sent.
Result<http::Reply> export_sheet(house::House&, const http::Call&, const Sheet&);

}  // namespace shanqi::lists
