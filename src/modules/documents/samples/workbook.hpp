// A small writer of .xlsx files for the sample. It is ours because the sample needs what writers avoid and real
// files have: inline strings, rich text, text that looks like a number, error cells, an ID that lost its digits.
// ECMA-376 part 1, clause 18.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shanqi::sample {

// Index into the cellXfs of styles.xml, which workbook.cpp writes in this order.
enum class CellStyle { plain, title, header, text, thousands, date_slashes, date_chinese, date_iso, total };

struct Cell {
    std::string xml;   // between <c …> and </c>
    std::string type;  // attribute t, empty: number
    CellStyle style = CellStyle::plain;
};

class Worksheet {
public:
    Cell shared(std::string_view text, CellStyle style = CellStyle::plain);
    Cell rich(std::string_view bold_red, std::string_view rest);  // two runs of one string
    static Cell inline_text(std::string_view text);
    static Cell number(std::string_view digits, CellStyle style = CellStyle::plain);
    static Cell formula(std::string_view formula, std::string_view cached, CellStyle style = CellStyle::plain);
    static Cell error(std::string_view shown);  // #N/A, as a VLOOKUP leaves it
    static Cell blank(CellStyle style = CellStyle::plain);

    void row(const std::vector<Cell>& cells, bool hidden = false);
    void skip_row() { ++rows_; }
    void merge(std::string_view range) { merges_.emplace_back(range); }
    void columns(const std::vector<int>& widths) { widths_ = widths; }
    void freeze(int row_count) { frozen_rows_ = row_count; }
    int rows() const { return rows_; }

    void save(const std::filesystem::path&, std::string_view sheet_name) const;

private:
    std::string sheet_xml() const;
    std::string shared_strings_xml() const;
    int share(const std::string& item_xml);

    std::string rows_xml_;
    int rows_ = 0;
    int frozen_rows_ = 0;
    std::vector<int> widths_;
    std::vector<std::string> merges_;
    std::vector<std::string> shared_;
    std::map<std::string, int, std::less<>> shared_index_;
};

std::string escape_xml(std::string_view);

}  // namespace shanqi::sample
