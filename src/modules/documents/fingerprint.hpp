// 128 bits that stand for a text: two texts of a register share one by chance once in 10^28 batches of 100,000. The
// sets are flat (no allocation an entry), since they are what grows with the rows of a list.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/digest.hpp"

namespace shanqi::documents {

struct Fingerprint {
    std::uint64_t high = 0, low = 0;
    bool operator==(const Fingerprint&) const = default;

    static Fingerprint of(std::string_view text) {
        const Sha256 digest = sha256(text);
        Fingerprint out;
        std::memcpy(&out, digest.data(), sizeof out);
        return out;
    }
};

struct FingerprintHash {
    std::size_t operator()(const Fingerprint& fingerprint) const { return fingerprint.low; }
};

using Fingerprints = boost::unordered_flat_set<Fingerprint, FingerprintHash>;
template <class Value>
using FingerprintMap = boost::unordered_flat_map<Fingerprint, Value, FingerprintHash>;

}  // namespace shanqi::documents
