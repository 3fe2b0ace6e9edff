#include "office/pdf/picture.hpp"

#include <png.h>

#include <cstring>
#include <span>

#include "office/pdf/jpeg.hpp"

namespace shanqi::office::pdf {
namespace {

constexpr int picture_deflate_level = 9;  // once for a batch
constexpr int stamp_deflate_level = 9;    // 12 takes a quarter of a second to save 2.6 KB

std::unexpected<Error> bad(std::string_view name) {
    return fail(ErrorKind::invalid, "pdf.bad_image", {{"name", std::string(name)}});
}

bool too_large(std::uint64_t width, std::uint64_t height) {
    return width == 0 || height == 0 || width > limits::picture_side_max || height > limits::picture_side_max ||
           width * height > limits::picture_pixels_max;
}

struct FreePng {
    png_image* image;
    ~FreePng() { png_image_free(image); }
};

// Samples interleaved with an alpha channel: colour and alpha go to two images in a PDF.
Picture from_samples(std::string_view samples, int width, int height, int components, bool has_alpha,
                     int level = picture_deflate_level) {
    Picture picture{.width = width, .height = height, .components = components};
    if (!has_alpha) {
        picture.data = deflated(samples, level);
        return picture;
    }
    auto color_bytes = static_cast<std::size_t>(components);
    std::size_t pixels = samples.size() / (color_bytes + 1);
    std::string color, alpha;
    color.resize(pixels * color_bytes);
    alpha.resize(pixels);
    bool opaque = true;
    for (std::size_t i = 0; i < pixels; ++i) {
        const char* sample = samples.data() + i * (color_bytes + 1);
        alpha[i] = sample[color_bytes];
        opaque = opaque && alpha[i] == '\xFF';
        // What is wholly transparent takes the colour before it: nobody sees it, and it compresses to nothing.
        if (alpha[i] == 0) sample = i > 0 ? color.data() + (i - 1) * color_bytes : sample;
        std::memcpy(color.data() + i * color_bytes, sample, color_bytes);
    }
    picture.data = deflated(color, level);
    if (!opaque) picture.alpha = deflated(alpha, level);
    return picture;
}

Result<Picture> read_png(const Image& file) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    FreePng guard{&image};
    if (!png_image_begin_read_from_memory(&image, file.bytes.data(), file.bytes.size())) return bad(file.name);
    if (too_large(image.width, image.height)) return bad(file.name);
    bool has_color = image.format & PNG_FORMAT_FLAG_COLOR, has_alpha = image.format & PNG_FORMAT_FLAG_ALPHA;
    image.format = (has_color ? PNG_FORMAT_FLAG_COLOR : 0U) | (has_alpha ? PNG_FORMAT_FLAG_ALPHA : 0U);  // 8 bits, sRGB
    std::string samples;
    samples.resize(PNG_IMAGE_SIZE(image));
    if (!png_image_finish_read(&image, nullptr, samples.data(), 0, nullptr)) return bad(file.name);
    return from_samples(samples, static_cast<int>(image.width), static_cast<int>(image.height), has_color ? 3 : 1,
                        has_alpha);
}

}  // namespace

Result<Picture> read_picture(const Image& file) {
    if (file.format == Image::Format::png) return read_png(file);
    auto jpeg = read_jpeg(file.bytes);
    if (!jpeg || too_large(static_cast<std::uint64_t>(jpeg->width), static_cast<std::uint64_t>(jpeg->height)))
        return bad(file.name);
    Picture picture{.width = jpeg->width, .height = jpeg->height, .components = jpeg->components, .is_jpeg = true};
    if (jpeg->reencoded.empty()) {
        picture.data = file.bytes;
    } else {
        picture.data = std::move(jpeg->reencoded);
    }
    return picture;
}

Result<Picture> stamp_picture(const StampPicture& stamp) {
    if (stamp.width <= 0 || stamp.height <= 0 ||
        too_large(static_cast<std::uint64_t>(stamp.width), static_cast<std::uint64_t>(stamp.height)) ||
        stamp.rgba.size() != static_cast<std::size_t>(stamp.width) * static_cast<std::size_t>(stamp.height) * 4)
        return bad("seal");
    return from_samples(stamp.rgba, stamp.width, stamp.height, 3, true, stamp_deflate_level);
}

int write_picture(Body& body, const Picture& picture) {
    std::string common = "/Type/XObject/Subtype/Image/Width ";
    append_integer(common, picture.width);
    common += "/Height ";
    append_integer(common, picture.height);
    common += "/BitsPerComponent 8";
    int mask = 0;
    if (!picture.alpha.empty()) mask = body.stream(common + "/ColorSpace/DeviceGray/Filter/FlateDecode", picture.alpha);
    std::string entries = common + (picture.components == 1 ? "/ColorSpace/DeviceGray" : "/ColorSpace/DeviceRGB");
    entries += picture.is_jpeg ? "/Filter/DCTDecode" : "/Filter/FlateDecode";
    if (mask != 0) {
        entries += "/SMask ";
        append_reference(entries, mask);
    }
    return body.stream(entries, picture.data);
}

}  // namespace shanqi::office::pdf
