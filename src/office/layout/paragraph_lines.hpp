// Which clusters stand in a line, and where in it. Internal to the paragraph.
#pragma once

#include <limits>
#include <vector>

#include "office/layout/inline_text.hpp"

namespace shanqi::office {

struct LineEdges {
    double left = 0, right = 0;  // from the text column's left, indents and floats taken off
};

// Resolved indents, from the text column's edges.
struct Indents {
    double left = 0, right = 0, first = 0;
};
Indents indents_of(const Paragraph&, const ParagraphInput&);

struct TabRuler {
    const std::vector<TabStop>& stops;
    double default_tab = 36;
    double hanging = 0;  // the left indent of a paragraph whose first line hangs is a tab stop too
    struct Stop {
        TabStop stop;
        bool is_default = false;
    };
    Stop next_after(double x) const;
};

struct LineTab {
    std::size_t cluster = 0;
    TabStop::Leader leader = TabStop::Leader::none;
};

struct SetLine {
    std::size_t begin = 0, end = 0;  // clusters, with the spaces and the break that the line ends with
    std::size_t visible_end = 0;     // behind the last that is not a space
    LaidLine::End end_kind = LaidLine::End::wrap;
    double start = 0;             // x of the first cluster
    double text_end = 0;          // x behind the last visible one
    std::vector<float> advances;  // of [begin, end), with justification, tabs resolved
    std::vector<LineTab> tabs;
};

class LineSetter {
public:
    LineSetter(const Paragraph&, const InlineText&, TabRuler ruler);
    SetLine set(std::size_t begin, const LineEdges& edges);

private:
    struct Fit {
        std::size_t end = 0;
        LaidLine::End end_kind = LaidLine::End::wrap;
        std::size_t squeeze_from = std::numeric_limits<std::size_t>::max();
        bool hangs = false;
    };
    Fit fit(std::size_t begin, const LineEdges& edges) const;
    Fit fit_overflow(std::size_t begin, std::size_t at, std::size_t last_break, double room) const;
    bool fit_closing(std::size_t at, double room, Fit& fit) const;
    Fit with_spaces(Fit fit) const;
    void place_tabs(SetLine& line, const LineEdges& edges) const;
    void align(SetLine& line, const LineEdges& edges, const Fit& fit) const;
    void justify(SetLine& line, double extra, bool everywhere) const;
    LaidLine::End break_kind(const Cluster& cluster) const;

    const Paragraph& paragraph_;
    const InlineText& text_;
    TabRuler ruler_;
};

}  // namespace shanqi::office
