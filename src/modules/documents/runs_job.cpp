// The job of a run. Killed at any moment, the next attempt on this machine goes on in the same folder.
//
//   <work>/seal_runs/<organisation>/<run>/
//     lock       held while an attempt works here (another process of this machine waits for its turn)
//     version    of the book of numbers with which the documents in out/ were numbered
//     in/        template and list in clear, made anew by each attempt and removed when it fails
//     out/       what seal_batch makes; in clear until it is published, then removed
#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.hpp"
#include "modules/documents/register.hpp"
#include "modules/documents/run_results.hpp"
#include "modules/documents/runs.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds lease{15};
constexpr std::uint64_t version_bytes_max = 64;

fs::path folder_of(const house::House& house, const OrgId& org, const SealRunId& run) {
    return house.work / "seal_runs" / org.text() / run.text();
}

Result<> make_private_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
    if (error) return system_error(error.value(), folder);
    return {};
}

bool is_interrupt(const Error& error) { return error.key == "documents.interrupted"; }

// What is wrong with the template or the list is wrong at the next attempt too: the job fails at once.
Error final_or_not(Error error) {
    if (error.kind == ErrorKind::not_found || error.kind == ErrorKind::limit) error.kind = ErrorKind::invalid;
    return error;
}

class FolderLock {
public:
    static Result<FolderLock> take(const fs::path& folder) {
        FolderLock lock;
        const fs::path file = folder / "lock";
        lock.descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (lock.descriptor_ < 0) return system_error(errno, file);
        if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0)
            return fail(ErrorKind::conflict, "documents.run_in_work");
        return lock;
    }
    FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FolderLock& operator=(FolderLock&&) = delete;
    ~FolderLock() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

private:
    FolderLock() = default;
    int descriptor_ = -1;
};

class BookElsewhere final : public SealedElsewhere {
public:
    BookElsewhere(house::House& house, const OrgId& org, bool trial) : house_(house), org_(org), trial_(trial) {}
    Result<bool> has_row(const std::string& row_hash) const override {
        const std::string index = TRY(house_.vault.blind_index(org_, row_index_use, row_hash));
        return house_.database.read([&](store::Reader& reader) { return book_has_row(reader, org_, trial_, index); });
    }
    Result<bool> has_number(const std::string& number) const override {
        return house_.database.read(
            [&](store::Reader& reader) { return book_has_number(reader, org_, trial_, number); });
    }
    Result<std::int64_t> last_sequence(const std::string& series) const override {
        return house_.database.read(
            [&](store::Reader& reader) { return book_last_sequence(reader, org_, trial_, series); });
    }

private:
    house::House& house_;
    const OrgId& org_;
    bool trial_;
};

std::string result_json(const RunRow& run, const RunResults& results) {
    return boost::json::serialize(boost::json::object{{"run", run.id.text()},
                                                      {"sealed", results.counts.sealed},
                                                      {"refused", results.counts.refused},
                                                      {"skipped", results.counts.skipped}});
}

class Attempt {
public:
    Attempt(house::House& house, store::JobRun& job, RunRow run)
        : house_(house), job_(job), run_(std::move(run)), folder_(folder_of(house, run_.org, run_.id)) {}

    Result<> work() {
        TRY_DO(make_private_folder(folder_));
        const FolderLock lock = TRY(FolderLock::take(folder_));
        TRY_DO(start());
        TRY_DO(continue_or_begin_again());
        Result<SealReport> sealed = seal();
        if (!sealed) return std::unexpected(final_or_not(std::move(sealed).error()));
        const SealReport report = *std::move(sealed);
        if (report.stopped && !is_interrupt(*report.stopped)) return std::unexpected(final_or_not(*report.stopped));
        // Cancelled: the groups that are done are kept. The process stops, or the lease was lost: another attempt.
        const bool cancelled = report.stopped && TRY(is_cancelled());
        if (report.stopped && !cancelled) return std::unexpected(*report.stopped);
        TRY_DO(collect_and_publish(report, cancelled));
        std::error_code ignored;
        fs::remove_all(folder_, ignored);  // what is left is swept at the next start
        return {};
    }

private:
    std::string actor() const { return std::string("system:") + seal_run_job; }

    Result<> audit(store::Writer& writer, const char* action, const RunResults* results) const {
        store::AuditEntry entry{.org = run_.org,
                                .actor = actor(),
                                .action = action,
                                .object = "seal_run:" + run_.id.text(),
                                .details = {{"job", job_.job().id.text()}},
                                .request_id = {}};
        if (results != nullptr) {
            entry.details.emplace_back("sealed", std::to_string(results->counts.sealed));
            entry.details.emplace_back("refused", std::to_string(results->counts.refused));
            entry.details.emplace_back("skipped", std::to_string(results->counts.skipped));
        }
        return store::append_audit(writer, house_.clock, entry);
    }

    Result<> start() {
        return house_.database.write([&](store::Writer& writer) -> Result<> {
            if (TRY(mark_started(writer, run_.org, run_.id, house_.clock.now())))
                TRY_DO(audit(writer, "documents.seal_run_start", nullptr));
            return {};
        });
    }

    // Documents of an earlier attempt are only good while their numbers are free.
    Result<> continue_or_begin_again() {
        version_ = TRY(
            house_.database.read([&](store::Reader& reader) { return book_version(reader, run_.org, run_.trial); }));
        const fs::path file = folder_ / "version";
        const Result<std::string> before = read_file(file, version_bytes_max);
        if (before && *before == std::to_string(version_)) return {};
        std::error_code error;
        fs::remove_all(folder_ / "out", error);
        if (error) return system_error(error.value(), folder_);
        return write_file_durably(file, std::to_string(version_));
    }

    Result<SealReport> seal() {
        const UploadRow form = TRY(find_upload(house_, run_.org, run_.template_id, "/template"));
        const UploadRow list = TRY(find_upload(house_, run_.org, run_.data_id, "/data"));
        const SealKeyRow key = TRY(house_.database.read(
            [&](store::Reader& reader) { return find_key(reader, run_.org, run_.key_id, "/key"); }));
        TRY_DO(make_private_folder(folder_ / "in/template"));
        TRY_DO(make_private_folder(folder_ / "in/data"));
        SealBatch batch;
        // Under the names that people know: a template without a title is called by its file.
        batch.template_file = folder_ / "in/template" / form.name;
        batch.data_file = folder_ / "in/data" / list.name;
        batch.out = folder_ / "out";
        TRY_DO(fetch(house_, form, batch.template_file));
        TRY_DO(fetch(house_, list, batch.data_file));
        batch.key = TRY(open_key(house_, key));
        batch.sheet = run_.sheet_sealed.empty()
                          ? std::string()
                          : TRY(house_.vault.open(run_.org, sheet_context(run_.id), run_.sheet_sealed));
        batch.name_pattern = run_.name_pattern;
        if (!run_.number_pattern.empty()) batch.number_pattern = run_.number_pattern;
        batch.language = run_.language;
        batch.clock = &house_.clock;
        batch.interrupted = [&] { return job_.should_stop(); };
        const BookElsewhere elsewhere(house_, run_.org, run_.trial);
        batch.elsewhere = &elsewhere;
        Result<SealReport> report =
            seal_batch(batch, [&](const SealProgress& p) { job_.progress(p.sealed + p.refused + p.skipped, p.total); });
        if (!report && !report.error().place.file.empty())
            report.error().place.file = fs::path(report.error().place.file).filename().string();
        return report;
    }

    Result<bool> is_cancelled() const {
        const auto row = TRY(house_.database.read(
            [&](store::Reader& reader) { return store::find_job(reader, run_.org, job_.job().id); }));
        return still_ours_and_cancelled(row);
    }

    // A cancelled job is claimed by nobody: when it is still in our attempt, the folder is ours to publish.
    bool still_ours_and_cancelled(const std::optional<store::Job>& row) const {
        return row && row->state == store::JobState::cancelled && row->attempt == job_.job().attempt;
    }

    Result<> collect_and_publish(const SealReport& report, bool cancelled) {
        Result<> published = collect_and_publish_as(report, cancelled);
        // Cancelled only now, when everything is sealed: kept as what was sealed until then.
        const bool lost = !published && (published.error().key == "jobs.lost" || is_interrupt(published.error()));
        if (!cancelled && lost && TRY(is_cancelled())) return collect_and_publish_as(report, true);
        return published;
    }

    Result<> collect_and_publish_as(const SealReport& report, bool cancelled) {
        job_.progress(report.counts.total, report.counts.total, store::job_note("documents.run_storing"));
        RunResults results;
        results.state = cancelled ? run_state::cancelled : run_state::done;
        const auto write = [&](store::Writer& writer) -> Result<> {
            if (cancelled && !still_ours_and_cancelled(TRY(store::find_job(writer, run_.org, job_.job().id))))
                return fail(ErrorKind::conflict, "documents.run_is_over");
            TRY_DO(publish(writer, run_, version_, results, house_.clock.now()));
            return audit(writer, cancelled ? "documents.seal_run_cancel" : "documents.seal_run_finish", &results);
        };
        Result<> done =
            collect(house_, run_, folder_ / "out", report, [&] { return !cancelled && job_.should_stop(); }, results);
        if (done) done = cancelled ? house_.database.write(write) : job_.finish(result_json(run_, results), write);
        // A conflict is an answer: it was not written. After another error of the database it may have been.
        if (!done && done.error().kind == ErrorKind::conflict) forget(house_, results);
        return done;
    }

    house::House& house_;
    store::JobRun& job_;
    RunRow run_;
    fs::path folder_;
    std::int64_t version_ = 0;
};

Result<SealRunId> run_id_of(const store::Job& job) {
    boost::system::error_code error;
    const boost::json::value payload = boost::json::parse(job.payload, error);
    const boost::json::value* run = !error && payload.is_object() ? payload.get_object().if_contains("run") : nullptr;
    const auto id =
        run != nullptr && run->is_string() ? SealRunId::parse(std::string(run->get_string())) : std::nullopt;
    if (!id) return fail(ErrorKind::invalid, "documents.no_run");
    return *id;
}

// Why it did not go on, for the run's page; a lost lease or a stop is nobody's trouble.
void note_problem(house::House& house, const RunRow& run, const Error& error) {
    if (error.key == "jobs.lost" || is_interrupt(error)) return;
    const Result<std::string> sealed = house.vault.seal(run.org, problem_context(run.id), problem_json(error));
    if (!sealed) return;
    // Without it the job's own error is still told.
    [[maybe_unused]] const Result<> written =
        house.database.write([&](store::Writer& writer) { return set_problem(writer, run.org, run.id, *sealed); });
}

// The next attempt fetches its input anew; where there will be none without a person, what was sealed goes as well.
void leave_nothing_to_read(const house::House& house, const store::Job& job, const RunRow& run, const Error& error) {
    const fs::path folder = folder_of(house, run.org, run.id);
    const Result<FolderLock> lock = FolderLock::take(folder);
    if (!lock) return;  // another attempt has it now, and the same duty
    std::error_code ignored;
    const bool is_last = error.kind == ErrorKind::invalid || error.kind == ErrorKind::refused ||
                         (job.attempt >= job.attempts_max && !is_interrupt(error));
    fs::remove_all(is_last ? folder : folder / "in", ignored);
}

Result<> work_on(house::House& house, store::JobRun& job) {
    const SealRunId id = TRY(run_id_of(job.job()));
    const OrgId& org = job.job().org;
    RunRow run = TRY(house.database.read([&](store::Reader& reader) { return find_run(reader, org, id); }));
    if (run.state != run_state::open) return {};
    TRY_DO(house.vault.warm(org));
    const Result<> worked = Attempt(house, job, run).work();
    if (!worked) {
        note_problem(house, run, worked.error());
        leave_nothing_to_read(house, job.job(), run, worked.error());
    }
    return worked;
}

// Also a cancelled run whose worker died before it published what it had.
bool is_over(house::House& house, const OrgId& org, const SealRunId& id) {
    const Result<bool> over = house.database.read([&](store::Reader& reader) -> Result<bool> {
        const Result<RunRow> run = find_run(reader, org, id);
        if (!run) return run.error().key == "documents.no_run";
        if (run->state != run_state::open) return true;
        const std::optional<store::Job> job = TRY(store::find_job(reader, org, run->job));
        return !job || job->state == store::JobState::cancelled;
    });
    return over.value_or(false);
}

}  // namespace

store::JobKind seal_run_job_kind(house::House& house) {
    // One at a time in a process: a run uses all cores, and two of one organisation would give out the same numbers, so
    // that the second to end would have to begin again.
    return {.kind = seal_run_job,
            .work = [&house](store::JobRun& job) { return work_on(house, job); },
            .lease = lease,
            .at_once = 1};
}

void sweep_run_folders(house::House& house) {
    std::error_code error;
    for (const fs::directory_entry& org_folder : fs::directory_iterator(house.work / "seal_runs", error)) {
        const auto org = OrgId::parse(org_folder.path().filename().string());
        if (!org) continue;
        for (const fs::directory_entry& run_folder : fs::directory_iterator(org_folder.path(), error)) {
            const auto id = SealRunId::parse(run_folder.path().filename().string());
            if (!id) continue;
            // Somebody works there: not over.
            if (const Result<FolderLock> lock = FolderLock::take(run_folder.path()); lock && is_over(house, *org, *id))
                fs::remove_all(run_folder.path(), error);
        }
    }
}

}  // namespace shanqi::documents
