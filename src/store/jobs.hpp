// Long work: rows with leases. Enqueued in the business transaction, claimed by a worker of any process, kept alive by
// a heartbeat at a third of the lease; finishing requires owner *and* attempt, so a worker that was thought dead cannot
// finish what another has taken over.
//
// Leases are compared by the clocks of the machines: those of one installation must agree within a few seconds (NTP).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"

namespace shanqi::store {

namespace limits {
constexpr std::size_t job_payload_bytes_max = 256U << 10U;
constexpr int job_page_max = 500;
constexpr std::chrono::seconds job_backoff_max{600};
constexpr std::chrono::milliseconds job_progress_interval{250};  // progress is written at most this often
constexpr std::chrono::milliseconds job_poll_interval{1'000};    // how soon another process's job is seen
}  // namespace limits

enum class JobState { waiting, running, held, done, failed, cancelled };  // failed: the dead-letter list
std::string_view job_state_name(JobState);

struct Job {
    JobId id;
    OrgId org;
    std::string kind;     // "<room>.<noun>_<verb>": "documents.batch_seal"
    std::string payload;  // JSON; personal data only as ids (payloads are encrypted by whoever puts more in)
    JobState state = JobState::waiting;
    int attempt = 0, attempts_max = 5;
    std::int64_t done = 0, total = 0;  // progress in units of the work
    std::string note;                  // message key and arguments of the last progress or error, as JSON (job_note)
    std::string result;                // JSON
    std::string created_by;            // as AuditEntry::actor
    Instant created, run_after, started, finished;
};

struct NewJob {
    OrgId org;
    std::string kind, payload, created_by;
    std::string unique_key;  // not empty: a second one with the same key of the same organisation is not enqueued (a
                             // scheduled slot)
    Instant run_after;       // {}: at once
    int attempts_max = 5;
};
// The existing one's id when the key stood there already. Errors: jobs.too_large (payload).
Result<JobId> enqueue(Writer&, const Clock&, const NewJob&);

// {"key": "documents.rows_sealed", "arguments": {"count": "38"}}: how notes are written.
std::string job_note(std::string_view key, const Error::Arguments& arguments = {});

// What a running job sees.
class JobRun {
public:
    virtual ~JobRun() = default;
    virtual const Job& job() const = 0;
    // True when the job was cancelled, the lease was lost, or the process stops: return soon, with whatever value; a
    // job whose process stops is then released and goes on elsewhere, without counting as an attempt.
    virtual bool should_stop() const = 0;
    // Costs nothing and never waits: another thread writes the last of it, at most four times a second.
    virtual void progress(std::int64_t done, std::int64_t total, const std::string& note = {}) = 0;
    // The transaction in which the work's last write and the job's end become true together. Work that returns without
    // it, and without an error, is finished with an empty result.
    // Error jobs.lost: cancelled, or another worker has it now; nothing was written.
    virtual Result<> finish(const std::string& result, const std::function<Result<>(Writer&)>& last_write = {}) = 0;
    // Waits for a person (等待掌印人): release_job() wakes it. Does not count as an attempt. Return after it.
    virtual Result<> hold(const std::string& note) = 0;
};

// Returning an error: tried again with backoff (1 s, doubling, at most 10 min, with jitter), after attempts_max it is
// failed. ErrorKind::invalid and refused fail at once.
using JobWork = std::function<Result<>(JobRun&)>;

struct JobKind {
    std::string kind;
    JobWork work;
    std::chrono::seconds lease{30};
    int at_once = 1;  // in this process
};

class JobRunner {
public:
    virtual ~JobRunner() = default;
    virtual void start() = 0;
    virtual void wake() = 0;  // a job was enqueued here; other processes look every second
    virtual void stop() = 0;  // stops claiming, tells the running ones, releases their leases, joins
    virtual std::vector<std::pair<std::string, std::int64_t>> figures() = 0;
};
std::unique_ptr<JobRunner> make_job_runner(Database&, const Clock&, std::vector<JobKind> kinds, unsigned threads);

// Tells which jobs changed, whichever process changed them, for pages that show them live. All watchers of a process
// share one small query, asked while somebody waits.
class JobWatcher {
public:
    struct Changes {
        std::int64_t version = 0;  // give it to the next wait(); may be sent to a browser as the event's id
        bool all = false;          // `since` is too old (or of another process): list the jobs anew
        std::vector<JobId> jobs;
    };
    virtual ~JobWatcher() = default;
    virtual std::int64_t version() const = 0;  // for the first wait(): take it, then list the jobs, then wait
    // Returns when a job of the organisation changed after `since`, at the latest after `wait_max` (jobs is empty
    // then).
    virtual Changes wait(const OrgId&, std::int64_t since, std::chrono::milliseconds wait_max) = 0;
    virtual void stop() = 0;  // ends every wait(), now and later
};
std::unique_ptr<JobWatcher> make_job_watcher(Database&, const Clock&);

struct JobFilter {
    std::string kind_prefix;
    std::vector<JobState> states;
    std::string before;  // id; newest first
    int limit = 50;      // at most limits::job_page_max
};
Result<std::vector<Job>> list_jobs(Reader&, const OrgId&, const JobFilter&);
Result<std::optional<Job>> find_job(Reader&, const OrgId&, const JobId&);
struct JobCount {
    std::string kind;
    JobState state;
    std::int64_t count = 0;
};
Result<std::vector<JobCount>> count_jobs(Reader&, const OrgId&);  // what waits, runs and failed; not what is over

// A failed one, from its first attempt. Errors: jobs.not_found, jobs.not_failed.
Result<> retry_job(Writer&, const Clock&, const OrgId&, const JobId&);
// A waiting, held or running one: it is cancelled at once; a worker that has it cannot write its end any more and is
// told within a second. Errors: jobs.not_found, jobs.is_over.
Result<> cancel_job(Writer&, const Clock&, const OrgId&, const JobId&);
// A held one. Errors: jobs.not_found, jobs.not_held.
Result<> release_job(Writer&, const Clock&, const OrgId&, const JobId&);
// Rows of jobs that are over (done or cancelled) since before `until`; a thousand a call. Returns how many.
Result<std::int64_t> forget_jobs(Writer&, Instant until);

}  // namespace shanqi::store
