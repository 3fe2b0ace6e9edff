#include "office/pdf/bytes.hpp"

#include <libdeflate.h>

#include <array>
#include <charconv>
#include <cmath>
#include <memory>

#include "base/text.hpp"

namespace shanqi::office::pdf {
namespace {

constexpr char hex_digits[] = "0123456789ABCDEF";

struct FreeCompressor {
    void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};

// Making a compressor costs more than compressing a page: each thread keeps one for each level.
libdeflate_compressor* compressor_of_thread(int level) {
    thread_local std::array<std::unique_ptr<libdeflate_compressor, FreeCompressor>, 13> compressors;
    auto& compressor = compressors.at(static_cast<std::size_t>(level));
    if (!compressor) compressor.reset(libdeflate_alloc_compressor(level));
    return compressor.get();
}

bool is_plain_ascii(std::string_view text) {
    for (char c : text)
        if (c < 0x20 || c > 0x7E) return false;
    return true;
}

}  // namespace

void append_integer(std::string& out, std::int64_t value) {
    char digits[24];
    auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    out.append(digits, end);
}

void append_padded(std::string& out, std::uint64_t value, int digits) {
    std::size_t at = out.size();
    out.append(static_cast<std::size_t>(digits), '0');
    for (std::size_t i = out.size(); i > at && value != 0; value /= 10) out[--i] = static_cast<char>('0' + value % 10);
}

void append_number(std::string& out, double value, int decimals) {
    static constexpr std::int64_t powers[] = {1, 10, 100, 1000, 10000};
    // Beyond this a viewer's own arithmetic fails; it also keeps NaN and infinity out of the file.
    constexpr double magnitude_max = 1e9;
    if (!(std::abs(value) < magnitude_max)) value = 0;
    std::int64_t scaled = std::llround(value * static_cast<double>(powers[decimals]));
    if (scaled < 0) {
        out += '-';
        scaled = -scaled;
    }
    append_integer(out, scaled / powers[decimals]);
    std::int64_t fraction = scaled % powers[decimals];
    if (fraction == 0) return;
    out += '.';
    for (int place = decimals - 1; fraction != 0; --place) {
        out += static_cast<char>('0' + fraction / powers[place]);
        fraction %= powers[place];
    }
}

void append_hex16(std::string& out, std::uint32_t value) {
    char digits[4] = {hex_digits[value >> 12 & 15], hex_digits[value >> 8 & 15], hex_digits[value >> 4 & 15],
                      hex_digits[value & 15]};
    out.append(digits, 4);
}

void append_reference(std::string& out, int object) {
    append_integer(out, object);
    out += " 0 R";
}

void append_utf16_hex(std::string& out, std::string_view utf8, bool with_mark) {
    out += '<';
    if (with_mark) out += "FEFF";
    for (char32_t c : to_utf32(utf8)) {
        if (c < 0x10000) {
            append_hex16(out, c);
        } else {
            append_hex16(out, 0xD800 + ((c - 0x10000) >> 10));
            append_hex16(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
        }
    }
    out += '>';
}

void append_hex_string(std::string& out, std::string_view bytes) {
    out += '<';
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        out += hex_digits[byte >> 4];
        out += hex_digits[byte & 15];
    }
    out += '>';
}

void append_text_string(std::string& out, std::string_view utf8) {
    if (!is_plain_ascii(utf8)) return append_utf16_hex(out, utf8, true);
    out += '(';
    for (char c : utf8) {
        if (c == '(' || c == ')' || c == '\\') out += '\\';
        out += c;
    }
    out += ')';
}

void append_date(std::string& out, Instant instant) {
    CivilTime time = china_time(instant);
    out += "(D:";
    append_padded(out, static_cast<std::uint64_t>(time.date.year), 4);
    append_padded(out, time.date.month, 2);
    append_padded(out, time.date.day, 2);
    append_padded(out, static_cast<std::uint64_t>(time.hour), 2);
    append_padded(out, static_cast<std::uint64_t>(time.minute), 2);
    append_padded(out, static_cast<std::uint64_t>(time.second), 2);
    out += "+08'00')";
}

std::string deflated(std::string_view bytes, int level) {
    libdeflate_compressor* compressor = compressor_of_thread(level);
    std::string out;
    out.resize(libdeflate_zlib_compress_bound(compressor, bytes.size()));
    out.resize(libdeflate_zlib_compress(compressor, bytes.data(), bytes.size(), out.data(), out.size()));
    return out;
}

}  // namespace shanqi::office::pdf
