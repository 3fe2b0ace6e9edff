#include "seal/verify/der_reader.hpp"

#include <array>

namespace shanqi::seal::der {
namespace {

constexpr std::uint8_t constructed_bit = 0x20;
constexpr std::uint8_t long_tag = 0x1F;
constexpr std::size_t length_octets_max = 4;

std::uint8_t octet(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

// X.690, 10.1: the definite form in the fewest octets.
std::optional<Element> first_element(std::string_view bytes) {
    if (bytes.size() < 2 || (octet(bytes, 0) & long_tag) == long_tag) return std::nullopt;
    std::size_t header = 2;
    std::size_t length = octet(bytes, 1);
    if (length >= 0x80) {
        const std::size_t octets = length & 0x7F;
        if (octets == 0 || octets > length_octets_max || bytes.size() < 2 + octets) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < octets; ++i) length = length << 8 | octet(bytes, 2 + i);
        if (length < 0x80 || (octets > 1 && length >> (8 * (octets - 1)) == 0)) return std::nullopt;
        header += octets;
    }
    if (length > bytes.size() - header) return std::nullopt;
    return Element{octet(bytes, 0), bytes.substr(header, length), bytes.substr(0, header + length)};
}

bool all_der(std::string_view bytes, int depth) {
    if (depth > limits::depth_max) return false;
    while (!bytes.empty()) {
        const std::optional<Element> element = first_element(bytes);
        if (!element) return false;
        if ((element->tag & constructed_bit) != 0 && !all_der(element->content, depth + 1)) return false;
        bytes.remove_prefix(element->whole.size());
    }
    return true;
}

// `count` digits at the front of `text`, which are taken off.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}

// ".123": X.690, 11.7.3 forbids an empty fraction and one that ends in zero.
std::optional<std::int64_t> take_fraction_us(std::string_view& text) {
    if (!text.starts_with('.')) return 0;
    text.remove_prefix(1);
    std::int64_t value_us = 0, unit_us = 100'000;
    char last = '0';
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
        last = text[0];
        value_us += (last - '0') * unit_us;
        unit_us /= 10;
        text.remove_prefix(1);
    }
    return last == '0' ? std::nullopt : std::optional(value_us);
}

}  // namespace

std::unexpected<Error> broken(std::string_view what) {
    return fail(ErrorKind::refused, "verify.bad_cms", {{"what", std::string(what)}});
}

std::unexpected<Error> Reader::broken() const { return der::broken(what_); }

Result<Element> Reader::next() {
    const std::optional<Element> element = first_element(rest_);
    if (!element) return broken();
    rest_.remove_prefix(element->whole.size());
    return *element;
}

Result<Element> Reader::next(std::uint8_t tag) {
    if (!next_is(tag)) return broken();
    return next();
}

Result<std::optional<Element>> Reader::next_if(std::uint8_t tag) {
    if (!next_is(tag)) return std::nullopt;
    return TRY(next());
}

Result<Reader> Reader::enter(std::uint8_t tag, std::string_view what) { return Reader(TRY(next(tag)).content, what); }

Result<> Reader::finish() const {
    if (!at_end()) return broken();
    return {};
}

bool is_der(std::string_view bytes) {
    const std::optional<Element> element = first_element(bytes);
    return element && element->whole.size() == bytes.size() && all_der(bytes, 0);
}

std::string dotted(std::string_view oid_content) {
    std::string out;
    std::uint64_t arc = 0;
    bool inside = false;
    for (const char c : oid_content) {
        const auto value = static_cast<std::uint8_t>(c);
        if ((!inside && value == 0x80) || arc >> 56 != 0) return {};
        arc = arc << 7 | (value & 0x7F);
        inside = (value & 0x80) != 0;
        if (inside) continue;
        if (out.empty()) {
            const std::uint64_t first = arc < 80 ? arc / 40 : 2;  // X.690, 8.19.4
            out = std::to_string(first);
            arc -= first * 40;
        }
        out += '.' + std::to_string(arc);
        arc = 0;
    }
    return inside ? std::string() : out;
}

std::optional<Instant> time_of(const Element& element) {
    std::string_view text = element.content;
    std::optional<int> year;
    if (element.tag == read_utc_time) {
        year = take_digits(text, 2);
        if (year) *year += *year < 50 ? 2000 : 1900;  // RFC 5280, 4.1.2.5.1
    } else if (element.tag == read_generalized_time) {
        year = take_digits(text, 4);
    }
    std::array<int, 5> parts{};  // month, day, hour, minute, second
    for (int& part : parts) {
        const std::optional<int> value = take_digits(text, 2);
        if (!value) return std::nullopt;
        part = *value;
    }
    const auto [month, day, hour, minute, second] = parts;
    std::optional<std::int64_t> fraction_us = 0;
    if (element.tag == read_generalized_time) fraction_us = take_fraction_us(text);
    if (!year || !fraction_us || text != "Z" || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    const std::optional<Date> date = Date::make(*year, month, day);
    if (!date) return std::nullopt;
    const std::int64_t seconds = ((date->days() * 24 + hour) * 60 + minute) * 60 + second;
    return Instant{seconds * 1'000'000 + *fraction_us};
}

std::optional<std::string_view> unsigned_integer(const Element& element) {
    std::string_view bytes = element.content;
    if (element.tag != read_integer || bytes.empty() || octet(bytes, 0) >= 0x80) return std::nullopt;
    if (bytes.size() > 1 && bytes[0] == 0) {
        if (octet(bytes, 1) < 0x80) return std::nullopt;
        bytes.remove_prefix(1);
    }
    return bytes;
}

}  // namespace shanqi::seal::der
