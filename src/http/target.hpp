// The parts of a request that are text to be taken apart by us: address, ranges, tags. Everything here comes from
// strangers; tests/fuzz/http_fuzz.cpp feeds it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace shanqi::http {

namespace limits {
constexpr std::size_t query_parameters_max = 100;
}  // namespace limits

struct Target {
    std::string path;
    Pairs query;
};

// The target of a request line (RFC 9112, 3.2): origin form, or absolute form as a proxy gets it. Strict, because what
// is read in two ways can be used to get around a rule: no "." and ".." and empty segments, no encoded "/" and "\", no
// control characters, UTF-8 only. None: 400.
std::optional<Target> parse_target(std::string_view target);

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space = false);

bool accepts_gzip(std::string_view accept_encoding);  // RFC 9110, 12.5.3

// If-None-Match (RFC 9110, 13.1.2): weak comparison of a list of tags, or "*".
bool names_tag(std::string_view if_none_match, std::string_view etag);

struct ByteRange {
    std::uint64_t first = 0, count = 0;
};
struct Range {
    enum class Kind { whole, part, not_satisfiable } kind = Kind::whole;
    ByteRange part;
};
// One range of bytes (RFC 9110, 14.1.2). Several, or what cannot be read, is answered with the whole: the server may.
Range parse_range(std::string_view range, std::uint64_t size);

// The client that the nearest proxy that we do not run names (X-Forwarded-For, read from its end): `peer` when the peer
// is no trusted proxy.
std::string client_address(const std::string& peer, std::string_view forwarded_for,
                           const std::vector<std::string>& trusted_proxies);

}  // namespace shanqi::http
