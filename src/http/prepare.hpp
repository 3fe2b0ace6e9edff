// From a reply as a handler gives it to what goes over the wire: conditional requests, ranges, compression, the headers
// that every reply carries. Runs on a worker, since it hashes, compresses and opens files. No sockets here.
#pragma once

#include <cstdint>
#include <string>

#include "http/message.hpp"

namespace shanqi::http {

namespace limits {
constexpr std::size_t compressed_bytes_min = 1024;       // below, a header costs more than compression saves
constexpr std::size_t compressed_bytes_max = 8U << 20U;  // above, it costs a worker too long
}  // namespace limits

class OpenFile {
public:
    OpenFile() = default;
    explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
    OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    OpenFile& operator=(OpenFile&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~OpenFile();
    int descriptor() const { return descriptor_; }
    // At most `count` bytes from `offset`; fewer at the end or when the file shrank, "" on an error.
    std::string read(std::uint64_t offset, std::size_t count) const;

private:
    int descriptor_ = -1;
};

struct Prepared {
    int status = 200;
    std::string head;   // status line and headers with the empty line, all but Date and Connection
    std::string bytes;  // of the body; empty for HEAD, 204, 304
    OpenFile file;      // or this part of a file
    std::uint64_t file_offset = 0, file_bytes = 0;
    PullBody pull;  // or pieces
    EventBody events;
    bool chunked = false;  // how `pull` is sent
    bool must_close = false;
};

Prepared prepare(Reply, const Request&, bool http_1_1);

std::string gzipped(std::string_view bytes);
std::string_view reason_of(int status);
// Headers that every reply carries, unless it has its own: X-Content-Type-Options, Referrer-Policy, and a
// Content-Security-Policy with which nothing in it can run.
void add_security_headers(Headers&, bool secure);

}  // namespace shanqi::http
