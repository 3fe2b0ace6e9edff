#include "seal/seal_font.hpp"

#include <fmt/format.h>
#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_BBOX_H
#include FT_OUTLINE_H

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace shanqi::seal {
namespace {

struct FontFile {
    std::string path;
    int index = 0;
};

bool has_family(const FcPattern* font, const std::string& family) {
    FcChar8* text = nullptr;
    for (int i = 0; FcPatternGetString(font, FC_FAMILY, i, &text) == FcResultMatch; ++i)
        if (reinterpret_cast<const char*>(text) == family) return true;
    return false;
}

// Looked up in the list: fontconfig's own matching answers with the nearest font where this one is missing.
std::vector<FontFile> find_font(const FcFontSet* fonts, const std::string& family, int wanted_weight) {
    for (int i = 0; fonts != nullptr && i < fonts->nfont; ++i) {
        FcChar8* file = nullptr;
        int index = 0, weight = 0;
        if (FcPatternGetInteger(fonts->fonts[i], FC_WEIGHT, 0, &weight) != FcResultMatch || weight != wanted_weight ||
            !has_family(fonts->fonts[i], family) ||
            FcPatternGetString(fonts->fonts[i], FC_FILE, 0, &file) != FcResultMatch)
            continue;
        FcPatternGetInteger(fonts->fonts[i], FC_INDEX, 0, &index);
        return {{reinterpret_cast<const char*>(file), index & 0xFFFF}};
    }
    return {};
}

Point point_of(const FT_Vector* v) { return {static_cast<double>(v->x), -static_cast<double>(v->y)}; }

struct Collector {
    Outline outline;
    Point at;
    bool open = false;

    void finish() {
        if (open) outline.close();
        open = false;
    }
};

int on_move(const FT_Vector* to, void* user) {
    auto& collector = *static_cast<Collector*>(user);
    collector.finish();
    collector.at = point_of(to);
    collector.outline.move(collector.at);
    collector.open = true;
    return 0;
}
int on_line(const FT_Vector* to, void* user) {
    auto& collector = *static_cast<Collector*>(user);
    collector.at = point_of(to);
    collector.outline.line(collector.at);
    return 0;
}
int on_conic(const FT_Vector* control, const FT_Vector* to, void* user) {
    auto& collector = *static_cast<Collector*>(user);
    const Point c = point_of(control);
    const Point end = point_of(to);
    const auto towards = [&](Point from) {
        return Point{from.x + (c.x - from.x) * 2 / 3, from.y + (c.y - from.y) * 2 / 3};
    };
    collector.outline.cubic(towards(collector.at), towards(end), end);
    collector.at = end;
    return 0;
}
int on_cubic(const FT_Vector* control_1, const FT_Vector* control_2, const FT_Vector* to, void* user) {
    auto& collector = *static_cast<Collector*>(user);
    collector.at = point_of(to);
    collector.outline.cubic(point_of(control_1), point_of(control_2), collector.at);
    return 0;
}

}  // namespace

struct SealFont::Faces {
    FT_Library library = nullptr;
    std::vector<FT_Face> faces;

    Faces() = default;
    Faces(const Faces&) = delete;
    Faces& operator=(const Faces&) = delete;
    ~Faces() {
        for (const FT_Face face : faces) FT_Done_Face(face);
        if (library != nullptr) FT_Done_FreeType(library);
    }
    bool add(const FontFile& file) {
        FT_Face face = nullptr;
        if (FT_New_Face(library, file.path.c_str(), file.index, &face) != 0) return false;
        faces.push_back(face);
        return true;
    }
};

SealFont::SealFont(std::unique_ptr<Faces> faces) : faces_(std::move(faces)) {}
SealFont::SealFont(SealFont&&) noexcept = default;
SealFont& SealFont::operator=(SealFont&&) noexcept = default;
SealFont::~SealFont() = default;

Result<SealFont> SealFont::open() {
    auto faces = std::make_unique<Faces>();
    bool found = FT_Init_FreeType(&faces->library) == 0;
    if (found) {
        found = false;
        // Not the process's own configuration, which fontconfig never gives back.
        FcConfig* config = FcInitLoadConfigAndFonts();
        const FcFontSet* fonts = config != nullptr ? FcConfigGetFonts(config, FcSetSystem) : nullptr;
        for (const FontFile& file : find_font(fonts, "Noto Serif CJK SC", FC_WEIGHT_BOLD))
            found = faces->add(file) || found;
        for (const FontFile& file : find_font(fonts, "BabelStone Han", FC_WEIGHT_REGULAR)) faces->add(file);
        if (config != nullptr) FcConfigDestroy(config);
    }
    if (!found) return fail(ErrorKind::not_found, "seal.font_missing");
    return SealFont(std::move(faces));
}

Result<Glyph> SealFont::glyph(char32_t character) const {
    for (const FT_Face face : faces_->faces) {
        const FT_UInt index = FT_Get_Char_Index(face, character);
        if (index == 0 || FT_Load_Glyph(face, index, FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING) != 0 ||
            face->glyph->format != FT_GLYPH_FORMAT_OUTLINE)
            continue;
        Collector collector;
        const FT_Outline_Funcs functions{on_move, on_line, on_conic, on_cubic, 0, 0};
        if (FT_Outline_Decompose(&face->glyph->outline, &functions, &collector) != 0) continue;
        collector.finish();
        FT_BBox box{};
        FT_Outline_Get_BBox(&face->glyph->outline, &box);
        const double em = 1.0 / face->units_per_EM;
        Glyph glyph;
        glyph.outline.append(collector.outline, Transform::scale(em, em));
        glyph.advance = static_cast<double>(face->glyph->advance.x) * em;
        glyph.left = static_cast<double>(box.xMin) * em;
        glyph.right = static_cast<double>(box.xMax) * em;
        glyph.top = -static_cast<double>(box.yMax) * em;
        glyph.bottom = -static_cast<double>(box.yMin) * em;
        return glyph;
    }
    return fail(ErrorKind::invalid, "seal.missing_glyph",
                {{"character", to_utf8(std::u32string(1, character))},
                 {"code_point", fmt::format("U+{:04X}", static_cast<unsigned>(character))}});
}

}  // namespace shanqi::seal
