#include "base/identity.hpp"

#include <algorithm>
#include <array>

namespace shanqi {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

int number(std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

constexpr std::size_t identity_number_size = 18;
constexpr std::size_t credit_code_size = 18;

// GB 32100-2015, table 2: the value of a character is its position.
constexpr std::string_view credit_code_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

}  // namespace

bool is_mobile_number(std::string_view text) {
    return text.size() == 11 && text[0] == '1' && text[1] >= '3' && text[1] <= '9' && all_digits(text);
}

IdentityNumberCheck check_identity_number(std::string_view text) {
    if (text.size() != identity_number_size || !all_digits(text.substr(0, 17)) || text[0] == '0')
        return IdentityNumberCheck::wrong_form;
    const char last = text[17];
    if (!is_digit(last) && last != 'X' && last != 'x') return IdentityNumberCheck::wrong_form;
    const int year = number(text.substr(6, 4));
    if (year < 1850 || !Date::make(year, number(text.substr(10, 2)), number(text.substr(12, 2))))
        return IdentityNumberCheck::wrong_date;
    // GB 11643-1999, 6: weights 2^(18-i) mod 11; the sum with the check character is 1 mod 11.
    int sum = 0, weight = 1;
    for (int i = 17; i >= 0; --i) {
        const char c = text[static_cast<std::size_t>(i)];
        sum += weight * (is_digit(c) ? c - '0' : 10);
        weight = weight * 2 % 11;
    }
    return sum % 11 == 1 ? IdentityNumberCheck::valid : IdentityNumberCheck::wrong_check_digit;
}

std::optional<Date> birth_date(std::string_view text) {
    if (check_identity_number(text) != IdentityNumberCheck::valid) return std::nullopt;
    return Date::make(number(text.substr(6, 4)), number(text.substr(10, 2)), number(text.substr(12, 2)));
}

bool is_credit_code_form(std::string_view text) {
    return text.size() == credit_code_size && all_digits(text.substr(2, 6)) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return credit_code_alphabet.find(c) != std::string_view::npos; });
}

bool is_credit_code(std::string_view text) {
    if (!is_credit_code_form(text)) return false;
    int sum = 0, weight = 1;
    for (std::size_t i = 0; i + 1 < credit_code_size; ++i) {
        sum += weight * static_cast<int>(credit_code_alphabet.find(text[i]));
        weight = weight * 3 % 31;
    }
    return credit_code_alphabet[static_cast<std::size_t>((31 - sum % 31) % 31)] == text.back();
}

bool is_email(std::string_view text) {
    constexpr std::size_t length_max = 254;  // RFC 5321, 4.5.3.1.3
    const std::size_t at = text.find('@');
    if (text.size() > length_max || at == std::string_view::npos || at == 0 ||
        text.find('@', at + 1) != std::string_view::npos)
        return false;
    const std::string_view domain = text.substr(at + 1);
    const std::size_t dot = domain.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || domain.size() - dot < 3 ||
        domain.find("..") != std::string_view::npos)
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("@._-+'&").find(c) != std::string_view::npos;
    });
}

}  // namespace shanqi
