// The server over an opened installation: HTTP, jobs, and what comes round.
#pragma once

#include <atomic>
#include <memory>

#include "app/server/installation.hpp"
#include "app/server/metrics.hpp"
#include "app/server/periodic.hpp"
#include "base/config.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "http/static_files.hpp"
#include "store/jobs.hpp"

namespace shanqi::app {

class Service {
public:
    Service(const Config&, Installation&);
    ~Service();

    Result<> start();  // errors: http.address_in_use and the like
    std::uint16_t port() const { return server_->port(); }
    // Not ready, no new connections, running requests end (at most http.drain_seconds), no new jobs, leases released.
    void stop();

private:
    http::Reply handle(http::Request&);
    http::Reply health(const http::Request&) const;
    std::string figures() const;
    bool may_see_figures(const http::Request&) const;

    const Config& config_;
    Installation& installation_;
    std::atomic<bool> ready_ = false;
    Metrics metrics_;
    http::Router router_;
    std::unique_ptr<http::Guard> guard_;
    std::unique_ptr<http::IdempotencyKeeper> keeper_;
    std::unique_ptr<http::StaticFiles> web_;
    std::unique_ptr<store::JobRunner> jobs_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<Periodic> periodic_;
};

// What the rooms answer to, without a server: for the API document.
http::Router router_of(Installation&);

}  // namespace shanqi::app
