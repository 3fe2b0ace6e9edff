// Text messages. Aliyun and Tencent Cloud are known by name (sms_signed.hpp). Another gateway, or a small relay that
// signs for it, is one HTTP request: its address, headers and body are templates in the configuration, with {phone},
// {template}, {sign} and {values} (a JSON object of the message's values) in them. Without one, messages go to the log
// of the terminal: none leaves.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http_client.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::operations {

struct SmsSettings {
    std::string provider;                // "": by the templates below; "aliyun", "aliyun_rpc", "tencent"
    std::string key_id, key_secret;      // of a provider: AccessKey, SecretId and SecretKey
    std::string app_id;                  // Tencent's SmsSdkAppId
    std::string region;                  // Tencent's
    std::string url;                     // empty: the provider's own, or without a provider the log
    std::vector<std::string> headers;    // "Authorization: Bearer …"
    std::string body;                    // "{\"to\":{phone},\"template\":{template},\"values\":{values}}"
    std::string sign_name;               // 短信签名
    std::string accepted = "\"OK\"";     // what stands in the reply of a message that was taken
    std::vector<std::string> templates;  // "login_code=SMS_123456": our name, the approved template's
};

using SmsValues = std::vector<std::pair<std::string, std::string>>;

// Whether a message leaves the house.
bool reaches_phones(const SmsSettings&);
// Error sms.bad_provider, sms.incomplete ({setting}): told at the start, not with the first message.
Result<> check_sms(const SmsSettings&);

// In a JSON body {phone} and the like become JSON strings (quotes and all), elsewhere they are percent-encoded.
HttpRequest sms_request(const SmsSettings&, const std::string& phone, const std::string& template_name,
                        const SmsValues&);

// Errors: messenger.not_set_up, messenger.refused, messenger.unreachable, messenger.unknown.
Result<> send_sms(const SmsSettings&, const HttpClient&, const Clock&, const std::string& phone,
                  const std::string& template_name, const SmsValues&);

}  // namespace shanqi::operations
