#include "app/commands/moment.hpp"

#include <charconv>

namespace shanqi::app {
namespace {

constexpr std::int64_t seconds_a_day = 86'400, china_offset_seconds = 8 * 3'600;

bool take_two(std::string_view& text, char before, int high, std::int64_t& value) {
    if (before != 0) {
        if (!text.starts_with(before)) return false;
        text.remove_prefix(1);
    }
    int number = 0;
    if (text.size() < 2) return false;
    const char* const begin = text.data();
    if (const char* const end = begin + 2; std::from_chars(begin, end, number).ptr != end) return false;
    text.remove_prefix(2);
    value = number;
    return number >= 0 && number <= high;
}

}  // namespace

Result<Instant> parse_moment(std::string_view text) {
    const auto bad = [&] { return fail(ErrorKind::invalid, "app.bad_time", {{"value", std::string(text)}}); };
    const std::size_t split = text.find_first_of("Tt ");
    const auto date = parse_date(text.substr(0, split));
    if (!date) return bad();
    const std::int64_t midnight = date->days() * seconds_a_day - china_offset_seconds;
    if (split == text.npos) return Instant{(midnight + seconds_a_day - 1) * 1'000'000};
    std::string_view rest = text.substr(split + 1);
    std::int64_t hour = 0, minute = 0, second = 0, offset = china_offset_seconds;
    if (!take_two(rest, 0, 23, hour) || !take_two(rest, ':', 59, minute)) return bad();
    if (rest.starts_with(':') && !take_two(rest, ':', 59, second)) return bad();
    if (rest == "Z" || rest == "z") {
        offset = 0;
    } else if (!rest.empty()) {
        const int sign = rest.front() == '-' ? -1 : 1;
        std::int64_t hours = 0, minutes = 0;
        if (!take_two(rest, sign < 0 ? '-' : '+', 23, hours) || !take_two(rest, ':', 59, minutes) || !rest.empty())
            return bad();
        offset = sign * (hours * 3'600 + minutes * 60);
    }
    return Instant{(date->days() * seconds_a_day + hour * 3'600 + minute * 60 + second - offset) * 1'000'000};
}

}  // namespace shanqi::app
