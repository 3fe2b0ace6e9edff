// The small words of PDF syntax (ISO 32000-1, 7.2 to 7.9): numbers, strings, streams.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace shanqi::office::pdf {

void append_integer(std::string& out, std::int64_t value);
void append_padded(std::string& out, std::uint64_t value, int digits);  // leading zeros
// Up to four decimals, no trailing zeros, never an exponent (7.3.3 knows none).
void append_number(std::string& out, double value, int decimals = 2);
void append_hex16(std::string& out, std::uint32_t value);  // four hexadecimal digits

// "12 0 R"
void append_reference(std::string& out, int object);

// A text string (7.9.2.2): a literal string when it is plain ASCII, UTF-16BE in hexadecimal otherwise.
void append_text_string(std::string& out, std::string_view utf8);
// "<FEFF…>" without deciding: ActualText inside a content stream.
void append_utf16_hex(std::string& out, std::string_view utf8, bool with_mark);
void append_hex_string(std::string& out, std::string_view bytes);

// "(D:20261124120635+08'00')": 7.9.4, in China time.
void append_date(std::string& out, Instant);

// zlib format (RFC 1950), what FlateDecode reads. Level as in libdeflate, 0 to 12.
std::string deflated(std::string_view bytes, int level);

}  // namespace shanqi::office::pdf
