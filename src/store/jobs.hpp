// Long work: rows with leases. Enqueued in the business transaction, claimed by a worker of any process, kept alive by
// a heartbeat at a third of the lease; finishing requires owner *and* attempt, so a worker that was thought dead cannot
// finish what another has taken over.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/database.hpp"

namespace shanqi::store {

enum class JobState { waiting, running, held, done, failed, cancelled };  // failed: the dead-letter list

struct Job {
    JobId id;
    OrgId org;
    std::string kind;     // "<room>.<noun>_<verb>": "documents.batch_seal"
    std::string payload;  // JSON; personal data only as ids (payloads are encrypted by whoever puts more in)
    JobState state = JobState::waiting;
    int attempt = 0, attempts_max = 5;
    std::int64_t done = 0, total = 0;  // progress in units of the work
    std::string note;                  // message key and arguments of the last progress or error, as JSON
    std::string result;                // JSON
    std::string created_by;            // as AuditEntry::actor
    Instant created, run_after, started, finished;
};

struct NewJob {
    OrgId org;
    std::string kind, payload, created_by;
    std::string unique_key;  // not empty: a second one with the same key of the same organisation is not enqueued (a
                             // scheduled slot)
    Instant run_after;
    int attempts_max = 5;
};
Result<JobId> enqueue(Writer&, const Clock&, const NewJob&);  // the existing one's id when the key stood there already

// What a running job sees.
class JobRun {
public:
    virtual ~JobRun() = default;
    virtual const Job& job() const = 0;
    // True when the job was cancelled, the lease was lost, or the process stops: return soon; the lease is released.
    virtual bool should_stop() const = 0;
    virtual void progress(std::int64_t done, std::int64_t total, const std::string& note = {}) = 0;
    // The transaction in which the work's last write and the job's end become true together.
    // Error jobs.lost: another worker has it now; nothing was written.
    virtual Result<> finish(const std::string& result, const std::function<Result<>(Writer&)>& last_write = {}) = 0;
    virtual Result<> hold(const std::string& note) = 0;  // waits for a person (等待掌印人): release() wakes it
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

struct JobFilter {
    std::string kind_prefix;
    std::vector<JobState> states;
    std::string before;  // id; newest first
    int limit = 50;
};
Result<std::vector<Job>> list_jobs(Reader&, const OrgId&, const JobFilter&);
Result<std::optional<Job>> find_job(Reader&, const OrgId&, const JobId&);
Result<> retry_job(Writer&, const Clock&, const OrgId&,
                   const JobId&);  // a failed one; errors jobs.not_found, jobs.not_failed
Result<> cancel_job(Writer&, const Clock&, const OrgId&, const JobId&);   // a waiting, held or running one
Result<> release_job(Writer&, const Clock&, const OrgId&, const JobId&);  // a held one

}  // namespace shanqi::store
