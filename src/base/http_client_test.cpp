#include "base/http_client.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>

namespace shanqi {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char tls_handshake = 0x16;  // the first octet of a ClientHello

// One connection at a time: reads a request whole, answers as it is told, keeps the requests.
class Server {
public:
    using Answer = std::function<std::string(const std::string& request)>;  // empty: never answers

    explicit Server(Answer answer) : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, generic, size), 0);
        EXPECT_EQ(::listen(listener_, 16), 0);
        EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread([this] { serve(); });
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() {
        ::shutdown(listener_, SHUT_RDWR);  // ends accept(), and below it recv(): clients keep connections open
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
            if (connection_ >= 0) ::shutdown(connection_, SHUT_RDWR);
        }
        thread_.join();
        ::close(listener_);
    }

    std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
    std::vector<std::string> requests;  // read it after the replies came

private:
    static std::string read_request(int connection) {
        std::string request;
        char buffer[4096];
        while (true) {
            const std::size_t head = request.find("\r\n\r\n");
            if (head != std::string::npos) {
                const std::size_t at = request.find("Content-Length: ");
                const std::size_t body = at < head ? std::stoul(request.substr(at + 16)) : 0;
                if (request.size() >= head + 4 + body) return request;
            }
            const ssize_t size = ::recv(connection, buffer, sizeof buffer, 0);
            if (size <= 0) return {};
            request.append(buffer, static_cast<std::size_t>(size));
            if (request.starts_with(tls_handshake)) return request;
        }
    }
    void serve() {
        while (true) {
            const int connection = ::accept(listener_, nullptr, nullptr);
            if (connection < 0) return;
            {
                const std::lock_guard lock(mutex_);
                connection_ = connection;
                if (stopped_) ::shutdown(connection, SHUT_RDWR);
            }
            for (std::string request; !(request = read_request(connection)).empty();) {
                requests.push_back(request);
                const std::string answer = answer_(request);
                // Without an answer the next read ends when the client goes away.
                if (!answer.empty() && ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
            }
            const std::lock_guard lock(mutex_);
            connection_ = -1;
            ::close(connection);
        }
    }

    Answer answer_;
    int listener_;
    int port_ = 0;
    std::mutex mutex_;
    int connection_ = -1;
    bool stopped_ = false;
    std::jthread thread_;
};

std::string reply(const std::string& status, const std::string& body, const std::string& more = {}) {
    return "HTTP/1.1 " + status + "\r\nContent-Type: text/x-test\r\n" + more +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class HttpClientTest : public testing::Test {
protected:
    static void SetUpTestSuite() { ::setenv("no_proxy", "*", 1); }  // NOLINT(concurrency-mt-unsafe): no threads yet

    std::string error_of(const HttpRequest& request) const {
        const auto got = client->send(request);
        return got ? "status " + std::to_string(got->status) : got.error().key;
    }
    std::unique_ptr<HttpClient> client = make_http_client();
};

TEST_F(HttpClientTest, PostsBytesAndReadsTheReply) {
    const std::string body("\0\x01 body\r\n\r\n", 11);
    Server server([](const std::string&) { return reply("200 OK", std::string("a\0b", 3)); });
    const auto got = client->send({.method = "POST",
                                   .url = server.url("/tsa?x=1"),
                                   .headers = {{"Content-Type", "application/x"}},
                                   .body = body});
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, 200);
    EXPECT_EQ(got->content_type, "text/x-test");
    EXPECT_EQ(got->body, std::string("a\0b", 3));
    ASSERT_EQ(server.requests.size(), 1u);
    EXPECT_THAT(server.requests[0], StartsWith("POST /tsa?x=1 HTTP/1.1\r\n"));
    EXPECT_THAT(server.requests[0], HasSubstr("\r\nContent-Type: application/x\r\n"));
    EXPECT_THAT(server.requests[0], EndsWith("\r\n\r\n" + body));
}

TEST_F(HttpClientTest, AnyStatusIsAReplyAndRedirectsAreNotFollowed) {
    Server server([](const std::string& request) {
        return request.starts_with("GET /500 ") ? reply("500 Internal Server Error", "trouble")
                                                : reply("302 Found", "", "Location: /500\r\n");
    });
    const auto broken = client->send({.url = server.url("/500")});
    ASSERT_TRUE(broken);
    EXPECT_EQ(broken->status, 500);
    EXPECT_EQ(broken->body, "trouble");
    EXPECT_EQ(error_of({.url = server.url("/elsewhere")}), "status 302");
    EXPECT_EQ(server.requests.size(), 2u);
}

TEST_F(HttpClientTest, SilentServerTimesOut) {
    Server server([](const std::string&) { return std::string(); });
    const auto got = client->send({.url = server.url(), .timeout = milliseconds(50)});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().key, "http.timeout");
    EXPECT_EQ(got.error().kind, ErrorKind::system);
    EXPECT_THAT(got.error().arguments, testing::Contains(testing::Pair("timeout_ms", "50")));
}

TEST_F(HttpClientTest, NobodyListening) {
    std::string url;
    {
        const Server gone([](const std::string&) { return std::string(); });
        url = gone.url();
    }
    EXPECT_EQ(error_of({.url = url}), "http.unreachable");
    EXPECT_EQ(error_of({.url = "http://host.invalid/"}), "http.unreachable");
}

TEST_F(HttpClientTest, HugeRepliesAreCutOff) {
    const std::string body(5000, 'x');
    Server server([&](const std::string& request) {
        // Announced, and without a length up to the end of the connection.
        return request.starts_with("GET /announced ")
                   ? reply("200 OK", body)
                   : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" + body + "\r\n0\r\n\r\n";
    });
    for (const char* path : {"/announced", "/chunked"}) {
        EXPECT_EQ(error_of({.url = server.url(path), .reply_bytes_max = 4999}), "http.too_large") << path;
        EXPECT_EQ(error_of({.url = server.url(path), .reply_bytes_max = 5000}), "status 200") << path;
    }
}

TEST_F(HttpClientTest, OnlyHttpAndOnlyAddresses) {
    for (const char* url :
         {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "", "http://", "http://a b/"})
        EXPECT_EQ(error_of({.url = url}), "http.bad_url") << url;
}

TEST_F(HttpClientTest, PlainTextBehindHttpsIsATlsError) {
    Server server([](const std::string&) { return reply("200 OK", ""); });
    std::string url = server.url();
    url.replace(0, 4, "https");
    EXPECT_EQ(error_of({.url = url}), "http.tls");
}

TEST_F(HttpClientTest, ManyThreadsShareOneClient) {
    Server server([](const std::string& request) {
        const std::size_t end = request.find(' ', 4);
        return reply("200 OK", request.substr(4, end - 4), "Connection: close\r\n");
    });
    std::vector<std::string> bodies(8);
    {
        std::vector<std::jthread> threads;
        threads.reserve(bodies.size());
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            threads.emplace_back([&, i] {
                const auto got = client->send({.url = server.url("/" + std::to_string(i))});
                bodies[i] = got ? got->body : got.error().key;
            });
        }
    }
    for (std::size_t i = 0; i < bodies.size(); ++i) EXPECT_EQ(bodies[i], "/" + std::to_string(i));
}

}  // namespace
}  // namespace shanqi
