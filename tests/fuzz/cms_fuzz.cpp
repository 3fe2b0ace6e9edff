// SignedData and time-stamp tokens out of anybody's PDF file, and the revocation data within them.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "seal/verify/signed_data.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shanqi::seal;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::array<std::string_view, 2> covered = {"con", "tent"};  // what the files of the corpus sign
    if (const auto signed_data = verify_signed_data(bytes, covered)) {
        static const auto store = TrustStore::create({});
        const auto chain = store->check(signed_data->signer, signed_data->material, {1'795'000'000'000'000},
                                        TrustStore::Purpose::document_signature);
        if (chain.trusted) std::abort();  // nobody is
    }
    (void)verify_time_stamp(bytes, covered);
    return 0;
}
