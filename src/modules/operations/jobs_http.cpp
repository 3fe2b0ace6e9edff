#include "modules/operations/jobs_http.hpp"

#include "http/page.hpp"
#include "modules/lists/lists.hpp"
#include "modules/operations/jobs_view.hpp"

namespace shanqi::operations {
namespace {

struct JobList {
    std::optional<int> limit;
    std::optional<std::string> after, state, kind_prefix;
};
BOOST_DESCRIBE_STRUCT(JobList, (), (limit, after, state, kind_prefix))

struct OneJob {
    JobId job;
};
BOOST_DESCRIBE_STRUCT(OneJob, (), (job))

Result<store::JobState> state_named(const std::string& name) {
    using enum store::JobState;
    for (const store::JobState state : {waiting, running, held, done, failed, cancelled})
        if (store::job_state_name(state) == name) return state;
    return fail(ErrorKind::invalid, "jobs.unknown_state", {}, {.field = "/state"});
}

Result<store::JobFilter> filter_of(const JobList& in) {
    store::JobFilter filter{.kind_prefix = in.kind_prefix.value_or(""), .states = {}, .before = {}, .limit = 0};
    filter.limit = in.limit.value_or(http::limits::page_rows_default);
    if (filter.limit < 1 || filter.limit > store::limits::job_page_max)
        return fail(ErrorKind::invalid, "http.bad_limit", {{"limit", std::to_string(store::limits::job_page_max)}},
                    {.field = "/limit"});
    if (in.state) filter.states.push_back(TRY(state_named(*in.state)));
    if (in.after) {
        if (!is_uuid(*in.after)) return fail(ErrorKind::invalid, "http.bad_cursor", {}, {.field = "/after"});
        filter.before = *in.after;
    }
    return filter;
}

Result<http::Page<JobView>> list(house::House& house, const http::Call& call, const JobList& in) {
    const store::JobFilter filter = TRY(filter_of(in));
    const auto jobs =
        TRY(house.database.read([&](store::Reader& reader) { return store::list_jobs(reader, call.org, filter); }));
    http::Page<JobView> page;
    for (const store::Job& job : jobs) page.items.push_back(view_of(job, call.request.language));
    if (static_cast<int>(jobs.size()) == filter.limit) page.next = jobs.back().id.text();
    return page;
}

Result<http::Reply> export_jobs(house::House& house, const http::Call& call) {
    store::JobFilter filter = TRY(filter_of(TRY(lists::query_of<JobList>(call))));
    filter.limit = lists::limits::sheet_page_rows;
    filter.before.clear();
    const Language language = call.request.language;
    const auto title = [&](const char* name) { return message(std::string("jobs.column.") + name, {}, language); };
    const auto time = [](const std::optional<Instant>& at) { return office::text_value(at ? iso_china(*at) : ""); };
    bool more = true;
    const auto next = [&]() -> Result<std::vector<lists::SheetRow>> {
        std::vector<lists::SheetRow> rows;
        if (!more) return rows;
        const auto jobs =
            TRY(house.database.read([&](store::Reader& reader) { return store::list_jobs(reader, call.org, filter); }));
        for (const store::Job& job : jobs) {
            const JobView view = view_of(job, language);
            using office::integer_value, office::text_value;
            rows.push_back({text_value(view.kind_title), text_value(message("jobs.state." + view.state, {}, language)),
                            integer_value(view.done), integer_value(view.total), integer_value(view.attempt),
                            text_value(view.note), time(view.created), time(view.started), time(view.finished),
                            text_value(view.created_by), text_value(view.id.text())});
        }
        more = jobs.size() == static_cast<std::size_t>(filter.limit);
        if (more) filter.before = jobs.back().id.text();
        return rows;
    };
    return lists::export_sheet(house, call,
                               {.file_name = "jobs.xlsx",
                                .title = message("jobs.sheet", {}, language),
                                .columns = {{title("kind"), 24},
                                            {title("state"), 12},
                                            {title("done"), 10},
                                            {title("total"), 10},
                                            {title("attempt"), 10},
                                            {title("note"), 40},
                                            {title("created"), 26},
                                            {title("started"), 26},
                                            {title("finished"), 26},
                                            {title("created_by"), 44},
                                            {title("id"), 38}},
                                .next = next,
                                .action = "operations.jobs_export"});
}

Result<JobView> view(store::Reader& reader, const http::Call& call, const JobId& id) {
    const auto job = TRY(store::find_job(reader, call.org, id));
    if (!job) return fail(ErrorKind::not_found, "jobs.not_found");
    return view_of(*job, call.request.language);
}

using Change = Result<> (*)(store::Writer&, const Clock&, const OrgId&, const JobId&);

// Retry, cancel and release: the change, its audit entry, and the job as it then is.
Result<JobView> change(house::House& house, http::Call& call, const JobId& id, Change work, std::string_view action) {
    return house::write_once<JobView>(house, call, [&](store::Writer& writer) -> Result<JobView> {
        TRY_DO(work(writer, house.clock, call.org, id));
        TRY_DO(house::audit(writer, house, call, action, "job:" + id.text()));
        writer.after_commit(house.wake_jobs);
        return view(writer, call, id);
    });
}

}  // namespace

void add_job_routes(http::Router& router, house::House& house, const std::shared_ptr<JobEvents>& events) {
    using http::Method;
    router.add<JobList, http::Page<JobView>>(
        {.method = Method::get,
         .path = "/api/v1/orgs/{org}/jobs",
         .operation = "jobs_list",
         .permission = "operations.jobs_read",
         .summary = "Jobs of the organisation, newest first"},
        [&house](http::Call& call, const JobList& in) { return list(house, call, in); });
    router.add<OneJob, JobView>(
        {.method = Method::get,
         .path = "/api/v1/orgs/{org}/jobs/{job}",
         .operation = "job_get",
         .permission = "operations.jobs_read",
         .summary = "One job with its progress"},
        [&house](http::Call& call, const OneJob& in) {
            return house.database.read([&](store::Reader& reader) { return view(reader, call, in.job); });
        });
    router.add_raw(
        {.method = Method::get,
         .path = "/api/v1/orgs/{org}/jobs.xlsx",
         .operation = "jobs_export",
         .permission = "operations.jobs_read",
         .rate = "heavy",
         .summary = "What the filters of jobs_list let through, as a workbook"},
        [&house](http::Call& call) { return export_jobs(house, call); }, lists::sheet_content_type);
    struct Action {
        const char *word, *operation, *audit, *summary;
        Change work;
    };
    for (const Action& action :
         {Action{"retry", "job_retry", "operations.job_retry", "A failed job from its first attempt", store::retry_job},
          Action{"cancel", "job_cancel", "operations.job_cancel", "Stops a job", store::cancel_job},
          Action{"release", "job_release", "operations.job_release", "Lets a held job go on", store::release_job}}) {
        router.add<OneJob, JobView>({.method = Method::post,
                                     .path = std::string("/api/v1/orgs/{org}/jobs/{job}/") + action.word,
                                     .operation = action.operation,
                                     .permission = "operations.jobs_manage",
                                     .summary = action.summary},
                                    [&house, action](http::Call& call, const OneJob& in) {
                                        return change(house, call, in.job, action.work, action.audit);
                                    });
    }
    router.add_raw(
        {.method = Method::get,
         .path = "/api/v1/orgs/{org}/events",
         .operation = "events",
         .permission = "operations.jobs_read",
         .summary = "Server-sent events: `job` on each change of a job"},
        [events](http::Call& call) -> Result<http::Reply> {
            http::Reply reply;
            reply.content_type = "text/event-stream";
            reply.body = http::EventBody{
                [events, org = call.org, language = call.request.language](std::shared_ptr<http::EventStream> stream) {
                    events->subscribe(org, language, std::move(stream));
                }};
            return reply;
        },
        "text/event-stream");
}

}  // namespace shanqi::operations
