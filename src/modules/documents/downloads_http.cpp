// What a run made, on its way to people. Every download of documents is in the audit log.
#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "base/described.hpp"
#include "base/text.hpp"
#include "http/page.hpp"
#include "modules/documents/endpoints.hpp"
#include "modules/documents/run_archive.hpp"
#include "modules/documents/runs.hpp"
#include "modules/documents/scratch_file.hpp"
#include "modules/documents/vaulted_file.hpp"

namespace shanqi::documents {
namespace {

struct DocumentItem {
    std::int64_t position = 0;
    std::string number, file, recipient;
    std::int64_t pages = 0, bytes = 0;
    std::string sha256;
    Instant time;
    std::string link;  // below the run: "documents/SQ2026-00001.pdf"
};
BOOST_DESCRIBE_STRUCT(DocumentItem, (), (position, number, file, recipient, pages, bytes, sha256, time, link))

struct DocumentListIn {
    SealRunId run;
    std::optional<int> limit;
    std::optional<std::string> after;
};
BOOST_DESCRIBE_STRUCT(DocumentListIn, (), (run, limit, after))

const http::Listing& documents_listing() {
    static const http::Listing listing{
        {{.name = "position", .sql = "position", .kind = http::Column::Kind::integer, .sortable = true}},
        "position",
        "position"};
    return listing;
}

// RFC 6266, 4.3: the name in UTF-8, and one in ASCII for what is older.
std::string named(std::string_view disposition, std::string_view ascii, std::string_view utf8) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                           c == '.' || c == '_';
        if (plain)
            encoded += c;
        else
            encoded.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
    return std::string(disposition) + "; filename=\"" + std::string(ascii) + "\"; filename*=UTF-8''" + encoded;
}

std::string attachment(std::string_view ascii, std::string_view utf8) { return named("attachment", ascii, utf8); }

Result<SealRunId> run_in_path(const http::Call& call) {
    const std::optional<SealRunId> id = SealRunId::parse(call.path_member("run"));
    if (!id) return fail(ErrorKind::not_found, "http.not_found");
    return *id;
}

Result<> audit_download(house::House& house, const http::Call& call, const SealRunId& run, const std::string& what,
                        std::int64_t documents) {
    return house.database.write([&](store::Writer& writer) {
        return house::audit(writer, house, call, "documents.documents_download", "seal_run:" + run.text(),
                            {{"what", what}, {"documents", std::to_string(documents)}});
    });
}

Result<RunRow> run_with_documents(store::Reader& reader, const OrgId& org, const SealRunId& id) {
    RunRow run = TRY(find_run(reader, org, id));
    if (run.state == run_state::open) return fail(ErrorKind::conflict, "documents.run_not_done");
    return run;
}

Result<http::Page<DocumentItem>> document_list(house::House& house, const http::Call& call, const DocumentListIn& in) {
    const http::ListQuery query = TRY(http::list_query(documents_listing(), in.limit, in.after, std::nullopt, {}));
    std::int64_t after = 0;
    if (query.after && std::holds_alternative<std::int64_t>(query.after->value))
        after = std::get<std::int64_t>(query.after->value);
    const std::vector<DocumentRow> rows =
        TRY(house.database.read([&](store::Reader& reader) -> Result<std::vector<DocumentRow>> {
            TRY(find_run(reader, call.org, in.run));
            return list_documents(reader, call.org, in.run, after, query.limit + 1);
        }));
    std::vector<DocumentItem> items;
    for (const DocumentRow& row : rows) {
        const DocumentDetails details = TRY(details_of(house, call.org, in.run, row));
        items.push_back({row.position, row.number, details.file, details.recipient, row.pages, row.bytes, row.sha256,
                         row.sealed_at, "documents/" + row.number_in_path + ".pdf"});
    }
    return http::page_of<DocumentItem>(query, std::move(items), [](const DocumentItem& item) {
        return http::RowPlace{item.position, std::to_string(item.position)};
    });
}

Result<http::Reply> archive(house::House& house, const http::Call& call) {
    const SealRunId id = TRY(run_in_path(call));
    const RunRow run =
        TRY(house.database.read([&](store::Reader& reader) { return run_with_documents(reader, call.org, id); }));
    if (run.counts.sealed == 0) return fail(ErrorKind::not_found, "documents.no_document");
    TRY_DO(audit_download(house, call, id, "documents.zip", run.counts.sealed));
    http::Reply reply;
    reply.content_type = "application/zip";
    const std::string day = iso_date(china_time(run.finished).date);
    reply.headers.emplace_back("Content-Disposition",
                               attachment("documents-" + day + ".zip", "盖章文件-" + day + ".zip"));
    reply.body = TRY(open_run_archive(house, call.org, id));
    return reply;
}

Result<http::Reply> sheet(house::House& house, const http::Call& call, const std::string& name,
                          std::string_view title) {
    const SealRunId id = TRY(run_in_path(call));
    const SealFile file = TRY(house.database.read([&](store::Reader& reader) -> Result<SealFile> {
        TRY(run_with_documents(reader, call.org, id));
        return find_file(reader, call.org, id, name);
    }));
    ScratchFile plain(house.scratch, name);
    TRY_DO(get_sealed(house, call.org, file_context(id, name), file.file_key, plain.path()));
    TRY_DO(audit_download(house, call, id, name, 0));
    http::Reply reply;
    reply.content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    reply.headers.emplace_back("Content-Disposition", attachment(name, std::string(title) + ".xlsx"));
    reply.body = http::FileBody{.file = plain.release(), .remove_after = true, .etag = {}};
    return reply;
}

Result<http::Reply> document(house::House& house, const http::Call& call) {
    const SealRunId id = TRY(run_in_path(call));
    struct Found {
        DocumentRow row;
        SealFile pack;
    };
    const Found found = TRY(house.database.read([&](store::Reader& reader) -> Result<Found> {
        TRY(run_with_documents(reader, call.org, id));
        DocumentRow row = TRY(find_document(reader, call.org, id, std::string(call.path_member("number"))));
        SealFile pack = TRY(find_file(reader, call.org, id, row.pack));
        return Found{std::move(row), std::move(pack)};
    }));
    const DocumentDetails details = TRY(details_of(house, call.org, id, found.row));
    std::string bytes = TRY(read_document(house, call.org, id, found.row, found.pack));
    TRY_DO(audit_download(house, call, id, "document:" + std::to_string(found.row.position), 1));
    http::Reply reply;
    reply.content_type = "application/pdf";
    // People open one document to read it. The browsers' own viewers lay out with inline styles.
    reply.headers.emplace_back("Content-Disposition", named("inline", "document.pdf", details.file));
    reply.headers.emplace_back("Content-Security-Policy",
                               "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    reply.body = std::move(bytes);
    return reply;
}

}  // namespace

void add_download_endpoints(http::Router& router, house::House& house) {
    const std::string run = "/api/v1/orgs/{org}/seal_runs/{run}";
    router.add<DocumentListIn, http::Page<DocumentItem>>(
        {.path = run + "/documents",
         .operation = "sealed_document_list",
         .permission = "documents.read",
         .summary = "The documents of a run in the order of its list"},
        [&house](http::Call& call, const DocumentListIn& in) { return document_list(house, call, in); });
    router.add_raw(
        {.path = run + "/documents.zip",
         .operation = "sealed_documents_archive",
         .permission = "documents.read",
         .summary = "All documents of a run and its register in one archive"},
        [&house](http::Call& call) { return archive(house, call); }, "application/zip");
    const std::string_view xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    router.add_raw(
        {.path = run + "/register.xlsx",
         .operation = "seal_run_register",
         .permission = "documents.read",
         .summary = "The seal register of a run"},
        [&house](http::Call& call) { return sheet(house, call, "register.xlsx", "用印登记簿"); }, xlsx);
    router.add_raw(
        {.path = run + "/errors.xlsx",
         .operation = "seal_run_errors",
         .permission = "documents.read",
         .summary = "The refused rows with what to do, to be mended and sealed"},
        [&house](http::Call& call) { return sheet(house, call, "errors.xlsx", "未盖章"); }, xlsx);
    router.add_raw(
        {.path = run + "/documents/{number}.pdf",
         .operation = "sealed_document_get",
         .permission = "documents.read",
         .summary = "One sealed document by its number"},
        [&house](http::Call& call) { return document(house, call); }, "application/pdf");
}

}  // namespace shanqi::documents
