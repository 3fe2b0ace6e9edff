#include "base/text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <utility>

namespace shanqi {
namespace {

constexpr char32_t replacement = 0xFFFD;

// Decodes one code point at `at` and moves past it. False for a malformed sequence (moves one byte).
bool decode(std::string_view s, std::size_t& at, char32_t& out) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    const unsigned char lead = byte(at);
    const int more = lead < 0x80                   ? 0
                     : lead >= 0xC2 && lead < 0xE0 ? 1
                     : lead >= 0xE0 && lead < 0xF0 ? 2
                     : lead >= 0xF0 && lead < 0xF5 ? 3
                                                   : -1;
    out = replacement;
    if (more < 0 || at + static_cast<std::size_t>(more) >= s.size()) {
        ++at;
        return false;
    }
    char32_t value = more == 0 ? lead : lead & (0x3FU >> more);
    for (int i = 1; i <= more; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) {
            ++at;
            return false;
        }
        value = value << 6 | (byte(at + i) & 0x3F);
    }
    const bool overlong = (more == 2 && value < 0x800) || (more == 3 && value < 0x10000);
    if (overlong || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
        ++at;
        return false;
    }
    at += static_cast<std::size_t>(more) + 1;
    out = value;
    return true;
}

bool is_space(char32_t c) { return c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || c == 0x3000 || c == 0xFEFF; }

std::size_t edit_distance(std::u32string_view a, std::u32string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
        }
    }
    return row.back();
}

}  // namespace

bool is_utf8(std::string_view bytes) {
    char32_t c = 0;
    for (std::size_t at = 0; at < bytes.size();) {
        // ASCII goes by eight bytes.
        for (std::uint64_t eight = 0; at + sizeof eight <= bytes.size(); at += sizeof eight) {
            std::memcpy(&eight, bytes.data() + at, sizeof eight);
            if ((eight & 0x8080808080808080U) != 0) break;
        }
        while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
        while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) >= 0x80)
            if (!decode(bytes, at, c)) return false;
    }
    return true;
}

void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

std::u32string to_utf32(std::string_view utf8) {
    std::u32string out;
    out.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        char32_t c = 0;
        decode(utf8, at, c);
        out += c;
    }
    return out;
}

std::string to_utf8(std::u32string_view text) {
    std::string out;
    out.reserve(text.size() * 3);
    for (const char32_t c : text) append_utf8(out, c);
    return out;
}

std::string trimmed(std::string_view utf8) {
    std::size_t begin = utf8.size(), end = 0;
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t start = at;
        char32_t c = 0;
        decode(utf8, at, c);
        if (is_space(c)) continue;
        begin = std::min(begin, start);
        end = at;
    }
    return begin < end ? std::string(utf8.substr(begin, end - begin)) : std::string();
}

std::string half_width(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t start = at;
        char32_t c = 0;
        decode(utf8, at, c);
        if (c >= 0xFF01 && c <= 0xFF5E) {
            out += static_cast<char>(c - 0xFEE0);
        } else if (c == 0x3000) {
            out += ' ';
        } else {
            out += utf8.substr(start, at - start);
        }
    }
    return out;
}

std::string folded(std::string_view utf8) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(status);
    const icu::UnicodeString in =
        icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
    std::string normal;
    (U_SUCCESS(status) ? nfkc->normalize(in, status) : in).toUTF8String(normal);
    std::u32string out;
    for (const char32_t c : to_utf32(normal)) {
        if (!is_space(c)) out += c;
    }
    return to_utf8(out);
}

std::optional<std::string> nearest(std::string_view wanted, std::span<const std::string> candidates) {
    const std::u32string want = to_utf32(folded(wanted));
    const std::string* best = nullptr;
    std::size_t best_distance = want.size() / 2 + 1;  // more than half of it different is another word
    for (const std::string& candidate : candidates) {
        const std::u32string have = to_utf32(folded(candidate));
        if (have.empty()) continue;
        // One name inside the other ("名称" and "学校名称") is as near as one wrong letter.
        const bool inside =
            want.size() > 1 && have.size() > 1 && (have.find(want) != have.npos || want.find(have) != want.npos);
        const std::size_t distance = inside ? 1 : edit_distance(want, have);
        if (distance < best_distance) {
            best_distance = distance;
            best = &candidate;
        }
    }
    return best != nullptr ? std::optional(*best) : std::nullopt;
}

int terminal_width(std::string_view utf8) {
    int width = 0;
    for (const char32_t c : to_utf32(utf8)) {
        const int kind = u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_EAST_ASIAN_WIDTH);
        width += kind == U_EA_WIDE || kind == U_EA_FULLWIDTH ? 2 : 1;
    }
    return width;
}

}  // namespace shanqi
