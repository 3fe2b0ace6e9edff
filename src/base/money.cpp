#include "base/money.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace shanqi {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void strip_prefix(std::string& text, std::string_view prefix) {
    if (text.starts_with(prefix)) text = trimmed(std::string_view(text).substr(prefix.size()));
}

void strip_suffix(std::string& text, std::string_view suffix) {
    if (text.ends_with(suffix)) text = trimmed(std::string_view(text).substr(0, text.size() - suffix.size()));
}

// "12,345" and "12345", nothing between: 12,34 may be a decimal comma or a slip of the finger.
std::optional<std::string> integer_digits(std::string_view text) {
    std::string digits;
    std::size_t since_comma = 0;
    bool grouped = false;
    for (const char c : text) {
        if (c == ',') {
            if (grouped ? since_comma != 3 : since_comma == 0 || since_comma > 3) return std::nullopt;
            grouped = true;
            since_comma = 0;
        } else if (is_digit(c)) {
            digits += c;
            ++since_comma;
        } else {
            return std::nullopt;
        }
    }
    if (digits.empty() || (grouped && since_comma != 3)) return std::nullopt;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return digits;
}

std::optional<Decimal> parse_plain(std::string_view text) {
    Decimal out;
    const std::size_t dot = text.find('.');
    auto integer = integer_digits(text.substr(0, dot));
    if (!integer) return std::nullopt;
    out.integer = *std::move(integer);
    if (dot != text.npos) {
        out.fraction = text.substr(dot + 1);
        if (out.fraction.empty() || !std::ranges::all_of(out.fraction, is_digit)) return std::nullopt;
    }
    if (out.integer.size() + out.fraction.size() > static_cast<std::size_t>(limits::decimal_digits_max))
        return std::nullopt;
    return out;
}

std::size_t significant_digits(const Decimal& number) {
    std::string digits = number.integer + number.fraction;
    const std::size_t first = digits.find_first_not_of('0');
    const std::size_t last = digits.find_last_not_of('0');
    return first == digits.npos ? 0 : last - first + 1;
}

std::optional<Decimal> from_fixed(std::string_view text) {
    Decimal out;
    out.negative = text.starts_with('-');
    if (out.negative) text.remove_prefix(1);
    const std::size_t dot = text.find('.');
    out.integer = text.substr(0, dot);
    if (dot != text.npos) out.fraction = text.substr(dot + 1);
    if (out.is_zero()) out.negative = false;
    return out;
}

}  // namespace

bool Decimal::is_zero() const {
    const auto zero = [](char c) { return c == '0'; };
    return std::ranges::all_of(integer, zero) && std::ranges::all_of(fraction, zero);
}

std::string Decimal::plain() const {
    return (negative ? "-" : "") + integer + (fraction.empty() ? "" : "." + fraction);
}

std::string Decimal::grouped() const {
    std::string out = negative ? "-" : "";
    for (std::size_t i = 0; i < integer.size(); ++i) {
        if (i > 0 && (integer.size() - i) % 3 == 0) out += ',';
        out += integer[i];
    }
    return fraction.empty() ? out : out + "." + fraction;
}

Decimal Decimal::rounded(int decimals) const {
    Decimal out = *this;
    const auto keep = static_cast<std::size_t>(std::max(0, decimals));
    const bool up = fraction.size() > keep && fraction[keep] >= '5';
    out.fraction.resize(keep, '0');
    if (up) {
        const auto carry = [](std::string& digits) {  // true: it overflowed to all zeros
            for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
                if (*digit != '9') {
                    ++*digit;
                    return false;
                }
                *digit = '0';
            }
            return true;
        };
        if (carry(out.fraction) && carry(out.integer)) out.integer.insert(out.integer.begin(), '1');
    }
    if (out.is_zero()) out.negative = false;
    return out;
}

Decimal Decimal::without_trailing_zeros() const {
    Decimal out = *this;
    while (out.fraction.ends_with('0')) out.fraction.pop_back();
    return out;
}

int compare(const Decimal& a, const Decimal& b) {
    if (a.is_zero() && b.is_zero()) return 0;
    const bool a_negative = a.negative && !a.is_zero(), b_negative = b.negative && !b.is_zero();
    if (a_negative != b_negative) return a_negative ? -1 : 1;
    const Decimal x = a.without_trailing_zeros(), y = b.without_trailing_zeros();
    int order = x.integer.size() != y.integer.size() ? (x.integer.size() < y.integer.size() ? -1 : 1)
                                                     : x.integer.compare(y.integer);
    if (order == 0) order = x.fraction.compare(y.fraction);
    order = order < 0 ? -1 : order > 0 ? 1 : 0;
    return a_negative ? -order : order;
}

std::optional<Decimal> parse_decimal(std::string_view utf8) {
    std::string text = trimmed(half_width(utf8));
    // Each may stand there once, in this order: 人民币¥-12,000.50元整.
    strip_prefix(text, "人民币");
    for (const std::string_view sign : {"¥", "￥", "RMB"}) strip_prefix(text, sign);
    if (text.ends_with("元整") || text.ends_with("元正")) text.resize(text.size() - 3);
    strip_suffix(text, "元");
    bool negative = false;
    if (text.starts_with('-') || text.starts_with('+')) {
        negative = text[0] == '-';
        text.erase(0, 1);
        for (const std::string_view sign : {"¥", "￥"}) strip_prefix(text, sign);
    }
    auto out = parse_plain(text);
    if (out) out->negative = negative && !out->is_zero();
    return out;
}

std::optional<Decimal> decimal_of(double number) {
    constexpr std::size_t excel_digits = 15;
    if (!std::isfinite(number) || std::abs(number) > 1e22) return std::nullopt;
    char buffer[512];
    auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
    if (end.ec != std::errc()) return std::nullopt;
    auto shortest = from_fixed({buffer, end.ptr});
    if (significant_digits(*shortest) <= excel_digits) return shortest;
    end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific,
                        static_cast<int>(excel_digits) - 1);
    double shown = 0;
    std::from_chars(buffer, end.ptr, shown);
    end = std::to_chars(buffer, buffer + sizeof buffer, shown, std::chars_format::fixed);
    return from_fixed({buffer, end.ptr});
}

std::expected<std::int64_t, AmountProblem> to_fen(const Decimal& yuan) {
    const Decimal exact = yuan.without_trailing_zeros();
    if (exact.fraction.size() > 2) return std::unexpected(AmountProblem::too_precise);
    if (exact.integer.size() > 12) return std::unexpected(AmountProblem::too_large);
    std::int64_t fen = 0;
    for (const char c : exact.integer + exact.fraction + std::string(2 - exact.fraction.size(), '0'))
        fen = fen * 10 + (c - '0');
    if (fen > limits::amount_fen_max) return std::unexpected(AmountProblem::too_large);
    return yuan.negative ? -fen : fen;
}

std::string yuan_text(std::int64_t fen) {
    const bool negative = fen < 0;
    const std::uint64_t size = negative ? 0 - static_cast<std::uint64_t>(fen) : static_cast<std::uint64_t>(fen);
    std::string cents = std::to_string(size % 100);
    if (cents.size() < 2) cents.insert(cents.begin(), '0');
    return (negative ? "-" : "") + std::to_string(size / 100) + "." + cents;
}

}  // namespace shanqi
