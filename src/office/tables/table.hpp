// Lists of people and schools as offices keep them: .xlsx, and .csv in UTF-8 or GB18030. ECMA-376 part 1
// clause 18, RFC 4180. The reader streams; shared strings spill to a temporary file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::office {

namespace limits {
constexpr std::int64_t rows_max = 1'048'576;     // what a worksheet can hold
constexpr int columns_max = 1024;                // a list wider than this is not a list
constexpr std::size_t cell_bytes_max = 131'068;  // 32,767 characters (Excel's own limit) of UTF-8
}  // namespace limits

// The text of a cell whose formula has no result in the file; a Value of kind error.
constexpr std::string_view uncalculated = "#未计算";

// One cell as a value that can be put into a document. `text` is always what a person would read in it.
struct Value {
    enum class Kind : std::uint8_t {
        blank,
        text,
        number,   // `number`; text is the shortest exact form ("12.5", "13800138000", never "1.38E+10")
        date,     // `date`; text is "2026年3月5日"
        boolean,  // text is 是 or 否
        error,    // #N/A, #REF!…: text is the error as shown
        damaged,  // an 18-digit ID stored as a number: digits lost. text is what is left, never to be used
    };
    Kind kind = Kind::blank;
    std::string text;
    double number = 0;
    Date date;
    int hour = 0, minute = 0, second = 0;  // a date with a time of day
    bool operator==(const Value&) const = default;
};

struct DataRow {
    std::int64_t number = 0;   // 1-based row in the file as the spreadsheet program shows it (CSV: record)
    std::vector<Value> cells;  // one per column of TableReader::columns()
    std::vector<int> merged;   // positions in cells whose value stands in a cell merged down from a record above
    int extra_cells = 0;       // filled cells outside of those columns: they belong to no header
};

// What a column was taken for, by its header and the content of the first rows; advice for a person, never
// used to change a value silently.
enum class ColumnKind : std::uint8_t {
    text,
    number,
    money,
    date,
    mobile,
    identity_number,
    credit_code,
    email,
    boolean,
    empty
};

struct DataColumn {
    std::string name;    // header; those of two or three rows are joined: "联系人/电话"
    std::string letter;  // "C"
    int index = 0;       // 0-based in the sheet
    ColumnKind kind = ColumnKind::text;
    bool duplicate = false;  // other columns have this header: each got a number behind it, "电话(1)", "电话(2)"
    bool unnamed = false;    // no header stands over it: the name is "D列"

    std::string_view leaf() const { return std::string_view(name).substr(name.rfind('/') + 1); }  // "电话"
};

// Rows that are in the file but not records, with the reason: told to the user, never dropped in silence.
struct SkippedRow {
    enum class Reason : std::uint8_t { title, header, total, note, blank, hidden } reason = Reason::blank;
    std::int64_t number = 0;
    std::string text;  // its first words
};

class TableReader {
public:
    virtual ~TableReader() = default;
    virtual const std::vector<DataColumn>& columns() const = 0;
    virtual const std::string& sheet() const = 0;  // empty for CSV
    virtual const std::vector<std::string>& sheets() const = 0;
    virtual std::int64_t header_row() const = 0;  // of the last header row
    virtual std::string encoding() const = 0;     // "xlsx", "utf-8", "utf-8-bom", "gb18030"
    // The next record; none at the end. An Error here ends the reading (a broken file); a bad cell is a Value.
    virtual Result<std::optional<DataRow>> next() = 0;
    virtual const std::vector<SkippedRow>& skipped() const = 0;  // so far; of blank rows only the first 100 are kept
    virtual std::int64_t skipped_count(SkippedRow::Reason) const = 0;
};

struct TableOptions {
    std::string sheet;  // empty: the first visible sheet that holds a table
};

// Errors: tables.not_a_workbook, tables.old_xls (save as .xlsx), tables.encrypted, tables.html, tables.zip_bomb,
// tables.truncated, tables.damaged, tables.unsafe_xml, tables.no_sheet (with the names), tables.no_header,
// tables.bad_encoding, tables.unclosed_quote, file.*
Result<std::unique_ptr<TableReader>> open_table(const std::filesystem::path&, const TableOptions& = {});

}  // namespace shanqi::office
