#include <boost/describe.hpp>

#include "base/described.hpp"
#include "modules/documents/endpoints.hpp"
#include "modules/documents/samples/samples.hpp"
#include "modules/documents/scratch_file.hpp"
#include "modules/documents/uploads.hpp"

namespace shanqi::documents {
namespace {

struct UploadItem {
    UploadId id;
    std::string name;
    std::int64_t bytes = 0;
    std::string kind;  // workbook, template, picture, key
};
BOOST_DESCRIBE_STRUCT(UploadItem, (), (id, name, bytes, kind))

struct SamplesIn {
    std::optional<int> rows;
};
BOOST_DESCRIBE_STRUCT(SamplesIn, (), (rows))

struct Samples {
    UploadItem template_, data;
};
BOOST_DESCRIBE_STRUCT(Samples, (), (template_, data))

constexpr int sample_rows_default = 38;

UploadItem item_of(const UploadRow& row) {
    return {row.id, row.name, static_cast<std::int64_t>(row.bytes), std::string(name_of(row.kind))};
}

Result<> insert_with_audit(house::House& house, const http::Call& call, store::Writer& writer, const UploadRow& row) {
    TRY_DO(insert_upload(writer, row));
    return house::audit(writer, house, call, "documents.upload_create", "upload:" + row.id.text(),
                        {{"kind", std::string(name_of(row.kind))}, {"bytes", std::to_string(row.bytes)}});
}

Result<UploadItem> upload_create(house::House& house, http::Call& call) {
    if (!call.request.upload) return fail(ErrorKind::invalid, "documents.empty_file");
    const http::Upload& upload = *call.request.upload;
    const UploadRow row = TRY(take_in(house, call.org, call.who.actor(), upload.file, upload.name));
    return house::write_once<UploadItem>(house, call, [&](store::Writer& writer) -> Result<UploadItem> {
        TRY_DO(insert_with_audit(house, call, writer, row));
        return item_of(row);
    });
}

Result<Samples> samples_create(house::House& house, http::Call& call, const SamplesIn& in) {
    const ScratchFile folder(house.scratch, "samples");
    std::error_code error;
    std::filesystem::create_directory(folder.path(), error);
    if (error) return fail(ErrorKind::system, "documents.sample_failed", {{"reason", error.message()}});
    const auto made = [&]() -> Result<std::pair<UploadRow, UploadRow>> {
        TRY_DO(sample::write_samples(folder.path(), in.rows.value_or(sample_rows_default)));
        const std::string actor = call.who.actor();
        UploadRow form = TRY(take_in(house, call.org, actor, folder.path() / "agreement.docx", "示例协议.docx"));
        UploadRow list = TRY(take_in(house, call.org, actor, folder.path() / "schools.xlsx", "示例名单.xlsx"));
        form.sample = list.sample = true;
        return std::pair{std::move(form), std::move(list)};
    }();
    std::filesystem::remove_all(folder.path(), error);
    if (!made) return std::unexpected(made.error());
    return house::write_once<Samples>(house, call, [&](store::Writer& writer) -> Result<Samples> {
        TRY_DO(insert_with_audit(house, call, writer, made->first));
        TRY_DO(insert_with_audit(house, call, writer, made->second));
        return Samples{item_of(made->first), item_of(made->second)};
    });
}

}  // namespace

void add_upload_endpoints(http::Router& router, house::House& house) {
    router.add<http::NoContent, UploadItem>(
        {.method = http::Method::post,
         .path = "/api/v1/orgs/{org}/uploads",
         .operation = "upload_create",
         .permission = "documents.seal_run",
         .creates = true,
         .upload = true,
         .body_bytes_max = http::limits::upload_bytes_max,
         .summary = "Upload a list, a Word template, a picture or a key file"},
        [&house](http::Call& call, const http::NoContent&) { return upload_create(house, call); });
    router.add<SamplesIn, Samples>(
        {.method = http::Method::post,
         .path = "/api/v1/orgs/{org}/samples",
         .operation = "samples_create",
         .permission = "documents.seal_run",
         .creates = true,
         .summary = "A sample template and a synthetic list, as if they had been uploaded"},
        [&house](http::Call& call, const SamplesIn& in) { return samples_create(house, call, in); });
}

}  // namespace shanqi::documents
