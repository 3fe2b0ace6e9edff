// Dates of PDF (ISO 32000-1, 7.9.4): D:20261124120635+08'00'.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace shanqi::seal {

// None when it is not one. Without a zone it is taken as UTC.
std::optional<Instant> parse_pdf_date(std::string_view text);

}  // namespace shanqi::seal
