// Which fragments of a page belong to the template's content stream, drawn first, and which to the document's
// own, drawn after it.
#pragma once

#include <vector>

#include "office/layout/page.hpp"

namespace shanqi::office::pdf {

struct PagePlan {
    std::vector<const PlacedFragment*> fixed, own;
};

// A fragment of the template that would be drawn differently when it moved before an earlier fragment of the
// document (one of them covers the other) becomes the document's.
PagePlan plan_page(const Page&);

}  // namespace shanqi::office::pdf
