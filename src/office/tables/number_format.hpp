// Number formats (ECMA-376 part 1, 18.8.30 and 18.8.31), as far as they decide what a number is.
#pragma once

#include <cstdint>
#include <string_view>

namespace shanqi::office::tables {

struct NumberFormat {
    enum class Kind : std::uint8_t {
        number,
        percent,
        date,  // with or without a time of day
        time,  // a time of day or an elapsed time, no date
    };
    Kind kind = Kind::number;
    bool with_time = false;   // a date with hours
    bool month_only = false;  // year and month, no day
    bool seconds = false;
    bool elapsed = false;    // [h]:mm counts beyond 24 hours
    std::uint8_t zeros = 0;  // "000000": padded to that many digits
    bool operator==(const NumberFormat&) const = default;
};

NumberFormat number_format(std::string_view code);
NumberFormat builtin_number_format(int id);  // ids below 164, with the East Asian ones (27-36, 50-58)

}  // namespace shanqi::office::tables
