// A paragraph's inlines as a row of clusters: the smallest pieces that a line is made of, each with its glyphs
// and its width, and whether a line may end after it. Internal to the paragraph.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "office/layout/line_break.hpp"
#include "office/layout/paragraph.hpp"
#include "office/layout/shape.hpp"

namespace shanqi::office {

struct Cluster {
    enum class Kind : std::uint8_t {
        glyphs,     // letters, ideographs, punctuation
        space,      // vanishes at a line's end
        invisible,  // a zero-width character: only its place for a break counts
        tab,
        line_break,  // line, page and column breaks
        object,      // an inline drawing or something unsupported: has width and height
        place,       // a mark or the anchor of a drawing: no width
        shift,       // before the label of a list that is centred or right-aligned: negative width
    } kind = Kind::glyphs;
    // For the quarter em between scripts.
    enum class Script : std::uint8_t { other, ideograph, letter, digit } script = Script::other;
    BreakAfter after = BreakAfter::none;
    FontSlot slot = FontSlot::latin;
    bool is_opening = false, is_closing = false;  // Chinese punctuation of full width
    bool may_hang = false;                        // w:overflowPunct
    bool is_label = false;
    bool synthetic_bold = false, synthetic_italic = false;
    FaceId face = 0;
    std::uint16_t text_size = 0;
    std::uint16_t glyph_count = 0;
    std::uint32_t glyph_at = 0;      // into InlineText::glyphs
    std::uint32_t text_at = 0;       // into InlineText::text
    std::uint32_t style = 0;         // into InlineText::styles
    std::uint32_t inline_index = 0;  // into Paragraph::inlines
    char32_t character = 0;          // the first
    float size = 0;
    float scale = 1;      // horizontal, of the glyphs
    float advance = 0;    // points, with character spacing and the character grid
    float squeeze = 0;    // how much of it is blank and may be cut at a line's end
    float gap_after = 0;  // the quarter em; not at a line's end
    float height = 0;     // of an object
};

struct InlineGlyph {  // points
    std::uint32_t id = 0;
    float advance = 0, x_offset = 0, y_offset = 0;
};

struct InlineText {
    std::vector<Cluster> clusters;
    std::vector<InlineGlyph> glyphs;
    std::string text;  // UTF-8
    std::vector<ResolvedStylePtr> styles;
    ResolvedStylePtr mark;  // of the paragraph mark
    bool has_page_number = false, has_total_pages = false;
};

constexpr std::uint32_t no_inline = 0xFFFFFFFF;

// One character of the indents: the paragraph's own East Asian font size (17.3.1.12).
double character_unit(const Paragraph&, const ParagraphInput&);

Result<InlineText> make_inline_text(const Paragraph&, const ParagraphInput&, ShapeCache::Impl&);

}  // namespace shanqi::office
