// A time-stamp token whose own signature holds, before its imprint is compared with anything.
#pragma once

#include "seal/verify/signature_algorithms.hpp"
#include "seal/verify/signed_data.hpp"

namespace shanqi::seal {

struct TimeStampToken {
    TimeStamp stamp;
    DigestAlgorithm imprint_algorithm = DigestAlgorithm::sha256;
    std::string nonce;  // magnitude; empty: none
};

// Errors: those of verify_time_stamp() but verify.time_stamp_imprint.
Result<TimeStampToken> verify_token(std::string_view token_der);

}  // namespace shanqi::seal
