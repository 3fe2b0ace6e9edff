// The display list: what the page engine (office/layout) makes and the writers (office/pdf, later OFD and
// PNG) draw. Points; the origin is the page's upper left corner, y goes down.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "office/document/document.hpp"
#include "office/fonts/fonts.hpp"

namespace shanqi::office {

struct Point {
    double x = 0, y = 0;
};

struct Glyph {
    std::uint32_t id = 0;  // glyph in the face
    float advance = 0;     // points, with spacing and justification
    float x_offset = 0, y_offset = 0;
    // The characters of its cluster: [text_at, text_at + text_size) bytes of GlyphRun::text. Size 0: a
    // further glyph of the cluster before it.
    std::uint32_t text_at = 0;
    std::uint16_t text_size = 0;
};

struct GlyphRun {
    FaceId face = 0;
    float size = 0;     // points
    float scale_x = 1;  // w:w
    Color color;
    bool synthetic_bold = false;    // the family has no bold: stroke the outline too
    bool synthetic_italic = false;  // slant by 12 degrees
    Point at;                       // baseline of the first glyph, relative to the fragment
    std::string text;               // UTF-8
    std::vector<Glyph> glyphs;
    std::string language;  // empty: the document's
};

struct Fill {  // a filled rectangle: shading, highlight, rules and borders too
    double x = 0, y = 0, width = 0, height = 0;
    Color color;
};
struct Stroke {  // a line or curve that is not a rectangle
    enum class Form : std::uint8_t { line, rectangle, ellipse, rounded_rectangle, wave } form = Form::line;
    double x = 0, y = 0, width = 0, height = 0;  // line: from (x, y) to (x + width, y + height)
    double thickness = 0.5;
    std::vector<float> dash;
    Color color;
    std::optional<Color> fill;
};
struct PlacedImage {
    int image = -1;  // index into Document::images
    double x = 0, y = 0, width = 0, height = 0;
    double crop_left = 0, crop_top = 0, crop_right = 0, crop_bottom = 0;
    double rotation_degrees = 0;  // about the centre
    std::string description;
};

// Drawn in the order fills, images, strokes, glyphs. Coordinates are relative to where it is placed.
struct Fragment {
    std::vector<Fill> fills;
    std::vector<PlacedImage> images;
    std::vector<Stroke> strokes;
    std::vector<GlyphRun> runs;
    // Not zero: comes from the template and has the same content under this number in every document.
    std::uint64_t static_id = 0;
    // Header, footer, page border, drawing behind text: decoration for a screen reader (an /Artifact).
    bool is_artifact = false;
};
using FragmentPtr = std::shared_ptr<const Fragment>;

struct PlacedFragment {
    FragmentPtr fragment;
    Point at;
};

struct PlacedMark {
    Mark::Kind kind = Mark::Kind::seal;
    std::string name;
    Point at;  // the point on which the seal or the code is centred; for a countersignature its left middle
};

struct Page {
    double width = 0, height = 0;
    std::vector<PlacedFragment> fragments;  // in drawing order: behind the text, the text, before the text
    std::vector<PlacedMark> marks;
};

struct Pages {
    std::vector<Page> pages;
    // What was not rendered or rendered differently, with Place::page: "unsupported.chart".
    std::vector<Error> notices;
};

}  // namespace shanqi::office
