#include "office/layout/paragraph_lines.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace shanqi::office {
namespace {

constexpr double tolerance = 0.05;         // points: sums of floats, and Word's own twentieths
constexpr double tab_position_max = 1584;  // 22 inches, the widest page that Word makes; beyond it nothing is seen
using Kind = Cluster::Kind;

bool vanishes_at_end(const Cluster& cluster) {
    return cluster.kind == Kind::space || cluster.kind == Kind::line_break || cluster.kind == Kind::invisible;
}

// Where the text stands that follows the tabs of a line, while it grows (17.3.1.37).
class TabTrack {
public:
    explicit TabTrack(double start) : tab_start_(start) {}

    void begin(const TabStop& stop) {
        tab_start_ = x();
        stop_ = stop;
        width_ = 0;
        before_point_.reset();
    }
    void add(const Cluster& cluster, double advance) {
        const bool ends_number = cluster.character == U'.' || cluster.character == U'．';
        if (stop_ && !before_point_ && ends_number) before_point_ = width_;
        width_ += advance;
    }
    // The end of the tab's own white space.
    double tab_end() const {
        if (!stop_) return tab_start_;
        double taken = 0;
        if (stop_->kind == TabStop::Kind::right) taken = width_;
        if (stop_->kind == TabStop::Kind::center) taken = width_ / 2;
        if (stop_->kind == TabStop::Kind::decimal) taken = before_point_.value_or(width_);
        return std::max(tab_start_, stop_->position - taken);
    }
    double x() const { return tab_end() + width_; }
    double tab_width() const { return tab_end() - tab_start_; }

private:
    double tab_start_;
    double width_ = 0;
    std::optional<TabStop> stop_;
    std::optional<double> before_point_;
};

}  // namespace

Indents indents_of(const Paragraph& paragraph, const ParagraphInput& input) {
    const ParagraphStyle& style = paragraph.style;
    const double unit = character_unit(paragraph, input);
    const auto resolve = [&](double points, const std::optional<double>& characters) {
        const double value = characters ? *characters * unit : points;
        return std::isfinite(value) ? std::clamp(value, -2000.0, 2000.0) : 0.0;
    };
    return {resolve(style.indent_left, style.indent_left_characters),
            resolve(style.indent_right, style.indent_right_characters),
            resolve(style.indent_first, style.indent_first_characters)};
}

TabRuler::Stop TabRuler::next_after(double x) const {
    const double from = x + tolerance;
    std::optional<TabStop> found;
    for (const TabStop& stop : stops) {
        const bool is_ahead = stop.position > from && stop.position <= tab_position_max;
        if (stop.kind == TabStop::Kind::bar || !is_ahead) continue;
        found = stop;
        break;
    }
    if (hanging > from && (!found || hanging < found->position)) found = TabStop{.position = hanging};
    if (found) return {*found, false};
    const double step = std::max(default_tab, 1.0);
    return {TabStop{.position = (std::floor(from / step) + 1) * step}, true};
}

LineSetter::LineSetter(const Paragraph& paragraph, const InlineText& text, TabRuler ruler)
    : paragraph_(paragraph), text_(text), ruler_(ruler) {}

LaidLine::End LineSetter::break_kind(const Cluster& cluster) const {
    if (cluster.inline_index == no_inline) return LaidLine::End::line_break;
    const auto* item = std::get_if<Break>(&paragraph_.inlines[cluster.inline_index]);
    if (!item || item->kind == Break::Kind::line) return LaidLine::End::line_break;
    return item->kind == Break::Kind::page ? LaidLine::End::page_break : LaidLine::End::column_break;
}

LineSetter::Fit LineSetter::fit(std::size_t begin, const LineEdges& edges) const {
    const auto& clusters = text_.clusters;
    TabTrack track(edges.left);
    double limit = edges.right + tolerance;
    std::size_t last_break = begin;
    for (std::size_t i = begin; i < clusters.size(); ++i) {
        const Cluster& cluster = clusters[i];
        if (cluster.kind == Kind::line_break) return {i + 1, break_kind(cluster)};
        if (cluster.kind == Kind::tab) {
            const auto stop = ruler_.next_after(track.x());
            if (stop.is_default && stop.stop.position > limit && i > begin && !cluster.is_label)
                return {i, LaidLine::End::wrap};
            track.begin(stop.stop);
            limit = std::max(edges.right, std::min(stop.stop.position, edges.right + 1000)) + tolerance;
        } else if (cluster.kind == Kind::glyphs || cluster.kind == Kind::object) {
            TabTrack grown = track;
            grown.add(cluster, cluster.advance);
            if (grown.x() > limit) return fit_overflow(begin, i, last_break, limit - track.x());
            track.add(cluster, cluster.advance + cluster.gap_after);
        } else {
            track.add(cluster, cluster.advance);
        }
        if (cluster.after == BreakAfter::mandatory) return {i + 1, LaidLine::End::line_break};
        if (cluster.after == BreakAfter::allowed) last_break = i + 1;
    }
    return {clusters.size(), LaidLine::End::paragraph};
}

// The cluster `at` does not fit any more; `room` is what is left before it.
LineSetter::Fit LineSetter::fit_overflow(std::size_t begin, std::size_t at, std::size_t last_break, double room) const {
    Fit fit;
    if (text_.clusters[at].is_closing && fit_closing(at, room, fit)) return with_spaces(fit);
    if (last_break > begin) return {last_break, LaidLine::End::wrap};
    // A word longer than the line is cut; one cluster stands even in a line that is too narrow for it.
    const auto has_ink = [&](std::size_t i) {
        return text_.clusters[i].kind == Kind::glyphs || text_.clusters[i].kind == Kind::object;
    };
    bool is_first = true;
    for (std::size_t i = begin; i < at; ++i) is_first = is_first && (!has_ink(i) || text_.clusters[i].is_label);
    fit.end = is_first ? at + 1 : at;
    return with_spaces(fit);
}

// 。” at the end: their blank halves may be cut off, and the last may hang in the margin (overflowPunct).
bool LineSetter::fit_closing(std::size_t at, double room, Fit& fit) const {
    const auto& clusters = text_.clusters;
    std::size_t last = at;
    double needed = 0;
    while (last + 1 < clusters.size() && clusters[last].after == BreakAfter::none && clusters[last + 1].is_closing) {
        needed += clusters[last].advance - clusters[last].squeeze;
        if (needed > room) return false;  // looking further would take time in the square of a row of commas
        ++last;
    }
    if (last + 1 < clusters.size() && clusters[last].after == BreakAfter::none && !vanishes_at_end(clusters[last + 1]))
        return false;
    const double last_width = clusters[last].advance - clusters[last].squeeze;
    if (needed + last_width > room) {
        if (!clusters[last].may_hang) return false;
        fit.hangs = true;
    }
    fit.squeeze_from = at;
    fit.end = last + 1;
    return true;
}

LineSetter::Fit LineSetter::with_spaces(Fit fit) const {
    const auto& clusters = text_.clusters;
    while (fit.end < clusters.size() &&
           (clusters[fit.end].kind == Kind::space || clusters[fit.end].kind == Kind::invisible))
        ++fit.end;
    if (fit.end == clusters.size()) {
        fit.end_kind = LaidLine::End::paragraph;
    } else if (clusters[fit.end].kind == Kind::line_break) {
        fit.end_kind = break_kind(clusters[fit.end]);
        ++fit.end;
    }
    return fit;
}

SetLine LineSetter::set(std::size_t begin, const LineEdges& edges) {
    const Fit fitted = fit(begin, edges);
    const auto& clusters = text_.clusters;
    SetLine line;
    line.begin = begin;
    line.end = fitted.end;
    line.end_kind = fitted.end_kind;
    line.visible_end = fitted.end;
    while (line.visible_end > begin && vanishes_at_end(clusters[line.visible_end - 1])) --line.visible_end;
    line.advances.reserve(line.end - begin);
    for (std::size_t i = begin; i < line.end; ++i) {
        float advance = clusters[i].advance;
        if (i + 1 < line.visible_end) advance += clusters[i].gap_after;
        if (i >= fitted.squeeze_from && i < line.visible_end) advance -= clusters[i].squeeze;
        line.advances.push_back(advance);
    }
    place_tabs(line, edges);
    align(line, edges, fitted);
    return line;
}

void LineSetter::place_tabs(SetLine& line, const LineEdges& edges) const {
    TabTrack track(edges.left);
    std::optional<std::size_t> open;
    const auto close = [&] {
        if (open) line.advances[*open - line.begin] = static_cast<float>(track.tab_width());
    };
    for (std::size_t i = line.begin; i < line.visible_end; ++i) {
        const Cluster& cluster = text_.clusters[i];
        if (cluster.kind != Kind::tab) {
            track.add(cluster, line.advances[i - line.begin]);
            continue;
        }
        close();
        auto stop = ruler_.next_after(track.x());
        if (stop.is_default) stop.stop.position = std::max(track.x(), std::min(stop.stop.position, edges.right));
        track.begin(stop.stop);
        open = i;
        line.tabs.push_back({i, stop.stop.leader});
    }
    close();
    line.start = edges.left;
    line.text_end = track.x();
}

void LineSetter::align(SetLine& line, const LineEdges& edges, const Fit& fit) const {
    using Align = ParagraphStyle::Align;
    Align align = paragraph_.style.align;
    if (paragraph_.style.right_to_left && align == Align::left) align = Align::right;
    // The hanging mark stands outside.
    const double hanging =
        fit.hangs && line.visible_end > line.begin ? line.advances[line.visible_end - 1 - line.begin] : 0;
    const double extra = edges.right - (line.text_end - hanging);
    if (extra <= tolerance && align != Align::center && align != Align::right) return;
    if (align == Align::justify && line.end_kind == LaidLine::End::wrap) return justify(line, extra, false);
    if (align == Align::distribute) return justify(line, extra, true);
    double shift = 0;
    if (align == Align::center) shift = extra / 2;
    if (align == Align::right) shift = extra;
    shift = std::max(shift, 0.0);
    line.start += shift;
    line.text_end += shift;
}

// Chinese lines are filled between their characters and at spaces, evenly (clreq 3.2.4); Latin letters stay
// together unless the text is distributed.
void LineSetter::justify(SetLine& line, double extra, bool everywhere) const {
    const auto& clusters = text_.clusters;
    std::size_t first = line.begin;
    for (std::size_t i = line.begin; i < line.visible_end; ++i)
        if (clusters[i].kind == Kind::tab || clusters[i].is_label) first = i + 1;
    const auto stretches = [&](const Cluster& left, const Cluster& right) {
        if (left.kind == Kind::space) return true;
        if (left.kind == Kind::place || left.kind == Kind::invisible) return false;
        if (everywhere) return true;
        if (left.character == right.character && (left.character == U'—' || left.character == U'…')) return false;
        return left.slot == FontSlot::east_asian || right.slot == FontSlot::east_asian;
    };
    // Leading spaces are an indent that somebody typed.
    while (first < line.visible_end && clusters[first].kind == Kind::space) ++first;
    std::vector<std::size_t> gaps;
    for (std::size_t i = first; i + 1 < line.visible_end; ++i) {
        std::size_t next = i + 1;
        while (next < line.visible_end &&
               (clusters[next].kind == Kind::place || clusters[next].kind == Kind::invisible))
            ++next;
        if (next < line.visible_end && stretches(clusters[i], clusters[next])) gaps.push_back(i);
    }
    if (gaps.empty()) return;
    const double share = extra / static_cast<double>(gaps.size());
    for (const std::size_t i : gaps) line.advances[i - line.begin] += static_cast<float>(share);
    line.text_end += extra;
}

}  // namespace shanqi::office
