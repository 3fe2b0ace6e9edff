#include "modules/operations/restore_mark.hpp"

#include "modules/operations/backup_tables.hpp"

namespace shanqi::operations {
namespace {

constexpr std::int64_t postgres_lock = 0x726573746f7265;  // "restore": the advisory lock of who restores
constexpr const char* mark_name = "unfinished_restore";

const store::Statement select_mark{"SELECT value FROM installation_settings WHERE name = $1"};
const store::Statement insert_mark{"INSERT INTO installation_settings (name, value, changed_at) VALUES ($1, $2, $3)"};
const store::Statement delete_mark{"DELETE FROM installation_settings WHERE name = $1 AND value = $2"};

Result<std::string> mark_in(store::Reader& reader) {
    const std::optional<store::Row> row = TRY(reader.first(select_mark, {mark_name}));
    return row ? row->text(0) : std::string();
}

}  // namespace

Result<std::string> unfinished_restore(store::Database& database) {
    return database.read([&](store::Reader& reader) -> Result<std::string> {
        const char* exists =
            database.dialect() == store::Dialect::sqlite
                ? "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'installation_settings'"
                : "SELECT CASE WHEN to_regclass('installation_settings') IS NULL THEN 0 ELSE 1 END";
        const store::Rows found = TRY(reader.query_text(exists));
        return found.at(0).flag(0) ? mark_in(reader) : std::string();
    });
}

Result<> mark_restore(store::Writer& writer, const std::string& name) {
    TRY(writer.execute(insert_mark, {mark_name, name, system_clock().now()}));
    return {};
}

Result<> finish_restore(store::Database& database, const std::string& name) {
    return database.write([&](store::Writer& writer) -> Result<> {
        if (TRY(writer.execute(delete_mark, {mark_name, name})) == 1) return {};
        return fail(ErrorKind::conflict, "backup.restored_twice");
    });
}

Result<> empty_unfinished_restore(store::Database& database, const std::string& name) {
    return database.administer([&](store::Writer& writer) -> Result<> {
        TRY_DO(begin_restoring(writer, database.dialect()));
        const auto empty = [&]() -> Result<> {
            if (TRY(mark_in(writer)) != name) return fail(ErrorKind::conflict, "backup.restored_twice");
            // One statement: tables that refer to each other must go together.
            std::string sql;
            for (const TableShape& table : TRY(list_tables(writer, database.dialect())))
                sql += (sql.empty() ? "TRUNCATE \"" : ", \"") + table.name + "\"";
            TRY(writer.execute_text(sql));
            TRY(writer.execute_text("COMMIT"));
            return {};
        };
        const Result<> emptied = empty();
        if (!emptied) {
            [[maybe_unused]] const auto ignored = writer.execute_text("ROLLBACK");
        }
        return emptied;
    });
}

Result<> begin_restoring(store::Writer& writer, store::Dialect dialect) {
    TRY(writer.execute_text("BEGIN"));
    if (dialect == store::Dialect::postgres)
        TRY(writer.query_text("SELECT pg_advisory_xact_lock($1)", {postgres_lock}));
    return {};
}

}  // namespace shanqi::operations
