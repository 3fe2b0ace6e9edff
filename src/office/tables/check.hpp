// What is wrong in the cells of a list, before anything is made from it.
#pragma once

#include <functional>
#include <span>

#include "base/result.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office {

// `error` says what and where (row, cell, field); its key with ".fix" behind it is a sentence that says what to do.
struct CellProblem {
    Error error;
    bool warning = false;  // worth a look, perhaps right: never a reason to refuse
};

using ProblemSink = std::function<void(CellProblem)>;

// Headers: two columns of one name, columns without a name.
void check_columns(std::span<const DataColumn> columns, std::int64_t header_row, const ProblemSink&);

// Lost digits, errors, and what does not fit what its column was taken for.
void check_row(std::span<const DataColumn> columns, const DataRow& row, const ProblemSink&);

}  // namespace shanqi::office
