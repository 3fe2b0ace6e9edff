// Pictures and shapes as fragments.
#pragma once

#include <string>

#include "office/layout/page.hpp"

namespace shanqi::office {

struct DrawnShape {
    FragmentPtr fragment;  // its upper left corner is the origin; null: nothing to draw
    std::string notice;    // key of what is not drawn as asked; empty: all is
};

// Without the text of a text box.
DrawnShape draw_drawing(const Drawing&, bool is_artifact);

}  // namespace shanqi::office
