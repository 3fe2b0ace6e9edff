#include "app/commands/seal_image.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "seal/seal.hpp"

namespace shanqi::app {
namespace {

constexpr double name_seal_mm = 42;
constexpr double special_seal_mm = 38;  // smaller than any name seal, as the regulation asks

Result<std::string> draw_png(const seal::SealPicture& picture) {
    const seal::Raster raster = TRY(seal::draw_seal_raster(picture));
    return seal::encode_png(raster);
}

Result<Error::Arguments> draw(const SealImageOptions& options) {
    const std::string kind = trimmed(options.picture.kind);
    const bool is_name_seal = kind.empty() || kind == "名称章";
    const double diameter = options.picture.diameter_mm.value_or(is_name_seal ? name_seal_mm : special_seal_mm);
    const seal::SealPicture picture{options.picture.name, kind, options.picture.code, diameter, false};
    const std::string extension = folded(options.out.extension().string());
    std::string bytes;
    if (extension == ".svg")
        bytes = TRY(seal::draw_seal_svg(picture));
    else if (extension == ".png")
        bytes = TRY(draw_png(picture));
    else
        return fail(ErrorKind::invalid, "seal.bad_picture_type", {}, {.file = options.out.string()});
    TRY_DO(write_file_durably(options.out, bytes));
    return Error::Arguments{{"file", options.out.string()}, {"diameter", fmt::format("{}", diameter)}};
}

}  // namespace

int run_seal_image(const SealImageOptions& options, Language language, std::FILE* out) {
    const auto drawn = draw(options);
    if (!drawn) {
        std::fprintf(stderr, "%s\n", message(drawn.error(), language).c_str());
        return 1;
    }
    std::fprintf(out, "%s\n", message("seal.picture_written", *drawn, language).c_str());
    return 0;
}

}  // namespace shanqi::app
