#include "base/encoding.hpp"

#include <cstdint>

namespace shanqi {
namespace {

constexpr std::string_view base64url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::optional<std::string> decoded(std::string_view text, std::string_view alphabet, int bits_each) {
    std::string out;
    out.reserve(text.size() * bits_each / 8);
    std::uint32_t held = 0;
    int bits = 0;
    for (const char c : text) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        held = (held << bits_each | static_cast<std::uint32_t>(value)) & 0xFFFFU;
        bits += bits_each;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(held >> bits & 0xFF);
        }
    }
    // A whole character that carries nothing, or bits that do not belong to a byte, would be a second spelling.
    if (bits >= bits_each || (held & ((1U << bits) - 1U)) != 0) return std::nullopt;
    return out;
}

}  // namespace

std::optional<std::string> from_base64url(std::string_view text) { return decoded(text, base64url_alphabet, 6); }
std::optional<std::string> from_base32(std::string_view text) { return decoded(text, base32_alphabet, 5); }

std::string base32(std::string_view bytes) {
    std::string out;
    std::uint32_t held = 0;
    int bits = 0;
    for (const char c : bytes) {
        held = held << 8 | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 5; bits -= 5) out += base32_alphabet[held >> (bits - 5) & 31];
    }
    if (bits > 0) out += base32_alphabet[held << (5 - bits) & 31];
    return out;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            out += c;
        } else {
            out += '%';
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
        }
    }
    return out;
}

}  // namespace shanqi
