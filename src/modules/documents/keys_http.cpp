#include <boost/describe.hpp>

#include "base/described.hpp"
#include "base/files.hpp"
#include "modules/documents/endpoints.hpp"
#include "modules/documents/keys.hpp"
#include "modules/documents/scratch_file.hpp"
#include "modules/documents/uploads.hpp"

namespace shanqi::documents {
namespace {

struct KeyItem {
    SealKeyId id;
    std::string organisation;
    bool trial = false;
    std::string algorithm;
    Instant expires;
    std::string fingerprint;
    bool locked = false;  // its certificate has run out: nothing can be sealed with it
};
BOOST_DESCRIBE_STRUCT(KeyItem, (), (id, organisation, trial, algorithm, expires, fingerprint, locked))

struct KeyList {
    std::vector<KeyItem> items;
};
BOOST_DESCRIBE_STRUCT(KeyList, (), (items))

struct TrialKeyIn {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(TrialKeyIn, (), (name))

struct KeyUploadIn {
    UploadId upload;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(KeyUploadIn, (), (upload, password))

KeyItem item_of(const SealKeyRow& row, Instant now) {
    return {row.id, row.organisation, row.trial, row.algorithm, row.expires, row.fingerprint, row.expires < now};
}

Error::Arguments details_of(const SealKeyRow& row) {
    return {{"fingerprint", row.fingerprint}, {"trial", row.trial ? "yes" : "no"}};
}

Result<KeyItem> trial_key_create(house::House& house, http::Call& call, const TrialKeyIn& in) {
    const std::string password = hex(random_bytes(24));  // nobody types it: it lies beside the file in the vault
    Result<seal::TrialKey> made =
        seal::make_trial_key({.name = in.name, .folder = {}, .password = password, .now = house.clock.now()});
    if (!made) {
        made.error().place.field = "/name";
        return std::unexpected(std::move(made).error());
    }
    SealKeyRow row = TRY(make_key_row(house, call.org, call.who.actor(), made->p12, password));
    row.ca_pem = made->ca_pem;
    return house::write_once<KeyItem>(house, call, [&](store::Writer& writer) -> Result<KeyItem> {
        TRY_DO(insert_key(writer, row));
        TRY_DO(house::audit(writer, house, call, "documents.key_make", "seal_key:" + row.id.text(), details_of(row)));
        return item_of(row, house.clock.now());
    });
}

Result<KeyItem> key_create(house::House& house, http::Call& call, const KeyUploadIn& in) {
    const UploadRow upload = TRY(find_upload(house, call.org, in.upload, "/upload", UploadKind::key));
    const ScratchFile file(house.scratch, "key");
    TRY_DO(fetch(house, upload, file.path()));
    const std::string p12 = TRY(read_file(file.path(), shanqi::limits::key_file_bytes_max));
    Result<SealKeyRow> row = make_key_row(house, call.org, call.who.actor(), p12, in.password);
    if (!row) {
        row.error().place.field = row.error().key == "seal.wrong_password" ? "/password" : "/upload";
        // A wrong password of a file is the form's trouble, not a question of who may.
        if (row.error().kind == ErrorKind::refused) row.error().kind = ErrorKind::invalid;
        return std::unexpected(std::move(row).error());
    }
    // The uploaded file is not needed any more: what can be sealed with lies in one place only. Not write_once: it
    // would keep a digest of the request, and so of the password. The fingerprint keeps a second one out.
    Result<KeyItem> item = house.database.write([&](store::Writer& writer) -> Result<KeyItem> {
        TRY_DO(insert_key(writer, *row));
        TRY_DO(delete_upload(writer, call.org, upload.id));
        TRY_DO(
            house::audit(writer, house, call, "documents.key_upload", "seal_key:" + row->id.text(), details_of(*row)));
        return item_of(*row, house.clock.now());
    });
    if (item) {
        // What could not be removed is still sealed, and no row names it.
        [[maybe_unused]] const Result<> removed = house.files.remove(upload.file_key);
    }
    return item;
}

Result<KeyList> key_list(house::House& house, const http::Call& call) {
    const std::vector<SealKeyRow> rows =
        TRY(house.database.read([&](store::Reader& reader) { return list_keys(reader, call.org); }));
    KeyList out;
    for (const SealKeyRow& row : rows) out.items.push_back(item_of(row, house.clock.now()));
    return out;
}

Result<http::Reply> key_ca(house::House& house, const http::Call& call) {
    const std::optional<SealKeyId> id = SealKeyId::parse(call.path_member("key"));
    if (!id) return fail(ErrorKind::not_found, "http.not_found");
    const SealKeyRow row =
        TRY(house.database.read([&](store::Reader& reader) { return find_key(reader, call.org, *id); }));
    if (row.ca_pem.empty()) return fail(ErrorKind::not_found, "documents.no_ca");
    http::Reply reply;
    reply.content_type = "application/x-pem-file";
    reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"ca.pem\"");
    reply.body = row.ca_pem;
    return reply;
}

}  // namespace

void add_key_endpoints(http::Router& router, house::House& house) {
    router.add<http::NoContent, KeyList>(
        {.path = "/api/v1/orgs/{org}/keys",
         .operation = "key_list",
         .permission = "documents.read",
         .summary = "The keys that the organisation seals with"},
        [&house](http::Call& call, const http::NoContent&) { return key_list(house, call); });
    router.add<TrialKeyIn, KeyItem>(
        {.method = http::Method::post,
         .path = "/api/v1/orgs/{org}/keys/trial",
         .operation = "trial_key_create",
         .permission = "documents.key_manage",
         .creates = true,
         .summary = "Make a trial CA and a certificate of the organisation under it"},
        [&house](http::Call& call, const TrialKeyIn& in) { return trial_key_create(house, call, in); });
    router.add<KeyUploadIn, KeyItem>(
        {.method = http::Method::post,
         .path = "/api/v1/orgs/{org}/keys",
         .operation = "key_create",
         .permission = "documents.key_manage",
         .creates = true,
         .summary = "Take an uploaded key file (.p12) and its password into the vault"},
        [&house](http::Call& call, const KeyUploadIn& in) { return key_create(house, call, in); });
    router.add_raw(
        {.path = "/api/v1/orgs/{org}/keys/{key}/ca.pem",
         .operation = "key_ca",
         .permission = "documents.read",
         .summary = "The certificate of the trial CA, to verify documents with"},
        [&house](http::Call& call) { return key_ca(house, call); }, "application/x-pem-file");
}

}  // namespace shanqi::documents
