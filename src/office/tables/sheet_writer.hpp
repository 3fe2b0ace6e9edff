// Writes a list as .xlsx in constant memory: header bold and frozen, text as text (format @), never a formula.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office {

struct ColumnSpec {
    std::string name;
    double width_characters = 14;  // of half-width characters, as Excel counts
};

class SheetWriter {
public:
    // Nothing appears under `path` before close(); an older file there is replaced only then.
    // Errors: file.*, tables.too_wide, tables.bad_sheet_name.
    static Result<SheetWriter> create(const std::filesystem::path& path, std::string_view sheet_name,
                                      std::vector<ColumnSpec> columns);

    SheetWriter(SheetWriter&&) noexcept;
    SheetWriter& operator=(SheetWriter&&) noexcept;
    ~SheetWriter();  // without close(): the file is not made

    // One row; missing cells stay blank. Text, errors and damaged numbers are written as strings, dates as dates,
    // numbers as numbers. Errors: tables.too_many_rows, tables.cell_too_long, tables.too_wide.
    Result<> row(std::span<const Value> cells);

    // Writes, syncs and renames.
    Result<> close();

private:
    struct Impl;
    explicit SheetWriter(std::unique_ptr<Impl>);
    std::unique_ptr<Impl> impl_;
};

// Cells for rows of our own lists.
Value text_value(std::string text);
Value integer_value(std::int64_t number);  // of at most 15 digits
Value date_value(Date date);

}  // namespace shanqi::office
