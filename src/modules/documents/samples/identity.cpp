#include "modules/documents/samples/identity.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace shanqi::sample {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // without I O S V Z

char organisation_check(std::string_view eight_digits) {
    constexpr std::array weights{3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * (eight_digits[i] - '0');
    const int check = 11 - sum % 11;
    return check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check);
}

char credit_check(std::string_view seventeen) {
    int sum = 0, weight = 1;
    for (const char c : seventeen) {
        sum += weight * static_cast<int>(alphabet.find(c));
        weight = weight * 3 % 31;
    }
    return alphabet[static_cast<std::size_t>((31 - sum % 31) % 31)];
}

}  // namespace

std::string mobile_of(int sequence) { return fmt::format("164{:08}", (sequence * 7919) % 100'000'000); }

std::string credit_code_of(int sequence) {
    const std::string organisation = fmt::format("{:08}", 20'000'000 + sequence);
    const std::string seventeen =
        fmt::format("1299{:04}{}{}", sequence % 9000 + 1000, organisation, organisation_check(organisation));
    return seventeen + credit_check(seventeen);
}

std::string full_width(const std::string& ascii) {
    std::string wide;
    for (const char c : ascii) {
        const int code = 0xFF00 + (c - 0x20);  // U+FF01..U+FF5E stand for U+0021..U+007E
        wide += static_cast<char>(0xE0 | code >> 12);
        wide += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        wide += static_cast<char>(0x80 | (code & 0x3F));
    }
    return wide;
}

std::string with_thousands(long number) {
    std::string digits = std::to_string(number);
    for (int place = static_cast<int>(digits.size()) - 3; place > 0; place -= 3)
        digits.insert(static_cast<std::size_t>(place), 1, ',');
    return digits;
}

}  // namespace shanqi::sample
