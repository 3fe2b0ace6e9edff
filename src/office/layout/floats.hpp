// What stands beside the text and leaves it less room: pictures, text boxes and tables with square wrapping. A tight
// outline is taken as its rectangle.
#pragma once

#include <vector>

#include "office/layout/boxes.hpp"
#include "office/layout/painter.hpp"

namespace shanqi::office {

struct Float {
    Area area;                       // with its distances from text
    bool takes_whole_width = false;  // top and bottom wrapping
};

// The floats that are anchored in a paragraph; `frame` has the paragraph's top.
void add_floats(const ParagraphBox&, const AnchorFrame& frame, std::vector<Float>& floats);

// Is there a float that lines from `y` on may meet in this column?
bool is_beside_floats(const std::vector<Float>&, const Area& column, double y);

// For a paragraph whose first line's top is at `y`. The floats are copied.
RoomFunction room_beside(const std::vector<Float>&, const Area& column, double y);

// The first place from `y` down where a table meets no float.
double below_floats(const std::vector<Float>&, const Area& column, double y);

}  // namespace shanqi::office
