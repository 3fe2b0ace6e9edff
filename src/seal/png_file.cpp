#include <png.h>

#include <cmath>
#include <cstdint>

#include "seal/seal.hpp"

namespace shanqi::seal {
namespace {

// libpng leaves by longjmp: nothing with a destructor may live in the function that it leaves.
bool write_png(const Raster& raster, png_uint_32 pixels_per_metre, std::string& out) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    if (png == nullptr) return false;
    png_infop info = png_create_info_struct(png);
    if (info == nullptr || setjmp(png_jmpbuf(png)) != 0) {
        png_destroy_write_struct(&png, &info);
        return false;
    }
    png_set_write_fn(
        png, &out,
        [](png_structp writer, png_bytep bytes, std::size_t size) {
            static_cast<std::string*>(png_get_io_ptr(writer))->append(reinterpret_cast<const char*>(bytes), size);
        },
        [](png_structp) {});
    png_set_IHDR(png, info, static_cast<png_uint_32>(raster.width), static_cast<png_uint_32>(raster.height), 8,
                 PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_pHYs(png, info, pixels_per_metre, pixels_per_metre, PNG_RESOLUTION_METER);
    png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    // Areas of one colour: filters only hide that from the compressor.
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_set_compression_level(png, 9);
    png_write_info(png, info);
    const auto row_bytes = static_cast<std::size_t>(raster.width) * 4;
    for (std::size_t y = 0; y < static_cast<std::size_t>(raster.height); ++y)
        png_write_row(png, reinterpret_cast<png_const_bytep>(raster.rgba.data()) + y * row_bytes);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return true;
}

}  // namespace

Result<std::string> encode_png(const Raster& raster) {
    const auto bytes = static_cast<std::uint64_t>(raster.width) * static_cast<std::uint64_t>(raster.height) * 4;
    if (raster.width <= 0 || raster.height <= 0 || raster.rgba.size() != bytes || raster.width_mm <= 0)
        return fail(ErrorKind::invalid, "seal.drawing_failed");
    const auto pixels_per_metre = static_cast<png_uint_32>(std::lround(raster.width / raster.width_mm * 1000));
    std::string out;
    if (!write_png(raster, pixels_per_metre, out)) return fail(ErrorKind::system, "seal.drawing_failed");
    return out;
}

}  // namespace shanqi::seal
