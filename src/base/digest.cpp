#include "base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace shanqi {

struct Sha256Stream::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { EVP_MD_CTX_free(context); }
};

namespace {
// OpenSSL refuses these calls only without memory: that is a lost resource, not an answer for the caller.
void must(int ok) {
    if (ok != 1) throw std::runtime_error("OpenSSL digest failed");
}

// Fetched once: EVP_sha256() looks the provider up again at every initialisation.
const EVP_MD* sha256_method() {
    static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return method;
}
}  // namespace

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
    must(EVP_DigestInit_ex(state_->context, sha256_method(), nullptr));
}
Sha256Stream::Sha256Stream(const Sha256Stream& other) : state_(std::make_unique<State>()) {
    must(EVP_MD_CTX_copy_ex(state_->context, other.state_->context));
}
Sha256Stream& Sha256Stream::operator=(const Sha256Stream& other) {
    if (this != &other) must(EVP_MD_CTX_copy_ex(state_->context, other.state_->context));
    return *this;
}
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
Sha256Stream::~Sha256Stream() = default;

Sha256Stream& Sha256Stream::update(std::string_view bytes) {
    must(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()));
    return *this;
}

Sha256 Sha256Stream::finish() const {
    Sha256Stream copy(*this);
    Sha256 out{};
    must(EVP_DigestFinal_ex(copy.state_->context, out.data(), nullptr));
    return out;
}

Sha256 sha256(std::string_view bytes) { return Sha256Stream().update(bytes).finish(); }

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string hex(const Sha256& digest) {
    return hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::string base64url(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    std::uint32_t held = 0;
    int bits = 0;
    for (const char c : bytes) {
        held = held << 8 | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6) out += alphabet[held >> (bits - 6) & 63];
    }
    if (bits > 0) out += alphabet[held << (6 - bits) & 63];
    return out;
}

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    must(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)));
    return out;
}

}  // namespace shanqi
