// Checks a JPEG file (ITU-T T.81) and says what a PDF needs to know of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shanqi::office::pdf {

struct Jpeg {
    int width = 0, height = 0, components = 0;  // 1 or 3
    std::string reencoded;  // not empty: use this file instead, the original is CMYK or arithmetic-coded
};

// None: not a JPEG file, broken, or too large to decode.
std::optional<Jpeg> read_jpeg(std::string_view bytes);

}  // namespace shanqi::office::pdf
