#include "office/tables/xlsx_source.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "office/tables/shared_strings.hpp"
#include "office/tables/values.hpp"
#include "office/tables/workbook_parts.hpp"
#include "office/tables/xml_stream.hpp"

namespace shanqi::office::tables {
namespace {

struct Context {
    std::unique_ptr<Package> package;
    WorkbookParts parts;
    std::vector<NumberFormat> cell_formats;
    std::optional<SharedStrings> shared_strings;
    std::vector<std::string> sheet_names;
};

enum class CellType : std::uint8_t { number, shared, inline_string, formula_string, boolean, error, iso_date };

CellType cell_type(std::string_view t) {
    if (t.empty() || t == "n") return CellType::number;
    if (t == "s") return CellType::shared;
    if (t == "inlineStr") return CellType::inline_string;
    if (t == "str") return CellType::formula_string;
    if (t == "b") return CellType::boolean;
    if (t == "e") return CellType::error;
    return t == "d" ? CellType::iso_date : CellType::number;
}

// Finished rows wait in a ring whose memory is used again.
class SheetHandler final : public XmlHandler {
public:
    explicit SheetHandler(Context& context) : context_(context) {}

    bool has_row() const { return taken_ < finished_; }

    void take(RawRow& row) {
        std::swap(row, rows_[taken_++]);
        if (taken_ < finished_) return;
        // A piece may end inside a row: what it has so far moves to the front too.
        if (finished_ > 0 && finished_ < rows_.size()) std::swap(rows_[0], rows_[finished_]);
        taken_ = finished_ = 0;
    }

    void start(std::string_view name, XmlAttributes attributes) override {
        if (name == "c") {
            start_cell(attributes);
        } else if (name == "v") {
            collecting_ = in_cell_;
        } else if (name == "f") {
            has_formula_ = in_cell_;
        } else if (name == "row") {
            start_row(attributes);
        } else if (name == "t") {
            collecting_ = in_inline_ && phonetic_ == 0;
        } else if (name == "is") {
            in_inline_ = in_cell_;
        } else if (name == "rPh") {
            ++phonetic_;
        } else if (name == "sheetData") {
            in_data_ = true;
        }
    }

    void end(std::string_view name) override {
        if (name == "v" || name == "t") {
            collecting_ = false;
        } else if (name == "c") {
            end_cell();
        } else if (name == "row") {
            end_row();
        } else if (name == "is") {
            in_inline_ = false;
        } else if (name == "rPh") {
            --phonetic_;
        } else if (name == "sheetData") {
            in_data_ = false;
        }
    }

    void text(std::string_view text) override {
        if (!collecting_) return;
        if (text_.size() + text.size() > limits::cell_bytes_max) {
            return refuse("tables.cell_too_long");
        }
        text_ += text;
    }

private:
    RawRow& row() { return rows_[finished_]; }

    void refuse(std::string_view key) {
        status = fail(ErrorKind::limit, key, {{"limit", std::to_string(limits::columns_max)}},
                      {.cell = cell_name(column_, in_row_ ? row().number : 0)});
    }

    void start_row(XmlAttributes attributes) {
        if (!in_data_ || in_row_) return;
        in_row_ = true;
        if (rows_.size() <= finished_) rows_.emplace_back();
        RawRow& row = this->row();
        row.cells.clear();
        const std::string_view r = attribute(attributes, "r");
        std::int64_t number = last_row_ + 1;
        std::from_chars(r.data(), r.data() + r.size(), number);
        // Rows come in order (18.3.1.73); a number that goes back would overwrite what was delivered.
        if (number <= last_row_ || number > limits::rows_max) number = last_row_ + 1;
        if (number > limits::rows_max) {
            status = fail(ErrorKind::limit, "tables.too_many_rows", {{"limit", std::to_string(limits::rows_max)}});
            return;
        }
        row.number = last_row_ = number;
        row.hidden = is_true(attribute(attributes, "hidden"));
        column_ = -1;
    }

    void start_cell(XmlAttributes attributes) {
        if (!in_row_ || in_cell_) return;
        in_cell_ = true;
        has_formula_ = false;
        text_.clear();
        type_ = CellType::number;
        std::size_t style = 0;
        int column = column_ + 1;
        for (; *attributes != nullptr; attributes += 2) {
            const std::string_view key = attributes[0], value = attributes[1];
            if (key == "r") {
                int found = 0;
                std::int64_t row_number = 0;
                if (parse_cell_reference(value, found, row_number)) column = found;
            } else if (key == "t") {
                type_ = cell_type(value);
            } else if (key == "s") {
                std::from_chars(value.data(), value.data() + value.size(), style);
            }
        }
        column_ = column;
        style_ = style;
    }

    void end_cell() {
        if (!in_cell_) return;
        in_cell_ = false;
        // Programs write formulas without a result and leave the reckoning to the spreadsheet program. A result that
        // is an empty text says so by its type.
        const bool no_result = has_formula_ && text_.empty() && type_ != CellType::formula_string;
        if (text_.empty() && !no_result) return;
        Value value = no_result ? error_cell(std::string(uncalculated)) : cell_value();
        if (value.kind == Value::Kind::blank) return;
        if (column_ >= limits::columns_max) return refuse("tables.too_wide");
        std::vector<Value>& cells = row().cells;
        const auto index = static_cast<std::size_t>(column_);
        if (cells.size() <= index) cells.resize(index + 1);
        cells[index] = std::move(value);
    }

    Value cell_value() {
        // White space around an index is allowed (XML Schema part 2, 4.3.6).
        if (type_ == CellType::shared || type_ == CellType::boolean) text_ = trimmed(text_);
        switch (type_) {
            case CellType::shared: {
                std::size_t index = static_cast<std::size_t>(-1);
                std::from_chars(text_.data(), text_.data() + text_.size(), index);
                if (!context_.shared_strings || index >= context_.shared_strings->size()) {
                    status = fail(ErrorKind::invalid, "tables.damaged", {{"part", "sharedStrings.xml"}},
                                  {.cell = cell_name(column_, row().number)});
                    return {};
                }
                return text_cell(std::string(context_.shared_strings->at(index)));
            }
            case CellType::inline_string:
            case CellType::formula_string:
                return text_cell(plain_string(std::exchange(text_, {})));
            case CellType::boolean:
                return boolean_cell(is_true(text_));
            case CellType::error:
                return error_cell(text_);
            case CellType::iso_date:
                return iso_date_cell(text_);
            case CellType::number:
                break;
        }
        const bool known = style_ < context_.cell_formats.size();
        return number_cell(text_, known ? context_.cell_formats[style_] : NumberFormat{}, context_.parts.dates_1904);
    }

    void end_row() {
        if (!in_row_) return;
        in_row_ = false;
        ++finished_;
    }

    Context& context_;
    std::vector<RawRow> rows_;
    std::size_t taken_ = 0, finished_ = 0;
    std::int64_t last_row_ = 0;
    int column_ = -1;
    std::size_t style_ = 0;
    CellType type_ = CellType::number;
    std::string text_;
    int phonetic_ = 0;
    bool has_formula_ = false;
    bool in_data_ = false, in_row_ = false, in_cell_ = false, in_inline_ = false, collecting_ = false;
};

class XlsxRows final : public RowSource {
public:
    XlsxRows(std::shared_ptr<Context> context, std::string sheet, std::vector<MergedRange> merges)
        : context_(std::move(context)), sheet_(std::move(sheet)), merges_(std::move(merges)), handler_(*context_) {}

    Result<> open(const std::string& part) {
        stream_.emplace(TRY(XmlStream::open(*context_->package, part, handler_)));
        return {};
    }

    Result<bool> next(RawRow& row) override {
        while (!handler_.has_row() && !ended_) ended_ = !TRY(stream_->feed());
        if (!handler_.has_row()) return false;
        handler_.take(row);
        return true;
    }

    const std::vector<MergedRange>& merges() const override { return merges_; }
    std::string encoding() const override { return "xlsx"; }
    const std::string& sheet() const override { return sheet_; }
    const std::vector<std::string>& sheets() const override { return context_->sheet_names; }

private:
    std::shared_ptr<Context> context_;
    std::string sheet_;
    std::vector<MergedRange> merges_;
    SheetHandler handler_;
    std::optional<XmlStream> stream_;
    bool ended_ = false;
};

class XlsxWorkbook final : public Workbook {
public:
    explicit XlsxWorkbook(std::shared_ptr<Context> context) : context_(std::move(context)) {}

    const std::vector<Worksheet>& worksheets() const override { return context_->parts.worksheets; }

    Result<std::unique_ptr<RowSource>> rows(std::size_t index) override {
        if (!context_->shared_strings) {
            context_->shared_strings.emplace(
                TRY(SharedStrings::read(*context_->package, context_->parts.shared_strings)));
            context_->cell_formats = TRY(read_cell_formats(*context_->package, context_->parts.styles));
        }
        const Worksheet& sheet = context_->parts.worksheets[index];
        auto rows = std::make_unique<XlsxRows>(context_, sheet.name, TRY(read_merges(*context_->package, sheet.part)));
        TRY_DO(rows->open(sheet.part));
        return rows;
    }

private:
    std::shared_ptr<Context> context_;
};

}  // namespace

Result<std::shared_ptr<Workbook>> Workbook::open(std::unique_ptr<Package> package) {
    auto context = std::make_shared<Context>();
    context->package = std::move(package);
    context->parts = TRY(read_workbook_parts(*context->package));
    for (const Worksheet& sheet : context->parts.worksheets) context->sheet_names.push_back(sheet.name);
    return std::make_shared<XlsxWorkbook>(std::move(context));
}

}  // namespace shanqi::office::tables
