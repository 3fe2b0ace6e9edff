// 128 bits that stand for a text: sets of them are a third of sets of the texts. Two texts
// of a register share one by chance once in 10^28 batches of 100,000.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
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

}  // namespace shanqi::documents
