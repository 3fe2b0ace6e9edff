// JSON as text, piece by piece (RFC 8259). What is written can always be parsed again.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <charconv>
#include <cmath>

#include "base/described.hpp"
#include "base/text.hpp"

namespace shanqi::describing {
namespace {

// RFC 8259, 7: what must be escaped. 'u' is \u00XX, 0 is nothing to do.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> out{};
    for (std::size_t c = 0; c < 0x20; ++c) out[c] = 'u';
    out['\b'] = 'b';
    out['\t'] = 't';
    out['\n'] = 'n';
    out['\f'] = 'f';
    out['\r'] = 'r';
    out['"'] = '"';
    out['\\'] = '\\';
    return out;
}();

template <class Number>
void append_digits(std::string& out, Number number) {
    std::array<char, 32> digits;  // NOLINT(cppcoreguidelines-pro-type-member-init): to_chars fills what is used
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end);
}

void append_quoted(std::string& out, std::string_view utf8) {
    out += '"';
    std::size_t begin = 0;
    for (std::size_t at = 0; at < utf8.size(); ++at) {
        const auto byte = static_cast<unsigned char>(utf8[at]);
        const char escape = escapes[byte];
        if (escape == 0) continue;
        out.append(utf8, begin, at - begin);
        begin = at + 1;
        out += '\\';
        out += escape;
        if (escape == 'u') {
            constexpr std::string_view hex_digits = "0123456789abcdef";
            out += "00";
            out += hex_digits[byte >> 4U];
            out += hex_digits[byte & 0xFU];
        }
    }
    out.append(utf8, begin);
    out += '"';
}

}  // namespace

void append_bool(std::string& out, bool value) { out += value ? "true" : "false"; }

void append_integer(std::string& out, std::int64_t value) { append_digits(out, value); }

// RFC 8259, 6: infinity and NaN cannot be written. The shortest digits that give the same number when they are read.
void append_number(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
    } else {
        append_digits(out, value);
    }
}

// RFC 8259, 8.1: JSON is UTF-8. What came in as JSON is, what a file or another server gave may not be.
void append_text(std::string& out, std::string_view text) {
    if (is_utf8(text)) {
        append_quoted(out, text);
    } else {
        append_quoted(out, to_utf8(to_utf32(text)));
    }
}

void append_instant(std::string& out, Instant value) { append_quoted(out, iso_utc(value)); }

void append_date(std::string& out, Date value) { append_quoted(out, iso_date(value)); }

void append_value(std::string& out, const boost::json::value& value) { out += boost::json::serialize(value); }

void append_value(std::string& out, const boost::json::object& value) { out += boost::json::serialize(value); }

}  // namespace shanqi::describing
