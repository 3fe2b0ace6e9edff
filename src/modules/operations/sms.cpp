#include "modules/operations/sms.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "modules/operations/sms_signed.hpp"

namespace shanqi::operations {
namespace {

std::string filled(std::string_view text, const std::vector<std::pair<std::string_view, std::string>>& values) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        bool replaced = false;
        for (const auto& [name, value] : values) {
            const std::string mark = "{" + std::string(name) + "}";
            if (!text.substr(at).starts_with(mark)) continue;
            out += value;
            at += mark.size();
            replaced = true;
            break;
        }
        if (!replaced) out += text[at++];
    }
    return out;
}

std::string approved_name(const SmsSettings& settings, const std::string& template_name) {
    for (const std::string& pair : settings.templates)
        if (pair.starts_with(template_name + "=")) return pair.substr(template_name.size() + 1);
    return template_name;
}

struct Provider {
    std::string_view name;
    HttpRequest (*request)(const SmsSettings&, const SignedMessage&);
    std::string (*outcome)(std::string_view reply);
};
const std::array<Provider, 3>& providers() {
    static const std::array<Provider, 3> all = {{{"aliyun", aliyun_request, aliyun_outcome},
                                                 {"aliyun_rpc", aliyun_rpc_request, aliyun_outcome},
                                                 {"tencent", tencent_request, tencent_outcome}}};
    return all;
}

}  // namespace

HttpRequest sms_request(const SmsSettings& settings, const std::string& phone, const std::string& template_name,
                        const SmsValues& values) {
    boost::json::object object;
    for (const auto& [name, value] : values) object[name] = value;
    const std::string json_values = boost::json::serialize(object);
    const std::string approved = approved_name(settings, template_name);
    const auto quoted = [](const std::string& text) { return boost::json::serialize(boost::json::string(text)); };
    const std::vector<std::pair<std::string_view, std::string>> encoded = {
        {"phone", percent_encoded(phone)},
        {"template", percent_encoded(approved)},
        {"sign", percent_encoded(settings.sign_name)},
        {"values", percent_encoded(json_values)}};
    const std::vector<std::pair<std::string_view, std::string>> as_json = {{"phone", quoted(phone)},
                                                                           {"template", quoted(approved)},
                                                                           {"sign", quoted(settings.sign_name)},
                                                                           {"values", json_values},
                                                                           {"values_text", quoted(json_values)}};
    HttpRequest request{.method = settings.body.empty() ? "GET" : "POST", .url = filled(settings.url, encoded)};
    for (const std::string& header : settings.headers) {
        const std::size_t colon = header.find(':');
        if (colon != std::string::npos)
            request.headers.emplace_back(trimmed(header.substr(0, colon)), trimmed(header.substr(colon + 1)));
    }
    const bool json = trimmed(settings.body).starts_with("{");
    request.body = filled(settings.body, json ? as_json : encoded);
    if (!settings.body.empty())
        request.headers.emplace_back("Content-Type", json ? "application/json" : "application/x-www-form-urlencoded");
    return request;
}

bool reaches_phones(const SmsSettings& settings) { return !settings.provider.empty() || !settings.url.empty(); }

Result<> check_sms(const SmsSettings& settings) {
    if (settings.provider.empty()) return {};
    const auto& all = providers();
    if (std::ranges::find(all, settings.provider, &Provider::name) == all.end())
        return fail(ErrorKind::invalid, "sms.bad_provider", {{"value", settings.provider}});
    const bool tencent = settings.provider == "tencent";
    for (const auto& [name, value] :
         {std::pair{"sms.key_id", &settings.key_id}, std::pair{"sms.key_secret", &settings.key_secret},
          std::pair{"sms.sign_name", &settings.sign_name}, std::pair{"sms.app_id", &settings.app_id},
          std::pair{"sms.region", &settings.region}}) {
        const bool only_tencent = value == &settings.app_id || value == &settings.region;
        if (value->empty() && (tencent || !only_tencent))
            return fail(ErrorKind::invalid, "sms.incomplete", {{"setting", name}});
    }
    return {};
}

Result<> send_sms(const SmsSettings& settings, const HttpClient& network, const Clock& clock, const std::string& phone,
                  const std::string& template_name, const SmsValues& values) {
    if (!reaches_phones(settings)) return fail(ErrorKind::conflict, "messenger.not_set_up");
    const auto provider = std::ranges::find(providers(), settings.provider, &Provider::name);
    const bool known = provider != providers().end();
    const HttpRequest request = known ? provider->request(settings, {.phone = phone,
                                                                     .approved = approved_name(settings, template_name),
                                                                     .values = values,
                                                                     .now = clock.now(),
                                                                     .nonce = hex(random_bytes(16))})
                                      : sms_request(settings, phone, template_name, values);
    const Result<HttpReply> reply = network.send(request);
    if (!reply) {
        // After a time-out nobody knows; what could not be reached at all did not go out.
        const bool unknown = reply.error().key == "http.timeout" || reply.error().key == "http.too_large";
        return fail(ErrorKind::system, unknown ? "messenger.unknown" : "messenger.unreachable",
                    {{"reason", reply.error().key}});
    }
    if (known) {
        // Refusals come with any status; their codes are the provider's, and say no number.
        const std::string outcome = provider->outcome(reply->body);
        if (outcome == "OK") return {};
        return fail(ErrorKind::refused, "messenger.refused",
                    {{"reason", outcome.empty() ? std::to_string(reply->status) : outcome}});
    }
    if (reply->status < 200 || reply->status >= 300 || reply->body.find(settings.accepted) == std::string::npos)
        return fail(ErrorKind::refused, "messenger.refused", {{"reason", std::to_string(reply->status)}});
    return {};
}

}  // namespace shanqi::operations
