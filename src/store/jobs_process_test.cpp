// Workers that are killed: real processes, kill -9, on both databases.
#include "store/child_process.hpp"
#include "store/jobs_test.hpp"

namespace shanqi::store {
namespace {

class JobsProcessTest : public JobsTest {};
INSTANTIATE_TEST_SUITE_P(Databases, JobsProcessTest, testing::ValuesIn(test_dialects()), dialect_name);

// Says that it works, and goes on working until it is killed. With FINISH it finishes when it is told to go on.
TEST(JobsProcess, DISABLED_worker) {
    const auto database = TestDatabase::checked(open_database({.url = ChildProcess::given("DATABASE")}));
    const bool finishes = ChildProcess::given("FINISH") == "yes";
    auto runner = make_job_runner(*database, system_clock(),
                                  {{.kind = "test.work",
                                    .work = [&](JobRun& run) -> Result<> {
                                        run.progress(1, 2);
                                        ChildProcess::say(run.job().id.text());
                                        if (!finishes) ::pause();
                                        ::raise(SIGSTOP);  // until the test lets it go on
                                        const auto finished = run.finish(R"("late")");
                                        ChildProcess::say(finished ? "finished" : finished.error().key);
                                        return finished;
                                    },
                                    .lease = 3'600s}},
                                  1);
    runner->start();
    while (true) ::pause();
}

TEST_P(JobsProcessTest, AKilledWorkersJobIsFinishedByAnotherOnce) {
    const JobId id = add({.attempts_max = 3});
    std::string seen;
    {
        ChildProcess worker("JobsProcess.DISABLED_worker", {{"DATABASE", test_.options().url}});
        seen = worker.read_line();
        EXPECT_EQ(job(id).state, JobState::running);
        worker.kill();
    }
    EXPECT_EQ(seen, id.text());
    std::atomic<int> runs = 0;
    const JobKind kind{.kind = "test.work", .work = [&](JobRun& run) {
                           ++runs;
                           EXPECT_EQ(run.job().attempt, 2);
                           return run.finish(R"("second")", [&](Writer& writer) { return mark(writer); });
                       }};
    auto first = make_job_runner(database_, clock_, {kind}, 2);
    auto second = make_job_runner(database_, clock_, {kind}, 2);
    first->start();
    second->start();
    const JobId other = add({.kind = "test.other"});  // something else that changes: the lease still holds
    EXPECT_EQ(job(id).state, JobState::running);
    ASSERT_TRUE(change(cancel_job, other));
    clock_.advance(3'601s);  // the dead one's lease ends
    first->wake();
    second->wake();
    EXPECT_EQ(wait_for(id, JobState::done).result, R"("second")");
    first->stop();
    second->stop();
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(marks(), 1);
}

// Not dead but stopped (a paused machine): it wakes up after another has finished its job.
TEST_P(JobsProcessTest, AWorkerThatSleptFindsItsJobDone) {
    const JobId id = add({});
    ChildProcess worker("JobsProcess.DISABLED_worker", {{"DATABASE", test_.options().url}, {"FINISH", "yes"}});
    EXPECT_EQ(worker.read_line(), id.text());
    int status = 0;
    ASSERT_EQ(::waitpid(worker.id(), &status, WUNTRACED), worker.id());
    ASSERT_TRUE(WIFSTOPPED(status));
    clock_.advance(3'601s);
    auto runner = make_job_runner(
        database_, clock_,
        {{.kind = "test.work",
          .work =
              [&](JobRun& run) { return run.finish(R"("second")", [&](Writer& writer) { return mark(writer); }); }}},
        1);
    runner->start();
    wait_for(id, JobState::done);
    worker.signal(SIGCONT);
    EXPECT_EQ(worker.read_line(), "jobs.lost");
    EXPECT_EQ(job(id).result, R"("second")");
    EXPECT_EQ(marks(), 1);
}

}  // namespace
}  // namespace shanqi::store
