// A run: one list sealed with one template and one key, as a job. Rows of the run, its documents and its files.
//
// The job works in a folder of its own under House::work, where seal_batch goes on after a kill. Its documents become
// the organisation's in one transaction at the end (publish()): until then nobody has seen them, and a run that another
// machine takes over begins again in its own folder without giving a number twice. Which worker may publish is decided
// there: JobRun::finish wants owner and attempt, and the version of the organisation's book of numbers must be the one
// with which the run began.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "modules/documents/documents.hpp"
#include "modules/documents/keys.hpp"
#include "modules/documents/uploads.hpp"

namespace shanqi::documents {

using SealRunId = Id<struct SealRunTag>;

constexpr const char* seal_run_job = "documents.seal_run";

// `state` of a run's row.
namespace run_state {
constexpr const char* open = "open";
constexpr const char* done = "done";
constexpr const char* cancelled = "cancelled";
}  // namespace run_state

struct RunRow {
    OrgId org;
    SealRunId id;
    std::string state = run_state::open;
    JobId job;
    UploadId template_id, data_id;
    SealKeyId key_id;
    bool trial = false;
    std::string sheet_sealed, name_pattern, number_pattern;
    Language language = Language::zh_hans;
    SealProgress counts;
    std::int64_t pages = 0;
    std::string findings_sealed, problem_sealed;  // findings_json(), problem_json() through the vault; may be empty
    Instant created, started, finished;
    std::string created_by;
};

struct DocumentRow {
    std::int64_t position = 0;
    std::string number, number_in_path;
    std::string row_index;
    std::string pack;  // SealFile::name
    std::int64_t pack_offset = 0, bytes = 0;
    std::uint32_t crc32 = 0;
    std::string sha256;
    std::int64_t pages = 0;
    Instant sealed_at;
    std::string details_sealed;  // {"file": "SQ2026-00001-某校.pdf", "recipient": "某校"}
};

struct SealFile {
    std::string name;  // "register.xlsx", "errors.xlsx", "pack-00001"
    std::string file_key;
    std::int64_t bytes = 0;
    std::uint32_t crc32 = 0;
};

// Vault contexts.
std::string sheet_context(const SealRunId&);
std::string findings_context(const SealRunId&);
std::string problem_context(const SealRunId&);
std::string details_context(const SealRunId&, std::int64_t position);
std::string file_context(const SealRunId&, const std::string& name);
constexpr const char* row_index_use = "documents.seal_documents.row";

Result<> insert_run(store::Writer&, const RunRow&);
Result<RunRow> find_run(store::Reader&, const OrgId&, const SealRunId&);  // documents.no_run
Result<std::vector<RunRow>> list_runs(store::Reader&, const OrgId&, const std::string& before_id, int limit);
// The first time only; false afterwards.
Result<bool> mark_started(store::Writer&, const OrgId&, const SealRunId&, Instant);
Result<> set_problem(store::Writer&, const OrgId&, const SealRunId&, const std::string& problem_sealed);

// The book of numbers.
Result<std::int64_t> book_version(store::Reader&, const OrgId&, bool trial);
Result<bool> book_has_row(store::Reader&, const OrgId&, bool trial, const std::string& row_index);
Result<bool> book_has_number(store::Reader&, const OrgId&, bool trial, const std::string& number);
Result<std::int64_t> book_last_sequence(store::Reader&, const OrgId&, bool trial, const std::string& series);

struct RunResults {
    std::string state;  // run_state::done or cancelled
    SealProgress counts;
    std::int64_t pages = 0;
    std::string findings_sealed;
    std::vector<DocumentRow> documents;
    std::vector<SealFile> files;
    std::vector<std::pair<std::string, std::int64_t>> series;  // last sequence of each
};
// In one transaction: documents, files, numbers and counts. Errors (kind conflict): documents.book_moved, when another
// run was published since `version`; documents.run_is_over.
Result<> publish(store::Writer&, const RunRow&, std::int64_t version, const RunResults&, Instant now);

Result<std::vector<DocumentRow>> list_documents(store::Reader&, const OrgId&, const SealRunId&,
                                                std::int64_t after_position, int limit);
Result<DocumentRow> find_document(store::Reader&, const OrgId&, const SealRunId&,
                                  const std::string& number_in_path);  // documents.no_document
Result<std::vector<SealFile>> list_files(store::Reader&, const OrgId&, const SealRunId&);
Result<SealFile> find_file(store::Reader&, const OrgId&, const SealRunId&,
                           const std::string& name);  // documents.no_such_file

// What a run found, kept so that it can be told in any language.
struct RunFindings {
    std::vector<Error> refused;
    std::vector<SealNotice> notices;
};
std::string findings_json(const RunFindings&);
RunFindings findings_of(std::string_view json);
std::string problem_json(const Error&);
std::optional<Error> problem_of(std::string_view json);

store::JobKind seal_run_job_kind(house::House&);
// Removes work folders of runs that are over: what a kill between publishing and cleaning up leaves.
void sweep_run_folders(house::House&);

}  // namespace shanqi::documents
