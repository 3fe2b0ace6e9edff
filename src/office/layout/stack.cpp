#include "office/layout/boxes.hpp"
#include "office/layout/decorations.hpp"
#include "office/layout/layout.hpp"
#include "office/layout/table_box.hpp"

namespace shanqi::office {

namespace {

class StackMaker {
public:
    StackMaker(double width, const Context& context) : context_(context) { stack_.width = width; }

    Result<> add(const ParagraphPtr& paragraph) {
        const ListLabel label = context_.counters->next(*paragraph, *context_.document);
        auto box = TRY(make_paragraph_box(paragraph, stack_.width, label, context_));
        stack_.has_numbering = stack_.has_numbering || label.level;
        stack_.has_page_number = stack_.has_page_number || box->laid.has_page_number || box->laid.has_total_pages;
        y_ += gap_between(above_.get(), box.get());
        Piece piece;
        piece.at = {0, y_};
        piece.height = box->laid.height;
        piece.line_end = box->laid.lines.size();
        piece.paragraph = box;
        y_ += piece.height;
        stack_.pieces.push_back(std::move(piece));
        above_ = std::move(box);
        return {};
    }

    Result<> add(const TablePtr& table) {
        if (context_.depth >= limits::table_depth_max)
            return fail(ErrorKind::limit, "layout.tables_too_deep",
                        {{"limit", std::to_string(limits::table_depth_max)}});
        auto box = TRY(make_table_box(table, stack_.width, context_));
        stack_.has_numbering = stack_.has_numbering || box->has_numbering;
        stack_.has_page_number = stack_.has_page_number || box->has_page_number;
        y_ += gap_between(above_.get(), nullptr);
        above_ = nullptr;
        for (auto& part : row_parts(box, context_.is_artifact)) {
            Piece piece;
            piece.at = {0, y_};
            piece.height = part->height;
            y_ += piece.height;
            piece.table = std::move(part);
            stack_.pieces.push_back(std::move(piece));
        }
        return {};
    }

    Stack finish() {
        stack_.height = y_ + gap_between(above_.get(), nullptr);
        return std::move(stack_);
    }

private:
    const Context& context_;
    Stack stack_;
    ParagraphBoxPtr above_;
    double y_ = 0;
};

}  // namespace

Result<Stack> make_stack(const Blocks& blocks, double width, const Context& context) {
    StackMaker maker(width, context);
    for (const auto& block : blocks) {
        const auto* paragraph = std::get_if<ParagraphPtr>(&block);
        if (paragraph && (*paragraph)->is_empty_tail && blocks.size() > 1) continue;  // Word gives it no room
        TRY_DO(std::visit([&](const auto& content) { return maker.add(content); }, block));
    }
    return maker.finish();
}

}  // namespace shanqi::office
