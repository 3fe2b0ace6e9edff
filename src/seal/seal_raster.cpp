#include "seal/seal_raster.hpp"

#include <cairo.h>

#include <array>
#include <cmath>

#include "seal/openssl_handles.hpp"
#include "seal/seal_layout.hpp"

namespace shanqi::seal {
namespace {

constexpr int dots_per_inch_max = 2400;
constexpr double inch_mm = 25.4;

using Surface = std::unique_ptr<cairo_surface_t, Releaser<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Releaser<cairo_destroy>>;

auto failed() { return fail(ErrorKind::system, "seal.drawing_failed"); }

// In 16 steps: nobody sees more on an edge at 600 dpi, and a picture that goes into every document is 40% smaller.
double coverage_of(std::uint8_t value) { return std::round(value / 17.0) / 15.0; }

// Straight alpha throughout: through cairo's multiplied colours, faint edges would come back in other shades of red.
void lay_over(Raster& raster, const Layer& layer, cairo_surface_t* mask) {
    const unsigned char* rows = cairo_image_surface_get_data(mask);
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(mask));
    auto* pixel = reinterpret_cast<std::uint8_t*>(raster.rgba.data());
    const std::array<std::uint8_t, 3> ink = {layer.colour.red, layer.colour.green, layer.colour.blue};
    for (std::size_t y = 0; y < static_cast<std::size_t>(raster.height); ++y)
        for (std::size_t x = 0; x < static_cast<std::size_t>(raster.width); ++x, pixel += 4) {
            const double above = coverage_of(rows[y * stride + x]) * layer.opacity;
            if (above == 0) continue;
            const double below = pixel[3] / 255.0 * (1 - above);
            for (std::size_t i = 0; i < 3; ++i)
                pixel[i] =
                    static_cast<std::uint8_t>(std::lround((above * ink[i] + below * pixel[i]) / (above + below)));
            pixel[3] = static_cast<std::uint8_t>(std::lround((above + below) * 255));
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

// Nothing, in this colour: the colours of a seal then compress to nothing, and no dark edge appears when it is scaled.
std::string clear_pixels(int side, Colour colour) {
    const char pixel[] = {static_cast<char>(colour.red), static_cast<char>(colour.green),
                          static_cast<char>(colour.blue), 0};
    std::string rgba;
    rgba.reserve(static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * 4);
    for (int i = 0; i < side * side; ++i) rgba.append(pixel, 4);
    return rgba;
}

}  // namespace

Result<> paint(Raster& raster, const std::vector<Layer>& layers, double pixels_per_mm) {
    for (const Layer& layer : layers) {
        const Surface mask(cairo_image_surface_create(CAIRO_FORMAT_A8, raster.width, raster.height));
        const Context context(cairo_create(mask.get()));
        cairo_translate(context.get(), raster.width / 2.0, raster.height / 2.0);
        cairo_scale(context.get(), pixels_per_mm, pixels_per_mm);
        cairo_set_antialias(context.get(), CAIRO_ANTIALIAS_BEST);
        trace(context.get(), layer.outline);
        cairo_fill(context.get());
        if (cairo_status(context.get()) != CAIRO_STATUS_SUCCESS) return failed();
        cairo_surface_flush(mask.get());
        lay_over(raster, layer, mask.get());
    }
    return {};
}

Result<Raster> draw_seal_raster(const SealPicture& picture, int dots_per_inch) {
    if (dots_per_inch < 36 || dots_per_inch > dots_per_inch_max)
        return fail(ErrorKind::limit, "seal.bad_resolution", {{"limit", std::to_string(dots_per_inch_max)}});
    const std::vector<Layer> layers = TRY(seal_layers(picture));
    const int side = static_cast<int>(std::ceil(picture.diameter_mm / inch_mm * dots_per_inch));
    Raster raster{.width = side,
                  .height = side,
                  .rgba = clear_pixels(side, layers.front().colour),
                  .width_mm = picture.diameter_mm};
    TRY_DO(paint(raster, layers, side / picture.diameter_mm));
    return raster;
}

}  // namespace shanqi::seal
