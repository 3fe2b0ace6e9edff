// Reads a .docx (ECMA-376, Transitional and Strict) as Word and WPS write it into the document model.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "office/document/document.hpp"

namespace shanqi::office {

// `bytes` is the whole file. Errors: docx.not_a_document, docx.old_doc (save as .docx), docx.encrypted,
// docx.zip_bomb, docx.damaged (with the part), docx.too_complex (depth, number of blocks).
// Everything in it that the model cannot hold is left as an Unsupported inline at its place, or as a notice.
Result<Document> read_docx(std::string_view bytes);

}  // namespace shanqi::office
