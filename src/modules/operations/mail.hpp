// Mail by SMTP (RFC 5321) through libcurl, text in UTF-8 (RFC 5322, 2045, 2047).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::operations {

struct MailSettings {
    std::string url;  // "smtps://smtp.example.org:465", "smtp://127.0.0.1:25"; empty: not set up
    std::string user, password;
    std::string from;               // "善器 <no-reply@example.org>" or an address alone
    bool require_tls = true;        // with smtp://: STARTTLS or nothing; not for a server on this machine
    std::string certificate_store;  // a CA file in place of the system's (tests)
    std::chrono::milliseconds timeout{20'000};
};

namespace limits {
constexpr std::size_t mail_text_bytes_max = 256U << 10U;
}

// The message as it is sent: headers and base64 text. `message_id` without brackets.
// Error mail.bad_address: an address that holds a line end or is none.
Result<std::string> mail_text(const MailSettings&, const std::string& to, const std::string& subject,
                              const std::string& text, const std::string& message_id, Instant now);

// Errors: messenger.not_set_up, mail.bad_address, messenger.refused (the server said no: it did not go out),
// messenger.unreachable (before anything was handed over), messenger.unknown (broken off: it may have gone out).
Result<> send_mail(const MailSettings&, const std::string& to, const std::string& subject, const std::string& text,
                   const std::string& message_id, Instant now);

}  // namespace shanqi::operations
