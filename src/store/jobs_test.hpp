// What the tests of jobs share. Only *_test.cpp include this.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "store/jobs.hpp"
#include "store/test_database.hpp"

namespace shanqi::store {

using namespace std::chrono_literals;

constexpr std::chrono::seconds test_patience = 60s;  // only a failing test waits so long

// The system's clock, moved: leases end when a test says so.
class ShiftedClock final : public Clock {
public:
    Instant now() const override { return {system_clock().now().us + shift_us_}; }
    void advance(std::chrono::microseconds by) { shift_us_ += by.count(); }

private:
    std::atomic<std::int64_t> shift_us_ = 0;
};

// Something that one thread says and another waits for.
class Signal {
public:
    void give() {
        const std::scoped_lock lock(mutex_);
        given_ = true;
        changed_.notify_all();
    }
    bool wait() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, test_patience, [this] { return given_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool given_ = false;
};

class JobsTest : public testing::TestWithParam<Dialect> {
protected:
    TestDatabase test_{GetParam()};
    Database& database_ = test_.database();
    ShiftedClock clock_;
    const OrgId org_ = OrgId::make(clock_);
    std::unique_ptr<JobWatcher> watcher_ = make_job_watcher(database_, clock_);

    JobId add(NewJob job) {
        if (job.org.empty()) job.org = org_;
        if (job.payload.empty()) job.payload = "{}";
        if (job.kind.empty()) job.kind = "test.work";
        job.created_by = "system:test";
        return TestDatabase::checked(database_.write([&](Writer& writer) { return enqueue(writer, clock_, job); }));
    }
    Job job(const JobId& id) { return job(org_, id); }
    Job job(const OrgId& org, const JobId& id) {
        return *TestDatabase::checked(database_.read([&](Reader& reader) { return find_job(reader, org, id); }));
    }
    // Waits for it by the watcher, as a page does.
    Job wait_for(const JobId& id, JobState state) {
        const auto until = std::chrono::steady_clock::now() + test_patience;
        std::int64_t version = watcher_->version();
        while (true) {
            Job now = job(id);
            if (now.state == state || std::chrono::steady_clock::now() > until) {
                EXPECT_EQ(job_state_name(now.state), job_state_name(state)) << now.note;
                return now;
            }
            version = watcher_->wait(org_, version, 1s).version;
        }
    }
    template <class Change>
    Result<> change(Change how, const JobId& id) {
        return database_.write([&](Writer& writer) { return how(writer, clock_, org_, id); });
    }
    // Rows that a job's last write made: each job that it enqueues counts one.
    std::int64_t marks() {
        std::int64_t count = 0;
        for (const JobCount& each :
             TestDatabase::checked(database_.read([&](Reader& reader) { return count_jobs(reader, org_); })))
            if (each.kind == "test.mark") count += each.count;
        return count;
    }
    Result<> mark(Writer& writer) {
        TRY_DO(
            enqueue(writer, clock_, {.org = org_, .kind = "test.mark", .payload = "{}", .created_by = "system:test"}));
        return {};
    }
};

}  // namespace shanqi::store
