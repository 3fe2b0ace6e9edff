// Signing in through a real OpenID provider (npm's oidc-provider, tests/oidc), and what a forged ID token must not do.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "base/encoding.hpp"
#include "base/mac.hpp"
#include "modules/accounts/jwt.hpp"
#include "modules/accounts/test_office.hpp"

namespace shanqi::accounts {
namespace {

const std::string tools = std::string(SHANQI_SOURCE_DIR) + "/build/tools/oidc/";
const std::string callback = "http://127.0.0.1:8440/api/v1/oidc/";

// Lives as long as this object holds its standard input open.
class Provider {
public:
    explicit Provider(const std::string& redirect) {
        std::array<int, 2> in{}, out{};
        if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
        const std::string script = tools + "provider.mjs";
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(in[0], 0);
            ::dup2(out[1], 1);
            ::execlp("node", "node", script.c_str(), redirect.c_str(), static_cast<char*>(nullptr));
            ::_exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        input_ = in[1];
        output_ = ::fdopen(out[0], "r");  // stays open: it goes on talking
        if (output_ == nullptr) throw std::runtime_error("fdopen");
        std::array<char, 512> line{};
        if (std::fgets(line.data(), line.size(), output_) != nullptr) {
            issuer = boost::json::parse(line.data()).at("issuer").as_string();
        }
    }
    Provider(const Provider&) = delete;
    Provider& operator=(const Provider&) = delete;
    ~Provider() {
        ::close(input_);
        ::waitpid(child_, nullptr, 0);
        std::fclose(output_);
    }
    std::string issuer;

private:
    pid_t child_ = -1;
    int input_ = -1;
    FILE* output_ = nullptr;
};

// The person's browser at the provider: the address it is sent back to, ours cut off.
std::string visit(const std::string& address, const std::string& redirect, const std::string& person) {
    const std::string command = "node '" + tools + "visit.mjs' '" + address + "' '" + redirect + "' " + person;
    FILE* out = ::popen(command.c_str(), "r");  // NOLINT(bugprone-command-processor): of the test
    std::array<char, 4096> line{};
    const bool got = std::fgets(line.data(), line.size(), out) != nullptr;
    if (::pclose(out) != 0 || !got) return "";
    std::string text(line.data());
    while (text.ends_with('\n')) text.pop_back();
    return text.substr(std::string("http://127.0.0.1:8440").size());
}

class OidcTest : public testing::TestWithParam<const char*> {
protected:
    static void SetUpTestSuite() {
        ASSERT_EQ(std::system(SHANQI_SOURCE_DIR "/tests/oidc/bootstrap"), 0);  // NOLINT: of the test
    }
    OidcProvider settings(bool by_email) const {
        return {.id = "school",
                .name = "统一身份认证",
                .issuer = provider_.issuer,
                .client_id = GetParam(),
                .client_secret = "a secret of tests only, +&= included",
                .link_by_email = by_email};
    }
    // Through the provider and back; where the browser is sent in the end.
    std::string go(Browser& browser, const std::string& person, std::string* back = nullptr) {
        const Seen start = browser.get("/oidc/school/start");
        EXPECT_EQ(start.status, 302) << start.body;
        const std::string path = visit(start.header("Location"), redirect_, person);
        EXPECT_FALSE(path.empty());
        if (back != nullptr) *back = path;
        return browser.send(http::Method::get, path).header("Location");
    }
    const std::string redirect_ = callback + "school/callback";
    const Provider provider_{redirect_};
};
INSTANTIATE_TEST_SUITE_P(Algorithms, OidcTest, testing::Values("rsa", "ec"),
                         [](const auto& one) { return std::string(one.param) + "_signed"; });

TEST_P(OidcTest, WhoeverLinkedAnIdentitySignsInWithIt) {
    Office office(store::Dialect::sqlite, {.oidc = {settings(false)}});
    const AccountId wang = office.account("wang@example.org");
    office.organisation("某某公益", wang);
    Browser stranger{office, "192.0.2.60"};
    EXPECT_EQ(go(stranger, "sub1"), "/sign-in?error=oidc.no_account");  // the same e-mail is no proof by itself
    EXPECT_EQ(stranger.get("/session").at("signed_in"), "false");

    Browser browser{office, "192.0.2.61"};
    ASSERT_EQ(browser.sign_in("wang@example.org").status, 200);
    EXPECT_EQ(go(browser, "sub1"), "/settings/account?done=oidc.linked");
    Browser phone{office, "192.0.2.62"};
    std::string back;
    EXPECT_EQ(go(phone, "sub1", &back), "/");
    EXPECT_EQ(phone.get("/session").at("account.id"), wang.text());
    // The callback again: in this browser, and in another.
    EXPECT_EQ(phone.send(http::Method::get, back).header("Location"), "/sign-in?error=oidc.not_begun_here");
    Browser thief{office, "192.0.2.63"};
    EXPECT_EQ(thief.send(http::Method::get, back).header("Location"), "/sign-in?error=oidc.not_begun_here");
    EXPECT_EQ(thief.get("/session").at("signed_in"), "false");
    // Somebody else's page cannot have an identity linked: the attempt is a plain sign-in then.
    office.account("zhao@example.org");
    Browser zhao{office, "192.0.2.69"};
    ASSERT_EQ(zhao.sign_in("zhao@example.org").status, 200);
    const Seen lured = zhao.get("/oidc/school/start", {{"sec-fetch-site", "cross-site"}});
    const std::string other = visit(lured.header("Location"), redirect_, "sub2");
    EXPECT_EQ(zhao.send(http::Method::get, other).header("Location"), "/sign-in?error=oidc.no_account");
    EXPECT_EQ(office.count("account_identities"), 1);
    // Nobody else links the same identity.
    office.account("li@example.org");
    Browser li{office, "192.0.2.64"};
    ASSERT_EQ(li.sign_in("li@example.org").status, 200);
    EXPECT_EQ(go(li, "sub1"), "/sign-in?error=oidc.linked_already");
}

TEST_P(OidcTest, AnotherAttemptsCallbackOrCodeIsRefused) {
    Office office(store::Dialect::sqlite, {.oidc = {settings(true)}});
    office.account("wang@example.org");
    Browser victim{office, "192.0.2.65"}, attacker{office, "192.0.2.66"};
    // The attacker's callback in the victim's browser, which began an attempt of its own.
    const std::string theirs = visit(attacker.get("/oidc/school/start").header("Location"), redirect_, "sub1");
    const std::string kept = attacker.cookie("shanqi_sign_on");
    ASSERT_EQ(victim.get("/oidc/school/start").status, 302);
    EXPECT_EQ(victim.send(http::Method::get, theirs).header("Location"), "/sign-in?error=oidc.not_begun_here");
    // With the cookie kept, the provider itself refuses a code for the second time.
    EXPECT_EQ(attacker.send(http::Method::get, theirs).header("Location"), "/");
    Browser replay{office, "192.0.2.67"};
    replay.set_cookie("shanqi_sign_on", kept);
    EXPECT_EQ(replay.send(http::Method::get, theirs).header("Location"), "/sign-in?error=oidc.declined");
    // Ten minutes, then the attempt is over.
    Browser slow{office, "192.0.2.68"};
    const std::string late = visit(slow.get("/oidc/school/start").header("Location"), redirect_, "sub1");
    office.clock.advance(601);
    EXPECT_EQ(slow.send(http::Method::get, late).header("Location"), "/sign-in?error=oidc.not_begun_here");
}

TEST_P(OidcTest, AnEmailCountsOnlyWhenTheProviderVerifiedItAndIsTrustedForIt) {
    Office office(store::Dialect::sqlite, {.oidc = {settings(true)}});
    office.account("wang@example.org");
    office.account("li@example.org");
    Browser verified{office, "192.0.2.70"}, claimed{office, "192.0.2.71"}, unknown{office, "192.0.2.72"};
    EXPECT_EQ(go(verified, "sub1"), "/");
    EXPECT_EQ(verified.get("/session").at("account.email"), "wang@example.org");
    EXPECT_EQ(go(claimed, "sub2"), "/sign-in?error=oidc.no_account");
    EXPECT_EQ(go(unknown, "sub3"), "/sign-in?error=oidc.no_account");
    EXPECT_EQ(office.count("accounts"), 2);
}

TEST_P(OidcTest, AProviderThatIsAwayOrSomebodyElseIsToldWithoutSecrets) {
    OidcProvider away = settings(false), other = settings(false);
    away.issuer = "http://127.0.0.1:9";
    other.issuer += "/";  // the discovery document names another issuer
    for (const auto& [provider, key] :
         std::vector<std::pair<OidcProvider, std::string>>{{away, "oidc.unreachable"}, {other, "oidc.bad_discovery"}}) {
        Office office(store::Dialect::sqlite, {.oidc = {provider}});
        Browser browser{office};
        EXPECT_EQ(browser.get("/oidc/school/start").header("Location"), "/sign-in?error=" + key);
        EXPECT_EQ(browser.get("/oidc/nobody/start").status, 404);
    }
}

// Forged tokens, signed with a key that the test makes: each differs from a good one in one thing.
class ForgedToken : public testing::Test {
protected:
    static std::string number(const BIGNUM* value) {
        std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
        BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
        return base64url(bytes);
    }
    std::string sign(const boost::json::object& header, const boost::json::object& claims, EVP_PKEY* key) const {
        const std::string text =
            base64url(boost::json::serialize(header)) + "." + base64url(boost::json::serialize(claims));
        std::string signature(512, '\0');
        std::size_t size = signature.size();
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key);
        EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
        EVP_MD_CTX_free(context);
        signature.resize(size);
        return text + "." + base64url(signature);
    }
    std::string key_of(const std::string& token) const {
        const auto result = verify_id_token(token, jwks_, expected_);
        return result ? "good"
                      : result.error().key +
                            (result.error().arguments.empty() ? "" : " " + result.error().arguments[0].second);
    }
    ForgedToken() {
        BIGNUM *n = nullptr, *e = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), "n", &n);
        EVP_PKEY_get_bn_param(key_.get(), "e", &e);
        modulus_ = number(n);
        jwks_ = {{"keys", boost::json::array{boost::json::object{
                              {"kty", "RSA"}, {"kid", "1"}, {"alg", "RS256"}, {"n", modulus_}, {"e", number(e)}}}}};
        BN_free(n);
        BN_free(e);
    }
    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    const Key key_{EVP_RSA_gen(2048), EVP_PKEY_free}, other_{EVP_RSA_gen(2048), EVP_PKEY_free};
    const std::int64_t now_ = 1'800'000'000;
    const IdTokenExpected expected_{"https://id.example", "shanqi", "nonce", {now_ * 1'000'000}};
    const boost::json::object header_{{"alg", "RS256"}, {"kid", "1"}};
    const boost::json::object claims_{{"iss", "https://id.example"}, {"aud", "shanqi"}, {"sub", "1"},
                                      {"exp", now_ + 300},           {"iat", now_},     {"nonce", "nonce"}};
    boost::json::object jwks_;
    std::string modulus_;
};

TEST_F(ForgedToken, EveryClaimIsChecked) {
    EXPECT_EQ(key_of(sign(header_, claims_, key_.get())), "good");
    const auto with = [&](const char* name, boost::json::value value) {
        boost::json::object claims = claims_;
        if (value.is_null()) {
            claims.erase(name);
        } else {
            claims[name] = std::move(value);
        }
        return key_of(sign(header_, claims, key_.get()));
    };
    using Values = std::vector<std::pair<const char*, boost::json::value>>;
    for (const auto& [name, value] : Values{{"iss", "https://id.example/"},
                                            {"iss", nullptr},
                                            {"aud", "other"},
                                            {"aud", boost::json::array{"other"}},
                                            {"aud", nullptr},
                                            {"exp", now_ - 60},
                                            {"exp", "later"},
                                            {"exp", nullptr},
                                            {"iat", now_ + 61},
                                            {"iat", now_ - 601},
                                            {"iat", nullptr},
                                            {"nonce", "other"},
                                            {"nonce", nullptr},
                                            {"sub", ""},
                                            {"sub", nullptr},
                                            {"azp", "other"},
                                            {"nbf", now_ + 61}}) {
        EXPECT_EQ(with(name, value), std::string("oidc.bad_claim ") + name) << value;
    }
    EXPECT_EQ(with("aud", boost::json::array{"shanqi", "other"}), "oidc.bad_claim azp");
    EXPECT_EQ(with("aud", boost::json::array{"shanqi"}), "good");
    EXPECT_EQ(with("exp", now_ - 59), "good");  // a minute of drift
}

TEST_F(ForgedToken, TheAlgorithmIsOursToChoose) {
    const std::string good = sign(header_, claims_, key_.get());
    const auto dot = good.rfind('.');
    const auto with_header = [&](const boost::json::object& header, const std::string& signature) {
        const std::string text =
            base64url(boost::json::serialize(header)) + good.substr(good.find('.'), dot - good.find('.'));
        return text + "." + (signature == "hmac" ? base64url(hmac_sha256(modulus_, text)) : signature);
    };
    EXPECT_EQ(key_of(with_header({{"alg", "none"}}, "")), "oidc.bad_token");
    EXPECT_EQ(key_of(with_header({{"alg", "HS256"}, {"kid", "1"}}, "hmac")), "oidc.bad_token");
    EXPECT_EQ(key_of(with_header({{"alg", "ES256"}, {"kid", "1"}}, good.substr(dot + 1))), "oidc.unknown_key");
    EXPECT_EQ(key_of(sign({{"alg", "RS256"}, {"kid", "2"}}, claims_, key_.get())), "oidc.unknown_key");
    EXPECT_EQ(key_of(sign({{"alg", "RS256"}, {"kid", "1"}, {"crit", boost::json::array{"x"}}}, claims_, key_.get())),
              "oidc.bad_token");
    EXPECT_EQ(key_of(sign(header_, claims_, other_.get())), "oidc.bad_token");
    for (const std::string& text : {std::string(), std::string("a.b"), good + ".x", good + "=", good.substr(0, dot + 1),
                                    std::string(20'000, 'a'), good.substr(0, good.size() - 2) + "AA"}) {
        EXPECT_EQ(key_of(text), "oidc.bad_token") << text.substr(0, 40);
    }
}

}  // namespace
}  // namespace shanqi::accounts
