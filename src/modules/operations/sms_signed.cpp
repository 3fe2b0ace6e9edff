#include "modules/operations/sms_signed.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/mac.hpp"

namespace shanqi::operations {
namespace {

namespace json = boost::json;

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr const char* aliyun_host = "https://dysmsapi.aliyuncs.com/";
constexpr const char* aliyun_version = "2017-05-25";
constexpr const char* tencent_host = "https://sms.tencentcloudapi.com/";
constexpr const char* tencent_version = "2021-01-11";

// "dysmsapi.aliyuncs.com" of "https://dysmsapi.aliyuncs.com/": what the Host header will say.
std::string host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    return std::string(url.substr(0, url.find_first_of("/?#")));
}

std::string with_slash(const std::string& url) { return url.ends_with('/') ? url : url + "/"; }

std::string base64(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        const std::size_t characters = std::min<std::size_t>(bytes.size() - i, 3) + 1;
        for (std::size_t j = 0; j < 4; ++j) out += j < characters ? alphabet[group >> (18 - 6 * j) & 63U] : '=';
    }
    return out;
}

// Sorted by name and percent-encoded: both of Aliyun's signatures are made over it.
std::string canonical_query(Pairs parameters) {
    std::ranges::sort(parameters);
    std::string out;
    for (const auto& [name, value] : parameters)
        out += (out.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
    return out;
}

Pairs aliyun_parameters(const SmsSettings& settings, const SignedMessage& message) {
    json::object values;
    for (const auto& [name, value] : message.values) values[name] = value;
    // Abroad: country code and number, without the plus.
    const std::string phone = message.phone.starts_with('+') ? message.phone.substr(1) : message.phone;
    Pairs parameters = {{"PhoneNumbers", phone}, {"SignName", settings.sign_name}, {"TemplateCode", message.approved}};
    if (!values.empty()) parameters.emplace_back("TemplateParam", json::serialize(values));
    return parameters;
}

std::string code_at(const json::value* value) {
    const json::object* object = value != nullptr ? value->if_object() : nullptr;
    const json::value* code = object != nullptr ? object->if_contains("Code") : nullptr;
    return code != nullptr && code->is_string() ? std::string(code->get_string()) : std::string();
}

json::value parsed(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    return error ? json::value() : value;
}

const json::value* member(const json::value* value, const char* name) {
    const json::object* object = value != nullptr ? value->if_object() : nullptr;
    return object != nullptr ? object->if_contains(name) : nullptr;
}

}  // namespace

HttpRequest aliyun_request(const SmsSettings& settings, const SignedMessage& message) {
    const std::string url = with_slash(settings.url.empty() ? aliyun_host : settings.url);
    const std::string query = canonical_query(aliyun_parameters(settings, message));
    const std::string body_hash = hex(sha256(std::string_view()));
    const Pairs headers = {{"content-type", "application/x-www-form-urlencoded"},
                           {"host", host_of(url)},
                           {"x-acs-action", "SendSms"},
                           {"x-acs-content-sha256", body_hash},
                           {"x-acs-date", iso_utc(message.now)},
                           {"x-acs-signature-nonce", message.nonce},
                           {"x-acs-version", aliyun_version}};  // in the order of their names
    std::string canonical_headers, names;
    for (const auto& [name, value] : headers) {
        canonical_headers.append(name).append(":").append(value).append("\n");
        names.append(names.empty() ? "" : ";").append(name);
    }
    const std::string canonical = "POST\n/\n" + query + "\n" + canonical_headers + "\n" + names + "\n" + body_hash;
    const std::string signature = hex(hmac_sha256(settings.key_secret, "ACS3-HMAC-SHA256\n" + hex(sha256(canonical))));
    HttpRequest request{.method = "POST", .url = url + "?" + query};
    for (const auto& header : headers)
        if (header.first != "host") request.headers.push_back(header);  // the client's own
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("Authorization", "ACS3-HMAC-SHA256 Credential=" + settings.key_id +
                                                      ",SignedHeaders=" + names + ",Signature=" + signature);
    return request;
}

HttpRequest aliyun_rpc_request(const SmsSettings& settings, const SignedMessage& message) {
    const std::string url = with_slash(settings.url.empty() ? aliyun_host : settings.url);
    Pairs parameters = aliyun_parameters(settings, message);
    for (const auto& [name, value] : Pairs{{"AccessKeyId", settings.key_id},
                                           {"Action", "SendSms"},
                                           {"Format", "JSON"},
                                           {"SignatureMethod", "HMAC-SHA1"},
                                           {"SignatureNonce", message.nonce},
                                           {"SignatureVersion", "1.0"},
                                           {"Timestamp", iso_utc(message.now)},
                                           {"Version", aliyun_version}})
        parameters.emplace_back(name, value);
    const std::string query = canonical_query(parameters);
    const std::string text = "POST&%2F&" + percent_encoded(query);
    parameters.emplace_back("Signature", base64(hmac_sha1(settings.key_secret + "&", text)));
    HttpRequest request{.method = "POST", .url = url, .body = canonical_query(std::move(parameters))};
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return request;
}

HttpRequest tencent_request(const SmsSettings& settings, const SignedMessage& message) {
    constexpr std::string_view type = "application/json", names = "content-type;host";
    const std::string url = with_slash(settings.url.empty() ? tencent_host : settings.url);
    json::array values;
    for (const auto& [name, value] : message.values) values.emplace_back(value);  // by their place, not by a name
    const std::string phone = message.phone.starts_with('+') ? message.phone : "+86" + message.phone;
    HttpRequest request{.method = "POST", .url = url};
    request.body = json::serialize(json::object{{"PhoneNumberSet", json::array{phone}},
                                                {"SmsSdkAppId", settings.app_id},
                                                {"SignName", settings.sign_name},
                                                {"TemplateId", message.approved},
                                                {"TemplateParamSet", std::move(values)}});
    const std::string timestamp = std::to_string(message.now.us / 1'000'000);
    const std::string scope = iso_utc(message.now).substr(0, 10) + "/sms/tc3_request";
    const std::string canonical = fmt::format("POST\n/\n\ncontent-type:{}\nhost:{}\n\n{}\n{}", type, host_of(url),
                                              names, hex(sha256(request.body)));
    const std::string text = fmt::format("TC3-HMAC-SHA256\n{}\n{}\n{}", timestamp, scope, hex(sha256(canonical)));
    std::string key = hmac_sha256("TC3" + settings.key_secret, scope.substr(0, 10));
    for (const char* step : {"sms", "tc3_request"}) key = hmac_sha256(key, step);
    request.headers = {{"Content-Type", std::string(type)},
                       {"X-TC-Action", "SendSms"},
                       {"X-TC-Version", tencent_version},
                       {"X-TC-Region", settings.region},
                       {"X-TC-Timestamp", timestamp},
                       {"Authorization", fmt::format("TC3-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                                                     settings.key_id, scope, names, hex(hmac_sha256(key, text)))}};
    wipe(key);
    return request;
}

std::string aliyun_outcome(std::string_view reply) {
    const json::value value = parsed(reply);
    return code_at(&value);
}

// {"Response":{"SendStatusSet":[{"Code":"Ok",…}]}} or {"Response":{"Error":{"Code":"AuthFailure…"}}}
std::string tencent_outcome(std::string_view reply) {
    const json::value value = parsed(reply);
    const json::value* response = member(&value, "Response");
    if (const json::value* error = member(response, "Error")) return code_at(error);
    const json::value* set = member(response, "SendStatusSet");
    if (set == nullptr || !set->is_array() || set->get_array().empty()) return {};
    const std::string code = code_at(&set->get_array().front());
    return code == "Ok" ? "OK" : code;
}

}  // namespace shanqi::operations
