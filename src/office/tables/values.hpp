// From what a cell holds to a Value: dates by number format, numbers in full, lost digits seen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "office/tables/number_format.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office::tables {

std::string column_letters(int index);                // 0 is A
std::string cell_name(int column, std::int64_t row);  // "C12"

// A number cell. `raw` is the text of <v>; a raw text that is no number becomes an error value.
Value number_cell(std::string_view raw, const NumberFormat&, bool dates_1904);

// A cell of text: white space alone is blank; #N/A is an error; 1.10101E+17 has lost digits; full-width digits
// become half-width when the whole cell is a number, a date or an identity; anything else stays as it is.
Value text_cell(std::string text);

Value boolean_cell(bool value);
Value error_cell(std::string text);
Value iso_date_cell(std::string_view iso);  // t="d": 2026-03-05, 2026-03-05T14:30:00Z

}  // namespace shanqi::office::tables
