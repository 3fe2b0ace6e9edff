#include "office/pdf/content.hpp"

#include <cmath>
#include <numbers>

namespace shanqi::office::pdf {
namespace {

constexpr double curve_of_quarter_circle = 0.5522847498;
constexpr double slant_of_12_degrees = 0.2126;
// Outline added to a synthetic bold, of the em: about the difference between regular and bold Song faces.
constexpr double synthetic_bold_width = 1.0 / 28;
constexpr int own_font_base = 1 << 16;

}  // namespace

struct ContentWriter::Text {
    double unit = 0;   // a thousandth of the em along the line, points
    double pen = 0;    // where the layout is, from the start of the run
    double drawn = 0;  // where the viewer is, after the widths of the font
    bool in_array = false, in_string = false;
};

ContentWriter::ContentWriter(double page_height, GlyphOutlines& outlines, const FontPart& template_fonts,
                             FontPart* own_fonts)
    : page_height_(page_height), outlines_(outlines), template_fonts_(template_fonts), own_fonts_(own_fonts) {}

void ContentWriter::numbers(std::initializer_list<double> values, std::string_view operation) {
    for (double value : values) {
        append_number(out_, value);
        out_ += ' ';
    }
    out_ += operation;
    out_ += '\n';
}

void ContentWriter::fill_color(Color color) {
    if (fill_ == color) return;
    fill_ = color;
    for (int part : {color.red, color.green, color.blue}) {
        append_number(out_, part / 255.0, 3);
        out_ += ' ';
    }
    out_ += "rg\n";
}

void ContentWriter::stroke_color(Color color) {
    if (stroke_ == color) return;
    stroke_ = color;
    for (int part : {color.red, color.green, color.blue}) {
        append_number(out_, part / 255.0, 3);
        out_ += ' ';
    }
    out_ += "RG\n";
}

void ContentWriter::line_width(double width) {
    if (line_width_ == width) return;
    line_width_ = width;
    numbers({width}, "w");
}

void ContentWriter::draw(const Fragment& fragment, Point at) {
    if (fragment.is_artifact) out_ += "/Artifact BMC\n";
    fills(fragment, at);
    for (const PlacedImage& placed : fragment.images) image(placed, at);
    for (const Stroke& line : fragment.strokes) stroke(line, at);
    bool in_text = false;
    for (const GlyphRun& glyph_run : fragment.runs) {
        if (glyph_run.glyphs.empty()) continue;
        if (!in_text) out_ += "BT\n";
        in_text = true;
        run(glyph_run, at);
    }
    if (in_text) out_ += "ET\n";
    if (fragment.is_artifact) out_ += "EMC\n";
}

void ContentWriter::rectangle(double x, double y, double width, double height) {
    numbers({x, page_height_ - y - height, width, height}, "re");
}

void ContentWriter::fills(const Fragment& fragment, Point at) {
    bool pending = false;
    for (const Fill& fill : fragment.fills) {
        if (pending && fill_ != fill.color) out_ += "f\n";
        fill_color(fill.color);
        rectangle(at.x + fill.x, at.y + fill.y, fill.width, fill.height);
        pending = true;
    }
    if (pending) out_ += "f\n";
}

void ContentWriter::image(const PlacedImage& placed, Point at) {
    double shown_width = 1 - placed.crop_left - placed.crop_right,
           shown_height = 1 - placed.crop_top - placed.crop_bottom;
    if (placed.image < 0 || shown_width <= 0 || shown_height <= 0 || placed.width <= 0 || placed.height <= 0) return;
    images_.insert(placed.image);
    out_ += "q\n";
    // Turn about the centre; the page's y goes down, the picture's angle clockwise.
    double angle = -placed.rotation_degrees * std::numbers::pi / 180, cosine = std::cos(angle), sine = std::sin(angle);
    for (double part : {cosine, sine, -sine, cosine}) {
        append_number(out_, part, 4);
        out_ += ' ';
    }
    numbers({at.x + placed.x + placed.width / 2, page_height_ - at.y - placed.y - placed.height / 2}, "cm");
    bool cropped = shown_width < 1 || shown_height < 1;
    if (cropped) numbers({-placed.width / 2, -placed.height / 2, placed.width, placed.height}, "re W n");
    double width = placed.width / shown_width, height = placed.height / shown_height;
    numbers({width, 0, 0, height, -placed.width / 2 - placed.crop_left * width,
             -placed.height / 2 - placed.crop_bottom * height},
            "cm");
    out_ += "/I";
    append_integer(out_, placed.image);
    out_ += " Do\nQ\n";
}

void ContentWriter::ellipse(double x, double y, double width, double height) {
    double radius_x = width / 2, radius_y = height / 2, centre_x = x + radius_x, centre_y = page_height_ - y - radius_y;
    double curve_x = radius_x * curve_of_quarter_circle, curve_y = radius_y * curve_of_quarter_circle;
    numbers({centre_x + radius_x, centre_y}, "m");
    numbers({centre_x + radius_x, centre_y + curve_y, centre_x + curve_x, centre_y + radius_y, centre_x,
             centre_y + radius_y},
            "c");
    numbers({centre_x - curve_x, centre_y + radius_y, centre_x - radius_x, centre_y + curve_y, centre_x - radius_x,
             centre_y},
            "c");
    numbers({centre_x - radius_x, centre_y - curve_y, centre_x - curve_x, centre_y - radius_y, centre_x,
             centre_y - radius_y},
            "c");
    numbers({centre_x + curve_x, centre_y - radius_y, centre_x + radius_x, centre_y - curve_y, centre_x + radius_x,
             centre_y},
            "c h");
}

void ContentWriter::rounded_rectangle(double x, double y, double width, double height) {
    // DrawingML's roundRect without an adjustment: a sixth of the shorter side (ECMA-376, 20.1.9,
    // presetShapeDefinitions).
    double radius = std::fmin(width, height) / 6, curve = radius * (1 - curve_of_quarter_circle);
    double left = x, right = x + width, top = page_height_ - y, bottom = top - height;
    numbers({left + radius, bottom}, "m");
    numbers({right - radius, bottom}, "l");
    numbers({right - curve, bottom, right, bottom + curve, right, bottom + radius}, "c");
    numbers({right, top - radius}, "l");
    numbers({right, top - curve, right - curve, top, right - radius, top}, "c");
    numbers({left + radius, top}, "l");
    numbers({left + curve, top, left, top - curve, left, top - radius}, "c");
    numbers({left, bottom + radius}, "l");
    numbers({left, bottom + curve, left + curve, bottom, left + radius, bottom}, "c h");
}

void ContentWriter::wave(double x, double y, double width, double height) {
    double amplitude = height > 0 ? height / 2 : 1, middle = page_height_ - y - amplitude;
    double half_period = std::fmax(amplitude * 2, 1.5);
    constexpr int halves_max = 4000;
    numbers({x, middle}, "m");
    int halves = std::min(halves_max, static_cast<int>(std::ceil(width / half_period)));
    for (int half = 0; half < halves; ++half) {
        double from = x + half * half_period, to = std::fmin(from + half_period, x + width);
        double peak = middle + (half % 2 == 0 ? 1 : -1) * amplitude * 4 / 3;
        numbers({from + (to - from) / 3, peak, to - (to - from) / 3, peak, to, middle}, "c");
    }
}

void ContentWriter::stroke(const Stroke& line, Point at) {
    double x = at.x + line.x, y = at.y + line.y;
    stroke_color(line.color);
    line_width(line.thickness);
    if (line.fill) fill_color(*line.fill);
    if (!line.dash.empty()) {
        out_ += '[';
        for (float length : line.dash) {
            append_number(out_, length);
            out_ += ' ';
        }
        out_ += "]0 d\n";
    }
    switch (line.form) {
        case Stroke::Form::line:
            numbers({x, page_height_ - y}, "m");
            numbers({x + line.width, page_height_ - y - line.height}, "l");
            break;
        case Stroke::Form::rectangle:
            rectangle(x, y, line.width, line.height);
            break;
        case Stroke::Form::ellipse:
            ellipse(x, y, line.width, line.height);
            break;
        case Stroke::Form::rounded_rectangle:
            rounded_rectangle(x, y, line.width, line.height);
            break;
        case Stroke::Form::wave:
            wave(x, y, line.width, line.height);
            break;
    }
    bool draws_line = line.thickness > 0;  // a width of 0 would be the thinnest line of the device
    out_ += line.fill ? (draws_line ? "B\n" : "f\n") : (draws_line ? "S\n" : "n\n");
    if (!line.dash.empty()) out_ += "[]0 d\n";
}

void ContentWriter::close(Text& text) {
    if (text.in_string) out_ += '>';
    if (text.in_array) out_ += "]TJ\n";
    text.in_string = text.in_array = false;
}

// Whether all glyphs of a cluster are in the template's font: a cluster takes them from one font, because a
// span must not be torn. Otherwise they are added to the document's own.
bool ContentWriter::in_template(const GlyphRun& glyph_run, std::size_t first, std::size_t count,
                                std::string_view characters) {
    if (!own_fonts_) return true;
    bool all = true;
    for (std::size_t i = first; i < first + count; ++i)
        all = all && template_fonts_.find(glyph_run.face, glyph_run.glyphs[i].id);
    if (all) return true;
    for (std::size_t i = first; i < first + count; ++i)
        own_fonts_->use(glyph_run.face, glyph_run.glyphs[i].id, characters);
    return false;
}

void ContentWriter::run(const GlyphRun& glyph_run, Point at) {
    fill_color(glyph_run.color);
    int mode = glyph_run.synthetic_bold ? 2 : 0;
    if (mode == 2) {
        stroke_color(glyph_run.color);
        line_width(glyph_run.size * synthetic_bold_width);
    }
    if (mode != render_mode_) numbers({static_cast<double>(render_mode_ = mode)}, "Tr");
    if (glyph_run.scale_x != scale_x_) numbers({(scale_x_ = glyph_run.scale_x) * 100}, "Tz");
    if (rise_ != 0) numbers({rise_ = 0}, "Ts");
    out_ += "1 0 ";
    append_number(out_, glyph_run.synthetic_italic ? slant_of_12_degrees : 0, 4);
    out_ += " 1 ";
    numbers({at.x + glyph_run.at.x, page_height_ - at.y - glyph_run.at.y}, "Tm");

    Text text{.unit = glyph_run.size * glyph_run.scale_x / 1000};
    for_each_cluster(glyph_run, [&](std::size_t first, std::size_t count, std::string_view characters) {
        bool template_font = in_template(glyph_run, first, count, characters);
        const FontPart& part = template_font ? template_fonts_ : *own_fonts_;
        const std::string* mapped = part.find(glyph_run.face, glyph_run.glyphs[first].id);
        // 14.9.4: where the font's map cannot say what the glyphs stand for.
        bool needs_span = !characters.empty() && (count > 1 || !mapped || *mapped != characters);
        if (needs_span) {
            close(text);
            out_ += "/Span<</ActualText";
            append_utf16_hex(out_, characters, true);
            out_ += ">>BDC\n";
        }
        glyphs(glyph_run, first, count, template_font, text);
        if (needs_span) {
            close(text);
            out_ += "EMC\n";
        }
    });
    close(text);
}

void ContentWriter::glyphs(const GlyphRun& glyph_run, std::size_t first, std::size_t count, bool template_font,
                           Text& text) {
    int font = glyph_run.face + (template_font ? 0 : own_font_base);
    for (std::size_t i = first; i < first + count; ++i) {
        const Glyph& glyph = glyph_run.glyphs[i];
        if (glyph.id == 0) {  // ISO 19005-2, 6.2.11.8: no .notdef; the layout refuses characters without a glyph
            text.pen += glyph.advance;
            continue;
        }
        if (font != font_ || font_size_ != glyph_run.size) {
            close(text);
            out_ += '/';
            out_ += template_font ? template_font_letter : own_font_letter;
            append_integer(out_, glyph_run.face);
            out_ += ' ';
            numbers({glyph_run.size}, "Tf");
            font_ = font;
            font_size_ = glyph_run.size;
        }
        if (rise_ != glyph.y_offset) {
            close(text);
            numbers({rise_ = glyph.y_offset}, "Ts");
        }
        if (!text.in_array) out_ += '[';
        text.in_array = true;
        long adjustment = text.unit > 0 ? std::lround((text.drawn - text.pen - glyph.x_offset) / text.unit) : 0;
        // One thousandth is rounding of widths; it is made good when it has grown.
        if (std::abs(adjustment) > 1) {
            if (text.in_string) out_ += '>';
            text.in_string = false;
            append_integer(out_, adjustment);
            text.drawn -= static_cast<double>(adjustment) * text.unit;
        }
        if (!text.in_string) out_ += '<';
        text.in_string = true;
        append_hex16(out_, glyph.id);
        const GlyphOutline* outline = outlines_.find(glyph_run.face, glyph.id);
        text.drawn += (outline ? outline->width : default_width) * text.unit;
        text.pen += glyph.advance;
    }
}

void ContentWriter::draw_qr_code(const QrCode& code, Point centre) {
    if (code.modules <= 0 ||
        code.dark.size() != static_cast<std::size_t>(code.modules) * static_cast<std::size_t>(code.modules))
        return;
    constexpr int quiet_modules = 4;  // ISO/IEC 18004, 6.3.8
    double module = code.size_mm * 72 / 25.4 / code.modules, side = module * code.modules;
    out_ += "q\n1 1 1 rg\n";
    double outer = side + 2 * quiet_modules * module;
    rectangle(centre.x - outer / 2, centre.y - outer / 2, outer, outer);
    out_ += "f\n0 0 0 rg\n";
    append_number(out_, module, 4);
    out_ += " 0 0 ";
    append_number(out_, -module, 4);
    out_ += ' ';
    numbers({centre.x - side / 2, page_height_ - centre.y + side / 2}, "cm");
    // One path for all squares: no hairline of paper between neighbours.
    auto is_dark = [&](int x, int y) {
        return static_cast<bool>(code.dark[static_cast<std::size_t>(y) * static_cast<std::size_t>(code.modules) +
                                           static_cast<std::size_t>(x)]);
    };
    for (int y = 0; y < code.modules; ++y)
        for (int x = 0; x < code.modules; ++x) {
            if (!is_dark(x, y)) continue;
            int from = x;
            while (x < code.modules && is_dark(x, y)) ++x;
            append_integer(out_, from);
            out_ += ' ';
            append_integer(out_, y);
            out_ += ' ';
            append_integer(out_, x - from);
            out_ += " 1 re\n";
        }
    out_ += "f\nQ\n";
}

void ContentWriter::draw_stamp(Point at, double width, double height, double from, double to) {
    out_ += "q\n/Over gs\n";
    if (from > 0 || to < 1) {
        rectangle(at.x + from * width, at.y, (to - from) * width, height);
        out_ += "W n\n";
    }
    numbers({width, 0, 0, height, at.x, page_height_ - at.y - height}, "cm");
    out_ += "/Seal Do\nQ\n";
}

std::string ContentWriter::finish() && { return "q\n" + std::move(out_) + "Q\n"; }

}  // namespace shanqi::office::pdf
