// What a column holds, by its header and the first records. Advice for a person.
#pragma once

#include <span>
#include <vector>

#include "office/tables/row_source.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office::tables {

void find_column_kinds(std::vector<DataColumn>& columns, std::span<const RawRow> records);

}  // namespace shanqi::office::tables
