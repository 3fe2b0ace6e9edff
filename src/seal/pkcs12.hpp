// Opens a PKCS #12 file (RFC 7292): which may be older than today's algorithms, broken, or hostile.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "seal/openssl_handles.hpp"

namespace shanqi::seal {

struct KeyBag {
    Key key;
    X509Handle certificate;  // the one of the key
    Certificates others;     // as the file has them; may be null
};

// Errors: seal.not_pkcs12, seal.wrong_password, seal.no_private_key, seal.no_certificate, seal.key_mismatch,
// seal.legacy_algorithms.
Result<KeyBag> open_pkcs12(std::string_view der, const std::string& password);

}  // namespace shanqi::seal
