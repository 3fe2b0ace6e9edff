#include "modules/accounts/token_buckets.hpp"

#include <algorithm>
#include <cmath>

namespace shanqi::accounts {
namespace {

double refilled(double tokens, Instant since, Instant now, const Rate& rate) {
    const double seconds = static_cast<double>(std::max<std::int64_t>(0, now.us - since.us)) / 1e6;
    return std::min(rate.burst, tokens + seconds * rate.per_second);
}

}  // namespace

std::optional<int> TokenBuckets::take(const std::string& rate_name, const std::string& caller, Instant now) {
    const auto found = rates_.find(rate_name);
    if (found == rates_.end() || found->second.burst <= 0) return std::nullopt;
    const Rate& rate = found->second;
    const std::scoped_lock lock(mutex_);
    if (buckets_.size() >= limits::buckets_max) forget_full_ones(now);
    Bucket& bucket = buckets_.try_emplace(rate_name + "\n" + caller, Bucket{rate.burst, now}).first->second;
    bucket.tokens = refilled(bucket.tokens, bucket.at, now, rate);
    bucket.at = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return std::nullopt;
    }
    const double seconds = rate.per_second > 0 ? (1 - bucket.tokens) / rate.per_second : 3600;
    return std::max(1, static_cast<int>(std::ceil(seconds)));
}

std::size_t TokenBuckets::size() const {
    const std::scoped_lock lock(mutex_);
    return buckets_.size();
}

void TokenBuckets::forget_full_ones(Instant now) {
    const auto is_full = [&](const auto& entry) {
        const Rate& rate = rates_.at(entry.first.substr(0, entry.first.find('\n')));
        return refilled(entry.second.tokens, entry.second.at, now, rate) >= rate.burst;
    };
    std::erase_if(buckets_, is_full);
    // A flood from more addresses than are remembered: start anew rather than grow.
    if (buckets_.size() >= limits::buckets_max) buckets_.clear();
}

}  // namespace shanqi::accounts
