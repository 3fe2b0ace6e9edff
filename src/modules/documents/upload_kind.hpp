// What an uploaded file is, by its content: a name can say anything.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shanqi::documents {

enum class UploadKind { workbook, word_template, picture, key };
std::string_view name_of(UploadKind);  // as in the API: "workbook", "template", "picture", "key"
std::optional<UploadKind> upload_kind_named(std::string_view);

// Errors (kind invalid): documents.empty_file, documents.old_office, documents.encrypted_office, documents.pdf_upload,
// documents.unknown_file; documents.upload_too_large (kind limit), each kind with its own limit (base/files.hpp).
Result<UploadKind> recognise(const std::filesystem::path&, std::uint64_t bytes);

// The last part of a path of either kind, without what a file system refuses; never empty.
std::string upload_name(std::string_view sent, UploadKind);

}  // namespace shanqi::documents
