// GCC 12 destroys temporaries that are made of braces inside a co_await expression twice: the arguments of what
// is awaited are named variables here.
#include "http/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <ctime>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "http/router.hpp"
#include "http/target.hpp"

namespace shanqi::http {
namespace {

constexpr std::size_t header_read_bytes = 4U << 10U;  // at once
constexpr std::size_t body_read_bytes = 64U << 10U;
constexpr std::size_t upload_piece_bytes = 256U << 10U;  // to a worker at once
constexpr std::size_t file_piece_bytes = 256U << 10U;
constexpr std::size_t joined_bytes_max = 64U << 10U;  // a body that goes out in one piece with its head
constexpr std::size_t lingering_bytes_max = 4U << 20U;
constexpr std::chrono::milliseconds lingering_time_max{2'000};

// RFC 9110, 6.6.1: once a second is often enough to write it.
const std::string& date_header() {
    thread_local std::time_t written = 0;
    thread_local std::string text;
    const std::time_t now = std::time(nullptr);
    if (now != written) {
        std::tm parts{};
        ::gmtime_r(&now, &parts);
        char buffer[64];
        text.assign(buffer, std::strftime(buffer, sizeof buffer, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts));
        written = now;
    }
    return text;
}

struct Counted {
    explicit Counted(std::atomic<std::size_t>& counter) : counter_(counter) {}
    ~Counted() { counter_.fetch_sub(1); }
    Counted(const Counted&) = delete;
    std::atomic<std::size_t>& counter_;
};

}  // namespace

// What a handler pushes into. It may outlive the connection: `open_` under the mutex says whether there is one.
class PushedEvents final : public EventStream {
public:
    PushedEvents(Executor executor, std::shared_ptr<Timer> wake)
        : executor_(std::move(executor)), wake_(std::move(wake)) {}

    bool send(const Event& event) override {
        const std::string text = event_text(event);
        const std::scoped_lock lock(mutex_);
        if (!open_) return false;
        if (pending_.size() + text.size() > limits::event_bytes_max) {
            cut_off_ = true;
            open_ = false;
        } else {
            pending_ += text;
        }
        wake();
        return open_;
    }
    bool open() const override {
        const std::scoped_lock lock(mutex_);
        return open_;
    }
    void close() override {
        const std::scoped_lock lock(mutex_);
        if (std::exchange(open_, false)) wake();
    }
    // What waits; none: closed and all is taken.
    std::optional<std::string> take() {
        const std::scoped_lock lock(mutex_);
        if (cut_off_ || (pending_.empty() && !open_)) return std::nullopt;
        return std::exchange(pending_, {});
    }
    Timer& timer() { return *wake_; }  // while there is a connection
    void connection_ended() {
        const std::scoped_lock lock(mutex_);
        open_ = false;
        wake_.reset();  // a timer must not outlive its server, as this may
    }

private:
    void wake() {
        if (wake_) asio::post(executor_, [timer = wake_] { timer->cancel(); });
    }
    mutable std::mutex mutex_;
    Executor executor_;
    std::shared_ptr<Timer> wake_;
    std::string pending_;
    bool open_ = true, cut_off_ = false;
};

Connection::Connection(Core& core, IoThread& thread, Socket socket, std::string peer)
    : core_(core),
      thread_(thread),
      stream_(std::move(socket), core.tls ? &*core.tls : nullptr),
      peer_(std::move(peer)) {
    thread_.connections.insert(this);
}

Connection::~Connection() {
    thread_.connections.erase(this);
    const std::scoped_lock lock(core_.ended_mutex);
    core_.connections.fetch_sub(1);
    core_.ended.notify_all();
    if (core_.options.connections_changed) core_.options.connections_changed();
}

void Connection::sweep(SteadyClock::time_point now) {
    if (now < limit_) return;
    timed_out_ = true;
    no_limit();
    ErrorCode ignored;
    // A plain connection whose header was too slow is still told why (408).
    if (phase_ == Phase::header && !stream_.secure()) {
        ignored = stream_.socket().cancel(ignored);
    } else {
        close();
    }
}

void Connection::drain() {
    if (events_) events_->close();
    if (phase_ == Phase::idle) close();
}

void Connection::close() {
    ErrorCode ignored;
    ignored = stream_.socket().close(ignored);
}

Task<void> Connection::run() {
    set_limit(core_.options.limits.header_time);
    if (!co_await stream_.handshake()) co_return;
    while (!core_.stopping) {
        RequestReader reader(core_.options.limits.header_bytes, core_.options.limits.headers);
        if (!co_await read_header(reader)) break;
        if (co_await serve(reader) == Next::close) break;
    }
    co_await linger();
    close();  // ends watch_for_goodbye, too
}

Task<bool> Connection::receive(std::size_t count) {
    const std::size_t had = in_.size();
    in_.resize(had + count);
    const std::size_t got = co_await stream_.read_some(in_.data() + had, count);
    in_.resize(had + got);
    co_return got > 0;
}

Result<> Connection::feed(RequestReader& reader) {
    const std::size_t taken = TRY(reader.feed(in_));
    in_.erase(0, taken);
    // An extension or trailer of a chunk that never ends.
    if (reader.header_done() && !reader.done() && in_.size() > core_.options.limits.header_bytes)
        return fail(ErrorKind::limit, "http.header_too_large");
    return {};
}

Task<bool> Connection::read_header(RequestReader& reader) {
    phase_ = Phase::idle;
    set_limit(core_.options.limits.idle_time);
    while (true) {
        if (!in_.empty()) {
            if (phase_ == Phase::idle) {
                phase_ = Phase::header;  // from the first byte on, however slowly the others come
                set_limit(core_.options.limits.header_time);
            }
            Result<> fed = feed(reader);
            if (!fed) {
                co_await refuse(fed.error());
                co_return false;
            }
            if (reader.header_done()) break;
        } else {
            in_.shrink_to_fit();  // who waits holds no buffer
        }
        if (phase_ == Phase::idle) {
            // Waits without a buffer, so that thousands of idle connections cost little.
            if (!stream_.secure()) {
                ErrorCode failed;
                co_await stream_.socket().async_wait(Socket::wait_read, asio::redirect_error(awaited, failed));
                if (failed) co_return false;
            }
        }
        if (!co_await receive(header_read_bytes)) {
            if (timed_out_ && phase_ == Phase::header) {
                timed_out_ = false;
                const Error late{ErrorKind::invalid, "http.request_timeout"};
                co_await refuse(late);
            }
            co_return false;
        }
    }
    phase_ = Phase::busy;
    co_return true;
}

Task<std::optional<Reply>> Connection::read_into_memory(RequestReader& reader, Request& request) {
    while (true) {
        Result<> fed = feed(reader);
        if (!fed) co_return problem(fed.error(), request.language, request.request_id);
        if (reader.done()) break;
        set_limit(core_.options.limits.stall_time);
        if (!co_await receive(body_read_bytes)) co_return Reply{.status = 0};
    }
    request.body = std::move(reader.body());
    co_return std::nullopt;
}

Task<std::optional<Reply>> Connection::read_into_file(RequestReader& reader, Request& request, const BodyPlan& plan) {
    std::optional<Reply> refused;
    std::optional<UploadFile> file;
    const auto told = [&](const Error& error) { return problem(error, request.language, request.request_id); };
    if (core_.uploads.fetch_add(1) >= core_.options.limits.uploads) {
        core_.uploads.fetch_sub(1);
        co_return told(Error{ErrorKind::limit, "http.too_busy"});
    }
    const Counted counted(core_.uploads);

    no_limit();
    co_await core_.on_worker([&] {
        try {
            if (plan.admit) refused = plan.admit(request);
        } catch (...) {
            refused = told(Error{ErrorKind::system, "http.internal"});
        }
        if (refused) return;
        auto created = UploadFile::create(core_.options.upload_folder, request.request_id);
        if (created) {
            file.emplace(std::move(*created));
        } else {
            refused = told(created.error());
        }
    });
    if (refused) co_return refused;
    if (reader.expects_continue() && in_.empty()) {
        if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n")) co_return Reply{.status = 0};
    }
    while (true) {
        Result<> fed = feed(reader);
        if (!fed) co_return told(fed.error());
        if (reader.done() || reader.body().size() >= upload_piece_bytes) {
            no_limit();
            Result<> written;
            co_await core_.on_worker([&] { written = file->append(reader.body()); });
            if (!written) co_return told(written.error());
            reader.body().clear();
        }
        if (reader.done()) break;
        set_limit(core_.options.limits.stall_time);
        if (!co_await receive(body_read_bytes)) co_return Reply{.status = 0};
    }
    const auto name = percent_decoded(request.header("x-file-name"));
    request.upload = file->finish(name.value_or(""));
    upload_.emplace(std::move(*file));
    co_return std::nullopt;
}

Task<std::optional<Reply>> Connection::read_body(RequestReader& reader, Request& request, const BodyPlan& plan) {
    const auto length = reader.content_length();
    if (length && *length > plan.bytes_max)
        co_return problem(Error{ErrorKind::limit, "http.body_too_large", {{"limit", std::to_string(plan.bytes_max)}}},
                          request.language, request.request_id);
    reader.body_bytes_max(plan.bytes_max);
    if (plan.to_file) co_return co_await read_into_file(reader, request, plan);
    if (reader.done()) co_return std::nullopt;
    if (reader.expects_continue() && in_.empty()) {
        if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n")) co_return Reply{.status = 0};
    }
    co_return co_await read_into_memory(reader, request);
}

Task<Connection::Next> Connection::serve(RequestReader& reader) {
    const auto begin = SteadyClock::now();
    bytes_out_ = 0;
    Result<Request> taken = reader.take_header();
    if (!taken) {
        co_await refuse(taken.error());
        co_return Next::close;
    }
    Request request = std::move(*taken);
    request.request_id = new_uuid_v7(system_clock());
    const auto& proxies = core_.options.trusted_proxies;
    const bool from_proxy = std::find(proxies.begin(), proxies.end(), peer_) != proxies.end();
    // RFC 9110, 5.3: lines of one name are one list. A proxy may add a line of its own below the client's forged one.
    std::string forwarded;
    for (const auto& [name, value] : request.headers)
        if (name == "x-forwarded-for") forwarded.append(forwarded.empty() ? "" : ", ").append(value);
    request.client = client_address(peer_, forwarded, proxies);
    request.secure = stream_.secure() || (from_proxy && request.header("x-forwarded-proto") == "https");

    const BodyPlan plan = core_.plan(request);
    std::optional<Reply> refused = co_await read_body(reader, request, plan);
    if (refused && refused->status == 0) co_return Next::close;
    bool keep_alive = reader.keep_alive() && !core_.stopping;
    if (!refused && core_.waiting.load(std::memory_order_relaxed) >= core_.options.limits.queued_requests)
        refused = problem(Error{ErrorKind::limit, "http.too_busy"}, request.language, request.request_id);
    unread_ = !reader.done();
    keep_alive = keep_alive && !unread_;

    Prepared prepared;
    std::string operation;
    no_limit();
    if (refused) {
        operation = refused->operation;
        prepared = prepare(std::move(*refused), request, reader.http_1_1());
    } else {
        co_await core_.on_worker([&] {
            try {
                Reply reply = core_.handle(request);
                operation = reply.operation;
                prepared = prepare(std::move(reply), request, reader.http_1_1());
            } catch (...) {  // dispatch has caught what handlers throw; this is memory that ran out
                prepared = prepare(problem(Error{ErrorKind::system, "http.internal"}, request.language, ""), request,
                                   reader.http_1_1());
            }
        });
    }
    upload_.reset();
    keep_alive = keep_alive && !prepared.must_close && !core_.stopping;
    const bool written = co_await write_reply(prepared, keep_alive);
    if (core_.served) {
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begin).count();
        core_.served(
            {std::string(name_of(request.method)), operation, request.request_id, prepared.status, us, bytes_out_});
    }
    co_return written&& keep_alive ? Next::another_request : Next::close;
}

// What never became a request: no handler has seen it.
Task<void> Connection::refuse(const Error& error) {
    phase_ = Phase::busy;
    unread_ = true;
    Request request;
    request.request_id = new_uuid_v7(system_clock());
    Prepared prepared = prepare(problem(error, request.language, request.request_id), request, true);
    co_await write_reply(prepared, false);
    if (core_.served) core_.served({"", "", request.request_id, prepared.status, 0, bytes_out_});
}

Task<bool> Connection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        set_limit(core_.options.limits.stall_time);
        const std::size_t count = co_await stream_.write_some(bytes.data(), bytes.size());
        if (count == 0) co_return false;
        bytes_out_ += static_cast<std::int64_t>(count);
        bytes.remove_prefix(count);
    }
    no_limit();
    co_return true;
}

Task<bool> Connection::write_reply(Prepared& prepared, bool keep_alive) {
    std::string head = std::move(prepared.head);
    head += date_header();
    head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
    const bool joined = prepared.bytes.size() <= joined_bytes_max;
    if (joined) head += prepared.bytes;
    if (!co_await write(head)) co_return false;
    if (!joined) co_return co_await write(prepared.bytes);
    if (prepared.file_bytes > 0) co_return co_await write_file(prepared);
    if (prepared.pull) co_return co_await write_pieces(prepared);
    if (prepared.events.start) co_return co_await write_events(prepared);
    co_return true;
}

Task<bool> Connection::write_file(const Prepared& prepared) {
    std::string piece;
    for (std::uint64_t done = 0; done < prepared.file_bytes; done += piece.size()) {
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(file_piece_bytes, prepared.file_bytes - done));
        co_await core_.on_worker([&] { piece = prepared.file.read(prepared.file_offset + done, count); });
        if (piece.size() != count) co_return false;  // it shrank: the client must not take it for whole
        if (!co_await write(piece)) co_return false;
    }
    co_return true;
}

// A piece is asked for when the one before has gone: a slow client holds one piece, not the whole.
Task<bool> Connection::write_pieces(Prepared& prepared) {
    while (true) {
        Result<std::string> piece;
        co_await core_.on_worker([&] {
            try {
                piece = prepared.pull();
            } catch (...) {
                piece = fail(ErrorKind::system, "http.internal");
            }
        });
        if (!piece) co_return false;
        const bool last = piece->empty();
        std::string text = std::move(*piece);
        if (prepared.chunked) text = last ? std::string("0\r\n\r\n") : fmt::format("{:x}\r\n{}\r\n", text.size(), text);
        if (!co_await write(text)) co_return false;
        if (last) co_return true;
    }
}

Task<void> Connection::watch_for_goodbye(std::shared_ptr<PushedEvents> events) {
    const auto self = shared_from_this();
    char ignored[256];
    while (co_await stream_.read_some(ignored, sizeof ignored) > 0) {
    }
    events->close();
}

Task<bool> Connection::write_events(Prepared& prepared) {
    struct Ended {
        std::shared_ptr<PushedEvents> events;
        ~Ended() { events->connection_ended(); }
    };
    events_ = std::make_shared<PushedEvents>(stream_.executor(), std::make_shared<Timer>(stream_.executor()));
    const Ended ended{events_};
    const std::shared_ptr<PushedEvents> events = events_;
    co_await core_.on_worker([&] {
        try {
            prepared.events.start(events);
        } catch (...) {
            events->close();
        }
    });
    if (core_.stopping) events->close();
    asio::co_spawn(stream_.executor(), watch_for_goodbye(events), asio::detached);
    while (true) {
        std::optional<std::string> text = events->take();
        if (!text) break;
        if (text->empty()) {
            ErrorCode woken;
            events->timer().expires_after(core_.options.limits.event_pulse);
            co_await events->timer().async_wait(asio::redirect_error(awaited, woken));
            if (woken) continue;
            text = ": \n\n";
        }
        if (!co_await write(*text)) break;
    }
    events_.reset();
    co_return false;
}

// Closing while bytes still come would reset the connection and could take the reply with it: the client is given a
// moment to read it.
Task<void> Connection::linger() {
    phase_ = Phase::busy;
    if (!stream_.socket().is_open()) co_return;
    set_limit(lingering_time_max);
    co_await stream_.say_goodbye();
    if (stream_.secure() || (!unread_ && in_.empty())) co_return;
    std::string ignored(body_read_bytes, '\0');
    for (std::size_t all = 0; all < lingering_bytes_max;) {
        const std::size_t got = co_await stream_.read_some(ignored.data(), ignored.size());
        if (got == 0) break;
        all += got;
    }
}

Task<bool> Stream::handshake() {
    if (!tls_) co_return true;
    ErrorCode failed;
    co_await tls_->async_handshake(asio::ssl::stream_base::server, asio::redirect_error(awaited, failed));
    co_return !failed;
}

Task<std::size_t> Stream::read_some(char* bytes, std::size_t count) {
    ErrorCode failed;
    std::size_t got = 0;
    if (tls_) {
        got = co_await tls_->async_read_some(asio::buffer(bytes, count), asio::redirect_error(awaited, failed));
    } else {
        got = co_await socket_.async_read_some(asio::buffer(bytes, count), asio::redirect_error(awaited, failed));
    }
    co_return failed ? 0 : got;
}

Task<std::size_t> Stream::write_some(const char* bytes, std::size_t count) {
    ErrorCode failed;
    std::size_t put = 0;
    if (tls_) {
        put = co_await tls_->async_write_some(asio::buffer(bytes, count), asio::redirect_error(awaited, failed));
    } else {
        put = co_await socket_.async_write_some(asio::buffer(bytes, count), asio::redirect_error(awaited, failed));
    }
    co_return failed ? 0 : put;
}

Task<void> Stream::say_goodbye() {
    ErrorCode ignored;
    if (tls_) co_await tls_->async_shutdown(asio::redirect_error(awaited, ignored));
    ignored = socket_.shutdown(Socket::shutdown_send, ignored);
}

}  // namespace shanqi::http
