// Writes DER (ITU-T X.690): as much of it as a SignedData needs.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace shanqi::seal::der {

enum Tag : unsigned char {
    boolean = 0x01,
    integer = 0x02,
    octet_string = 0x04,
    null = 0x05,
    object_identifier = 0x06,
    sequence = 0x30,
    set = 0x31,
    context_0 = 0xA0,  // constructed, as every [n] that we write is
    context_1 = 0xA1,
    context_4 = 0xA4,
};

// Tag and length (8.1.3: the shortest form) in front of `content_bytes` that follow.
void append_header(std::string& out, Tag, std::size_t content_bytes);
std::size_t header_bytes(std::size_t content_bytes);

std::string element(Tag, std::string_view content);
std::string element(Tag, std::initializer_list<std::string_view> contents);
std::string small_integer(unsigned char value);  // 0..127
// The OID of a dotted number: oid({1, 2, 840, 113549}).
std::string oid(std::initializer_list<unsigned> arcs);
// SET OF: its elements in the order of their encodings (11.6).
std::string set_of(Tag, std::vector<std::string> elements);

}  // namespace shanqi::seal::der
