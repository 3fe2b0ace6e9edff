// SHA-256 (FIPS 180-4) whose state can be copied: the part that thousands of documents share is hashed once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace shanqi {

using Sha256 = std::array<std::uint8_t, 32>;

class Sha256Stream {
public:
    Sha256Stream();
    Sha256Stream(const Sha256Stream&);
    Sha256Stream& operator=(const Sha256Stream&);
    Sha256Stream(Sha256Stream&&) noexcept;
    Sha256Stream& operator=(Sha256Stream&&) noexcept;
    ~Sha256Stream();

    Sha256Stream& update(std::string_view bytes);
    Sha256 finish() const;  // of what was fed so far; more may follow

private:
    struct State;
    std::unique_ptr<State> state_;
};

Sha256 sha256(std::string_view bytes);
std::string hex(std::string_view bytes);
std::string hex(const Sha256&);
std::string base64url(std::string_view bytes);  // RFC 4648, no padding

// Bytes from the operating system's generator; the only source of randomness for tokens and keys.
std::string random_bytes(std::size_t count);

}  // namespace shanqi
