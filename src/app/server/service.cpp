#include "app/server/service.hpp"

#include <algorithm>

#include "app/server/settings.hpp"
#include "base/log.hpp"
#include "modules/accounts/accounts.hpp"
#include "store/audit.hpp"

namespace shanqi::app {
namespace {

using namespace std::chrono_literals;

void log_failure(const http::Failure& failure) {
    log(LogLevel::error, "request.failed",
        {{"request_id", failure.request_id},
         {"operation", failure.operation},
         {"error", failure.key},
         {"what", failure.what}});
}

http::ServerOptions server_options(const Config& config, const std::filesystem::path& folder) {
    http::ServerOptions options;
    options.address = config.text("http.address");
    options.port = static_cast<std::uint16_t>(config.integer("http.port"));
    options.io_threads = static_cast<unsigned>(config.integer("http.io_threads"));
    options.workers = static_cast<unsigned>(config.integer("http.workers"));
    options.certificate_file = config.text("http.certificate");
    options.key_file = config.text("http.key");
    options.trusted_proxies = config.list("http.trusted_proxies");
    options.upload_folder = folder / "uploads";
    return options;
}

bool is_loopback(std::string_view address) {
    return address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
}

}  // namespace

http::Router router_of(Installation& installation) {
    http::Router router;
    for (house::Module& module : installation.modules())
        if (module.routes) module.routes(router, installation.house());
    return router;
}

Service::Service(const Config& config, Installation& installation)
    : config_(config),
      installation_(installation),
      router_(router_of(installation)),
      guard_(accounts::make_guard(installation.house())),
      keeper_(house::make_idempotency_keeper(installation.house())),
      web_(http::load_static_files(web_folder(config))) {
    house::House& house = installation.house();
    std::vector<store::JobKind> kinds;
    for (house::Module& module : installation.modules()) {
        if (!module.jobs) continue;
        for (store::JobKind& kind : module.jobs(house)) kinds.push_back(std::move(kind));
    }
    jobs_ = store::make_job_runner(installation.database(), house.clock, std::move(kinds),
                                   static_cast<unsigned>(config.integer("jobs.threads")));
    house.wake_jobs = [this] { jobs_->wake(); };
    server_ = http::make_server(
        server_options(config, installation.folder()),
        [this](const http::Request& request) { return http::body_plan(router_, *guard_, request); },
        [this](http::Request& request) { return handle(request); },
        [this](const http::Served& served) {
            metrics_.count(served);
            if (!log_wanted(LogLevel::info)) return;
            log(LogLevel::info, "request",
                {{"request_id", served.request_id},
                 {"method", served.method},
                 {"operation", served.operation},
                 {"status", std::int64_t{served.status}},
                 {"us", served.us},
                 {"bytes", served.bytes}});
        });
}

Service::~Service() { stop(); }

Result<> Service::start() {
    TRY_DO(server_->start());
    jobs_->start();
    std::vector<Periodic::Task> tasks = {{"audit.seal", 1s, 1s, [this]() -> Result<> {
                                              TRY(store::seal_audit(installation_.database()));
                                              return {};
                                          }}};
    tasks.push_back({"files.sweep", 24h, 3s, [this]() -> Result<> {
                         const std::int64_t removed = TRY(house::sweep_files(installation_.house()));
                         if (removed > 0) log(LogLevel::warning, "files.swept", {{"removed", removed}});
                         return {};
                     }});
    for (house::Module& module : installation_.modules()) {
        if (!module.clean_up) continue;
        tasks.push_back({module.name + ".clean_up", 1h, 1min,
                         [this, work = module.clean_up] { return work(installation_.house()); }});
    }
    periodic_ = std::make_unique<Periodic>(std::move(tasks));
    ready_ = true;
    return {};
}

void Service::stop() {
    if (!ready_.exchange(false)) return;
    server_->stop(std::chrono::seconds(config_.integer("http.drain_seconds")));
    installation_.house().wake_jobs = [] {};
    jobs_->stop();
    periodic_.reset();
    // What the last requests wrote is chained before the process ends.
    if (const auto sealed = store::seal_audit(installation_.database()); !sealed)
        log(LogLevel::error, "periodic.failed", {{"task", "audit.seal"}, {"error", sealed.error().key}});
}

http::Reply Service::handle(http::Request& request) {
    if (request.path.starts_with(http::api_prefix))
        return http::dispatch(router_, *guard_, keeper_.get(), request, log_failure);
    if (request.path == "/healthz" || request.path == "/readyz" || request.path == "/metrics") return health(request);
    return web_->get(request);
}

http::Reply Service::health(const http::Request& request) const {
    if (request.method != http::Method::get && request.method != http::Method::head) {
        http::Reply refused = http::problem({ErrorKind::invalid, "http.method_not_allowed", {}, {}}, request.language,
                                            request.request_id);
        refused.headers.emplace_back("Allow", "GET, HEAD");
        return refused;
    }
    http::Reply reply;
    reply.content_type = "text/plain; charset=utf-8";
    reply.headers.emplace_back("Cache-Control", "no-store");
    reply.operation = request.path.substr(1);
    if (request.path == "/healthz") {
        reply.body = std::string("shanqi lives\n");
        return reply;
    }
    if (request.path == "/readyz") {
        // Asked of the database itself: a server that cannot reach it must get no requests.
        const bool ready = ready_ && installation_.database().read(
                                         [](store::Reader& reader) { return reader.query_text("SELECT 1"); });
        reply.status = ready ? 200 : 503;
        reply.body = std::string(ready ? "ready\n" : "not ready\n");
        return reply;
    }
    if (!may_see_figures(request))
        return http::problem({ErrorKind::not_found, "http.not_found", {}, {}}, request.language, request.request_id);
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    reply.body = figures();
    return reply;
}

// Figures tell nobody's name, but what an office does and when: to this machine only, unless it is opened. A proxy on
// this machine passes on strangers; it says so in its header.
bool Service::may_see_figures(const http::Request& request) const {
    return config_.flag("http.metrics_open") ||
           (is_loopback(request.client) && request.header("x-forwarded-for").empty() &&
            request.header("forwarded").empty());
}

std::string Service::figures() const {
    std::vector<std::pair<std::string, std::int64_t>> gauges = {
        {"connections", static_cast<std::int64_t>(server_->connections())},
        {"ready", ready_ ? 1 : 0},
        {"resident_bytes", resident_bytes()}};
    for (const auto& [name, value] : installation_.database().figures()) gauges.emplace_back("database_" + name, value);
    for (const auto& [name, value] : jobs_->figures()) gauges.emplace_back("jobs_" + name, value);
    for (const house::Module& module : installation_.modules()) {
        if (!module.figures) continue;
        for (const auto& [name, value] : module.figures(installation_.house()))
            gauges.emplace_back(module.name + "_" + name, value);
    }
    return metrics_.text(gauges);
}

}  // namespace shanqi::app
