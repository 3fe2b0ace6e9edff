// Writes page content (ISO 32000-1, clauses 8 and 9) from the display list: y upwards, glyphs by number.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "office/layout/page.hpp"
#include "office/pdf/font_part.hpp"
#include "office/pdf/pdf.hpp"

namespace shanqi::office::pdf {

// Names in the page's resources: /F<face> and /R<face> fonts of the template and of the document, /I<n> pictures,
// /Seal the stamp, /Over the graphics state in which it is drawn.
constexpr char template_font_letter = 'F', own_font_letter = 'R';

class ContentWriter {
public:
    // template_fonts: glyphs found there are taken from there. own_fonts: receives the others; null when the
    // template has all of them.
    ContentWriter(double page_height, GlyphOutlines&, const FontPart& template_fonts, FontPart* own_fonts);

    void draw(const Fragment&, Point at);
    void draw_qr_code(const QrCode&, Point centre);
    // The stamp, or the slice of it between `from` and `to` (fractions of its width). Upper left corner of the
    // whole stamp at `at`.
    void draw_stamp(Point at, double width, double height, double from = 0, double to = 1);

    bool empty() const { return out_.empty(); }
    const std::set<int>& images() const { return images_; }
    // Balanced: what follows starts with a fresh graphics state.
    std::string finish() &&;

private:
    struct Text;  // the state of a text object while glyphs are added
    void fills(const Fragment&, Point at);
    void image(const PlacedImage&, Point at);
    void stroke(const Stroke&, Point at);
    void run(const GlyphRun&, Point at);
    void glyphs(const GlyphRun&, std::size_t first, std::size_t count, bool template_font, Text&);
    bool in_template(const GlyphRun&, std::size_t first, std::size_t count, std::string_view characters);
    void close(Text&);
    void rectangle(double x, double y, double width, double height);
    void ellipse(double x, double y, double width, double height);
    void rounded_rectangle(double x, double y, double width, double height);
    void wave(double x, double y, double width, double height);
    void fill_color(Color);
    void stroke_color(Color);
    void line_width(double);
    void numbers(std::initializer_list<double> values, std::string_view operation);

    double page_height_;
    GlyphOutlines& outlines_;
    const FontPart& template_fonts_;
    FontPart* own_fonts_;
    std::string out_;
    std::set<int> images_;

    // What the stream's graphics state is now: nothing is said twice.
    std::optional<Color> fill_, stroke_;
    double line_width_ = 1, font_size_ = 0, scale_x_ = 1, rise_ = 0;
    int font_ = -1;  // face, with own fonts after the template's
    int render_mode_ = 0;
};

}  // namespace shanqi::office::pdf
