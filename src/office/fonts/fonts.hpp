// The fonts: which free face stands for the family that a Word document names, and the face itself.
// One library a process, immutable after open(), safe for any number of threads.
#pragma once

#include <hb.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace shanqi::office {

using FaceId = std::uint16_t;  // index into FontLibrary::faces()

struct Face {
    enum class Outlines : std::uint8_t { truetype, cff };
    FaceId id = 0;
    std::string family;           // as the font names itself
    std::string postscript_name;  // "NotoSerifCJKsc-Regular"
    std::string file;
    unsigned index = 0;  // in a collection
    Outlines outlines = Outlines::truetype;
    unsigned units_per_em = 1000;
    double ascent = 0.8, descent = 0.2, cap_height = 0.7;  // of the em, all positive
    double italic_angle = 0;
    double bbox[4] = {0, 0, 1, 1};  // of the em
    bool bold = false, italic = false, serif = false, fixed_pitch = false;
    double underline_position = -0.1, underline_thickness = 0.05;  // of the em
    hb_face_t* hb_face = nullptr;                                  // immutable, owned by the library
    hb_font_t* hb_font = nullptr;  // scaled to units_per_em, immutable: every thread may shape with it
};

// How a family named in a document is set: by which face, and with which line height the original has.
struct FontChoice {
    FaceId face = 0;
    bool synthetic_bold = false, synthetic_italic = false;
    // Line metrics of the family that the document names (not of its substitute), of the em: a page breaks
    // where Word breaks it only when its lines are as high as Word's.
    double line_ascent = 0.8, line_descent = 0.2, line_gap = 0;
    // The Latin letters and digits of the named family are all half an em wide (宋体, 仿宋_GB2312…).
    bool half_width_latin = false;
};

class FontLibrary {
public:
    // Finds the fonts of the table in fonts.cpp through fontconfig and /usr/share. Error: fonts.missing, with
    // the names of the packages to install.
    static Result<std::shared_ptr<const FontLibrary>> open();

    virtual ~FontLibrary() = default;
    virtual const std::vector<Face>& faces() const = 0;
    // `family` as in the document (宋体, SimSun, 仿宋_GB2312, Times New Roman, 方正小标宋简体…); unknown families
    // fall to the nearest kind (serif, sans) and are reported once by unknown_family().
    virtual FontChoice choose(std::string_view family, bool bold, bool italic, bool east_asian) const = 0;
    virtual bool is_known_family(std::string_view family) const = 0;
    // The glyph for a character in this face; 0 when it has none.
    virtual std::uint32_t glyph(FaceId, char32_t) const = 0;
    // Another face that has the character when the chosen one lacks it (rare characters, symbols); none when
    // no font has it: the row is then refused.
    virtual const Face* fallback(char32_t, const Face& wanted) const = 0;
};

}  // namespace shanqi::office
