#include "office/layout/flow.hpp"

#include <algorithm>
#include <cmath>

#include "office/layout/decorations.hpp"
#include "office/layout/floats.hpp"
#include "office/layout/layout.hpp"

namespace shanqi::office {

namespace {

constexpr double tolerance = 0.05;
constexpr double unlimited = 1e9;

struct FlowBlock {
    Block block;
    ListLabel label;
    ParagraphBoxPtr paragraph;  // one of two
    TableBoxPtr table;
};

enum class BreakKind { automatic, asked_for };

class Flow {
public:
    Flow(const Document& document, const Context& context, const BodyArea& body_area, int total_pages,
         const std::vector<int>& section_pages)
        : document_(document), context_(context), body_area_(body_area), section_totals_(section_pages) {
        context_.counters = &counters_;
        context_.numbers.pages = total_pages;
    }

    Result<Draft> run() {
        for (section_ = 0; section_ < document_.sections.size(); ++section_) {
            TRY_DO(begin_section());
            TRY_DO(make_blocks());
            TRY_DO(is_balanced() ? place_balanced() : place_blocks());
        }
        draft_.section_pages.resize(document_.sections.size());
        for (const auto& page : draft_.pages) ++draft_.section_pages[page.section];
        return std::move(draft_);
    }

private:
    // Where the flow stands, to come back to.
    struct State {
        std::size_t page_count = 0, notice_count = 0;
        PageDraft page;
        int number = 1;
        int column_index = 0;
        double group_top = 0, y = 0;
        ParagraphBoxPtr above;
        bool top_is_soft = false;
        LaidLine::End waiting_break = LaidLine::End::wrap;
        std::size_t chain_checked = 0;
        std::vector<Float> floats;
    };

    const Section& section() const { return document_.sections[section_]; }
    PageDraft& page() { return draft_.pages.back(); }
    FlowColumn& column() { return page().columns.back(); }
    bool column_is_empty() { return column().pieces.empty(); }
    double bottom() { return column().area.bottom(); }

    // ---- pages and columns ----

    Result<> begin_section() {
        context_.grid = grid_of(section());
        context_.numbers.page_format = section().page_number_format;
        context_.numbers.section_pages = section_ < section_totals_.size() ? section_totals_[section_] : 1;
        is_first_page_of_section_ = true;
        const bool goes_on = !draft_.pages.empty() && section().start == Section::Start::continuous && has_same_paper();
        if (goes_on) {
            continue_page();
            return {};
        }
        if (section().page_number_start) number_ = *section().page_number_start;
        above_ = nullptr;
        waiting_break_ = LaidLine::End::wrap;
        if (!draft_.pages.empty() && needs_blank_page()) TRY_DO(add_page(true));
        return new_page(BreakKind::asked_for);
    }

    bool has_same_paper() {
        const auto& before = document_.sections[page().section];
        return before.page_width == section().page_width && before.page_height == section().page_height;
    }

    bool needs_blank_page() const {
        if (section().start == Section::Start::odd_page) return number_ % 2 == 0;
        if (section().start == Section::Start::even_page) return number_ % 2 != 0;
        return false;
    }

    void continue_page() {
        double y = page().body.y;
        for (const auto& done : page().columns) {
            if (!done.pieces.empty()) y = std::max(y, done.pieces.back().at.y + done.pieces.back().height);
        }
        y += gap_between(above_.get(), nullptr);
        above_ = nullptr;
        is_first_page_of_section_ = false;
        page().is_shared = true;
        group_top_ = y;
        column_index_ = 0;
        const Area margin = margin_area(section());
        page().columns.push_back({column_area({margin.x, page().body.y, margin.width, page().body.height}), {}});
        y_ = y;
        top_is_soft_ = false;
    }

    Area column_area(const Area& body) const {
        const int count = std::max(1, section().columns);
        const double gap = section().column_gap;
        const double width = (body.width - gap * (count - 1)) / count;
        return {body.x + (width + gap) * column_index_, group_top_, width,
                std::min(body.bottom() - group_top_, column_height_max_)};
    }

    Result<> add_page(bool is_blank) {
        if (draft_.pages.size() >= static_cast<std::size_t>(limits::pages_max)) {
            return fail(ErrorKind::limit, "layout.too_many_pages", {{"limit", std::to_string(limits::pages_max)}});
        }
        PageDraft added;
        added.section = section_;
        added.number = number_++;
        added.is_blank = is_blank;
        if (document_.even_and_odd_headers && added.number % 2 == 0) added.kind = PageKind::even;
        if (section().title_page && is_first_page_of_section_ && !is_blank) added.kind = PageKind::first;
        added.body = body_area_(section_, added.kind);
        draft_.pages.push_back(std::move(added));
        floats_.clear();
        return {};
    }

    Result<> new_page(BreakKind kind) {
        TRY_DO(add_page(false));
        is_first_page_of_section_ = false;
        column_index_ = 0;
        group_top_ = page().body.y;
        start_column(kind);
        return {};
    }

    void start_column(BreakKind kind) {
        page().columns.push_back({column_area(page().body), {}});
        if (column_index_ > 0 && section().column_line) column().rule_x = column().area.x - section().column_gap / 2;
        y_ = column().area.y;
        above_ = nullptr;
        top_is_soft_ = kind == BreakKind::automatic;
        context_.numbers.page = page().number;
    }

    Result<> next_column(BreakKind kind) {
        if (column_index_ + 1 >= section().columns) return new_page(kind);
        ++column_index_;
        start_column(kind);
        return {};
    }

    Result<> obey(LaidLine::End end) {
        if (end == LaidLine::End::page_break) return new_page(BreakKind::asked_for);
        if (end == LaidLine::End::column_break) return next_column(BreakKind::asked_for);
        return {};
    }

    // ---- columns of equal height ----

    // Word balances the columns of a section that another one follows on the same page.
    bool is_balanced() const {
        if (section().columns < 2 || section_ + 1 >= document_.sections.size()) return false;
        const Section& next = document_.sections[section_ + 1];
        return next.start == Section::Start::continuous && next.page_width == section().page_width &&
               next.page_height == section().page_height;
    }

    // The least column height with which the section stays on its page, by bisection.
    Result<> place_balanced() {
        const State start = state();
        TRY_DO(place_blocks());
        if (draft_.pages.size() != start.page_count) return {};
        double too_low = 0;
        double enough = start.page.columns.back().area.height;
        for (int i = 0; i < 12; ++i) {
            const double height = (too_low + enough) / 2;
            TRY_DO(place_again(start, height));
            (draft_.pages.size() == start.page_count ? enough : too_low) = height;
        }
        TRY_DO(place_again(start, enough));
        return {};
    }

    Result<> place_again(const State& start, double height) {
        restore(start);
        column().area.height = std::min(column().area.height, height);
        column_height_max_ = height;
        const auto done = place_blocks();
        column_height_max_ = unlimited;
        return done;
    }

    State state() {
        return {
            draft_.pages.size(), draft_.notices.size(), page(),         number_, column_index_, group_top_, y_, above_,
            top_is_soft_,        waiting_break_,        chain_checked_, floats_};
    }

    void restore(const State& kept) {
        draft_.pages.resize(kept.page_count);
        draft_.pages.back() = kept.page;
        draft_.notices.resize(kept.notice_count);
        number_ = kept.number;
        column_index_ = kept.column_index;
        group_top_ = kept.group_top;
        y_ = kept.y;
        above_ = kept.above;
        top_is_soft_ = kept.top_is_soft;
        waiting_break_ = kept.waiting_break;
        chain_checked_ = kept.chain_checked;
        floats_ = kept.floats;
        context_.numbers.page = page().number;
    }

    // ---- blocks ----

    Result<> place_blocks() {
        for (next_ = 0; next_ < blocks_.size(); ++next_) {
            auto& block = blocks_[next_];
            TRY_DO(block.paragraph ? place_paragraph(block) : place_table(block));
        }
        return {};
    }

    Result<> make_blocks() {
        blocks_.clear();
        chain_checked_ = 0;
        blocks_.reserve(section().blocks.size());
        for (const auto& block : section().blocks) {
            if (has_no_room(block)) continue;
            FlowBlock made;
            made.block = block;
            if (const auto* paragraph = std::get_if<ParagraphPtr>(&block)) {
                made.label = counters_.next(**paragraph, document_);
                made.paragraph = TRY(make_paragraph_box(*paragraph, column().area.width, made.label, context_));
                draft_.shows_totals = draft_.shows_totals || made.paragraph->laid.has_total_pages;
            } else {
                made.table = TRY(make_table_box(std::get<TablePtr>(block), column().area.width, context_));
                draft_.shows_totals = draft_.shows_totals || made.table->has_page_number;
            }
            blocks_.push_back(std::move(made));
        }
        return {};
    }

    // An empty paragraph that only ends a section takes no line, unless the section would vanish.
    bool has_no_room(const Block& block) const {
        const auto* paragraph = std::get_if<ParagraphPtr>(&block);
        return paragraph && (*paragraph)->is_empty_tail && section().blocks.size() > 1;
    }

    // 17.3.1.33: at the top of a page that began by itself no space stands before a paragraph.
    double gap_above(const ParagraphBox& box) {
        if (column_is_empty() && top_is_soft_) return top_border_room(box);
        return gap_between(above_.get(), &box);
    }

    Result<> place_paragraph(FlowBlock& block) {
        const auto& style = block.paragraph->paragraph->style;
        TRY_DO(obey(std::exchange(waiting_break_, LaidLine::End::wrap)));
        if (style.page_break_before && !page_is_empty()) TRY_DO(new_page(BreakKind::asked_for));
        if (style.keep_next && chain_moves()) TRY_DO(next_column(BreakKind::automatic));
        const std::size_t floats_before = floats_.size();
        ParagraphBoxPtr box = block.paragraph;
        std::size_t segment = 0;  // the end of the lines that no break divides
        for (std::size_t line = 0; line < box->laid.lines.size();) {
            double gap = 0;
            if (line == 0) {
                gap = gap_above(*box);
                box = TRY(fit_to_page(block, y_ + gap));
            }
            if (line == 0 || line == segment) segment = segment_end(*box, line);
            const auto& lines = box->laid.lines;
            const double pushed = line == 0 ? lines.front().top : 0;
            const double top = y_ + gap + pushed;
            const std::size_t count = lines_that_fit(*box, line, segment, bottom() - top, column_is_empty());
            if (count == 0) {
                floats_.resize(std::min(floats_.size(), floats_before));
                TRY_DO(next_column(BreakKind::automatic));
                continue;
            }
            append_lines(box, line, line + count, top, pushed);
            line += count;
            const auto end = lines[line - 1].end;
            if (line == lines.size()) {
                waiting_break_ = end;
            } else if (end == LaidLine::End::page_break || end == LaidLine::End::column_break) {
                TRY_DO(obey(end));
            } else {
                TRY_DO(next_column(BreakKind::automatic));
            }
        }
        return {};
    }

    bool page_is_empty() {
        return std::all_of(page().columns.begin(), page().columns.end(),
                           [](const FlowColumn& c) { return c.pieces.empty(); });
    }

    static std::size_t segment_end(const ParagraphBox& box, std::size_t line) {
        const auto& lines = box.laid.lines;
        while (line < lines.size()) {
            const auto end = lines[line++].end;
            if (end == LaidLine::End::page_break || end == LaidLine::End::column_break) break;
        }
        return line;
    }

    void append_lines(const ParagraphBoxPtr& box, std::size_t first, std::size_t end, double top, double pushed) {
        Piece piece;
        piece.at = {column().area.x, top};
        piece.height = lines_height(*box, first, end);
        piece.paragraph = box;
        piece.first_line = first;
        piece.line_end = end;
        piece.pushed = pushed;
        y_ = top + piece.height;
        above_ = box;
        column().pieces.push_back(std::move(piece));
    }

    // The paragraph as it stands on this page: with its page number, around the floats.
    Result<ParagraphBoxPtr> fit_to_page(FlowBlock& block, double y) {
        const auto& paragraph = std::get<ParagraphPtr>(block.block);
        const double width = column().area.width;
        if (block.paragraph->laid.has_page_number || block.paragraph->laid.has_total_pages) {
            block.paragraph = TRY(make_paragraph_box(paragraph, width, block.label, context_));
        }
        if (block.paragraph->has_wrapping_anchor) add_floats(*block.paragraph, frame(y), floats_);
        if (!is_beside_floats(floats_, column().area, y)) return block.paragraph;
        return make_paragraph_box(paragraph, width, block.label, context_, room_beside(floats_, column().area, y));
    }

    AnchorFrame frame(double paragraph_top) {
        AnchorFrame out;
        out.page = page_area(section());
        out.margin = margin_area(section());
        out.column = column().area;
        out.paragraph_top = paragraph_top;
        out.is_even_page = page().number % 2 == 0;
        return out;
    }

    // 17.3.1.15: do this paragraph and all that it wants to stay with need another column?
    bool chain_moves() {
        if (column_is_empty() || next_ < chain_checked_) return false;
        double height = gap_above(*blocks_[next_].paragraph) + blocks_[next_].paragraph->laid.height;
        std::size_t last = next_;
        while (last + 1 < blocks_.size() && blocks_[last].paragraph &&
               blocks_[last].paragraph->paragraph->style.keep_next) {
            const auto& upper = *blocks_[last].paragraph;
            const auto& lower = blocks_[++last];
            if (lower.table) {
                height += gap_between(&upper, nullptr) + TableBreaker::first_height(*lower.table);
                break;
            }
            if (lower.paragraph->paragraph->style.page_break_before) break;
            height += gap_between(&upper, lower.paragraph.get());
            height += lower.paragraph->paragraph->style.keep_next ? lower.paragraph->laid.height
                                                                  : first_lines_height(*lower.paragraph);
        }
        chain_checked_ = last;
        return y_ + height > bottom() + tolerance && height <= page().body.height;
    }

    static double first_lines_height(const ParagraphBox& box) {
        const auto& style = box.paragraph->style;
        const std::size_t lines = box.laid.lines.size();
        if (style.keep_lines || (style.widow_control && lines <= 3)) return box.laid.height;
        return lines_height(box, 0, style.widow_control ? 2 : 1);
    }

    // ---- tables ----

    Result<> place_table(FlowBlock& block) {
        TRY_DO(obey(std::exchange(waiting_break_, LaidLine::End::wrap)));
        if (block.table->rows.empty()) return {};
        if (block.table->has_page_number && !block.table->has_numbering) {
            block.table = TRY(make_table_box(std::get<TablePtr>(block.block), column().area.width, context_));
        }
        if (!column_is_empty()) y_ += gap_between(above_.get(), nullptr);
        above_ = nullptr;
        if (block.table->table->floating && float_table(*block.table)) return {};
        y_ = below_floats(floats_, column().area, y_);
        TableBreaker breaker(*block.table, false);
        while (!breaker.done()) {
            const bool is_fresh = column_is_empty();
            TablePartPtr part = breaker.next(bottom() - y_, is_fresh);
            if (part) append_table(std::move(part), {column().area.x, y_});
            if (!breaker.done()) TRY_DO(next_column(BreakKind::automatic));
        }
        return {};
    }

    void append_table(TablePartPtr part, Point at) {
        Piece piece;
        piece.at = at;
        piece.height = part->height;
        piece.table = std::move(part);
        y_ = std::max(y_, at.y + piece.height);
        column().pieces.push_back(std::move(piece));
    }

    // 17.4.57: beside the text when it fits on the page as a whole; otherwise it stands in the text.
    bool float_table(const TableBox& box) {
        const Anchor& anchor = *box.table->floating;
        const Area area = anchored_area(anchor, box.width(), box.whole->height, frame(y_));
        if (area.bottom() > page_area(section()).bottom() || area.y < y_ - tolerance) {
            if (anchor.vertical_from != Anchor::From::paragraph)
                draft_.notices.push_back({draft_.pages.size() - 1, "layout.floating_table"});
            return false;
        }
        const double y = y_;
        append_table(box.whole, {area.x - box.left, area.y});
        y_ = y;
        floats_.push_back({{area.x - anchor.distance_left, area.y - anchor.distance_top,
                            area.width + anchor.distance_left + anchor.distance_right,
                            area.height + anchor.distance_top + anchor.distance_bottom},
                           false});
        return true;
    }

    const Document& document_;
    Context context_;
    const BodyArea& body_area_;
    const std::vector<int>& section_totals_;
    ListCounters counters_;
    Draft draft_;

    std::size_t section_ = 0;
    std::vector<FlowBlock> blocks_;
    std::size_t next_ = 0, chain_checked_ = 0;
    int number_ = 1;
    int column_index_ = 0;
    double group_top_ = 0;  // where the columns of this section begin on this page
    double column_height_max_ = unlimited;
    double y_ = 0;
    ParagraphBoxPtr above_;
    bool top_is_soft_ = false;  // the column began by itself, not by a break
    bool is_first_page_of_section_ = true;
    LaidLine::End waiting_break_ = LaidLine::End::wrap;
    std::vector<Float> floats_;
};

}  // namespace

Result<Draft> flow_body(const Document& document, const Context& context, const BodyArea& body_area, int total_pages,
                        const std::vector<int>& section_pages) {
    return Flow(document, context, body_area, total_pages, section_pages).run();
}

ParagraphGrid grid_of(const Section& section) { return {section.grid_line_pitch, section.grid_character_space}; }

Area page_area(const Section& section) { return {0, 0, section.page_width, section.page_height}; }

Area margin_area(const Section& section) {
    // A negative margin is exact: the header may not push it (17.6.11); its size counts.
    const double left = section.margin_left + section.gutter;
    const double top = std::abs(section.margin_top);
    const double width = section.page_width - left - section.margin_right;
    return {left, top, std::max(1.0, width),
            std::max(1.0, section.page_height - top - std::abs(section.margin_bottom))};
}

}  // namespace shanqi::office
