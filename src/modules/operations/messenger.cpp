#include "modules/operations/messenger.hpp"

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/log.hpp"

namespace shanqi::operations {
namespace {

// A key is claimed before anything goes out, and says afterwards what became of it. A process that was killed between
// leaves "sending": the message may have gone out, so it is not sent again.
const store::Statement claim_message{
    "INSERT INTO sent_messages (outcome_key, channel, state, created_at) VALUES ($1, $2, 'sending', $3) "
    "ON CONFLICT (outcome_key) DO NOTHING"};
const store::Statement find_message{"SELECT state FROM sent_messages WHERE outcome_key = $1"};
const store::Statement finish_message{"UPDATE sent_messages SET state = $2 WHERE outcome_key = $1"};
const store::Statement forget_message{"DELETE FROM sent_messages WHERE outcome_key = $1"};

class GatewayMessenger final : public house::Messenger {
public:
    GatewayMessenger(store::Database& database, const Clock& clock, const HttpClient& network,
                     MessengerSettings settings)
        : database_(database), clock_(clock), network_(network), settings_(std::move(settings)) {}

    bool reaches_phones() const override { return operations::reaches_phones(settings_.sms); }
    bool reaches_mail() const override { return !settings_.mail.url.empty(); }

    Result<> send_sms(const std::string& phone, const std::string& template_name, const SmsValues& values,
                      const std::string& outcome_key) override {
        return once("sms", outcome_key, [&]() -> Result<> {
            if (reaches_phones())
                return operations::send_sms(settings_.sms, network_, clock_, phone, template_name, values);
            boost::json::object message{{"channel", "sms"}, {"to", phone}, {"template", template_name}};
            for (const auto& [name, value] : values) message[name] = value;
            return keep(message);
        });
    }

    Result<> send_mail(const std::string& address, const std::string& subject, const std::string& text,
                       const std::string& outcome_key) override {
        return once("mail", outcome_key, [&]() -> Result<> {
            if (reaches_mail())
                return operations::send_mail(settings_.mail, address, subject, text, hex(sha256(outcome_key)),
                                             clock_.now());
            return keep({{"channel", "mail"}, {"to", address}, {"subject", subject}, {"text", text}});
        });
    }

private:
    Result<> once(std::string_view channel, const std::string& outcome_key, const std::function<Result<>()>& send) {
        const std::string key = hex(sha256(outcome_key));  // a key may have been made of a number or an address
        const std::string state = TRY(database_.write([&](store::Writer& writer) -> Result<std::string> {
            if (TRY(writer.execute(claim_message, {key, channel, clock_.now()})) == 1) return std::string();
            const auto row = TRY(writer.first(find_message, {key}));
            return row ? row->text(0) : std::string("sending");
        }));
        if (state == "sent") return {};
        if (!state.empty()) return fail(ErrorKind::system, "messenger.unknown", {{"reason", state}});
        const Result<> outcome = send();
        const bool unknown = !outcome && outcome.error().key == "messenger.unknown";
        TRY_DO(database_.write([&](store::Writer& writer) -> Result<> {
            if (!outcome && !unknown) {
                TRY(writer.execute(forget_message, {key}));
            } else {
                TRY(writer.execute(finish_message, {key, unknown ? "unknown" : "sent"}));
            }
            return {};
        }));
        log(outcome ? LogLevel::info : LogLevel::warning, outcome ? "message.sent" : "message.failed",
            {{"channel", channel}, {"error", outcome ? std::string_view() : std::string_view(outcome.error().key)}});
        return outcome;
    }

    Result<> keep(const boost::json::object& message) const {
        const std::string line = boost::json::serialize(message) + "\n";
        if (settings_.to_terminal) fmt::print(stderr, "{}", line);
        if (settings_.file.empty()) return {};
        const int file = ::open(settings_.file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (file < 0) return system_error(errno, settings_.file);
        const bool written = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
        const int reason = errno;
        ::close(file);
        if (!written) return system_error(reason, settings_.file);
        return {};
    }

    store::Database& database_;
    const Clock& clock_;
    const HttpClient& network_;
    MessengerSettings settings_;
};

}  // namespace

std::unique_ptr<house::Messenger> make_messenger(store::Database& database, const Clock& clock,
                                                 const HttpClient& network, MessengerSettings settings) {
    return std::make_unique<GatewayMessenger>(database, clock, network, std::move(settings));
}

}  // namespace shanqi::operations
