// What the database looks like, asked of the database itself, so that a new room's tables are in the backup without
// anybody thinking of it; and rows in a form that both databases can take back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"

namespace shanqi::operations {

struct TableShape {
    std::string name;
    std::vector<std::string> columns;     // in the order of the alphabet: the two databases may have added them apart
    std::vector<std::string> key;         // primary key
    std::vector<std::string> references;  // tables that must be filled before
    bool operator==(const TableShape&) const = default;
};

// All tables of the program but schema_migrations, each after those that it refers to.
// Error: backup.no_key (a table without a primary key cannot be read in pages: a fault of the program).
Result<std::vector<TableShape>> list_tables(store::Reader&, store::Dialect);

// The rows in the order of the key, in pages: a table of any size is never in memory.
using EachRow = std::function<Result<>(const store::Row&)>;
Result<> read_table(store::Reader&, const TableShape&, const EachRow&);

// Portable: a tag (0 NULL, 1 integer, 2 text, 3 bytes), then 8 bytes, or a length of 4 and the bytes.
std::string encode_row(const store::Row&, std::size_t columns);
// Nothing: not what encode_row wrote.
std::optional<std::vector<store::Value>> decode_row(std::string_view bytes, std::size_t columns);

// INSERT of `rows` rows at once.
std::string insert_sql(const TableShape&, std::size_t rows);

}  // namespace shanqi::operations
