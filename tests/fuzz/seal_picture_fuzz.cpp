// A user's own picture of a seal: PNG or JPEG from anywhere.
#include <cstddef>
#include <cstdint>

#include "seal/seal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    (void)shanqi::seal::read_seal_image({reinterpret_cast<const char*>(data), size}, false);
    return 0;
}
