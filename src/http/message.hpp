// A request as a handler sees it and the replies it can give. Nothing here knows Beast.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"

namespace shanqi::http {

enum class Method { get, head, post, put, patch, del };

// What a request body was streamed into when it was too large for memory or the endpoint asked for a file: deleted when
// the request ends unless somebody moved it away.
struct Upload {
    std::filesystem::path file;
    std::uint64_t bytes = 0;
    std::string sha256;  // hex
    std::string name;    // from Content-Disposition or the X-File-Name header, percent-decoded; may be hostile
};

struct Request {
    Method method = Method::get;
    std::string path;                                          // decoded, normalised, begins with "/"
    std::string target;                                        // as sent
    std::vector<std::pair<std::string, std::string>> query;    // decoded
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;                                          // up to Route::body_bytes_max
    std::optional<Upload> upload;
    std::string client;                     // address; behind a trusted proxy, the one it names
    bool secure = false;                    // TLS here or at the trusted proxy
    std::string request_id;                 // UUIDv7, also in the reply's X-Request-Id
    Language language = Language::zh_hans;  // ?lang=, the cookie shanqi_lang, Accept-Language

    std::string_view header(std::string_view lower_case_name) const;  // "" when absent
    std::string_view cookie(std::string_view name) const;
    std::string_view parameter(std::string_view name) const;  // of the query
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// Server-sent events: called on a worker whenever there is something; returns the next event or none to wait.
struct Event {
    std::string name, data, id;
};
class EventSource {
public:
    virtual ~EventSource() = default;
    // Blocks at most `wait`; an empty vector: nothing happened (a comment keeps the connection alive).
    virtual std::vector<Event> next(std::chrono::milliseconds wait) = 0;
    virtual bool finished() const = 0;
};

struct FileBody {
    std::filesystem::path file;
    bool remove_after = false;
};
// Pulled in pieces on a worker, so that a large export is never whole in memory: "" is the end.
using PullBody = std::function<Result<std::string>()>;

struct Reply {
    int status = 200;
    std::string content_type = "application/json";
    Headers headers;
    std::variant<std::string, FileBody, PullBody, std::shared_ptr<EventSource>> body;
};

}  // namespace shanqi::http
