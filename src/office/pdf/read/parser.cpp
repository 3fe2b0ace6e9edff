#include "office/pdf/read/parser.hpp"

#include <climits>

namespace shanqi::office::pdf_read {

bool Parser::value(Object& out, int depth) {
    skip();
    if (at_end()) return failed(Fault::syntax);
    if (depth > limits::depth_max || budget_.values == 0) return failed(Fault::too_large);
    --budget_.values;
    const std::size_t begin = position();
    bool good = false;
    switch (peek()) {
        case '/':
            good = name(out.value.emplace<Name>().text);
            break;
        case '(':
            good = literal_string(out.value.emplace<String>().bytes);
            break;
        case '[':
            good = array(out, depth);
            break;
        case '<':
            good = begin + 1 < bytes().size() && bytes()[begin + 1] == '<'
                       ? dictionary(out, depth)
                       : hex_string(out.value.emplace<String>().bytes);
            break;
        case '+':
        case '-':
        case '.':
            good = number_or_reference(out);
            break;
        default:
            good = is_digit(peek()) ? number_or_reference(out) : keyword_value(out);
    }
    if (good && in_file_) {
        out.begin = begin;
        out.end = position();
    }
    return good;
}

bool Parser::array(Object& out, int depth) {
    set_position(position() + 1);
    Array& items = budget_.levels[static_cast<std::size_t>(depth)].items;
    items.clear();
    for (skip(); peek() != ']'; skip())
        if (!value(items.emplace_back(), depth + 1)) return false;
    set_position(position() + 1);
    out.value = std::make_shared<const Array>(std::move_iterator(items.begin()), std::move_iterator(items.end()));
    return true;
}

bool Parser::dictionary(Object& out, int depth) {
    set_position(position() + 2);
    Dictionary::Entries& entries = budget_.levels[static_cast<std::size_t>(depth)].entries;
    entries.clear();
    for (skip(); peek() == '/'; skip()) {
        Dictionary::Entry& entry = entries.emplace_back();
        if (!name(entry.first) || !value(entry.second, depth + 1)) return false;
    }
    if (!literal(">>")) return failed(Fault::syntax);
    const auto made = std::make_shared<const Dictionary>(entries);
    // 7.3.7: no two entries have the same key. Readers differ in which of them they take.
    if (made->has_duplicate()) return failed(Fault::duplicate_key);
    out.value = made;
    return true;
}

bool Parser::number_or_reference(Object& out) {
    bool is_integer = false;
    std::int64_t integer = 0;
    double real = 0;
    const bool may_refer = is_digit(peek());
    if (!number(is_integer, integer, real)) return false;
    if (!is_integer) {
        out.value = real;
        return true;
    }
    out.value = integer;
    if (!may_refer || !is_white(peek())) return true;
    // 7.3.10: "12 0 R". Anything else behind the number is the next value.
    const std::size_t behind = position();
    skip();
    std::int64_t generation = 0;
    if (const std::size_t digits = position(); is_digit(peek())) {
        while (is_digit(peek())) set_position(position() + 1);
        const std::size_t digits_end = position();
        skip();
        if (digits_end - digits <= 5 && position() > digits_end && keyword("R") && integer <= INT_MAX) {
            for (std::size_t i = digits; i < digits_end; ++i) generation = generation * 10 + (bytes()[i] - '0');
            out.value = Reference{static_cast<int>(integer), static_cast<int>(generation)};
            return true;
        }
    }
    set_position(behind);
    return true;
}

bool Parser::keyword_value(Object& out) {
    if (keyword("null"))
        out.value = std::monostate{};
    else if (keyword("true"))
        out.value = true;
    else if (keyword("false"))
        out.value = false;
    else
        return failed(Fault::syntax);
    return true;
}

bool Parser::indirect_object(IndirectObject& out, const LengthOf& length_of) {
    const std::size_t begin = position();
    std::int64_t number = 0, generation = 0;
    const auto gap = [this] {
        if (!is_white(peek())) return failed(Fault::syntax);
        skip_white();
        return true;
    };
    if (!natural(number) || !gap() || !natural(generation) || !gap()) return false;
    if (!keyword("obj") || number > INT_MAX || generation > 65535) return failed(Fault::syntax);
    out.id = {static_cast<int>(number), static_cast<int>(generation)};
    if (!value(out.object, 0)) return false;
    skip();
    if (std::holds_alternative<std::shared_ptr<const Dictionary>>(out.object.value) && keyword("stream")) {
        if (!stream(out, length_of)) return false;
        skip();
    }
    if (!keyword("endobj")) return failed(Fault::syntax);
    out.object.begin = begin;
    out.object.end = position();
    out.has_comment = saw_comment();
    return true;
}

bool Parser::stream(IndirectObject& out, const LengthOf& length_of) {
    // 7.3.8.1: CR LF or LF behind the keyword, never CR alone.
    if (peek() == '\r') set_position(position() + 1);
    if (!literal("\n")) return failed(Fault::stream);
    const auto dictionary = std::get<std::shared_ptr<const Dictionary>>(out.object.value);
    const Object& stated = out.object.at("Length");
    std::optional<std::int64_t> length = stated.integer();
    if (const Reference* reference = stated.reference()) {
        out.length_is_indirect = true;
        length = length_of(*reference);
    }
    const std::size_t begin = position();
    if (!length || *length < 0 || static_cast<std::uint64_t>(*length) > bytes().size() - begin)
        return failed(Fault::stream);
    const auto size = static_cast<std::size_t>(*length);
    set_position(begin + size);
    skip_line_end();
    if (!keyword("endstream")) return failed(Fault::stream);
    out.object.value = Stream{dictionary, bytes().substr(begin, size)};
    return true;
}

std::unexpected<Error> parse_error(const Lexer& lexer, std::string where) {
    if (where.empty()) where = "@" + std::to_string(lexer.position());
    Error::Arguments arguments = {{"where", std::move(where)}};
    switch (lexer.fault()) {
        case Fault::duplicate_key:
            return fail(ErrorKind::invalid, "pdf_read.duplicate_key", std::move(arguments));
        case Fault::stream:
            return fail(ErrorKind::invalid, "pdf_read.bad_stream", std::move(arguments));
        case Fault::too_large:
            return fail(ErrorKind::limit, "pdf_read.too_large", std::move(arguments));
        default:
            return fail(ErrorKind::invalid, "pdf_read.bad_object", std::move(arguments));
    }
}

}  // namespace shanqi::office::pdf_read
