// From a file of unknown kind to a table.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "office/tables/package.hpp"
#include "office/tables/row_source.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office::tables {

Result<std::unique_ptr<TableReader>> open_rows(std::unique_ptr<RowSource> source, std::string file);

// The sheet that is asked for, or the first visible one that holds a table.
Result<std::unique_ptr<TableReader>> open_workbook(std::unique_ptr<Package> package, const TableOptions&,
                                                   const std::string& file);

}  // namespace shanqi::office::tables
