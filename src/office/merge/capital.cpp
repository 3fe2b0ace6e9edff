// 支付结算办法, annex 1 (正确填写票据和结算凭证的基本规定), items 1 and 2. Where it leaves a choice, the form
// that it writes first is taken: 整 after 元 and after 角, none after 分; 壹仟陆佰捌拾元零叁角贰分;
// 壹拾万柒仟元零伍角叁分.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "office/merge/merge.hpp"

namespace shanqi::office {
namespace {

constexpr std::array<std::string_view, 10> digits{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

// 1..9999, without leading 零.
std::string four_digits(std::uint64_t number) {
    constexpr std::array<std::string_view, 4> units{"仟", "佰", "拾", ""};
    std::string out;
    bool zero_waits = false;
    std::uint64_t place = 1000;
    for (const std::string_view unit : units) {
        const std::uint64_t digit = number / place % 10;
        if (digit == 0) {
            zero_waits = !out.empty();
        } else {
            if (zero_waits) out += digits[0];
            zero_waits = false;
            out += digits[digit];
            out += unit;
        }
        place /= 10;
    }
    return out;
}

// `upper` (in units of `unit`) followed by `lower`, which has less than the unit's zeros.
std::string joined(std::string upper, std::string_view unit, const std::string& lower, bool gap) {
    upper += unit;
    if (!lower.empty() && gap) upper += digits[0];
    return upper + lower;
}

std::string whole(std::uint64_t number) {
    constexpr std::uint64_t wan = 10'000, yi = 100'000'000;
    if (number == 0) return {};
    if (number < wan) return four_digits(number);
    if (number < yi) return joined(whole(number / wan), "万", whole(number % wan), number % wan < wan / 10);
    return joined(whole(number / yi), "亿", whole(number % yi), number % yi < yi / 10);
}

}  // namespace

std::string chinese_capital_amount(std::int64_t fen) {
    const bool negative = fen < 0;
    const std::uint64_t size = negative ? 0 - static_cast<std::uint64_t>(fen) : static_cast<std::uint64_t>(fen);
    const std::uint64_t yuan = size / 100, jiao = size / 10 % 10, last = size % 10;
    std::string out = negative ? "负" : "";
    if (size == 0) return "零元整";
    if (yuan > 0) out += whole(yuan) + "元";
    if (jiao == 0 && last == 0) return out + "整";
    if (yuan > 0 && (jiao == 0 || yuan % 10 == 0)) out += digits[0];
    if (jiao > 0) out += std::string(digits[jiao]) + "角";
    if (last == 0) return out + "整";
    return out + std::string(digits[last]) + "分";
}

}  // namespace shanqi::office
