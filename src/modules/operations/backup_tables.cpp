#include "modules/operations/backup_tables.hpp"

#include <algorithm>
#include <map>

namespace shanqi::operations {
namespace {

constexpr int page_rows = 2'000;

// These two differ between the databases by nature; everything else here is one text.
struct Catalogue {
    const char* columns;     // table, column, place in the primary key (0: none)
    const char* references;  // table, table that it refers to
};
constexpr Catalogue sqlite_catalogue = {
    "SELECT m.name, c.name, c.pk FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' "
    "AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name <> 'schema_migrations' ORDER BY m.name, c.name",
    "SELECT m.name, f.\"table\" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"};
constexpr Catalogue postgres_catalogue = {
    "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), CAST(COALESCE(k.ordinal_position, 0) AS BIGINT) "
    "FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND "
    "t.table_name = c.table_name AND t.table_type = 'BASE TABLE' LEFT JOIN information_schema.table_constraints p ON "
    "p.table_schema = c.table_schema AND p.table_name = c.table_name AND p.constraint_type = 'PRIMARY KEY' LEFT JOIN "
    "information_schema.key_column_usage k ON k.constraint_schema = p.constraint_schema AND k.constraint_name = "
    "p.constraint_name AND k.table_name = c.table_name AND k.column_name = c.column_name "
    "WHERE c.table_schema = current_schema() AND c.table_name <> 'schema_migrations'",
    "SELECT CAST(c.relname AS TEXT), CAST(r.relname AS TEXT) FROM pg_constraint k JOIN pg_class c ON c.oid = "
    "k.conrelid "
    "JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace n ON n.oid = k.connamespace WHERE k.contype = 'f' AND "
    "n.nspname = current_schema()"};

std::string quoted(const std::string& name) { return "\"" + name + "\""; }

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + quoted(name);
    return out;
}

std::string parameters(std::size_t first, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "$" : ", $") + std::to_string(first + i);
    return out;
}

// Depth first; a table that refers to itself or to a table of a cycle comes when it is met.
std::vector<TableShape> after_what_they_refer_to(std::map<std::string, TableShape> tables) {
    std::vector<TableShape> ordered;
    const std::function<void(const std::string&)> take = [&](const std::string& name) {
        const auto found = tables.find(name);
        if (found == tables.end()) return;
        const TableShape table = std::move(found->second);
        tables.erase(found);
        for (const std::string& other : table.references) take(other);
        ordered.push_back(table);
    };
    while (!tables.empty()) take(std::string(tables.begin()->first));
    return ordered;
}

void append_number(std::string& out, std::uint64_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xFFU);
}

std::uint64_t take_number(std::string_view& bytes, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; ++i) number = number << 8U | static_cast<unsigned char>(bytes[i]);
    bytes.remove_prefix(size);
    return number;
}

}  // namespace

Result<std::vector<TableShape>> list_tables(store::Reader& reader, store::Dialect dialect) {
    const Catalogue& catalogue = dialect == store::Dialect::sqlite ? sqlite_catalogue : postgres_catalogue;
    std::map<std::string, TableShape> tables;
    std::map<std::string, std::map<std::int64_t, std::string>> keys;
    for (const store::Row& row : TRY(reader.query_text(catalogue.columns))) {
        TableShape& table = tables[row.text(0)];
        table.name = row.text(0);
        table.columns.push_back(row.text(1));
        if (const std::int64_t place = row.integer(2); place > 0) keys[table.name][place] = row.text(1);
    }
    for (const store::Row& row : TRY(reader.query_text(catalogue.references))) {
        if (row.text(0) != row.text(1)) tables[row.text(0)].references.push_back(row.text(1));
    }
    for (auto& [name, table] : tables) {
        for (const auto& [place, column] : keys[name]) table.key.push_back(column);
        if (table.key.empty()) return fail(ErrorKind::system, "backup.no_key", {{"table", name}});
        std::ranges::sort(table.columns);
        std::ranges::sort(table.references);
        const auto twice = std::ranges::unique(table.references);
        table.references.erase(twice.begin(), twice.end());
    }
    return after_what_they_refer_to(std::move(tables));
}

Result<> read_table(store::Reader& reader, const TableShape& table, const EachRow& each) {
    const std::string start = "SELECT " + joined(table.columns) + " FROM " + quoted(table.name);
    const std::string end = " ORDER BY " + joined(table.key) + " LIMIT " + std::to_string(page_rows);
    const std::string next = " WHERE (" + joined(table.key) + ") > (" + parameters(1, table.key.size()) + ")";
    std::vector<std::size_t> key_places;
    key_places.reserve(table.key.size());
    for (const std::string& column : table.key)
        key_places.push_back(
            static_cast<std::size_t>(std::ranges::find(table.columns, column) - table.columns.begin()));
    store::Parameters after;
    while (true) {
        std::string query = start;
        if (!after.empty()) query += next;
        const store::Rows rows = TRY(reader.query_text(query.append(end), after));
        for (const store::Row& row : rows) TRY_DO(each(row));
        if (rows.size() < page_rows) return {};
        after.clear();
        for (const std::size_t place : key_places) after.push_back(rows.back().value(place));
    }
}

std::string encode_row(const store::Row& row, std::size_t columns) {
    std::string out;
    for (std::size_t column = 0; column < columns; ++column) {
        const auto& held = row.value(column).get();
        out += static_cast<char>(held.index());
        if (const auto* number = std::get_if<std::int64_t>(&held)) {
            append_number(out, static_cast<std::uint64_t>(*number), 8);
        } else if (held.index() != 0) {
            const std::string& bytes =
                held.index() == 2 ? std::get<std::string>(held) : std::get<store::Bytes>(held).data;
            append_number(out, bytes.size(), 4);
            out += bytes;
        }
    }
    return out;
}

std::optional<std::vector<store::Value>> decode_row(std::string_view bytes, std::size_t columns) {
    std::vector<store::Value> values;
    for (std::size_t column = 0; column < columns; ++column) {
        if (bytes.empty()) return std::nullopt;
        const char tag = bytes.front();
        bytes.remove_prefix(1);
        if (tag == 0) {
            values.emplace_back();
            continue;
        }
        const std::size_t size = tag == 1 ? 8 : 4;
        if (tag > 3 || tag < 0 || bytes.size() < size) return std::nullopt;
        const std::uint64_t number = take_number(bytes, size);
        if (tag == 1) {
            values.emplace_back(static_cast<std::int64_t>(number));
            continue;
        }
        if (bytes.size() < number) return std::nullopt;
        std::string held(bytes.substr(0, number));
        bytes.remove_prefix(number);
        if (tag == 2) {
            values.emplace_back(std::move(held));
        } else {
            values.emplace_back(store::Bytes{std::move(held)});
        }
    }
    if (!bytes.empty()) return std::nullopt;
    return values;
}

std::string insert_sql(const TableShape& table, std::size_t rows) {
    std::string sql = "INSERT INTO " + quoted(table.name) + " (" + joined(table.columns) + ") VALUES ";
    for (std::size_t row = 0; row < rows; ++row)
        sql += (row == 0 ? "(" : ", (") + parameters(1 + row * table.columns.size(), table.columns.size()) + ")";
    return sql;
}

}  // namespace shanqi::operations
