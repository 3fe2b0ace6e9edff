#include "store/job_run.hpp"

#include <algorithm>
#include <cstring>

#include "base/digest.hpp"

namespace shanqi::store {

std::chrono::microseconds job_backoff(int attempt) {
    const std::chrono::microseconds full = std::min<std::chrono::microseconds>(
        limits::job_backoff_max, std::chrono::seconds(1LL << std::min(attempt - 1, 30)));
    std::uint32_t chance = 0;
    std::memcpy(&chance, random_bytes(sizeof chance).data(), sizeof chance);
    return full / 2 + std::chrono::microseconds((full.count() / 2) * (chance >> 8U) >> 24U);
}

ClaimedRun::ClaimedRun(Database& database, const Clock& clock, ClaimedJob claimed, std::chrono::seconds lease,
                       const std::atomic<bool>& stopping)
    : database_(database),
      clock_(clock),
      job_(std::move(claimed.job)),
      claim_(std::move(claimed.claim)),
      lease_(lease),
      stopping_(stopping),
      lease_until_us_(claimed.lease_until.us),
      progress_{job_.done, job_.total, job_.note} {}

bool ClaimedRun::should_stop() const {
    // A lease that could not be extended in time (no database) may have been taken over: do not go on for nothing.
    return stopping_ || lost_ || clock_.now().us >= lease_until_us_;
}

void ClaimedRun::progress(std::int64_t done, std::int64_t total, const std::string& note) {
    const std::scoped_lock lock(mutex_);
    progress_ = {done, total, note};
    ++progress_version_;
}

Result<> ClaimedRun::end(JobEnd end, const std::function<Result<>(Writer&)>& last_write) {
    const auto lost = [] { return fail(ErrorKind::conflict, "jobs.lost"); };
    if (ended_ || lost_) return lost();
    const Result<> written = database_.write([&](Writer& writer) -> Result<> {
        if (!TRY(end_claim(writer, clock_, claim_, end))) return lost();
        if (last_write) return last_write(writer);
        return {};
    });
    if (!written && written.error().key == "jobs.lost") lost_ = true;
    return written;
}

Result<> ClaimedRun::finish(const std::string& result, const std::function<Result<>(Writer&)>& last_write) {
    JobProgress last;
    {
        const std::scoped_lock lock(mutex_);
        last = progress_;
    }
    TRY_DO(end({JobState::done, job_.attempt, std::move(last), result}, last_write));
    ended_ = Ending::done;
    return {};
}

Result<> ClaimedRun::hold(const std::string& note) {
    JobProgress last;
    {
        const std::scoped_lock lock(mutex_);
        last = progress_;
    }
    last.note = note;
    TRY_DO(end({JobState::held, job_.attempt - 1, std::move(last), {}}));
    ended_ = Ending::held;
    return {};
}

ClaimedRun::Ending ClaimedRun::conclude(const Result<>& outcome) {
    if (ended_) return *ended_;
    if (lost_) return Ending::lost;
    JobEnd next;
    Ending ending = Ending::done;
    {
        const std::scoped_lock lock(mutex_);
        next.progress = progress_;
    }
    next.attempt = job_.attempt;
    if (stopping_) {  // whatever it returned: it was told to return early
        next.state = JobState::waiting;
        next.attempt = job_.attempt - 1;
        ending = Ending::released;
    } else if (!outcome) {
        const Error& error = outcome.error();
        next.progress.note = job_note(error.key, error.arguments);
        const bool hopeless = error.kind == ErrorKind::invalid || error.kind == ErrorKind::refused;
        if (hopeless || job_.attempt >= job_.attempts_max) {
            next.state = JobState::failed;
            ending = Ending::failed;
        } else {
            next.state = JobState::waiting;
            next.delay = job_backoff(job_.attempt);
            ending = Ending::again;
        }
    }
    if (const Result<> written = end(std::move(next)); !written)
        return written.error().key == "jobs.lost" ? Ending::lost : Ending::unknown;  // unknown: the lease runs out
    return ending;
}

bool ClaimedRun::beat_due() const {
    const std::int64_t third = std::chrono::microseconds(lease_).count() / 3;
    return clock_.now().us >= lease_until_us_ - 2 * third;
}

bool ClaimedRun::needs_write() const {
    if (lost_) return false;
    const std::scoped_lock lock(mutex_);
    return progress_version_ != written_version_ || beat_due();
}

Result<> ClaimedRun::write(Writer& writer) {
    written_ = {true, lease_until_us_, written_version_};
    if (beat_due()) {
        const Instant until{clock_.now().us + std::chrono::microseconds(lease_).count()};
        written_.claimed = TRY(extend_lease(writer, claim_, until));
        written_.lease_until_us = until.us;
    }
    JobProgress latest;
    {
        const std::scoped_lock lock(mutex_);
        latest = progress_;
        written_.progress_version = progress_version_;
    }
    if (written_.claimed && written_.progress_version != written_version_)
        written_.claimed = TRY(write_progress(writer, clock_, claim_, latest));
    return {};
}

void ClaimedRun::settle() {
    if (!written_.claimed) {
        lost_ = true;
        return;
    }
    lease_until_us_ = written_.lease_until_us;
    const std::scoped_lock lock(mutex_);
    written_version_ = written_.progress_version;
}

}  // namespace shanqi::store
