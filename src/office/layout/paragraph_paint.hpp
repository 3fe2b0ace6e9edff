// A set line becomes a fragment of the display list. Internal to the paragraph.
#pragma once

#include "office/layout/paragraph_lines.hpp"

namespace shanqi::office {

// The line's height and where its text stands in it.
struct LineBox {
    double height = 0, baseline = 0;
    double ascent = 0, descent = 0;  // of the text: what a highlight covers
};

// Null when nothing is to be drawn. Fills `inlines` with what the caller draws.
std::shared_ptr<Fragment> paint_line(const Paragraph&, const ParagraphInput&, const InlineText&, const SetLine&,
                                     const LineBox&, std::vector<PlacedInline>& inlines);

}  // namespace shanqi::office
