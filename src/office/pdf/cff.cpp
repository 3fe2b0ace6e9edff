#include "office/pdf/cff.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace shanqi::office::pdf {
namespace {

void append_16(std::string& out, std::uint32_t value) {
    out += static_cast<char>(value >> 8 & 255);
    out += static_cast<char>(value & 255);
}

// An offset in a DICT, always in five bytes: the size of the Top DICT must not depend on the offsets in it.
void append_wide(std::string& out, std::int64_t value) {
    out += static_cast<char>(29);
    append_16(out, static_cast<std::uint32_t>(value) >> 16);
    append_16(out, static_cast<std::uint32_t>(value) & 0xFFFF);
}

void append_operator(std::string& out, int operation) {
    if (operation >= 1200) out += static_cast<char>(12);
    out += static_cast<char>(operation % 1200);
}

constexpr int op_font_bbox = 5, op_charset = 15, op_char_strings = 17, op_private = 18, op_default_width = 20,
              op_nominal_width = 21, op_ros = 1230, op_cid_count = 1234, op_fd_array = 1236, op_fd_select = 1237;
constexpr int first_own_string = 391;  // TN 5176, appendix A

void append_offset(std::string& out, std::uint32_t offset, int size) {
    for (int byte = size - 1; byte >= 0; --byte) out += static_cast<char>(offset >> (8 * byte) & 255);
}

int offset_size(std::size_t bytes) { return bytes < 0xFF ? 1 : bytes < 0xFFFF ? 2 : bytes < 0xFFFFFF ? 3 : 4; }

void append_index(std::string& out, std::span<const std::string_view> items) {
    std::size_t total = 0;
    for (auto item : items) total += item.size();
    int size = offset_size(total + 1);
    append_16(out, static_cast<std::uint32_t>(items.size()));
    out += static_cast<char>(size);
    std::uint32_t offset = 1;
    append_offset(out, offset, size);
    for (auto item : items) append_offset(out, offset += static_cast<std::uint32_t>(item.size()), size);
    for (auto item : items) out += item;
}

void append_one(std::string& out, std::string_view item) { append_index(out, std::array{item}); }

struct Offsets {
    std::size_t charset = 0, fd_select = 0, char_strings = 0, fd_array = 0;
};

std::string top_dict(const Offsets& offsets, const int (&bbox)[4]) {
    std::string dict;
    append_operand(dict, first_own_string);      // Adobe
    append_operand(dict, first_own_string + 1);  // Identity
    append_operand(dict, 0);
    append_operator(dict, op_ros);
    for (int side : bbox) append_operand(dict, std::clamp(side, -32768, 32767));
    append_operator(dict, op_font_bbox);
    append_wide(dict, 65536);
    append_operator(dict, op_cid_count);
    append_wide(dict, static_cast<std::int64_t>(offsets.charset));
    append_operator(dict, op_charset);
    append_wide(dict, static_cast<std::int64_t>(offsets.fd_select));
    append_operator(dict, op_fd_select);
    append_wide(dict, static_cast<std::int64_t>(offsets.char_strings));
    append_operator(dict, op_char_strings);
    append_wide(dict, static_cast<std::int64_t>(offsets.fd_array));
    append_operator(dict, op_fd_array);
    return dict;
}

std::string private_dict() {
    std::string dict;
    append_operand(dict, default_width);
    append_operator(dict, op_default_width);
    append_operand(dict, 0);
    append_operator(dict, op_nominal_width);
    return dict;
}

void append_head(std::string& out, std::string_view font_name, const Offsets& offsets, const int (&bbox)[4]) {
    out.append({1, 0, 4, 4});
    append_one(out, font_name);
    append_one(out, top_dict(offsets, bbox));
    append_index(out, std::array<std::string_view, 2>{"Adobe", "Identity"});
    append_16(out, 0);  // no global subroutines
}

}  // namespace

std::string write_cff(std::string_view font_name, std::span<const CffGlyph> glyphs, const int (&bbox)[4]) {
    std::string body;
    std::size_t outline_bytes = 0;
    for (const CffGlyph& glyph : glyphs) outline_bytes += glyph.outline->charstring.size();
    body.reserve(512 + outline_bytes + glyphs.size() * 6);
    append_head(body, font_name, {}, bbox);

    Offsets offsets;
    offsets.charset = body.size();
    body += '\0';
    for (const CffGlyph& glyph : glyphs.subspan(1)) append_16(body, glyph.cid);
    offsets.fd_select = body.size();
    body += '\3';  // ranges: all glyphs belong to the one font dictionary
    append_16(body, 1);
    append_16(body, 0);
    body += '\0';
    append_16(body, static_cast<std::uint32_t>(glyphs.size()));
    offsets.char_strings = body.size();
    std::vector<std::string_view> charstrings;
    charstrings.reserve(glyphs.size());
    for (const CffGlyph& glyph : glyphs) charstrings.emplace_back(glyph.outline->charstring);
    append_index(body, charstrings);

    std::string widths = private_dict();
    std::size_t private_offset = body.size();
    body += widths;
    offsets.fd_array = body.size();
    std::string font_dict;
    append_wide(font_dict, static_cast<std::int64_t>(widths.size()));
    append_wide(font_dict, static_cast<std::int64_t>(private_offset));
    append_operator(font_dict, op_private);
    append_one(body, font_dict);

    std::string head;
    append_head(head, font_name, offsets, bbox);
    body.replace(0, head.size(), head);
    return body;
}

}  // namespace shanqi::office::pdf
