// Structs that say what they are (BOOST_DESCRIBE_STRUCT): from one description come JSON in and out, the place of what
// is wrong in it, and the JSON Schema of the API document.
//
// Member types: bool, int, std::int64_t, double, std::string, std::optional<T> (absent or null; written as null),
// std::vector<T>, Id<Tag>, Instant ("2026-11-24T04:06:35Z"), Date ("2026-11-24"), described enums (by name), described
// structs, boost::json::object and boost::json::value (free form). A member whose name is a word of C++ ends in "_",
// which JSON does not see: `template_` is "template".
#pragma once

#include <boost/describe.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi {

namespace limits {
constexpr std::size_t json_depth_max = 16;
constexpr std::size_t json_string_bytes_max = 1U << 20U;
constexpr std::size_t json_items_max = 20'000;
}  // namespace limits

// Parses strictly (RFC 8259, no duplicate keys, depth within limits). Errors: json.malformed {offset}, json.too_deep,
// json.too_large, json.duplicate_key {name}.
Result<boost::json::value> parse_json(std::string_view text);

// `place` is a JSON pointer (RFC 6901): "/items/0/phones/0/verified"; it becomes Error::place.field.
// Errors (kind invalid): json.wrong_type {expected}, json.missing, json.unknown_member (a member that the struct does
// not have: a typing error is told, not ignored), json.bad_id, json.bad_time, json.bad_date, json.bad_choice {choices},
// json.bad_text (NUL or no UTF-8: no database keeps it), json.too_large.
template <class T>
Result<T> from_json(const boost::json::value&, const std::string& place = "");
// Written straight as text: a tree of values in between cost a list of 50 rows five times what everything else did.
// Bytes that are no UTF-8 become U+FFFD, a number that is not finite becomes null: the text is JSON whatever comes.
template <class T>
std::string json_text(const T&);

// JSON Schema (2020-12, as OpenAPI 3.1 uses it). Named structs go into `definitions` once, as <Room><Name>, and are
// referred to as "#/components/schemas/<Room><Name>".
template <class T>
boost::json::object schema_of(boost::json::object& definitions);

// What a member is when it is written as text: in a path, a query, a form.
enum class TextForm { text, boolean, integer, number, none };
struct MemberForm {
    std::string name;
    TextForm form = TextForm::none;
    bool list = false;
    bool optional = false;
};
template <class T>
const std::vector<MemberForm>& members_of();
// "5" as an integer is the number 5. What cannot be read stays text, for from_json to refuse with its place.
boost::json::value value_from_text(std::string_view text, TextForm);

}  // namespace shanqi

#include "base/described.ipp"
