#include "seal/picture_file.hpp"

#include <png.h>

#include <cstring>
#include <memory>

namespace shanqi::seal {
namespace {

constexpr std::string_view png_signature = "\x89PNG\r\n\x1A\n";

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

// Chunks are length, type, data, checksum (ISO/IEC 15948, 5.3). libpng's simple reader, which cannot leave by
// longjmp, does not tell the physical size: it is read here, before the first IDAT.
double width_mm_of(std::string_view bytes, std::uint32_t width) {
    for (std::size_t at = png_signature.size(); at + 12 <= bytes.size();) {
        const std::uint32_t length = big_endian(bytes, at);
        const std::string_view type = bytes.substr(at + 4, 4);
        if (type == "IDAT" || length > bytes.size() - at - 12) return 0;
        if (type == "pHYs" && length == 9 && bytes[at + 16] == 1) {
            const std::uint32_t pixels_per_metre = big_endian(bytes, at + 8);
            return pixels_per_metre == 0 ? 0 : 1000.0 * width / pixels_per_metre;
        }
        at += 12 + std::size_t{length};
    }
    return 0;
}

Result<Raster> decode_png(std::string_view bytes) {
    const auto broken = [] { return fail(ErrorKind::invalid, "seal.broken_picture"); };
    if (bytes.size() < 33) return broken();
    TRY_DO(check_picture_size(big_endian(bytes, 16), big_endian(bytes, 20)));
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    const auto release = [](png_image* held) { png_image_free(held); };
    const std::unique_ptr<png_image, decltype(release)> owner(&image, release);
    if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) return broken();
    TRY_DO(check_picture_size(image.width, image.height));
    image.format = PNG_FORMAT_RGBA;
    Raster raster{
        .width = static_cast<int>(image.width), .height = static_cast<int>(image.height), .rgba = {}, .width_mm = 0};
    raster.rgba.resize(PNG_IMAGE_SIZE(image));
    if (png_image_finish_read(&image, nullptr, raster.rgba.data(), 0, nullptr) == 0) return broken();
    raster.width_mm = width_mm_of(bytes, image.width);
    return raster;
}

}  // namespace

Result<> check_picture_size(std::uint64_t width, std::uint64_t height) {
    constexpr int side_max = limits_of_pictures::side_pixels_max;
    if (width == 0 || height == 0) return fail(ErrorKind::invalid, "seal.broken_picture");
    if (width <= side_max && height <= side_max) return {};
    return fail(ErrorKind::limit, "seal.picture_too_large", {{"limit", std::to_string(side_max)}});
}

Result<Raster> decode_picture(std::string_view bytes) {
    if (bytes.starts_with(png_signature)) return decode_png(bytes);
    if (bytes.starts_with("\xFF\xD8\xFF")) return decode_jpeg(bytes);
    return fail(ErrorKind::invalid, "seal.not_a_picture");
}

}  // namespace shanqi::seal
