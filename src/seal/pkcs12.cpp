#include "seal/pkcs12.hpp"

#include <openssl/err.h>

#include <limits>

namespace shanqi::seal {
namespace {

// Keys are stretched with at most this many rounds: a file that asks for more would hold the program for minutes.
constexpr std::int64_t iterations_max = 10'000'000;

// A context of its own: the old ciphers (RC2, in OpenSSL's legacy provider) are there for reading key files only.
class ReadingContext {
public:
    ReadingContext() : context_(OSSL_LIB_CTX_new()) {
        must(context_ != nullptr, "library context");
        default_ = OSSL_PROVIDER_load(context_, "default");
        legacy_ = OSSL_PROVIDER_load(context_, "legacy");
        ERR_clear_error();
    }
    ReadingContext(const ReadingContext&) = delete;
    ReadingContext& operator=(const ReadingContext&) = delete;
    ~ReadingContext() {
        if (legacy_ != nullptr) OSSL_PROVIDER_unload(legacy_);
        if (default_ != nullptr) OSSL_PROVIDER_unload(default_);
        OSSL_LIB_CTX_free(context_);
    }
    OSSL_LIB_CTX* get() const { return context_; }
    bool has_legacy() const { return legacy_ != nullptr; }

private:
    OSSL_LIB_CTX* context_;
    OSSL_PROVIDER* default_ = nullptr;
    OSSL_PROVIDER* legacy_ = nullptr;
};

auto broken() { return fail(ErrorKind::invalid, "seal.not_pkcs12"); }

Pkcs12 decode(std::string_view der, OSSL_LIB_CTX* context) {
    PKCS12* p12 = PKCS12_init_ex(NID_pkcs7_data, context, nullptr);
    must(p12 != nullptr, "PKCS #12");
    const Bio bio(BIO_new_mem_buf(der.data(), static_cast<int>(der.size())));
    must(bio != nullptr, "memory");
    // On failure d2i frees what it was given only when it came as far as decoding; it then says so in the pointer.
    const bool decoded = d2i_PKCS12_bio(bio.get(), &p12) != nullptr;
    Pkcs12 owner(p12);
    return decoded ? std::move(owner) : nullptr;
}

// The password that the MAC confirms. An empty one is written in two ways (RFC 7292, B.1: two zero octets or none).
Result<const char*> checked_password(PKCS12* p12, const std::string& password) {
    if (PKCS12_mac_present(p12) != 1) return password.c_str();
    const ASN1_INTEGER* iterations = nullptr;
    PKCS12_get0_mac(nullptr, nullptr, nullptr, &iterations, p12);
    std::int64_t count = 1;
    if (iterations != nullptr &&
        (ASN1_INTEGER_get_int64(&count, iterations) != 1 || count < 1 || count > iterations_max))
        return broken();
    ERR_clear_error();
    if (PKCS12_verify_mac(p12, password.c_str(), static_cast<int>(password.size())) == 1) return password.c_str();
    if (ERR_peek_error() != 0) return broken();
    if (password.empty() && PKCS12_verify_mac(p12, nullptr, 0) == 1) return nullptr;
    return fail(ErrorKind::refused, "seal.wrong_password");
}

// Into the default context, where all other code works.
Key transferred(const EVP_PKEY* key) {
    PKCS8_PRIV_KEY_INFO* info = EVP_PKEY2PKCS8(key);
    if (info == nullptr) return nullptr;
    Key out(EVP_PKCS82PKEY(info));
    PKCS8_PRIV_KEY_INFO_free(info);
    return out;
}

X509Handle transferred(const X509* certificate) {
    const std::string der = to_der(i2d_X509, certificate);
    const unsigned char* at = bytes_of(der);
    return X509Handle(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

Result<KeyBag> parse(PKCS12* p12, const char* password, bool has_legacy) {
    EVP_PKEY* raw_key = nullptr;
    X509* raw_certificate = nullptr;
    STACK_OF(X509)* raw_others = nullptr;
    ERR_clear_error();
    const int ok = PKCS12_parse(p12, password, &raw_key, &raw_certificate, &raw_others);
    const Key key(raw_key);
    const X509Handle certificate(raw_certificate);
    const Certificates others(raw_others);
    if (ok != 1) {
        // The MAC was right, so the password is: what is left is a cipher that is not here, or damage.
        for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
            const int reason = ERR_GET_REASON(code);
            if (ERR_GET_LIB(code) == ERR_LIB_EVP &&
                (reason == EVP_R_UNKNOWN_PBE_ALGORITHM || reason == EVP_R_UNSUPPORTED_CIPHER ||
                 reason == ERR_R_UNSUPPORTED || reason == EVP_R_UNSUPPORTED_ALGORITHM))
                return has_legacy ? Result<KeyBag>(broken()) : fail(ErrorKind::invalid, "seal.legacy_algorithms");
        }
        if (PKCS12_mac_present(p12) != 1) return fail(ErrorKind::refused, "seal.wrong_password");
        return broken();
    }
    if (key == nullptr) return fail(ErrorKind::invalid, "seal.no_private_key");
    const int count = others != nullptr ? sk_X509_num(others.get()) : 0;
    if (certificate == nullptr)
        return fail(ErrorKind::invalid, count > 0 ? "seal.key_mismatch" : "seal.no_certificate");

    KeyBag bag;
    bag.key = transferred(key.get());
    bag.certificate = transferred(certificate.get());
    bag.others.reset(sk_X509_new_null());
    if (bag.key == nullptr || bag.certificate == nullptr) return broken();
    for (int i = 0; i < count; ++i) {
        X509Handle other = transferred(sk_X509_value(others.get(), i));
        if (other == nullptr) return broken();
        must(sk_X509_push(bag.others.get(), other.get()) > 0, "memory");
        (void)other.release();
    }
    return bag;
}

}  // namespace

Result<KeyBag> open_pkcs12(std::string_view der, const std::string& password) {
    if (der.size() > std::numeric_limits<int>::max()) return broken();
    if (password.find('\0') != std::string::npos) return fail(ErrorKind::refused, "seal.wrong_password");
    const ReadingContext context;
    const Pkcs12 p12 = decode(der, context.get());
    if (p12 == nullptr) {
        ERR_clear_error();
        return broken();
    }
    const char* confirmed = TRY(checked_password(p12.get(), password));
    Result<KeyBag> bag = parse(p12.get(), confirmed, context.has_legacy());
    ERR_clear_error();
    return bag;
}

}  // namespace shanqi::seal
