#include <algorithm>

#include "office/merge/fill.hpp"

namespace shanqi::office::merging {
namespace {

// Walks the branches that this row takes: a field in another branch may be empty.
struct Checker {
    const Evaluator& evaluator;
    std::vector<Error>& problems;

    bool failed(Error error) {
        constexpr std::size_t problems_max = 100;
        const bool seen = std::ranges::any_of(
            problems, [&](const Error& one) { return one.key == error.key && one.place == error.place; });
        if (!seen) problems.push_back(std::move(error));
        return problems.size() < problems_max;
    }
    bool blocks(const BlockPlan& plan, Scope scope) {
        return plan.is_static || expand(plan.nodes, scope, evaluator, *this);
    }

    bool leaf(const InlineLeaf& leaf, Scope scope) {
        if (const auto* field = std::get_if<FieldInline>(&leaf)) {
            auto text = evaluator.text(field->expression, scope);
            return text || failed(std::move(text).error());
        }
        const auto* drawing = std::get_if<DrawingPlan>(&leaf);
        return drawing == nullptr || blocks(*drawing->blocks, scope);
    }
    bool leaf(const BlockLeaf& leaf, Scope scope) {
        if (const auto* paragraph = std::get_if<ParagraphPlan>(&leaf))
            return expand(paragraph->inlines, scope, evaluator, *this);
        const auto* table = std::get_if<std::shared_ptr<TablePlan>>(&leaf);
        return table == nullptr || expand((*table)->rows, scope, evaluator, *this);
    }
    bool leaf(const RowPlan& row, Scope scope) {
        return std::ranges::all_of(row.cells, [&](const auto& cell) { return blocks(*cell->blocks, scope); });
    }
};

}  // namespace

std::vector<Error> find_problems(const std::vector<SectionPlan>& sections, const Evaluator& evaluator) {
    std::vector<Error> problems;
    if (evaluator.row_count() > limits::rows_max) {
        problems.push_back(
            {ErrorKind::limit, "merge.too_many_rows", {{"limit", std::to_string(limits::rows_max)}}, {}});
        return problems;
    }
    Checker checker{evaluator, problems};
    for (const SectionPlan& section : sections) {
        for (const BlockPlan* plan :
             {&section.body, &section.header_default, &section.header_first, &section.header_even,
              &section.footer_default, &section.footer_first, &section.footer_even}) {
            if (!checker.blocks(*plan, {})) return problems;
        }
    }
    return problems;
}

}  // namespace shanqi::office::merging
