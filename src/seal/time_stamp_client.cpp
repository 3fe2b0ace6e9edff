#include "seal/time_stamp_client.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "seal/der.hpp"
#include "seal/verify/der_reader.hpp"
#include "seal/verify/time_stamp_token.hpp"

namespace shanqi::seal {
namespace {

constexpr std::size_t nonce_bytes = 8;
constexpr std::size_t words_max = 200;

// RFC 3161, 2.4.1. The nonce's first octet is neither zero nor has it its first bit set: what we send is what comes
// back.
std::string new_nonce() {
    std::string nonce = random_bytes(nonce_bytes);
    nonce[0] = static_cast<char>((static_cast<unsigned char>(nonce[0]) & 0x3F) | 0x40);
    return nonce;
}

std::string request_for(const Sha256& digest, std::string_view nonce) {
    const std::string sha256_algorithm = der::element(der::sequence, der::oid({2, 16, 840, 1, 101, 3, 4, 2, 1}));
    const std::string hash =
        der::element(der::octet_string, {reinterpret_cast<const char*>(digest.data()), digest.size()});
    return der::element(der::sequence,
                        {der::small_integer(1), der::element(der::sequence, {sha256_algorithm, hash}),
                         der::element(der::integer, nonce), der::element(der::boolean, "\xFF")});  // certReq
}

// The words of a stranger, for people: one line, not long.
std::string readable(std::string_view words) {
    std::u32string text = to_utf32(words).substr(0, words_max);
    std::ranges::replace_if(text, [](char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }, U' ');
    return to_utf8(text);
}

// PKIFailureInfo (RFC 3161, 2.4.2): one bit is set.
std::string failure_name(std::string_view bits) {
    struct Failure {
        std::size_t bit;
        const char* name;
    };
    constexpr Failure failures[] = {{0, "badAlg"},
                                    {2, "badRequest"},
                                    {5, "badDataFormat"},
                                    {14, "timeNotAvailable"},
                                    {15, "unacceptedPolicy"},
                                    {16, "unacceptedExtension"},
                                    {17, "addInfoNotAvailable"},
                                    {25, "systemFailure"}};
    for (const auto& [bit, name] : failures) {
        const std::size_t at = 1 + bit / 8;  // the first octet counts unused bits
        if (at < bits.size() && (static_cast<unsigned char>(bits[at]) & 0x80U >> bit % 8) != 0) return name;
    }
    return {};
}

struct Reply {
    bool granted = false;
    std::string words;       // why not
    std::string_view token;  // into the reply
};

// TimeStampResp (RFC 3161, 2.4.2).
Result<Reply> read_reply(std::string_view bytes) {
    constexpr std::string_view what = "TimeStampResp";
    der::Reader outermost(bytes, what);
    der::Reader reader = TRY(outermost.enter(der::read_sequence, what));
    TRY_DO(outermost.finish());
    der::Reader info = TRY(reader.enter(der::read_sequence, what));
    const std::string_view status = TRY(info.next(der::read_integer)).content;
    Reply out;
    out.granted = status == std::string_view("\0", 1) || status == "\x01";  // granted, grantedWithMods
    if (info.next_is(der::read_sequence)) {
        for (der::Reader lines = TRY(info.enter(der::read_sequence, what)); !lines.at_end();) {
            if (!out.words.empty()) out.words += ' ';
            out.words += TRY(lines.next(der::read_utf8_string)).content;
        }
    }
    if (const auto bits = TRY(info.next_if(der::read_bit_string))) {
        const std::string name = failure_name(bits->content);
        if (!name.empty() && !out.words.empty()) out.words += ' ';
        out.words += name;
    }
    TRY_DO(info.finish());
    if (out.words.empty()) out.words = "status " + hex(status);
    if (out.granted) out.token = TRY(reader.next(der::read_sequence)).whole;
    TRY_DO(reader.finish());
    return out;
}

}  // namespace

TimeStampClient::TimeStampClient(const HttpClient& http, std::string url) : http_(http), url_(std::move(url)) {}

Result<std::string> TimeStampClient::stamp(const Sha256& digest) const {
    const std::string nonce = new_nonce();
    HttpRequest request{.method = "POST",
                        .url = url_,
                        .headers = {{"Content-Type", "application/timestamp-query"}},
                        .body = request_for(digest, nonce)};
    const auto refuse = [&](ErrorKind kind, std::string_view key, Error::Arguments arguments) {
        arguments.emplace_back("url", url_);
        return fail(kind, key, std::move(arguments));
    };
    const auto wrong_reply = [&](std::string what) {
        return refuse(ErrorKind::refused, "tsa.wrong_reply", {{"what", std::move(what)}});
    };
    const auto too_large = [&](std::size_t limit) {
        return refuse(ErrorKind::limit, "tsa.too_large", {{"limit", std::to_string(limit)}});
    };

    const Result<HttpReply> reply = http_.send(request);
    if (!reply) {
        Error error = reply.error();
        if (error.key == "http.too_large") return too_large(request.reply_bytes_max);
        if (error.key == "http.timeout") error.key = "tsa.slow";
        if (error.key == "http.unreachable") error.key = "tsa.unreachable";
        return std::unexpected(std::move(error));
    }
    if (reply->status != 200)
        return refuse(ErrorKind::system, "tsa.http_status", {{"status", std::to_string(reply->status)}});
    // RFC 3161, 3.4; a parameter may follow it.
    if (folded(reply->content_type.substr(0, reply->content_type.find(';'))) != "application/timestamp-reply")
        return wrong_reply("Content-Type " + readable(reply->content_type));
    const Result<Reply> parsed = read_reply(reply->body);
    if (!parsed) return wrong_reply("TimeStampResp");
    if (!parsed->granted) return refuse(ErrorKind::refused, "tsa.refused", {{"words", readable(parsed->words)}});
    if (parsed->token.size() > time_stamp_bytes_max - time_stamp_attribute_bytes)
        return too_large(time_stamp_bytes_max);

    const Result<TimeStampToken> token = verify_token(parsed->token);
    if (!token) {
        const Error::Arguments& arguments = token.error().arguments;
        return wrong_reply(token.error().key + (arguments.empty() ? "" : ": " + arguments.front().second));
    }
    if (token->nonce != nonce) return wrong_reply("nonce");
    if (token->imprint_algorithm != DigestAlgorithm::sha256 || token->stamp.imprint_sha256 != digest)
        return wrong_reply("messageImprint");
    return std::string(parsed->token);
}

}  // namespace shanqi::seal
