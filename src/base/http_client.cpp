#include "base/http_client.hpp"

#include <curl/curl.h>

#include <mutex>
#include <new>
#include <stdexcept>

namespace shanqi {
namespace {

template <auto release>
struct Releaser {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
using Handle = std::unique_ptr<CURL, Releaser<curl_easy_cleanup>>;
using HeaderList = std::unique_ptr<curl_slist, Releaser<curl_slist_free_all>>;

constexpr std::size_t idle_handles_max = 16;

// Once in the process, before the first handle; libcurl's own cleanup is left to the end of the process.
void initialise() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) throw std::runtime_error("libcurl cannot start");
}

struct Receiver {
    std::string body;
    std::size_t bytes_max = 0;
    bool too_large = false;
};

std::size_t receive(const char* bytes, std::size_t, std::size_t size, void* user) {
    auto& receiver = *static_cast<Receiver*>(user);
    if (size > receiver.bytes_max - receiver.body.size()) {
        receiver.too_large = true;
        return 0;  // ends the transfer
    }
    receiver.body.append(bytes, size);
    return size;
}

HeaderList header_list(const HttpRequest& request) {
    HeaderList list;
    const auto add = [&list](const std::string& line) {
        curl_slist* longer = curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        if (list == nullptr) list.reset(longer);  // else it is still the first of them
    };
    for (const auto& [name, value] : request.headers) add(std::string(name).append(": ").append(value));
    add("Expect:");  // no pause that waits for 100 Continue
    return list;
}

std::unexpected<Error> failed(CURLcode code, const HttpRequest& request, const Receiver& receiver) {
    const Error::Arguments url = {{"url", request.url}};
    if (receiver.too_large || code == CURLE_FILESIZE_EXCEEDED)
        return fail(ErrorKind::system, "http.too_large",
                    {{"url", request.url}, {"limit", std::to_string(request.reply_bytes_max)}});
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return fail(ErrorKind::system, "http.bad_url", url);
        case CURLE_OPERATION_TIMEDOUT:
            return fail(ErrorKind::system, "http.timeout",
                        {{"url", request.url}, {"timeout_ms", std::to_string(request.timeout.count())}});
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
            return fail(ErrorKind::system, "http.tls", {{"url", request.url}, {"reason", curl_easy_strerror(code)}});
        default:
            return fail(ErrorKind::system, "http.unreachable",
                        {{"url", request.url}, {"reason", curl_easy_strerror(code)}});
    }
}

class CurlClient final : public HttpClient {
public:
    CurlClient() { initialise(); }

    Result<HttpReply> send(const HttpRequest& request) const override {
        Handle handle = borrow();
        CURL* curl = handle.get();
        curl_easy_reset(curl);  // keeps connections, name cache and TLS sessions
        Receiver receiver{.body = {}, .bytes_max = request.reply_bytes_max};
        const HeaderList headers = header_list(request);
        const auto set = [curl](CURLoption option, auto value) {
            if (curl_easy_setopt(curl, option, value) != CURLE_OK) throw std::runtime_error("libcurl option");
        };
        set(CURLOPT_URL, request.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_NOSIGNAL, 1L);  // signals and threads do not mix
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
        set(CURLOPT_HTTPHEADER, headers.get());
        set(CURLOPT_WRITEFUNCTION, receive);
        set(CURLOPT_WRITEDATA, static_cast<void*>(&receiver));
        set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request.reply_bytes_max));
        if (request.method == "GET") {
            set(CURLOPT_HTTPGET, 1L);
        } else {
            set(CURLOPT_POST, 1L);
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
            set(CURLOPT_POSTFIELDS, request.body.data());
            set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
        }
        if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK) return failed(code, request, receiver);

        HttpReply reply;
        long status = 0;
        const char* content_type = nullptr;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &content_type);
        reply.status = static_cast<int>(status);
        reply.content_type = content_type != nullptr ? content_type : "";
        reply.body = std::move(receiver.body);
        give_back(std::move(handle));
        return reply;
    }

private:
    // One handle for each thread that sends at the same time; each keeps its connections. One that failed is let go.
    Handle borrow() const {
        {
            const std::lock_guard lock(mutex_);
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
    void give_back(Handle handle) const {
        const std::lock_guard lock(mutex_);
        if (idle_.size() < idle_handles_max) idle_.push_back(std::move(handle));
    }

    mutable std::mutex mutex_;
    mutable std::vector<Handle> idle_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client() { return std::make_unique<CurlClient>(); }

}  // namespace shanqi
