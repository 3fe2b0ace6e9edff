#include <algorithm>

#include "office/merge/fill.hpp"

namespace shanqi::office::merging {
namespace {

// Walks the branches that this row takes: a field in another branch may be empty.
struct Checker {
    const Evaluator& evaluator;
    std::vector<Error>& problems;
    PageText* page;

    bool failed(Error error) {
        constexpr std::size_t problems_max = 100;
        const bool seen = std::ranges::any_of(
            problems, [&](const Error& one) { return one.key == error.key && one.place == error.place; });
        if (!seen) problems.push_back(std::move(error));
        return problems.size() < problems_max;
    }
    bool blocks(const BlockPlan& plan, Scope scope) {
        return (plan.is_static && page == nullptr) || expand(plan.nodes, scope, evaluator, *this);
    }

    bool leaf(const InlineLeaf& leaf, Scope scope) {
        if (const auto* field = std::get_if<FieldInline>(&leaf)) {
            auto text = evaluator.text(field->expression, scope);
            return text ? can_be_set(*text, *field, scope) : failed(std::move(text).error());
        }
        if (const auto* drawing = std::get_if<DrawingPlan>(&leaf)) return blocks(*drawing->blocks, scope);
        return fixed(std::get<Inline>(leaf));
    }
    bool leaf(const BlockLeaf& leaf, Scope scope) {
        if (const auto* paragraph = std::get_if<ParagraphPlan>(&leaf))
            return expand(paragraph->inlines, scope, evaluator, *this);
        if (const auto* table = std::get_if<std::shared_ptr<TablePlan>>(&leaf))
            return expand((*table)->rows, scope, evaluator, *this);
        return fixed(std::get<Block>(leaf));
    }
    bool leaf(const RowPlan& row, Scope scope) {
        return std::ranges::all_of(row.cells, [&](const auto& cell) { return blocks(*cell->blocks, scope); });
    }

    bool can_be_set(std::string_view text, const FieldInline& field, Scope scope) {
        if (page == nullptr) return true;
        std::optional<Error> refused;
        take_apart(
            text,
            [&](std::string_view part) {
                if (!refused) refused = page->refusal(part, field.style);
            },
            [] {}, [] {});
        if (!refused) return true;
        refused->place.field = field.expression.name;
        refused->place.row = static_cast<long>(scope.row) + 1;
        return failed(*std::move(refused));
    }
    bool fixed(const Block& block) {
        std::optional<Error> refused = page != nullptr ? page->refusal(block) : std::nullopt;
        return !refused || failed(*std::move(refused));
    }
    bool fixed(const Inline& one) {
        if (page == nullptr) return true;
        if (const auto* text = std::get_if<Text>(&one)) {
            std::optional<Error> refused = page->refusal(text->text, text->style);
            return !refused || failed(*std::move(refused));
        }
        const auto* drawing = std::get_if<Drawing>(&one);
        const Shape* shape = drawing != nullptr ? std::get_if<Shape>(&drawing->content) : nullptr;
        return shape == nullptr || !shape->text ||
               std::ranges::all_of(shape->text->blocks, [&](const Block& block) { return fixed(block); });
    }
};

}  // namespace

std::vector<Error> find_problems(const std::vector<SectionPlan>& sections, const Evaluator& evaluator, PageText* page) {
    std::vector<Error> problems;
    if (evaluator.row_count() > limits::rows_max) {
        problems.push_back(
            {ErrorKind::limit, "merge.too_many_rows", {{"limit", std::to_string(limits::rows_max)}}, {}});
        return problems;
    }
    Checker checker{evaluator, problems, page};
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
