#include "office/merge/compile.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace shanqi::office::merging {
namespace {

bool shows_nothing(const Inline& one) {
    const auto* text = std::get_if<Text>(&one);
    return text != nullptr && trimmed(text->text).empty();
}

// A text box with fields becomes a plan; one with marks only gets new blocks; every other drawing stays.
struct CompiledDrawing {
    InlineLeaf leaf;
    bool changes = false;   // with the row
    bool replaced = false;  // a mark was found in it
};

Result<CompiledDrawing> compile_drawing(Inline one, int depth) {
    auto* drawing = std::get_if<Drawing>(&one);
    Shape* shape = drawing != nullptr ? std::get_if<Shape>(&drawing->content) : nullptr;
    if (shape == nullptr || !shape->text) return CompiledDrawing{std::move(one)};
    BlockPlan plan = TRY(compile_closed(shape->text->blocks, depth + 1));
    if (plan.is_static) {
        shape->text->blocks = static_blocks(plan);
        return CompiledDrawing{std::move(one), false, true};
    }
    shape->text->blocks.clear();
    return CompiledDrawing{DrawingPlan{std::move(*drawing), std::make_shared<BlockPlan>(std::move(plan))}, true};
}

struct InlineStream {
    InlineParts parts;
    bool changes = false;  // a field, a marker or a text box that a row changes
    bool split = false;    // a mark was found in the text: static, but not the same object
};

Result<InlineStream> compile_inlines(const Paragraph& paragraph, int depth) {
    InlineStream out;
    out.split = has_markers(paragraph.inlines);
    std::vector<Piece> pieces;
    if (out.split) {
        pieces = TRY(scan(paragraph.inlines));
    } else {
        for (const Inline& one : paragraph.inlines) pieces.push_back({one});
    }
    for (Piece& piece : pieces) {
        if (auto* control = std::get_if<Control>(&piece.value)) {
            control->words = first_words(paragraph.inlines);
            out.parts.push_back({std::move(*control)});
            out.changes = true;
        } else if (auto* field = std::get_if<FieldInline>(&piece.value)) {
            out.parts.push_back({Node<InlineLeaf>{InlineLeaf(std::move(*field))}});
            out.changes = true;
        } else {
            const bool blank = shows_nothing(std::get<Inline>(piece.value));
            CompiledDrawing compiled = TRY(compile_drawing(std::get<Inline>(std::move(piece.value)), depth));
            out.changes = out.changes || compiled.changes;
            out.split = out.split || compiled.replaced;
            out.parts.push_back({Node<InlineLeaf>{std::move(compiled.leaf)}, blank});
        }
    }
    return out;
}

// The one node that shows something, when it is a pair of markers around all the rest: the whole paragraph is
// conditional or repeated, not only what stands in it.
Node<InlineLeaf>* only_pair(InlineParts& parts) {
    Node<InlineLeaf>* only = nullptr;
    for (auto& part : parts) {
        if (part.blank || part.control() != nullptr) continue;
        if (only != nullptr) return nullptr;
        only = &std::get<Node<InlineLeaf>>(part.value);
    }
    if (only == nullptr) return nullptr;
    const auto* choice = std::get_if<Choice<InlineLeaf>>(&only->value);
    return (choice != nullptr && choice->otherwise.empty()) || std::holds_alternative<Loop<InlineLeaf>>(only->value)
               ? only
               : nullptr;
}

Node<BlockLeaf> paragraph_node(const Paragraph& paragraph, Nodes<InlineLeaf> inlines) {
    ParagraphPlan plan;
    plan.shell.style = paragraph.style;
    plan.shell.mark_style = paragraph.mark_style;
    plan.shell.is_empty_tail = paragraph.is_empty_tail;
    if (inlines.size() == 1) {  // what is inside a pair may be one pair again
        if (auto* choice = std::get_if<Choice<InlineLeaf>>(&inlines[0].value);
            choice != nullptr && choice->otherwise.empty()) {
            return {Choice<BlockLeaf>{
                std::move(choice->condition), {paragraph_node(paragraph, std::move(choice->then))}, {}}};
        }
        if (auto* loop = std::get_if<Loop<InlineLeaf>>(&inlines[0].value)) {
            return {Loop<BlockLeaf>{{paragraph_node(paragraph, std::move(loop->body))}, std::move(loop->words)}};
        }
    }
    plan.inlines = std::move(inlines);
    return {BlockLeaf(std::move(plan))};
}

Block static_copy(const Paragraph& paragraph, InlineParts& parts) {
    auto copy = std::make_shared<Paragraph>(paragraph);
    copy->static_id = next_static_id();
    copy->inlines.clear();
    for (auto& part : parts)
        copy->inlines.push_back(std::get<Inline>(std::get<InlineLeaf>(std::get<Node<InlineLeaf>>(part.value).value)));
    return ParagraphPtr(std::move(copy));
}

std::unexpected<Error> at_words(Error error, const Paragraph& paragraph) {
    const bool known = std::ranges::any_of(error.arguments, [](const auto& one) { return one.first == "words"; });
    if (!known) error.arguments.emplace_back("words", first_words(paragraph.inlines));
    return std::unexpected(std::move(error));
}

Result<> add_paragraph(const ParagraphPtr& paragraph, int depth, BlockParts& out) {
    InlineStream stream = TRY(compile_inlines(*paragraph, depth));
    if (!stream.changes) {
        const Block block = stream.split ? static_copy(*paragraph, stream.parts) : with_identity(paragraph);
        const bool blank = std::ranges::all_of(paragraph->inlines, shows_nothing);
        out.push_back({Node<BlockLeaf>{BlockLeaf(block)}, blank});
        return {};
    }
    InlineParts parts = TRY(pair(std::move(stream.parts)));
    if (Node<InlineLeaf>* only = only_pair(parts)) {
        InlineParts without_blanks;
        for (auto& part : parts) {
            if (part.control() != nullptr || &std::get<Node<InlineLeaf>>(part.value) == only)
                without_blanks.push_back(std::move(part));
        }
        parts = std::move(without_blanks);
    }
    Hoisted<InlineLeaf> hoisted = TRY(hoist(std::move(parts)));
    for (Control& control : hoisted.before) out.push_back({std::move(control)});
    if (!hoisted.shows_nothing) out.push_back({paragraph_node(*paragraph, std::move(hoisted.nodes))});
    for (Control& control : hoisted.after) out.push_back({std::move(control)});
    return {};
}

}  // namespace

Block with_identity(const ParagraphPtr& paragraph) {
    if (paragraph->static_id != 0) return paragraph;
    auto copy = std::make_shared<Paragraph>(*paragraph);
    copy->static_id = next_static_id();
    return ParagraphPtr(std::move(copy));
}

Block with_identity(const TablePtr& table) {
    if (table->static_id != 0) return table;
    auto copy = std::make_shared<Table>(*table);
    copy->static_id = next_static_id();
    return TablePtr(std::move(copy));
}

Result<> compile_paragraph(const ParagraphPtr& paragraph, int depth, BlockParts& out) {
    auto done = add_paragraph(paragraph, depth, out);
    return done ? done : at_words(std::move(done).error(), *paragraph);
}

Result<BlockParts> compile_blocks(const Blocks& blocks, int depth) {
    if (depth > limits::depth_max) return fail(ErrorKind::limit, "merge.too_deep");
    BlockParts parts;
    for (const Block& block : blocks) {
        if (const auto* paragraph = std::get_if<ParagraphPtr>(&block)) {
            TRY_DO(compile_paragraph(*paragraph, depth, parts));
        } else {
            TRY_DO(compile_table(std::get<TablePtr>(block), depth, parts));
        }
    }
    return pair(std::move(parts));
}

Blocks static_blocks(const BlockPlan& plan) {
    Blocks out;
    for (const Node<BlockLeaf>& node : plan.nodes) out.push_back(std::get<Block>(std::get<BlockLeaf>(node.value)));
    return out;
}

BlockPlan make_plan(Nodes<BlockLeaf> nodes, const Blocks& blocks) {
    BlockPlan plan;
    plan.is_static = std::ranges::all_of(nodes, [](const Node<BlockLeaf>& node) {
        const auto* leaf = std::get_if<BlockLeaf>(&node.value);
        return leaf != nullptr && std::holds_alternative<Block>(*leaf);
    });
    plan.nodes = std::move(nodes);
    auto filler = std::make_shared<Paragraph>();
    for (const Block& block : blocks) {
        const auto* paragraph = std::get_if<ParagraphPtr>(&block);
        if (paragraph == nullptr) continue;
        filler->style = (*paragraph)->style;
        filler->style.numbering.reset();
        filler->mark_style = (*paragraph)->mark_style;
        break;
    }
    filler->static_id = next_static_id();
    plan.filler = ParagraphPtr(std::move(filler));
    return plan;
}

Result<BlockPlan> compile_closed(const Blocks& blocks, int depth) {
    BlockParts parts = TRY(compile_blocks(blocks, depth));
    return make_plan(TRY(closed(std::move(parts))), blocks);
}

}  // namespace shanqi::office::merging
