// Problem documents (RFC 9457) and the status of an error.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

#include "http/router.hpp"

namespace shanqi::http {
namespace {

struct KeyStatus {
    std::string_view key;
    int status;
};

// Where the kind of an error does not say enough.
constexpr std::array<KeyStatus, 23> statuses{{
    {"http.sign_in_first", 401},
    {"accounts.wrong_password", 401},
    {"accounts.wrong_code", 401},
    {"accounts.totp_needed", 401},
    {"http.bad_request", 400},
    {"http.bad_idempotency_key", 400},
    {"http.no_body_wanted", 400},
    {"json.malformed", 400},
    {"json.too_deep", 400},
    {"json.duplicate_key", 400},
    {"http.method_not_allowed", 405},
    {"http.json_wanted", 415},
    {"http.header_too_large", 431},
    {"http.request_timeout", 408},
    {"http.idempotency_mismatch", 422},
    {"http.too_busy", 503},
    {"store.busy", 503},
    {"store.lost", 503},
    {"store.unreachable", 503},
    {"store.too_slow", 503},
    {"store.too_many_rows", 500},
    {"store.disk_full", 507},
    {"file.disk_full", 507},
}};

}  // namespace

int status_of(const Error& error) {
    const auto named = [&](const KeyStatus& one) { return one.key == error.key; };
    if (const auto* found = std::find_if(statuses.begin(), statuses.end(), named); found != statuses.end())
        return found->status;
    switch (error.kind) {
        case ErrorKind::invalid:
            return 422;
        case ErrorKind::not_found:
            return 404;
        case ErrorKind::conflict:
            return 409;
        case ErrorKind::refused:
            return 403;
        case ErrorKind::limit:
            return error.key.ends_with("too_large") ? 413 : 429;
        case ErrorKind::system:
            return 500;
    }
    return 500;
}

Reply problem(const Error& error, Language language, const std::string& request_id) {
    const int status = status_of(error);
    Error said = error;
    said.place.field.clear();  // a member of its own: the form shows the sentence beside the field
    boost::json::object document{
        {"type", "https://shanqi.example/problems/" + error.key},
        {"title", message("http.title." + std::to_string(status), {}, language)},
        {"status", status},
        {"detail", message(said, language)},
        {"key", error.key},
    };
    if (!error.place.field.empty()) document["field"] = error.place.field;
    if (!request_id.empty()) document["request_id"] = request_id;

    Reply reply;
    reply.status = status;
    reply.content_type = "application/problem+json";
    reply.body = boost::json::serialize(document);
    reply.headers.emplace_back("Cache-Control", "no-store");
    for (const auto& [name, value] : error.arguments)
        if (name == "seconds" && status == 429) reply.headers.emplace_back("Retry-After", value);
    if (status == 503 && reply.headers.size() == 1) reply.headers.emplace_back("Retry-After", "1");
    if (status == 401) reply.headers.emplace_back("WWW-Authenticate", "Bearer");  // RFC 9110, 11.6.1
    return reply;
}

}  // namespace shanqi::http
