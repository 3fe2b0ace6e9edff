#include "modules/lists/lists.hpp"

#include <algorithm>

#include "base/digest.hpp"

namespace shanqi::lists {
namespace {

Result<std::int64_t> write_rows(const Sheet& sheet, const std::filesystem::path& file) {
    office::SheetWriter writer = TRY(office::SheetWriter::create(file, sheet.title, sheet.columns));
    std::int64_t written = 0;
    while (written < limits::sheet_rows_max) {
        const std::vector<SheetRow> rows = TRY(sheet.next());
        if (rows.empty()) break;
        for (const SheetRow& row : rows) TRY_DO(writer.row(row));
        written += static_cast<std::int64_t>(rows.size());
    }
    TRY_DO(writer.close());
    return written;
}

}  // namespace

Result<http::ListQuery> page_query(const http::Listing& listing, const std::optional<int>& limit,
                                   const std::optional<std::string>& after, const std::optional<std::string>& sort) {
    http::ListQuery query = TRY(http::list_query(listing, limit, after, sort, {}));
    if (query.after && !is_uuid(query.after->id))
        return fail(ErrorKind::invalid, "http.bad_cursor", {}, {.field = "/after"});
    return query;
}

void add_filter(http::ListQuery& query, std::string_view column, http::Filter::Operation operation,
                http::ListValue value) {
    const auto& columns = query.listing->columns;
    const auto found = std::ranges::find(columns, column, &http::Column::name);
    if (found != columns.end()) query.filters.push_back({&*found, operation, std::move(value)});
}

store::Parameters with_parameters(store::Parameters given, const http::ListSql& sql) {
    for (const http::ListValue& value : sql.parameters)
        given.push_back(std::visit([](const auto& one) { return store::Value(one); }, value));
    return given;
}

Result<http::Reply> export_sheet(house::House& house, const http::Call& call, const Sheet& sheet) {
    const std::filesystem::path file = house.scratch / (hex(random_bytes(8)) + "-" + sheet.file_name);
    const std::int64_t rows = TRY(write_rows(sheet, file));
    const auto audited = house.database.write([&](store::Writer& writer) {
        return house::audit(writer, house, call, sheet.action, "org:" + call.org.text(),
                            {{"rows", std::to_string(rows)}});
    });
    if (!audited) {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
        return std::unexpected(audited.error());
    }
    http::Reply reply;
    reply.content_type = sheet_content_type;
    reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + sheet.file_name + "\"");
    reply.body = http::FileBody{.file = file, .remove_after = true};
    return reply;
}

}  // namespace shanqi::lists
