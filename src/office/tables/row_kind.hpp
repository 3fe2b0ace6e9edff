// Rows of a sheet that are no records: totals, notes, the header printed again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "office/tables/header.hpp"
#include "office/tables/row_source.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office::tables {

class RowClassifier {
public:
    RowClassifier(const Header& header, std::span<const MergedRange> merges) : header_(header), merges_(merges) {}

    // None: a record. Rows come in order.
    std::optional<SkippedRow::Reason> classify(const RawRow& row);

private:
    bool spans_table(const RawRow& row);
    bool repeats_header(const RawRow& row) const;

    const Header& header_;
    std::span<const MergedRange> merges_;
    std::size_t next_merge_ = 0;
    bool after_note_ = false;
};

bool is_blank(const RawRow& row);
std::string first_words(const RawRow& row);

}  // namespace shanqi::office::tables
