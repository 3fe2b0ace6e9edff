// HTTP: any bytes as a connection sends them, in pieces; targets, ranges, tags; JSON into described structs, cursors.
// The first byte says what the rest is.
#include <boost/json/serialize.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/page.hpp"
#include "http/request_reader.hpp"
#include "http/router.hpp"
#include "http/target.hpp"

namespace shanqi {
BOOST_DEFINE_ENUM_CLASS(FuzzKind, one, two)
struct FuzzNode {
    Id<struct FuzzTag> id;
    std::string text;
    std::optional<int> number;
    std::optional<double> real;
    std::optional<Instant> time;
    std::optional<Date> day;
    std::optional<FuzzKind> kind;
    std::vector<FuzzNode> children;
    std::optional<boost::json::object> free;
};
BOOST_DESCRIBE_STRUCT(FuzzNode, (), (id, text, number, real, time, day, kind, children, free))
}  // namespace shanqi

namespace {

using namespace shanqi;

void check(bool holds) {
    if (!holds) __builtin_trap();
}

// However the bytes are cut, a whole request is the same. (When a wrong one is refused may differ: at the first wrong
// line, or when its header is complete.)
std::string read_in_pieces(std::string_view bytes, std::size_t piece) {
    http::RequestReader reader(2'000, 20);
    reader.body_bytes_max(500);
    std::string pending, said;
    for (std::size_t at = 0; at < bytes.size() && !reader.done(); at += piece) {
        pending += bytes.substr(at, piece);
        while (!pending.empty() && !reader.done()) {
            const bool in_header = !reader.header_done();
            const auto taken = reader.feed(pending);
            if (!taken) return said + taken.error().key;
            check(*taken <= pending.size());
            pending.erase(0, *taken);
            if (in_header && reader.header_done()) {
                const auto request = reader.take_header();
                if (!request) return said + request.error().key;
                check(request->path.starts_with('/') && request->path.find('\0') == std::string::npos);
                check(request->path.find("/../") == std::string::npos && !request->path.ends_with("/.."));
                check(request->headers.size() <= 20);
                said += request->path;
                continue;
            }
            if (*taken == 0) break;
        }
        check(reader.body().size() <= 500);
    }
    return said + (reader.done() ? " done " + reader.body() : " waits");
}

void read_json(std::string_view text) {
    const auto value = parse_json(text);
    if (!value) return;
    const auto node = from_json<FuzzNode>(*value);
    if (!node) {
        check(!node.error().key.empty());
        return;
    }
    const std::string written = json_text(*node);  // what was accepted can be written and read
    const auto parsed = parse_json(written);
    check(parsed.has_value());
    const auto again = from_json<FuzzNode>(*parsed);
    check(again.has_value() && json_text(*again) == written);
}

void read_list(std::string_view text) {
    static const http::Listing listing{
        {{"name", "n", http::Column::Kind::text}, {"at", "a", http::Column::Kind::integer}}, "id", "-at"};
    const std::string copy(text);
    const auto query = http::list_query(listing, 10, copy, std::nullopt, {copy});
    if (query) check(http::list_sql(*query, 1).parameters.size() <= 3);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 4) {
        case 0: {
            const std::string whole = read_in_pieces(rest, rest.size() + 1);
            if (rest.size() >= 1'500) break;  // the limit of the header
            const std::string cut = read_in_pieces(rest, 1);
            if (whole.find(" done ") != std::string::npos || cut.find(" done ") != std::string::npos)
                check(whole == cut);
            break;
        }
        case 1: {
            if (const auto target = http::parse_target(rest)) check(target->path.find("//") == std::string::npos);
            http::accepts_gzip(rest);
            http::names_tag(rest, "\"a\"");
            const http::Range range = http::parse_range(rest, 1'000);
            if (range.kind == http::Range::Kind::part)
                check(range.part.count > 0 && range.part.first + range.part.count <= 1'000);
            http::client_address("127.0.0.1", rest, {"127.0.0.1"});
            break;
        }
        case 2:
            read_json(rest);
            break;
        default:
            read_list(rest);
            break;
    }
    return 0;
}
