// Server-sent events (WHATWG HTML, 9.2), pushed: thousands of clients that wait cost memory, not threads.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shanqi::http {

namespace limits {
constexpr std::size_t event_bytes_max = 256U << 10U;     // that wait for one client; one that is slower is cut off
constexpr std::size_t event_clients_max = 4096;          // of one EventHub
constexpr std::size_t event_clients_of_topic_max = 512;  // of one topic: one organisation cannot use up the hub
}  // namespace limits

struct Event {
    std::string name, data, id;
};

// As it goes over the wire; line breaks in `data` become several "data:" lines.
std::string event_text(const Event&);

// One client that listens. May be used from any thread.
class EventStream {
public:
    virtual ~EventStream() = default;
    // False: the client has gone or does not keep up; forget the stream. Never blocks.
    virtual bool send(const Event&) = 0;
    virtual bool open() const = 0;
    virtual void close() = 0;
};

// Who listens to what. A topic is for example the id of an organisation.
class EventHub {
public:
    // False when there are too many; the stream is closed then, and the client tries again later.
    bool subscribe(const std::string& topic, std::shared_ptr<EventStream>);
    std::size_t publish(const std::string& topic, const Event&);  // how many got it
    std::vector<std::string> topics() const;                      // that somebody listens to: what is worth watching
    std::size_t clients() const;
    void close();

private:
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::vector<std::shared_ptr<EventStream>>> streams_;
};

}  // namespace shanqi::http
