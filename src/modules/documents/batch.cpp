#include <algorithm>
#include <future>
#include <map>
#include <optional>
#include <thread>
#include <unordered_map>

#include "base/text.hpp"
#include "base/worker_pool.hpp"
#include "modules/documents/documents.hpp"
#include "modules/documents/records.hpp"
#include "modules/documents/refused.hpp"
#include "modules/documents/register.hpp"
#include "modules/documents/sealer.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;

// One record of a group on its way.
struct Item {
    std::size_t index = 0;  // into Records
    Record record;
    std::string hash;  // hex
    std::vector<Error> problems;
    std::optional<Error> fatal;  // not the record's fault: ends the batch
    Assignment assignment;
    bool built = false;
    SealedFile file;
};

class Batch {
public:
    Batch(Register& book, const Records& records, const std::vector<std::string>& columns, Sealer& sealer,
          WorkerPool& pool, const std::function<void(const SealProgress&)>& progress,
          const std::function<bool()>& interrupted, const SealedElsewhere* elsewhere)
        : book_(book),
          records_(records),
          columns_(columns),
          sealer_(sealer),
          pool_(pool),
          progress_(progress),
          interrupted_(interrupted),
          elsewhere_(elsewhere) {
        report_.counts.total = static_cast<std::int64_t>(records.size());
        report_.trial = sealer.key().is_trial();
        report_.organisation = sealer.key().subject_name();
        if (const std::vector<std::string>& missing = book.missing_files(); !missing.empty()) {
            report_.notices.push_back({.error = {.kind = ErrorKind::not_found,
                                                 .key = "documents.missing_file",
                                                 .arguments = {{"file", missing.front()}},
                                                 .place = {}},
                                       .documents = static_cast<std::int64_t>(missing.size())});
        }
    }

    SealReport run(std::vector<RefusedRecord>& refused) {
        for (std::size_t begin = 0; begin < records_.size() && !report_.stopped; begin += limits::group_documents) {
            std::vector<Item> group = prepare(begin, std::min(begin + limits::group_documents, records_.size()));
            if (!report_.stopped) build(group, begin / limits::group_documents);
            for (Item& item : group) {
                if (item.problems.empty()) continue;
                for (const Error& problem : item.problems) {
                    if (report_.refused_examples.size() < limits::refused_examples_max)
                        report_.refused_examples.push_back(with_row(item, problem));
                }
                ++report_.counts.refused;
                refused.push_back({item.index, std::move(item.problems)});
            }
            if (!report_.stopped) commit(std::move(group));
            if (refused.size() > limits::refused_rows_max) {
                stop(
                    Error{.kind = ErrorKind::limit, .key = "documents.too_many_refused", .arguments = {}, .place = {}});
            }
            progress_(report_.counts);
            const bool more = begin + limits::group_documents < records_.size();
            if (more && interrupted_ && interrupted_()) {
                stop(Error{.kind = ErrorKind::conflict, .key = "documents.interrupted", .arguments = {}, .place = {}});
            }
        }
        finish_commit();
        progress_(report_.counts);
        for (auto& [key, notice] : notices_) report_.notices.push_back(std::move(notice));
        return std::move(report_);
    }

private:
    static Error with_row(const Item& item, Error problem) {
        const auto in_record = static_cast<std::size_t>(std::max(1L, problem.place.row)) - 1;
        problem.place.row =
            in_record < item.record.rows.size() ? static_cast<long>(item.record.rows[in_record].number) : 0;
        return problem;
    }

    void stop(Error error) {
        if (!report_.stopped) report_.stopped = std::move(error);
    }

    // Reads and checks the records of a group (in parallel), then drops those that are done already.
    std::vector<Item> prepare(std::size_t begin, std::size_t end) {
        std::vector<Item> group(end - begin);
        pool_.for_each(group.size(), [&](unsigned, std::size_t i) {
            Item& item = group[i];
            item.index = begin + i;
            Result<Record> record = records_.record(item.index);
            if (!record) {
                item.fatal = record.error();
                return;
            }
            item.record = std::move(*record);
            item.problems = sealer_.check(item.record);
            if (!item.problems.empty()) return;
            if (Result<Sha256> hash = sealer_.row_hash(item.record)) {
                item.hash = hex(*hash);
            } else {
                item.problems.push_back(hash.error());
            }
        });
        std::erase_if(group, [&](Item& item) {
            if (item.fatal) stop(*item.fatal);
            if (!item.problems.empty() || item.hash.empty()) return false;
            const auto row = item.record.rows.empty() ? 0 : item.record.rows.front().number;
            const auto [first, is_new] = seen_.emplace(Fingerprint::of(item.hash), row);
            if (!is_new) {
                item.problems.push_back(Error{.kind = ErrorKind::conflict,
                                              .key = "documents.same_row",
                                              .arguments = {{"row", std::to_string(first->second)}},
                                              .place = {}});
                return false;
            }
            if (!is_sealed(item.hash)) return false;
            ++report_.counts.skipped;
            return true;
        });
        return group;
    }

    bool is_sealed(const std::string& row_hash) {
        return book_.has_row(row_hash) ||
               (elsewhere_ != nullptr && answered(elsewhere_->has_row(row_hash)).value_or(false));
    }
    bool is_taken(const std::string& number) {
        return book_.has_number(number) ||
               (elsewhere_ != nullptr && answered(elsewhere_->has_number(number)).value_or(false));
    }
    std::int64_t last_sequence(const std::string& series) {
        const std::int64_t here = book_.last_sequence(series);
        if (elsewhere_ == nullptr) return here;
        return std::max(here, answered(elsewhere_->last_sequence(series)).value_or(0));
    }
    // Without the answer nothing more is given a number: stop() keeps the group from becoming final.
    template <class T>
    Result<T> answered(Result<T> answer) {
        if (!answer) stop(answer.error());
        return answer;
    }

    // Gives numbers in the order of the records. A record whose number or name is taken is refused and uses none.
    void assign(std::vector<Item>& group) {
        std::unordered_map<std::string, std::int64_t> last;
        std::unordered_map<std::string, std::int64_t> numbers, names;  // taken in this group, and by which row
        for (Item& item : group) {
            if (!item.problems.empty()) continue;
            const auto refuse = [&](const char* key, Error::Arguments arguments) {
                item.problems.push_back(
                    Error{.kind = ErrorKind::conflict, .key = key, .arguments = std::move(arguments), .place = {}});
            };
            Result<std::string> series = sealer_.series(item.record);
            if (!series) {
                item.problems.push_back(series.error());
                continue;
            }
            const auto known = last.try_emplace(*series, last_sequence(*series)).first;
            Result<Assignment> assignment = sealer_.assign(item.record, *series, known->second + 1);
            if (!assignment) {
                item.problems.push_back(assignment.error());
            } else if (is_taken(assignment->number) || numbers.contains(assignment->number)) {
                refuse("documents.number_taken", {{"number", assignment->number}});
            } else if (book_.has_file(assignment->file_name) || names.contains(folded(assignment->file_name))) {
                refuse("documents.name_taken", {{"name", assignment->file_name}});
            } else {
                const auto row = item.record.rows.front().number;
                numbers.emplace(assignment->number, row);
                names.emplace(folded(assignment->file_name), row);
                known->second += 1;
                if (!(item.assignment == *assignment)) item.built = false;
                item.assignment = std::move(*assignment);
            }
        }
    }

    // Builds the group's files. Numbers stay unbroken even when a record turns out to be impossible only while
    // it is laid out: those behind it are given new numbers and built again, which is rare.
    void build(std::vector<Item>& group, std::size_t group_number) {
        for (bool again = true; again && !report_.stopped;) {
            assign(group);
            pool_.for_each(group.size(), [&](unsigned worker, std::size_t i) {
                Item& item = group[i];
                if (!item.problems.empty() || item.built) return;
                Result<SealedFile> file =
                    sealer_.build(worker, item.record, item.assignment, work_file(group_number, i));
                if (file) {
                    item.file = std::move(*file);
                    item.built = true;
                } else if (file.error().kind == ErrorKind::system) {
                    item.fatal = file.error();
                } else {
                    item.problems.push_back(explained(item.record, file.error()));
                }
            });
            again = false;
            for (const Item& item : group) {
                if (item.fatal) stop(*item.fatal);
                if (!item.problems.empty() && !item.assignment.number.empty() && !item.built) again = true;
            }
            for (Item& item : group) {
                if (!item.problems.empty()) item.assignment = {};
            }
        }
        group_number_ = group_number;
    }

    // Which column holds the character that no font has.
    Error explained(const Record& record, Error error) const {
        const auto character =
            std::ranges::find(error.arguments, std::string("character"), &std::pair<std::string, std::string>::first);
        if (error.key != "layout.no_glyph" || character == error.arguments.end()) return error;
        for (std::size_t row = 0; row < record.rows.size(); ++row) {
            for (std::size_t column = 0; column < columns_.size(); ++column) {
                if (record.value(row, static_cast<int>(column)).text.find(character->second) == std::string::npos)
                    continue;
                error.place.field = columns_[column];
                error.place.row = static_cast<long>(row) + 1;
                return error;
            }
        }
        return error;
    }

    fs::path work_file(std::size_t group_number, std::size_t item) const {
        return book_.work_folder() / (run_ + "-" + std::to_string(group_number) + "-" + std::to_string(item) + ".pdf");
    }

    // Makes the group final beside the building of the next one.
    void commit(std::vector<Item> group) {
        finish_commit();
        if (report_.stopped) return;
        std::vector<RegisterEntry> entries;
        std::vector<fs::path> sources;
        for (std::size_t i = 0; i < group.size(); ++i) {
            Item& item = group[i];
            if (!item.built || !item.problems.empty()) continue;
            entries.push_back({.number = item.assignment.number,
                               .sequence = item.assignment.sequence,
                               .series = item.assignment.series,
                               .row = item.hash,
                               .file = "documents/" + item.assignment.file_name,
                               .document = sealer_.title(),
                               .recipient = sealer_.recipient(item.record),
                               .pages = item.file.pages,
                               .sha256 = hex(item.file.sha256),
                               .time = iso_china(item.file.time),
                               .key = sealer_.key().fingerprint(),
                               .token = item.file.token_hash});
            sources.push_back(work_file(group_number_, i));
            book_.claim(entries.back());
            pending_pages_ += item.file.pages;
            pending_bytes_ += static_cast<std::int64_t>(item.file.bytes);
            for (const Error& notice : item.file.notices) add_notice(notice);
        }
        pending_count_ = static_cast<std::int64_t>(entries.size());
        if (report_.first_file.empty() && !entries.empty()) report_.first_file = entries.front().file;
        committing_ =
            std::async(std::launch::async, [this, entries = std::move(entries), sources = std::move(sources)] {
                return book_.commit(entries, sources);
            });
    }

    void finish_commit() {
        if (!committing_.valid()) return;
        if (Result<> done = committing_.get(); !done) {
            stop(done.error());
            return;
        }
        report_.counts.sealed += std::exchange(pending_count_, 0);
        report_.pages += std::exchange(pending_pages_, 0);
        report_.bytes += std::exchange(pending_bytes_, 0);
    }

    void add_notice(const Error& error) {
        std::string key = error.key + "\n" + std::to_string(error.place.page);
        for (const auto& [name, value] : error.arguments) key += "\n" + value;
        SealNotice& notice = notices_[key];
        if (notice.documents++ == 0) notice.error = error;
    }

    Register& book_;
    const Records& records_;
    const std::vector<std::string>& columns_;
    Sealer& sealer_;
    WorkerPool& pool_;
    const std::function<void(const SealProgress&)>& progress_;
    const std::function<bool()>& interrupted_;
    const SealedElsewhere* elsewhere_;
    SealReport report_;
    FingerprintMap<std::int64_t> seen_;  // row hash to row number, of this run
    std::map<std::string, SealNotice> notices_;
    std::future<Result<>> committing_;
    std::int64_t pending_count_ = 0, pending_pages_ = 0, pending_bytes_ = 0;
    std::size_t group_number_ = 0;
    const std::string run_ = hex(random_bytes(8));  // no work file of one run has the name of another's
};

}  // namespace

Result<SealReport> seal_batch(const SealBatch& options, const std::function<void(const SealProgress&)>& progress) {
    const unsigned jobs = options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
    std::unique_ptr<office::TableReader> table = TRY(office::open_table(options.data_file, {.sheet = options.sheet}));
    std::vector<std::string> columns;
    for (const office::DataColumn& column : table->columns()) columns.push_back(column.name);
    const std::unique_ptr<Sealer> sealer = TRY(Sealer::create(options, columns, jobs));
    Records::GroupKey group;
    if (sealer->form().repeats_rows()) group = [&](const Record& record) { return sealer->group_key(record); };
    const Records records = TRY(Records::read(*table, group));
    if (records.size() == 0)
        return fail(ErrorKind::invalid, "documents.no_rows", {}, {.file = options.data_file.string()});

    // The folder is touched only when everything else is in order.
    const std::unique_ptr<Register> book = TRY(Register::open(options.out));
    WorkerPool pool(jobs);
    std::vector<RefusedRecord> refused;
    SealReport report =
        Batch(*book, records, columns, *sealer, pool, progress, options.interrupted, options.elsewhere).run(refused);
    using Reason = office::SkippedRow::Reason;
    report.hidden_rows = table->skipped_count(Reason::hidden);
    report.total_rows = table->skipped_count(Reason::total);
    report.note_rows = table->skipped_count(Reason::note);
    const auto keep_first = [&](const Result<>& done) {
        if (!done && !report.stopped) report.stopped = done.error();
    };
    const auto note_kept = [&](const Result<fs::path>& kept) {
        if (!kept) return keep_first(std::unexpected(kept.error()));
        if (!kept->empty())
            report.notices.push_back({{.kind = ErrorKind::conflict,
                                       .key = "documents.sheet_kept",
                                       .arguments = {{"file", kept->string()}},
                                       .place = {}},
                                      0});
    };
    note_kept(write_refused(options.out, records, refused, columns, options.data_file, report.stopped.has_value(),
                            options.language));
    note_kept(book->write_sheet(report.counts.sealed > 0));
    return report;
}

}  // namespace shanqi::documents
