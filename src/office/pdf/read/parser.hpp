// Objects (ISO 32000-1, 7.3): values, and indirect objects with their streams.
#pragma once

#include <array>
#include <functional>
#include <optional>

#include "office/pdf/read/lexer.hpp"
#include "office/pdf/read/strict_file.hpp"

namespace shanqi::office::pdf_read {

// What one open() may still use, and its scratch memory. Shared by everything that reads for it.
struct Budget {
    std::size_t values = limits::values_max;
    std::size_t decoded_bytes = limits::decoded_total_bytes_max;
    // What is being read of the arrays and dictionaries at each depth, so that each is allocated once, in its size.
    struct Level {
        Array items;
        Dictionary::Entries entries;
    };
    std::array<Level, limits::depth_max + 1> levels;
};

// Of a /Length that is a reference.
using LengthOf = std::function<std::optional<std::int64_t>(const Reference&)>;

struct IndirectObject {
    Reference id;
    Object object;  // begin and end: from its number to behind endobj
    bool length_is_indirect = false;
    bool has_comment = false;
};

class Parser : public Lexer {
public:
    // `in_file`: `bytes` are the file's own, so that positions in them say something.
    Parser(std::string_view bytes, std::size_t position, bool in_file, Budget& budget)
        : Lexer(bytes, position), in_file_(in_file), budget_(budget) {}

    // The value that begins behind white space and comments.
    bool value(Object& out) { return value(out, 0); }
    // "12 0 obj … endobj" that begins exactly here.
    bool indirect_object(IndirectObject& out, const LengthOf& length_of);

private:
    bool value(Object& out, int depth);
    bool array(Object& out, int depth);
    bool dictionary(Object& out, int depth);
    bool number_or_reference(Object& out);
    bool keyword_value(Object& out);
    bool stream(IndirectObject& out, const LengthOf& length_of);

    bool in_file_;
    Budget& budget_;
};

// The Error for what stopped a parser. `where` names the object, or is empty: then the byte is named.
std::unexpected<Error> parse_error(const Lexer&, std::string where = {});

}  // namespace shanqi::office::pdf_read
