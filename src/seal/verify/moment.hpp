// An instant that remembers what it was compared with: at every instant from `from()` to `until()` all those
// comparisons come out the same, so an answer that was found with their help may be given again.
#pragma once

#include <algorithm>
#include <limits>

#include "base/time.hpp"

namespace shanqi::seal {

class Moment {
public:
    explicit Moment(Instant at) : at_(at) {}

    bool is_before(Instant limit) {
        const bool before = at_ < limit;
        if (before)
            until_us_ = std::min(until_us_, limit.us - 1);
        else
            from_us_ = std::max(from_us_, limit.us);
        return before;
    }
    bool is_after(Instant limit) { return !is_before({limit.us + 1}); }

    Instant from() const { return {from_us_}; }
    Instant until() const { return {until_us_}; }

private:
    Instant at_;
    std::int64_t from_us_ = std::numeric_limits<std::int64_t>::min();
    std::int64_t until_us_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace shanqi::seal
