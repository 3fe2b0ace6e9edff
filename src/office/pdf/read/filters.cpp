#include "office/pdf/read/filters.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "office/pdf/read/lexer.hpp"

namespace shanqi::office::pdf_read {
namespace {

std::unexpected<Error> bad_stream(const char* what) {
    return fail(ErrorKind::invalid, "pdf_read.bad_stream", {{"where", what}});
}

std::unexpected<Error> too_large() { return fail(ErrorKind::limit, "pdf_read.too_large", {{"where", "FlateDecode"}}); }

struct FreeDecompressor {
    void operator()(libdeflate_decompressor* made) const { libdeflate_free_decompressor(made); }
};

Result<std::string> inflated(std::string_view raw, std::size_t bytes_max) {
    static thread_local const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(
        libdeflate_alloc_decompressor());
    std::string out;
    // libdeflate wants to know the size; deflate never makes more than 1032 bytes of one.
    for (std::size_t size = std::clamp<std::size_t>(raw.size() * 4, 1024, bytes_max);;) {
        out.resize(size);
        std::size_t used = 0, made = 0;
        const libdeflate_result result = libdeflate_zlib_decompress_ex(decompressor.get(), raw.data(), raw.size(),
                                                                       out.data(), out.size(), &used, &made);
        if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
            if (size >= bytes_max) return too_large();
            size = std::min(size * 4, bytes_max);
            continue;
        }
        if (result != LIBDEFLATE_SUCCESS) return bad_stream("FlateDecode");
        // Some writers count the line end before endstream; nothing else may stand behind the data.
        if (!std::ranges::all_of(raw.substr(used), is_white)) return bad_stream("FlateDecode");
        out.resize(made);
        return out;
    }
}

int paeth(int left, int up, int corner) {
    const int guess = left + up - corner;
    const int a = std::abs(guess - left), b = std::abs(guess - up), c = std::abs(guess - corner);
    return a <= b && a <= c ? left : b <= c ? up : corner;
}

// PNG (ISO/IEC 15948), clause 9: each row is preceded by the number of its filter.
Result<std::string> without_png_predictor(std::string_view bytes, std::size_t row, std::size_t pixel) {
    if (bytes.size() % (row + 1) != 0) return bad_stream("Predictor");
    std::string out(bytes.size() / (row + 1) * row, '\0');
    std::string above(row, '\0');
    const char* up = above.data();
    for (std::size_t r = 0; r * (row + 1) < bytes.size(); ++r) {
        const char* in = bytes.data() + r * (row + 1) + 1;
        const auto filter = static_cast<unsigned char>(in[-1]);
        if (filter > 4) return bad_stream("Predictor");
        char* const made = out.data() + r * row;
        for (std::size_t i = 0; i < row; ++i) {
            const int left = i < pixel ? 0 : static_cast<unsigned char>(made[i - pixel]);
            const int over = static_cast<unsigned char>(up[i]);
            const int corner = i < pixel ? 0 : static_cast<unsigned char>(up[i - pixel]);
            const int guesses[] = {0, left, over, (left + over) / 2, paeth(left, over, corner)};
            made[i] = static_cast<char>(static_cast<unsigned char>(in[i]) + guesses[filter]);
        }
        up = made;
    }
    return out;
}

// 7.4.4.4, table 8.
Result<std::string> without_predictor(std::string bytes, const Object& parameters, const Resolve& resolve) {
    const auto parameter = [&](std::string_view key, std::int64_t otherwise) {
        const Object& value = resolve(parameters.at(key));
        return value.is_null() ? otherwise : value.integer().value_or(-1);
    };
    const std::int64_t predictor = parameter("Predictor", 1);
    if (predictor == 1) return bytes;
    if (predictor < 10 || predictor > 15) return bad_stream("Predictor");
    const std::int64_t colors = parameter("Colors", 1), bits = parameter("BitsPerComponent", 8),
                       columns = parameter("Columns", 1);
    constexpr std::int64_t columns_max = 1 << 20;
    if (colors < 1 || colors > 32 || (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16) || columns < 1 ||
        columns > columns_max)
        return bad_stream("Predictor");
    return without_png_predictor(bytes, static_cast<std::size_t>((colors * bits * columns + 7) / 8),
                                 static_cast<std::size_t>(std::max<std::int64_t>(1, colors * bits / 8)));
}

}  // namespace

Result<std::string> decode(const Stream& stream, std::size_t bytes_max, const Resolve& resolve_reference) {
    const Resolve resolve = [&](const Object& object) -> const Object& {
        return resolve_reference ? resolve_reference(object) : object;
    };
    const auto entry = [&](std::string_view key) -> Result<const Object*> {
        static const Object none;
        const Object* value = &resolve(stream.dictionary->at(key));
        const Array* array = value->array();
        if (array == nullptr) return value;
        if (array->size() > 1) return bad_stream("Filter");
        return array->empty() ? &none : &resolve(array->front());
    };
    if (stream.dictionary->contains("F")) return bad_stream("F");  // the data would stand in another file
    const Object* filter = TRY(entry("Filter"));
    if (filter->is_null()) {
        if (stream.raw.size() > bytes_max) return too_large();
        return std::string(stream.raw);
    }
    if (!filter->is_name("FlateDecode")) return bad_stream("Filter");
    const Object* parameters = TRY(entry("DecodeParms"));
    return without_predictor(TRY(inflated(stream.raw, bytes_max)), *parameters, resolve);
}

}  // namespace shanqi::office::pdf_read
