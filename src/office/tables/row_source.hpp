// The rows of a sheet or of a CSV file as they stand, before anybody asks which of them is the header.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office::tables {

struct RawRow {
    std::int64_t number = 0;  // 1-based, as shown
    bool hidden = false;
    std::vector<Value> cells;  // from column A on; ends at the last cell that the row has
};

// Inclusive; rows 1-based, columns 0-based. ECMA-376 part 1, 18.3.1.55.
struct MergedRange {
    std::int64_t first_row = 0, last_row = 0;
    int first_column = 0, last_column = 0;
};

class RowSource {
public:
    virtual ~RowSource() = default;
    // Fills the row (its memory is used again); false at the end.
    virtual Result<bool> next(RawRow& row) = 0;
    virtual const std::vector<MergedRange>& merges() const = 0;  // by first row
    virtual std::string encoding() const = 0;
    virtual const std::string& sheet() const = 0;
    virtual const std::vector<std::string>& sheets() const = 0;
};

}  // namespace shanqi::office::tables
