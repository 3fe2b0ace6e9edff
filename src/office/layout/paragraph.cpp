#include "office/layout/paragraph.hpp"

#include <algorithm>
#include <cmath>

#include "office/layout/paragraph_lines.hpp"
#include "office/layout/paragraph_paint.hpp"

namespace shanqi::office {
namespace {

using Kind = Cluster::Kind;

constexpr double auto_space = 14;      // w:beforeAutospacing: Word sets 14 points
constexpr double line_unit = 12;       // w:beforeLines without a grid: 240 twentieths
constexpr int room_attempts_max = 64;  // a line moves past so many floats at most

struct Extent {
    double ascent = 0, descent = 0;
    void cover(const ResolvedStyle& style, FontSlot slot) {
        ascent = std::max(ascent, style.ascent[static_cast<std::size_t>(slot)]);
        descent = std::max(descent, style.descent[static_cast<std::size_t>(slot)]);
    }
};

FontSlot mark_slot(const ResolvedStyle& style) {
    return style.style->hint_east_asian ? FontSlot::east_asian : FontSlot::latin;
}

// What the fonts and objects of a line reach above and below the baseline.
Extent extent_of(const InlineText& text, const SetLine& line) {
    Extent extent;
    std::uint32_t last_style = 0xFFFFFFFF;
    FontSlot last_slot = FontSlot::latin;
    for (std::size_t i = line.begin; i < line.end; ++i) {
        const Cluster& cluster = text.clusters[i];
        if (cluster.kind == Kind::place || cluster.kind == Kind::shift || cluster.kind == Kind::invisible) continue;
        const ResolvedStyle& style = *text.styles[cluster.style];
        if (cluster.kind == Kind::object) {
            extent.ascent = std::max(extent.ascent, cluster.height + style.shift);
            extent.descent = std::max(extent.descent, -style.shift);
            continue;
        }
        // A break has no ink: it makes a line only where it stands alone.
        if (cluster.kind == Kind::line_break && i > line.begin) continue;
        if (cluster.style == last_style && cluster.slot == last_slot) continue;
        extent.cover(style, cluster.slot);
        last_style = cluster.style;
        last_slot = cluster.slot;
    }
    if (line.end_kind == LaidLine::End::paragraph || line.begin == line.end)
        extent.cover(*text.mark, mark_slot(*text.mark));
    return extent;
}

// 17.3.1.33 (spacing) and 17.6.5 (docGrid): on a grid a line takes a whole number of its pitches and stands in
// their middle. Where the rest of a higher line goes is not in the standard; Word puts what "multiple" adds
// below the text, what "at least" adds above it, and sets four fifths of an exact height above the baseline.
LineBox box_of(const ParagraphStyle& style, const ParagraphGrid& grid, const Extent& extent) {
    LineBox box;
    box.ascent = extent.ascent;
    box.descent = extent.descent;
    const double natural = std::max(extent.ascent + extent.descent, 0.5);
    if (style.line_rule == ParagraphStyle::LineRule::exactly && style.line > 0) {
        box.height = style.line;
        box.baseline = style.line * 0.8;
        return box;
    }
    box.height = natural;
    box.baseline = extent.ascent;
    if (style.snap_to_grid && grid.line_pitch && *grid.line_pitch > 0.5) {
        const double pitches = std::max(1.0, std::ceil((natural - 0.05) / *grid.line_pitch));
        box.height = pitches * *grid.line_pitch;
        box.baseline += (box.height - natural) / 2;
    }
    if (style.line_rule == ParagraphStyle::LineRule::multiple) {
        box.height *= std::clamp(style.line, 0.05, 132.0);
    } else if (style.line > box.height) {
        box.baseline += style.line - box.height;
        box.height = style.line;
    }
    return box;
}

double space(double points, const std::optional<double>& lines, bool is_automatic, const ParagraphGrid& grid) {
    if (is_automatic) return auto_space;
    if (lines) return std::max(0.0, *lines * grid.line_pitch.value_or(line_unit));
    return std::max(0.0, points);
}

class ParagraphLayout {
public:
    ParagraphLayout(const Paragraph& paragraph, const ParagraphInput& input, const InlineText& text)
        : paragraph_(paragraph),
          input_(input),
          text_(text),
          indents_(indents_of(paragraph, input)),
          setter_(paragraph, text, {paragraph.style.tabs, input.default_tab, indents_.first < 0 ? indents_.left : 0}) {}

    LaidParagraph lay_out() {
        const ParagraphStyle& style = paragraph_.style;
        laid_.space_before = space(style.space_before, style.space_before_lines, style.space_before_auto, input_.grid);
        laid_.space_after = space(style.space_after, style.space_after_lines, style.space_after_auto, input_.grid);
        laid_.box_left = std::min(indents_.left, indents_.left + std::min(indents_.first, 0.0));
        laid_.box_right = std::max(input_.width - indents_.right, laid_.box_left);
        laid_.has_page_number = text_.has_page_number;
        laid_.has_total_pages = text_.has_total_pages;
        is_static_ = input_.make_static && paragraph_.static_id != 0 && !text_.has_page_number;
        std::size_t at = 0;
        do {
            at = add_line(at);
        } while (at < text_.clusters.size() || needs_empty_line());
        laid_.height = top_;
        return std::move(laid_);
    }

private:
    // A line break at the very end leaves an empty line, as in Word; a page break does not.
    bool needs_empty_line() const { return laid_.lines.back().end == LaidLine::End::line_break; }

    LineEdges edges(const LineRoom& room) const {
        LineEdges result;
        result.left = std::max(indents_.left, room.cut_left) + (laid_.lines.empty() ? indents_.first : 0);
        result.right = std::max(input_.width - std::max(indents_.right, room.cut_right), result.left + 1);
        return result;
    }

    std::size_t add_line(std::size_t begin) {
        const int number = static_cast<int>(laid_.lines.size());
        Extent guess;
        guess.cover(*text_.mark, mark_slot(*text_.mark));
        double height =
            laid_.lines.empty() ? box_of(paragraph_.style, input_.grid, guess).height : laid_.lines.back().height;
        SetLine line;
        LineBox box;
        for (int attempt = 0; attempt < room_attempts_max; ++attempt) {
            const LineRoom room = input_.room ? input_.room(number, top_, height) : LineRoom{};
            if (room.move_to && *room.move_to > top_ && attempt + 1 < room_attempts_max) {
                top_ = *room.move_to;
                continue;
            }
            line = setter_.set(begin, edges(room));
            box = box_of(paragraph_.style, input_.grid, extent_of(text_, line));
            // A higher line than was asked for may meet another float.
            if (!input_.room || box.height <= height + 0.01) break;
            height = box.height;
        }
        finish_line(line, box);
        return line.end;
    }

    void finish_line(const SetLine& line, const LineBox& box) {
        LaidLine& laid = laid_.lines.emplace_back();
        laid.top = top_;
        laid.height = box.height;
        laid.baseline = box.baseline;
        laid.end = line.end_kind;
        laid.left = line.start;
        laid.right = line.text_end;
        const auto fragment = paint_line(paragraph_, input_, text_, line, box, laid.inlines);
        if (is_static_ && fragment) fragment->static_id = next_static_id();
        laid.fragment = fragment;
        top_ += box.height;
    }

    const Paragraph& paragraph_;
    const ParagraphInput& input_;
    const InlineText& text_;
    Indents indents_;
    LineSetter setter_;
    LaidParagraph laid_;
    double top_ = 0;
    bool is_static_ = false;
};

}  // namespace

Result<LaidParagraph> lay_out_paragraph(const Paragraph& paragraph, const ParagraphInput& input, ShapeCache& cache) {
    const InlineText text = TRY(make_inline_text(paragraph, input, cache.impl()));
    return ParagraphLayout(paragraph, input, text).lay_out();
}

Result<ContentWidth> measure_paragraph(const Paragraph& paragraph, const ParagraphInput& input, ShapeCache& cache) {
    const InlineText text = TRY(make_inline_text(paragraph, input, cache.impl()));
    const Indents indents = indents_of(paragraph, input);
    ContentWidth width;
    double line = indents.first, piece = 0, piece_with_spaces = 0;
    const auto end_piece = [&] {
        width.minimum = std::max(width.minimum, piece);
        piece = piece_with_spaces = 0;
    };
    const auto end_line = [&] {
        end_piece();
        width.preferred = std::max(width.preferred, line);
        line = 0;
    };
    const TabRuler ruler{paragraph.style.tabs, input.default_tab, indents.first < 0 ? indents.left : 0};
    for (const Cluster& cluster : text.clusters) {
        if (cluster.kind == Kind::tab) line = ruler.next_after(indents.left + line).stop.position - indents.left;
        line += cluster.advance + cluster.gap_after;
        piece_with_spaces += cluster.advance;
        if (cluster.kind != Kind::space) piece = piece_with_spaces;
        if (cluster.kind == Kind::line_break || cluster.after == BreakAfter::mandatory)
            end_line();
        else if (cluster.after == BreakAfter::allowed || cluster.kind == Kind::tab)
            end_piece();
    }
    end_line();
    const double sides = indents.left + indents.right;
    width.minimum = std::max(0.0, width.minimum + sides);
    width.preferred = std::max(width.minimum, width.preferred + sides);
    return width;
}

}  // namespace shanqi::office
