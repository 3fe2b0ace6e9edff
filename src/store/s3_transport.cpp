#include "store/s3_transport.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>

#include "base/digest.hpp"

namespace shanqi::store {
namespace {

using namespace std::chrono_literals;

constexpr int tries_max = 5;
constexpr std::chrono::milliseconds backoff_first = 200ms;
constexpr long connect_seconds_max = 10;
constexpr long stall_seconds_max = 30;               // without a byte
constexpr std::size_t reply_bytes_max = 8U << 20U;   // a page of a list
constexpr std::size_t error_bytes_max = 64U << 10U;  // of a reply that should have gone to a sink
constexpr std::size_t idle_handles_max = 8;

struct Close {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Close>;
using HeaderList = std::unique_ptr<curl_slist, Close>;

std::string encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
        }
    }
    return out;
}

// One try: what libcurl's callbacks need to know.
struct Exchange {
    CURL* curl = nullptr;
    const S3Request& request;
    std::uint64_t sent = 0;    // of the body
    std::uint64_t& delivered;  // to the sink, over all tries
    S3Reply reply;
    Result<> problem;  // of the sink or the body
    bool too_large = false;

    bool good() const {
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        return status >= 200 && status < 300;
    }
};

std::size_t receive(const char* bytes, std::size_t, std::size_t size, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const std::string_view piece(bytes, size);
    if (exchange.request.sink != nullptr && exchange.good()) {
        exchange.problem = (*exchange.request.sink)(piece);
        if (!exchange.problem) return CURL_WRITEFUNC_ERROR;
        exchange.delivered += size;
        return size;
    }
    const std::size_t most = exchange.request.sink != nullptr ? error_bytes_max : reply_bytes_max;
    if (size > most - exchange.reply.body.size()) {
        exchange.too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    exchange.reply.body += piece;
    return size;
}

std::size_t give(char* buffer, std::size_t, std::size_t size, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const std::uint64_t left = exchange.request.body_bytes - exchange.sent;
    if (left == 0) return 0;
    const Result<std::string> piece =
        exchange.request.body(exchange.sent, static_cast<std::size_t>(std::min<std::uint64_t>(size, left)));
    if (!piece) {
        exchange.problem = std::unexpected(piece.error());
        return CURL_READFUNC_ABORT;
    }
    std::ranges::copy(*piece, buffer);
    exchange.sent += piece->size();
    return piece->size();
}

int rewind_body(void* user, curl_off_t offset, int origin) {
    if (origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_FAIL;
    static_cast<Exchange*>(user)->sent = static_cast<std::uint64_t>(offset);
    return CURL_SEEKFUNC_OK;
}

std::size_t receive_header(const char* bytes, std::size_t, std::size_t size, void* user) {
    auto& reply = static_cast<Exchange*>(user)->reply;
    const std::string_view line(bytes, size);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' '))
        value.remove_suffix(1);
    if (name == "etag") reply.etag = value;
    if (name == "last-modified") reply.last_modified_s = ::curl_getdate(std::string(value).c_str(), nullptr);
    if (name == "content-length") std::from_chars(value.data(), value.data() + value.size(), reply.bytes);
    return size;
}

bool may_pass(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_OPERATION_TIMEDOUT:
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_PARTIAL_FILE:
            return true;
        default:
            return false;
    }
}

class CurlTransport final : public S3Transport {
public:
    explicit CurlTransport(const S3Options& options)
        : options_(options), signature_("aws:amz:" + options.region + ":s3") {
        static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
        if (started != CURLE_OK) throw std::runtime_error("libcurl cannot start");
    }

    Result<S3Reply> send(const S3Request& request) override {
        std::uint64_t delivered = 0;
        for (int attempt = 1;; ++attempt) {
            CURLcode code = CURLE_OK;
            Result<S3Reply> reply = send_once(request, delivered, code);
            const bool busy = reply && (reply->status >= 500 || reply->status == 429);
            if (reply && !busy) return reply;
            if (!reply && !may_pass(code)) return reply;
            if (attempt == tries_max) {
                if (!reply) return reply;
                return fail(ErrorKind::system, "files.failed", {{"reason", "HTTP " + std::to_string(reply->status)}});
            }
            pause(attempt);
        }
    }

private:
    std::string url_of(const S3Request& request) const {
        std::string url = options_.endpoint + "/" + options_.bucket;
        if (!request.key.empty()) url += "/" + request.key;
        if (!request.query.empty()) url += "?" + canonical_query(request.query);
        return url;
    }

    Result<S3Reply> send_once(const S3Request& request, std::uint64_t& delivered, CURLcode& code) {
        Handle handle = borrow();
        CURL* curl = handle.get();
        curl_easy_reset(curl);  // keeps its connections
        Exchange exchange{.curl = curl, .request = request, .delivered = delivered, .reply = {}, .problem = {}};
        const auto set = [curl](CURLoption option, auto value) {
            if (curl_easy_setopt(curl, option, value) != CURLE_OK) throw std::runtime_error("libcurl option");
        };
        const std::string url = url_of(request);
        set(CURLOPT_URL, url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_CONNECTTIMEOUT, connect_seconds_max);
        set(CURLOPT_LOW_SPEED_LIMIT, 1L);
        set(CURLOPT_LOW_SPEED_TIME, stall_seconds_max);
        set(CURLOPT_AWS_SIGV4, signature_.c_str());
        set(CURLOPT_USERNAME, options_.access_key.c_str());
        set(CURLOPT_PASSWORD, options_.secret_key.c_str());
        set(CURLOPT_WRITEFUNCTION, receive);
        set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
        set(CURLOPT_HEADERFUNCTION, receive_header);
        set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
        const std::string digest = request.body ? request.body_sha256 : hex(sha256(""));
        const HeaderList headers(curl_slist_append(nullptr, ("x-amz-content-sha256: " + digest).c_str()));
        if (headers == nullptr) throw std::bad_alloc();
        set(CURLOPT_HTTPHEADER, headers.get());
        const std::string range = std::to_string(delivered) + "-";
        if (request.body) {
            set(CURLOPT_UPLOAD, 1L);
            set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body_bytes));
            set(CURLOPT_READFUNCTION, give);
            set(CURLOPT_READDATA, static_cast<void*>(&exchange));
            set(CURLOPT_SEEKFUNCTION, rewind_body);
            set(CURLOPT_SEEKDATA, static_cast<void*>(&exchange));
        } else if (request.method == "HEAD") {
            set(CURLOPT_NOBODY, 1L);
        } else {
            set(CURLOPT_HTTPGET, 1L);
            if (delivered > 0) set(CURLOPT_RANGE, range.c_str());
        }
        if (request.method != "HEAD") set(CURLOPT_CUSTOMREQUEST, request.method.c_str());

        code = curl_easy_perform(curl);
        if (!exchange.problem) return std::unexpected(exchange.problem.error());
        if (exchange.too_large) return fail(ErrorKind::system, "files.failed", {{"reason", "too large a reply"}});
        if (code != CURLE_OK)
            return fail(ErrorKind::system, "files.unreachable", {{"reason", curl_easy_strerror(code)}});
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        exchange.reply.status = static_cast<int>(status);
        give_back(std::move(handle));
        return std::move(exchange.reply);
    }

    // 0.2, 0.4, 0.8, 1.6 s, half of it chance.
    void pause(int attempt) const {
        const std::chrono::milliseconds full = backoff_first * (1LL << (attempt - 1));
        const auto chance = static_cast<unsigned char>(random_bytes(1)[0]);
        const std::chrono::milliseconds time = full / 2 + full * chance / 512;
        if (options_.wait) {
            options_.wait(time);
        } else {
            std::this_thread::sleep_for(time);
        }
    }

    Handle borrow() {
        {
            const std::scoped_lock lock(mutex_);
            if (!idle_.empty()) {
                Handle handle = std::move(idle_.back());
                idle_.pop_back();
                return handle;
            }
        }
        Handle handle(curl_easy_init());
        if (handle == nullptr) throw std::bad_alloc();
        return handle;
    }
    void give_back(Handle handle) {
        const std::scoped_lock lock(mutex_);
        if (idle_.size() < idle_handles_max) idle_.push_back(std::move(handle));
    }

    const S3Options options_;
    const std::string signature_;
    std::mutex mutex_;
    std::vector<Handle> idle_;
};

}  // namespace

std::string canonical_query(S3Query query) {
    for (auto& [name, value] : query) {
        name = encoded(name);
        value = encoded(value);
    }
    std::ranges::sort(query);
    std::string out;
    for (const auto& [name, value] : query) {
        if (!out.empty()) out += '&';
        out.append(name).append("=").append(value);
    }
    return out;
}

std::unique_ptr<S3Transport> make_s3_transport(const S3Options& options) {
    return std::make_unique<CurlTransport>(options);
}

}  // namespace shanqi::store
