// Asks a time-stamping authority (TSA) for a token: RFC 3161 over HTTP (section 3.4), in process.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/http_client.hpp"
#include "base/result.hpp"

namespace shanqi::seal {

class TimeStampClient {
public:
    // `http` outlives the client. Thread-safe.
    TimeStampClient(const HttpClient& http, std::string url);

    // The token (ContentInfo in DER) for this digest. The reply is verified: status granted, our nonce, our imprint, a
    // sound signature by a certificate for time-stamping. Errors: tsa.unreachable, tsa.slow, tsa.http_status,
    // tsa.refused (with its words), tsa.wrong_reply (what does not fit), tsa.too_large; http.bad_url and http.tls as
    // they come.
    Result<std::string> stamp(const Sha256& digest) const;

private:
    const HttpClient& http_;
    std::string url_;
};

constexpr std::size_t time_stamp_bytes_max = 16'384;  // a token with its chain; room kept in /Contents
// Of that room, what the attribute around a signature's token needs: its OID, its lengths, and longer lengths outside.
constexpr std::size_t time_stamp_attribute_bytes = 64;

}  // namespace shanqi::seal
