// The runner: workers that claim, run and conclude, and one keeper that writes heartbeats and progress for all of them.
#include "store/jobs.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "store/job_run.hpp"
#include "store/jobs_store.hpp"

namespace shanqi::store {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

class Runner final : public JobRunner {
public:
    Runner(Database& database, const Clock& clock, std::vector<JobKind> kinds, unsigned threads)
        : database_(database), clock_(clock), threads_(std::max(threads, 1U)) {
        for (JobKind& kind : kinds) {
            const std::string name = kind.kind;
            kinds_[name].kind = std::move(kind);
        }
    }
    ~Runner() override { stop(); }
    Runner(const Runner&) = delete;

    void start() override {
        if (keeper_.joinable() || kinds_.empty()) return;
        keeper_ = std::thread([this] { keep(); });
        for (unsigned i = 0; i < threads_; ++i) workers_.emplace_back([this] { work(); });
    }

    void wake() override {
        {
            const std::scoped_lock lock(mutex_);
            scan_wanted_ = true;
        }
        changed_.notify_all();
    }

    void stop() override {
        {
            const std::scoped_lock lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        for (std::thread& worker : workers_) worker.join();  // heartbeats go on until the last one is released
        workers_.clear();
        {
            const std::scoped_lock lock(mutex_);
            keeper_ends_ = true;
        }
        changed_.notify_all();
        if (keeper_.joinable()) keeper_.join();
    }

    std::vector<std::pair<std::string, std::int64_t>> figures() override {
        const std::scoped_lock lock(mutex_);
        return {{"jobs_running", static_cast<std::int64_t>(runs_.size())},
                {"jobs_done_total", endings_[ClaimedRun::Ending::done]},
                {"jobs_held_total", endings_[ClaimedRun::Ending::held]},
                {"jobs_released_total", endings_[ClaimedRun::Ending::released]},
                {"jobs_tried_again_total", endings_[ClaimedRun::Ending::again]},
                {"jobs_failed_total", endings_[ClaimedRun::Ending::failed]},
                {"jobs_lost_total", endings_[ClaimedRun::Ending::lost]},
                {"jobs_end_unknown_total", endings_[ClaimedRun::Ending::unknown]},
                {"jobs_claim_errors_total", claim_errors_}};
    }

private:
    struct KindState {
        JobKind kind;
        int running = 0;
    };

    // The next organisation and kind in turn that this process has room for: everybody's first job comes before
    // anybody's second. Counts it as running.
    std::optional<DueKind> take_turn() {
        const auto free = std::ranges::find_if(rotation_, [this](const DueKind& due) {
            const KindState& state = kinds_.at(due.kind);
            return state.running < state.kind.at_once;
        });
        if (free == rotation_.end()) return {};
        DueKind due = std::move(*free);
        rotation_.erase(free);
        ++kinds_.at(due.kind).running;
        return due;
    }

    void work() {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            if (const std::optional<DueKind> due = take_turn()) {
                run_one(*due, lock);
                --kinds_.at(due->kind).running;
                changed_.notify_all();
            } else if (scanning_) {
                changed_.wait(lock);
            } else if (scan_wanted_ || std::chrono::steady_clock::now() >= next_scan_) {
                scan(lock);
            } else {
                changed_.wait_until(lock, next_scan_);
            }
        }
    }

    void scan(std::unique_lock<std::mutex>& lock) {
        scanning_ = true;
        scan_wanted_ = false;
        lock.unlock();
        const auto found = database_.read([&](Reader& reader) { return due_kinds(reader, clock_.now()); });
        lock.lock();
        scanning_ = false;
        next_scan_ = std::chrono::steady_clock::now() + limits::job_poll_interval;
        if (!found) ++claim_errors_;
        if (found) {
            const std::set<DueKind> standing(rotation_.begin(), rotation_.end());
            for (const DueKind& due : *found)
                if (kinds_.contains(due.kind) && !standing.contains(due)) rotation_.push_back(due);
        }
        changed_.notify_all();
    }

    void run_one(const DueKind& due, std::unique_lock<std::mutex>& lock) {
        const JobKind& kind = kinds_.at(due.kind).kind;
        lock.unlock();
        Result<std::optional<ClaimedJob>> claimed = claim_job(database_, clock_, due, kind.lease, new_uuid_v7(clock_));
        lock.lock();
        if (!claimed) ++claim_errors_;  // the next scan finds it again
        if (!claimed || !*claimed) return;
        rotation_.push_back(due);  // there may be more
        const auto run = std::make_shared<ClaimedRun>(database_, clock_, std::move(**claimed), kind.lease, stopping_);
        runs_.insert(run);
        changed_.notify_all();
        lock.unlock();
        const ClaimedRun::Ending ending = run->conclude(call(kind.work, *run));
        lock.lock();
        runs_.erase(run);
        ++endings_[ending];
    }

    // An exception is a bug or a lost resource: it ends the attempt, never the process.
    static Result<> call(const JobWork& work, JobRun& run) {
        try {
            return work(run);
        } catch (const std::exception& exception) {
            return fail(ErrorKind::system, "jobs.crashed", {{"reason", exception.what()}});
        }
    }

    void keep() {
        SteadyTime next_look = std::chrono::steady_clock::now();
        std::unique_lock lock(mutex_);
        while (!keeper_ends_) {
            if (runs_.empty()) {
                changed_.wait(lock);
                continue;
            }
            const std::vector<std::shared_ptr<ClaimedRun>> runs(runs_.begin(), runs_.end());
            lock.unlock();
            write_all(runs);
            if (std::chrono::steady_clock::now() >= next_look) {
                look_for_lost(runs);
                next_look = std::chrono::steady_clock::now() + limits::job_poll_interval;
            }
            lock.lock();
            changed_.wait_for(lock, limits::job_progress_interval, [this] { return keeper_ends_; });
        }
    }

    // One transaction an organisation. Errors are met by the next round; a lease that cannot be extended runs out.
    void write_all(const std::vector<std::shared_ptr<ClaimedRun>>& runs) {
        std::map<OrgId, std::vector<std::shared_ptr<ClaimedRun>>> wanting;
        for (const auto& run : runs)
            if (run->needs_write()) wanting[run->claim().org].push_back(run);
        for (const auto& [org, group] : wanting) {
            const Result<> written = database_.write([&group](Writer& writer) -> Result<> {
                for (const auto& run : group) TRY_DO(run->write(writer));
                return {};
            });
            if (!written) continue;
            for (const auto& run : group) run->settle();
        }
    }

    // Cancelled ones, sooner than the next heartbeat would tell.
    void look_for_lost(const std::vector<std::shared_ptr<ClaimedRun>>& runs) {
        std::vector<bool> claimed(runs.size(), true);
        const Result<> looked = database_.read([&](Reader& reader) -> Result<> {
            for (std::size_t i = 0; i < runs.size(); ++i) claimed[i] = TRY(still_claimed(reader, runs[i]->claim()));
            return {};
        });
        if (!looked) return;
        for (std::size_t i = 0; i < runs.size(); ++i)
            if (!claimed[i]) runs[i]->tell_lost();
    }

    Database& database_;
    const Clock& clock_;
    const unsigned threads_;
    std::map<std::string, KindState> kinds_;
    std::vector<std::thread> workers_;
    std::thread keeper_;
    std::atomic<bool> stopping_ = false;

    std::mutex mutex_;  // of all that follows
    std::condition_variable changed_;
    std::deque<DueKind> rotation_;
    std::set<std::shared_ptr<ClaimedRun>> runs_;
    std::map<ClaimedRun::Ending, std::int64_t> endings_;
    std::int64_t claim_errors_ = 0;
    SteadyTime next_scan_;
    bool scanning_ = false, scan_wanted_ = true, keeper_ends_ = false;
};

}  // namespace

std::unique_ptr<JobRunner> make_job_runner(Database& database, const Clock& clock, std::vector<JobKind> kinds,
                                           unsigned threads) {
    return std::make_unique<Runner>(database, clock, std::move(kinds), threads);
}

}  // namespace shanqi::store
