// One cross-reference section (ISO 32000-1, 7.5.4, 7.5.5, 7.5.8): a table with its trailer, or a stream that is both.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "office/pdf/read/parser.hpp"

namespace shanqi::office::pdf_read {

struct Range {
    std::size_t begin = 0, end = 0;
    auto operator<=>(const Range&) const = default;
};

struct Entry {
    enum class Kind : std::uint8_t { free, in_file, compressed };
    Kind kind = Kind::free;
    int number = 0;
    int generation = 0;
    std::size_t offset = 0;        // in_file
    int container = 0, index = 0;  // compressed
    bool operator==(const Entry&) const = default;
};

struct Section {
    Range range;  // from "xref" to behind the trailer dictionary, or the whole stream object
    bool is_stream = false;
    bool has_comment = false;
    Dictionary trailer;
    std::vector<Entry> entries;  // by number, each once
    std::size_t previous = 0;    // 0: none
    // The stream that a hybrid file adds to its table (7.5.8.4), whose entries are among ours.
    std::optional<Range> hybrid;
};

// The section that begins exactly at `offset`. At most `entries_max` entries.
Result<Section> read_section(std::string_view bytes, std::size_t offset, std::size_t entries_max, Budget&);

// What startxref names, from the last lines of the file (7.5.5).
// Errors: pdf_read.no_end; pdf_read.trailing_bytes when there is an end, and more behind it.
Result<std::size_t> last_section_offset(std::string_view bytes);

// "startxref", `stated`, "%%EOF" and at most one line end, at `position`, white space before it: the position behind.
// Some programs (iText) sign with their name in a comment line in front of startxref: the only one that is accepted
// unless any is.
Result<std::size_t> read_tail(std::string_view bytes, std::size_t position, std::size_t stated, bool any_comment);

}  // namespace shanqi::office::pdf_read
