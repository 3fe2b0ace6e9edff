#include "http/prepare.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "http/router.hpp"
#include "http/target.hpp"

namespace shanqi::http {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view header_of(const Reply& reply, std::string_view name) {
    for (const auto& [key, value] : reply.headers)
        if (same_name(key, name)) return value;
    return {};
}

void default_header(Headers& headers, std::string_view name, std::string_view value) {
    const auto same = [&](const auto& one) { return same_name(one.first, name); };
    if (std::none_of(headers.begin(), headers.end(), same)) headers.emplace_back(name, value);
}

bool is_text(std::string_view type) {
    type = type.substr(0, type.find(';'));
    return type.starts_with("text/") || type.ends_with("json") || type.ends_with("xml") ||
           type == "application/javascript";
}

// What a handler put into a header must not begin another one.
void append_header(std::string& head, std::string_view name, std::string_view value) {
    head += name;
    head += ": ";
    for (const char c : value)
        if (c != '\r' && c != '\n' && c != '\0') head += c;
    head += "\r\n";
}

void write_head(Prepared& out, const Reply& reply) {
    out.status = reply.status;
    out.head = fmt::format("HTTP/1.1 {} {}\r\n", reply.status, reason_of(reply.status));
    if (!reply.content_type.empty()) append_header(out.head, "Content-Type", reply.content_type);
    for (const auto& [name, value] : reply.headers) append_header(out.head, name, value);
}

bool is_get(const Request& request) { return request.method == Method::get || request.method == Method::head; }

// 304 (RFC 9110, 15.4.5): the headers without the body and what describes it.
void not_modified(Reply& reply) {
    reply.status = 304;
    reply.content_type.clear();
    reply.body = std::string();
}

void prepare_text(Reply& reply, const Request& request, Prepared& out) {
    std::string& bytes = std::get<std::string>(reply.body);
    const bool cacheable = header_of(reply, "Cache-Control").find("no-store") == std::string_view::npos;
    std::string etag;
    if (is_get(request) && reply.status == 200 && cacheable && header_of(reply, "ETag").empty()) {
        const Sha256 hash = sha256(bytes);
        etag = hex(std::string_view(reinterpret_cast<const char*>(hash.data()), 16));
        // A strong tag is of the bytes as they are sent: the compressed form has its own.
        const std::string_view known = request.header("if-none-match");
        for (const std::string_view form : {"", "-gzip"}) {
            const std::string tag = fmt::format("\"{}{}\"", etag, form);
            if (!names_tag(known, tag)) continue;
            reply.headers.emplace_back("ETag", tag);
            default_header(reply.headers, "Cache-Control", "private, no-cache");
            not_modified(reply);
            return;
        }
    }
    // What must not be stored may hold secrets beside text of others: compression would tell its length (BREACH).
    const bool compress = cacheable && is_text(reply.content_type) && header_of(reply, "Content-Encoding").empty() &&
                          bytes.size() >= limits::compressed_bytes_min && bytes.size() <= limits::compressed_bytes_max;
    std::string_view form;
    if (compress) {
        default_header(reply.headers, "Vary", "Accept-Encoding");
        if (accepts_gzip(request.header("accept-encoding"))) {
            bytes = gzipped(bytes);
            reply.headers.emplace_back("Content-Encoding", "gzip");
            form = "-gzip";
        }
    }
    if (!etag.empty()) reply.headers.emplace_back("ETag", fmt::format("\"{}{}\"", etag, form));
    if (is_get(request)) default_header(reply.headers, "Cache-Control", "private, no-cache");
    if (reply.status != 204 && reply.status != 304)
        reply.headers.emplace_back("Content-Length", std::to_string(bytes.size()));
    if (request.method != Method::head && reply.status != 204 && reply.status != 304) out.bytes = std::move(bytes);
}

bool prepare_file(Reply& reply, const Request& request, Prepared& out) {
    const FileBody body = std::get<FileBody>(reply.body);
    OpenFile file(::open(body.file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info{};
    const bool opened = file.descriptor() >= 0 && ::fstat(file.descriptor(), &info) == 0 && S_ISREG(info.st_mode);
    if (body.remove_after) ::unlink(body.file.c_str());  // lives as long as it is open
    if (!opened) return false;
    const auto size = static_cast<std::uint64_t>(info.st_size);
    const std::string etag = !body.etag.empty()
                                 ? body.etag
                                 : fmt::format("\"{:x}-{:x}-{:x}\"", info.st_mtim.tv_sec, info.st_mtim.tv_nsec, size);
    default_header(reply.headers, "ETag", etag);
    default_header(reply.headers, "Cache-Control", "private, no-cache");
    if (reply.status == 200 && is_get(request)) {
        if (names_tag(request.header("if-none-match"), etag)) {
            not_modified(reply);
            return true;
        }
        reply.headers.emplace_back("Accept-Ranges", "bytes");
        const std::string_view if_range = request.header("if-range");
        const bool ranged = request.method == Method::get && (if_range.empty() || if_range == etag);
        const Range range = ranged ? parse_range(request.header("range"), size) : Range{};
        out.file_bytes = size;
        if (range.kind == Range::Kind::not_satisfiable) {
            reply.status = 416;
            reply.content_type.clear();
            reply.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
            out.file_bytes = 0;
        } else if (range.kind == Range::Kind::part) {
            reply.status = 206;
            out.file_offset = range.part.first;
            out.file_bytes = range.part.count;
            reply.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", out.file_offset,
                                                                    out.file_offset + out.file_bytes - 1, size));
        }
    } else {
        out.file_bytes = size;
    }
    reply.headers.emplace_back("Content-Length", std::to_string(out.file_bytes));
    if (request.method == Method::head) out.file_bytes = 0;
    if (out.file_bytes > 0) out.file = std::move(file);
    return true;
}

}  // namespace

OpenFile::~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::string OpenFile::read(std::uint64_t offset, std::size_t count) const {
    std::string out(count, '\0');
    std::size_t done = 0;
    while (done < count) {
        const ssize_t got = ::pread(descriptor_, out.data() + done, count - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        done += static_cast<std::size_t>(got);
    }
    out.resize(done);
    return out;
}

Prepared prepare(Reply reply, const Request& request, bool http_1_1) {
    Prepared out;
    if (std::holds_alternative<FileBody>(reply.body) && !prepare_file(reply, request, out)) {
        Reply gone = problem(Error{ErrorKind::not_found, "http.not_found"}, request.language, request.request_id);
        reply.status = gone.status;
        reply.content_type = std::move(gone.content_type);
        reply.body = std::move(gone.body);
    }
    if (std::holds_alternative<std::string>(reply.body)) {
        prepare_text(reply, request, out);
    } else if (auto* pull = std::get_if<PullBody>(&reply.body)) {
        if (request.method != Method::head) out.pull = std::move(*pull);
        out.chunked = http_1_1;
        out.must_close = !http_1_1;
        if (http_1_1) reply.headers.emplace_back("Transfer-Encoding", "chunked");
        default_header(reply.headers, "Cache-Control", "private, no-store");
    } else if (auto* events = std::get_if<EventBody>(&reply.body)) {
        if (request.method != Method::head) out.events = std::move(*events);
        reply.content_type = "text/event-stream";
        default_header(reply.headers, "Cache-Control", "no-store");
        reply.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold events back
        out.must_close = true;
    }
    reply.headers.emplace_back("X-Request-Id", request.request_id);
    add_security_headers(reply.headers, request.secure);
    write_head(out, reply);
    return out;
}

std::string gzipped(std::string_view bytes) {
    constexpr int level = 4;
    struct Compressor {
        libdeflate_compressor* handle = libdeflate_alloc_compressor(level);
        ~Compressor() { libdeflate_free_compressor(handle); }
    };
    thread_local const Compressor compressor;
    std::string out(libdeflate_gzip_compress_bound(compressor.handle, bytes.size()), '\0');
    out.resize(libdeflate_gzip_compress(compressor.handle, bytes.data(), bytes.size(), out.data(), out.size()));
    return out;
}

void add_security_headers(Headers& headers, bool secure) {
    default_header(headers, "X-Content-Type-Options", "nosniff");
    default_header(headers, "Referrer-Policy", "same-origin");
    default_header(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    default_header(headers, "Cross-Origin-Resource-Policy", "same-origin");
    if (secure) default_header(headers, "Strict-Transport-Security", "max-age=31536000");
}

std::string_view reason_of(int status) {
    struct Reason {
        int status;
        std::string_view text;
    };
    constexpr std::array<Reason, 27> reasons{{{200, "OK"},
                                              {201, "Created"},
                                              {202, "Accepted"},
                                              {204, "No Content"},
                                              {206, "Partial Content"},
                                              {301, "Moved Permanently"},
                                              {302, "Found"},
                                              {303, "See Other"},
                                              {304, "Not Modified"},
                                              {307, "Temporary Redirect"},
                                              {308, "Permanent Redirect"},
                                              {400, "Bad Request"},
                                              {401, "Unauthorized"},
                                              {403, "Forbidden"},
                                              {404, "Not Found"},
                                              {405, "Method Not Allowed"},
                                              {408, "Request Timeout"},
                                              {409, "Conflict"},
                                              {413, "Content Too Large"},
                                              {415, "Unsupported Media Type"},
                                              {416, "Range Not Satisfiable"},
                                              {422, "Unprocessable Content"},
                                              {429, "Too Many Requests"},
                                              {431, "Request Header Fields Too Large"},
                                              {500, "Internal Server Error"},
                                              {503, "Service Unavailable"},
                                              {507, "Insufficient Storage"}}};
    for (const Reason& one : reasons)
        if (one.status == status) return one.text;
    return "Status";
}

}  // namespace shanqi::http
