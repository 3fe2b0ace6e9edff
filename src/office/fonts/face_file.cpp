#include "office/fonts/face_file.hpp"

#include <fontconfig/fontconfig.h>
#include <hb-ot.h>

#include <array>
#include <cmath>
#include <filesystem>

namespace shanqi::office::fonts {
namespace {

constexpr std::array<const char*, 8> folders = {
    "/usr/share/fonts/opentype/noto",       "/usr/share/fonts/truetype/lxgw-wenkai",
    "/usr/share/fonts/truetype/liberation", "/usr/share/fonts/truetype/crosextra",
    "/usr/share/fonts/truetype/dejavu",     "/usr/share/fonts/truetype/babelstone",
    "/usr/local/share/fonts/shanqi",        "/usr/local/share/fonts",
};

std::string find_by_fontconfig(std::string_view name) {
    FcConfig* config = FcInitLoadConfigAndFonts();
    if (!config) return {};
    std::string found;
    if (const FcFontSet* set = FcConfigGetFonts(config, FcSetSystem)) {
        for (int i = 0; i < set->nfont && found.empty(); ++i) {
            FcChar8* file = nullptr;
            if (FcPatternGetString(set->fonts[i], FC_FILE, 0, &file) != FcResultMatch) continue;
            const std::string_view path = reinterpret_cast<const char*>(file);
            if (path.size() > name.size() && path.ends_with(name) && path[path.size() - name.size() - 1] == '/')
                found = path;
        }
    }
    FcConfigDestroy(config);
    return found;
}

std::string name_of(hb_face_t* face, hb_ot_name_id_t id) {
    std::array<char, 256> buffer{};
    unsigned size = buffer.size();
    hb_ot_name_get_utf8(face, id, hb_language_from_string("en", -1), &size, buffer.data());
    return {buffer.data(), size};
}

// Big-endian numbers of a table; what is beyond its end reads as zero.
class TableReader {
public:
    TableReader(hb_face_t* face, hb_tag_t tag) : blob_(hb_face_reference_table(face, tag)) {
        unsigned size = 0;
        bytes_ = reinterpret_cast<const unsigned char*>(hb_blob_get_data(blob_, &size));
        size_ = size;
    }
    ~TableReader() { hb_blob_destroy(blob_); }
    TableReader(const TableReader&) = delete;
    TableReader& operator=(const TableReader&) = delete;

    int unsigned16(std::size_t at) const { return at + 2 <= size_ ? bytes_[at] << 8 | bytes_[at + 1] : 0; }
    int signed16(std::size_t at) const { return static_cast<std::int16_t>(unsigned16(at)); }
    std::size_t size() const { return size_; }

private:
    hb_blob_t* blob_;
    const unsigned char* bytes_;
    std::size_t size_;
};

// OpenType 1.9, tables head, hhea, OS/2 and post.
void read_metrics(Face& face) {
    const double em = face.units_per_em;
    const TableReader head(face.hb_face, HB_TAG('h', 'e', 'a', 'd')), hhea(face.hb_face, HB_TAG('h', 'h', 'e', 'a'));
    const TableReader os2(face.hb_face, HB_TAG('O', 'S', '/', '2')), post(face.hb_face, HB_TAG('p', 'o', 's', 't'));
    for (std::size_t i = 0; i < 4; ++i) face.bbox[i] = head.signed16(36 + 2 * i) / em;
    face.ascent = hhea.signed16(4) / em;
    face.descent = -hhea.signed16(6) / em;
    face.cap_height = os2.unsigned16(0) >= 2 && os2.size() >= 90 ? os2.signed16(88) / em : 0.0;
    if (face.cap_height <= 0) face.cap_height = 0.7;
    face.italic_angle = post.signed16(4) + post.unsigned16(6) / 65536.0;
    face.underline_position = post.signed16(8) / em;
    face.underline_thickness = post.signed16(10) / em;
    if (face.underline_thickness <= 0) face.underline_thickness = 0.05;
    face.fixed_pitch = post.unsigned16(12) != 0 || post.unsigned16(14) != 0;
}

HbFacePtr face_of_collection(hb_blob_t* blob, std::string_view family, unsigned& index) {
    const unsigned count = hb_face_count(blob);
    for (index = 0; index < count; ++index) {
        HbFacePtr face(hb_face_create(blob, index));
        if (family.empty() || name_of(face.get(), HB_OT_NAME_ID_FONT_FAMILY) == family) return face;
    }
    return nullptr;
}

}  // namespace

std::string find_font_file(std::string_view name) {
    for (const char* folder : folders) {
        const auto path = std::filesystem::path(folder) / name;
        std::error_code error;
        if (std::filesystem::is_regular_file(path, error)) return path.string();
    }
    return find_by_fontconfig(name);
}

Result<LoadedFace> load_face(const std::string& path, const FaceSource& source) {
    const auto unreadable = [&] {
        return fail(ErrorKind::system, "fonts.unreadable", {{"file", path}, {"packages", std::string(source.package)}});
    };
    hb_blob_t* blob = hb_blob_create_from_file_or_fail(path.c_str());
    if (!blob) return unreadable();
    LoadedFace loaded;
    loaded.hb_face = face_of_collection(blob, source.family, loaded.face.index);
    hb_blob_destroy(blob);
    if (!loaded.hb_face || hb_face_get_glyph_count(loaded.hb_face.get()) == 0) return unreadable();

    Face& face = loaded.face;
    face.hb_face = loaded.hb_face.get();
    face.units_per_em = hb_face_get_upem(face.hb_face);
    hb_face_make_immutable(face.hb_face);
    loaded.hb_font.reset(hb_font_create(face.hb_face));
    face.hb_font = loaded.hb_font.get();
    hb_font_set_scale(face.hb_font, static_cast<int>(face.units_per_em), static_cast<int>(face.units_per_em));
    hb_font_make_immutable(face.hb_font);

    face.family = name_of(face.hb_face, HB_OT_NAME_ID_FONT_FAMILY);
    face.postscript_name = name_of(face.hb_face, HB_OT_NAME_ID_POSTSCRIPT_NAME);
    face.file = path;
    const TableReader cff(face.hb_face, HB_TAG('C', 'F', 'F', ' '));
    face.outlines = cff.size() > 0 ? Face::Outlines::cff : Face::Outlines::truetype;
    face.bold = source.bold;
    face.italic = source.italic;
    face.serif = source.serif;
    read_metrics(face);
    return loaded;
}

}  // namespace shanqi::office::fonts
