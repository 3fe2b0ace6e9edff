#include "modules/documents/uploads.hpp"
#include "modules/documents/vaulted_file.hpp"

namespace shanqi::documents {
namespace {

const store::Statement insert_sql{
    "INSERT INTO uploads (org_id, id, kind, name_sealed, file_key, bytes, created, created_by, sample) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
const store::Statement find_sql{
    "SELECT kind, name_sealed, file_key, bytes, created, created_by, sample FROM uploads WHERE org_id = $1 AND id = "
    "$2"};
const store::Statement used_sql{
    "SELECT 1 FROM seal_runs WHERE org_id = $1 AND (template_id = $2 OR data_id = $2) LIMIT 1"};
const store::Statement delete_sql{"DELETE FROM uploads WHERE org_id = $1 AND id = $2"};

std::string file_context(const UploadId& id) { return "documents.uploads.file:" + id.text(); }
std::string name_context(const UploadId& id) { return "documents.uploads.name:" + id.text(); }

}  // namespace

Result<UploadRow> take_in(house::House& house, const OrgId& org, const std::string& actor,
                          const std::filesystem::path& plain, std::string_view sent_name) {
    UploadRow row;
    row.org = org;
    row.id = UploadId::make(house.clock);
    std::error_code error;
    row.bytes = std::filesystem::file_size(plain, error);
    row.kind = TRY(recognise(plain, error ? 0 : row.bytes));
    row.name = upload_name(sent_name, row.kind);
    TRY_DO(house.vault.warm(org));
    row.name_sealed = TRY(house.vault.seal(org, name_context(row.id), row.name));
    row.file_key = TRY(put_sealed(house, org, file_context(row.id), plain));
    row.created = house.clock.now();
    row.created_by = actor;
    return row;
}

Result<> insert_upload(store::Writer& writer, const UploadRow& row) {
    TRY(writer.execute(insert_sql, {row.org, row.id, name_of(row.kind), row.name_sealed, row.file_key,
                                    static_cast<std::int64_t>(row.bytes), row.created, row.created_by, row.sample}));
    return {};
}

Result<bool> upload_is_used(store::Reader& reader, const OrgId& org, const UploadId& id) {
    return TRY(reader.first(used_sql, {org, id})).has_value();
}

Result<> delete_upload(store::Writer& writer, const OrgId& org, const UploadId& id) {
    TRY(writer.execute(delete_sql, {org, id}));
    return {};
}

Result<UploadRow> find_upload(house::House& house, const OrgId& org, const UploadId& id, const std::string& field) {
    const auto found =
        TRY(house.database.read([&](store::Reader& reader) { return reader.first(find_sql, {org, id}); }));
    if (!found) return fail(ErrorKind::not_found, "documents.no_upload", {}, {.field = field});
    UploadRow row;
    row.org = org;
    row.id = id;
    row.kind = upload_kind_named(found->text(0)).value_or(UploadKind::workbook);
    row.name_sealed = found->text(1);
    row.file_key = found->text(2);
    row.bytes = static_cast<std::uint64_t>(found->integer(3));
    row.created = found->instant(4);
    row.created_by = found->text(5);
    row.sample = found->flag(6);
    row.name = TRY(house.vault.open(org, name_context(id), row.name_sealed));
    return row;
}

Result<UploadRow> find_upload(house::House& house, const OrgId& org, const UploadId& id, const std::string& field,
                              UploadKind wanted) {
    UploadRow row = TRY(find_upload(house, org, id, field));
    if (row.kind != wanted)
        return fail(ErrorKind::invalid, "documents.wrong_kind",
                    {{"@found", "documents.kind." + std::string(name_of(row.kind))},
                     {"@wanted", "documents.kind." + std::string(name_of(wanted))}},
                    {.field = field});
    return row;
}

Result<> fetch(house::House& house, const UploadRow& row, const std::filesystem::path& to) {
    return get_sealed(house, row.org, file_context(row.id), row.file_key, to);
}

}  // namespace shanqi::documents
