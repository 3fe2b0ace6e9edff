#include "office/pdf/outlines.hpp"

#include <cmath>

namespace shanqi::office::pdf {
namespace {

// Operators of Type 2 charstrings.
constexpr char op_vmoveto = 4, op_rlineto = 5, op_hlineto = 6, op_vlineto = 7, op_rrcurveto = 8, op_endchar = 14,
               op_rmoveto = 21, op_hmoveto = 22, op_vvcurveto = 26, op_hhcurveto = 27, op_vhcurveto = 30,
               op_hvcurveto = 31;
constexpr int stack_max = 48;  // TN 5177, appendix B

struct GridPoint {
    int x = 0, y = 0;
};

// Writes path segments as they come; segments of one kind share an operator while the stack has room.
class CharstringWriter {
public:
    CharstringWriter(double scale, int width) : scale_(scale) {
        if (width != default_width) append_operand(out_, width);  // nominalWidthX is 0
    }

    void move_to(double x, double y) {
        flush();
        GridPoint to = on_grid(x, y);
        int dx = to.x - at_.x, dy = to.y - at_.y;
        if (dy == 0) {
            append_operand(out_, dx);
            out_ += op_hmoveto;
        } else if (dx == 0) {
            append_operand(out_, dy);
            out_ += op_vmoveto;
        } else {
            append_operand(out_, dx);
            append_operand(out_, dy);
            out_ += op_rmoveto;
        }
        at_ = to;
    }

    void line_to(double x, double y) {
        GridPoint to = on_grid(x, y);
        int dx = to.x - at_.x, dy = to.y - at_.y;
        if (dx == 0 && dy == 0) return;
        at_ = to;
        if (dx == 0 || dy == 0) return axis_line(dy == 0, dy == 0 ? dx : dy);
        begin(op_rlineto, 2);
        append_operand(pending_, dx);
        append_operand(pending_, dy);
    }

    void curve_to(double x1, double y1, double x2, double y2, double x3, double y3) {
        GridPoint first = on_grid(x1, y1), second = on_grid(x2, y2), to = on_grid(x3, y3);
        GridPoint out{first.x - at_.x, first.y - at_.y}, across{second.x - first.x, second.y - first.y},
            in{to.x - second.x, to.y - second.y};
        at_ = to;
        // Most curves of a typeface leave and arrive along an axis: two numbers less.
        if (out.y == 0 && in.x == 0) return turning_curve(true, out.x, across, in.y);
        if (out.x == 0 && in.y == 0) return turning_curve(false, out.y, across, in.x);
        if (out.y == 0 && in.y == 0) return level_curve(op_hhcurveto, out.x, across, in.x);
        if (out.x == 0 && in.x == 0) return level_curve(op_vvcurveto, out.y, across, in.y);
        begin(op_rrcurveto, 6);
        for (GridPoint step : {out, across, in}) {
            append_operand(pending_, step.x);
            append_operand(pending_, step.y);
        }
    }

    std::string finish() && {
        flush();
        out_ += op_endchar;
        return std::move(out_);
    }

private:
    GridPoint on_grid(double x, double y) const {
        return {static_cast<int>(std::lround(clamped(x * scale_))), static_cast<int>(std::lround(clamped(y * scale_)))};
    }
    // Far outside of any real glyph; keeps differences within the 16 bits of an operand.
    static double clamped(double value) { return std::fmin(std::fmax(value, -16000.0), 16000.0); }

    // hlineto and vlineto alternate between the axes.
    void axis_line(bool horizontal, int distance) {
        bool continues = (pending_operator_ == op_hlineto || pending_operator_ == op_vlineto) &&
                         horizontal == next_is_horizontal_ && operands_ < stack_max;
        if (!continues) {
            flush();
            pending_operator_ = horizontal ? op_hlineto : op_vlineto;
        }
        next_is_horizontal_ = !horizontal;
        append_operand(pending_, distance);
        ++operands_;
    }

    // hvcurveto and vhcurveto alternate too: a curve that arrives vertically is followed by one that leaves so.
    void turning_curve(bool horizontal, int leave, GridPoint across, int arrive) {
        bool continues = (pending_operator_ == op_hvcurveto || pending_operator_ == op_vhcurveto) &&
                         horizontal == next_is_horizontal_ && operands_ + 4 <= stack_max;
        if (!continues) {
            flush();
            pending_operator_ = horizontal ? op_hvcurveto : op_vhcurveto;
        }
        next_is_horizontal_ = !horizontal;
        operands_ += 4;
        for (int value : {leave, across.x, across.y, arrive}) append_operand(pending_, value);
    }

    void level_curve(char operation, int leave, GridPoint across, int arrive) {
        begin(operation, 4);
        for (int value : {leave, across.x, across.y, arrive}) append_operand(pending_, value);
    }

    void begin(char operation, int operands) {
        if (pending_operator_ != operation || operands_ + operands > stack_max) flush();
        pending_operator_ = operation;
        operands_ += operands;
    }

    void flush() {
        if (operands_ == 0) return;
        out_ += pending_;
        out_ += pending_operator_;
        pending_.clear();
        pending_operator_ = 0;
        operands_ = 0;
    }

    double scale_;
    std::string out_, pending_;
    char pending_operator_ = 0;
    int operands_ = 0;
    bool next_is_horizontal_ = false;
    GridPoint at_;
};

struct FreeDrawing {
    void operator()(hb_draw_funcs_t* functions) const { hb_draw_funcs_destroy(functions); }
};

CharstringWriter& writer_of(void* data) { return *static_cast<CharstringWriter*>(data); }

hb_draw_funcs_t* drawing() {
    static const std::unique_ptr<hb_draw_funcs_t, FreeDrawing> functions = [] {
        std::unique_ptr<hb_draw_funcs_t, FreeDrawing> made(hb_draw_funcs_create());
        hb_draw_funcs_set_move_to_func(
            made.get(),
            [](hb_draw_funcs_t*, void* data, hb_draw_state_t*, float x, float y, void*) {
                writer_of(data).move_to(x, y);
            },
            nullptr, nullptr);
        hb_draw_funcs_set_line_to_func(
            made.get(),
            [](hb_draw_funcs_t*, void* data, hb_draw_state_t*, float x, float y, void*) {
                writer_of(data).line_to(x, y);
            },
            nullptr, nullptr);
        // Without a function of its own for quadratic curves HarfBuzz raises them to cubic ones, exactly.
        hb_draw_funcs_set_cubic_to_func(
            made.get(),
            [](hb_draw_funcs_t*, void* data, hb_draw_state_t*, float x1, float y1, float x2, float y2, float x3,
               float y3, void*) { writer_of(data).curve_to(x1, y1, x2, y2, x3, y3); },
            nullptr, nullptr);
        hb_draw_funcs_make_immutable(made.get());
        return made;
    }();
    return functions.get();
}

std::unique_ptr<const GlyphOutline> draw(const Face& face, std::uint32_t glyph) {
    double scale = 1000.0 / face.units_per_em;
    auto outline = std::make_unique<GlyphOutline>();
    outline->width = static_cast<int>(std::lround(hb_font_get_glyph_h_advance(face.hb_font, glyph) * scale));
    CharstringWriter writer(scale, outline->width);
    hb_font_get_glyph_shape(face.hb_font, glyph, drawing(), &writer);
    outline->charstring = std::move(writer).finish();
    return outline;
}

}  // namespace

void append_operand(std::string& out, int value) {
    if (value >= -107 && value <= 107) {
        out += static_cast<char>(value + 139);
    } else if (value >= 108 && value <= 1131) {
        out += static_cast<char>(247 + ((value - 108) >> 8));
        out += static_cast<char>((value - 108) & 255);
    } else if (value <= -108 && value >= -1131) {
        out += static_cast<char>(251 + ((-value - 108) >> 8));
        out += static_cast<char>((-value - 108) & 255);
    } else {
        out += static_cast<char>(28);
        out += static_cast<char>(value >> 8 & 255);
        out += static_cast<char>(value & 255);
    }
}

GlyphOutlines::GlyphOutlines(std::shared_ptr<const FontLibrary> fonts)
    : fonts_(std::move(fonts)), faces_(fonts_->faces().size()) {}

GlyphOutlines::~GlyphOutlines() {
    for (auto& face : faces_) {
        Slots* slots = face.load();
        if (!slots) continue;
        for (auto& slot : *slots) delete slot.load();
        delete slots;
    }
}

const GlyphOutline* GlyphOutlines::find(FaceId id, std::uint32_t glyph) {
    if (!has_face(id) || glyph >= glyphs_max) return nullptr;
    Slots* slots = faces_[id].load(std::memory_order_acquire);
    if (slots)
        if (const GlyphOutline* known = (*slots)[glyph].load(std::memory_order_acquire)) return known;
    if (glyph >= hb_face_get_glyph_count(face(id).hb_face)) return nullptr;
    std::lock_guard lock(making_);
    slots = faces_[id].load(std::memory_order_acquire);
    if (!slots) {
        slots = new Slots{};
        faces_[id].store(slots, std::memory_order_release);
    }
    auto& slot = (*slots)[glyph];
    if (!slot.load(std::memory_order_acquire)) slot.store(draw(face(id), glyph).release(), std::memory_order_release);
    return slot.load(std::memory_order_acquire);
}

}  // namespace shanqi::office::pdf
