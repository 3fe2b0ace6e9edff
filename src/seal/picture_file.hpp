// PNG and JPEG files into pixels; both may be hostile.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "seal/seal.hpp"

namespace shanqi::seal {

namespace limits_of_pictures {
constexpr int side_pixels_max = 8000;
}

// width_mm from pHYs, 0 where there is none. Errors: seal.not_a_picture, seal.picture_too_large, seal.broken_picture.
Result<Raster> decode_picture(std::string_view bytes);

Result<Raster> decode_jpeg(std::string_view bytes);
Result<> check_picture_size(std::uint64_t width, std::uint64_t height);

}  // namespace shanqi::seal
