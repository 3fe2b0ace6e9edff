// Signing in through somebody else's server: one interface, two ways of speaking (oidc.cpp, wecom.cpp).
//
// The browser carries what belongs to one attempt (state, nonce, PKCE verifier) in a sealed cookie of ten minutes, so
// that a callback that was not begun in this browser, or is played again, is refused.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/http_client.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "modules/accounts/accounts.hpp"

namespace shanqi::accounts {

struct Attempt {
    std::string provider, state, nonce, verifier;
    std::string callback;  // the address that the provider sends the browser back to
};

struct Identity {
    std::string subject;  // unique at the provider; what an account is linked to
    std::string name;
    std::string verified_email;  // empty unless the provider says that it checked it
};

using Query = std::vector<std::pair<std::string, std::string>>;

class SignInProvider {
public:
    virtual ~SignInProvider() = default;
    virtual const std::string& id() const = 0;
    virtual const std::string& name() const = 0;
    // Where to send the browser. Errors: oidc.unreachable, oidc.bad_discovery.
    virtual Result<std::string> start(const Attempt&) = 0;
    // `query`: of the callback, whose state is already compared. Errors: oidc.declined, oidc.unreachable,
    // oidc.bad_token, oidc.bad_claim, …
    virtual Result<Identity> finish(const Attempt&, const Query& query) = 0;
    virtual bool links_by_email() const { return false; }
};

std::unique_ptr<SignInProvider> make_oidc_provider(OidcProvider, const HttpClient&, const Clock&);
std::unique_ptr<SignInProvider> make_wecom_provider(WecomApp, const HttpClient&, const Clock&);

// "a=1&b=%E5%96%84"
std::string query_text(const Query&);
std::string parameter_of(const Query&, std::string_view name);

}  // namespace shanqi::accounts
