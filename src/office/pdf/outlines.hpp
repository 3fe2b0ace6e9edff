// Glyph outlines as Type 2 charstrings (Adobe Technical Note 5177), made once for each glyph and then shared by
// every document of the batch.
//
// HarfBuzz draws the glyph and we write what it drew: so one small writer serves TrueType and CFF faces alike,
// subroutines and composite glyphs are resolved by code that is fuzzed, and hints, which no screen or printer of
// today needs, cost nothing. All outlines are brought to 1000 units an em, the precision of PDF widths.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "office/fonts/fonts.hpp"

namespace shanqi::office::pdf {

constexpr int default_width = 1000;  // of the em square: what nearly all Chinese glyphs have; written in no glyph

// The short forms of integers, which charstrings and DICTs share. -32768 to 32767.
void append_operand(std::string& out, int value);

struct GlyphOutline {
    std::string charstring;  // with its width when that is not default_width
    int width = 0;           // thousandths of an em
};

class GlyphOutlines {
public:
    explicit GlyphOutlines(std::shared_ptr<const FontLibrary> fonts);
    ~GlyphOutlines();

    // Thread-safe. Null: the face has no such glyph.
    const GlyphOutline* find(FaceId, std::uint32_t glyph);
    const Face& face(FaceId id) const { return fonts_->faces()[id]; }
    bool has_face(FaceId id) const { return id < fonts_->faces().size(); }

private:
    static constexpr std::size_t glyphs_max = 65536;
    using Slots = std::array<std::atomic<const GlyphOutline*>, glyphs_max>;
    std::shared_ptr<const FontLibrary> fonts_;
    std::vector<std::atomic<Slots*>> faces_;
    std::mutex making_;
};

}  // namespace shanqi::office::pdf
