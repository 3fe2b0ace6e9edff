#include "office/pdf/read/object_streams.hpp"

#include <algorithm>
#include <climits>

#include "office/pdf/read/filters.hpp"

namespace shanqi::office::pdf_read {
namespace {

struct Header {
    std::int64_t number = 0, offset = 0;
};

// N pairs of number and offset; offsets grow, and no number comes twice.
bool read_header(Lexer& lexer, std::int64_t count, std::vector<Header>& out) {
    for (std::int64_t i = 0; i < count; ++i) {
        Header pair;
        lexer.skip_white();
        if (!lexer.natural(pair.number) || !is_white(lexer.peek())) return false;
        lexer.skip_white();
        if (!lexer.natural(pair.offset) || pair.number > INT_MAX || pair.number == 0) return false;
        if (!out.empty() && pair.offset <= out.back().offset) return false;
        out.push_back(pair);
    }
    std::vector<std::int64_t> numbers;
    numbers.reserve(out.size());
    for (const Header& pair : out) numbers.push_back(pair.number);
    std::ranges::sort(numbers);
    return std::ranges::adjacent_find(numbers) == numbers.end();
}

}  // namespace

Result<void> ObjectStreams::add(const IndirectObject& container, Budget& budget) {
    const std::string where = std::to_string(container.id.number) + " 0";
    const auto bad = [&] { return fail(ErrorKind::invalid, "pdf_read.bad_object", {{"where", where}}); };
    const Object& object = container.object;
    const auto count = object.at("N").integer(), first = object.at("First").integer();
    // 7.5.7: an object stream has generation 0, as have the objects in it.
    if (object.stream() == nullptr || !object.at("Type").is_name("ObjStm") || container.id.generation != 0 || !count ||
        *count < 0 || !first || *first < 0)
        return bad();
    auto decoded = decode(*object.stream(), std::min(limits::decoded_stream_bytes_max, budget.decoded_bytes));
    if (!decoded) {
        decoded.error().arguments = {{"where", where}};
        return std::unexpected(std::move(decoded).error());
    }
    const std::string_view data = *decoded;
    budget.decoded_bytes -= data.size();
    const auto body = static_cast<std::size_t>(*first);
    if (body > data.size()) return bad();
    if (static_cast<std::uint64_t>(*count) > budget.values)
        return fail(ErrorKind::limit, "pdf_read.too_large", {{"where", where}});
    std::vector<Header> header;
    Lexer lexer(data.substr(0, body), 0);
    if (!read_header(lexer, *count, header)) return bad();
    lexer.skip_white();
    if (!lexer.at_end()) return bad();

    std::vector<CompressedObject> made(header.size());
    const std::string_view values = data.substr(body);
    Lexer front(values, 0);
    front.skip_white();
    if (front.position() < (header.empty() ? values.size() : static_cast<std::size_t>(header.front().offset)))
        return bad();
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto begin = static_cast<std::size_t>(header[i].offset);
        const std::size_t end = i + 1 < header.size() ? static_cast<std::size_t>(header[i + 1].offset) : values.size();
        if (begin >= end || end > values.size()) return bad();
        // The object ends where the next one begins: nothing is left between them.
        Parser parser(values.substr(0, end), begin, false, budget);
        if (!parser.value(made[i].object)) return parse_error(parser, where);
        parser.skip_white();
        if (!parser.at_end() || parser.saw_comment()) return bad();
        made[i].number = static_cast<int>(header[i].number);
    }
    by_offset_.emplace(object.begin, std::move(made));
    return {};
}

const std::vector<CompressedObject>* ObjectStreams::members(std::size_t offset) const {
    const auto found = by_offset_.find(offset);
    return found == by_offset_.end() ? nullptr : &found->second;
}

const Object* ObjectStreams::find(std::size_t offset, int index, int number) const {
    const std::vector<CompressedObject>* all = members(offset);
    if (all == nullptr || static_cast<std::size_t>(index) >= all->size()) return nullptr;
    const CompressedObject& object = (*all)[static_cast<std::size_t>(index)];
    return object.number == number ? &object.object : nullptr;
}

}  // namespace shanqi::office::pdf_read
