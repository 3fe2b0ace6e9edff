// Reads DER (ITU-T X.690) and nothing that is merely BER: shortest lengths, no indefinite ones, tags of one octet.
// Views into the bytes that were given; what is read is never copied.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::seal::der {

namespace limits {
constexpr int depth_max = 48;  // of elements within elements
}  // namespace limits

// Tags as they stand in the bytes, with class and the constructed bit.
enum ReadTag : std::uint8_t {
    read_boolean = 0x01,
    read_integer = 0x02,
    read_bit_string = 0x03,
    read_octet_string = 0x04,
    read_null = 0x05,
    read_oid = 0x06,
    read_utf8_string = 0x0C,
    read_utc_time = 0x17,
    read_generalized_time = 0x18,
    read_sequence = 0x30,
    read_set = 0x31,
    read_primitive_0 = 0x80,
    read_constructed_0 = 0xA0,
    read_constructed_1 = 0xA1,
    read_constructed_2 = 0xA2,
    read_constructed_4 = 0xA4,
};

struct Element {
    std::uint8_t tag = 0;
    std::string_view content;
    std::string_view whole;  // with tag and length
    bool operator==(const Element& other) const { return whole == other.whole; }
};

// The elements that stand one behind the other in some bytes. Errors: verify.bad_cms with {what}, the structure that
// was being read.
class Reader {
public:
    Reader(std::string_view bytes, std::string_view what) : rest_(bytes), what_(what) {}

    bool at_end() const { return rest_.empty(); }
    bool next_is(std::uint8_t tag) const { return !rest_.empty() && static_cast<std::uint8_t>(rest_.front()) == tag; }
    Result<Element> next();
    Result<Element> next(std::uint8_t tag);                         // an error when another one stands there
    Result<std::optional<Element>> next_if(std::uint8_t tag);       // none when another one stands there
    Result<Reader> enter(std::uint8_t tag, std::string_view what);  // what stands within the next element
    Result<> finish() const;                                        // an error when something is left
    std::string_view rest() const { return rest_; }

    std::unexpected<Error> broken() const;

private:
    std::string_view rest_;
    std::string_view what_;
};

std::unexpected<Error> broken(std::string_view what);

// Whether it is one DER element down to the last leaf (which an OCTET STRING is, whatever it holds).
bool is_der(std::string_view bytes);

std::string dotted(std::string_view oid_content);  // "1.2.840.113549.1.7.2"; empty when it is none

// UTCTime and GeneralizedTime as RFC 5280 (4.1.2.5) and RFC 3161 write them: seconds are there, the zone is Z;
// a fraction only in GeneralizedTime, and cut after the microsecond.
std::optional<Instant> time_of(const Element&);

// An INTEGER that is not negative, without the zero octet in front of its magnitude. None when it is negative or not in
// the shortest form.
std::optional<std::string_view> unsigned_integer(const Element&);

}  // namespace shanqi::seal::der
