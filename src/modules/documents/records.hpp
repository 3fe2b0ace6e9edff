// The data rows of a workbook, read once and kept in a spill file: how many there are is known before the
// first document is made, a broken workbook is noticed before anything is sealed, and a row costs memory for
// its place only.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/result.hpp"
#include "office/merge/merge.hpp"
#include "office/tables/table.hpp"

namespace shanqi::documents {

// The data rows of one document: one, or several when the template repeats rows.
class Record final : public office::ValueSource {
public:
    std::vector<office::DataRow> rows;
    std::size_t row_count() const override { return rows.size(); }
    const office::Value& value(std::size_t row, int column) const override;
};

class Records {
public:
    // Reads the whole table. With `group`, rows for which it returns the same text become one record, at the
    // place of the first; an error of `group` puts the row into a record of its own.
    using GroupKey = std::function<Result<std::string>(const Record&)>;
    static Result<Records> read(office::TableReader&, const GroupKey& group);

    std::size_t size() const { return record_begin_.empty() ? 0 : record_begin_.size() - 1; }
    // Thread-safe.
    Result<Record> record(std::size_t index) const;

private:
    Records() = default;
    std::shared_ptr<SpillFile> spill_;
    std::shared_ptr<std::mutex> mutex_ = std::make_shared<std::mutex>();
    std::vector<std::uint64_t> row_offset_;    // in the spill file; one more than rows
    std::vector<std::uint32_t> rows_;          // row indices, record by record; empty when each row is a record
    std::vector<std::uint32_t> record_begin_;  // into rows_ (or of the rows themselves)
};

}  // namespace shanqi::documents
