// Walks the finished plan once: fields get their slots, marks are counted, what may not be nested is refused.
#include <algorithm>

#include "base/text.hpp"
#include "office/merge/plan.hpp"

namespace shanqi::office::merging {
namespace {

class Walker {
public:
    explicit Walker(Inventory& inventory) : inventory_(inventory) {}

    Result<> walk(BlockPlan& plan) { return walk(plan.nodes); }

private:
    template <class Leaf>
    Result<> walk(Nodes<Leaf>& nodes) {
        for (Node<Leaf>& node : nodes) {
            if (auto* one = std::get_if<Leaf>(&node.value)) {
                TRY_DO(leaf(*one));
            } else if (auto* choice = std::get_if<Choice<Leaf>>(&node.value)) {
                TRY_DO(walk_choice(*choice));
            } else {
                TRY_DO(walk_loop(std::get<Loop<Leaf>>(node.value)));
            }
        }
        return {};
    }

    template <class Leaf>
    Result<> walk_choice(Choice<Leaf>& choice) {
        register_field(choice.condition.field, repeated_, true, inventory_);
        guards_.push_back(folded(choice.condition.field.name));
        TRY_DO(walk(choice.then));
        TRY_DO(walk(choice.otherwise));
        guards_.pop_back();
        return {};
    }

    template <class Leaf>
    Result<> walk_loop(Loop<Leaf>& loop) {
        if (repeated_) return fail(ErrorKind::invalid, "merge.nested_repeat", {{"words", loop.words}});
        repeated_ = inventory_.repeats = true;
        words_ = loop.words;
        TRY_DO(walk(loop.body));
        repeated_ = false;
        return {};
    }

    Result<> leaf(InlineLeaf& one) {
        if (auto* field = std::get_if<FieldInline>(&one)) {
            if (++fields_ > limits::fields_max)
                return fail(ErrorKind::limit, "merge.too_many_fields", {{"limit", std::to_string(limits::fields_max)}});
            const bool guarded = std::ranges::find(guards_, folded(field->expression.name)) != guards_.end();
            register_field(field->expression, repeated_, guarded, inventory_);
        } else if (auto* drawing = std::get_if<DrawingPlan>(&one)) {
            return walk(*drawing->blocks);
        } else {
            return marks(std::get<Inline>(one));
        }
        return {};
    }
    Result<> leaf(BlockLeaf& one) {
        if (auto* paragraph = std::get_if<ParagraphPlan>(&one)) return walk(paragraph->inlines);
        if (auto* table = std::get_if<std::shared_ptr<TablePlan>>(&one)) return walk((*table)->rows);
        return marks(std::get<Block>(one));
    }
    Result<> leaf(RowPlan& row) {
        for (auto& cell : row.cells) TRY_DO(walk(*cell->blocks));
        return {};
    }

    // What no row changes may hold marks all the same.
    Result<> marks(const Block& block) {
        if (const auto* paragraph = std::get_if<ParagraphPtr>(&block)) {
            for (const Inline& one : (*paragraph)->inlines) TRY_DO(marks(one));
            return {};
        }
        for (const Row& row : std::get<TablePtr>(block)->rows) {
            for (const Cell& cell : row.cells) {
                for (const Block& inner : cell.blocks) TRY_DO(marks(inner));
            }
        }
        return {};
    }
    Result<> marks(const Inline& one) {
        if (const auto* mark = std::get_if<Mark>(&one)) return count(*mark);
        const auto* drawing = std::get_if<Drawing>(&one);
        const Shape* shape = drawing != nullptr ? std::get_if<Shape>(&drawing->content) : nullptr;
        if (shape == nullptr || !shape->text) return {};
        for (const Block& inner : shape->text->blocks) TRY_DO(marks(inner));
        return {};
    }

    Result<> count(const Mark& mark) {
        if (repeated_) return fail(ErrorKind::invalid, "merge.mark_in_repeat", {{"words", words_}});
        inventory_.has_seal = inventory_.has_seal || mark.kind == Mark::Kind::seal;
        inventory_.has_qr_code = inventory_.has_qr_code || mark.kind == Mark::Kind::qr_code;
        if (mark.kind != Mark::Kind::countersign) return {};
        // Each is a signature field of the PDF, whose names are unique (ISO 32000-1, 12.7.3.2).
        const bool twice = std::ranges::find(inventory_.countersigners, mark.name) != inventory_.countersigners.end();
        if (twice) return fail(ErrorKind::invalid, "merge.duplicate_countersign", {{"name", mark.name}});
        inventory_.countersigners.push_back(mark.name);
        return {};
    }

    Inventory& inventory_;
    std::vector<std::string> guards_;
    std::string words_;  // of the repetition that is walked
    std::size_t fields_ = 0;
    bool repeated_ = false;
};

}  // namespace

Result<> take_inventory(std::vector<SectionPlan>& sections, Inventory& inventory) {
    Walker walker(inventory);
    for (SectionPlan& section : sections) {
        for (BlockPlan* plan : {&section.body, &section.header_default, &section.header_first, &section.header_even,
                                &section.footer_default, &section.footer_first, &section.footer_even}) {
            TRY_DO(walker.walk(*plan));
        }
    }
    return {};
}

}  // namespace shanqi::office::merging
