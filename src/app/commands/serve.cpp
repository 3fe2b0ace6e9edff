#include <fmt/core.h>
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "app/commands/house_options.hpp"
#include "app/server/installation.hpp"
#include "app/server/service.hpp"
#include "base/log.hpp"
#include "modules/accounts/accounts.hpp"

namespace shanqi::app {
namespace {

// Blocked before any thread starts, so that all of them inherit it and one place waits for them.
sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

void open_log_as_configured(const Config& config) {
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    const std::string& level = config.text("log.level");
    LogLevel least = level == "debug"     ? LogLevel::debug
                     : level == "info"    ? LogLevel::info
                     : level == "warning" ? LogLevel::warning
                     : level == "error"   ? LogLevel::error
                                          : LogLevel::none;
    // A line a request helps nobody who looks at a terminal, unless they asked for it.
    if (terminal && !config.given("log.level")) least = LogLevel::warning;
    const std::string& form = config.text("log.form");
    open_log(least, form == "text" || (form == "auto" && terminal) ? LogForm::text : LogForm::json);
}

std::string address_of(const Config& config, std::uint16_t port) {
    std::string host = config.text("http.address");
    if (host == "0.0.0.0" || host == "::") host = "127.0.0.1";
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return (config.text("http.certificate").empty() ? "http://" : "https://") + host + ":" + std::to_string(port);
}

void greet(const Config& config, Installation& installation, const std::string& address, Language language,
           std::FILE* out) {
    const auto say = [&](std::string_view key, const Error::Arguments& arguments = {}) {
        fmt::print(out, "{}\n", message(key, arguments, language));
    };
    say("serve.open", {{"version", SHANQI_VERSION}, {"address", address}});
    say("serve.where",
        {{"folder", installation.folder().string()}, {"database", without_password(database_url(config))}});
    if (!installation.new_key_file().empty()) say("serve.new_key", {{"file", installation.new_key_file().string()}});
    if (!installation.applied_migrations().empty())
        say("serve.migrated", {{"count", std::to_string(installation.applied_migrations().size())}});
    if (web_folder(config).empty()) say("serve.no_web");
    if (!installation.house().messenger.reaches_phones()) say("serve.no_messages");
    const Result<std::optional<std::string>> link = accounts::new_setup_link(installation.house(), address);
    if (link && *link) say("serve.first_run", {{"link", **link}});
    if (!link) fmt::print(stderr, "{}\n", message(link.error(), language));
    say("serve.until");
    std::fflush(out);
}

Result<int> serve(const HouseOptions& options, Language language, std::FILE* out) {
    const Config config = TRY(load_settings(options.settings));
    open_log_as_configured(config);
    const auto installation = TRY(Installation::open(config, {.server = true, .create = true, .may_migrate = true}));
    Service service(config, *installation);
    TRY_DO(service.start());
    greet(config, *installation, address_of(config, service.port()), language, out);
    log(LogLevel::info, "server.started", {{"version", SHANQI_VERSION}, {"port", std::int64_t{service.port()}}});

    const sigset_t signals = stop_signals();
    int which = 0;
    sigwait(&signals, &which);
    log(LogLevel::info, "server.stopping", {{"signal", std::int64_t{which}}});
    // A second one ends at once: leases and transactions make that safe.
    std::thread([signals] {
        int again = 0;
        sigwait(&signals, &again);
        ::_exit(128 + again);
    }).detach();
    service.stop();
    log(LogLevel::info, "server.stopped");
    return 0;
}

}  // namespace

int run_serve(const HouseOptions& options, Language language, std::FILE* out) {
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // NOLINT: a client that hangs up is no reason to end
    const Result<int> status = serve(options, language, out);
    return status ? *status : failed(status.error(), language);
}

}  // namespace shanqi::app
