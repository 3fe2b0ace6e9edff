#include "base/mac.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace shanqi {
namespace {

void must(bool ok) {
    if (!ok) throw std::runtime_error("OpenSSL: message authentication failed");
}

std::string hmac(const char* digest, std::string_view key, std::string_view message) {
    // Fetched once: the provider's table is locked at every fetch.
    static EVP_MAC* const method = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(EVP_MAC_CTX_new(method), EVP_MAC_CTX_free);
    must(context != nullptr);
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest), 0),
        OSSL_PARAM_construct_end()};
    // A null key would mean "the key of before" to OpenSSL.
    const std::string_view some_key = key.data() == nullptr ? std::string_view("") : key;
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    std::size_t size = 0;
    must(EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(some_key.data()), some_key.size(),
                      parameters.data()) == 1);
    must(EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1);
    must(EVP_MAC_final(context.get(), out.data(), &size, out.size()) == 1);
    return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) { return hmac("SHA256", key, message); }
std::string hmac_sha1(std::string_view key, std::string_view message) { return hmac("SHA1", key, message); }

std::string hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info, std::size_t bytes) {
    must(bytes > 0 && bytes <= std::size_t{255} * 32);
    // RFC 5869, 2.2: no salt is a salt of HashLen zeros.
    const std::string extracted = hmac_sha256(salt.empty() ? std::string(32, '\0') : std::string(salt), secret);
    std::string out, block;
    for (unsigned char counter = 1; out.size() < bytes; counter++) {
        block.append(info);
        block += static_cast<char>(counter);
        block = hmac_sha256(extracted, block);
        out += block;
    }
    out.resize(bytes);
    return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& secret) {
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

}  // namespace shanqi
