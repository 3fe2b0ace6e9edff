// One connection: requests in, replies out, one after the other.
#pragma once

#include <mutex>

#include "http/prepare.hpp"
#include "http/request_reader.hpp"
#include "http/transport.hpp"
#include "http/upload_file.hpp"

namespace shanqi::http {

class PushedEvents;

class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Core& core, IoThread& thread, Socket socket, std::string peer);
    ~Connection();
    Connection(const Connection&) = delete;

    Task<void> run();

    // All on the io thread.
    void sweep(SteadyClock::time_point now);  // ends what takes too long
    void drain();                             // ends when it waits, or listens to events
    void close();

private:
    enum class Phase { idle, header, busy };
    enum class Next { another_request, close };

    void set_limit(std::chrono::milliseconds time) { limit_ = SteadyClock::now() + time; }
    void no_limit() { limit_ = SteadyClock::time_point::max(); }

    Task<bool> receive(std::size_t count);  // more bytes into in_
    Task<bool> read_header(RequestReader&);
    // A reply: the request ends with it. Status 0: the client has gone.
    Task<std::optional<Reply>> read_body(RequestReader&, Request&, const BodyPlan&);
    Task<std::optional<Reply>> read_into_memory(RequestReader&, Request&);
    Task<std::optional<Reply>> read_into_file(RequestReader&, Request&, const BodyPlan&);
    Result<> feed(RequestReader&);

    Task<Next> serve(RequestReader&);
    Task<void> refuse(const Error&);
    Task<bool> write(std::string_view bytes);
    Task<bool> write_reply(Prepared&, bool keep_alive);
    Task<bool> write_file(const Prepared&);
    Task<bool> write_pieces(Prepared&);
    Task<bool> write_events(Prepared&);
    Task<void> watch_for_goodbye(std::shared_ptr<PushedEvents>);
    Task<void> linger();

    Core& core_;
    IoThread& thread_;
    Stream stream_;
    std::string peer_;
    std::string in_;  // received and not yet parsed
    Phase phase_ = Phase::idle;
    SteadyClock::time_point limit_ = SteadyClock::time_point::max();
    bool timed_out_ = false;
    bool unread_ = false;  // of a request that was refused bytes may still come
    std::int64_t bytes_out_ = 0;
    std::shared_ptr<PushedEvents> events_;
    std::optional<UploadFile> upload_;  // of the request that is served; deletes what the handler did not take
};

}  // namespace shanqi::http
