// Finds the header of a list: below its titles, in one, two or three rows, and names the columns.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "office/tables/row_source.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office::limits {
constexpr std::size_t header_search_rows_max = 60;  // titles and instructions above a header are shorter
constexpr std::size_t header_rows_max = 3;
constexpr std::size_t sample_rows_max = 300;  // rows looked at before the first is delivered
}  // namespace shanqi::office::limits

namespace shanqi::office::tables {

struct Header {
    std::size_t first = 0, last = 0;  // positions in the rows that were given
    std::vector<DataColumn> columns;  // kinds not yet set
    std::vector<std::string> leaves;  // per column, the text of its last header row, to know a repeated header again
};

// `rows` are the first visible rows that are not blank. None: there is no header.
std::optional<Header> find_header(std::span<const RawRow> rows, std::span<const MergedRange> merges);

// A header as a name: no line breaks, no white space around, no asterisk that marks a required column.
std::string column_name(std::string_view text);

// What a value is on its own: a telephone, an identity, a date or a long number is no header.
bool looks_like_data(const Value& value);

}  // namespace shanqi::office::tables
