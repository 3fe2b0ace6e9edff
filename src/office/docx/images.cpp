// Pictures: PNG and JPEG are used as they are, after a look at their first bytes; others are reported.
#include <array>

#include "base/files.hpp"
#include "office/docx/reader.hpp"

namespace shanqi::office::docx {
namespace {

struct PictureHeader {
    Image::Format format = Image::Format::png;
    std::uint64_t width = 0, height = 0;
};

std::uint64_t big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::optional<PictureHeader> png_header(std::string_view bytes) {
    if (bytes.size() < 33 || bytes.substr(12, 4) != "IHDR") return std::nullopt;
    return PictureHeader{Image::Format::png, big_endian(bytes, 16, 4), big_endian(bytes, 20, 4)};
}

// The frame header (SOF0…SOF15 but for DHT, JPG, DAC) holds the size: ITU-T T.81, B.2.2.
std::optional<PictureHeader> jpeg_header(std::string_view bytes) {
    for (std::size_t at = 2; at + 9 < bytes.size();) {
        if (static_cast<unsigned char>(bytes[at]) != 0xFF) return std::nullopt;
        const auto marker = static_cast<unsigned char>(bytes[at + 1]);
        if (marker == 0xFF) {  // fill byte
            ++at;
            continue;
        }
        const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame)
            return PictureHeader{Image::Format::jpeg, big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2)};
        at += 2 + big_endian(bytes, at + 2, 2);
    }
    return std::nullopt;
}

constexpr std::string_view png_magic = "\x89PNG\r\n\x1a\n";
constexpr std::string_view jpeg_magic = "\xFF\xD8\xFF";

}  // namespace

Result<Reader::ImageResult> Reader::image(const Part& part, std::string_view relationship_id) {
    const auto relationship = part.relationships.find(relationship_id);
    if (relationship == part.relationships.end()) return ImageResult{-1, "unsupported.picture_damaged", ""};
    const std::string& name = relationship->second.target;
    const std::string file = clean_text(name.substr(name.find_last_of("/\\") + 1));
    if (relationship->second.external) return ImageResult{-1, "unsupported.linked_picture", file};
    if (const auto kept = image_indexes_.find(name); kept != image_indexes_.end())
        return ImageResult{kept->second, "", file};
    if (const auto kept = rejected_images_.find(name); kept != rejected_images_.end()) return kept->second;
    const auto reject = [&](std::string_view key) {
        return rejected_images_[name] = ImageResult{-1, std::string(key), file};
    };

    if (!package_.has(name)) return reject("unsupported.picture_damaged");
    if (document_.images.size() >= limits::images_max) return reject("unsupported.picture_too_large");
    Result<std::string> bytes = package_.read(name, shanqi::limits::picture_bytes_max + 1);
    if (!bytes) {
        if (bytes.error().kind == ErrorKind::limit) return std::unexpected(bytes.error());
        return reject("unsupported.picture_damaged");
    }
    const bool png = bytes->starts_with(png_magic), jpeg = bytes->starts_with(jpeg_magic);
    if (!png && !jpeg) return reject("unsupported.picture_format");
    const auto header = png ? png_header(*bytes) : jpeg_header(*bytes);
    if (!header || header->width == 0 || header->height == 0) return reject("unsupported.picture_damaged");
    if (header->width * header->height > limits::picture_pixels_max) return reject("unsupported.picture_too_large");

    const int index = static_cast<int>(document_.images.size());
    document_.images.push_back({header->format, std::move(*bytes), name});
    image_indexes_.emplace(name, index);
    return ImageResult{index, "", file};
}

}  // namespace shanqi::office::docx
