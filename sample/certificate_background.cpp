#include <cairo.h>

#include <cmath>
#include <memory>
#include <numbers>

#include "templates.hpp"

namespace shanqi::sample {
namespace {

constexpr int width = 1754, height = 1240;  // A4 landscape at 150 dots an inch

// A closed curve of many loops around a circle, as on bank notes: r = radius + swing·cos(loops·angle).
void rosette(cairo_t* cairo, double x, double y, double radius, double swing, int loops) {
    constexpr int steps = 1440;
    for (int i = 0; i <= steps; ++i) {
        const double angle = 2 * std::numbers::pi * i / steps;
        const double distance = radius + swing * std::cos(loops * angle);
        cairo_line_to(cairo, x + distance * std::cos(angle), y + distance * std::sin(angle));
    }
    cairo_close_path(cairo);
    cairo_stroke(cairo);
}

void frame(cairo_t* cairo, double inset, double line_width) {
    cairo_set_line_width(cairo, line_width);
    cairo_rectangle(cairo, inset, inset, width - 2 * inset, height - 2 * inset);
    cairo_stroke(cairo);
}

void draw(cairo_t* cairo) {
    cairo_set_source_rgb(cairo, 1.0, 1.0, 0.933);
    cairo_paint(cairo);
    cairo_set_line_width(cairo, 1.0);
    cairo_set_source_rgba(cairo, 0.80, 0.66, 0.36, 0.22);
    for (int ring = 0; ring < 12; ++ring) rosette(cairo, width / 2.0, height / 2.0, 120 + 24 * ring, 40, 24 + ring % 2);
    cairo_set_source_rgb(cairo, 0.72, 0.55, 0.22);
    frame(cairo, 50, 6);
    frame(cairo, 64, 1.5);
    frame(cairo, 108, 1.5);
    cairo_set_line_width(cairo, 1.2);
    for (int i = 0; i <= 38; ++i) {
        const double x = 86 + i * (width - 172) / 38.0;
        rosette(cairo, x, 86, 11, 7, 8);
        rosette(cairo, x, height - 86, 11, 7, 8);
    }
    for (int i = 1; i <= 25; ++i) {
        const double y = 86 + i * (height - 172) / 26.0;
        rosette(cairo, 86, y, 11, 7, 8);
        rosette(cairo, width - 86, y, 11, 7, 8);
    }
}

// Sixteen levels a channel: the eye sees no difference in pale lines, and every certificate carries this picture, so
// what it weighs counts fifteen thousand times.
void coarsen(cairo_surface_t* surface) {
    cairo_surface_flush(surface);
    unsigned char* row = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    for (int i = 0; i < stride * height; ++i) row[i] = static_cast<unsigned char>((row[i] + 8) / 17 * 17);
    cairo_surface_mark_dirty(surface);
}

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int size) {
    static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), size);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

std::string certificate_background_png() {
    const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height), &cairo_surface_destroy);
    const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo(cairo_create(surface.get()), &cairo_destroy);
    draw(cairo.get());
    coarsen(surface.get());
    std::string png;
    cairo_surface_write_to_png_stream(surface.get(), append, &png);
    return png;
}

}  // namespace shanqi::sample
