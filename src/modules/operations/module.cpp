#include <algorithm>
#include <memory>

#include "base/time.hpp"
#include "modules/operations/audit_http.hpp"
#include "modules/operations/backup_stream.hpp"
#include "modules/operations/installation_http.hpp"
#include "modules/operations/jobs_http.hpp"
#include "modules/operations/operations.hpp"
#include "modules/operations/today_http.hpp"

namespace shanqi::operations {
namespace {

const store::Statement forget_old_messages{"DELETE FROM sent_messages WHERE created_at < $1"};

constexpr std::int64_t day_us = 86'400'000'000;
constexpr std::int64_t messages_days = 30;
constexpr std::int64_t jobs_days = 90;
constexpr int forget_rounds_max = 100;

// Once an hour: what nobody will ask for again.
Result<> clean_up(house::House& house) {
    const Instant now = house.clock.now();
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
        TRY(writer.execute(forget_old_messages, {Instant{now.us - messages_days * day_us}}));
        return {};
    }));
    for (int round = 0; round < forget_rounds_max; ++round) {
        const std::int64_t forgotten = TRY(house.database.write(
            [&](store::Writer& writer) { return store::forget_jobs(writer, Instant{now.us - jobs_days * day_us}); }));
        if (forgotten == 0) break;
    }
    return {};
}

}  // namespace

std::string backup_name(Instant now) {
    const CivilTime time = china_time(now);
    std::string digits;
    for (const int part :
         {static_cast<int>(time.date.month), static_cast<int>(time.date.day), time.hour, time.minute, time.second})
        digits += std::to_string(100 + part).substr(1);
    return "shanqi-" + std::to_string(time.date.year) + digits.substr(0, 4) + "-" + digits.substr(4) + ".backup";
}

std::vector<KeptBackup> list_backups(const std::filesystem::path& folder) {
    std::vector<KeptBackup> all;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() != ".backup" || !entry.is_regular_file(error)) continue;
        const Result<Instant> made = backup_created(entry.path());
        if (!made) continue;
        all.push_back({entry.path().filename().string(), *made, static_cast<std::int64_t>(entry.file_size(error))});
    }
    std::ranges::sort(all, std::ranges::greater{}, &KeptBackup::time);
    return all;
}

house::Module operations_module(Settings given) {
    using enum house::Role;
    const auto settings = std::make_shared<const Settings>(std::move(given));
    house::Module module;
    module.name = "operations";
    module.permissions = {{"operations.jobs_read", {owner, manager, staff, approver, auditor}},
                          {"operations.jobs_manage", {owner, manager, staff}},
                          {"operations.audit_read", {owner, manager, auditor}}};
    module.routes = [settings](http::Router& router, house::House& house) {
        add_today_routes(router, house, settings);
        add_job_routes(router, house, make_job_events(house));
        add_audit_routes(router, house);
        add_installation_routes(router, house, settings);
    };
    module.clean_up = [settings](house::House& house) -> Result<> {
        TRY(seal_heads(house, settings->organisation_key, house.clock.now()));
        return clean_up(house);
    };
    return module;
}

}  // namespace shanqi::operations
