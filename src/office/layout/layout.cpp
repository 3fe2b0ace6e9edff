#include "office/layout/layout.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "office/layout/decorations.hpp"
#include "office/layout/flow.hpp"
#include "office/layout/painter.hpp"

namespace shanqi::office {

namespace {

const Blocks& blocks_for(const HeaderFooter& all, PageKind kind) {
    switch (kind) {
        case PageKind::first:
            return all.first_blocks;
        case PageKind::even:
            return all.even_blocks;
        case PageKind::ordinary:
            break;
    }
    return all.default_blocks;
}

// The lower edge of a header's flow, or the height of a footer's.
struct HeaderStacks {
    Stack header, footer;
    Area body;
    bool is_too_high = false;  // they leave no room for the text
};

class DocumentLayout {
public:
    DocumentLayout(const Document& document, ShapeCache& shapes, BoxCache& cache) : document_(document) {
        context_.document = &document;
        context_.shapes = &shapes;
        context_.cache = &cache;
    }

    Result<Pages> run() {
        Draft draft;
        int total = 1;
        std::vector<int> section_totals;
        // NUMPAGES in the text may change the text's height: lay out again until the number is true.
        for (int attempt = 0; attempt < attempts_max; ++attempt) {
            TRY_DO(measure_headers(total));
            const BodyArea body = [this](std::size_t section, PageKind kind) {
                return headers_.at({section, kind}).body;
            };
            draft = TRY(flow_body(document_, context_, body, total, section_totals));
            const int count = static_cast<int>(draft.pages.size());
            const bool is_settled = count == total && draft.section_pages == section_totals;
            total = count;
            section_totals = draft.section_pages;
            if (!draft.shows_totals || is_settled) break;
        }
        return paint(draft);
    }

private:
    static constexpr int attempts_max = 4;
    static constexpr double body_height_min = 12;  // a line of small text

    Result<> measure_headers(int total) {
        for (std::size_t i = 0; i < document_.sections.size(); ++i) {
            TRY_DO(measure_headers(i, PageKind::ordinary, total));
            if (document_.even_and_odd_headers) TRY_DO(measure_headers(i, PageKind::even, total));
            if (document_.sections[i].title_page) TRY_DO(measure_headers(i, PageKind::first, total));
        }
        return {};
    }

    Result<Stack> header_stack(const Section& section, const Blocks& blocks, const PageNumbers& numbers) {
        Context context = context_;
        ListCounters counters;
        context.counters = &counters;
        context.grid = grid_of(section);
        context.numbers = numbers;
        context.is_artifact = true;
        return make_stack(blocks, margin_area(section).width, context);
    }

    Result<> measure_headers(std::size_t index, PageKind kind, int total) {
        const Section& section = document_.sections[index];
        PageNumbers numbers{1, total, 1, section.page_number_format};
        HeaderStacks out;
        out.header = TRY(header_stack(section, blocks_for(section.header, kind), numbers));
        out.footer = TRY(header_stack(section, blocks_for(section.footer, kind), numbers));
        out.body = margin_area(section);
        double end = out.body.bottom();
        // 17.6.11: a header that needs more than the margin pushes the text, unless the margin is negative.
        if (section.margin_top >= 0 && !out.header.pieces.empty()) {
            out.body.y = std::max(out.body.y, section.header_distance + out.header.height);
        }
        if (section.margin_bottom >= 0 && !out.footer.pieces.empty()) {
            end = std::min(end, section.page_height - section.footer_distance - out.footer.height);
        }
        out.body.height = end - out.body.y;
        if (out.body.height < body_height_min) {  // the text over the header rather than below the paper's end
            out.body = margin_area(section);
            out.is_too_high = true;
        }
        headers_.insert_or_assign({index, kind}, std::move(out));
        return {};
    }

    Result<Pages> paint(const Draft& draft) {
        Pages out;
        out.notices = document_.notices;
        out.pages.resize(draft.pages.size());
        for (std::size_t i = 0; i < draft.pages.size(); ++i) {
            const PageDraft& page = draft.pages[i];
            const Section& section = document_.sections[page.section];
            Page& target = out.pages[i];
            target.width = section.page_width;
            target.height = section.page_height;
            if (page.is_blank) continue;
            context_.numbers = {page.number, static_cast<int>(draft.pages.size()), draft.section_pages[page.section],
                                section.page_number_format};
            TRY_DO(paint_headers(page, target, out, static_cast<int>(i) + 1));
            TRY_DO(paint_body(page, target, out, static_cast<int>(i) + 1));
        }
        for (const auto& notice : draft.notices) {
            Error error;
            error.key = "layout.not_rendered";
            error.arguments = {{"@what", notice.key}, {"detail", ""}};
            error.place.page = static_cast<int>(notice.page) + 1;
            out.notices.push_back(std::move(error));
        }
        return out;
    }

    AnchorFrame frame_of(const PageDraft& page) const {
        const Section& section = document_.sections[page.section];
        AnchorFrame frame;
        frame.page = page_area(section);
        frame.margin = margin_area(section);
        frame.column = frame.margin;
        frame.is_even_page = page.number % 2 == 0;
        return frame;
    }

    Result<> paint_headers(const PageDraft& page, Page& target, Pages& pages, int page_number) {
        const Section& section = document_.sections[page.section];
        const auto& stacks = headers_.at({page.section, page.kind});
        if (stacks.header.pieces.empty() && stacks.footer.pieces.empty()) return {};
        Context context = context_;
        context.grid = grid_of(section);
        context.is_artifact = true;
        Painter painter(context, target, pages, page_number, true);
        const auto paint_one = [&](const Stack& measured, const Blocks& blocks, bool at_bottom) -> Result<> {
            if (measured.pieces.empty()) return {};
            Stack numbered;
            if (measured.has_page_number) numbered = TRY(header_stack(section, blocks, context_.numbers));
            const Stack& stack = measured.has_page_number ? numbered : measured;
            AnchorFrame frame = frame_of(page);
            const double y =
                at_bottom ? section.page_height - section.footer_distance - stack.height : section.header_distance;
            return painter.pieces(stack.pieces, {frame.margin.x, y}, frame);
        };
        TRY_DO(paint_one(stacks.header, blocks_for(section.header, page.kind), false));
        TRY_DO(paint_one(stacks.footer, blocks_for(section.footer, page.kind), true));
        if (stacks.is_too_high) painter.notice("layout.full_header");
        painter.finish();
        return {};
    }

    Result<> paint_body(const PageDraft& page, Page& target, Pages& pages, int page_number) {
        const Section& section = document_.sections[page.section];
        Context context = context_;
        context.grid = grid_of(section);
        Painter painter(context, target, pages, page_number, false);
        const double shift = vertical_shift(page, section);
        for (const auto& column : page.columns) {
            AnchorFrame frame = frame_of(page);
            frame.column = column.area;
            frame.column.y += shift;
            TRY_DO(painter.pieces(column.pieces, {0, shift}, frame));
            painter.decoration(column_rule(page, column), {0, shift});
        }
        painter.finish();
        if (auto border = page_border(section)) target.fragments.push_back({std::move(border), {0, 0}});
        return {};
    }

    // 17.6.4 (sep): as long as the longest of the columns that stand side by side.
    static FragmentPtr column_rule(const PageDraft& page, const FlowColumn& column) {
        if (!column.rule_x) return nullptr;
        double end = column.area.y;
        for (const auto& beside : page.columns) {
            if (beside.area.y != column.area.y) continue;
            for (const auto& piece : beside.pieces) end = std::max(end, piece.at.y + piece.height);
        }
        Fragment fragment;
        draw_line(fragment, {Line::Style::single, 0.5, Color{}, 0}, *column.rule_x, column.area.y, *column.rule_x, end);
        return finish_decoration(std::move(fragment), true);
    }

    // 17.6.23: the text between the margins in the middle, or at the bottom.
    static double vertical_shift(const PageDraft& page, const Section& section) {
        if (page.is_shared) return 0;
        double end = page.body.y;
        for (const auto& column : page.columns) {
            for (const auto& piece : column.pieces) end = std::max(end, piece.at.y + piece.height);
        }
        const double rest = std::max(0.0, page.body.bottom() - end);
        if (section.vertical_align == Section::VerticalAlign::center) return rest / 2;
        if (section.vertical_align == Section::VerticalAlign::bottom) return rest;
        return 0;
    }

    // 17.6.10: distances are from the paper's edge, or outwards from the text.
    static FragmentPtr page_border(const Section& section) {
        const Area margin = margin_area(section);
        const auto position = [&](const std::optional<Line>& line, double text_edge, double paper_edge,
                                  double outwards) {
            const double space = line ? line->space + line->width / 2 : 0;
            return section.page_border_from_text ? text_edge + outwards * space : paper_edge - outwards * space;
        };
        const double left = position(section.page_border_left, margin.x, 0, -1);
        const double right = position(section.page_border_right, margin.right(), section.page_width, 1);
        const double top = position(section.page_border_top, margin.y, 0, -1);
        const double bottom = position(section.page_border_bottom, margin.bottom(), section.page_height, 1);
        Fragment fragment;
        const auto reach = [](const std::optional<Line>& line) { return line ? line->width / 2 : 0; };
        const double first = left - reach(section.page_border_left);
        const double last = right + reach(section.page_border_right);
        if (section.page_border_top) draw_line(fragment, *section.page_border_top, first, top, last, top);
        if (section.page_border_bottom) draw_line(fragment, *section.page_border_bottom, first, bottom, last, bottom);
        if (section.page_border_left) draw_line(fragment, *section.page_border_left, left, top, left, bottom);
        if (section.page_border_right) draw_line(fragment, *section.page_border_right, right, top, right, bottom);
        return finish_decoration(std::move(fragment), true);
    }

    const Document& document_;
    Context context_;
    std::map<std::pair<std::size_t, PageKind>, HeaderStacks> headers_;
};

}  // namespace

struct LayoutEngine::Impl {
    std::shared_ptr<const FontLibrary> fonts;
    ShapeCache shapes;
    BoxCache cache;
};

LayoutEngine::LayoutEngine(const std::shared_ptr<const FontLibrary>& fonts)
    : impl_(new Impl{fonts, ShapeCache(fonts), BoxCache()}) {}
LayoutEngine::~LayoutEngine() = default;
LayoutEngine::LayoutEngine(LayoutEngine&&) noexcept = default;

Result<Pages> LayoutEngine::lay_out(const Document& document) {
    return DocumentLayout(document, impl_->shapes, impl_->cache).run();
}

}  // namespace shanqi::office
