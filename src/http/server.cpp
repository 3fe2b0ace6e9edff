#include "http/server.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/core.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "http/connection.hpp"
#include "http/transport.hpp"

namespace shanqi::http {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

constexpr int waiting_connections_max = 1024;          // in the kernel, not accepted yet
constexpr std::chrono::milliseconds accept_pause{50};  // when no file descriptor is left

Result<asio::ssl::context> tls_context(const std::string& certificate_file, const std::string& key_file) {
    asio::ssl::context context(asio::ssl::context::tls_server);
    ErrorCode failed;
    failed = context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1 |
                                     asio::ssl::context::default_workarounds | SSL_OP_NO_RENEGOTIATION,
                                 failed);
    if (!failed) failed = context.use_certificate_chain_file(certificate_file, failed);
    if (!failed) failed = context.use_private_key_file(key_file, asio::ssl::context::pem, failed);
    if (!failed && SSL_CTX_check_private_key(context.native_handle()) != 1)
        return fail(ErrorKind::invalid, "http.bad_certificate", {{"reason", "key"}});
    if (failed) return fail(ErrorKind::invalid, "http.bad_certificate", {{"reason", failed.message()}});
    return context;
}

class AsioServer final : public Server {
public:
    AsioServer(ServerOptions options, std::function<BodyPlan(const Request&)> plan,
               std::function<Reply(Request&)> handle, std::function<void(const Served&)> served) {
        core_.options = std::move(options);
        core_.plan = std::move(plan);
        core_.handle = std::move(handle);
        core_.served = std::move(served);
    }
    ~AsioServer() override { stop(std::chrono::milliseconds(0)); }

    Result<> start() override;
    std::uint16_t port() const override { return port_; }
    std::size_t connections() const override { return core_.connections; }
    void stop(std::chrono::milliseconds drain) override;

private:
    Result<> listen();
    Task<void> accept();
    Task<void> sweep(IoThread&);
    void admit(Socket socket, IoThread&);
    void on_each(void (Connection::*what)());

    Core core_;
    std::vector<std::unique_ptr<IoThread>> io_;
    std::optional<Acceptor> acceptor_;
    std::uint16_t port_ = 0;
    std::size_t next_ = 0;
    bool running_ = false;
    std::vector<std::jthread> threads_;
};

Result<> AsioServer::listen() {
    const ServerOptions& options = core_.options;
    const std::string shown = fmt::format("{}:{}", options.address, options.port);
    ErrorCode failed;
    const auto address = asio::ip::make_address(options.address, failed);
    if (failed) return fail(ErrorKind::invalid, "http.bad_address", {{"address", shown}, {"reason", failed.message()}});
    const asio::ip::tcp::endpoint endpoint(address, options.port);
    acceptor_.emplace(io_.front()->context.get_executor());
    failed = acceptor_->open(endpoint.protocol(), failed);
    if (!failed) failed = acceptor_->set_option(Acceptor::reuse_address(true), failed);
    if (!failed) failed = acceptor_->bind(endpoint, failed);
    if (!failed) failed = acceptor_->listen(waiting_connections_max, failed);
    if (failed == asio::error::address_in_use)
        return fail(ErrorKind::conflict, "http.address_in_use", {{"address", shown}});
    if (failed) return fail(ErrorKind::invalid, "http.bad_address", {{"address", shown}, {"reason", failed.message()}});
    port_ = acceptor_->local_endpoint().port();
    return {};
}

Result<> AsioServer::start() {
    const ServerOptions& options = core_.options;
    if (options.certificate_file.empty() != options.key_file.empty())
        return fail(ErrorKind::invalid, "http.certificate_and_key");
    if (!options.certificate_file.empty())
        core_.tls.emplace(TRY(tls_context(options.certificate_file, options.key_file)));
    for (unsigned i = 0; i < std::max(1U, options.io_threads); ++i) io_.push_back(std::make_unique<IoThread>());
    TRY_DO(listen());
    core_.workers = std::make_unique<asio::thread_pool>(std::max(1U, options.workers));
    asio::co_spawn(io_.front()->context, accept(), asio::detached);
    for (const auto& thread : io_) {
        asio::co_spawn(thread->context, sweep(*thread), asio::detached);
        threads_.emplace_back([context = &thread->context] { context->run(); });
    }
    running_ = true;
    return {};
}

Task<void> AsioServer::accept() {
    Timer pause(io_.front()->context.get_executor());
    while (acceptor_->is_open()) {
        IoThread& thread = *io_[next_++ % io_.size()];
        Socket socket(thread.context.get_executor());
        ErrorCode failed;
        co_await acceptor_->async_accept(socket, asio::redirect_error(awaited, failed));
        if (failed == asio::error::operation_aborted || core_.stopping) co_return;
        if (failed) {
            pause.expires_after(accept_pause);
            ErrorCode ignored;
            co_await pause.async_wait(asio::redirect_error(awaited, ignored));
            continue;
        }
        if (core_.connections.load() >= core_.options.limits.connections) continue;  // closes
        core_.connections.fetch_add(1);
        if (core_.options.connections_changed) core_.options.connections_changed();
        asio::post(thread.context,
                   [this, &thread, moved = std::move(socket)]() mutable { admit(std::move(moved), thread); });
    }
}

void AsioServer::admit(Socket socket, IoThread& thread) {
    ErrorCode failed;
    const auto peer = socket.remote_endpoint(failed);
    if (!failed) failed = socket.set_option(asio::ip::tcp::no_delay(true), failed);
    auto address = failed ? asio::ip::address() : peer.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    auto connection = std::make_shared<Connection>(core_, thread, std::move(socket), address.to_string());
    // Whatever is thrown (memory that ran out) ends this connection only.
    asio::co_spawn(
        thread.context, [connection] { return connection->run(); }, [connection](const std::exception_ptr&) {});
}

// Limits of time are looked at together: a timer for each read would cost more than the read.
Task<void> AsioServer::sweep(IoThread& thread) {
    const ServerLimits& all = core_.options.limits;
    const auto period = std::clamp(std::min({all.header_time, all.idle_time, all.stall_time}) / 4,
                                   std::chrono::milliseconds(10), std::chrono::milliseconds(1'000));
    while (true) {
        ErrorCode failed;
        thread.sweep.expires_after(period);
        co_await thread.sweep.async_wait(asio::redirect_error(awaited, failed));
        if (failed) co_return;
        const auto now = SteadyClock::now();
        for (Connection* connection : thread.connections) connection->sweep(now);
    }
}

void AsioServer::on_each(void (Connection::*what)()) {
    for (const auto& thread : io_)
        asio::post(thread->context, [&thread = *thread, what] {
            // drain() and close() only cancel: connections end when their coroutines go on, not in this loop.
            for (Connection* connection : thread.connections) (connection->*what)();
        });
}

void AsioServer::stop(std::chrono::milliseconds drain) {
    if (!std::exchange(running_, false)) return;
    core_.stopping = true;
    asio::post(io_.front()->context, [this] {
        ErrorCode ignored;
        ignored = acceptor_->close(ignored);
    });
    on_each(&Connection::drain);
    const auto end = SteadyClock::now() + drain;
    const auto wait_until = [this](SteadyClock::time_point until) {
        std::unique_lock lock(core_.ended_mutex);
        core_.ended.wait_until(lock, until, [this] { return core_.connections.load() == 0; });
    };
    wait_until(end);
    on_each(&Connection::close);
    core_.workers->join();  // their last work posts back to threads that still run
    wait_until(SteadyClock::now() + std::chrono::seconds(1));
    for (const auto& thread : io_) thread->context.stop();
    threads_.clear();
    // Both hold on to a context: they end before it.
    acceptor_.reset();
    core_.workers.reset();
    io_.clear();
}

}  // namespace

std::unique_ptr<Server> make_server(ServerOptions options, std::function<BodyPlan(const Request& header)> plan,
                                    std::function<Reply(Request&)> handle, std::function<void(const Served&)> served) {
    return std::make_unique<AsioServer>(std::move(options), std::move(plan), std::move(handle), std::move(served));
}

}  // namespace shanqi::http
