#include "http/events.hpp"

namespace shanqi::http {

std::string event_text(const Event& event) {
    // A line break in a name or id would begin another field.
    const auto line = [](std::string_view text) {
        std::string out;
        for (const char c : text)
            if (c != '\n' && c != '\r' && c != '\0') out += c;
        return out;
    };
    std::string out;
    if (!event.id.empty()) out += "id: " + line(event.id) + '\n';
    if (!event.name.empty()) out += "event: " + line(event.name) + '\n';
    for (std::size_t at = 0; at <= event.data.size();) {
        const std::size_t end = std::min(event.data.find('\n', at), event.data.size());
        out += "data: " + line(std::string_view(event.data).substr(at, end - at)) + '\n';
        at = end + 1;
    }
    return out + '\n';
}

bool EventHub::subscribe(const std::string& topic, std::shared_ptr<EventStream> stream) {
    {
        const std::scoped_lock lock(mutex_);
        std::size_t all = 0;
        for (auto& [name, list] : streams_) {
            std::erase_if(list, [](const auto& one) { return !one->open(); });
            all += list.size();
        }
        std::erase_if(streams_, [](const auto& one) { return one.second.empty(); });
        const auto found = streams_.find(topic);
        const std::size_t of_topic = found == streams_.end() ? 0 : found->second.size();
        if (all < limits::event_clients_max && of_topic < limits::event_clients_of_topic_max) {
            streams_[topic].push_back(std::move(stream));
            return true;
        }
    }
    stream->close();
    return false;
}

std::size_t EventHub::publish(const std::string& topic, const Event& event) {
    const std::scoped_lock lock(mutex_);
    const auto found = streams_.find(topic);
    if (found == streams_.end()) return 0;
    std::erase_if(found->second, [&](const auto& stream) { return !stream->send(event); });
    const std::size_t count = found->second.size();
    if (count == 0) streams_.erase(found);
    return count;
}

std::vector<std::string> EventHub::topics() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> out;
    out.reserve(streams_.size());
    for (const auto& [topic, list] : streams_) out.push_back(topic);
    return out;
}

std::size_t EventHub::clients() const {
    const std::scoped_lock lock(mutex_);
    std::size_t out = 0;
    for (const auto& [topic, list] : streams_)
        for (const auto& stream : list) out += stream->open() ? 1 : 0;
    return out;
}

void EventHub::close() {
    const std::scoped_lock lock(mutex_);
    for (const auto& [topic, list] : streams_)
        for (const auto& stream : list) stream->close();
    streams_.clear();
}

}  // namespace shanqi::http
