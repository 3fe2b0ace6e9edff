// Small pictures for the tests, encoded by libpng and libjpeg.
#pragma once

#include <jpeglib.h>
#include <png.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "office/document/document.hpp"

namespace shanqi::office::test {

// format: PNG_FORMAT_…; samples as it says.
inline Image png(unsigned width, unsigned height, unsigned format, const std::string& samples) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = width;
    image.height = height;
    image.format = format;
    png_alloc_size_t size = 0;
    png_image_write_to_memory(&image, nullptr, &size, 0, samples.data(), 0, nullptr);
    Image file{.format = Image::Format::png, .name = "test.png"};
    file.bytes.resize(size);
    png_image_write_to_memory(&image, file.bytes.data(), &size, 0, samples.data(), 0, nullptr);
    file.bytes.resize(size);
    return file;
}

inline Image jpeg(unsigned width, unsigned height, int components, const std::string& samples) {
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &bytes, &size);
    info.image_width = width;
    info.image_height = height;
    info.input_components = components;
    info.in_color_space = components == 4 ? JCS_CMYK : components == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(&info);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < height) {
        auto* line = reinterpret_cast<unsigned char*>(const_cast<char*>(samples.data())) +
                     static_cast<std::size_t>(info.next_scanline) * width * static_cast<unsigned>(components);
        jpeg_write_scanlines(&info, &line, 1);
    }
    jpeg_finish_compress(&info);
    Image file{.format = Image::Format::jpeg, .name = "test.jpg"};
    file.bytes.assign(reinterpret_cast<const char*>(bytes), size);
    jpeg_destroy_compress(&info);
    std::free(bytes);
    return file;
}

}  // namespace shanqi::office::test
