// A user's own picture of a seal: scanned, photographed or drawn by somebody, so of any kind and any quality.
#include <algorithm>
#include <cmath>

#include "base/files.hpp"
#include "seal/picture_file.hpp"
#include "seal/seal.hpp"
#include "seal/seal_layout.hpp"
#include "seal/seal_raster.hpp"

namespace shanqi::seal {
namespace {

constexpr double usual_width_mm = 42;
constexpr double width_min_mm = 10, width_max_mm = 100;  // outside this a pHYs is a screen's resolution, not a size
constexpr int pixels_per_mm_max = 32;                    // 800 dpi: more only makes every document heavier

constexpr unsigned paper_min = 246;  // this bright is paper
constexpr unsigned ink_max = 226;    // this dark is ink; between them paper fades out

bool is_transparent_somewhere(const Raster& raster) {
    for (std::size_t i = 3; i < raster.rgba.size(); i += 4)
        if (static_cast<unsigned char>(raster.rgba[i]) != 255) return true;
    return false;
}

// Ink on white paper becomes ink on nothing: the transparency that gives the same picture again when it lies on
// white, so that text shows through a faint stamp as it does on paper.
void remove_paper(Raster& raster) {
    auto* pixel = reinterpret_cast<std::uint8_t*>(raster.rgba.data());
    for (std::size_t left = raster.rgba.size() / 4; left > 0; --left, pixel += 4) {
        const unsigned darkest = std::min({pixel[0], pixel[1], pixel[2]});
        double alpha = (255 - darkest) / 255.0;
        for (int i = 0; i < 3 && alpha > 0; ++i)
            pixel[i] = static_cast<std::uint8_t>(std::lround(std::max(0.0, 255 - (255 - pixel[i]) / alpha)));
        // The grain and shade of paper, and the noise that JPEG adds.
        if (darkest >= paper_min)
            alpha = 0;
        else if (darkest > ink_max)
            alpha *= static_cast<double>(paper_min - darkest) / (paper_min - ink_max);
        pixel[3] = static_cast<std::uint8_t>(std::lround(alpha * 255));
    }
}

// Averages squares of `factor` pixels, weighted by alpha.
Raster reduced(const Raster& raster, int factor) {
    Raster out{.width = std::max(1, raster.width / factor),
               .height = std::max(1, raster.height / factor),
               .rgba = {},
               .width_mm = raster.width_mm};
    const auto* in = reinterpret_cast<const std::uint8_t*>(raster.rgba.data());
    out.rgba.reserve(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height) * 4);
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x) {
            std::uint64_t colour[3] = {0, 0, 0}, alpha = 0;
            std::uint64_t count = 0;
            for (int dy = 0; dy < factor && y * factor + dy < raster.height; ++dy)
                for (int dx = 0; dx < factor && x * factor + dx < raster.width; ++dx, ++count) {
                    const auto at = static_cast<std::size_t>(y * factor + dy) * static_cast<std::size_t>(raster.width) +
                                    static_cast<std::size_t>(x * factor + dx);
                    for (std::size_t i = 0; i < 3; ++i) colour[i] += std::uint64_t{in[at * 4 + i]} * in[at * 4 + 3];
                    alpha += in[at * 4 + 3];
                }
            for (const std::uint64_t sum : colour) out.rgba += static_cast<char>(alpha == 0 ? 255 : sum / alpha);
            out.rgba += static_cast<char>(count == 0 ? 0 : alpha / count);
        }
    return out;
}

}  // namespace

Result<Raster> read_seal_image(std::string_view bytes, bool trial) {
    if (bytes.size() > limits::picture_bytes_max)
        return fail(ErrorKind::limit, "file.too_large", {{"limit", std::to_string(limits::picture_bytes_max >> 20)}});
    Raster raster = TRY(decode_picture(bytes));
    if (!(raster.width_mm >= width_min_mm && raster.width_mm <= width_max_mm)) raster.width_mm = usual_width_mm;
    if (!is_transparent_somewhere(raster)) remove_paper(raster);
    const int factor = static_cast<int>(std::ceil(raster.width / (raster.width_mm * pixels_per_mm_max)));
    if (factor > 1) raster = reduced(raster, factor);
    if (trial) {
        std::vector<Layer> layers;
        layers.push_back(TRY(trial_layer(raster.width_mm)));
        // In a wide or flat picture 试用 fills the shorter side.
        TRY_DO(paint(raster, layers, std::min(raster.width, raster.height) / raster.width_mm));
    }
    return raster;
}

}  // namespace shanqi::seal
