// The records of a CSV file (RFC 4180, with the separators , ; and tab), streamed.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "office/tables/encoding.hpp"
#include "office/tables/row_source.hpp"

namespace shanqi::office::tables {

// Errors: tables.bad_encoding, tables.not_a_workbook, file.*; while reading: tables.unclosed_quote, tables.too_wide.
Result<std::unique_ptr<RowSource>> open_csv(std::unique_ptr<ByteSource>);

}  // namespace shanqi::office::tables
