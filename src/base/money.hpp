// Exact decimal numbers as people write them, and amounts in fen. Never a float: a float is only read, and
// becomes decimal text at once.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace shanqi {

namespace limits {
constexpr std::int64_t amount_fen_max = 9'999'999'999'999;  // 999 亿: a longer amount is a typing error
constexpr int decimal_digits_max = 40;
}  // namespace limits

// A decimal number, exact. Canonical: no leading zeros in `integer` ("0" at least), `fraction` as written.
struct Decimal {
    bool negative = false;
    std::string integer = "0";
    std::string fraction;
    bool operator==(const Decimal&) const = default;

    bool is_zero() const;
    std::string plain() const;               // "-1234.50"
    std::string grouped() const;             // "-1,234.50"
    Decimal rounded(int decimals) const;     // half away from zero, with exactly so many decimals
    Decimal without_trailing_zeros() const;  // 12.500 is 12.5
};

// Negative, zero, positive: as a number, so that 3 and 3.00 are equal.
int compare(const Decimal&, const Decimal&);

// "12000", "12,000.50", "１２０００．５０", "¥12,000.50元", "-3.5", "+3", "12000元整". None: anything else, also wrong
// grouping ("12,34"), exponents, per cent and 万元, because a number is never guessed.
std::optional<Decimal> parse_decimal(std::string_view utf8);

// A binary number of a spreadsheet. Shortest text that reads back as it; where that needs more than the 15
// digits that Excel keeps (0.1 + 0.2), the 15 digits that Excel shows. None: not finite.
std::optional<Decimal> decimal_of(double number);

enum class AmountProblem { too_precise, too_large };  // more than two decimals; beyond amount_fen_max
std::expected<std::int64_t, AmountProblem> to_fen(const Decimal& yuan);
std::string yuan_text(std::int64_t fen);  // "1234.50"

}  // namespace shanqi
