#include "modules/operations/today_http.hpp"

#include "modules/operations/jobs_view.hpp"
#include "modules/operations/operations.hpp"

namespace shanqi::operations {
namespace {

constexpr int running_shown = 20;

// A line of the first screen: one button that does the next thing.
struct TodayItem {
    std::string kind, id, title, button;
    std::int64_t count = 0;
    std::string link;  // in the web UI
};
BOOST_DESCRIBE_STRUCT(TodayItem, (), (kind, id, title, button, count, link))

struct DueItem {
    std::string kind, id, title;
    Instant due;
    std::string link;
};
BOOST_DESCRIBE_STRUCT(DueItem, (), (kind, id, title, due, link))

struct Today {
    std::vector<TodayItem> waiting;
    std::vector<JobView> running;
    std::vector<DueItem> due;
};
BOOST_DESCRIBE_STRUCT(Today, (), (waiting, running, due))

TodayItem item(const std::string& kind, std::int64_t count, std::string link, Language language) {
    const Error::Arguments arguments = {{"count", std::to_string(count)}};
    TodayItem line{.kind = kind, .id = kind, .title = {}, .button = {}, .count = count, .link = std::move(link)};
    line.title = message("today." + kind, arguments, language);
    line.button = message("today." + kind + ".button", arguments, language);
    return line;
}

Result<Today> today(house::House& house, const Settings& settings, const http::Call& call) {
    const Language language = call.request.language;
    Today out;
    if (call.may("operations.jobs_read")) {
        TRY_DO(house.database.read([&](store::Reader& reader) -> Result<> {
            using enum store::JobState;
            for (const store::Job& job :
                 TRY(store::list_jobs(reader, call.org, {.states = {waiting, running, held}, .limit = running_shown})))
                out.running.push_back(view_of(job, language));
            std::int64_t failed_count = 0, held_count = 0;
            for (const store::JobCount& count : TRY(store::count_jobs(reader, call.org))) {
                if (count.state == failed) failed_count += count.count;
                if (count.state == held) held_count += count.count;
            }
            if (held_count > 0)
                out.waiting.push_back(item("jobs_held", held_count, "/settings/jobs?state=held", language));
            if (failed_count > 0)
                out.waiting.push_back(item("jobs_failed", failed_count, "/settings/jobs?state=failed", language));
            return {};
        }));
    }
    for (const house::TodayHook& hook : house.today)
        for (house::TodayLine& line : TRY(hook(house, call))) {
            if (line.due) {
                out.due.push_back({line.kind, line.id, line.title, *line.due, line.link});
            } else {
                out.waiting.push_back({line.kind, line.id, line.title, line.button, line.count, line.link});
            }
        }
    // Whoever runs the installation sees here what it lacks: a page of settings is opened by nobody.
    if (call.who.administrator) {
        if (house.public_url.empty()) out.waiting.push_back(item("no_public_url", 1, "/settings/network", language));
        const std::vector<KeptBackup> backups = list_backups(settings.backup_folder);
        const Finding backup = check_backup(backups.empty() ? Instant{} : backups.front().time, house.clock.now());
        if (backup.severity != Severity::good)
            out.waiting.push_back(item("backup_due", 1, "/settings/backup", language));
    }
    return out;
}

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

}  // namespace

void add_today_routes(http::Router& router, house::House& house, const std::shared_ptr<const Settings>& settings) {
    router.add<Nothing, Today>({.method = http::Method::get,
                                .path = "/api/v1/orgs/{org}/today",
                                .operation = "today",
                                .permission = "member",
                                .summary = "What waits for me, what runs, what is due"},
                               [&house, settings](http::Call& call, Nothing) { return today(house, *settings, call); });
}

}  // namespace shanqi::operations
