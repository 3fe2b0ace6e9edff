// Pictures as PDF image XObjects (ISO 32000-1, 8.9). Decoded once for a batch.
#pragma once

#include <string>

#include "base/result.hpp"
#include "office/document/document.hpp"
#include "office/pdf/body.hpp"
#include "office/pdf/pdf.hpp"

namespace shanqi::office::pdf {

namespace limits {
constexpr std::uint64_t picture_pixels_max = 64ULL << 20;
constexpr std::uint32_t picture_side_max = 30000;
}  // namespace limits

struct Picture {
    int width = 0, height = 0, components = 3;
    bool is_jpeg = false;
    std::string data;   // the JPEG file, or deflated samples
    std::string alpha;  // deflated, empty where opaque
};

// Error: pdf.bad_image {name}.
Result<Picture> read_picture(const Image&);
Result<Picture> stamp_picture(const StampPicture&);

int write_picture(Body&, const Picture&);  // the XObject's number

}  // namespace shanqi::office::pdf
