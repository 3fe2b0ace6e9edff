// What server.cpp and connection.cpp share: Asio with one executor type, a stream that is plain or TLS, the workers.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_set>

#include "http/server.hpp"

namespace shanqi::http {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using SteadyClock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;
constexpr asio::use_awaitable_t<Executor> awaited;
using ErrorCode = boost::system::error_code;

// Bytes in and out; never throws.
class Stream {
public:
    Stream(Socket socket, asio::ssl::context* tls) : socket_(std::move(socket)) {
        if (tls != nullptr) tls_.emplace(socket_, *tls);
    }
    bool secure() const { return tls_.has_value(); }
    Socket& socket() { return socket_; }
    Executor executor() { return socket_.get_executor(); }

    Task<bool> handshake();
    Task<std::size_t> read_some(char* bytes, std::size_t count);         // 0: the end or an error
    Task<std::size_t> write_some(const char* bytes, std::size_t count);  // 0: an error
    Task<void> say_goodbye();                                            // TLS close_notify, then no more from us

private:
    Socket socket_;
    std::optional<asio::ssl::stream<Socket&>> tls_;
};

class Connection;

// One thread that reads and writes. Its connections are touched by it alone.
struct IoThread {
    std::unordered_set<Connection*> connections;  // outlives the context, whose end ends them
    asio::io_context context{1};
    Timer sweep{context.get_executor()};
};

struct Core {
    ServerOptions options;
    std::function<BodyPlan(const Request&)> plan;
    std::function<Reply(Request&)> handle;
    std::function<void(const Served&)> served;
    std::optional<asio::ssl::context> tls;
    std::unique_ptr<asio::thread_pool> workers;
    std::atomic<std::size_t> waiting = 0;  // for a worker
    std::atomic<std::size_t> uploads = 0;
    std::atomic<std::size_t> connections = 0;
    std::atomic<bool> stopping = false;
    std::mutex ended_mutex;
    std::condition_variable ended;  // a connection has

    // Runs `work` on a worker and goes on where it was.
    template <class Work>
    Task<void> on_worker(Work work);
};

template <class Work>
Task<void> Core::on_worker(Work work) {
    waiting.fetch_add(1, std::memory_order_relaxed);
    const auto start = [this](auto handler, Work* what) {
        auto home = asio::get_associated_executor(handler);
        asio::post(*workers, [this, what, home, handler = std::move(handler)]() mutable {
            waiting.fetch_sub(1, std::memory_order_relaxed);
            (*what)();
            asio::post(home, std::move(handler));
        });
    };
    // `work` lives in this coroutine's frame until the handler has been called.
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(start, awaited, &work);
}

}  // namespace shanqi::http
