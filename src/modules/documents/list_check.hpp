// What was read from a list, what each column was taken for, what is wrong in which cell, and whether a template's
// fields are there: before anything is sealed. For `shanqi data check` and for the server.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "modules/documents/template_check.hpp"
#include "office/tables/check.hpp"
#include "office/tables/table.hpp"

namespace shanqi::documents {

namespace limits {
constexpr std::size_t problems_kept_max = 50;  // of each kind; the others are counted
}

struct ListCheck {
    std::filesystem::path data_file;
    std::filesystem::path template_file;  // empty: none
    std::string sheet;                    // empty: the first visible sheet with a table
};

struct ListFindings {
    std::unique_ptr<office::TableReader> table;
    std::int64_t rows = 0;
    std::vector<office::CellProblem> problems;  // the first ones
    std::vector<office::CellProblem> warnings;
    std::int64_t problem_count = 0, warning_count = 0;
    std::int64_t problem_rows = 0;  // rows with a problem: they will not be sealed
    int template_fields = 0;
    bool template_fits = false;                 // each field has its column
    std::vector<TemplateCheck::Field> mapping;  // of the template
    std::vector<office::Value> examples;        // of each column, the first that is not blank

    void add(office::CellProblem);
};

// Errors: of a list or a template that cannot be read.
Result<ListFindings> check_list(const ListCheck&, Instant now);

std::string_view name_of(office::ColumnKind);  // "identity_number"

}  // namespace shanqi::documents
