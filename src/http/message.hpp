// A request as a handler sees it and the replies it can give. Nothing here knows Beast.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "http/events.hpp"

namespace shanqi::http {

enum class Method { get, head, post, put, patch, del, other };
std::string_view name_of(Method);  // "GET"; "" for other

// What a request body was streamed into, because the endpoint asked for a file: deleted when the request ends unless
// somebody moved it away.
struct Upload {
    std::filesystem::path file;
    std::uint64_t bytes = 0;
    std::string sha256;  // hex
    std::string name;    // from the X-File-Name header, percent-decoded; may be hostile
};

using Pairs = std::vector<std::pair<std::string, std::string>>;
using Headers = Pairs;

struct Request {
    Method method = Method::get;
    std::string path;    // decoded, normalised, begins with "/"
    std::string target;  // as sent
    Pairs query;         // decoded
    Headers headers;     // names in lower case
    std::string body;    // up to Route::body_bytes_max
    std::optional<Upload> upload;
    std::string client;                     // address; behind a trusted proxy, the one it names
    bool secure = false;                    // TLS here or at the trusted proxy
    std::string request_id;                 // UUIDv7, also in the reply's X-Request-Id
    Language language = Language::zh_hans;  // ?lang=, the cookie shanqi_lang, Accept-Language

    std::string_view header(std::string_view lower_case_name) const;  // "" when absent
    std::string_view cookie(std::string_view name) const;
    std::string_view parameter(std::string_view name) const;  // of the query
};

Language language_of(const Request&);

// How a request's body is to be received: asked when the header is complete, before the body is read.
struct Reply;
struct BodyPlan {
    std::uint64_t bytes_max = 0;  // a longer one is 413
    bool to_file = false;
    // With to_file: asked on a worker before a byte of the file is taken, so that strangers do not fill the disk. A
    // reply refuses.
    std::function<std::optional<Reply>(const Request&)> admit;
};

struct FileBody {
    std::filesystem::path file;
    bool remove_after = false;
    std::string etag;  // strong, with its quotes, when the caller knows one (a digest of the content)
};
// Pulled in pieces on a worker, so that a large export is never whole in memory: "" is the end. An error breaks the
// connection off, so that no client takes half a file for a whole one.
using PullBody = std::function<Result<std::string>()>;
// Server-sent events: `start` is called once on a worker, when the client listens. It keeps the stream and returns;
// events are pushed into it from any thread. A waiting client costs no thread.
struct EventBody {
    std::function<void(std::shared_ptr<EventStream>)> start;
};

struct Reply {
    int status = 200;
    std::string content_type = "application/json";
    Headers headers;
    std::variant<std::string, FileBody, PullBody, EventBody> body;
    std::string operation;  // Route::operation: for the access log and the figures
};

}  // namespace shanqi::http
