#include "office/pdf/read/cross_reference.hpp"

#include <algorithm>
#include <climits>

#include "office/pdf/read/filters.hpp"

namespace shanqi::office::pdf_read {
namespace {

constexpr std::string_view end_mark = "%%EOF";
constexpr std::size_t entry_bytes = 20;

std::unexpected<Error> bad(std::size_t position) {
    return fail(ErrorKind::invalid, "pdf_read.bad_cross_reference", {{"where", "@" + std::to_string(position)}});
}

std::unexpected<Error> too_large(std::size_t position) {
    return fail(ErrorKind::limit, "pdf_read.too_large", {{"where", "@" + std::to_string(position)}});
}

// Digits only; false where another byte stands.
bool digits(std::string_view text, std::uint64_t& out) {
    out = 0;
    for (const char c : text) {
        if (!is_digit(c)) return false;
        out = out * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return !text.empty();
}

// 7.5.4: "nnnnnnnnnn ggggg n" and a line end of two bytes.
bool table_entry(std::string_view line, Entry& out) {
    std::uint64_t offset = 0, generation = 0;
    const std::string_view line_end = line.substr(18);
    if (!digits(line.substr(0, 10), offset) || line[10] != ' ' || !digits(line.substr(11, 5), generation) ||
        line[16] != ' ' || (line[17] != 'n' && line[17] != 'f') || generation > 65535)
        return false;
    if (line_end != "\r\n" && line_end != " \n" && line_end != " \r") return false;
    out.kind = line[17] == 'n' ? Entry::Kind::in_file : Entry::Kind::free;
    out.generation = static_cast<int>(generation);
    out.offset = out.kind == Entry::Kind::in_file ? offset : 0;
    return true;
}

Result<void> read_table_entries(Parser& parser, std::vector<Entry>& entries, std::size_t entries_max) {
    for (parser.skip(); is_digit(parser.peek()); parser.skip()) {
        std::int64_t first = 0, count = 0;
        if (!parser.natural(first) || !parser.literal(" ") || !parser.natural(count)) return bad(parser.position());
        while (parser.peek() == ' ') parser.set_position(parser.position() + 1);
        if (!parser.skip_line_end()) return bad(parser.position());
        const std::string_view rest = parser.bytes().substr(parser.position());
        const auto lines = static_cast<std::size_t>(count);
        if (lines > rest.size() / entry_bytes || first + count > INT_MAX) return bad(parser.position());
        if (lines > entries_max - entries.size()) return too_large(parser.position());
        for (std::size_t i = 0; i < lines; ++i) {
            Entry& entry = entries.emplace_back();
            entry.number = static_cast<int>(first) + static_cast<int>(i);
            if (!table_entry(rest.substr(i * entry_bytes, entry_bytes), entry))
                return bad(parser.position() + i * entry_bytes);
        }
        parser.set_position(parser.position() + lines * entry_bytes);
    }
    return {};
}

// Of a number in a trailer: a direct, positive integer, or absent.
Result<std::size_t> trailer_offset(const Dictionary& trailer, std::string_view key, std::size_t section) {
    const Object& stated = trailer.at(key);
    if (stated.is_null()) return 0;
    const auto value = stated.integer();
    if (!value || *value <= 0) return bad(section);
    return static_cast<std::size_t>(*value);
}

struct Subsection {
    std::int64_t first = 0, count = 0;
};

// 7.5.8.2, table 17: /Index, by default [0 Size].
Result<std::vector<Subsection>> subsections(const Object& stream, std::size_t at) {
    const Object& index = stream.at("Index");
    if (index.is_null()) return std::vector<Subsection>{{0, stream.at("Size").integer().value_or(0)}};
    const Array* pairs = index.array();
    if (pairs == nullptr || pairs->size() % 2 != 0) return bad(at);
    std::vector<Subsection> out;
    for (std::size_t i = 0; i < pairs->size(); i += 2) {
        const auto first = (*pairs)[i].integer(), count = (*pairs)[i + 1].integer();
        if (!first || !count || *first < 0 || *count < 0 || *first > INT_MAX || *count > INT_MAX - *first)
            return bad(at);
        out.push_back({*first, *count});
    }
    return out;
}

// 7.5.8.3, table 18.
bool stream_entry(std::string_view row, const std::array<std::size_t, 3>& widths, Entry& out) {
    std::array<std::uint64_t, 3> fields = {1, 0, 0};  // the type is 1 where it has no width
    std::size_t at = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        if (widths[i] > 0) fields[i] = 0;
        for (std::size_t k = 0; k < widths[i]; ++k) fields[i] = fields[i] << 8U | static_cast<unsigned char>(row[at++]);
    }
    if (fields[0] == 2) {
        out.kind = Entry::Kind::compressed;
        if (fields[1] > INT_MAX || fields[2] > INT_MAX) return false;
        out.container = static_cast<int>(fields[1]);
        out.index = static_cast<int>(fields[2]);
        return true;
    }
    if (fields[0] > 1 || fields[2] > 65535) return false;
    out.kind = fields[0] == 1 ? Entry::Kind::in_file : Entry::Kind::free;
    out.generation = static_cast<int>(fields[2]);
    if (out.kind == Entry::Kind::in_file) out.offset = fields[1];
    return true;
}

Result<std::vector<Entry>> read_stream_entries(const Object& object, std::size_t at, std::size_t entries_max,
                                               Budget& budget) {
    std::array<std::size_t, 3> widths{};
    const Array* stated = object.at("W").array();
    if (stated == nullptr || stated->size() != 3) return bad(at);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto width = (*stated)[i].integer();
        if (!width || *width < 0 || *width > 8) return bad(at);
        widths[i] = static_cast<std::size_t>(*width);
    }
    const std::size_t row = widths[0] + widths[1] + widths[2];
    if (widths[1] == 0) return bad(at);
    const std::string data =
        TRY(decode(*object.stream(), std::min(limits::decoded_stream_bytes_max, budget.decoded_bytes)));
    budget.decoded_bytes -= data.size();
    std::vector<Entry> entries;
    std::size_t used = 0;
    for (const Subsection& part : TRY(subsections(object, at))) {
        if (part.count < 0 || static_cast<std::uint64_t>(part.count) > (data.size() - used) / row) return bad(at);
        if (static_cast<std::uint64_t>(part.count) > entries_max - entries.size()) return too_large(at);
        for (std::int64_t i = 0; i < part.count; ++i, used += row) {
            Entry& entry = entries.emplace_back();
            entry.number = static_cast<int>(part.first + i);
            if (!stream_entry(std::string_view(data).substr(used, row), widths, entry)) return bad(at);
        }
    }
    if (used != data.size()) return bad(at);
    return entries;
}

Result<void> sort_entries(std::vector<Entry>& entries, std::string_view bytes) {
    std::ranges::sort(entries, {}, &Entry::number);
    const auto twice = std::ranges::adjacent_find(entries, {}, &Entry::number);
    const auto outside = std::ranges::find_if(entries, [&](const Entry& entry) {
        return (entry.kind == Entry::Kind::in_file && (entry.offset == 0 || entry.offset >= bytes.size())) ||
               (entry.kind != Entry::Kind::free && entry.number == 0);
    });
    const auto faulty = twice != entries.end() ? twice : outside;
    if (faulty == entries.end()) return {};
    return fail(ErrorKind::invalid, "pdf_read.bad_object", {{"where", std::to_string(faulty->number)}});
}

// 7.5.5: /Size is one more than the greatest number.
Result<void> check_size(const Section& section) {
    const auto stated = section.trailer.at("Size").integer();
    if (!stated || (!section.entries.empty() && section.entries.back().number >= *stated))
        return bad(section.range.begin);
    return *stated <= limits::object_number_max + 1 ? Result<void>{} : too_large(section.range.begin);
}

Result<Section> read_stream_section(std::string_view bytes, std::size_t offset, std::size_t entries_max,
                                    Budget& budget) {
    Parser parser(bytes, offset, true, budget);
    IndirectObject found;
    // 7.5.8.2: nothing in this dictionary is indirect, since there is no cross-reference yet.
    if (!parser.indirect_object(found, [](const Reference&) { return std::nullopt; })) return bad(offset);
    if (found.object.stream() == nullptr || !found.object.at("Type").is_name("XRef")) return bad(offset);
    Section out;
    out.range = {found.object.begin, found.object.end};
    out.is_stream = true;
    out.has_comment = found.has_comment;
    out.trailer = *found.object.dictionary();
    out.entries = TRY(read_stream_entries(found.object, offset, entries_max, budget));
    TRY_DO(sort_entries(out.entries, bytes));
    TRY_DO(check_size(out));
    const auto itself = std::ranges::lower_bound(out.entries, found.id.number, {}, &Entry::number);
    if (itself != out.entries.end() && itself->number == found.id.number &&
        (itself->kind != Entry::Kind::in_file || itself->offset != offset))
        return bad(offset);
    return out;
}

// 7.5.8.4: what the table calls free may be in use in the stream. Any other difference would show two documents.
Result<void> add_hybrid(std::string_view bytes, std::size_t at, std::size_t entries_max, Budget& budget,
                        Section& section) {
    Section stream = TRY(read_stream_section(bytes, at, entries_max - section.entries.size(), budget));
    section.hybrid = stream.range;
    section.has_comment |= stream.has_comment;
    std::vector<Entry> both;
    both.reserve(section.entries.size() + stream.entries.size());
    auto mine = section.entries.begin();
    for (const Entry& theirs : stream.entries) {
        while (mine != section.entries.end() && mine->number < theirs.number) both.push_back(*mine++);
        if (mine == section.entries.end() || mine->number != theirs.number) {
            both.push_back(theirs);
            continue;
        }
        const Entry& table = *mine++;
        if (table.kind != Entry::Kind::free && theirs.kind != Entry::Kind::free && table != theirs) return bad(at);
        both.push_back(table.kind == Entry::Kind::free ? theirs : table);
    }
    both.insert(both.end(), mine, section.entries.end());
    section.entries = std::move(both);
    return {};
}

Result<Section> read_table_section(std::string_view bytes, std::size_t offset, std::size_t entries_max,
                                   Budget& budget) {
    Parser parser(bytes, offset, true, budget);
    Section out;
    parser.keyword("xref");
    TRY_DO(read_table_entries(parser, out.entries, entries_max));
    if (!parser.keyword("trailer")) return bad(parser.position());
    Object trailer;
    if (!parser.value(trailer)) return parse_error(parser);
    if (trailer.dictionary() == nullptr) return bad(parser.position());
    out.range = {offset, parser.position()};
    out.has_comment = parser.saw_comment();
    out.trailer = *trailer.dictionary();
    TRY_DO(sort_entries(out.entries, bytes));
    if (const std::size_t stream = TRY(trailer_offset(out.trailer, "XRefStm", offset)); stream > 0)
        TRY_DO(add_hybrid(bytes, stream, entries_max, budget, out));
    TRY_DO(check_size(out));
    return out;
}

// A line that names the writing program: short, printable, and nothing that a reader could take for structure.
bool is_producer_line(std::string_view line) {
    constexpr std::size_t line_bytes_max = 100;
    return line.size() <= line_bytes_max && line.starts_with('%') && !line.starts_with(end_mark) &&
           std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }) &&
           std::ranges::none_of(std::initializer_list<std::string_view>{"obj", "xref", "trailer", "stream", "<<", "%%"},
                                [&](std::string_view word) { return line.find(word) != line.npos; });
}

}  // namespace

Result<Section> read_section(std::string_view bytes, std::size_t offset, std::size_t entries_max, Budget& budget) {
    if (offset == 0 || offset >= bytes.size()) return bad(offset);
    const bool is_table = bytes.substr(offset).starts_with("xref");
    Section out = TRY(is_table ? read_table_section(bytes, offset, entries_max, budget)
                               : read_stream_section(bytes, offset, entries_max, budget));
    out.previous = TRY(trailer_offset(out.trailer, "Prev", offset));
    if (!out.trailer.at("Encrypt").is_null()) return fail(ErrorKind::invalid, "pdf_read.encrypted");
    return out;
}

Result<std::size_t> last_section_offset(std::string_view bytes) {
    const auto no_end = [&] {
        const bool ends_before = bytes.rfind(end_mark) != bytes.npos && bytes.rfind("startxref") != bytes.npos;
        return fail(ErrorKind::invalid, ends_before ? "pdf_read.trailing_bytes" : "pdf_read.no_end");
    };
    std::string_view rest = bytes;
    const auto drop_line_end = [&rest] {
        const bool line_feed = rest.ends_with('\n');
        if (line_feed) rest.remove_suffix(1);
        const bool carriage_return = rest.ends_with('\r');
        if (carriage_return) rest.remove_suffix(1);
        return line_feed || carriage_return;
    };
    drop_line_end();
    if (!rest.ends_with(end_mark)) return no_end();
    rest.remove_suffix(end_mark.size());
    if (!drop_line_end()) return no_end();
    const std::size_t digits_end = rest.size();
    while (!rest.empty() && is_digit(rest.back()) && digits_end - rest.size() <= 10) rest.remove_suffix(1);
    std::uint64_t offset = 0;
    if (!digits(bytes.substr(rest.size(), digits_end - rest.size()), offset)) return no_end();
    if (!drop_line_end() || !rest.ends_with("startxref")) return no_end();
    return offset;
}

Result<std::size_t> read_tail(std::string_view bytes, std::size_t position, std::size_t stated, bool any_comment) {
    Lexer lexer(bytes, position);
    if (any_comment)
        lexer.skip();
    else
        lexer.skip_white();
    if (!any_comment && lexer.peek() == '%') {
        const std::size_t begin = lexer.position();
        const std::size_t end = std::min(bytes.find_first_of("\r\n", begin), bytes.size());
        if (!is_producer_line(bytes.substr(begin, end - begin)))
            return fail(ErrorKind::invalid, "pdf_read.hidden_bytes", {{"where", "@" + std::to_string(begin)}});
        lexer.set_position(end);
        lexer.skip_white();
    }
    std::int64_t offset = 0;
    const bool good = lexer.keyword("startxref") && lexer.skip_line_end() && lexer.natural(offset) &&
                      static_cast<std::uint64_t>(offset) == stated && lexer.skip_line_end() && lexer.literal(end_mark);
    if (!good) return bad(lexer.position());
    if (!lexer.at_end() && !lexer.skip_line_end())
        return fail(ErrorKind::invalid, "pdf_read.trailing_bytes", {{"where", "@" + std::to_string(lexer.position())}});
    return lexer.position();
}

}  // namespace shanqi::office::pdf_read
