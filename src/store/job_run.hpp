// One claimed job in this process: what its work sees (JobRun) and what the runner's threads do with it.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>

#include "store/jobs_store.hpp"

namespace shanqi::store {

class ClaimedRun final : public JobRun {
public:
    ClaimedRun(Database&, const Clock&, ClaimedJob, std::chrono::seconds lease, const std::atomic<bool>& stopping);

    const Job& job() const override { return job_; }
    bool should_stop() const override;
    void progress(std::int64_t done, std::int64_t total, const std::string& note) override;
    Result<> finish(const std::string& result, const std::function<Result<>(Writer&)>& last_write) override;
    Result<> hold(const std::string& note) override;

    // The runner's side.
    enum class Ending { done, held, released, again, failed, lost, unknown };
    Ending conclude(const Result<>& outcome);  // after the work returned
    bool needs_write() const;                  // a heartbeat or new progress
    Result<> write(Writer&);                   // re-runnable; settle() after it is durable
    void settle();
    void tell_lost() { lost_ = true; }
    const JobClaim& claim() const { return claim_; }

private:
    Result<> end(JobEnd, const std::function<Result<>(Writer&)>& last_write = {});
    bool beat_due() const;

    Database& database_;
    const Clock& clock_;
    const Job job_;
    const JobClaim claim_;
    const std::chrono::seconds lease_;
    const std::atomic<bool>& stopping_;
    std::atomic<std::int64_t> lease_until_us_;
    std::atomic<bool> lost_ = false;
    std::optional<Ending> ended_;  // by finish() or hold(); only the work's thread touches it

    // Between the work's thread and the keeper's.
    mutable std::mutex mutex_;
    JobProgress progress_;
    std::int64_t progress_version_ = 0, written_version_ = 0;

    // Only the keeper's thread: what its last write() wanted and found.
    struct Written {
        bool claimed = true;
        std::int64_t lease_until_us = 0, progress_version = 0;
    } written_;
};

// 1 s, doubling, at most 10 min; half of it is chance, so that jobs that failed together do not come back together.
std::chrono::microseconds job_backoff(int attempt);

}  // namespace shanqi::store
