// Owners of OpenSSL's objects, and what this room does with them more than once.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace shanqi::seal {

template <auto release>
struct Releaser {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};

inline void release_certificates(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }

using Bio = std::unique_ptr<BIO, Releaser<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Releaser<EVP_PKEY_CTX_free>>;
using X509Handle = std::unique_ptr<X509, Releaser<X509_free>>;
using Certificates = std::unique_ptr<STACK_OF(X509), Releaser<release_certificates>>;
using Pkcs12 = std::unique_ptr<PKCS12, Releaser<PKCS12_free>>;

// Calls that fail only without memory or by our own mistake: a lost resource, not an answer for the caller.
inline void must(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

inline const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// The DER of an object: to_der(i2d_X509, certificate).
template <class Encode, class T>
std::string to_der(Encode encode, const T* object) {
    unsigned char* out = nullptr;
    const int size = encode(object, &out);
    must(size > 0, "DER encoding");
    std::string der(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
    OPENSSL_free(out);
    return der;
}

}  // namespace shanqi::seal
