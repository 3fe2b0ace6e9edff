// HTTP requests to other people's servers. An interface, so that tests can be other people's servers.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace shanqi {

struct HttpRequest {
    std::string method = "GET", url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds timeout{10'000};  // of the whole exchange
    std::size_t reply_bytes_max = 1U << 20U;
};
struct HttpReply {
    int status = 0;
    std::string content_type, body;
};

class HttpClient {
public:
    virtual ~HttpClient() = default;
    // Thread-safe. A reply of any status is a reply. Only http and https, no redirects to other schemes.
    // Errors (kind system): http.bad_url, http.unreachable, http.timeout, http.too_large, http.tls.
    virtual Result<HttpReply> send(const HttpRequest&) const = 0;
};

// On libcurl; connections are kept and shared by threads.
std::unique_ptr<HttpClient> make_http_client();

}  // namespace shanqi
