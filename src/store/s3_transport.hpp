// Signed requests to S3-compatible storage, on libcurl's AWS Signature Version 4. libcurl 7.88 signs the query as it
// finds it (curl #9717, #11794), so it is sorted and encoded here, with "=" behind names without a value.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/files.hpp"

namespace shanqi::store {

using S3Query = std::vector<std::pair<std::string, std::string>>;

// The canonical query string (AWS: Signature Version 4, "Create a canonical request"), which is also the one that is
// sent: encoded as RFC 3986 says, sorted by name and then by value.
std::string canonical_query(S3Query);

struct S3Request {
    std::string method = "GET";
    std::string key;  // "" : the bucket itself
    S3Query query;
    // A body, its size, and its SHA-256 in hex. `read(offset, bytes_max)` may be asked again from any offset.
    std::function<Result<std::string>(std::uint64_t offset, std::size_t bytes_max)> body;
    std::uint64_t body_bytes = 0;
    std::string body_sha256;
    const Sink* sink = nullptr;  // of the body of a good reply; a transfer that breaks off goes on where it stopped
};

struct S3Reply {
    int status = 0;
    std::string body;  // without a sink, and of an error
    std::string etag;
    std::uint64_t bytes = 0;           // Content-Length
    std::int64_t last_modified_s = 0;  // since 1970
};

class S3Transport {
public:
    virtual ~S3Transport() = default;
    // Tried again, with backoff, when the server cannot be reached, does not answer, or says 5xx or 429: everything
    // that is asked of S3 here may be done twice. A reply of any other status is a reply.
    // Errors: files.unreachable, files.failed (5xx to the end), the sink's and the body's own.
    virtual Result<S3Reply> send(const S3Request&) = 0;
};
std::unique_ptr<S3Transport> make_s3_transport(const S3Options&);

}  // namespace shanqi::store
