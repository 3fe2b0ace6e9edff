#include "seal/seal_raster.hpp"

#include <cairo.h>

#include <cmath>
#include <cstring>

#include "seal/openssl_handles.hpp"
#include "seal/seal_layout.hpp"

namespace shanqi::seal {
namespace {

constexpr int dots_per_inch_max = 2400;
constexpr double inch_mm = 25.4;

using Surface = std::unique_ptr<cairo_surface_t, Releaser<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Releaser<cairo_destroy>>;

auto failed() { return fail(ErrorKind::system, "seal.drawing_failed"); }

std::uint8_t byte(unsigned value) { return static_cast<std::uint8_t>(value > 255 ? 255 : value); }

// Cairo's pixels are native 32-bit words 0xAARRGGBB with colours multiplied by alpha.
void load(cairo_surface_t* surface, const Raster& raster) {
    unsigned char* rows = cairo_image_surface_get_data(surface);
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface));
    const auto* in = reinterpret_cast<const std::uint8_t*>(raster.rgba.data());
    for (std::size_t y = 0; y < static_cast<std::size_t>(raster.height); ++y)
        for (std::size_t x = 0; x < static_cast<std::size_t>(raster.width); ++x, in += 4) {
            const unsigned alpha = in[3];
            const auto times = [alpha](unsigned colour) { return (colour * alpha + 127) / 255; };
            const std::uint32_t word = alpha << 24 | times(in[0]) << 16 | times(in[1]) << 8 | times(in[2]);
            std::memcpy(rows + y * stride + x * 4, &word, 4);
        }
}

void store(cairo_surface_t* surface, Raster& raster) {
    const unsigned char* rows = cairo_image_surface_get_data(surface);
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface));
    auto* out = reinterpret_cast<std::uint8_t*>(raster.rgba.data());
    for (std::size_t y = 0; y < static_cast<std::size_t>(raster.height); ++y)
        for (std::size_t x = 0; x < static_cast<std::size_t>(raster.width); ++x, out += 4) {
            std::uint32_t word = 0;
            std::memcpy(&word, rows + y * stride + x * 4, 4);
            const unsigned alpha = word >> 24;
            const auto plain = [alpha](unsigned colour) {
                return alpha == 0 ? std::uint8_t{0} : byte((colour * 255 + alpha / 2) / alpha);
            };
            out[0] = plain(word >> 16 & 255);
            out[1] = plain(word >> 8 & 255);
            out[2] = plain(word & 255);
            out[3] = static_cast<std::uint8_t>(alpha);
        }
}

void trace(cairo_t* context, const Outline& outline) {
    for (const Outline::Step& step : outline.steps()) {
        const auto& p = step.points;
        switch (step.verb) {
            case Outline::Verb::move:
                cairo_move_to(context, p[0].x, p[0].y);
                break;
            case Outline::Verb::line:
                cairo_line_to(context, p[0].x, p[0].y);
                break;
            case Outline::Verb::cubic:
                cairo_curve_to(context, p[0].x, p[0].y, p[1].x, p[1].y, p[2].x, p[2].y);
                break;
            case Outline::Verb::close:
                cairo_close_path(context);
                break;
        }
    }
}

}  // namespace

Result<> paint(Raster& raster, const std::vector<Layer>& layers, double pixels_per_mm) {
    const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, raster.width, raster.height));
    if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return failed();
    load(surface.get(), raster);
    cairo_surface_mark_dirty(surface.get());
    {
        const Context context(cairo_create(surface.get()));
        cairo_translate(context.get(), raster.width / 2.0, raster.height / 2.0);
        cairo_scale(context.get(), pixels_per_mm, pixels_per_mm);
        cairo_set_antialias(context.get(), CAIRO_ANTIALIAS_BEST);
        for (const Layer& layer : layers) {
            trace(context.get(), layer.outline);
            cairo_set_source_rgba(context.get(), layer.colour.red / 255.0, layer.colour.green / 255.0,
                                  layer.colour.blue / 255.0, layer.opacity);
            cairo_fill(context.get());
        }
        if (cairo_status(context.get()) != CAIRO_STATUS_SUCCESS) return failed();
    }
    cairo_surface_flush(surface.get());
    store(surface.get(), raster);
    return {};
}

Result<Raster> draw_seal_raster(const SealPicture& picture, int dots_per_inch) {
    if (dots_per_inch < 36 || dots_per_inch > dots_per_inch_max)
        return fail(ErrorKind::limit, "seal.bad_resolution", {{"limit", std::to_string(dots_per_inch_max)}});
    const std::vector<Layer> layers = TRY(seal_layers(picture));
    const int side = static_cast<int>(std::ceil(picture.diameter_mm / inch_mm * dots_per_inch));
    Raster raster{.width = side,
                  .height = side,
                  .rgba = std::string(static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * 4, '\0'),
                  .width_mm = picture.diameter_mm};
    TRY_DO(paint(raster, layers, side / picture.diameter_mm));
    return raster;
}

}  // namespace shanqi::seal
