#include "base/totp.hpp"

#include <array>

#include "base/encoding.hpp"
#include "base/mac.hpp"

namespace shanqi::totp {

std::string code_at_step(std::string_view secret, std::int64_t step, int digits) {
    std::string counter(8, '\0');
    for (int i = 7; i >= 0; i--, step >>= 8) counter[static_cast<std::size_t>(i)] = static_cast<char>(step & 0xFF);
    const std::string mac = hmac_sha1(secret, counter);
    // RFC 4226, 5.3: dynamic truncation.
    const std::size_t offset = static_cast<unsigned char>(mac.back()) & 15U;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; i++) number = number << 8 | static_cast<unsigned char>(mac[offset + i]);
    number &= 0x7FFFFFFFU;
    std::string code(static_cast<std::size_t>(digits), '0');
    for (auto digit = code.rbegin(); digit != code.rend(); ++digit, number /= 10) {
        *digit = static_cast<char>('0' + number % 10);
    }
    return code;
}

std::int64_t step_of(Instant now) { return now.us / 1'000'000 / step_seconds; }

std::optional<std::int64_t> matching_step(std::string_view secret, std::string_view code, Instant now,
                                          std::int64_t last_used_step) {
    std::optional<std::int64_t> found;
    for (const std::int64_t drift : std::array<std::int64_t, 3>{-1, 0, 1}) {
        const std::int64_t step = step_of(now) + drift;
        if (equal_in_constant_time(code_at_step(secret, step), code) && step > last_used_step) found = step;
    }
    return found;
}

std::string key_uri(std::string_view secret, std::string_view issuer, std::string_view account) {
    return "otpauth://totp/" + percent_encoded(issuer) + ":" + percent_encoded(account) + "?secret=" + base32(secret) +
           "&issuer=" + percent_encoded(issuer) + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace shanqi::totp
