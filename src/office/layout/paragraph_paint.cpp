#include "office/layout/paragraph_paint.hpp"

#include <algorithm>
#include <cmath>

namespace shanqi::office {
namespace {

using Kind = Cluster::Kind;
constexpr Color black = {0, 0, 0}, white = {255, 255, 255};

// Automatic text colour turns white on dark shading (17.3.2.6), by the brightness of ITU-R BT.601.
bool is_dark(const Color& color) { return color.red * 299 + color.green * 587 + color.blue * 114 < 60 * 1000; }

// A stretch of a line with the same decoration.
struct Span {
    double from = 0, to = 0;
    double size = 0;  // the greatest
    bool has_east_asian = false;
    bool is_open = false;
    const RunStyle* style = nullptr;
};

class Painter {
public:
    Painter(const Paragraph& paragraph, const ParagraphInput& input, const InlineText& text, const SetLine& line,
            const LineBox& box, std::vector<PlacedInline>& inlines)
        : paragraph_(paragraph), input_(input), text_(text), line_(line), box_(box), inlines_(inlines) {}

    std::shared_ptr<Fragment> paint() {
        paint_clusters();
        paint_highlights();
        paint_underlines();
        paint_strikes();
        paint_bar_tabs();
        if (fragment_.runs.empty() && fragment_.fills.empty() && fragment_.strokes.empty()) return nullptr;
        return std::make_shared<Fragment>(std::move(fragment_));
    }

private:
    const RunStyle& style_of(const Cluster& cluster) const { return *text_.styles[cluster.style]->style; }

    Color color_of(const RunStyle& style) const {
        if (style.color) return *style.color;
        const auto& behind = style.highlight            ? style.highlight
                             : paragraph_.style.shading ? paragraph_.style.shading
                                                        : input_.background;
        return behind && is_dark(*behind) ? white : black;
    }

    // ---- glyphs and what stands among them ----

    void paint_clusters() {
        double x = line_.start;
        std::size_t tab = 0;
        for (std::size_t i = line_.begin; i < line_.end; ++i) {
            const Cluster& cluster = text_.clusters[i];
            const double advance = line_.advances[i - line_.begin];
            if (cluster.kind == Kind::glyphs || cluster.kind == Kind::space || cluster.kind == Kind::tab)
                paint_glyphs(cluster, x, advance);
            else
                run_is_open_ = run_is_open_ && cluster.advance == 0;
            if (cluster.kind == Kind::tab && tab < line_.tabs.size() && line_.tabs[tab].cluster == i)
                paint_leader(cluster, line_.tabs[tab++].leader, x, advance);
            if (cluster.kind == Kind::object || cluster.kind == Kind::place) place(cluster, x);
            x += advance;
        }
    }

    bool continues(const Cluster& cluster, const RunStyle& style) const {
        if (!run_is_open_) return false;
        const GlyphRun& run = fragment_.runs.back();
        return run.face == cluster.face && run.size == cluster.size && run.scale_x == cluster.scale &&
               run.synthetic_bold == cluster.synthetic_bold && run.synthetic_italic == cluster.synthetic_italic &&
               (last_style_ == cluster.style ||
                (run.color == color_of(style) && run.at.y == box_.baseline - text_.styles[cluster.style]->shift &&
                 run.language == style.language));
    }

    void paint_glyphs(const Cluster& cluster, double x, double advance) {
        if (cluster.glyph_count == 0) return;
        const RunStyle& style = style_of(cluster);
        if (!continues(cluster, style)) {
            GlyphRun& run = fragment_.runs.emplace_back();
            run.face = cluster.face;
            run.size = cluster.size;
            run.scale_x = cluster.scale;
            run.color = color_of(style);
            run.synthetic_bold = cluster.synthetic_bold;
            run.synthetic_italic = cluster.synthetic_italic;
            run.at = {x, box_.baseline - text_.styles[cluster.style]->shift};
            run.language = style.language;
            run.glyphs.reserve(std::min<std::size_t>(line_.end - line_.begin, 128));
            run_is_open_ = true;
        }
        last_style_ = cluster.style;
        GlyphRun& run = fragment_.runs.back();
        const auto text_at = static_cast<std::uint32_t>(run.text.size());
        if (cluster.kind == Kind::tab)
            run.text += ' ';
        else
            run.text.append(text_.text, cluster.text_at, cluster.text_size);
        for (std::uint32_t i = 0; i < cluster.glyph_count; ++i) {
            const InlineGlyph& glyph = text_.glyphs[cluster.glyph_at + i];
            run.glyphs.push_back({glyph.id, glyph.advance, glyph.x_offset, glyph.y_offset, text_at,
                                  i == 0 ? cluster.text_size : std::uint16_t{0}});
        }
        run.glyphs.back().advance += static_cast<float>(advance - cluster.advance);
        if (cluster.kind == Kind::tab) run.glyphs.back().advance = static_cast<float>(advance);
    }

    // Leaders are drawn as rules and dots, not as characters: they are no text to read aloud.
    void paint_leader(const Cluster& cluster, TabStop::Leader leader, double x, double width) {
        if (leader == TabStop::Leader::none || width < 1) return;
        const double size = cluster.size;
        const Color color = color_of(style_of(cluster));
        const double thickness = std::max(0.4, size * 0.05);
        if (leader == TabStop::Leader::underscore) {
            fragment_.fills.push_back({x, box_.baseline + size * 0.1, width, thickness, color});
            return;
        }
        const bool is_hyphen = leader == TabStop::Leader::hyphen;
        const double dot = is_hyphen ? size * 0.25 : std::max(0.6, size * 0.085),
                     pitch = is_hyphen ? size * 0.4 : size * 0.3;
        const double y = leader == TabStop::Leader::dot ? box_.baseline - dot : box_.baseline - size * 0.3;
        // Dots of different lines stand below each other: they are counted from the column's edge.
        for (double at = std::ceil((x + dot / 2) / pitch) * pitch; at + dot * 2 <= x + width; at += pitch)
            fragment_.fills.push_back({at, y, dot, is_hyphen ? thickness : dot, color});
    }

    void place(const Cluster& cluster, double x) {
        PlacedInline item;
        item.index = cluster.inline_index;
        const auto& shift = text_.styles[cluster.style]->shift;
        if (cluster.kind == Kind::object) {
            const bool is_drawing = std::holds_alternative<Drawing>(paragraph_.inlines[cluster.inline_index]);
            item.kind = is_drawing ? PlacedInline::Kind::drawing : PlacedInline::Kind::unsupported;
            item.width = cluster.advance;
            item.height = cluster.height;
            item.at = {x, box_.baseline - shift - cluster.height};
        } else if (std::holds_alternative<Mark>(paragraph_.inlines[cluster.inline_index])) {
            item.kind = PlacedInline::Kind::mark;
            item.at = {x, box_.baseline - shift - cluster.size * 0.36};  // the middle of an ideograph
        } else {
            item.kind = PlacedInline::Kind::anchor;
            item.at = {x, 0};
        }
        inlines_.push_back(item);
    }

    // ---- decorations ----

    // Calls `draw` for each stretch of clusters for which `same(style, style)` holds and `wanted` does.
    template <class Wanted, class Same, class Draw>
    void for_spans(Wanted wanted, Same same, Draw draw) const {
        // Spaces that a wrapped line ends with are outside of it; at a paragraph's end they are a blank to fill in,
        // and Chinese documents underline them (17.15.3.57, ulTrailSpace).
        const std::size_t end = line_.end_kind == LaidLine::End::wrap ? line_.visible_end : line_.end;
        Span span;
        double x = line_.start;
        for (std::size_t i = line_.begin; i < end; ++i) {
            const Cluster& cluster = text_.clusters[i];
            const double advance = line_.advances[i - line_.begin];
            if (cluster.kind == Kind::place || cluster.kind == Kind::invisible || cluster.kind == Kind::line_break ||
                cluster.kind == Kind::shift) {
                x += advance;
                continue;
            }
            const RunStyle& style = style_of(cluster);
            const bool is_wanted = wanted(style, cluster);
            if (span.is_open && (!is_wanted || !same(*span.style, style))) {
                draw(span);
                span = {};
            }
            if (is_wanted) {
                if (!span.is_open) span = {x, x, 0, false, true, &style};
                span.to = x + advance;
                span.size = std::max<double>(span.size, cluster.size);
                span.has_east_asian = span.has_east_asian || cluster.slot == FontSlot::east_asian;
            }
            x += advance;
        }
        if (span.is_open) draw(span);
    }

    void paint_highlights() {
        const auto wanted = [](const RunStyle& style, const Cluster&) { return style.highlight.has_value(); };
        const auto same = [](const RunStyle& a, const RunStyle& b) { return a.highlight == b.highlight; };
        for_spans(wanted, same, [&](const Span& span) {
            fragment_.fills.push_back({span.from, box_.baseline - box_.ascent, span.to - span.from,
                                       box_.ascent + box_.descent, *span.style->highlight});
        });
    }

    void paint_underlines() {
        const auto wanted = [](const RunStyle& style, const Cluster& cluster) {
            const bool is_blank = cluster.kind == Kind::space || cluster.kind == Kind::tab;
            return style.underline != UnderlineStyle::none && !(style.underline == UnderlineStyle::words && is_blank);
        };
        const auto same = [&](const RunStyle& a, const RunStyle& b) {
            return a.underline == b.underline && underline_color(a) == underline_color(b);
        };
        for_spans(wanted, same, [&](const Span& span) { paint_underline(span); });
    }

    Color underline_color(const RunStyle& style) const {
        return style.underline_color ? *style.underline_color : color_of(style);
    }

    void paint_underline(const Span& span) {
        const Color color = underline_color(*span.style);
        const double thickness = std::max(0.4, span.size * 0.05), width = span.to - span.from;
        // Below the feet of ideographs, which stand lower than those of letters.
        const double y = box_.baseline + span.size * (span.has_east_asian ? 0.15 : 0.11);
        const auto rule = [&](double top, double height) {
            fragment_.fills.push_back({span.from, top, width, height, color});
        };
        switch (span.style->underline) {
            case UnderlineStyle::doubled:
                rule(y, thickness * 0.8);
                rule(y + thickness * 2, thickness * 0.8);
                break;
            case UnderlineStyle::thick:
                rule(y, thickness * 2);
                break;
            case UnderlineStyle::dotted:
            case UnderlineStyle::dashed: {
                const auto unit = static_cast<float>(thickness);
                Stroke stroke{.x = span.from,
                              .y = y + thickness / 2,
                              .width = width,
                              .height = 0,
                              .thickness = thickness,
                              .color = color};
                stroke.dash = span.style->underline == UnderlineStyle::dotted ? std::vector{unit, unit * 2}
                                                                              : std::vector{unit * 5, unit * 3};
                fragment_.strokes.push_back(std::move(stroke));
                break;
            }
            case UnderlineStyle::wave:
                fragment_.strokes.push_back({.form = Stroke::Form::wave,
                                             .x = span.from,
                                             .y = y,
                                             .width = width,
                                             .height = span.size * 0.12,
                                             .thickness = thickness,
                                             .color = color});
                break;
            default:
                rule(y, thickness);
                break;
        }
    }

    void paint_strikes() {
        const auto wanted = [](const RunStyle& style, const Cluster&) { return style.strike; };
        const auto same = [&](const RunStyle& a, const RunStyle& b) {
            return color_of(a) == color_of(b) && a.script == b.script;
        };
        for_spans(wanted, same, [&](const Span& span) {
            const double y = box_.baseline - span.size * (span.has_east_asian ? 0.35 : 0.27);
            fragment_.fills.push_back(
                {span.from, y, span.to - span.from, std::max(0.4, span.size * 0.05), color_of(*span.style)});
        });
    }

    void paint_bar_tabs() {
        for (const TabStop& stop : paragraph_.style.tabs)
            if (stop.kind == TabStop::Kind::bar) fragment_.fills.push_back({stop.position, 0, 0.5, box_.height, black});
    }

    const Paragraph& paragraph_;
    const ParagraphInput& input_;
    const InlineText& text_;
    const SetLine& line_;
    const LineBox& box_;
    std::vector<PlacedInline>& inlines_;
    Fragment fragment_;
    bool run_is_open_ = false;
    std::uint32_t last_style_ = 0;
};

}  // namespace

std::shared_ptr<Fragment> paint_line(const Paragraph& paragraph, const ParagraphInput& input, const InlineText& text,
                                     const SetLine& line, const LineBox& box, std::vector<PlacedInline>& inlines) {
    return Painter(paragraph, input, text, line, box, inlines).paint();
}

}  // namespace shanqi::office
