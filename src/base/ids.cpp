#include "base/ids.hpp"

#include <array>
#include <cstdint>
#include <mutex>

#include "base/digest.hpp"
#include "base/time.hpp"

namespace shanqi {
namespace {

// RFC 9562, 6.2, method 1: 12 bits behind the milliseconds count within one, so that ids of a process ascend in the
// order in which they were made. A clock that was set back a little is not followed; one that jumped is.
constexpr std::int64_t followed_jump_ms = 60'000;
constexpr std::uint32_t counter_max = 0xFFF;

struct Tick {
    std::int64_t ms = 0;
    std::uint32_t counter = 0;
};

Tick next_tick(std::int64_t now_ms, std::uint32_t random) {
    static std::mutex mutex;
    static Tick last{-1, 0};
    const std::scoped_lock lock(mutex);
    const bool behind = now_ms <= last.ms && last.ms - now_ms < followed_jump_ms;
    if (!behind) {
        last = {now_ms, random & 0x7FFU};  // the upper half stays free for counting
    } else if (last.counter < counter_max) {
        ++last.counter;
    } else {
        last = {last.ms + 1, 0};
    }
    return last;
}

}  // namespace

std::string new_uuid_v7(const Clock& clock) {
    const std::string random = random_bytes(10);
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(random[i]); };
    const Tick tick = next_tick(clock.now().us / 1000, static_cast<std::uint32_t>(byte(0) << 8U | byte(1)));
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 6; ++i)
        bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(tick.ms) >> (40 - 8 * i));
    bytes[6] = static_cast<std::uint8_t>(0x70U | (tick.counter >> 8U));
    bytes[7] = static_cast<std::uint8_t>(tick.counter & 0xFFU);
    for (std::size_t i = 8; i < 16; ++i) bytes[i] = byte(i - 6);
    bytes[8] = static_cast<std::uint8_t>(0x80U | (bytes[8] & 0x3FU));

    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        out += digits[bytes[i] >> 4U];
        out += digits[bytes[i] & 0xFU];
    }
    return out;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

}  // namespace shanqi
