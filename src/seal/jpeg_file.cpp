#include <csetjmp>
#include <cstdio>

#include "seal/picture_file.hpp"

// After cstdio: jpeglib.h needs FILE and does not include it.
#include <jpeglib.h>

namespace shanqi::seal {
namespace {

struct Errors {
    jpeg_error_mgr manager;
    std::jmp_buf leave;
};

// A progressive file may repeat its scans without end ("decompression bomb"): real ones have about ten.
constexpr int scans_max = 100;
constexpr long memory_bytes_max = 256L << 20;

struct Progress {
    jpeg_progress_mgr manager;
};

void leave(j_common_ptr jpeg) { std::longjmp(reinterpret_cast<Errors*>(jpeg->err)->leave, 1); }

void watch_scans(j_common_ptr jpeg) {
    if (jpeg->is_decompressor && reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > scans_max) leave(jpeg);
}

// Where the pixels go and how far the reading came; lives in the caller, whom no longjmp leaves.
struct Target {
    Raster raster;
    std::string row;
    Result<> size;
};

[[gnu::noinline]] void make_room(Target& target, std::size_t width, std::size_t height) {
    target.raster.width = static_cast<int>(width);
    target.raster.height = static_cast<int>(height);
    target.raster.rgba.resize(width * height * 4);
    target.row.resize(width * 3);
}

[[gnu::noinline]] bool has_right_size(Target& target, std::size_t width, std::size_t height) {
    target.size = check_picture_size(width, height);
    return target.size.has_value();
}

// libjpeg leaves by longjmp: nothing with a destructor lives in this function.
bool read_jpeg(std::string_view bytes, Target& target) {
    jpeg_decompress_struct jpeg{};
    Errors errors{};
    Progress progress{};
    jpeg.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = leave;
    errors.manager.emit_message = [](j_common_ptr common, int level) {
        if (level < 0) ++common->err->num_warnings;
    };
    if (setjmp(errors.leave) != 0) {
        jpeg_destroy_decompress(&jpeg);
        return false;
    }
    jpeg_create_decompress(&jpeg);
    progress.manager.progress_monitor = watch_scans;
    jpeg.progress = &progress.manager;
    jpeg.mem->max_memory_to_use = memory_bytes_max;
    jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_read_header(&jpeg, TRUE);
    if (!has_right_size(target, jpeg.image_width, jpeg.image_height)) {
        jpeg_destroy_decompress(&jpeg);
        return false;
    }
    jpeg.out_color_space = JCS_RGB;  // libjpeg refuses the CMYK of print shops
    jpeg_start_decompress(&jpeg);
    make_room(target, jpeg.output_width, jpeg.output_height);
    char* out = target.raster.rgba.data();
    while (jpeg.output_scanline < jpeg.output_height) {
        auto* row = reinterpret_cast<JSAMPROW>(target.row.data());
        jpeg_read_scanlines(&jpeg, &row, 1);
        for (std::size_t x = 0; x < jpeg.output_width; ++x, out += 4) {
            out[0] = target.row[x * 3];
            out[1] = target.row[x * 3 + 1];
            out[2] = target.row[x * 3 + 2];
            out[3] = static_cast<char>(255);
        }
    }
    jpeg_finish_decompress(&jpeg);
    const bool whole = errors.manager.num_warnings == 0;
    jpeg_destroy_decompress(&jpeg);
    return whole;
}

}  // namespace

Result<Raster> decode_jpeg(std::string_view bytes) {
    Target target;
    target.raster.width_mm = 0;
    if (read_jpeg(bytes, target)) return std::move(target.raster);
    if (!target.size) return std::unexpected(target.size.error());
    return fail(ErrorKind::invalid, "seal.broken_picture");
}

}  // namespace shanqi::seal
