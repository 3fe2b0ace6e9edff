#include "store/migrations.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "base/digest.hpp"
#include "base/messages.hpp"
#include "base/time.hpp"

namespace shanqi::store {
namespace {

constexpr std::int64_t postgres_lock = 0x7368616e7169;  // "shanqi": the advisory lock of who migrates

constexpr const char* create_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations (room TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, "
    "digest TEXT NOT NULL, applied_us BIGINT NOT NULL, PRIMARY KEY (room, number))";

struct Applied {
    std::string name, digest;
};
using AppliedFiles = std::map<std::pair<std::string, int>, Applied>;

std::string path_of(const Migration& file) { return std::string(file.room) + "/" + std::string(file.name); }

bool runs_on(const Migration& file, Dialect dialect) {
    if (file.name.ends_with(".sqlite.sql")) return dialect == Dialect::sqlite;
    if (file.name.ends_with(".postgres.sql")) return dialect == Dialect::postgres;
    return true;
}

// The statements of a file. A ";" in a literal, a quoted name or a comment does not end one.
std::vector<std::string> statements_of(std::string_view sql) {
    std::vector<std::string> statements;
    std::string current;
    const auto finish = [&] {
        if (current.find_first_not_of(" \t\r\n") != std::string::npos) statements.push_back(current);
        current.clear();
    };
    for (std::size_t at = 0; at < sql.size();) {
        const char c = sql[at];
        std::size_t end = at + 1;
        if (sql.substr(at, 2) == "--" || sql.substr(at, 2) == "/*") {
            const bool line = c == '-';
            const std::size_t close = sql.find(line ? "\n" : "*/", at);
            at = close == std::string_view::npos ? sql.size() : close + (line ? 0 : 2);
            current += ' ';
            continue;
        }
        if (c == '\'' || c == '"') {
            const std::size_t close = sql.find(c, at + 1);  // a doubled quote begins the next literal at once
            end = close == std::string_view::npos ? sql.size() : close + 1;
        }
        if (c == ';')
            finish();
        else
            current += sql.substr(at, end - at);
        at = end;
    }
    finish();
    return statements;
}

Result<AppliedFiles> applied_files(Reader& reader, Dialect dialect) {
    const char* exists = dialect == Dialect::sqlite
                             ? "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
                             : "SELECT CASE WHEN to_regclass('schema_migrations') IS NULL THEN 0 ELSE 1 END";
    AppliedFiles applied;
    const Rows found = TRY(reader.query_text(exists));
    if (found.at(0).integer(0) == 0) return applied;
    const Rows rows = TRY(reader.query_text("SELECT room, number, name, digest FROM schema_migrations"));
    for (const Row& row : rows)
        applied[{row.text(0), static_cast<int>(row.integer(1))}] = {.name = row.text(2), .digest = row.text(3)};
    return applied;
}

// The program's files for this database, "store" first and then in the order of `order`.
std::vector<const Migration*> files_in_order(const std::vector<Migration>& files,
                                             const std::vector<std::string_view>& order, Dialect dialect) {
    std::vector<std::string_view> rooms{"store"};
    for (const std::string_view room : order)
        if (room != "store") rooms.push_back(room);
    std::vector<const Migration*> sorted;
    std::set<std::pair<std::string_view, int>> seen;
    for (const std::string_view room : rooms) {
        const auto begin = static_cast<std::ptrdiff_t>(sorted.size());
        for (const Migration& file : files) {
            if (file.room != room || !runs_on(file, dialect)) continue;
            if (!seen.emplace(file.room, file.number).second)
                throw std::logic_error("two migrations with one number: " + path_of(file));
            sorted.push_back(&file);
        }
        std::ranges::sort(sorted.begin() + begin, sorted.end(), {}, &Migration::number);
    }
    return sorted;
}

// Every line of the table must be a file of this program, unchanged.
Result<> check_applied(const AppliedFiles& applied, const std::vector<Migration>& files, Dialect dialect) {
    std::map<std::pair<std::string, int>, const Migration*> known;
    for (const Migration& file : files)
        if (runs_on(file, dialect)) known[{std::string(file.room), file.number}] = &file;
    for (const auto& [key, line] : applied) {
        const auto file = known.find(key);
        if (file == known.end())
            return fail(ErrorKind::conflict, "store.migration_newer", {{"name", key.first + "/" + line.name}});
        if (line.digest != hex(sha256(file->second->sql)))
            return fail(ErrorKind::conflict, "store.migration_changed", {{"name", path_of(*file->second)}});
    }
    return {};
}

Result<> apply(Writer& writer, const Migration& file) {
    const auto failed = [&](const Error& error, const std::string& sql) {
        return fail(
            error.kind, "store.migration_failed",
            {{"name", path_of(file)}, {"reason", message(error, Language::en) + " [" + sql.substr(0, 200) + "]"}});
    };
    for (const std::string& sql : statements_of(file.sql)) {
        if (const auto done = writer.execute_text(sql); !done) return failed(done.error(), sql);
    }
    const char* insert =
        "INSERT INTO schema_migrations (room, number, name, digest, applied_us) VALUES ($1, $2, $3, $4, $5)";
    const auto done =
        writer.execute_text(insert, {file.room, file.number, file.name, hex(sha256(file.sql)), system_clock().now()});
    if (!done) return failed(done.error(), insert);
    return {};
}

// One file's transaction; another process may have been here since the list was made, hence the second look under the
// lock. True: applied here.
Result<bool> apply_in_transaction(Writer& writer, const Migration& file, Dialect dialect) {
    if (dialect == Dialect::sqlite) {
        TRY(writer.execute_text("BEGIN IMMEDIATE"));
    } else {
        TRY(writer.execute_text("BEGIN"));
    }
    const auto work = [&]() -> Result<bool> {
        if (dialect == Dialect::postgres) TRY(writer.query_text("SELECT pg_advisory_xact_lock($1)", {postgres_lock}));
        TRY(writer.execute_text(create_table));
        const AppliedFiles applied = TRY(applied_files(writer, dialect));
        if (applied.contains({std::string(file.room), file.number})) return false;
        TRY_DO(apply(writer, file));
        return true;
    };
    Result<bool> done = work();
    const auto ended = writer.execute_text(done ? "COMMIT" : "ROLLBACK");
    if (done && !ended) return std::unexpected(ended.error());
    return done;
}

}  // namespace

Result<MigrationReport> migrate(Database& database, const std::vector<std::string_view>& order, bool dry_run) {
    return migrate(database, embedded_migrations(), order, dry_run);
}

Result<MigrationReport> migrate(Database& database, const std::vector<Migration>& files,
                                const std::vector<std::string_view>& order, bool dry_run) {
    MigrationReport report;
    const Dialect dialect = database.dialect();
    const std::vector<const Migration*> wanted = files_in_order(files, order, dialect);
    TRY_DO(database.administer([&](Writer& writer) -> Result<> {
        const AppliedFiles applied = TRY(applied_files(writer, dialect));
        TRY_DO(check_applied(applied, files, dialect));
        for (const Migration* file : wanted) {
            if (applied.contains({std::string(file->room), file->number})) continue;
            if (dry_run) {
                report.pending.push_back(path_of(*file));
            } else if (TRY(apply_in_transaction(writer, *file, dialect))) {
                report.applied.push_back(path_of(*file));
            }
        }
        return {};
    }));
    return report;
}

}  // namespace shanqi::store
