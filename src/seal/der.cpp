#include "seal/der.hpp"

#include <algorithm>

namespace shanqi::seal::der {

std::size_t header_bytes(std::size_t content_bytes) {
    std::size_t bytes = 2;
    if (content_bytes >= 0x80)
        for (std::size_t rest = content_bytes; rest != 0; rest >>= 8) ++bytes;
    return bytes;
}

void append_header(std::string& out, Tag tag, std::size_t content_bytes) {
    out += static_cast<char>(tag);
    const std::size_t length_bytes = header_bytes(content_bytes) - 2;
    if (length_bytes == 0) {
        out += static_cast<char>(content_bytes);
        return;
    }
    out += static_cast<char>(0x80 | length_bytes);
    for (std::size_t i = length_bytes; i-- > 0;) out += static_cast<char>(content_bytes >> (8 * i) & 0xFF);
}

std::string element(Tag tag, std::initializer_list<std::string_view> contents) {
    std::size_t bytes = 0;
    for (const std::string_view content : contents) bytes += content.size();
    std::string out;
    out.reserve(bytes + 6);
    append_header(out, tag, bytes);
    for (const std::string_view content : contents) out += content;
    return out;
}

std::string element(Tag tag, std::string_view content) { return element(tag, {content}); }

std::string small_integer(unsigned char value) {
    const char byte = static_cast<char>(value & 0x7F);
    return element(integer, std::string_view(&byte, 1));
}

std::string oid(std::initializer_list<unsigned> arcs) {
    std::string content;
    const unsigned* arc = arcs.begin();
    content += static_cast<char>(arc[0] * 40 + arc[1]);
    for (arc += 2; arc != arcs.end(); ++arc) {
        int shift = 28;
        while (shift > 0 && (*arc >> shift) == 0) shift -= 7;
        for (; shift > 0; shift -= 7) content += static_cast<char>(0x80 | (*arc >> shift & 0x7F));
        content += static_cast<char>(*arc & 0x7F);
    }
    return element(object_identifier, content);
}

std::string set_of(Tag tag, std::vector<std::string> elements) {
    // Octets compare unsigned; std::string's char_traits does that.
    std::ranges::sort(elements);
    std::string content;
    for (const std::string& one : elements) content += one;
    return element(tag, content);
}

}  // namespace shanqi::seal::der
