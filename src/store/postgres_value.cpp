#include "store/postgres_value.hpp"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

namespace shanqi::store {
namespace {

// pg_type.dat; fixed for ever, since clients know them.
enum Type : Oid {
    type_bool = 16,
    type_bytea = 17,
    type_name = 19,
    type_int8 = 20,
    type_int2 = 21,
    type_int4 = 23,
    type_text = 25,
    type_oid = 26,
    type_unknown = 705,
    type_bpchar = 1042,
    type_varchar = 1043,
    type_numeric = 1700,
    type_void = 2278,
    type_uuid = 2950,
};

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::string uuid_text(std::string_view bytes) {
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
    }
    return text;
}

// numeric_send: digits in base 10,000, the weight of the first, sign, digits behind the point; all of 16 bits.
Result<Value> whole_number(std::string_view binary) {
    constexpr std::uint64_t negative = 0x4000, positive = 0x0000;
    const auto part = [&](std::size_t index) { return big_endian(binary.substr(index * 2, 2)); };
    const auto digits = static_cast<int>(part(0));
    const auto weight = static_cast<std::int16_t>(part(1));
    const std::uint64_t sign = part(2);
    if (sign != positive && sign != negative) throw std::logic_error("a numeric that is no number in a row");
    __int128 value = 0;
    const __int128 too_large = __int128{std::numeric_limits<std::int64_t>::max()} + 1;  // the magnitude of the least
    for (int i = 0; i < digits || i <= weight; ++i) {
        const std::uint64_t digit = i < digits ? part(4 + static_cast<std::size_t>(i)) : 0;
        if (i > weight) {
            if (digit != 0) throw std::logic_error("a numeric with a fraction in a row: round it in SQL");
            continue;
        }
        value = value * 10'000 + digit;
        if (value > too_large) return fail(ErrorKind::system, "store.failed", {{"reason", "integer overflow"}});
    }
    if (sign == negative) value = -value;
    if (value == too_large) return fail(ErrorKind::system, "store.failed", {{"reason", "integer overflow"}});
    return Value(static_cast<std::int64_t>(value));
}

}  // namespace

bool can_read_type(Oid type) {
    switch (type) {
        case type_bool:
        case type_bytea:
        case type_name:
        case type_int8:
        case type_int2:
        case type_int4:
        case type_text:
        case type_oid:
        case type_unknown:
        case type_bpchar:
        case type_varchar:
        case type_numeric:
        case type_void:
        case type_uuid:
            return true;
        default:
            return false;
    }
}

Result<Value> read_value(Oid type, std::string_view binary) {
    switch (type) {
        case type_bool:
        case type_oid:
            return Value(static_cast<std::int64_t>(big_endian(binary)));
        case type_int2:
            return Value(std::int64_t{static_cast<std::int16_t>(big_endian(binary))});
        case type_int4:
            return Value(std::int64_t{static_cast<std::int32_t>(big_endian(binary))});
        case type_int8:
            return Value(static_cast<std::int64_t>(big_endian(binary)));
        case type_numeric:
            return whole_number(binary);
        case type_bytea:
            return Value(Bytes{std::string(binary)});
        case type_uuid:
            return Value(uuid_text(binary));
        case type_void:
            return Value();
        case type_name:
        case type_text:
        case type_unknown:
        case type_bpchar:
        case type_varchar:
            return Value(binary);
        default:
            throw std::logic_error(fmt::format("a column of type {} in a row: cast it in SQL", type));
    }
}

}  // namespace shanqi::store
