// The rows of a worksheet (ECMA-376 part 1, 18.3), row by row in constant memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "office/tables/package.hpp"
#include "office/tables/row_source.hpp"

namespace shanqi::office::limits {
constexpr std::size_t merges_max = 500'000;
constexpr std::size_t sheets_max = 1'000;
constexpr std::size_t cell_formats_max = 100'000;
}  // namespace shanqi::office::limits

namespace shanqi::office::tables {

struct Worksheet {
    std::string name;
    std::string part;
    bool hidden = false;
};

// What is the same for all sheets of a workbook.
class Workbook {
public:
    // Errors: tables.not_a_workbook, tables.binary_workbook, tables.damaged, tables.unsafe_xml, tables.zip_bomb.
    static Result<std::shared_ptr<Workbook>> open(std::unique_ptr<Package> package);
    virtual ~Workbook() = default;

    virtual const std::vector<Worksheet>& worksheets() const = 0;
    virtual Result<std::unique_ptr<RowSource>> rows(std::size_t worksheet) = 0;
};

}  // namespace shanqi::office::tables
