// HTTP/1.1 requests from bytes, piece by piece. No sockets here: request_reader.cpp is the only file that includes
// Boost.Beast, whose parser it is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace shanqi::http {

class RequestReader {
public:
    RequestReader(std::size_t header_bytes_max, std::size_t headers_max);
    ~RequestReader();

    // Takes what it can and returns how many bytes that were; what is left must come again with more behind it. Stops
    // behind the header, so that body_bytes_max can be set, and behind the request. Errors: http.bad_request,
    // http.header_too_large, http.body_too_large.
    Result<std::size_t> feed(std::string_view bytes);

    bool header_done() const;
    bool done() const;
    void body_bytes_max(std::uint64_t);

    // When the header is done; once. Errors: http.bad_request.
    Result<Request> take_header();
    bool keep_alive() const;
    bool http_1_1() const;
    bool expects_continue() const;
    std::optional<std::uint64_t> content_length() const;  // none: no body, or chunked

    std::string& body();  // what has come since it was last emptied

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace shanqi::http
