// Instants and dates. Instants are UTC; a civil date has no zone. The clock is an interface, so that a
// scenario can be replayed.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shanqi {

// Microseconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t us = 0;
    auto operator<=>(const Instant&) const = default;
};

// A day of the proleptic Gregorian calendar. Only make() and parse functions create one: it is always real.
struct Date {
    std::int32_t year = 1970;
    std::uint8_t month = 1;  // 1..12
    std::uint8_t day = 1;    // 1..31
    auto operator<=>(const Date&) const = default;

    static std::optional<Date> make(int year, int month, int day);  // none: 2026-02-30
    static Date from_days(std::int64_t days_since_1970);
    std::int64_t days() const;
};

class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

const Clock& system_clock();

// Civil time in China (UTC+08:00, no daylight saving since 1991): what a letter's date means here.
struct CivilTime {
    Date date;
    int hour = 0, minute = 0, second = 0;
};
CivilTime china_time(Instant);
CivilTime utc_time(Instant);
std::string iso_utc(Instant);    // "2026-11-24T04:06:35Z"
std::string iso_china(Instant);  // "2026-11-24T12:06:35+08:00"
std::string iso_date(Date);      // "2026-11-24"
std::string chinese_date(Date);  // "2026年11月24日"

// Dates as people type them in lists: 2023年5月20日, 2023/5/20, 2023.5.20, 2023-05-20, 20230520; full-width
// digits too. None when it is not a date or not a real day.
std::optional<Date> parse_date(std::string_view utf8);

}  // namespace shanqi
