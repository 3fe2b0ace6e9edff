// Figures for Prometheus (text exposition format 0.0.4). Labels are operations and kinds, never ids or persons.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "http/server.hpp"

namespace shanqi::app {

class Metrics {
public:
    void count(const http::Served&);
    // Requests by operation and class of status, with a histogram of their times, and `gauges` ("name", value).
    std::string text(const std::vector<std::pair<std::string, std::int64_t>>& gauges) const;

private:
    static constexpr std::array<std::int64_t, 10> bounds_us = {1'000,  2'500,   5'000,   10'000,    25'000,
                                                               50'000, 100'000, 250'000, 1'000'000, 10'000'000};
    struct Line {
        std::array<std::int64_t, bounds_us.size() + 1> buckets{};
        std::int64_t count = 0, sum_us = 0;
    };
    mutable std::mutex mutex_;  // io threads only: few, and never long
    std::map<std::pair<std::string, int>, Line> lines_;
};

std::int64_t resident_bytes();  // of this process

}  // namespace shanqi::app
