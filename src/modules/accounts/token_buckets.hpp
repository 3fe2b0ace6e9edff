// Rate limits in the memory of this process: a bucket per name and caller that refills evenly. What several processes
// must agree on (wrong passwords, codes) is counted in the database.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.hpp"

namespace shanqi::accounts {

struct Rate {
    double burst = 0;       // so many at once; 0: no limit
    double per_second = 0;  // and so many in the long run
};

class TokenBuckets {
public:
    explicit TokenBuckets(std::map<std::string, Rate> rates) : rates_(std::move(rates)) {}
    // None: go on. Otherwise in how many seconds to come back, 1 at least.
    std::optional<int> take(const std::string& rate, const std::string& caller, Instant now);
    std::size_t size() const;

private:
    struct Bucket {
        double tokens = 0;
        Instant at;
    };
    void forget_full_ones(Instant now);

    std::map<std::string, Rate> rates_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

namespace limits {
constexpr std::size_t buckets_max = 100'000;  // callers that are remembered; then the full ones are forgotten
}

}  // namespace shanqi::accounts
