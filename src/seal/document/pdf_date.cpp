#include "seal/document/pdf_date.hpp"

#include <charconv>
#include <memory>

namespace shanqi::seal {
namespace {

// Takes `digits` digits off the front; none when there are fewer or the value is out of range.
std::optional<int> take(std::string_view& text, std::size_t digits, int low, int high) {
    int value = 0;
    if (text.size() < digits) return std::nullopt;
    const char* const begin = std::to_address(text.begin());
    const auto [end, error] = std::from_chars(begin, begin + digits, value);
    if (error != std::errc() || end != begin + digits || value < low || value > high) return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

}  // namespace

std::optional<Instant> parse_pdf_date(std::string_view text) {
    if (text.starts_with("D:")) text.remove_prefix(2);
    const auto year = take(text, 4, 0, 9999);
    if (!year) return std::nullopt;
    const int month = take(text, 2, 1, 12).value_or(1), day = take(text, 2, 1, 31).value_or(1);
    const int hour = take(text, 2, 0, 23).value_or(0), minute = take(text, 2, 0, 59).value_or(0),
              second = take(text, 2, 0, 59).value_or(0);
    const auto date = Date::make(*year, month, day);
    if (!date) return std::nullopt;
    std::int64_t seconds = date->days() * 86'400 + hour * 3'600 + minute * 60 + second;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        const int sign = text.front() == '+' ? 1 : -1;
        text.remove_prefix(1);
        const int hours = take(text, 2, 0, 23).value_or(0);
        if (!text.empty() && text.front() == '\'') text.remove_prefix(1);
        const int minutes = take(text, 2, 0, 59).value_or(0);
        seconds -= sign * (hours * 3'600 + minutes * 60);
    }
    return Instant{seconds * 1'000'000};
}

}  // namespace shanqi::seal
