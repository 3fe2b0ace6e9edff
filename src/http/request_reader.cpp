#include "http/request_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>

#include "http/target.hpp"

namespace shanqi::http {
namespace {

namespace beast = boost::beast;

// A body that is emptied while it arrives. Beast's own string_body would reserve what Content-Length promises.
struct PieceBody {
    using value_type = std::string;
    struct reader {
        template <bool is_request, class Fields>
        reader(beast::http::header<is_request, Fields>&, value_type& value) : value_(value) {}
        void init(const boost::optional<std::uint64_t>&, beast::error_code& code) { code = {}; }
        template <class Buffers>
        std::size_t put(const Buffers& buffers, beast::error_code& code) {
            code = {};
            std::size_t count = 0;
            for (const auto buffer : beast::buffers_range_ref(buffers)) {
                value_.append(static_cast<const char*>(buffer.data()), buffer.size());
                count += buffer.size();
            }
            return count;
        }
        void finish(beast::error_code& code) { code = {}; }
        std::string& value_;
    };
};

constexpr std::size_t last_chunk_bytes = 5;  // "0\r\n\r\n"

Method method_of(beast::http::verb verb) {
    switch (verb) {
        case beast::http::verb::get:
            return Method::get;
        case beast::http::verb::head:
            return Method::head;
        case beast::http::verb::post:
            return Method::post;
        case beast::http::verb::put:
            return Method::put;
        case beast::http::verb::patch:
            return Method::patch;
        case beast::http::verb::delete_:
            return Method::del;
        default:
            return Method::other;
    }
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::unexpected<Error> bad() { return fail(ErrorKind::invalid, "http.bad_request"); }

}  // namespace

struct RequestReader::State {
    beast::http::request_parser<PieceBody> parser;
    std::size_t headers_max = 0;
    std::uint64_t body_bytes_max = 0;
};

RequestReader::RequestReader(std::size_t header_bytes_max, std::size_t headers_max)
    : state_(std::make_unique<State>()) {
    state_->parser.header_limit(static_cast<std::uint32_t>(header_bytes_max));
    state_->parser.body_limit(boost::none);  // until the header says which route it is
    state_->headers_max = headers_max;
}

RequestReader::~RequestReader() = default;

Result<std::size_t> RequestReader::feed(std::string_view bytes) {
    std::size_t taken = 0;
    auto& parser = state_->parser;
    while (taken < bytes.size() && !parser.is_done()) {
        const bool in_header = !parser.is_header_done();
        // Beast asserts that a last chunk comes with at least five bytes. As many always follow in a chunked body that
        // is not whole yet ("0", two line ends), so that waiting for them is no loss.
        if (!in_header && parser.chunked() && bytes.size() - taken < last_chunk_bytes) break;
        beast::error_code code;
        const std::size_t count =
            parser.put(boost::asio::const_buffer(bytes.data() + taken, bytes.size() - taken), code);
        taken += count;
        if (code == beast::http::error::need_more) break;
        if (code == beast::http::error::header_limit) return fail(ErrorKind::limit, "http.header_too_large");
        if (code == beast::http::error::body_limit)
            return fail(ErrorKind::limit, "http.body_too_large", {{"limit", std::to_string(state_->body_bytes_max)}});
        if (code) return bad();
        if (in_header && parser.is_header_done()) break;
        if (count == 0) break;
    }
    return taken;
}

bool RequestReader::header_done() const { return state_->parser.is_header_done(); }
bool RequestReader::done() const { return state_->parser.is_done(); }

void RequestReader::body_bytes_max(std::uint64_t bytes) {
    state_->body_bytes_max = bytes;
    state_->parser.body_limit(bytes);
}

Result<Request> RequestReader::take_header() {
    const auto& message = state_->parser.get();
    Request out;
    out.method = method_of(message.method());
    out.target = std::string(message.target());
    std::size_t hosts = 0;
    bool encoded = false, only_chunked = true;
    for (const auto& field : message) {
        if (out.headers.size() == state_->headers_max) return fail(ErrorKind::limit, "http.header_too_large");
        hosts += field.name() == beast::http::field::host ? 1 : 0;
        if (field.name() == beast::http::field::transfer_encoding) {
            only_chunked = !encoded && lower_case(field.value()) == "chunked";
            encoded = true;
        }
        out.headers.emplace_back(lower_case(field.name_string()), std::string(field.value()));
    }
    // RFC 9112, 3.2 and 6.3: what two servers in a row could read differently is refused.
    if (message.version() != 11 && message.version() != 10) return bad();
    if (message.version() == 11 && hosts != 1) return bad();
    // Nor is a coding that we would store undone: "gzip, chunked".
    if (encoded && (!only_chunked || !state_->parser.chunked() || message.version() == 10)) return bad();

    auto target = parse_target(out.target);
    if (!target) return bad();
    out.path = std::move(target->path);
    out.query = std::move(target->query);
    out.language = language_of(out);
    return out;
}

bool RequestReader::keep_alive() const { return state_->parser.keep_alive() && http_1_1(); }
bool RequestReader::http_1_1() const { return state_->parser.get().version() == 11; }

bool RequestReader::expects_continue() const {
    return http_1_1() && lower_case(state_->parser.get()[beast::http::field::expect]) == "100-continue";
}

std::optional<std::uint64_t> RequestReader::content_length() const {
    const auto length = state_->parser.content_length();
    return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

std::string& RequestReader::body() { return state_->parser.get().body(); }

}  // namespace shanqi::http
