#include "office/merge/fill.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace shanqi::office::merging {
namespace {

// Collects the inlines of a paragraph; text of one style becomes one run.
class InlineWriter {
public:
    explicit InlineWriter(std::vector<Inline>& out) : out_(out) {}

    void fixed(const Inline& one) {
        const auto* text = std::get_if<Text>(&one);
        if (text == nullptr) {
            out_.push_back(one);
        } else {
            append(text->text, text->style);
        }
    }

    void value(std::string_view text, const RunStylePtr& style) {
        take_apart(
            text, [&](std::string_view part) { append(part, style); },
            [&] { out_.push_back(Break{Break::Kind::line, style}); }, [&] { out_.push_back(Tab{style}); });
    }

private:
    void append(std::string_view text, const RunStylePtr& style) {
        if (text.empty()) return;
        if (!out_.empty()) {
            if (auto* last = std::get_if<Text>(&out_.back()); last != nullptr && last->style == style) {
                last->text += text;
                return;
            }
        }
        out_.push_back(Text{std::string(text), style});
    }
    std::vector<Inline>& out_;
};

// What one walk has made, and why it stopped.
struct Building {
    const Evaluator& evaluator;
    std::size_t& parts_left;
    std::optional<Error> failure;

    bool failed(Error error) {
        failure = std::move(error);
        return false;
    }
    bool count() {
        if (parts_left == 0)
            return failed({ErrorKind::limit, "merge.too_large", {{"limit", std::to_string(limits::parts_max)}}, {}});
        --parts_left;
        return true;
    }
};

bool fill_blocks(const BlockPlan& plan, Scope scope, Building& building, Blocks& out);

struct InlineVisitor {
    Building& building;
    InlineWriter writer;
    std::vector<Inline>& out;

    bool failed(Error error) { return building.failed(std::move(error)); }
    bool leaf(const InlineLeaf& leaf, Scope scope) {
        if (!building.count()) return false;
        if (const auto* one = std::get_if<Inline>(&leaf)) {
            writer.fixed(*one);
            return true;
        }
        if (const auto* field = std::get_if<FieldInline>(&leaf)) {
            auto text = building.evaluator.text(field->expression, scope);
            if (!text) return failed(std::move(text).error());
            writer.value(*text, field->style);
            return true;
        }
        const auto& plan = std::get<DrawingPlan>(leaf);
        Drawing drawing = plan.shell;
        if (!fill_blocks(*plan.blocks, scope, building, std::get<Shape>(drawing.content).text->blocks)) return false;
        out.push_back(std::move(drawing));
        return true;
    }
};

// A row that was built, with the cells' plans: for the repair of vertical merges.
struct BuiltRow {
    const RowPlan* plan;
    Scope scope;
};

struct RowVisitor {
    Building& building;
    std::vector<Row>& rows;
    std::vector<BuiltRow>& built;

    bool failed(Error error) { return building.failed(std::move(error)); }
    bool leaf(const RowPlan& plan, Scope scope) {
        if (!building.count()) return false;
        Row row = plan.shell;
        row.cells.reserve(plan.cells.size());
        for (const auto& cell : plan.cells) {
            Cell& made = row.cells.emplace_back(cell->shell);
            if (!fill_blocks(*cell->blocks, scope, building, made.blocks)) return false;
            if (made.blocks.empty()) made.blocks.push_back(cell->blocks->filler);
        }
        rows.push_back(std::move(row));
        built.push_back({&plan, scope});
        return true;
    }
};

// A cell that goes on with a merge whose beginning was dropped begins it now, with the beginning's content.
bool repair_merges(std::vector<Row>& rows, const std::vector<BuiltRow>& built, Building& building) {
    std::map<int, int> open;  // grid column to span of the merges that reach down to this row
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::map<int, int> next;
        for (std::size_t j = 0; j < rows[i].cells.size(); ++j) {
            Cell& cell = rows[i].cells[j];
            const CellPlan& plan = *built[i].plan->cells[j];
            if (cell.vertical_merge == Cell::VerticalMerge::none) continue;
            const auto above = open.find(plan.grid_column);
            if (cell.vertical_merge == Cell::VerticalMerge::resume &&
                (above == open.end() || above->second != cell.column_span)) {
                cell.vertical_merge = Cell::VerticalMerge::restart;
                if (plan.merged_from != nullptr) {
                    cell.blocks.clear();
                    if (!fill_blocks(*plan.merged_from->blocks, built[i].scope, building, cell.blocks)) return false;
                    if (cell.blocks.empty()) cell.blocks.push_back(plan.blocks->filler);
                }
            }
            next[plan.grid_column] = cell.column_span;
        }
        open = std::move(next);
    }
    return true;
}

struct BlockVisitor {
    Building& building;
    Blocks& out;

    bool failed(Error error) { return building.failed(std::move(error)); }
    bool leaf(const BlockLeaf& leaf, Scope scope) {
        if (const auto* block = std::get_if<Block>(&leaf)) {
            out.push_back(*block);
            return building.count();
        }
        if (const auto* plan = std::get_if<ParagraphPlan>(&leaf)) return paragraph(*plan, scope);
        return table(*std::get<std::shared_ptr<TablePlan>>(leaf), scope);
    }
    bool paragraph(const ParagraphPlan& plan, Scope scope) {
        if (!building.count()) return false;
        auto made = std::make_shared<Paragraph>(plan.shell);
        made->inlines.reserve(plan.inlines.size());
        InlineVisitor visitor{building, InlineWriter(made->inlines), made->inlines};
        if (!expand(plan.inlines, scope, building.evaluator, visitor)) return false;
        out.push_back(ParagraphPtr(std::move(made)));
        return true;
    }
    bool table(const TablePlan& plan, Scope scope) {
        auto made = std::make_shared<Table>(plan.shell);
        std::vector<BuiltRow> built;
        RowVisitor visitor{building, made->rows, built};
        if (!expand(plan.rows, scope, building.evaluator, visitor)) return false;
        if (plan.has_vertical_merges && !repair_merges(made->rows, built, building)) return false;
        if (!made->rows.empty()) out.push_back(TablePtr(std::move(made)));
        return true;
    }
};

bool fill_blocks(const BlockPlan& plan, Scope scope, Building& building, Blocks& out) {
    out.reserve(out.size() + plan.nodes.size());
    BlockVisitor visitor{building, out};
    return expand(plan.nodes, scope, building.evaluator, visitor);
}

}  // namespace

Result<Section> fill_section(const SectionPlan& plan, const Evaluator& evaluator, std::size_t& parts_left) {
    Section section = plan.shell;
    Building building{evaluator, parts_left, std::nullopt};
    const std::pair<const BlockPlan*, Blocks*> parts[] = {{&plan.body, &section.blocks},
                                                          {&plan.header_default, &section.header.default_blocks},
                                                          {&plan.header_first, &section.header.first_blocks},
                                                          {&plan.header_even, &section.header.even_blocks},
                                                          {&plan.footer_default, &section.footer.default_blocks},
                                                          {&plan.footer_first, &section.footer.first_blocks},
                                                          {&plan.footer_even, &section.footer.even_blocks}};
    for (const auto& [blocks, out] : parts) {
        if (!fill_blocks(*blocks, {}, building, *out)) return std::unexpected(*std::move(building.failure));
    }
    if (section.blocks.empty()) section.blocks.push_back(plan.body.filler);
    return section;
}

}  // namespace shanqi::office::merging
