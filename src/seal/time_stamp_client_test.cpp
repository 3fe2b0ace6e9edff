#include "seal/time_stamp_client.hpp"

#include <gmock/gmock.h>
#include <openssl/ts.h>

#include <filesystem>
#include <functional>

#include "seal/seal.hpp"
#include "seal/verify/test_authority.hpp"

namespace shanqi::seal {
namespace {

using namespace testing_authority;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

template <auto release, class T>
std::unique_ptr<T, Releaser<release>> own(T* object) {
    return std::unique_ptr<T, Releaser<release>>(object);
}

ASN1_INTEGER* serial_number(TS_RESP_CTX*, void*) {
    ASN1_INTEGER* serial = ASN1_INTEGER_new();
    ASN1_INTEGER_set(serial, 12345);
    return serial;
}

// An authority in the process: real tokens, by OpenSSL.
class Authority : public HttpClient {
public:
    Authority() : party(make({.name = "某某时间戳", .extensions = {{NID_ext_key_usage, "critical,timeStamping"}}})) {}

    Result<HttpReply> send(const HttpRequest& request) const override {
        requests.push_back(request);
        if (instead) return instead(request);
        return HttpReply{.status = 200, .content_type = content_type, .body = answer(request.body)};
    }

    std::string answer(const std::string& request) const {
        const auto context = own<TS_RESP_CTX_free>(TS_RESP_CTX_new());
        EXPECT_EQ(TS_RESP_CTX_set_signer_cert(context.get(), party.x509.get()), 1);
        EXPECT_EQ(TS_RESP_CTX_set_signer_key(context.get(), party.key.get()), 1);
        TS_RESP_CTX_set_signer_digest(context.get(), EVP_sha256());
        TS_RESP_CTX_set_ess_cert_id_digest(context.get(), EVP_sha256());
        const auto policy = own<ASN1_OBJECT_free>(OBJ_txt2obj("1.2.3.4.1", 1));
        TS_RESP_CTX_set_def_policy(context.get(), policy.get());
        TS_RESP_CTX_add_md(context.get(), accepts_sha256 ? EVP_sha256() : EVP_sha512());
        TS_RESP_CTX_set_serial_cb(context.get(), serial_number, nullptr);
        const Bio bio(BIO_new_mem_buf(request.data(), static_cast<int>(request.size())));
        const auto response = own<TS_RESP_free>(TS_RESP_create_response(context.get(), bio.get()));
        return to_der(i2d_TS_RESP, response.get());
    }

    // Answers as if the request had been another one.
    std::string answer_to(const std::string& request, const std::function<void(TS_REQ*)>& change) const {
        const unsigned char* at = bytes_of(request);
        const auto parsed = own<TS_REQ_free>(d2i_TS_REQ(nullptr, &at, static_cast<long>(request.size())));
        EXPECT_NE(parsed, nullptr);
        change(parsed.get());
        return answer(to_der(i2d_TS_REQ, parsed.get()));
    }

    Party party;
    std::string content_type = "application/timestamp-reply";
    bool accepts_sha256 = true;
    std::function<Result<HttpReply>(const HttpRequest&)> instead;
    mutable std::vector<HttpRequest> requests;
};

const Sha256 digest = sha256("签名值");

class TimeStampClientTest : public testing::Test {
protected:
    // "stamped", or key and what it says.
    std::string outcome() const {
        const auto token = TimeStampClient(authority, "http://tsa.example/").stamp(digest);
        if (token) return "stamped";
        EXPECT_THAT(token.error().arguments, Contains(Pair("url", "http://tsa.example/")));
        return token.error().key + ": " + token.error().arguments.front().second;
    }
    void reply_with(std::function<std::string(const std::string&)> body) {
        authority.instead = [body = std::move(body)](const HttpRequest& request) -> Result<HttpReply> {
            return HttpReply{.status = 200, .content_type = "application/timestamp-reply", .body = body(request.body)};
        };
    }
    Authority authority;
};

TEST_F(TimeStampClientTest, TokensAreWholeAndVerified) {
    const auto token = TimeStampClient(authority, "http://tsa.example/").stamp(digest);
    ASSERT_TRUE(token) << outcome();
    const std::string_view value = "签名值";
    const auto stamp = verify_time_stamp(*token, {&value, 1});
    ASSERT_TRUE(stamp) << stamp.error().key;
    EXPECT_EQ(stamp->imprint_sha256, digest);
    EXPECT_EQ(stamp->imprint_algorithm, "SHA-256");
    EXPECT_EQ(stamp->authority->subject_name(), "某某时间戳");
    EXPECT_GT(stamp->time, Instant{0});
    const std::string_view other = "别的";
    EXPECT_EQ(verify_time_stamp(*token, {&other, 1}).error().key, "verify.time_stamp_imprint");
    EXPECT_EQ(verify_signed_data(*token, {&value, 1}).error().key, "verify.bad_cms") << "no signature of a document";

    ASSERT_EQ(authority.requests.size(), 1u);
    const HttpRequest& request = authority.requests[0];
    EXPECT_EQ(request.method, "POST");
    EXPECT_THAT(request.headers, Contains(Pair("Content-Type", "application/timestamp-query")));
    const unsigned char* at = bytes_of(request.body);
    const auto parsed = own<TS_REQ_free>(d2i_TS_REQ(nullptr, &at, static_cast<long>(request.body.size())));
    ASSERT_NE(parsed, nullptr);
    EXPECT_EQ(TS_REQ_get_version(parsed.get()), 1);
    EXPECT_EQ(TS_REQ_get_cert_req(parsed.get()), 1) << "certReq";
    EXPECT_EQ(to_der(i2d_TS_REQ, parsed.get()), request.body);
    ASSERT_EQ(outcome(), "stamped");
    EXPECT_NE(authority.requests[0].body, authority.requests[1].body) << "a new nonce each time";
}

TEST_F(TimeStampClientTest, RefusalsComeWithTheirWords) {
    authority.accepts_sha256 = false;
    EXPECT_THAT(outcome(), testing::AllOf(HasSubstr("tsa.refused: "), HasSubstr("badAlg")));
}

TEST_F(TimeStampClientTest, LiesAreFound) {
    reply_with([this](const std::string& request) {
        return authority.answer_to(request, [](TS_REQ* parsed) {
            const auto nonce = own<ASN1_INTEGER_free>(ASN1_INTEGER_new());
            ASN1_INTEGER_set(nonce.get(), 42);
            TS_REQ_set_nonce(parsed, nonce.get());
        });
    });
    EXPECT_EQ(outcome(), "tsa.wrong_reply: nonce");
    reply_with([this](const std::string& request) {
        std::string without_nonce;
        (void)authority.answer_to(request, [&](TS_REQ* parsed) {
            const auto other = own<TS_REQ_free>(TS_REQ_new());
            TS_REQ_set_version(other.get(), 1);
            TS_REQ_set_msg_imprint(other.get(), TS_REQ_get_msg_imprint(parsed));
            TS_REQ_set_cert_req(other.get(), 1);
            without_nonce = to_der(i2d_TS_REQ, other.get());
        });
        return authority.answer(without_nonce);
    });
    EXPECT_EQ(outcome(), "tsa.wrong_reply: nonce") << "left out";
    reply_with([this](const std::string& request) {
        return authority.answer_to(request, [](TS_REQ* parsed) {
            Sha256 other = sha256("别的");
            TS_MSG_IMPRINT_set_msg(TS_REQ_get_msg_imprint(parsed), other.data(), static_cast<int>(other.size()));
        });
    });
    EXPECT_EQ(outcome(), "tsa.wrong_reply: messageImprint");
    reply_with([this](const std::string& request) {
        return authority.answer_to(request, [](TS_REQ* parsed) { TS_REQ_set_cert_req(parsed, 0); });
    });
    EXPECT_EQ(outcome(), "tsa.wrong_reply: verify.signer_missing");
    reply_with([this](const std::string& request) {
        std::string body = authority.answer(request);
        body.back() = static_cast<char>(body.back() ^ 1);  // of the signature value
        return body;
    });
    EXPECT_EQ(outcome(), "tsa.wrong_reply: verify.signature_mismatch");
}

TEST_F(TimeStampClientTest, AuthoritiesMustBeAuthorities) {
    // OpenSSL refuses to work for such an authority; the signature of a document does not.
    const Party impostor = make({.name = "冒充"});
    reply_with([&](const std::string& request) {
        const unsigned char* at = bytes_of(request);
        const auto parsed = own<TS_REQ_free>(d2i_TS_REQ(nullptr, &at, static_cast<long>(request.size())));
        const std::string imprint = to_der(i2d_TS_MSG_IMPRINT, TS_REQ_get_msg_imprint(parsed.get()));
        const std::string nonce = to_der(i2d_ASN1_INTEGER, TS_REQ_get_nonce(parsed.get()));
        const std::string information = der::element(
            der::sequence, {der::small_integer(1), der::oid({1, 2, 3, 4, 1}), imprint, der::small_integer(9),
                            der::element(static_cast<der::Tag>(0x18), "20261118115320.25Z"), nonce});
        CmsParts parts = parts_over(information, impostor);
        parts.content_type = der::oid({1, 2, 840, 113549, 1, 9, 16, 1, 4});
        parts.encapsulated = der::element(der::context_0, der::element(der::octet_string, information));
        parts.attributes[0] = attribute(der::oid({1, 2, 840, 113549, 1, 9, 3}), parts.content_type);
        const std::string granted = der::element(der::sequence, der::element(der::integer, std::string(1, '\0')));
        return der::element(der::sequence, {granted, parts.der()});
    });
    EXPECT_EQ(outcome(), "tsa.wrong_reply: verify.key_usage: 冒充");
}

TEST_F(TimeStampClientTest, ServersThatAreNone) {
    authority.content_type = "text/html";
    EXPECT_EQ(outcome(), "tsa.wrong_reply: Content-Type text/html");
    authority.content_type = "Application/Timestamp-Reply; charset=binary";
    EXPECT_EQ(outcome(), "stamped");
    for (const std::string& garbage : {std::string(), std::string("<html>"), std::string("0\x03\x02\x01\0", 5)}) {
        reply_with([&](const std::string&) { return garbage; });
        EXPECT_EQ(outcome(), "tsa.wrong_reply: TimeStampResp");
    }
    reply_with([this](const std::string& request) { return authority.answer(request) + "x"; });
    EXPECT_EQ(outcome(), "tsa.wrong_reply: TimeStampResp");
    authority.instead = [](const HttpRequest&) -> Result<HttpReply> { return HttpReply{.status = 500}; };
    EXPECT_EQ(outcome(), "tsa.http_status: 500");
}

TEST_F(TimeStampClientTest, TransportErrorsBecomeItsOwn) {
    for (const auto& [from, to] : {std::pair{"http.timeout", "tsa.slow"},
                                   {"http.unreachable", "tsa.unreachable"},
                                   {"http.too_large", "tsa.too_large"},
                                   {"http.bad_url", "http.bad_url"}}) {
        authority.instead = [key = std::string(from)](const HttpRequest& request) -> Result<HttpReply> {
            return fail(ErrorKind::system, key, {{"timeout_ms", "1"}, {"url", request.url}});
        };
        EXPECT_THAT(outcome(), testing::StartsWith(to));
    }
}

TEST_F(TimeStampClientTest, TokensThatDoNotFitTheirRoomAreNotTaken) {
    reply_with([](const std::string&) {
        const std::string granted = der::element(der::sequence, der::element(der::integer, std::string(1, '\0')));
        const std::string token = der::element(der::sequence, std::string(time_stamp_bytes_max, '\0'));
        return der::element(der::sequence, {granted, token});
    });
    EXPECT_EQ(outcome(), "tsa.too_large: " + std::to_string(time_stamp_bytes_max));
}

TEST_F(TimeStampClientTest, SignaturesCarryTheirToken) {
    std::string name = (std::filesystem::temp_directory_path() / "seal-tsa-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    ASSERT_TRUE(create_trial_key({"某某机构", name, "四个词", KeyAlgorithm::p256, now}));
    const auto key = SigningKey::open(std::filesystem::path(name) / "seal.p12", "四个词", now).value();
    std::filesystem::remove_all(name);
    const TimeStampClient client(authority, "http://tsa.example/");

    const std::string_view content = "内容";
    const auto cms = key->sign_cms(sha256(content), &client);
    ASSERT_TRUE(cms);
    EXPECT_LE(cms->size(), key->cms_bytes_max() + time_stamp_bytes_max);
    const auto data = verify_signed_data(*cms, {&content, 1});
    ASSERT_TRUE(data) << data.error().key;
    EXPECT_EQ(data->kind, SignedData::Kind::pades);
    ASSERT_TRUE(data->time_stamp);
    const std::string_view signature = data->signature_value;
    EXPECT_TRUE(verify_time_stamp(*data->time_stamp, {&signature, 1}));
    // What the attribute needs around a token stays within the room that is kept for it.
    const std::size_t without = key->sign_cms(sha256(content)).value().size();
    EXPECT_LE(cms->size(), without + 8 + data->time_stamp->size() + time_stamp_attribute_bytes);

    authority.instead = [](const HttpRequest&) -> Result<HttpReply> { return HttpReply{.status = 503}; };
    EXPECT_EQ(key->sign_cms(sha256(content), &client).error().key, "tsa.http_status")
        << "no signature without its time";
}

}  // namespace
}  // namespace shanqi::seal
