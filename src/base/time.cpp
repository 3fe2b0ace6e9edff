#include "base/time.hpp"

#include <fmt/core.h>

#include "base/text.hpp"

namespace shanqi {
namespace {

void put_digits(std::string& out, std::size_t at, std::size_t count, int number) {
    for (std::size_t i = at + count; i-- > at; number /= 10) out[i] = static_cast<char>('0' + number % 10);
}

}  // namespace

std::optional<Date> Date::make(int year, int month, int day) {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
    const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                          std::chrono::day(static_cast<unsigned>(day))};
    if (!ymd.ok()) return std::nullopt;
    return Date{year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
}

Date Date::from_days(std::int64_t days_since_1970) {
    const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(days_since_1970))};
    return {static_cast<int>(ymd.year()), static_cast<std::uint8_t>(static_cast<unsigned>(ymd.month())),
            static_cast<std::uint8_t>(static_cast<unsigned>(ymd.day()))};
}

std::int64_t Date::days() const {
    const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    return std::chrono::sys_days(ymd).time_since_epoch().count();
}

const Clock& system_clock() {
    struct System final : Clock {
        Instant now() const override {
            const auto since = std::chrono::system_clock::now().time_since_epoch();
            return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
        }
    };
    static const System clock;
    return clock;
}

CivilTime utc_time(Instant at) {
    constexpr std::int64_t second_us = 1'000'000, day_s = 86'400;
    std::int64_t seconds = at.us / second_us - (at.us % second_us < 0 ? 1 : 0);
    std::int64_t days = seconds / day_s - (seconds % day_s < 0 ? 1 : 0);
    const auto rest = static_cast<int>(seconds - days * day_s);
    return {Date::from_days(days), rest / 3600, rest / 60 % 60, rest % 60};
}

CivilTime china_time(Instant at) { return utc_time({at.us + 8LL * 3600 * 1'000'000}); }

// By hand: lists have hundreds of them, and reading a format costs ten times the digits.
std::string iso_date(Date date) {
    if (date.year < 0 || date.year > 9999) return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
    std::string out = "0000-00-00";
    put_digits(out, 0, 4, date.year);
    put_digits(out, 5, 2, date.month);
    put_digits(out, 8, 2, date.day);
    return out;
}

std::string iso_utc(Instant at) {
    const CivilTime t = utc_time(at);
    std::string out = iso_date(t.date) + "T00:00:00Z";
    const std::size_t time = out.size() - 9;
    put_digits(out, time, 2, t.hour);
    put_digits(out, time + 3, 2, t.minute);
    put_digits(out, time + 6, 2, t.second);
    return out;
}

std::string iso_china(Instant at) {
    const CivilTime t = china_time(at);
    return fmt::format("{}T{:02}:{:02}:{:02}+08:00", iso_date(t.date), t.hour, t.minute, t.second);
}

std::string chinese_date(Date date) { return fmt::format("{}年{}月{}日", date.year, date.month, date.day); }

std::optional<Date> parse_date(std::string_view utf8) {
    const std::string text = trimmed(half_width(utf8));
    int parts[3] = {0, 0, 0};
    int lengths[3] = {0, 0, 0};
    int part = 0;
    std::string separators[3];
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            if (part > 0 || separators[0].empty()) {
                if (!separators[part].empty()) return std::nullopt;
            }
            if (++lengths[part] > 8) return std::nullopt;
            parts[part] = parts[part] * 10 + (c - '0');
            continue;
        }
        if (lengths[part] == 0) return std::nullopt;
        separators[part] += c;
        const std::string& s = separators[part];
        const bool done = s == "年" || s == "月" || s == "日" || s == "号" || s == "-" || s == "/" || s == ".";
        if (!done && s.size() >= 3) return std::nullopt;
        if (done && part < 2) {
            // "年" must be followed by "月": mixed signs ("2023年5/20") are a typing error, not a date.
            if (part == 1 && (s == "月") != (separators[0] == "年")) return std::nullopt;
            if (part == 1 && s != "月" && s != separators[0]) return std::nullopt;
            ++part;
        }
    }
    if (lengths[1] == 0 && separators[0].empty() && lengths[0] == 8)
        return Date::make(parts[0] / 10000, parts[0] / 100 % 100, parts[0] % 100);
    if (part != 2 || lengths[0] != 4 || lengths[1] > 2 || lengths[2] == 0 || lengths[2] > 2) return std::nullopt;
    const bool chinese = separators[0] == "年";
    if (chinese ? (separators[2] != "日" && separators[2] != "号") : !separators[2].empty()) return std::nullopt;
    return Date::make(parts[0], parts[1], parts[2]);
}

}  // namespace shanqi
