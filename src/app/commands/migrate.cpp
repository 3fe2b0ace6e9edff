#include <fmt/core.h>

#include "app/commands/house_options.hpp"
#include "app/modules.hpp"
#include "store/audit.hpp"
#include "store/migrations.hpp"

namespace shanqi::app {
namespace {

Result<> migrate(const HouseOptions& options, Language language, std::FILE* out) {
    const Config config = TRY(load_settings(options.settings));
    const std::string url = database_url(config);
    std::error_code error;
    if (url.starts_with("sqlite:") && !std::filesystem::exists(url.substr(7), error))
        return fail(ErrorKind::not_found, "app.no_database", {{"database", url}});
    const auto database = TRY(store::open_database({.url = url}));
    const store::MigrationReport report = TRY(store::migrate(*database, rooms_in_order(), options.dry_run));
    for (const std::string& name : options.dry_run ? report.pending : report.applied) fmt::print(out, "{}\n", name);
    const std::size_t count = options.dry_run ? report.pending.size() : report.applied.size();
    fmt::print(out, "{}\n",
               message(count == 0        ? "migrate.nothing"
                       : options.dry_run ? "migrate.would_apply"
                                         : "migrate.applied",
                       {{"count", std::to_string(count)}}, language));
    if (options.program_role.empty() || options.dry_run) return {};
    TRY_DO(store::protect_audit(*database, options.program_role));
    fmt::print(out, "{}\n", message("migrate.protected", {{"role", options.program_role}}, language));
    return {};
}

}  // namespace

int run_migrate(const HouseOptions& options, Language language, std::FILE* out) {
    const Result<> done = migrate(options, language, out);
    return done ? 0 : failed(done.error(), language);
}

}  // namespace shanqi::app
