// HTTP/1.1 on Boost.Beast. server.cpp is the only file that includes it: compiling it costs 10 s and 0.7 GB.
//
// One io_context thread a core reads and writes within limits; handlers run on a pool of workers, as plain synchronous
// functions.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/message.hpp"

namespace shanqi::http {

namespace limits {
constexpr std::size_t header_bytes_max = 16U << 10U;
constexpr std::size_t headers_max = 100;
constexpr std::size_t connections_max = 8192;
constexpr std::size_t queued_requests_max = 4096;    // then 503 with Retry-After
constexpr std::chrono::seconds header_time_max{10};  // slowloris: the whole header within this
constexpr std::chrono::seconds idle_time_max{75};
constexpr std::chrono::seconds stall_time_max{30};  // no byte of a body in either direction
}  // namespace limits

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8440;  // 0: any; see Server::port
    unsigned io_threads = 1;
    unsigned workers = 8;
    std::string certificate_file, key_file;    // PEM; both or none
    std::vector<std::string> trusted_proxies;  // addresses whose X-Forwarded-For and -Proto are believed
    std::filesystem::path upload_folder;       // where bodies of upload routes are streamed
};

// How a request's body is to be received: asked when the header is complete, before the body is read.
struct BodyPlan {
    std::uint64_t bytes_max = 0;  // a longer one is 413
    bool to_file = false;
};

// A finished request for the access log and the figures; holds no personal data (path pattern, not path).
struct Served {
    std::string method, request_id;
    int status = 0;
    std::int64_t us = 0, bytes = 0;
};

class Server {
public:
    virtual ~Server() = default;
    // Errors: http.address_in_use, http.bad_address, http.bad_certificate.
    virtual Result<> start() = 0;
    virtual std::uint16_t port() const = 0;
    virtual std::size_t connections() const = 0;
    // Stops accepting, lets running requests end (at most `drain`), closes.
    virtual void stop(std::chrono::milliseconds drain) = 0;
};

std::unique_ptr<Server> make_server(ServerOptions, std::function<BodyPlan(const Request& header)> plan,
                                    std::function<Reply(Request&)> handle,
                                    std::function<void(const Served&)> served = {});

}  // namespace shanqi::http
