#include "app/server/metrics.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace shanqi::app {

void Metrics::count(const http::Served& served) {
    const std::size_t bucket =
        static_cast<std::size_t>(std::ranges::lower_bound(bounds_us, served.us) - bounds_us.begin());
    const std::lock_guard lock(mutex_);
    Line& line = lines_[{served.operation.empty() ? "page" : served.operation, served.status / 100}];
    ++line.buckets[bucket];
    ++line.count;
    line.sum_us += served.us;
}

std::string Metrics::text(const std::vector<std::pair<std::string, std::int64_t>>& gauges) const {
    std::string out =
        "# HELP shanqi_request_seconds Time from the whole request to the whole reply.\n"
        "# TYPE shanqi_request_seconds histogram\n";
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [key, line] : lines_) {
            const std::string labels = fmt::format("operation=\"{}\",status=\"{}xx\"", key.first, key.second);
            std::int64_t below = 0;
            for (std::size_t i = 0; i < bounds_us.size(); ++i) {
                below += line.buckets[i];
                out += fmt::format("shanqi_request_seconds_bucket{{{},le=\"{}\"}} {}\n", labels,
                                   static_cast<double>(bounds_us[i]) / 1e6, below);
            }
            out += fmt::format("shanqi_request_seconds_bucket{{{},le=\"+Inf\"}} {}\n", labels, line.count);
            out += fmt::format("shanqi_request_seconds_sum{{{}}} {}\n", labels, static_cast<double>(line.sum_us) / 1e6);
            out += fmt::format("shanqi_request_seconds_count{{{}}} {}\n", labels, line.count);
        }
    }
    for (const auto& [name, value] : gauges) {
        std::string clean = "shanqi_";
        for (const char c : name) {
            const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
            clean += fits ? c : '_';
        }
        out += fmt::format("# TYPE {} gauge\n{} {}\n", clean, clean, value);
    }
    return out;
}

std::int64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");  // proc(5): pages of size, resident, …
    std::int64_t size = 0, resident = 0;
    statm >> size >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace shanqi::app
