// From a request to a reply.
#include <boost/json/value.hpp>

#include <algorithm>
#include <exception>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "http/router.hpp"

namespace shanqi::http {
namespace {

namespace json = boost::json;

constexpr std::string_view json_type = "application/json";
constexpr std::size_t idempotency_key_bytes_max = 255;

const MemberForm* member_named(const Endpoint& endpoint, std::string_view name) {
    for (const MemberForm& member : *endpoint.members)
        if (member.name == name) return &member;
    return nullptr;
}

bool in_path(const Endpoint& endpoint, std::string_view name) {
    return std::find(endpoint.path_members.begin(), endpoint.path_members.end(), name) != endpoint.path_members.end();
}

std::unexpected<Error> wrong_member(std::string_view key, std::string_view name) {
    Place place;
    place.field = '/' + std::string(name.substr(0, 100));
    return fail(ErrorKind::invalid, key, {}, std::move(place));
}

Result<> gather_query(const Call& call, const Endpoint& endpoint, bool from_query, json::object& out) {
    for (const auto& [name, text] : call.request.query) {
        if (name == "lang") continue;  // Request::language
        const MemberForm* member = from_query && !in_path(endpoint, name) ? member_named(endpoint, name) : nullptr;
        if (member == nullptr || member->form == TextForm::none) return wrong_member("json.unknown_member", name);
        json::value value = value_from_text(text, member->form);
        if (member->list) {
            json::value& list = out[name];
            if (!list.is_array()) list = json::array();
            list.as_array().push_back(std::move(value));
        } else if (!out.emplace(name, std::move(value)).second) {
            return fail(ErrorKind::invalid, "json.duplicate_key", {{"name", name.substr(0, 100)}});
        }
    }
    if (!from_query) return {};
    for (const MemberForm& member : *endpoint.members)
        if (member.list && !out.contains(member.name)) out[member.name] = json::array();
    return {};
}

// RFC 6839: "application/json" and "…+json", with parameters. A form of another site cannot send it without asking.
bool is_json(std::string_view content_type) {
    std::string type;
    for (const char c : content_type.substr(0, content_type.find(';')))
        if (c != ' ' && c != '\t') type += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return type == json_type || (type.starts_with("application/") && type.ends_with("+json"));
}

Result<> gather_body(const Call& call, const Endpoint& endpoint, json::object& out) {
    if (call.request.body.empty()) return {};
    if (!is_json(call.request.header("content-type"))) return fail(ErrorKind::invalid, "http.json_wanted");
    const json::value body = TRY(parse_json(call.request.body));
    if (!body.is_object()) return fail(ErrorKind::invalid, "json.wrong_type", {{"expected", "object"}});
    for (const auto& [name, value] : body.get_object()) {
        if (in_path(endpoint, std::string_view(name.data(), name.size())))
            return wrong_member("json.unknown_member", std::string_view(name.data(), name.size()));
        out.emplace(name, value);
    }
    return {};
}

// draft-ietf-httpapi-idempotency-key-header: the fingerprint is of the whole request. The session is the keeper's to
// add: two people may send the same key.
std::string digest_of(const Request& request) {
    Sha256Stream hash;
    hash.update(name_of(request.method)).update(" ").update(request.target).update("\n");
    return hex(hash.update(request.upload ? request.upload->sha256 : request.body).finish());
}

Result<> take_idempotency_key(Call& call) {
    if (!call.route->creates) return {};
    const std::string_view key = call.request.header("idempotency-key");
    if (key.empty()) return {};
    const bool good = key.size() <= idempotency_key_bytes_max &&
                      std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (!good)
        return fail(ErrorKind::invalid, "http.bad_idempotency_key",
                    {{"limit", std::to_string(idempotency_key_bytes_max)}});
    call.idempotency_key = key;
    call.request_digest = digest_of(call.request);
    return {};
}

Result<std::optional<Reply>> kept_reply(IdempotencyKeeper* keeper, const Call& call) {
    if (keeper == nullptr || call.idempotency_key.empty()) return std::optional<Reply>();
    std::optional<Reply> kept = TRY(keeper->find(call, call.idempotency_key, call.request_digest));
    if (kept) {
        if (kept->status == 200) kept->status = 201;  // as the first reply to a POST that creates was
        kept->headers.emplace_back("Idempotent-Replayed", "true");
    }
    return kept;
}

Result<Reply> answer(const Endpoint& endpoint, Guard& guard, IdempotencyKeeper* keeper, const Router::Match& match,
                     Call& call) {
    TRY_DO(guard.admit(call, endpoint.route, match));
    TRY_DO(take_idempotency_key(call));
    if (auto kept = TRY(kept_reply(keeper, call))) return std::move(*kept);
    Result<Reply> reply = endpoint.handler(call);
    // While this one worked, the first of the same key was written: whatever it now runs into is the first one's doing.
    if (!reply && (reply.error().kind == ErrorKind::conflict || reply.error().kind == ErrorKind::limit)) {
        if (auto kept = TRY(kept_reply(keeper, call))) return std::move(*kept);
    }
    return reply;
}

Reply not_matched(const Request& request, const std::vector<Method>& allowed) {
    if (allowed.empty())
        return problem(Error{ErrorKind::not_found, "http.not_found"}, request.language, request.request_id);
    Reply reply = problem(Error{ErrorKind::invalid, "http.method_not_allowed"}, request.language, request.request_id);
    std::string names;
    for (const Method method : allowed) {
        if (!names.empty()) names += ", ";
        names += name_of(method);
        if (method == Method::get) names += ", HEAD";
    }
    reply.headers.emplace_back("Allow", names);
    return reply;
}

}  // namespace

namespace detail {

Result<json::value> gather_input(const Call& call, const Endpoint& endpoint) {
    const Method method = endpoint.route.method;
    const bool from_query = method == Method::get || method == Method::del || endpoint.route.upload;
    json::object out;
    TRY_DO(gather_query(call, endpoint, from_query, out));
    if (!from_query) {
        TRY_DO(gather_body(call, endpoint, out));
    } else if (!call.request.body.empty()) {
        return fail(ErrorKind::invalid, "http.no_body_wanted");
    }
    for (const auto& [name, text] : call.path)
        if (const MemberForm* member = member_named(endpoint, name)) out[name] = value_from_text(text, member->form);
    return out;
}

// An id in the path that is none is an address that does not exist.
std::unexpected<Error> input_error(const Call& call, Error error) {
    for (const auto& [name, text] : call.path)
        if (error.place.field == '/' + name) return fail(ErrorKind::not_found, "http.not_found");
    return std::unexpected(std::move(error));
}

Reply json_reply(const Call& call, const Endpoint& endpoint, std::string body) {
    Reply reply;
    reply.status = endpoint.route.creates ? 201 : 200;
    if (!endpoint.replies_content) {
        reply.status = 204;
        reply.content_type.clear();
    } else {
        reply.content_type = json_type;
        reply.body = std::move(body);
    }
    if (call.status != 0) reply.status = call.status;
    return reply;
}

}  // namespace detail

Reply dispatch(const Router& router, Guard& guard, IdempotencyKeeper* keeper, const Request& request,
               const std::function<void(const Failure&)>& failed) {
    std::vector<Method> allowed;
    const Router::Match match = router.match(request.method, request.path, &allowed);
    if (match.endpoint == nullptr) return not_matched(request, allowed);

    Call call{.request = request, .route = &match.endpoint->route, .path = match.path};
    Result<Reply> result = fail(ErrorKind::system, "http.internal");
    std::string what;
    try {
        result = answer(*match.endpoint, guard, keeper, match, call);
    } catch (const std::exception& exception) {
        what = exception.what();
    } catch (...) {
        what = "an exception of an unknown type";
    }
    if (!result && result.error().kind == ErrorKind::system && failed) {
        if (what.empty()) what = message(result.error(), Language::en);
        failed({request.request_id, call.route->operation, result.error().key, what});
    }
    Reply reply = result ? std::move(*result) : problem(result.error(), request.language, request.request_id);
    reply.headers.insert(reply.headers.end(), call.reply_headers.begin(), call.reply_headers.end());
    reply.operation = call.route->operation;
    return reply;
}

BodyPlan body_plan(const Router& router, Guard& guard, const Request& header) {
    const Router::Match match = router.match(header.method, header.path);
    if (match.endpoint == nullptr) return {.bytes_max = limits::body_bytes_max, .to_file = false, .admit = {}};
    const Route& route = match.endpoint->route;
    BodyPlan plan;
    plan.bytes_max = route.body_bytes_max;
    if (plan.bytes_max == 0) plan.bytes_max = route.upload ? limits::upload_bytes_max : limits::body_bytes_max;
    plan.to_file = route.upload;
    if (route.upload) {
        plan.admit = [&router, &guard](const Request& request) -> std::optional<Reply> {
            const Router::Match again = router.match(request.method, request.path);
            Call call{.request = request, .route = &again.endpoint->route, .path = again.path};
            const Result<> admitted = guard.admit(call, *call.route, again);
            if (admitted) return std::nullopt;
            return problem(admitted.error(), request.language, request.request_id);
        };
    }
    return plan;
}

}  // namespace shanqi::http
