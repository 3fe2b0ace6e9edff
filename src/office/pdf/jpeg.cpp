#include "office/pdf/jpeg.hpp"

#include <jpeglib.h>

#include <csetjmp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "office/pdf/picture.hpp"

namespace shanqi::office::pdf {
namespace {

// libjpeg reports errors by a jump. Nothing with a destructor may live between setjmp and the calls: what must
// be freed is a member of these structures.
struct ErrorHandler {
    jpeg_error_mgr manager;
    std::jmp_buf jump;
};

[[noreturn]] void on_error(j_common_ptr info) { std::longjmp(reinterpret_cast<ErrorHandler*>(info->err)->jump, 1); }
void on_message(j_common_ptr, int) {}

// A progressive file may repeat its scans without end, each over the whole picture: real ones have about ten.
constexpr int scans_max = 100;
constexpr long memory_bytes_max = 512L << 20;

void watch_scans(j_common_ptr info) {
    if (info->is_decompressor && reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > scans_max)
        on_error(info);
}

struct Decoder {
    jpeg_decompress_struct info{};
    jpeg_progress_mgr progress{};
    ErrorHandler handler{};
    Decoder() {
        info.err = jpeg_std_error(&handler.manager);
        handler.manager.error_exit = on_error;
        handler.manager.emit_message = on_message;
    }
    ~Decoder() { jpeg_destroy_decompress(&info); }
};

struct Encoder {
    jpeg_compress_struct info{};
    ErrorHandler handler{};
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    Encoder() {
        info.err = jpeg_std_error(&handler.manager);
        handler.manager.error_exit = on_error;
        handler.manager.emit_message = on_message;
    }
    ~Encoder() {
        jpeg_destroy_compress(&info);
        std::free(bytes);
    }
};

bool read_header(Decoder& decoder, std::string_view bytes) {
    if (setjmp(decoder.handler.jump)) return false;
    jpeg_create_decompress(&decoder.info);
    decoder.progress.progress_monitor = watch_scans;
    decoder.info.progress = &decoder.progress;
    decoder.info.mem->max_memory_to_use = memory_bytes_max;
    jpeg_mem_src(&decoder.info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return jpeg_read_header(&decoder.info, TRUE) == JPEG_HEADER_OK;
}

// Reads every line into `row`, and into `all` where that is wanted: a file that breaks off is found out.
bool decode(Decoder& decoder, std::vector<unsigned char>& row, std::vector<unsigned char>* all) {
    if (setjmp(decoder.handler.jump)) return false;
    jpeg_start_decompress(&decoder.info);
    std::size_t stride =
        static_cast<std::size_t>(decoder.info.output_width) * static_cast<std::size_t>(decoder.info.output_components);
    row.resize(stride);
    if (all) all->resize(stride * decoder.info.output_height);
    while (decoder.info.output_scanline < decoder.info.output_height) {
        unsigned char* line = all ? all->data() + stride * decoder.info.output_scanline : row.data();
        if (jpeg_read_scanlines(&decoder.info, &line, 1) != 1) return false;
    }
    return jpeg_finish_decompress(&decoder.info) == TRUE;
}

// Adobe's CMYK files hold inverted values; others hold ink.
void cmyk_to_rgb(std::vector<unsigned char>& samples, bool inverted) {
    std::size_t pixels = samples.size() / 4;
    for (std::size_t i = 0; i < pixels; ++i) {
        unsigned light[4];
        for (std::size_t part = 0; part < 4; ++part)
            light[part] = inverted ? samples[i * 4 + part] : 255U - samples[i * 4 + part];
        for (std::size_t part = 0; part < 3; ++part)
            samples[i * 3 + part] = static_cast<unsigned char>(light[part] * light[3] / 255);
    }
    samples.resize(pixels * 3);
}

bool encode(Encoder& encoder, std::vector<unsigned char>& samples, unsigned width, unsigned height, int components) {
    if (setjmp(encoder.handler.jump)) return false;
    jpeg_create_compress(&encoder.info);
    jpeg_mem_dest(&encoder.info, &encoder.bytes, &encoder.size);
    encoder.info.image_width = width;
    encoder.info.image_height = height;
    encoder.info.input_components = components;
    encoder.info.in_color_space = components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&encoder.info);
    jpeg_set_quality(&encoder.info, 92, TRUE);
    jpeg_start_compress(&encoder.info, TRUE);
    std::size_t stride = static_cast<std::size_t>(width) * static_cast<std::size_t>(components);
    while (encoder.info.next_scanline < height) {
        unsigned char* line = samples.data() + stride * encoder.info.next_scanline;
        jpeg_write_scanlines(&encoder.info, &line, 1);
    }
    jpeg_finish_compress(&encoder.info);
    return true;
}

}  // namespace

std::optional<Jpeg> read_jpeg(std::string_view bytes) {
    Decoder decoder;
    std::vector<unsigned char> row, samples;
    if (!read_header(decoder, bytes)) return std::nullopt;
    jpeg_decompress_struct& info = decoder.info;
    std::uint64_t pixels = static_cast<std::uint64_t>(info.image_width) * info.image_height;
    if (pixels > limits::picture_pixels_max || info.data_precision != 8) return std::nullopt;
    Jpeg jpeg{static_cast<int>(info.image_width), static_cast<int>(info.image_height), info.num_components, {}};
    if (jpeg.components != 1 && jpeg.components != 3 && jpeg.components != 4) return std::nullopt;
    bool is_cmyk = jpeg.components == 4, inverted = info.saw_Adobe_marker;
    bool reencodes = is_cmyk || info.arith_code;  // DCTDecode reads neither within PDF/A's RGB intent
    if (is_cmyk) info.out_color_space = JCS_CMYK;
    if (!decode(decoder, row, reencodes ? &samples : nullptr)) return std::nullopt;
    if (!reencodes) return jpeg;
    if (is_cmyk) cmyk_to_rgb(samples, inverted);
    jpeg.components = is_cmyk ? 3 : info.output_components;
    Encoder encoder;
    if (!encode(encoder, samples, info.image_width, info.image_height, jpeg.components)) return std::nullopt;
    jpeg.reencoded.assign(reinterpret_cast<const char*>(encoder.bytes), encoder.size);
    return jpeg;
}

}  // namespace shanqi::office::pdf
