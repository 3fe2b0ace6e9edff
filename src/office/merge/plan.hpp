// A compiled template: the document's tree in which everything that no row changes is kept whole, and the rest
// is a plan of how to make it. Internal to the room.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/money.hpp"
#include "office/document/document.hpp"
#include "office/merge/filter.hpp"
#include "office/merge/merge.hpp"

namespace shanqi::office::merging {

namespace limits {
constexpr std::size_t field_bytes_max = 600;     // between the braces
constexpr std::size_t fields_max = 20'000;       // of one template
constexpr int depth_max = 64;                    // conditions, tables and text boxes inside one another
constexpr std::size_t value_bytes_max = 30'000;  // of one value: about 10,000 Chinese characters
constexpr std::size_t rows_max = 20'000;         // data rows of one document
constexpr std::size_t parts_max = 2'000'000;     // inlines, paragraphs and rows made for one document
}  // namespace limits

struct Expression {
    enum class Source : std::uint8_t { column, number, sequence, year, month, day, today, row_number };
    Source source = Source::column;
    std::string name;           // as in the template
    bool column_asked = false;  // 列: was written: never a built-in
    bool from_word = false;     // MERGEFIELD: its names have _ where the column has a space
    int slot = -1;              // column: index into Names
    std::size_t width = 0;      // {{序号:5}}
    std::vector<Filter> filters;
    std::optional<std::string> default_text;
    std::string before, after;  // Word's \b and \f: only where there is a value
    std::vector<std::string> written_filters;
};

struct Condition {
    enum class Operator : std::uint8_t { is_true, equal, not_equal, greater, greater_equal, less, less_equal };
    Expression field;
    Operator op = Operator::is_true;
    std::string operand;  // folded
    std::optional<Decimal> number;
    std::optional<Date> date;
};

template <class Leaf>
struct Node;
template <class Leaf>
using Nodes = std::vector<Node<Leaf>>;
template <class Leaf>
struct Choice {
    Condition condition;
    Nodes<Leaf> then, otherwise;
};
template <class Leaf>
struct Loop {
    Nodes<Leaf> body;
    std::string words;  // the first words of its paragraph, for messages
};
template <class Leaf>
struct Node {
    std::variant<Leaf, Choice<Leaf>, Loop<Leaf>> value;
};

struct FieldInline {
    Expression expression;
    RunStylePtr style;
};
struct BlockPlan;
struct DrawingPlan {
    Drawing shell;  // a Shape whose text box is empty
    std::shared_ptr<BlockPlan> blocks;
};
using InlineLeaf = std::variant<Inline, FieldInline, DrawingPlan>;

struct ParagraphPlan {
    Paragraph shell;  // without inlines, static_id 0
    Nodes<InlineLeaf> inlines;
};
struct TablePlan;
using BlockLeaf = std::variant<Block, ParagraphPlan, std::shared_ptr<TablePlan>>;
struct BlockPlan {
    Nodes<BlockLeaf> nodes;
    bool is_static = false;
    Block filler;  // where nothing is left but something must stand: an empty paragraph in the first one's style
};

struct CellPlan {
    Cell shell;  // without blocks
    std::shared_ptr<BlockPlan> blocks;
    int grid_column = 0;
    std::shared_ptr<const CellPlan> merged_from;  // resume: the cell in which the vertical merge began
};
struct RowPlan {
    Row shell;  // without cells
    std::vector<std::shared_ptr<const CellPlan>> cells;
};
struct TablePlan {
    Table shell;  // without rows, static_id 0
    Nodes<RowPlan> rows;
    bool has_vertical_merges = false;
};

struct SectionPlan {
    Section shell;  // without blocks, headers and footers
    BlockPlan body;
    BlockPlan header_default, header_first, header_even, footer_default, footer_first, footer_even;
};

// The names that a template or pattern asks of the data, and the columns that they were bound to.
class Names {
public:
    int slot_of(const Expression&);  // the same slot for names that are equal after folding
    Result<> bind(std::span<const std::string> columns);
    int column(int slot) const {
        return slot < static_cast<int>(columns_.size()) ? columns_[static_cast<std::size_t>(slot)] : -1;
    }
    std::string canonical_values(const ValueSource&) const;

private:
    struct Name {
        std::string written, folded;
        bool from_word = false;
    };
    std::vector<Name> names_;
    std::vector<int> columns_;       // by slot; empty until bound
    std::vector<int> sorted_slots_;  // by folded name
};

// Everything that fields do not tell by themselves, found while walking the finished plan.
struct Inventory {
    Names names;
    std::vector<TemplateField> fields;
    std::vector<std::string> countersigners;
    bool repeats = false, has_seal = false, has_qr_code = false;
};

// What a field stands for, put into an inventory. `repeated`: inside 每行; `guarded`: under a condition on itself.
void register_field(Expression&, bool repeated, bool guarded, Inventory&);

// Errors of the plan as a whole: merge.nested_repeat, merge.mark_in_repeat, merge.duplicate_countersign.
Result<> take_inventory(std::vector<SectionPlan>&, Inventory&);

// Where a value is taken from: the row of the document, and how far a 每行 has counted.
struct Scope {
    std::size_t row = 0;
    bool repeated = false;
};

// Evaluates expressions for one document.
class Evaluator {
public:
    Evaluator(const Names& names, const ValueSource& source, const BuiltIns& built_ins)
        : names_(names), source_(source), built_ins_(built_ins) {}
    Result<std::string> text(const Expression&, Scope) const;
    Result<bool> holds(const Condition&, Scope) const;
    std::size_t row_count() const { return source_.row_count(); }

private:
    const Value& value(const Expression&, Scope, Value& storage) const;
    const Names& names_;
    const ValueSource& source_;
    const BuiltIns& built_ins_;
};

// Walks nodes as the row's values decide. Visitor: leaf(const Leaf&, Scope), and failed(Error) → false: stop.
template <class Leaf, class Visitor>
bool expand(const Nodes<Leaf>& nodes, Scope scope, const Evaluator& evaluator, Visitor& visitor) {
    for (const Node<Leaf>& node : nodes) {
        if (const auto* leaf = std::get_if<Leaf>(&node.value)) {
            if (!visitor.leaf(*leaf, scope)) return false;
        } else if (const auto* choice = std::get_if<Choice<Leaf>>(&node.value)) {
            auto held = evaluator.holds(choice->condition, scope);
            if (!held) {
                if (!visitor.failed(std::move(held).error())) return false;
            } else if (!expand(*held ? choice->then : choice->otherwise, scope, evaluator, visitor)) {
                return false;
            }
        } else {
            const auto& loop = std::get<Loop<Leaf>>(node.value);
            for (std::size_t row = 0; row < evaluator.row_count(); ++row) {
                if (!expand(loop.body, {row, true}, evaluator, visitor)) return false;
            }
        }
    }
    return true;
}

}  // namespace shanqi::office::merging
