#include "base/aead.hpp"

#include <openssl/evp.h>

#include <climits>
#include <memory>
#include <stdexcept>

namespace shanqi::aead {
namespace {

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

void must(bool ok) {
    if (!ok) throw std::runtime_error("OpenSSL: AES-256-GCM failed");
}

const unsigned char* in(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* out_of(std::string& text, std::size_t at = 0) {
    return reinterpret_cast<unsigned char*>(text.data()) + at;
}

Context start(std::string_view key, std::string_view nonce, std::string_view context, bool encrypt) {
    static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    must(key.size() == key_bytes && nonce.size() == nonce_bytes && context.size() <= INT_MAX);
    Context made(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    must(made != nullptr);
    must(EVP_CipherInit_ex2(made.get(), cipher, in(key), in(nonce), encrypt ? 1 : 0, nullptr) == 1);
    int written = 0;
    if (!context.empty()) {
        must(EVP_CipherUpdate(made.get(), nullptr, &written, in(context), static_cast<int>(context.size())) == 1);
    }
    return made;
}

}  // namespace

std::string seal(std::string_view key, std::string_view nonce, std::string_view context, std::string_view plain) {
    must(plain.size() <= INT_MAX - tag_bytes);
    const Context cipher = start(key, nonce, context, true);
    std::string out(plain.size() + tag_bytes, '\0');
    int written = 0, last = 0;
    if (!plain.empty()) {
        must(EVP_CipherUpdate(cipher.get(), out_of(out), &written, in(plain), static_cast<int>(plain.size())) == 1);
    }
    must(EVP_CipherFinal_ex(cipher.get(), out_of(out, static_cast<std::size_t>(written)), &last) == 1);
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, tag_bytes, out_of(out, plain.size())) == 1);
    return out;
}

std::optional<std::string> open(std::string_view key, std::string_view nonce, std::string_view context,
                                std::string_view sealed) {
    if (sealed.size() < tag_bytes || sealed.size() > INT_MAX || nonce.size() != nonce_bytes) return std::nullopt;
    const std::string_view text = sealed.substr(0, sealed.size() - tag_bytes);
    std::string tag(sealed.substr(text.size()));
    const Context cipher = start(key, nonce, context, false);
    std::string out(text.size(), '\0');
    int written = 0, last = 0;
    if (!text.empty()) {
        must(EVP_CipherUpdate(cipher.get(), out_of(out), &written, in(text), static_cast<int>(text.size())) == 1);
    }
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()) == 1);
    std::string none(tag_bytes, '\0');
    if (EVP_CipherFinal_ex(cipher.get(), out_of(none), &last) != 1) return std::nullopt;
    return out;
}

}  // namespace shanqi::aead
