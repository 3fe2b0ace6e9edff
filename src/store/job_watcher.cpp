// Which jobs changed: one query over an index of the time of change, asked by whoever waits first and shared by all.
#include <condition_variable>
#include <map>
#include <mutex>

#include "store/jobs_store.hpp"

namespace shanqi::store {
namespace {

using namespace std::chrono_literals;

// A row's time of change is taken inside its transaction, which others see only after its end, and clocks of machines
// differ a little: look back this far, and tell a row by its revision.
constexpr std::chrono::microseconds look_back = 30s;
constexpr std::chrono::microseconds remembered = 600s;  // an older version gets `all`
constexpr int changes_max = 20'000;                     // of one poll; more: `all`

class Watcher final : public JobWatcher {
public:
    Watcher(Database& database, const Clock& clock)
        : database_(database), clock_(clock), version_(clock.now().us), horizon_(version_), polled_(clock.now()) {}

    std::int64_t version() const override {
        const std::scoped_lock lock(mutex_);
        return version_;
    }

    Changes wait(const OrgId& org, std::int64_t since, std::chrono::milliseconds wait_max) override {
        const auto until = std::chrono::steady_clock::now() + wait_max;
        std::unique_lock lock(mutex_);
        while (true) {
            Changes changes = since_version(org, since);
            const auto now = std::chrono::steady_clock::now();
            if (changes.all || !changes.jobs.empty() || now >= until || stopped_) return changes;
            if (!polling_ && now >= next_poll_) {
                poll(lock);
            } else {
                changed_.wait_until(lock, polling_ ? until : std::min(until, next_poll_));
            }
        }
    }

    void stop() override {
        {
            const std::scoped_lock lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_all();
    }

private:
    struct Seen {
        std::int64_t revision = 0, version = 0;
        Instant changed;
    };

    Changes since_version(const OrgId& org, std::int64_t since) const {
        if (since < horizon_ || since > version_) return {.version = version_, .all = true, .jobs = {}};
        Changes changes{.version = version_, .all = false, .jobs = {}};
        const auto organisation = seen_.find(org);
        if (organisation == seen_.end()) return changes;
        for (const auto& [id, seen] : organisation->second)
            if (seen.version > since) changes.jobs.push_back(id);
        return changes;
    }

    void poll(std::unique_lock<std::mutex>& lock) {
        polling_ = true;
        const Instant since{polled_.us - look_back.count()};
        lock.unlock();
        const Instant now = clock_.now();
        const auto found =
            database_.read([&](Reader& reader) { return jobs_changed_since(reader, since, changes_max); });
        lock.lock();
        polling_ = false;
        next_poll_ = std::chrono::steady_clock::now() + limits::job_progress_interval;
        if (found) {
            polled_ = now;
            remember(*found);
            forget(now);
        }
        changed_.notify_all();
    }

    void remember(const std::vector<JobRevision>& found) {
        const std::int64_t next = std::max(version_ + 1, clock_.now().us);
        for (const JobRevision& job : found) {
            Seen& seen = seen_[job.org][job.id];
            if (seen.revision == job.revision) continue;
            seen = {job.revision, next, job.changed};
            version_ = next;
        }
        if (found.size() >= changes_max) version_ = horizon_ = next;  // there are more than were read
    }

    void forget(Instant now) {
        for (auto organisation = seen_.begin(); organisation != seen_.end();) {
            std::erase_if(organisation->second, [&](const auto& each) {
                const bool old = each.second.changed.us < now.us - remembered.count();
                if (old) horizon_ = std::max(horizon_, each.second.version);
                return old;
            });
            organisation = organisation->second.empty() ? seen_.erase(organisation) : std::next(organisation);
        }
    }

    Database& database_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<OrgId, std::map<JobId, Seen>> seen_;
    std::int64_t version_, horizon_;  // what changed before the horizon is not remembered
    Instant polled_;
    std::chrono::steady_clock::time_point next_poll_;
    bool polling_ = false, stopped_ = false;
};

}  // namespace

std::unique_ptr<JobWatcher> make_job_watcher(Database& database, const Clock& clock) {
    return std::make_unique<Watcher>(database, clock);
}

}  // namespace shanqi::store
