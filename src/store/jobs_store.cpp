#include "store/jobs_store.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace shanqi::store {
namespace {

constexpr std::array<std::string_view, 6> state_names = {"waiting", "running", "held", "done", "failed", "cancelled"};

#define SHANQI_JOB_COLUMNS                                                                            \
    "org_id, id, kind, payload, state, attempt, attempts_max, units_done, units_total, note, result," \
    " created_by, created, run_after, started, finished"

const Statement insert_job{
    "INSERT INTO jobs (org_id, id, kind, payload, state, attempt, attempts_max, units_done, units_total, note, result,"
    " created_by, unique_key, created, run_after, started, finished, due, owner, revision, changed)"
    " VALUES ($1, $2, $3, $4, 'waiting', 0, $5, 0, 0, '', '', $6, $7, $8, $9, 0, 0, $9, NULL, 1, $8)"
    " ON CONFLICT (org_id, unique_key) DO NOTHING"};
const Statement find_by_key{"SELECT id FROM jobs WHERE org_id = $1 AND unique_key = $2"};
const Statement find_by_id{"SELECT " SHANQI_JOB_COLUMNS " FROM jobs WHERE org_id = $1 AND id = $2"};
const Statement count_open{
    "SELECT kind, state, COUNT(*) FROM jobs WHERE org_id = $1 AND state IN ('waiting', 'running', 'held', 'failed')"
    " GROUP BY kind, state ORDER BY kind, state"};

// Over all organisations, an index of what is open and nothing else.
const Statement select_due_kinds{
    "SELECT org_id, kind FROM jobs WHERE due IS NOT NULL AND due <= $1 GROUP BY org_id, kind"};

// The row that a claim will change. On SQLite there is one writer, and nothing comes between this and the change. On
// PostgreSQL the row is locked and locked rows are passed over: an UPDATE over a sub-select, without the lock, gave
// nearly every job to two workers. Within one organisation, because Citus locks rows of one shard only.
#define SHANQI_JOB_PICK \
    "SELECT " SHANQI_JOB_COLUMNS " FROM jobs WHERE org_id = $1 AND kind = $2 AND due <= $3 ORDER BY due LIMIT 1"
const Statement pick_sqlite{SHANQI_JOB_PICK, Dialect::sqlite};
const Statement pick_postgres{SHANQI_JOB_PICK " FOR UPDATE SKIP LOCKED", Dialect::postgres};

const Statement take_picked{
    "UPDATE jobs SET state = 'running', attempt = $3, owner = $4, due = $5, started = $6, finished = 0,"
    " revision = revision + 1, changed = $6 WHERE org_id = $1 AND id = $2"};
const Statement bury_picked{
    "UPDATE jobs SET state = 'failed', owner = NULL, due = NULL, finished = $3, note = $4, revision = revision + 1,"
    " changed = $3 WHERE org_id = $1 AND id = $2"};

const Statement update_lease{
    "UPDATE jobs SET due = $5 WHERE org_id = $1 AND id = $2 AND owner = $3 AND attempt = $4 AND state = 'running'"};
const Statement update_progress{
    "UPDATE jobs SET units_done = $5, units_total = $6, note = $7, revision = revision + 1, changed = $8"
    " WHERE org_id = $1 AND id = $2 AND owner = $3 AND attempt = $4 AND state = 'running'"};
const Statement select_claimed{
    "SELECT id FROM jobs WHERE org_id = $1 AND id = $2 AND owner = $3 AND attempt = $4 AND state = 'running'"};
const Statement update_end{
    "UPDATE jobs SET state = $5, attempt = $6, units_done = $7, units_total = $8, note = $9, result = $10,"
    " run_after = $11, due = $12, finished = $13, owner = NULL, revision = revision + 1, changed = $14"
    " WHERE org_id = $1 AND id = $2 AND owner = $3 AND attempt = $4 AND state = 'running'"};

const Statement update_retry{
    "UPDATE jobs SET state = 'waiting', attempt = 0, note = '', run_after = $3, due = $3, finished = 0,"
    " revision = revision + 1, changed = $3 WHERE org_id = $1 AND id = $2 AND state = 'failed'"};
const Statement update_cancel{
    "UPDATE jobs SET state = 'cancelled', owner = NULL, due = NULL, finished = $3, revision = revision + 1,"
    " changed = $3 WHERE org_id = $1 AND id = $2 AND state IN ('waiting', 'running', 'held')"};
const Statement update_release{
    "UPDATE jobs SET state = 'waiting', note = '', run_after = $3, due = $3, revision = revision + 1, changed = $3"
    " WHERE org_id = $1 AND id = $2 AND state = 'held'"};
const Statement delete_over{
    "DELETE FROM jobs WHERE (org_id, id) IN (SELECT org_id, id FROM jobs WHERE changed < $1"
    " AND state IN ('done', 'cancelled') ORDER BY changed LIMIT 1000)"};

const Statement select_changed{
    "SELECT org_id, id, revision, changed FROM jobs WHERE changed >= $1 ORDER BY changed LIMIT $2"};

JobState parse_state(std::string_view name) {
    const auto* const found = std::ranges::find(state_names, name);
    if (found == state_names.end()) throw std::logic_error("jobs.state");
    return static_cast<JobState>(found - state_names.begin());
}

Job read_job(const Row& row) {
    Job job;
    job.org = row.id<OrgId>(0);
    job.id = row.id<JobId>(1);
    job.kind = row.text(2);
    job.payload = row.text(3);
    job.state = parse_state(row.text(4));
    job.attempt = static_cast<int>(row.integer(5));
    job.attempts_max = static_cast<int>(row.integer(6));
    job.done = row.integer(7);
    job.total = row.integer(8);
    job.note = row.text(9);
    job.result = row.text(10);
    job.created_by = row.text(11);
    job.created = row.instant(12);
    job.run_after = row.instant(13);
    job.started = row.instant(14);
    job.finished = row.instant(15);
    return job;
}

// Nobody's claim changes a row between this and its end: a write is one transaction.
Result<> change_state(Writer& writer, const Clock& clock, const OrgId& org, const JobId& id, const Statement& change,
                      std::string_view otherwise) {
    if (TRY(writer.execute(change, {org, id, clock.now()})) == 1) return {};
    if (!TRY(find_job(writer, org, id))) return fail(ErrorKind::not_found, "jobs.not_found");
    return fail(ErrorKind::conflict, otherwise);
}

}  // namespace

std::string_view job_state_name(JobState state) { return state_names.at(static_cast<std::size_t>(state)); }

std::string job_note(std::string_view key, const Error::Arguments& arguments) {
    boost::json::object named;
    for (const auto& [name, value] : arguments) named[name] = value;
    return boost::json::serialize(boost::json::object{{"key", key}, {"arguments", std::move(named)}});
}

Result<JobId> enqueue(Writer& writer, const Clock& clock, const NewJob& job) {
    if (job.payload.size() > limits::job_payload_bytes_max)
        return fail(ErrorKind::limit, "jobs.too_large",
                    {{"limit", std::to_string(limits::job_payload_bytes_max >> 10U)}});
    const Instant now = clock.now();
    JobId id = JobId::make(clock);
    const Value key = job.unique_key.empty() ? Value() : Value(job.unique_key);
    const std::int64_t inserted =
        TRY(writer.execute(insert_job, {job.org, id, job.kind, job.payload, std::int64_t{job.attempts_max},
                                        job.created_by, key, now, std::max(now, job.run_after)}));
    if (inserted == 1) return id;
    const std::optional<Row> standing = TRY(writer.first(find_by_key, {job.org, job.unique_key}));
    // Deleted by a neighbour just now, or not visible yet: whoever asks again sees it.
    if (!standing) return fail(ErrorKind::conflict, "store.busy");
    return standing->id<JobId>(0);
}

Result<std::vector<Job>> list_jobs(Reader& reader, const OrgId& org, const JobFilter& filter) {
    std::string sql = "SELECT " SHANQI_JOB_COLUMNS " FROM jobs WHERE org_id = $1";
    Parameters values = {org};
    const auto parameter = [&values](Value value) {
        values.push_back(std::move(value));
        return "$" + std::to_string(values.size());
    };
    if (!filter.kind_prefix.empty())
        sql += " AND kind LIKE " + parameter(like_escaped(filter.kind_prefix) + "%") + " ESCAPE '\\'";
    if (!filter.before.empty()) {
        if (!is_uuid(filter.before)) return std::vector<Job>{};
        sql += " AND id < " + parameter(filter.before);
    }
    if (!filter.states.empty()) {
        std::string names;
        for (const JobState state : filter.states)
            names += (names.empty() ? "" : ", ") + parameter(std::string(job_state_name(state)));
        sql += " AND state IN (" + names + ")";
    }
    sql += " ORDER BY id DESC LIMIT " + parameter(std::int64_t{std::clamp(filter.limit, 1, limits::job_page_max)});
    const Rows rows = TRY(reader.query_text(sql, values));
    std::vector<Job> jobs;
    jobs.reserve(rows.size());
    std::ranges::transform(rows, std::back_inserter(jobs), read_job);
    return jobs;
}

Result<std::optional<Job>> find_job(Reader& reader, const OrgId& org, const JobId& id) {
    const std::optional<Row> row = TRY(reader.first(find_by_id, {org, id}));
    if (!row) return std::optional<Job>{};
    return std::optional<Job>(read_job(*row));
}

Result<std::vector<JobCount>> count_jobs(Reader& reader, const OrgId& org) {
    std::vector<JobCount> counts;
    for (const Row& row : TRY(reader.query(count_open, {org})))
        counts.push_back({row.text(0), parse_state(row.text(1)), row.integer(2)});
    return counts;
}

Result<> retry_job(Writer& writer, const Clock& clock, const OrgId& org, const JobId& id) {
    return change_state(writer, clock, org, id, update_retry, "jobs.not_failed");
}
Result<> cancel_job(Writer& writer, const Clock& clock, const OrgId& org, const JobId& id) {
    return change_state(writer, clock, org, id, update_cancel, "jobs.is_over");
}
Result<> release_job(Writer& writer, const Clock& clock, const OrgId& org, const JobId& id) {
    return change_state(writer, clock, org, id, update_release, "jobs.not_held");
}

Result<std::int64_t> forget_jobs(Writer& writer, Instant until) { return writer.execute(delete_over, {until}); }

Result<std::vector<DueKind>> due_kinds(Reader& reader, Instant now) {
    std::vector<DueKind> due;
    for (const Row& row : TRY(reader.query(select_due_kinds, {now}))) due.push_back({row.id<OrgId>(0), row.text(1)});
    return due;
}

Result<std::optional<ClaimedJob>> claim_job(Database& database, const Clock& clock, const DueKind& due,
                                            std::chrono::seconds lease, const std::string& owner) {
    const Statement& pick = database.dialect() == Dialect::postgres ? pick_postgres : pick_sqlite;
    return database.write([&](Writer& writer) -> Result<std::optional<ClaimedJob>> {
        while (true) {
            const Instant now = clock.now();
            const std::optional<Row> row = TRY(writer.first(pick, {due.org, due.kind, now}));
            if (!row) return std::optional<ClaimedJob>{};
            Job job = read_job(*row);
            if (job.state == JobState::running && job.attempt >= job.attempts_max) {
                TRY_DO(writer.execute(bury_picked, {job.org, job.id, now, job_note("jobs.worker_died")}));
                continue;
            }
            job.state = JobState::running;
            job.started = now;
            ++job.attempt;
            const Instant until{now.us + std::chrono::microseconds(lease).count()};
            TRY_DO(writer.execute(take_picked, {job.org, job.id, std::int64_t{job.attempt}, owner, until, now}));
            JobClaim claim{job.org, job.id, owner, job.attempt};
            return std::optional<ClaimedJob>({std::move(job), std::move(claim), until});
        }
    });
}

Result<bool> extend_lease(Writer& writer, const JobClaim& claim, Instant until) {
    return TRY(writer.execute(update_lease, {claim.org, claim.id, claim.owner, claim.attempt, until})) == 1;
}

Result<bool> write_progress(Writer& writer, const Clock& clock, const JobClaim& claim, const JobProgress& progress) {
    return TRY(writer.execute(update_progress, {claim.org, claim.id, claim.owner, claim.attempt, progress.done,
                                                progress.total, progress.note, clock.now()})) == 1;
}

Result<bool> still_claimed(Reader& reader, const JobClaim& claim) {
    return TRY(reader.first(select_claimed, {claim.org, claim.id, claim.owner, claim.attempt})).has_value();
}

Result<bool> end_claim(Writer& writer, const Clock& clock, const JobClaim& claim, const JobEnd& end) {
    const Instant now = clock.now();
    const Instant next{now.us + end.delay.count()};
    const bool again = end.state == JobState::waiting;
    const bool over = !again && end.state != JobState::held;
    return TRY(writer.execute(update_end,
                              {claim.org, claim.id, claim.owner, claim.attempt, std::string(job_state_name(end.state)),
                               end.attempt, end.progress.done, end.progress.total, end.progress.note, end.result, next,
                               again ? Value(next) : Value(), over ? Value(now) : Value(0), now})) == 1;
}

Result<std::vector<JobRevision>> jobs_changed_since(Reader& reader, Instant since, int limit) {
    std::vector<JobRevision> changes;
    for (const Row& row : TRY(reader.query(select_changed, {since, limit})))
        changes.push_back({row.id<OrgId>(0), row.id<JobId>(1), row.integer(2), row.instant(3)});
    return changes;
}

}  // namespace shanqi::store
