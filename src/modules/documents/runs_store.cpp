#include "modules/documents/runs.hpp"

namespace shanqi::documents {
namespace {

using store::Statement;

#define SHANQI_RUN_COLUMNS                                                                                     \
    "id, state, job_id, template_id, data_id, key_id, trial, sheet_sealed, name_pattern, number_pattern, "     \
    "language, total, sealed, refused, skipped, pages, findings_sealed, problem_sealed, created, created_by, " \
    "started, finished"
const Statement insert_sql{"INSERT INTO seal_runs (org_id, " SHANQI_RUN_COLUMNS
                           ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, 0, 0, '', '', $13, "
                           "$14, 0, 0)"};
const Statement find_sql{"SELECT " SHANQI_RUN_COLUMNS " FROM seal_runs WHERE org_id = $1 AND id = $2"};
const Statement list_sql{"SELECT " SHANQI_RUN_COLUMNS
                         " FROM seal_runs WHERE org_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"};
#undef SHANQI_RUN_COLUMNS
const Statement start_sql{"UPDATE seal_runs SET started = $3 WHERE org_id = $1 AND id = $2 AND started = 0"};
const Statement problem_sql{
    "UPDATE seal_runs SET problem_sealed = $3 WHERE org_id = $1 AND id = $2 AND state = 'open'"};
const Statement end_sql{
    "UPDATE seal_runs SET state = $3, total = $4, sealed = $5, refused = $6, skipped = $7, pages = $8, "
    "findings_sealed = $9, problem_sealed = '', finished = $10 WHERE org_id = $1 AND id = $2 AND state = 'open'"};

const Statement version_sql{"SELECT version FROM seal_books WHERE org_id = $1 AND trial = $2"};
const Statement first_version_sql{"INSERT INTO seal_books (org_id, trial, version) VALUES ($1, $2, 1)"};
const Statement next_version_sql{
    "UPDATE seal_books SET version = version + 1 WHERE org_id = $1 AND trial = $2 AND version = $3"};
const Statement series_sql{"SELECT last_sequence FROM seal_series WHERE org_id = $1 AND trial = $2 AND series = $3"};
const Statement set_series_sql{
    "INSERT INTO seal_series (org_id, trial, series, last_sequence) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (org_id, trial, series) DO UPDATE SET last_sequence = excluded.last_sequence"};
const Statement has_row_sql{"SELECT 1 FROM seal_documents WHERE org_id = $1 AND trial = $2 AND row_index = $3 LIMIT 1"};
const Statement has_number_sql{"SELECT 1 FROM seal_documents WHERE org_id = $1 AND trial = $2 AND number = $3 LIMIT 1"};

#define SHANQI_DOCUMENT_COLUMNS                                                                                \
    "position, number, number_in_path, row_index, pack, pack_offset, bytes, crc32, sha256, pages, sealed_at, " \
    "details_sealed"
const Statement insert_document_sql{"INSERT INTO seal_documents (org_id, run_id, trial, " SHANQI_DOCUMENT_COLUMNS
                                    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"};
const Statement list_documents_sql{"SELECT " SHANQI_DOCUMENT_COLUMNS
                                   " FROM seal_documents WHERE org_id = $1 AND run_id = $2 AND position > $3 "
                                   "ORDER BY position LIMIT $4"};
const Statement find_document_sql{"SELECT " SHANQI_DOCUMENT_COLUMNS
                                  " FROM seal_documents WHERE org_id = $1 AND run_id = $2 AND number_in_path = $3 "
                                  "ORDER BY position LIMIT 1"};
#undef SHANQI_DOCUMENT_COLUMNS
const Statement insert_file_sql{
    "INSERT INTO seal_files (org_id, run_id, name, file_key, bytes, crc32) VALUES ($1, $2, $3, $4, $5, $6)"};
const Statement list_files_sql{
    "SELECT name, file_key, bytes, crc32 FROM seal_files WHERE org_id = $1 AND run_id = $2 ORDER BY name"};
const Statement find_file_sql{
    "SELECT name, file_key, bytes, crc32 FROM seal_files WHERE org_id = $1 AND run_id = $2 AND name = $3"};

const char* name_of(Language language) { return language == Language::en ? "en" : "zh-Hans"; }

RunRow run_of(const OrgId& org, const store::Row& row) {
    RunRow out;
    out.org = org;
    out.id = row.id<SealRunId>(0);
    out.state = row.text(1);
    out.job = row.id<JobId>(2);
    out.template_id = row.id<UploadId>(3);
    out.data_id = row.id<UploadId>(4);
    out.key_id = row.id<SealKeyId>(5);
    out.trial = row.flag(6);
    out.sheet_sealed = row.text(7);
    out.name_pattern = row.text(8);
    out.number_pattern = row.text(9);
    out.language = row.text(10) == "en" ? Language::en : Language::zh_hans;
    out.counts = {
        .sealed = row.integer(12), .refused = row.integer(13), .skipped = row.integer(14), .total = row.integer(11)};
    out.pages = row.integer(15);
    out.findings_sealed = row.text(16);
    out.problem_sealed = row.text(17);
    out.created = row.instant(18);
    out.created_by = row.text(19);
    out.started = row.instant(20);
    out.finished = row.instant(21);
    return out;
}

DocumentRow document_of(const store::Row& row) {
    return {.position = row.integer(0),
            .number = row.text(1),
            .number_in_path = row.text(2),
            .row_index = row.text(3),
            .pack = row.text(4),
            .pack_offset = row.integer(5),
            .bytes = row.integer(6),
            .crc32 = static_cast<std::uint32_t>(row.integer(7)),
            .sha256 = row.text(8),
            .pages = row.integer(9),
            .sealed_at = row.instant(10),
            .details_sealed = row.text(11)};
}

SealFile file_of(const store::Row& row) {
    return {row.text(0), row.text(1), row.integer(2), static_cast<std::uint32_t>(row.integer(3))};
}

}  // namespace

std::string sheet_context(const SealRunId& run) { return "documents.seal_runs.sheet:" + run.text(); }
std::string findings_context(const SealRunId& run) { return "documents.seal_runs.findings:" + run.text(); }
std::string problem_context(const SealRunId& run) { return "documents.seal_runs.problem:" + run.text(); }
std::string details_context(const SealRunId& run, std::int64_t position) {
    return "documents.seal_documents.details:" + run.text() + "/" + std::to_string(position);
}
std::string file_context(const SealRunId& run, const std::string& name) {
    return "documents.seal_files:" + run.text() + "/" + name;
}

Result<> insert_run(store::Writer& writer, const RunRow& run) {
    TRY(writer.execute(insert_sql, {run.org, run.id, run.state, run.job, run.template_id, run.data_id, run.key_id,
                                    run.trial, run.sheet_sealed, run.name_pattern, run.number_pattern,
                                    name_of(run.language), run.created, run.created_by}));
    return {};
}

Result<RunRow> find_run(store::Reader& reader, const OrgId& org, const SealRunId& id) {
    const auto found = TRY(reader.first(find_sql, {org, id}));
    if (!found) return fail(ErrorKind::not_found, "documents.no_run");
    return run_of(org, *found);
}

Result<std::vector<RunRow>> list_runs(store::Reader& reader, const OrgId& org, const std::string& before_id,
                                      int limit) {
    static const std::string after_all = "ffffffff-ffff-ffff-ffff-ffffffffffff";
    std::vector<RunRow> out;
    const std::string& before = before_id.empty() ? after_all : before_id;
    for (const store::Row& row : TRY(reader.query(list_sql, {org, before, limit}))) out.push_back(run_of(org, row));
    return out;
}

Result<bool> mark_started(store::Writer& writer, const OrgId& org, const SealRunId& id, Instant now) {
    return TRY(writer.execute(start_sql, {org, id, now})) == 1;
}

Result<> set_problem(store::Writer& writer, const OrgId& org, const SealRunId& id, const std::string& problem_sealed) {
    TRY(writer.execute(problem_sql, {org, id, problem_sealed}));
    return {};
}

Result<std::int64_t> book_version(store::Reader& reader, const OrgId& org, bool trial) {
    const auto found = TRY(reader.first(version_sql, {org, trial}));
    return found ? found->integer(0) : 0;
}

Result<bool> book_has_row(store::Reader& reader, const OrgId& org, bool trial, const std::string& row_index) {
    return TRY(reader.first(has_row_sql, {org, trial, row_index})).has_value();
}

Result<bool> book_has_number(store::Reader& reader, const OrgId& org, bool trial, const std::string& number) {
    return TRY(reader.first(has_number_sql, {org, trial, number})).has_value();
}

Result<std::int64_t> book_last_sequence(store::Reader& reader, const OrgId& org, bool trial,
                                        const std::string& series) {
    const auto found = TRY(reader.first(series_sql, {org, trial, series}));
    return found ? found->integer(0) : 0;
}

Result<> publish(store::Writer& writer, const RunRow& run, std::int64_t version, const RunResults& results,
                 Instant now) {
    const SealProgress& counts = results.counts;
    const std::int64_t ended =
        TRY(writer.execute(end_sql, {run.org, run.id, results.state, counts.total, counts.sealed, counts.refused,
                                     counts.skipped, results.pages, results.findings_sealed, now}));
    if (ended != 1) return fail(ErrorKind::conflict, "documents.run_is_over");
    for (const SealFile& file : results.files)
        TRY(writer.execute(insert_file_sql, {run.org, run.id, file.name, file.file_key, file.bytes, file.crc32}));
    if (results.documents.empty()) return {};
    // Another run that was published since has taken the numbers that this one gave out.
    if (TRY(book_version(writer, run.org, run.trial)) != version)
        return fail(ErrorKind::conflict, "documents.book_moved");
    const std::int64_t moved = version == 0 ? TRY(writer.execute(first_version_sql, {run.org, run.trial}))
                                            : TRY(writer.execute(next_version_sql, {run.org, run.trial, version}));
    if (moved != 1) return fail(ErrorKind::conflict, "documents.book_moved");
    for (const auto& [series, last] : results.series)
        TRY(writer.execute(set_series_sql, {run.org, run.trial, series, last}));
    for (const DocumentRow& d : results.documents)
        TRY(writer.execute(insert_document_sql,
                           {run.org, run.id, run.trial, d.position, d.number, d.number_in_path, d.row_index, d.pack,
                            d.pack_offset, d.bytes, d.crc32, d.sha256, d.pages, d.sealed_at, d.details_sealed}));
    return {};
}

Result<std::vector<DocumentRow>> list_documents(store::Reader& reader, const OrgId& org, const SealRunId& run,
                                                std::int64_t after_position, int limit) {
    std::vector<DocumentRow> out;
    for (const store::Row& row : TRY(reader.query(list_documents_sql, {org, run, after_position, limit})))
        out.push_back(document_of(row));
    return out;
}

Result<DocumentRow> find_document(store::Reader& reader, const OrgId& org, const SealRunId& run,
                                  const std::string& number_in_path) {
    const auto found = TRY(reader.first(find_document_sql, {org, run, number_in_path}));
    if (!found) return fail(ErrorKind::not_found, "documents.no_document");
    return document_of(*found);
}

Result<std::vector<SealFile>> list_files(store::Reader& reader, const OrgId& org, const SealRunId& run) {
    std::vector<SealFile> out;
    for (const store::Row& row : TRY(reader.query(list_files_sql, {org, run}))) out.push_back(file_of(row));
    return out;
}

Result<SealFile> find_file(store::Reader& reader, const OrgId& org, const SealRunId& run, const std::string& name) {
    const auto found = TRY(reader.first(find_file_sql, {org, run, name}));
    if (!found) return fail(ErrorKind::not_found, "documents.no_such_file");
    return file_of(*found);
}

}  // namespace shanqi::documents
