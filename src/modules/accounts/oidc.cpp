// OpenID Connect: discovery 1.0, authorization code flow (Core 1.0, 3.1) with PKCE S256 (RFC 7636).
#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "base/described.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "modules/accounts/jwt.hpp"
#include "modules/accounts/single_sign_on.hpp"

namespace shanqi::accounts {
namespace {

constexpr std::int64_t discovery_kept_us = 3'600'000'000;  // an hour
constexpr std::int64_t keys_again_us = 60'000'000;         // an unknown key asks for the JWKS again, once a minute

struct Discovered {
    std::string authorization_endpoint, token_endpoint, jwks_uri;
    bool basic_authentication = false;  // client_secret_basic; else client_secret_post
};

std::string text_of(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// What the HTTP client says holds the address, and addresses may hold secrets: only its kind goes on.
std::unexpected<Error> unreachable(const std::string& name) {
    return fail(ErrorKind::system, "oidc.unreachable", {{"name", name}});
}

// TLS, except towards this very machine, where tests and side-by-side installations run.
bool is_safe_address(std::string_view url) {
    for (const std::string_view start : {"https://", "http://127.0.0.1", "http://localhost", "http://[::1]"}) {
        if (!url.starts_with(start)) continue;
        const std::string_view rest = url.substr(start.size());
        return start == "https://" ? !rest.empty() : rest.empty() || rest.front() == ':' || rest.front() == '/';
    }
    return false;
}

class Oidc final : public SignInProvider {
public:
    Oidc(OidcProvider settings, const HttpClient& network, const Clock& clock)
        : settings_(std::move(settings)), network_(network), clock_(clock) {}

    const std::string& id() const override { return settings_.id; }
    const std::string& name() const override { return settings_.name; }
    bool links_by_email() const override { return settings_.link_by_email; }

    Result<std::string> start(const Attempt& attempt) override {
        const Discovered found = TRY(discovered());
        const Query query{{"response_type", "code"},
                          {"client_id", settings_.client_id},
                          {"redirect_uri", attempt.callback},
                          {"scope", settings_.scopes},
                          {"state", attempt.state},
                          {"nonce", attempt.nonce},
                          {"code_challenge", challenge_of(attempt.verifier)},
                          {"code_challenge_method", "S256"}};
        const char* separator = found.authorization_endpoint.find('?') == std::string::npos ? "?" : "&";
        return found.authorization_endpoint + separator + query_text(query);
    }

    Result<Identity> finish(const Attempt& attempt, const Query& query) override {
        if (!parameter_of(query, "error").empty()) return fail(ErrorKind::refused, "oidc.declined");
        // RFC 9207: where the provider says who it is, it must be the one that was asked.
        const std::string issuer = parameter_of(query, "iss");
        if (!issuer.empty() && issuer != settings_.issuer)
            return fail(ErrorKind::refused, "oidc.bad_claim", {{"claim", "iss"}});
        const std::string code = parameter_of(query, "code");
        if (code.empty() || code.size() > 4096) return fail(ErrorKind::refused, "oidc.declined");
        const Discovered found = TRY(discovered());
        const std::string token = TRY(id_token(found, attempt, code));
        const IdTokenExpected expected{settings_.issuer, settings_.client_id, attempt.nonce, clock_.now()};
        auto claims = verify_id_token(token, TRY(keys(found, false)), expected);
        if (!claims && claims.error().key == "oidc.unknown_key") {
            claims = verify_id_token(token, TRY(keys(found, true)), expected);
        }
        if (!claims) return std::unexpected(claims.error());
        Identity identity{text_of(*claims, "sub"), text_of(*claims, "name"), {}};
        const auto* verified = claims->if_contains("email_verified");
        if (verified != nullptr && verified->is_bool() && verified->as_bool()) {
            identity.verified_email = text_of(*claims, "email");
        }
        return identity;
    }

private:
    static std::string challenge_of(std::string_view verifier) {
        const Sha256 digest = sha256(verifier);
        return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
    }

    Result<boost::json::object> get_object(const HttpRequest& request, const char* failure) const {
        const auto reply = network_.send(request);
        if (!reply || reply->status >= 500) return unreachable(settings_.name);
        if (reply->status != 200) return fail(ErrorKind::refused, failure, {{"name", settings_.name}});
        auto value = parse_json(reply->body);
        if (!value || !value->is_object()) return fail(ErrorKind::refused, failure, {{"name", settings_.name}});
        return std::move(value->as_object());
    }

    Result<Discovered> discovered() {
        {
            const std::scoped_lock lock(mutex_);
            if (discovered_ && clock_.now().us - discovered_at_.us < discovery_kept_us) return *discovered_;
        }
        std::string base = settings_.issuer;
        while (base.ends_with('/')) base.pop_back();
        if (!is_safe_address(base)) return fail(ErrorKind::invalid, "oidc.bad_discovery", {{"name", settings_.name}});
        const auto document =
            TRY(get_object({.url = base + "/.well-known/openid-configuration"}, "oidc.bad_discovery"));
        Discovered found{text_of(document, "authorization_endpoint"), text_of(document, "token_endpoint"),
                         text_of(document, "jwks_uri"), true};
        if (const auto* methods = document.if_contains("token_endpoint_auth_methods_supported");
            methods != nullptr && methods->is_array()) {
            found.basic_authentication = std::ranges::any_of(
                methods->as_array(), [](const auto& method) { return method == "client_secret_basic"; });
        }
        // Discovery 1.0, 4.3: the issuer must be exactly the one that was asked for.
        if (text_of(document, "issuer") != settings_.issuer || !is_safe_address(found.authorization_endpoint) ||
            !is_safe_address(found.token_endpoint) || !is_safe_address(found.jwks_uri)) {
            return fail(ErrorKind::refused, "oidc.bad_discovery", {{"name", settings_.name}});
        }
        const std::scoped_lock lock(mutex_);
        discovered_ = found;
        discovered_at_ = clock_.now();
        return found;
    }

    Result<boost::json::object> keys(const Discovered& found, bool again) {
        {
            const std::scoped_lock lock(mutex_);
            const std::int64_t age_us = clock_.now().us - keys_at_.us;
            if (keys_ && (again ? age_us < keys_again_us && asked_again_ : age_us < discovery_kept_us)) return *keys_;
        }
        auto fresh = TRY(get_object({.url = found.jwks_uri}, "oidc.bad_discovery"));
        const std::scoped_lock lock(mutex_);
        keys_ = fresh;
        keys_at_ = clock_.now();
        asked_again_ = again;
        return fresh;
    }

    Result<std::string> id_token(const Discovered& found, const Attempt& attempt, const std::string& code) const {
        Query form{{"grant_type", "authorization_code"},
                   {"code", code},
                   {"redirect_uri", attempt.callback},
                   {"code_verifier", attempt.verifier}};
        HttpRequest request{.method = "POST", .url = found.token_endpoint};
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
        if (found.basic_authentication) {
            // RFC 6749, 2.3.1: both halves are form-encoded before they are joined.
            request.headers.emplace_back("Authorization", "Basic " + base64(percent_encoded(settings_.client_id) + ":" +
                                                                            percent_encoded(settings_.client_secret)));
        } else {
            form.emplace_back("client_id", settings_.client_id);
            form.emplace_back("client_secret", settings_.client_secret);
        }
        request.body = query_text(form);
        const auto reply = TRY(get_object(request, "oidc.declined"));
        std::string token = text_of(reply, "id_token");
        if (token.empty()) return fail(ErrorKind::refused, "oidc.bad_token");
        return token;
    }

    static std::string base64(std::string_view bytes) {
        std::string text = base64url(bytes);
        std::ranges::replace(text, '-', '+');
        std::ranges::replace(text, '_', '/');
        text.append((4 - text.size() % 4) % 4, '=');
        return text;
    }

    OidcProvider settings_;
    const HttpClient& network_;
    const Clock& clock_;
    std::mutex mutex_;
    std::optional<Discovered> discovered_;
    std::optional<boost::json::object> keys_;
    Instant discovered_at_, keys_at_;
    bool asked_again_ = false;
};

}  // namespace

std::string query_text(const Query& query) {
    std::string out;
    for (const auto& [name, value] : query) {
        if (!out.empty()) out += '&';
        out += percent_encoded(name) + "=" + percent_encoded(value);
    }
    return out;
}

std::string parameter_of(const Query& query, std::string_view name) {
    const auto found = std::ranges::find(query, name, &std::pair<std::string, std::string>::first);
    return found == query.end() ? std::string() : found->second;
}

std::unique_ptr<SignInProvider> make_oidc_provider(OidcProvider settings, const HttpClient& network,
                                                   const Clock& clock) {
    return std::make_unique<Oidc>(std::move(settings), network, clock);
}

}  // namespace shanqi::accounts
