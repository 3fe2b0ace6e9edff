// Borders and shading: of paragraphs (ECMA-376 part 1, 17.3.1.5 to 17.3.1.31), pages and shapes.
#pragma once

#include <span>
#include <vector>

#include "office/layout/boxes.hpp"

namespace shanqi::office {

// Space between the last line of `above` and the first of `below`, with the borders that stand there. Null: the
// column's end, or a table.
double gap_between(const ParagraphBox* above, const ParagraphBox* below);
// The same without the space: what a border at the top of a column needs.
double top_border_room(const ParagraphBox&);

// Borders and shading of the paragraphs among `pieces`; neighbours with the same borders share one box. `origin` is
// added to the pieces' places.
void draw_paragraph_boxes(std::span<const Piece> pieces, Point origin, bool is_artifact,
                          std::vector<PlacedFragment>& out);

// A straight line of the given style; horizontal or vertical. (x, y) is the middle of its thickness.
void draw_line(Fragment&, const Line&, double x1, double y1, double x2, double y2);

// Rounds to thousandths of a point and makes static_id a function of the content, so that the same frame has the same
// number in every document. Null when there is nothing to draw.
FragmentPtr finish_decoration(Fragment&&, bool is_artifact);

}  // namespace shanqi::office
