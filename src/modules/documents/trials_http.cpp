// What was made for trying out, and taking it away before the real work begins: trial runs with their documents, trial
// keys, and uploads that only they or nobody used. Nothing that a real key has sealed is touched. Trial numbers stay
// used: a trial document that somebody kept shall never have the number of another one.
#include <boost/describe.hpp>

#include "base/described.hpp"
#include "modules/documents/endpoints.hpp"
#include "modules/documents/runs.hpp"

namespace shanqi::documents {
namespace {

using store::Statement;

constexpr int trial_runs_max = 1'000;  // of one removal: whoever tried more often removes twice

struct Trials {
    std::int64_t runs = 0, documents = 0, keys = 0, uploads = 0;
    bool in_work = false;  // a trial run waits or goes on: nothing is removed until it is over
};
BOOST_DESCRIBE_STRUCT(Trials, (), (runs, documents, keys, uploads, in_work))

// Uploads that go: the samples, and what trial runs used; but not what a real run was made from.
#define SHANQI_TRIAL_UPLOADS                                                                                          \
    " FROM uploads u WHERE u.org_id = $1 AND (u.sample = 1 OR EXISTS (SELECT 1 FROM seal_runs r WHERE r.org_id = $1 " \
    "AND r.trial = 1 AND (r.template_id = u.id OR r.data_id = u.id))) AND NOT EXISTS (SELECT 1 FROM seal_runs r "     \
    "WHERE r.org_id = $1 AND r.trial = 0 AND (r.template_id = u.id OR r.data_id = u.id))"

const Statement runs_sql{
    "SELECT id, state, job_id FROM seal_runs WHERE org_id = $1 AND trial = 1 ORDER BY id LIMIT $2"};
const Statement count_runs_sql{"SELECT COUNT(*) FROM seal_runs WHERE org_id = $1 AND trial = 1"};
const Statement count_documents_sql{"SELECT COUNT(*) FROM seal_documents WHERE org_id = $1 AND trial = 1"};
const Statement count_keys_sql{"SELECT COUNT(*) FROM seal_keys WHERE org_id = $1 AND trial = 1"};
const Statement count_uploads_sql{"SELECT COUNT(*)" SHANQI_TRIAL_UPLOADS};
const Statement upload_files_sql{"SELECT u.id, u.file_key" SHANQI_TRIAL_UPLOADS " ORDER BY u.id LIMIT $2"};
#undef SHANQI_TRIAL_UPLOADS
const Statement delete_documents_sql{"DELETE FROM seal_documents WHERE org_id = $1 AND run_id = $2"};
const Statement delete_files_sql{"DELETE FROM seal_files WHERE org_id = $1 AND run_id = $2"};
const Statement delete_run_sql{"DELETE FROM seal_runs WHERE org_id = $1 AND id = $2 AND trial = 1"};
const Statement delete_keys_sql{
    "DELETE FROM seal_keys WHERE org_id = $1 AND trial = 1 AND NOT EXISTS "
    "(SELECT 1 FROM seal_runs r WHERE r.org_id = $1 AND r.key_id = seal_keys.id)"};

Result<std::int64_t> count(store::Reader& reader, const Statement& statement, const OrgId& org) {
    const std::optional<store::Row> row = TRY(reader.first(statement, {org}));
    return row ? row->integer(0) : 0;
}

struct TrialRun {
    SealRunId id;
    bool in_work = false;
};

Result<std::vector<TrialRun>> trial_runs(store::Reader& reader, const OrgId& org) {
    std::vector<TrialRun> out;
    for (const store::Row& row : TRY(reader.query(runs_sql, {org, trial_runs_max}))) {
        TrialRun run{.id = row.id<SealRunId>(0)};
        if (row.text(1) == run_state::open) {
            const std::optional<store::Job> job = TRY(store::find_job(reader, org, row.id<JobId>(2)));
            using enum store::JobState;
            run.in_work = job && (job->state == waiting || job->state == running || job->state == held);
        }
        out.push_back(run);
    }
    return out;
}

Result<Trials> trials_get(house::House& house, const http::Call& call) {
    return house.database.read([&](store::Reader& reader) -> Result<Trials> {
        Trials out;
        out.runs = TRY(count(reader, count_runs_sql, call.org));
        out.documents = TRY(count(reader, count_documents_sql, call.org));
        out.keys = TRY(count(reader, count_keys_sql, call.org));
        out.uploads = TRY(count(reader, count_uploads_sql, call.org));
        for (const TrialRun& run : TRY(trial_runs(reader, call.org))) out.in_work = out.in_work || run.in_work;
        return out;
    });
}

// The keys of the files that no row names any more go into `files`: they are removed when the rows are surely gone.
Result<Trials> remove_rows(store::Writer& writer, const OrgId& org, std::vector<std::string>& files) {
    Trials removed;
    const std::vector<TrialRun> runs = TRY(trial_runs(writer, org));
    for (const TrialRun& run : runs)
        if (run.in_work) return fail(ErrorKind::conflict, "documents.trial_in_work");
    struct Upload {
        UploadId id;
        std::string file;
    };
    std::vector<Upload> uploads;
    for (const store::Row& row : TRY(writer.query(upload_files_sql, {org, 3 * trial_runs_max})))
        uploads.push_back({row.id<UploadId>(0), row.text(1)});
    for (const TrialRun& run : runs) {
        for (const SealFile& file : TRY(list_files(writer, org, run.id))) files.push_back(file.file_key);
        removed.documents += TRY(writer.execute(delete_documents_sql, {org, run.id}));
        TRY(writer.execute(delete_files_sql, {org, run.id}));
        removed.runs += TRY(writer.execute(delete_run_sql, {org, run.id}));
    }
    removed.keys = TRY(writer.execute(delete_keys_sql, {org}));
    for (const Upload& upload : uploads) {
        // One that a trial run beyond trial_runs_max still uses is the next removal's.
        if (TRY(upload_is_used(writer, org, upload.id))) continue;
        TRY_DO(delete_upload(writer, org, upload.id));
        files.push_back(upload.file);
        ++removed.uploads;
    }
    return removed;
}

Result<Trials> trials_remove(house::House& house, http::Call& call) {
    std::vector<std::string> files;
    const Trials removed = TRY(house.database.write([&](store::Writer& writer) -> Result<Trials> {
        files.clear();
        const Trials gone = TRY(remove_rows(writer, call.org, files));
        TRY_DO(house::audit(writer, house, call, "documents.trials_remove", "organisation:" + call.org.text(),
                            {{"runs", std::to_string(gone.runs)},
                             {"documents", std::to_string(gone.documents)},
                             {"keys", std::to_string(gone.keys)},
                             {"uploads", std::to_string(gone.uploads)}}));
        return gone;
    }));
    // What could not be removed is still sealed, and no row names it.
    for (const std::string& file : files) {
        [[maybe_unused]] const Result<> ignored = house.files.remove(file);
    }
    sweep_run_folders(house);
    return removed;
}

}  // namespace

void add_trial_endpoints(http::Router& router, house::House& house) {
    const char* path = "/api/v1/orgs/{org}/trials";
    router.add<http::NoContent, Trials>(
        {.path = path,
         .operation = "trials_get",
         .permission = "documents.read",
         .summary = "How much was made with trial keys and samples: what a removal would take away"},
        [&house](http::Call& call, const http::NoContent&) { return trials_get(house, call); });
    router.add<http::NoContent, Trials>(
        {.method = http::Method::del,
         .path = path,
         .operation = "trials_remove",
         .permission = "documents.key_manage",
         .summary = "Remove trial runs with their documents, trial keys and samples; nothing that a real key sealed"},
        [&house](http::Call& call, const http::NoContent&) { return trials_remove(house, call); });
}

}  // namespace shanqi::documents
