// The small parts of a workbook: relationships, the list of sheets, the number formats of cells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "office/tables/number_format.hpp"
#include "office/tables/package.hpp"
#include "office/tables/row_source.hpp"
#include "office/tables/xlsx_source.hpp"

namespace shanqi::office::tables {

struct WorkbookParts {
    std::vector<Worksheet> worksheets;  // in the order of the tabs
    std::string shared_strings;         // part names; empty: none
    std::string styles;
    bool dates_1904 = false;
};

Result<WorkbookParts> read_workbook_parts(Package& package);

// By the cell's style index. No styles part: empty.
Result<std::vector<NumberFormat>> read_cell_formats(Package& package, const std::string& part);

// The merged ranges stand behind the rows in the file: they are looked for before the rows are read.
Result<std::vector<MergedRange>> read_merges(Package& package, const std::string& part);

// "C12" to (2, 12). False when it is no such reference.
bool parse_cell_reference(std::string_view text, int& column, std::int64_t& row);

}  // namespace shanqi::office::tables
