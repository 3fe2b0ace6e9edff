// A certificate out of anybody's PDF file, as signer and as the root above itself.
#include <cstddef>
#include <cstdint>

#include "seal/verify/signed_data.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shanqi::seal;
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const auto certificate = Certificate::from_der(bytes);
    if (!certificate) return 0;
    (void)(*certificate)->subject_name();
    (void)(*certificate)->serial();
    const auto store = TrustStore::create({.roots = {*certificate}, .intermediates = {*certificate}});
    for (const auto purpose : {TrustStore::Purpose::document_signature, TrustStore::Purpose::time_stamp})
        (void)store->check(*certificate, {}, (*certificate)->not_before(), purpose);
    return 0;
}
