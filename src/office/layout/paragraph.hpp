// One paragraph becomes lines. Pure: the same paragraph and input give the same lines; the page flow
// (flow.cpp, tables) decides on which page they stand. ECMA-376 part 1, 17.3.1 (paragraphs), 17.3.2 (runs),
// 17.6.5 (document grid); line breaks by UAX #14 with the Chinese rules of GB/T 15834 and W3C clreq.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "office/document/document.hpp"
#include "office/fonts/fonts.hpp"
#include "office/layout/page.hpp"

namespace shanqi::office {

namespace limits {
constexpr std::size_t paragraph_text_bytes_max = 1U << 20U;  // error layout.paragraph_too_long
constexpr std::size_t shaped_words_max = 4'000;              // remembered by a ShapeCache
}  // namespace limits

// Remembers shaped words (face, size, features, text -> glyphs) and resolved fonts. One an engine, one
// thread; bounded: it forgets everything when it is full, which costs a little time and changes no result.
class ShapeCache {
public:
    explicit ShapeCache(std::shared_ptr<const FontLibrary> fonts);
    ~ShapeCache();
    ShapeCache(ShapeCache&&) noexcept;
    ShapeCache& operator=(ShapeCache&&) noexcept;
    const FontLibrary& fonts() const;
    struct Impl;
    Impl& impl() { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

// The part of Section that a paragraph must know. Compares, so that it can be part of a cache key.
struct ParagraphGrid {
    std::optional<double> line_pitch;       // Section::grid_line_pitch
    std::optional<double> character_space;  // Section::grid_character_space
    bool operator==(const ParagraphGrid&) const = default;
};

// What floating drawings leave of a line. Lengths from the text column's edges, not from the indents.
struct LineRoom {
    double cut_left = 0, cut_right = 0;  // points taken from the left and from the right of the column
    // The line does not fit beside the float: try again with its top here (must be greater than the top asked for).
    std::optional<double> move_to;
};

struct ParagraphInput {
    double width = 0;  // of the text column (or cell), before the paragraph's indents
    ParagraphGrid grid;
    double default_tab = 36;           // Document::default_tab
    std::string label;                 // the list label's text ("1.2", "（三）", "•"); counted by the caller
    const ListLevel* level = nullptr;  // its ListLevel: alignment, suffix, style; null: no label
    // The text of PAGE, NUMPAGES, SECTIONPAGES as things stand (already in its number format). Unset: "1".
    std::function<std::string(const PageNumber&)> page_number;
    // Room beside floats for the line number `line` whose top is `top` below the top of the first line and
    // which is at least `height` high. Unset: the whole column. May be called several times for one line.
    std::function<LineRoom(int line, double top, double height)> room;
    // What is behind the paragraph (a cell's shading): automatic text is white on a dark ground.
    std::optional<Color> background;
    // Give each line's fragment a static_id (only if the paragraph has a static_id and no page number in it).
    // Set it when the result will be kept and used again; otherwise every call would make new "static" content.
    bool make_static = false;
};

// Something in a line that is not text. Coordinates are relative to the text column's left and the line's top.
struct PlacedInline {
    enum class Kind : std::uint8_t {
        drawing,      // a Drawing without anchor: `at` is its upper left corner, room is kept; the caller draws it
        anchor,       // a Drawing with anchor: `at` is (x of the character where it is anchored, 0)
        mark,         // a Mark: `at` as in PlacedMark
        unsupported,  // an Unsupported: `at` is the upper left corner of the room kept for it
    } kind = Kind::drawing;
    std::size_t index = 0;  // into Paragraph::inlines: holds the Drawing, Mark or Unsupported
    Point at;
    double width = 0, height = 0;
};

struct LaidLine {
    double top = 0;  // below the top of the first line (more than the sum of heights where a float pushed it down)
    double height = 0;
    double baseline = 0;  // below the line's top
    // Glyphs, highlight, underlines, the list label. Coordinates: text column's left, line's top. Null: nothing to
    // draw.
    FragmentPtr fragment;
    std::vector<PlacedInline> inlines;  // in text order
    // What the line ends with: page and column breaks are the caller's to obey (it is never the last line's
    // kind unless the break stands at the very end of the paragraph; then no empty line follows in the result).
    enum class End : std::uint8_t { wrap, paragraph, line_break, page_break, column_break } end = End::wrap;
    double left = 0, right = 0;  // extent of its text, from the text column's left
};

struct LaidParagraph {
    std::vector<LaidLine> lines;  // at least one
    double height = 0;            // bottom of the last line below the top of the first
    // In points: w:beforeLines, w:beforeAutospacing and the grid are already taken into account.
    double space_before = 0, space_after = 0;
    // Where paragraph shading and borders stand without Line::space: from the text column's left.
    double box_left = 0, box_right = 0;
    bool has_page_number = false;  // some PAGE field: lay out again when its value differs; never static
    bool has_total_pages = false;  // NUMPAGES or SECTIONPAGES among them
};

// Errors: layout.no_glyph ({character}, {code}: "U+20BB7"): no font has it; layout.paragraph_too_long.
Result<LaidParagraph> lay_out_paragraph(const Paragraph&, const ParagraphInput&, ShapeCache&);

// For tables that fit their columns to the text: the widest piece that cannot be broken, and the width on
// one line (between line breaks), both with the paragraph's indents and its label.
struct ContentWidth {
    double minimum = 0, preferred = 0;
};
Result<ContentWidth> measure_paragraph(const Paragraph&, const ParagraphInput&, ShapeCache&);

}  // namespace shanqi::office
