// Endpoints are typed functions over described structs; the router holds them, and the OpenAPI 3.1 document is made
// from what it holds (openapi.hpp).
//
//   struct MemberInvite { OrgId org; std::string email; Role role; };            // in: path, query or body
//   BOOST_DESCRIBE_STRUCT(MemberInvite, (), (org, email, role))
//   router.add<MemberInvite, Invitation>({Method::post, "/api/v1/orgs/{org}/invitations", "invitation_create",
//                                         "accounts.members_manage"}, [&](Call& call, MemberInvite in) ->
//                                         Result<Invitation> {…});
//
// Members of In that are named in the path come from the path; with GET, DELETE and uploads the others come from the
// query, with POST, PUT and PATCH from the JSON body. Unknown members are refused; {org} need not be a member
// (Call::org). A list in the query is a parameter that is given several times. A bad id in the path is 404.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/described.hpp"
#include "http/message.hpp"

namespace shanqi::http {

namespace limits {
constexpr std::size_t body_bytes_max = 1U << 20U;        // JSON
constexpr std::uint64_t upload_bytes_max = 1ULL << 30U;  // a file
}  // namespace limits

// Who asks. Made by the Guard (modules/accounts) from a session cookie, a bearer token or a link.
struct Principal {
    enum class Kind { nobody, account, token, link } kind = Kind::nobody;
    AccountId account;
    std::string session;  // session or token id
    std::string display_name;
    std::vector<std::string> scopes;  // of a token; empty: everything that its account may
    bool administrator = false;       // of the installation, and here by a session
    std::string actor() const;        // as store::AuditEntry::actor
};

struct Route;

struct Call {
    const Request& request;
    const Route* route = nullptr;
    Pairs path;  // {"org", "0198…"}, as matched
    Principal who;
    OrgId org;                                    // the {org} of the path, already checked; empty where there is none
    std::vector<std::string> permissions;         // that `who` has in `org`
    bool own_only = false;                        // a partner or volunteer: sees only rows that are linked to it
    std::string party;                            // which one (the directory's id), when own_only
    Headers reply_headers;                        // Set-Cookie and the like
    std::string idempotency_key, request_digest;  // of a POST that creates; empty: none was sent
    int status = 0;                               // 0: 200, or 201 for POST that creates, or 204 for NoContent
    bool may(std::string_view permission) const;
    std::string_view path_member(std::string_view name) const;
};

struct NoContent {};
BOOST_DESCRIBE_STRUCT(NoContent, (), ())

struct Route {
    Method method = Method::get;
    std::string path;       // "/api/v1/orgs/{org}/members/{member}"
    std::string operation;  // noun_verb, unique: the name of the function in the TypeScript client
    // "" with `open`: anybody; "session": whoever is signed in; "member": of {org}; "administrator": of the
    // installation; else "<room>.<what>" in {org}
    std::string permission;
    bool open = false;
    bool creates = false;              // POST that creates: honours Idempotency-Key, replies 201
    bool upload = false;               // the body is a file, streamed to disk: Call::request.upload
    bool csrf = true;                  // state-changing requests with a cookie need X-CSRF-Token
    std::uint64_t body_bytes_max = 0;  // 0: limits::body_bytes_max, or limits::upload_bytes_max of an upload
    std::string rate;                  // name of the rate limit that counts it ("" : the general one)
    std::string summary;               // one line for the API document, English
};

using Handler = std::function<Result<Reply>(Call&)>;

struct Endpoint {
    Route route;
    Handler handler;
    std::vector<std::string> path_members;
    const std::vector<MemberForm>* members = nullptr;  // of In; nullptr: a raw handler
    bool replies_content = true;
    // The schemas of In and Out, for the API document; empty functions with raw handlers.
    std::function<boost::json::object(boost::json::object& definitions)> input_schema, output_schema;
    std::string raw_content_type;  // of a raw handler's reply, for the API document
};

class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;

    template <class In, class Out>
    void add(Route route, std::function<Result<Out>(Call&, In)> work);
    // Replies that are no JSON: downloads, events, pages. Query and body are the handler's to read.
    void add_raw(Route route, Handler handler, std::string_view content_type = "application/octet-stream");

    struct Match {
        const Endpoint* endpoint = nullptr;
        Pairs path;  // {"org", "0198…"}
    };
    // A segment of a Route::path is a word, "{name}" or "{name}.pdf"; words win. A path or operation that is there
    // already, or a member of the path that In does not have, is a bug and throws std::logic_error at start.
    // endpoint == nullptr: no such path; `allowed` names the methods when only the method is wrong.
    Match match(Method, std::string_view path, std::vector<Method>* allowed = nullptr) const;
    const std::vector<std::unique_ptr<Endpoint>>& endpoints() const;  // in the order in which they were added

private:
    struct State;
    std::unique_ptr<State> state_;
    const Endpoint* add_endpoint(std::unique_ptr<Endpoint>);
};

// Who may call, before the handler runs. The accounts room implements it.
class Guard {
public:
    virtual ~Guard() = default;
    // Fills who, org, permissions, own_only. Errors: http.sign_in_first (401), http.forbidden (403), http.not_found
    // (404: another organisation's ids look like ids that do not exist), http.csrf (403), http.too_many (429,
    // arguments: seconds; becomes Retry-After).
    virtual Result<> admit(Call&, const Route&, const Router::Match&) = 0;
};

// Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the first reply is kept 24 hours and given again. It is
// written in the business transaction itself (modules/house, write_once): a kill between the two cannot double a row.
class IdempotencyKeeper {
public:
    virtual ~IdempotencyKeeper() = default;
    // The reply that was kept for this key and caller. Errors: http.idempotency_mismatch (422: same key, other
    // request).
    virtual Result<std::optional<Reply>> find(const Call&, const std::string& key,
                                              const std::string& request_digest) = 0;
};

// What went wrong inside, for the log: an exception, or an error of kind system. `what` may name files and tables.
struct Failure {
    std::string request_id, operation, key, what;
};

// One request from routing to reply: match, guard, idempotency, handler, and the one place that turns an Error into a
// problem document (RFC 9457) in the user's language. Exceptions end the request with http.internal, never the process.
// HEAD runs the handler of GET; the server leaves the body out.
//
// A handler that fails with house.idempotency_again lost the race of two requests with the same key: the keeper is
// asked again, and its reply given.
Reply dispatch(const Router&, Guard&, IdempotencyKeeper*, const Request&,
               const std::function<void(const Failure&)>& failed = {});

// For make_server: what the route of this request takes. Uploads are admitted by the guard before their body is read.
BodyPlan body_plan(const Router&, Guard&, const Request&);

// RFC 9457: {"type": "https://shanqi.example/problems/<key>", "title", "status", "detail", "key", "field"?,
// "request_id"}
Reply problem(const Error&, Language, const std::string& request_id);
int status_of(const Error&);

// What dispatch did not find: GET and HEAD outside /api are the web UI's (static_files.hpp).
constexpr std::string_view api_prefix = "/api/";

namespace detail {
Result<boost::json::value> gather_input(const Call&, const Endpoint&);
Reply json_reply(const Call&, const Endpoint&, std::string body);
std::unexpected<Error> input_error(const Call&, Error);
}  // namespace detail

}  // namespace shanqi::http

#include "http/router.ipp"
