#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "base/described.hpp"
#include "http/page.hpp"
#include "modules/documents/endpoints.hpp"
#include "modules/documents/runs.hpp"
#include "office/merge/merge.hpp"

namespace shanqi::documents {
namespace {

struct SealRunIn {
    UploadId template_, data;
    SealKeyId key;
    std::optional<std::string> sheet, name_pattern, number_pattern;
};
BOOST_DESCRIBE_STRUCT(SealRunIn, (), (template_, data, key, sheet, name_pattern, number_pattern))

struct SealRunCreated {
    SealRunId id;
    JobId job;
    std::string state;
};
BOOST_DESCRIBE_STRUCT(SealRunCreated, (), (id, job, state))

struct RefusedRow {
    std::int64_t row = 0;
    std::string field, text, fix;
};
BOOST_DESCRIBE_STRUCT(RefusedRow, (), (row, field, text, fix))

struct RunNotice {
    std::string text;
    std::int64_t documents = 0;
};
BOOST_DESCRIBE_STRUCT(RunNotice, (), (text, documents))

struct SealRunItem {
    SealRunId id;
    std::string state;  // waiting, running, done, failed, cancelled
    std::string template_name, data_name;
    JobId job;
    std::int64_t done = 0, total = 0;  // rows looked at, of all: live while it runs
    std::int64_t sealed = 0, refused = 0, skipped = 0, pages = 0;
    double seconds = 0;
    bool trial = false;
    std::vector<RefusedRow> refused_examples;  // of one run only
    std::vector<RunNotice> notices;
    std::optional<std::string> problem;  // why it stopped
    Instant created;
    std::string created_by;
};
BOOST_DESCRIBE_STRUCT(SealRunItem, (),
                      (id, state, template_name, data_name, job, done, total, sealed, refused, skipped, pages, seconds,
                       trial, refused_examples, notices, problem, created, created_by))

struct SealRunPath {
    SealRunId run;
};
BOOST_DESCRIBE_STRUCT(SealRunPath, (), (run))

struct SealRunListIn {
    std::optional<int> limit;
    std::optional<std::string> after;
};
BOOST_DESCRIBE_STRUCT(SealRunListIn, (), (limit, after))

const http::Listing& runs_listing() {
    static const http::Listing listing{
        {{.name = "id", .sql = "id", .kind = http::Column::Kind::text, .sortable = true}}, "id", "-id"};
    return listing;
}

// A slip in a pattern is told now, beside its field, and not by a job that fails.
Result<> check_pattern(const std::optional<std::string>& pattern, const std::string& field) {
    if (!pattern || pattern->empty()) return {};
    Result<office::Pattern> compiled = office::Pattern::compile(*pattern);
    if (compiled) return {};
    compiled.error().place.field = field;
    return std::unexpected(std::move(compiled).error());
}

Result<SealRunCreated> run_create(house::House& house, http::Call& call, const SealRunIn& in) {
    const OrgId& org = call.org;
    TRY(find_upload(house, org, in.template_, "/template", UploadKind::word_template));
    TRY(find_upload(house, org, in.data, "/data", UploadKind::workbook));
    TRY_DO(check_pattern(in.name_pattern, "/name_pattern"));
    TRY_DO(check_pattern(in.number_pattern, "/number_pattern"));
    RunRow run;
    run.org = org;
    run.id = SealRunId::make(house.clock);
    run.template_id = in.template_;
    run.data_id = in.data;
    run.key_id = in.key;
    run.name_pattern = in.name_pattern.value_or("");
    run.number_pattern = in.number_pattern.value_or("");
    run.language = call.request.language;
    run.created = house.clock.now();
    run.created_by = call.who.actor();
    TRY_DO(house.vault.warm(org));
    if (in.sheet && !in.sheet->empty()) run.sheet_sealed = TRY(house.vault.seal(org, sheet_context(run.id), *in.sheet));
    return house::write_once<SealRunCreated>(house, call, [&](store::Writer& writer) -> Result<SealRunCreated> {
        const SealKeyRow key = TRY(find_key(writer, org, in.key, "/key"));
        if (key.expires < run.created)
            return fail(ErrorKind::invalid, "documents.key_expired", {{"day", iso_date(china_time(key.expires).date)}},
                        {.field = "/key"});
        RunRow row = run;
        row.trial = key.trial;
        row.job = TRY(store::enqueue(writer, house.clock,
                                     {.org = org,
                                      .kind = seal_run_job,
                                      .payload = boost::json::serialize(boost::json::object{{"run", run.id.text()}}),
                                      .created_by = run.created_by}));
        TRY_DO(insert_run(writer, row));
        TRY_DO(house::audit(writer, house, call, "documents.seal_run_create", "seal_run:" + run.id.text(),
                            {{"template", in.template_.text()}, {"data", in.data.text()}, {"key", in.key.text()}}));
        writer.after_commit([wake = house.wake_jobs] { wake(); });
        return SealRunCreated{row.id, row.job, "waiting"};
    });
}

std::string state_of(const RunRow& run, const std::optional<store::Job>& job) {
    if (run.state != run_state::open) return run.state;
    if (!job) return "failed";
    switch (job->state) {
        case store::JobState::waiting:
        case store::JobState::held:
            return "waiting";
        case store::JobState::failed:
            return "failed";
        case store::JobState::cancelled:
            return "cancelled";
        case store::JobState::running:
        case store::JobState::done:
            return "running";
    }
    return "running";
}

void add_findings(SealRunItem& item, const RunFindings& findings, Language language) {
    for (const Error& error : findings.refused) {
        const std::string fix_key = error.key + ".fix";
        std::string fix = message(fix_key, error.arguments, language);
        if (fix.starts_with(fix_key)) fix.clear();  // a problem without advice
        item.refused_examples.push_back(
            {error.place.row, error.place.field, message(error.key, error.arguments, language), std::move(fix)});
    }
    for (const SealNotice& notice : findings.notices)
        item.notices.push_back({message(notice.error, language), notice.documents});
}

Result<SealRunItem> item_of(house::House& house, const RunRow& run, const std::optional<store::Job>& job,
                            Language language, bool with_findings) {
    SealRunItem item;
    item.id = run.id;
    item.state = state_of(run, job);
    item.template_name = TRY(find_upload(house, run.org, run.template_id, "/template")).name;
    item.data_name = TRY(find_upload(house, run.org, run.data_id, "/data")).name;
    item.job = run.job;
    const bool open = run.state == run_state::open;
    item.total = open && job ? job->total : run.counts.total;
    item.sealed = run.counts.sealed;
    item.refused = run.counts.refused;
    item.skipped = run.counts.skipped;
    item.done = open && job ? job->done : item.sealed + item.refused + item.skipped;
    item.pages = run.pages;
    const Instant until = open ? house.clock.now() : run.finished;
    if (run.started.us > 0) item.seconds = static_cast<double>(until.us - run.started.us) / 1e6;
    item.trial = run.trial;
    item.created = run.created;
    item.created_by = run.created_by;
    if (open && item.state != "cancelled" && !run.problem_sealed.empty()) {
        const std::string problem = TRY(house.vault.open(run.org, problem_context(run.id), run.problem_sealed));
        if (const std::optional<Error> error = problem_of(problem)) item.problem = message(*error, language);
    }
    if (with_findings && !run.findings_sealed.empty()) {
        const std::string findings = TRY(house.vault.open(run.org, findings_context(run.id), run.findings_sealed));
        add_findings(item, findings_of(findings), language);
    }
    return item;
}

struct RunAndJob {
    RunRow run;
    std::optional<store::Job> job;
};

Result<SealRunItem> run_get(house::House& house, const http::Call& call, const SealRunPath& in) {
    const RunAndJob found = TRY(house.database.read([&](store::Reader& reader) -> Result<RunAndJob> {
        RunAndJob out{TRY(find_run(reader, call.org, in.run)), {}};
        out.job = TRY(store::find_job(reader, call.org, out.run.job));
        return out;
    }));
    return item_of(house, found.run, found.job, call.request.language, true);
}

Result<http::Page<SealRunItem>> run_list(house::House& house, const http::Call& call, const SealRunListIn& in) {
    const http::ListQuery query = TRY(http::list_query(runs_listing(), in.limit, in.after, std::nullopt, {}));
    const std::vector<RunAndJob> found =
        TRY(house.database.read([&](store::Reader& reader) -> Result<std::vector<RunAndJob>> {
            std::vector<RunAndJob> out;
            const std::string before = query.after ? query.after->id : std::string();
            for (RunRow& run : TRY(list_runs(reader, call.org, before, query.limit + 1))) {
                std::optional<store::Job> job;
                if (run.state == run_state::open) job = TRY(store::find_job(reader, call.org, run.job));
                out.push_back({std::move(run), std::move(job)});
            }
            return out;
        }));
    std::vector<SealRunItem> items;
    items.reserve(found.size());
    for (const RunAndJob& one : found)
        items.push_back(TRY(item_of(house, one.run, one.job, call.request.language, false)));
    return http::page_of<SealRunItem>(query, std::move(items), [](const SealRunItem& item) {
        return http::RowPlace{item.id.text(), item.id.text()};
    });
}

}  // namespace

void add_run_endpoints(http::Router& router, house::House& house) {
    router.add<SealRunIn, SealRunCreated>(
        {.method = http::Method::post,
         .path = "/api/v1/orgs/{org}/seal_runs",
         .operation = "seal_run_create",
         .permission = "documents.seal_run",
         .creates = true,
         .summary = "Seal a list with a template and a key, as a job"},
        [&house](http::Call& call, const SealRunIn& in) { return run_create(house, call, in); });
    router.add<SealRunListIn, http::Page<SealRunItem>>(
        {.path = "/api/v1/orgs/{org}/seal_runs",
         .operation = "seal_run_list",
         .permission = "documents.read",
         .summary = "Runs, newest first"},
        [&house](http::Call& call, const SealRunListIn& in) { return run_list(house, call, in); });
    router.add<SealRunPath, SealRunItem>(
        {.path = "/api/v1/orgs/{org}/seal_runs/{run}",
         .operation = "seal_run_get",
         .permission = "documents.read",
         .summary = "One run: how far it is, what was sealed, what was refused and why"},
        [&house](http::Call& call, const SealRunPath& in) { return run_get(house, call, in); });
}

}  // namespace shanqi::documents
