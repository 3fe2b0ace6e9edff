#include "store/jobs_test.hpp"

#include <set>
#include <thread>

#include "store/job_run.hpp"

namespace shanqi::store {
namespace {

using testing::ElementsAre;
using testing::Gt;
using testing::IsEmpty;

INSTANTIATE_TEST_SUITE_P(Databases, JobsTest, testing::ValuesIn(test_dialects()), dialect_name);

TEST_P(JobsTest, AJobRunsAndItsEndAndItsLastWriteAreOne) {
    auto runner = make_job_runner(database_, clock_,
                                  {{.kind = "test.work",
                                    .work =
                                        [&](JobRun& run) {
                                            EXPECT_EQ(run.job().payload, R"({"rows":38})");
                                            EXPECT_EQ(run.job().attempt, 1);
                                            run.progress(38, 38, job_note("test.rows", {{"count", "38"}}));
                                            return run.finish(R"({"sealed":38})", [&](Writer& w) { return mark(w); });
                                        }}},
                                  2);
    runner->start();
    const JobId id = add({.payload = R"({"rows":38})"});
    runner->wake();
    const Job done = wait_for(id, JobState::done);
    EXPECT_EQ(done.result, R"({"sealed":38})");
    EXPECT_EQ(done.done, 38);
    EXPECT_EQ(done.note, R"({"key":"test.rows","arguments":{"count":"38"}})");
    EXPECT_EQ(done.created_by, "system:test");
    EXPECT_GE(done.started, done.created);
    EXPECT_GE(done.finished, done.started);
    EXPECT_EQ(marks(), 1);
}

TEST_P(JobsTest, ALastWriteThatFailsLeavesTheJobToBeTriedAgain) {
    std::atomic<int> runs = 0;
    auto runner = make_job_runner(database_, clock_,
                                  {{.kind = "test.work",
                                    .work =
                                        [&](JobRun& run) {
                                            const bool first = ++runs == 1;
                                            return run.finish("{}", [&, first](Writer& writer) -> Result<> {
                                                TRY_DO(mark(writer));
                                                if (first) return fail(ErrorKind::system, "file.disk_full");
                                                return {};
                                            });
                                        }}},
                                  1);
    runner->start();
    const JobId id = add({});
    EXPECT_EQ(wait_for(id, JobState::done).attempt, 2);
    EXPECT_EQ(marks(), 1);  // what the first one wrote was taken back
}

TEST_P(JobsTest, ErrorsAreTriedAgainUntilTheLastAttemptAndThenWaitForAPerson) {
    std::atomic<int> runs = 0;
    std::atomic<bool> mended = false;
    auto runner = make_job_runner(database_, clock_,
                                  {{.kind = "test.work",
                                    .work = [&](JobRun&) -> Result<> {
                                        ++runs;
                                        if (mended) return {};
                                        throw std::runtime_error("no network");
                                    }}},
                                  1);
    runner->start();
    const JobId id = add({.attempts_max = 2});
    const Job failed = wait_for(id, JobState::failed);
    EXPECT_EQ(failed.attempt, 2);
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(failed.note, R"({"key":"jobs.crashed","arguments":{"reason":"no network"}})");
    mended = true;
    ASSERT_TRUE(change(retry_job, id));
    runner->wake();
    const Job done = wait_for(id, JobState::done);
    EXPECT_EQ(done.attempt, 1);
    EXPECT_EQ(done.note, "");
    EXPECT_EQ(change(retry_job, id).error().key, "jobs.not_failed");
    EXPECT_EQ(change(retry_job, JobId::make(clock_)).error().key, "jobs.not_found");
}

TEST_P(JobsTest, WhatCannotSucceedFailsAtOnce) {
    auto runner = make_job_runner(
        database_, clock_,
        {{.kind = "test.work", .work = [](JobRun&) -> Result<> { return fail(ErrorKind::refused, "test.wrong_key"); }}},
        1);
    runner->start();
    EXPECT_EQ(wait_for(add({}), JobState::failed).attempt, 1);
}

TEST(JobBackoff, DoublesUpToTenMinutesAndScatters) {
    std::set<std::int64_t> seen;
    for (int i = 0; i < 50; ++i) {
        EXPECT_GE(job_backoff(1), 500ms);
        EXPECT_LE(job_backoff(1), 1s);
        EXPECT_GE(job_backoff(4), 4s);
        EXPECT_LE(job_backoff(4), 8s);
        EXPECT_GE(job_backoff(60), 300s);
        EXPECT_LE(job_backoff(60), 600s);
        seen.insert(job_backoff(4).count());
    }
    EXPECT_GT(seen.size(), 10U);
}

TEST_P(JobsTest, AScheduledSlotIsEnqueuedOnceHoweverManyTry) {
    std::vector<JobId> ids(8);
    {
        std::vector<std::jthread> threads;
        threads.reserve(ids.size());
        for (JobId& id : ids) threads.emplace_back([&] { id = add({.unique_key = "daily:2026-11-25"}); });
    }
    EXPECT_THAT(std::set<JobId>(ids.begin(), ids.end()), testing::SizeIs(1));
    EXPECT_NE(add({.org = OrgId::make(clock_), .unique_key = "daily:2026-11-25"}), ids[0]);  // an organisation's own
    EXPECT_NE(add({.unique_key = "daily:2026-11-26"}), ids[0]);
    EXPECT_NE(add({}), add({}));  // no key: as many as one likes
}

TEST_P(JobsTest, AJobWaitsForItsTime) {
    Signal ran;
    auto runner = make_job_runner(database_, clock_,
                                  {{.kind = "test.work",
                                    .work = [&](JobRun&) -> Result<> {
                                        ran.give();
                                        return {};
                                    }}},
                                  1);
    const JobId later = add({.run_after = Instant{clock_.now().us + 3'600'000'000}});
    const JobId now = add({});
    runner->start();
    wait_for(now, JobState::done);
    EXPECT_EQ(job(later).state, JobState::waiting);
    clock_.advance(3601s);
    runner->wake();
    wait_for(later, JobState::done);
}

TEST_P(JobsTest, ACancelledJobIsToldAndCannotWriteItsEnd) {
    Signal running;
    Result<> finished;
    Signal over;
    auto runner = make_job_runner(database_, clock_,
                                  {{.kind = "test.work",
                                    .work = [&](JobRun& run) -> Result<> {
                                        running.give();
                                        while (!run.should_stop()) std::this_thread::yield();
                                        finished = run.finish("{}", [&](Writer& writer) { return mark(writer); });
                                        over.give();
                                        return {};
                                    }}},
                                  1);
    runner->start();
    const JobId id = add({});
    ASSERT_TRUE(running.wait());
    ASSERT_TRUE(change(cancel_job, id));
    ASSERT_TRUE(over.wait());
    EXPECT_EQ(finished.error().key, "jobs.lost");
    EXPECT_EQ(marks(), 0);
    EXPECT_EQ(job(id).state, JobState::cancelled);
    EXPECT_EQ(change(cancel_job, id).error().key, "jobs.is_over");
}

TEST_P(JobsTest, AHeldJobWaitsForAPersonAndLosesNoAttempt) {
    std::atomic<bool> key_given = false;
    auto runner = make_job_runner(database_, clock_,
                                  {{.kind = "test.work",
                                    .work = [&](JobRun& run) -> Result<> {
                                        EXPECT_EQ(run.job().attempt, 1);
                                        run.progress(5, 10);
                                        if (!key_given) return run.hold(job_note("test.key_wanted"));
                                        EXPECT_EQ(run.job().done, 5);
                                        return {};
                                    }}},
                                  1);
    runner->start();
    const JobId id = add({.attempts_max = 1});
    EXPECT_THAT(wait_for(id, JobState::held).note, testing::HasSubstr("test.key_wanted"));
    key_given = true;
    ASSERT_TRUE(change(release_job, id));
    runner->wake();
    wait_for(id, JobState::done);
    EXPECT_EQ(change(release_job, id).error().key, "jobs.not_held");
}

TEST_P(JobsTest, StoppingReleasesTheLeaseAndAnotherGoesOnAtOnce) {
    Signal running;
    const auto kind = [&](bool ends) {
        return JobKind{.kind = "test.work", .work = [&, ends](JobRun& run) -> Result<> {
                           EXPECT_EQ(run.job().attempt, 1);  // an attempt that was asked to stop does not count
                           run.progress(run.job().done + 1, 2);
                           running.give();
                           while (!ends && !run.should_stop()) std::this_thread::yield();
                           return {};
                       }};
    };
    auto first = make_job_runner(database_, clock_, {kind(false)}, 1);
    first->start();
    const JobId id = add({.attempts_max = 1});
    ASSERT_TRUE(running.wait());
    first->stop();
    EXPECT_EQ(job(id).state, JobState::waiting);
    EXPECT_EQ(job(id).done, 1);
    auto second = make_job_runner(database_, clock_, {kind(true)}, 1);
    second->start();
    EXPECT_EQ(wait_for(id, JobState::done).done, 2);  // the lease of 30 s was not waited for
}

// A worker that was thought dead and is not: its lease has ended by the clock of another process.
TEST_P(JobsTest, AWorkerThatLostItsLeaseCannotFinishWhatAnotherHasDone) {
    Signal first_runs, second_done;
    Result<> late;
    Signal over;
    auto first = make_job_runner(database_, clock_,
                                 {{.kind = "test.work",
                                   .work = [&](JobRun& run) -> Result<> {
                                       first_runs.give();
                                       second_done.wait();
                                       late = run.finish(R"("first")", [&](Writer& writer) { return mark(writer); });
                                       over.give();
                                       return {};
                                   }}},
                                 1);
    first->start();
    const JobId id = add({});
    ASSERT_TRUE(first_runs.wait());
    ShiftedClock ahead;
    ahead.advance(31s);
    auto second =
        make_job_runner(database_, ahead,
                        {{.kind = "test.work",
                          .work =
                              [&](JobRun& run) {
                                  EXPECT_EQ(run.job().attempt, 2);
                                  return run.finish(R"("second")", [&](Writer& writer) { return mark(writer); });
                              }}},
                        1);
    second->start();
    wait_for(id, JobState::done);
    second_done.give();
    ASSERT_TRUE(over.wait());
    EXPECT_EQ(late.error().key, "jobs.lost");
    EXPECT_EQ(job(id).result, R"("second")");
    EXPECT_EQ(marks(), 1);
}

TEST_P(JobsTest, AHeartbeatKeepsALeaseThatWouldHaveEnded) {
    Signal running, go_on;
    std::atomic<int> runs = 0;
    const JobKind kind{.kind = "test.work", .work = [&](JobRun& run) -> Result<> {
                           ++runs;
                           running.give();
                           go_on.wait();
                           return run.finish("{}");
                       }};
    auto first = make_job_runner(database_, clock_, {kind}, 1);
    first->start();
    const JobId id = add({});
    ASSERT_TRUE(running.wait());
    const auto lease_end = [&] {
        const Rows rows = TestDatabase::checked(database_.read([&](Reader& reader) {
            return reader.query_text("SELECT due FROM jobs WHERE org_id = $1 AND id = $2", {org_, id});
        }));
        return rows.at(0).integer(0);
    };
    const std::int64_t before = lease_end();
    clock_.advance(21s);  // more than a third is over, the lease is not
    const auto until = std::chrono::steady_clock::now() + test_patience;
    while (lease_end() == before && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    EXPECT_GE(lease_end(), before + 20'000'000);
    go_on.give();
    wait_for(id, JobState::done);
    EXPECT_EQ(runs, 1);
}

TEST_P(JobsTest, AWorkerThatDiesInEveryAttemptBuriesTheJob) {
    const JobId id = add({.attempts_max = 2});
    for (const int attempt : {1, 2}) {  // two claims that nobody ends
        const auto claimed = claim_job(database_, clock_, {org_, "test.work"}, 30s, new_uuid_v7(clock_));
        ASSERT_TRUE(claimed && *claimed);
        EXPECT_EQ((*claimed)->claim.attempt, attempt);
        clock_.advance(31s);
    }
    const auto none = claim_job(database_, clock_, {org_, "test.work"}, 30s, new_uuid_v7(clock_));
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
    EXPECT_EQ(job(id).state, JobState::failed);
    EXPECT_THAT(job(id).note, testing::HasSubstr("jobs.worker_died"));
}

// The naive UPDATE over a sub-select fails this on PostgreSQL.
TEST_P(JobsTest, ManyWorkersOfManyRunnersNeverShareAJob) {
    constexpr int jobs = 600;
    std::mutex mutex;
    std::map<JobId, int> runs;
    const JobKind kind{.kind = "test.work",
                       .work =
                           [&](JobRun& run) {
                               {
                                   const std::scoped_lock lock(mutex);
                                   ++runs[run.job().id];
                               }
                               return run.finish("{}", [&](Writer& writer) { return mark(writer); });
                           },
                       .at_once = 8};
    std::vector<JobId> ids;
    TestDatabase::checked(database_.write([&](Writer& writer) -> Result<> {
        ids.clear();
        for (int i = 0; i < jobs; ++i)
            ids.push_back(TRY(enqueue(writer, clock_, {.org = org_, .kind = "test.work", .payload = "{}"})));
        return {};
    }));
    std::vector<std::unique_ptr<JobRunner>> runners;
    runners.reserve(4);
    for (int i = 0; i < 4; ++i) runners.push_back(make_job_runner(database_, clock_, {kind}, 4));
    for (const auto& runner : runners) runner->start();
    for (const JobId& id : ids) wait_for(id, JobState::done);
    runners.clear();
    EXPECT_THAT(runs, testing::SizeIs(jobs));
    for (const auto& [id, count] : runs) EXPECT_EQ(count, 1);
    EXPECT_EQ(marks(), jobs);
}

TEST_P(JobsTest, OneOrganisationsThousandJobsDoNotKeepAnotherWaiting) {
    std::mutex mutex;
    std::vector<OrgId> order;
    const OrgId small = OrgId::make(clock_);
    for (int i = 0; i < 50; ++i) add({});
    const JobId theirs = add({.org = small});
    Signal over;
    auto runner = make_job_runner(database_, clock_,
                                  {{.kind = "test.work",
                                    .work = [&](JobRun& run) -> Result<> {
                                        const std::scoped_lock lock(mutex);
                                        order.push_back(run.job().org);
                                        if (run.job().org == small) over.give();
                                        return {};
                                    }}},
                                  1);
    runner->start();
    ASSERT_TRUE(over.wait());
    runner->stop();
    EXPECT_LE(std::ranges::find(order, small) - order.begin(), 1);
}

TEST_P(JobsTest, ProgressIsSeenByOthersAndWrittenRarely) {
    Signal seen;
    auto runner = make_job_runner(database_, clock_,
                                  {{.kind = "test.work",
                                    .work = [&](JobRun& run) -> Result<> {
                                        for (int i = 1; i <= 100'000; ++i) run.progress(i, 100'000);
                                        EXPECT_TRUE(seen.wait());
                                        return {};
                                    }}},
                                  1);
    const std::int64_t version = watcher_->version();
    const JobId id = add({});
    const auto changes = watcher_->wait(org_, version, test_patience);
    EXPECT_THAT(changes.jobs, ElementsAre(id));
    EXPECT_THAT(watcher_->wait(OrgId::make(clock_), version, 1ms).jobs, IsEmpty());  // another's are not told
    runner->start();
    std::int64_t last = changes.version;
    while (job(id).done != 100'000) {
        const auto more = watcher_->wait(org_, last, test_patience);
        ASSERT_THAT(more.jobs, ElementsAre(id));
        EXPECT_THAT(more.version, Gt(last));
        last = more.version;
    }
    seen.give();
    wait_for(id, JobState::done);
    const Rows rows = TestDatabase::checked(database_.read([&](Reader& reader) {
        return reader.query_text("SELECT revision FROM jobs WHERE org_id = $1 AND id = $2", {org_, id});
    }));
    EXPECT_LT(rows.at(0).integer(0), 20);  // enqueued, claimed, a few times written, done; not 100,000
}

TEST_P(JobsTest, AWatcherSaysWhenItCannotKnow) {
    EXPECT_TRUE(watcher_->wait(org_, 12345, 1ms).all);  // a version of another process
    const std::int64_t version = watcher_->version();
    EXPECT_FALSE(watcher_->wait(org_, version, 1ms).all);
    std::jthread waiting([&] { EXPECT_THAT(watcher_->wait(org_, version, test_patience).jobs, IsEmpty()); });
    watcher_->stop();
}

TEST_P(JobsTest, ListsArePagedAndFiltered) {
    std::vector<JobId> ids;
    ids.reserve(5);
    for (int i = 0; i < 5; ++i) ids.push_back(add({.kind = i % 2 == 0 ? "test.a_b" : "test.axb"}));
    add({.org = OrgId::make(clock_)});
    ASSERT_TRUE(change(cancel_job, ids[4]));
    const auto list = [&](JobFilter filter) {
        std::vector<JobId> out;
        for (const Job& each :
             TestDatabase::checked(database_.read([&](Reader& reader) { return list_jobs(reader, org_, filter); })))
            out.push_back(each.id);
        return out;
    };
    EXPECT_THAT(list({.limit = 2}), ElementsAre(ids[4], ids[3]));
    EXPECT_THAT(list({.before = ids[3].text(), .limit = 2}), ElementsAre(ids[2], ids[1]));
    EXPECT_THAT(list({.kind_prefix = "test.a_"}), ElementsAre(ids[4], ids[2], ids[0]));  // _ is no wildcard
    EXPECT_THAT(list({.states = {JobState::cancelled, JobState::failed}}), ElementsAre(ids[4]));
    EXPECT_THAT(list({.before = "' OR 1=1"}), IsEmpty());
}

TEST_P(JobsTest, OldJobsThatAreOverAreForgotten) {
    const JobId over = add({}), open = add({});
    ASSERT_TRUE(change(cancel_job, over));
    clock_.advance(std::chrono::hours(24 * 91));
    const Instant until{clock_.now().us - 90LL * 86'400'000'000};
    const auto forgotten = database_.write([&](Writer& writer) { return forget_jobs(writer, until); });
    ASSERT_TRUE(forgotten);
    EXPECT_EQ(*forgotten, 1);
    EXPECT_EQ(job(open).state, JobState::waiting);
}

TEST_P(JobsTest, APayloadHasALimit) {
    const NewJob large{.org = org_, .kind = "test.work", .payload = std::string((256U << 10U) + 1, 'x')};
    const auto refused = database_.write([&](Writer& writer) { return enqueue(writer, clock_, large); });
    EXPECT_EQ(refused.error().key, "jobs.too_large");
}

}  // namespace
}  // namespace shanqi::store
