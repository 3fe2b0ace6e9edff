// A Compact Font Format font (Adobe Technical Note 5176), CID-keyed, for a subset of a face: what a PDF embeds
// as CIDFontType0C (ISO 32000-1, 9.9). A glyph's CID is its number in the original face, so that content streams
// do not depend on the subset.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "office/pdf/outlines.hpp"

namespace shanqi::office::pdf {

struct CffGlyph {
    std::uint32_t cid = 0;
    const GlyphOutline* outline = nullptr;
};

// glyphs: ascending by CID; the first is CID 0 (.notdef).
std::string write_cff(std::string_view font_name, std::span<const CffGlyph> glyphs, const int (&bbox)[4]);

}  // namespace shanqi::office::pdf
