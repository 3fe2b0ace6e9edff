// Layers onto pixels.
#pragma once

#include "seal/outline.hpp"
#include "seal/seal.hpp"

namespace shanqi::seal {

// Paints over what the raster holds, the origin in its middle.
Result<> paint(Raster&, const std::vector<Layer>&, double pixels_per_mm);

}  // namespace shanqi::seal
