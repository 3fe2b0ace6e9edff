// Bytes as text, read strictly: what is accepted has exactly one spelling (RFC 4648, 3.5 and 12).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shanqi {

// The reverse of base64url() (base/digest.hpp): no padding, no other alphabet, no bits left over.
std::optional<std::string> from_base64url(std::string_view text);

std::string base32(std::string_view bytes);  // RFC 4648, 6, without padding: secrets that people type
std::optional<std::string> from_base32(std::string_view text);

// RFC 3986, 2.1: everything but unreserved characters; for queries and form bodies.
std::string percent_encoded(std::string_view text);

}  // namespace shanqi
