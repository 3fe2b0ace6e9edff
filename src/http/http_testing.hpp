// For tests: a client on a plain or TLS socket that sends exactly the bytes it is told to, and reads replies.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shanqi::http {

struct TestReply {
    int status = 0;  // 0: the connection ended before a whole reply
    std::string head, body;
    std::string header(std::string_view lower_case_name) const {
        std::string lower = head;
        for (char& c : lower)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        const std::size_t at = lower.find("\r\n" + std::string(lower_case_name) + ": ");
        if (at == std::string::npos) return "";
        const std::size_t begin = at + 4 + lower_case_name.size();
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

class TestClient {
public:
    explicit TestClient(std::uint16_t port, SSL_CTX* tls = nullptr) {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{30, 0};  // a server that hangs fails the test instead of hanging it
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        connected_ = socket_ >= 0 && ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        if (tls != nullptr && connected_) {
            tls_ = SSL_new(tls);
            SSL_set_fd(tls_, socket_);
            connected_ = SSL_connect(tls_) == 1;
        }
    }
    TestClient(TestClient&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)),
          tls_(std::exchange(other.tls_, nullptr)),
          connected_(other.connected_),
          in_(std::move(other.in_)) {}
    TestClient& operator=(TestClient&&) = delete;
    ~TestClient() { close(); }
    void close() {
        if (tls_ != nullptr) SSL_free(std::exchange(tls_, nullptr));
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    bool connected() const { return connected_; }
    int descriptor() const { return socket_; }

    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                              : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    // More bytes into the buffer; false at the end.
    bool receive() {
        char bytes[65536];
        const auto got =
            tls_ != nullptr ? SSL_read(tls_, bytes, sizeof bytes) : ::recv(socket_, bytes, sizeof bytes, 0);
        if (got <= 0) return false;
        in_.append(bytes, static_cast<std::size_t>(got));
        return true;
    }
    // Up to and with `end`; "" when the connection ends before.
    std::string read_until(std::string_view end) {
        std::size_t at = 0;
        while ((at = in_.find(end)) == std::string::npos)
            if (!receive()) return "";
        std::string out = in_.substr(0, at + end.size());
        in_.erase(0, out.size());
        return out;
    }
    bool ended() { return in_.empty() && !receive(); }

    TestReply read_reply(bool head_only = false) {
        TestReply reply;
        reply.head = read_until("\r\n\r\n");
        if (reply.head.size() < 12) return reply;
        const int status = std::atoi(reply.head.c_str() + 9);
        if (head_only || status == 204 || status == 304 || status < 200) {
            reply.status = status;
        } else if (reply.header("transfer-encoding") == "chunked") {
            while (true) {
                const std::string line = read_until("\r\n");
                if (line.empty()) return reply;
                const std::size_t size = std::strtoul(line.c_str(), nullptr, 16);
                while (in_.size() < size + 2)
                    if (!receive()) return reply;
                reply.body += in_.substr(0, size);
                in_.erase(0, size + 2);
                if (size == 0) break;
            }
            reply.status = status;
        } else if (const std::string length = reply.header("content-length"); !length.empty()) {
            const std::size_t size = std::strtoul(length.c_str(), nullptr, 10);
            while (in_.size() < size)
                if (!receive()) return reply;
            reply.body = in_.substr(0, size);
            in_.erase(0, size);
            reply.status = status;
        } else {
            while (receive()) {
            }
            reply.body = std::exchange(in_, {});
            reply.status = status;
        }
        return reply;
    }
    TestReply get(std::string_view target, std::string_view headers = "") {
        send("GET " + std::string(target) + " HTTP/1.1\r\nHost: t\r\n" + std::string(headers) + "\r\n");
        return read_reply();
    }

private:
    int socket_ = -1;
    SSL* tls_ = nullptr;
    bool connected_ = false;
    std::string in_;
};

// Waits for what other threads do: whoever does it says so, and each time the question is asked anew. Patience is only
// for a test that fails.
class Changes {
public:
    void happened() {
        const std::scoped_lock lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    bool wait_until(const std::function<bool()>& so) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        std::unique_lock lock(mutex_);
        while (true) {
            const std::uint64_t seen = count_;
            lock.unlock();
            if (so()) return true;  // not under the lock: it may take others
            lock.lock();
            if (!changed_.wait_until(lock, end, [&] { return count_ != seen; })) return false;
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t count_ = 0;
};

// Waits until a file is made in the folder, which is watched from the beginning.
class NewFile {
public:
    explicit NewFile(const std::string& folder) : descriptor_(::inotify_init1(IN_CLOEXEC)) {
        watching_ = ::inotify_add_watch(descriptor_, folder.c_str(), IN_CREATE) >= 0;
    }
    NewFile(const NewFile&) = delete;
    ~NewFile() { ::close(descriptor_); }
    bool wait() const {
        constexpr int patience_ms = 30'000;
        pollfd ready{descriptor_, POLLIN, 0};
        return watching_ && ::poll(&ready, 1, patience_ms) == 1;
    }

private:
    int descriptor_;
    bool watching_ = false;
};

}  // namespace shanqi::http
