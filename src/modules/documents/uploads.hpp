// Uploaded files: rows, and their bytes through the vault.
#pragma once

#include <filesystem>
#include <string>

#include "base/ids.hpp"
#include "modules/documents/upload_kind.hpp"
#include "modules/house/house.hpp"

namespace shanqi::documents {

using UploadId = Id<struct UploadTag>;

struct UploadRow {
    OrgId org;
    UploadId id;
    UploadKind kind = UploadKind::workbook;
    std::string name, file_key;
    std::uint64_t bytes = 0;
    bool sample = false;  // made by us, for trying out
    Instant created;
    std::string created_by, name_sealed;
};

// Takes the bytes into the file store; nothing is in the database yet. `plain` stays where it is.
Result<UploadRow> take_in(house::House&, const OrgId&, const std::string& actor, const std::filesystem::path& plain,
                          std::string_view sent_name);
Result<> insert_upload(store::Writer&, const UploadRow&);
// A run was made from it, or is to be.
Result<bool> upload_is_used(store::Reader&, const OrgId&, const UploadId&);
Result<> delete_upload(store::Writer&, const OrgId&, const UploadId&);

// Error: documents.no_upload (kind not_found, with the field that named it).
Result<UploadRow> find_upload(house::House&, const OrgId&, const UploadId&, const std::string& field);
// The same, and documents.wrong_kind when it is another kind of file.
Result<UploadRow> find_upload(house::House&, const OrgId&, const UploadId&, const std::string& field, UploadKind);
Result<> fetch(house::House&, const UploadRow&, const std::filesystem::path& to);

}  // namespace shanqi::documents
