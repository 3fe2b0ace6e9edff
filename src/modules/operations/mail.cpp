#include "modules/operations/mail.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>

#include "base/text.hpp"

namespace shanqi::operations {
namespace {

// "善器 <a@b>" or "a@b": the address alone. Empty when it is none. No line ends, no spaces, no angle brackets in it:
// nothing of it may become a header or an SMTP command.
std::string address_in(std::string_view mailbox) {
    const std::size_t open = mailbox.rfind('<');
    if (open != std::string_view::npos) {
        if (!mailbox.ends_with('>')) return {};
        mailbox = mailbox.substr(open + 1, mailbox.size() - open - 2);
    }
    const std::size_t at = mailbox.find('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == mailbox.size() || mailbox.size() > 254) return {};
    if (mailbox.find('@', at + 1) != std::string_view::npos) return {};
    for (const char c : mailbox)
        if (static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == '"' || c == ',' || c == ';' ||
            c == 0x7F)
            return {};
    return std::string(mailbox);
}

std::string base64(std::string_view bytes) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
        unsigned group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = group << 8U | (j < left ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j) out += j <= left ? alphabet[group >> (18 - 6 * j) & 63U] : '=';
    }
    return out;
}

// RFC 2047: encoded words of at most 75 characters, never cutting a character in two.
std::string header_word(std::string_view text) {
    std::string out, word;
    const auto close = [&] {
        if (word.empty()) return;
        if (!out.empty()) out += "\r\n ";
        out += "=?UTF-8?B?" + base64(word) + "?=";
        word.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        std::size_t next = at + 1;
        while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) ++next;
        if (word.size() + (next - at) > 45) close();
        word += text.substr(at, next - at);
        at = next;
    }
    close();
    return out;
}

std::string date_header(Instant now) {
    static constexpr std::array days = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // 1970-01-01 was a Thursday
    static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const CivilTime t = china_time(now);
    const auto two = [](int n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
    return std::string(days[static_cast<std::size_t>(t.date.days() % 7)]) + ", " + std::to_string(t.date.day) + " " +
           months[t.date.month - 1U] + " " + std::to_string(t.date.year) + " " + two(t.hour) + ":" + two(t.minute) +
           ":" + two(t.second) + " +0800";
}

struct Source {
    std::string_view text;
    std::size_t at = 0;
};
std::size_t feed(char* to, std::size_t, std::size_t room, void* user) {
    auto& source = *static_cast<Source*>(user);
    const std::size_t take = source.text.copy(to, room, source.at);
    source.at += take;
    return take;
}
std::size_t discard(char*, std::size_t, std::size_t size, void*) { return size; }

}  // namespace

Result<std::string> mail_text(const MailSettings& settings, const std::string& to, const std::string& subject,
                              const std::string& text, const std::string& message_id, Instant now) {
    const std::string from = address_in(settings.from), recipient = address_in(to);
    if (from.empty() || recipient.empty()) return fail(ErrorKind::invalid, "mail.bad_address");
    const std::size_t bracket = settings.from.rfind('<');
    const std::string name =
        bracket == std::string::npos ? "" : trimmed(std::string_view(settings.from).substr(0, bracket));
    std::string out = "Date: " + date_header(now) + "\r\nFrom: " + (name.empty() ? "" : header_word(name) + " ") + "<" +
                      from + ">\r\nTo: <" + recipient + ">\r\nSubject: " + header_word(subject) + "\r\nMessage-ID: <" +
                      message_id + "@" + from.substr(from.find('@') + 1) +
                      ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                      "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n";
    const std::string body = base64(std::string_view(text).substr(0, limits::mail_text_bytes_max));
    for (std::size_t at = 0; at < body.size(); at += 76) out += body.substr(at, 76) + "\r\n";
    return out;
}

Result<> send_mail(const MailSettings& settings, const std::string& to, const std::string& subject,
                   const std::string& text, const std::string& message_id, Instant now) {
    if (settings.url.empty()) return fail(ErrorKind::conflict, "messenger.not_set_up");
    const std::string message = TRY(mail_text(settings, to, subject, text, message_id, now));
    const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
    if (curl == nullptr) return fail(ErrorKind::system, "messenger.unreachable", {{"reason", "libcurl"}});
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> recipients(
        curl_slist_append(nullptr, ("<" + address_in(to) + ">").c_str()), curl_slist_free_all);
    Source source{.text = message};
    std::array<char, CURL_ERROR_SIZE> reason{};
    CURL* handle = curl.get();
    curl_easy_setopt(handle, CURLOPT_URL, settings.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, ("<" + address_in(settings.from) + ">").c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, feed);
    curl_easy_setopt(handle, CURLOPT_READDATA, &source);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason.data());
    if (settings.require_tls) curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    if (!settings.certificate_store.empty())
        curl_easy_setopt(handle, CURLOPT_CAINFO, settings.certificate_store.c_str());
    if (!settings.user.empty()) {
        curl_easy_setopt(handle, CURLOPT_USERNAME, settings.user.c_str());
        curl_easy_setopt(handle, CURLOPT_PASSWORD, settings.password.c_str());
    }
    const CURLcode code = curl_easy_perform(handle);
    if (code == CURLE_OK) return {};
    // The reason is libcurl's own sentence: it may name the server, never the recipient (that is in the dialogue only).
    const Error::Arguments why = {{"reason", curl_easy_strerror(code)}};
    if (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_OPERATION_TIMEDOUT ||
        code == CURLE_GOT_NOTHING || code == CURLE_PARTIAL_FILE)
        return source.at == 0 ? fail(ErrorKind::system, "messenger.unreachable", why)
                              : fail(ErrorKind::system, "messenger.unknown", why);
    long reply = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &reply);
    if (reply >= 400) return fail(ErrorKind::refused, "messenger.refused", {{"reason", std::to_string(reply)}});
    return fail(ErrorKind::system, "messenger.unreachable", why);
}

}  // namespace shanqi::operations
