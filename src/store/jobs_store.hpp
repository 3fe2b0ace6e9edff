// The rows of jobs, for the runner and the watcher; other rooms use jobs.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/jobs.hpp"

namespace shanqi::store {

// What proves that a job is still ours. A new owner for each claim, so that not even a later attempt of the same
// process with the same number is taken for it.
struct JobClaim {
    OrgId org;
    JobId id;
    std::string owner;
    int attempt = 0;
};

struct ClaimedJob {
    Job job;
    JobClaim claim;
    Instant lease_until;
};

struct DueKind {
    OrgId org;
    std::string kind;
    auto operator<=>(const DueKind&) const = default;
};

// Which organisations have something to claim: jobs that are due, and running ones whose lease has ended.
Result<std::vector<DueKind>> due_kinds(Reader&, Instant now);

// The one that is due longest. A job whose worker died in its last attempt is buried instead (failed,
// jobs.worker_died), and the next one is looked at. `owner` is a new id.
Result<std::optional<ClaimedJob>> claim_job(Database&, const Clock&, const DueKind&, std::chrono::seconds lease,
                                            const std::string& owner);

struct JobProgress {
    std::int64_t done = 0, total = 0;
    std::string note;
};

// Each of these changes the row only while it is running under this claim; false: it is not any more.
Result<bool> extend_lease(Writer&, const JobClaim&, Instant until);
Result<bool> write_progress(Writer&, const Clock&, const JobClaim&, const JobProgress&);
Result<bool> still_claimed(Reader&, const JobClaim&);

struct JobEnd {
    JobState state = JobState::done;
    int attempt = 0;
    JobProgress progress;
    std::string result;
    std::chrono::microseconds delay{0};  // state waiting: until it is due again
};
Result<bool> end_claim(Writer&, const Clock&, const JobClaim&, const JobEnd&);

struct JobRevision {
    OrgId org;
    JobId id;
    std::int64_t revision = 0;
    Instant changed;
};
// At most `limit`, oldest change first.
Result<std::vector<JobRevision>> jobs_changed_since(Reader&, Instant since, int limit);

}  // namespace shanqi::store
