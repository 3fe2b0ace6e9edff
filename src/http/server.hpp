// HTTP/1.1 on Asio; the parser is Beast's (request_reader.cpp).
//
// One io_context a thread reads and writes within limits; handlers run on a pool of workers, as plain synchronous
// functions. A connection is a coroutine: waiting costs memory, not threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/message.hpp"

namespace shanqi::http {

struct ServerLimits {
    std::size_t header_bytes = 16U << 10U;
    std::size_t headers = 100;
    std::size_t connections = 8192;                 // one more is closed at once
    std::size_t queued_requests = 4096;             // that wait for a worker; then 503 with Retry-After
    std::size_t uploads = 32;                       // to files at once; then 503
    std::chrono::milliseconds header_time{10'000};  // slowloris: the whole header (and the TLS handshake) within this
    std::chrono::milliseconds idle_time{75'000};    // between requests
    std::chrono::milliseconds stall_time{30'000};   // no byte of a body in either direction
    std::chrono::milliseconds event_pulse{15'000};  // a comment, so that proxies keep the connection
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8440;  // 0: any; see Server::port
    unsigned io_threads = 1;
    unsigned workers = 64;                     // a handler that waits for a commit holds one
    std::string certificate_file, key_file;    // PEM; both or none
    std::vector<std::string> trusted_proxies;  // addresses whose X-Forwarded-For and -Proto are believed
    std::filesystem::path upload_folder;  // where bodies of upload routes are streamed; emptied by whoever starts us
    ServerLimits limits;
    std::function<void()> connections_changed;  // on an io thread, when one has come or gone; quick
};

// A finished request for the access log and the figures; holds no personal data (the operation, not the path).
struct Served {
    std::string method, operation, request_id;
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
    // Stops accepting, closes who waits, lets running requests end (at most `drain`), then closes their connections. A
    // handler that still runs then is waited for: nothing can end it safely.
    virtual void stop(std::chrono::milliseconds drain) = 0;
};

// `plan` runs on an io thread and must be quick; `handle` on a worker; `served` on an io thread.
std::unique_ptr<Server> make_server(ServerOptions, std::function<BodyPlan(const Request& header)> plan,
                                    std::function<Reply(Request&)> handle,
                                    std::function<void(const Served&)> served = {});

}  // namespace shanqi::http
