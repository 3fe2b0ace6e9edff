// Templates come from strangers. The input is a small document in a line format: each line is a paragraph,
// a line that begins with '|' a table row whose cells are separated by '|', '\x01' starts a new run, '\x02' a
// MERGEFIELD with the rest of the line as its switches. Compiled, bound to whatever it asks for, checked and filled.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "office/merge/merge.hpp"

namespace {

using namespace shanqi;
using namespace shanqi::office;

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> out;
    for (;;) {
        const std::size_t next = text.find(at);
        out.push_back(text.substr(0, next));
        if (next == text.npos) return out;
        text.remove_prefix(next + 1);
    }
}

ParagraphPtr paragraph(std::string_view line) {
    auto made = std::make_shared<Paragraph>();
    const auto style = std::make_shared<RunStyle>();
    const std::size_t field = line.find('\x02');
    for (const std::string_view run : split(line.substr(0, field), '\x01'))
        made->inlines.push_back(Text{std::string(run), style});
    if (field != line.npos) made->inlines.push_back(MergeField{"字段", std::string(line.substr(field + 1)), style});
    return made;
}

Document document(std::string_view text) {
    Document out;
    Blocks& blocks = out.sections.emplace_back().blocks;
    std::shared_ptr<Table> table;
    for (const std::string_view line : split(text, '\n')) {
        if (!line.starts_with('|')) {
            table = nullptr;
            blocks.push_back(paragraph(line));
            continue;
        }
        if (table == nullptr) {
            table = std::make_shared<Table>();
            blocks.push_back(TablePtr(table));
        }
        Row& row = table->rows.emplace_back();
        for (const std::string_view cell : split(line.substr(1), '|')) {
            Cell& made = row.cells.emplace_back();
            made.vertical_merge = cell.starts_with('^')   ? Cell::VerticalMerge::restart
                                  : cell.starts_with('"') ? Cell::VerticalMerge::resume
                                                          : Cell::VerticalMerge::none;
            made.blocks = {paragraph(cell)};
        }
    }
    return out;
}

// Hands out awkward values in turn.
class Values final : public ValueSource {
public:
    explicit Values(std::string_view sample) {
        const auto add = [&](Value::Kind kind, std::string text, double number = 0) {
            Value& value = all_.emplace_back();
            value.kind = kind;
            value.text = std::move(text);
            value.number = number;
        };
        add(Value::Kind::text, std::string(sample.substr(0, 40)));
        add(Value::Kind::number, "12345.5", 12345.5);
        add(Value::Kind::text, "2026年3月5日");
        add(Value::Kind::date, "2026年3月5日");
        add(Value::Kind::text, "¥1,234.50元");
        add(Value::Kind::text, "甲\r\n乙\t丙");
        add(Value::Kind::number, "1e300", 1e300);
        add(Value::Kind::blank, "");
    }
    std::size_t row_count() const override { return 3; }
    const Value& value(std::size_t row, int column) const override {
        return all_[(row + static_cast<std::size_t>(column)) % all_.size()];
    }

private:
    std::vector<Value> all_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (size > 4096 || !is_utf8(text)) return 0;
    const Values values(text);
    const BuiltIns built_ins{"SQ-1", 1, Date{}};
    std::vector<std::string> columns;
    if (auto made = Template::compile(document(text))) {
        for (const TemplateField& field : made->fields()) columns.push_back(field.name);
        if (made->bind(columns)) {
            const std::vector<Error> problems = made->check(values, built_ins);
            const auto filled = made->fill(values, built_ins);
            // What check() passes can be filled; what it refuses cannot.
            if (problems.empty() != filled.has_value()) std::abort();
            (void)made->canonical_values(values);
        }
    }
    if (auto pattern = Pattern::compile(text)) {
        columns.clear();
        for (const TemplateField& field : pattern->fields()) columns.push_back(field.name);
        if (pattern->bind(columns)) (void)pattern->evaluate(values, built_ins);
    }
    return 0;
}
