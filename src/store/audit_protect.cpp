// PostgreSQL can keep the program itself from rewriting the trail: the tables belong to one role, the program signs in
// as another. No triggers (Citus has none): privileges.
#include <fmt/format.h>

#include "store/audit.hpp"

namespace shanqi::store {
namespace {

const Statement role_facts{
    "SELECT (SELECT CASE WHEN rolsuper THEN 1 ELSE 0 END FROM pg_roles WHERE rolname = $1),"
    " CASE WHEN pg_has_role($1, tableowner, 'MEMBER') THEN 1 ELSE 0 END"
    " FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'audit_entries'",
    Dialect::postgres};
const Statement role_known{"SELECT rolname FROM pg_roles WHERE rolname = $1", Dialect::postgres};
#define SHANQI_AUDIT_WRITABLE                                                                                \
    " FROM (SELECT 'audit_entries' AS name UNION ALL SELECT 'audit_links' UNION ALL SELECT 'audit_heads') t" \
    " CROSS JOIN (SELECT 'UPDATE' AS what UNION ALL SELECT 'DELETE' UNION ALL SELECT 'TRUNCATE') p"
const Statement role_may_change{
    "SELECT COUNT(*)" SHANQI_AUDIT_WRITABLE " WHERE has_table_privilege($1, t.name, p.what)", Dialect::postgres};
const Statement this_role_may_change{
    "SELECT COUNT(*)" SHANQI_AUDIT_WRITABLE " WHERE has_table_privilege(t.name, p.what)", Dialect::postgres};

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

}  // namespace

Result<> protect_audit(Database& as_owner, const std::string& role) {
    if (as_owner.dialect() != Dialect::postgres) return fail(ErrorKind::invalid, "audit.not_postgres");
    const auto bad_role = [&role] { return fail(ErrorKind::invalid, "audit.bad_role", {{"role", role}}); };
    return as_owner.write([&](Writer& writer) -> Result<> {
        if (!TRY(writer.first(role_known, {role}))) return bad_role();
        const std::optional<Row> facts = TRY(writer.first(role_facts, {role}));
        if (!facts || facts->flag(0) || facts->flag(1)) return bad_role();
        const Row schema = TRY(writer.query_text("SELECT current_schema()")).at(0);
        const std::string where = quoted(schema.text(0)), who = quoted(role);
        for (const std::string& sql :
             {fmt::format("GRANT USAGE ON SCHEMA {} TO {}", where, who),
              fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {} TO {}", where, who),
              fmt::format("REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries, audit_links, audit_heads FROM {}, PUBLIC",
                          who),
              fmt::format("REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM {}, PUBLIC", who)})
            TRY_DO(writer.execute_text(sql));
        // By another role that it belongs to, perhaps.
        if (TRY(writer.query(role_may_change, {role})).at(0).integer(0) != 0) return bad_role();
        return {};
    });
}

Result<bool> audit_is_protected(Database& database) {
    if (database.dialect() != Dialect::postgres) return false;
    return database.read(
        [](Reader& reader) -> Result<bool> { return TRY(reader.query(this_role_may_change)).at(0).integer(0) == 0; });
}

}  // namespace shanqi::store
