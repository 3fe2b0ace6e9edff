// Authenticated encryption: AES-256-GCM (NIST SP 800-38D) on OpenSSL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shanqi::aead {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

// ciphertext || tag. A nonce is used once with a key: random ones for at most 2^32 messages of one key (SP 800-38D,
// 8.3), or a counter under a key made for one file. `context` is authenticated, not stored.
std::string seal(std::string_view key, std::string_view nonce, std::string_view context, std::string_view plain);

// None when key, nonce, context or bytes are not those that were sealed: nothing of the text is given out then.
std::optional<std::string> open(std::string_view key, std::string_view nonce, std::string_view context,
                                std::string_view sealed);

}  // namespace shanqi::aead
