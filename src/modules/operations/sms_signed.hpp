// The two large gateways of the mainland, which want each request signed. What is sent is what their own documentation
// of SendSms says; tests/scenario/sms_gateways_test.py holds the signatures against the vendors' own libraries.
#pragma once

#include <string>

#include "base/http_client.hpp"
#include "base/time.hpp"
#include "modules/operations/sms.hpp"

namespace shanqi::operations {

struct SignedMessage {
    std::string phone;     // "19900001234", "+85290000000"
    std::string approved;  // the gateway's name of the template
    SmsValues values;
    Instant now;
    std::string nonce;  // never twice
};

// 阿里云 Dysmsapi 2017-05-25, signature V3 (ACS3-HMAC-SHA256).
HttpRequest aliyun_request(const SmsSettings&, const SignedMessage&);
// The same with the signature of RPC style 1.0 (HMAC-SHA1), which private clouds still want.
HttpRequest aliyun_rpc_request(const SmsSettings&, const SignedMessage&);
// 腾讯云 SMS 2021-01-11, signature V3 (TC3-HMAC-SHA256).
HttpRequest tencent_request(const SmsSettings&, const SignedMessage&);

// "OK" when the gateway took the message; else its own code of why not ("isv.BUSINESS_LIMIT_CONTROL"), "" when the
// reply says nothing.
std::string aliyun_outcome(std::string_view reply);
std::string tencent_outcome(std::string_view reply);

}  // namespace shanqi::operations
