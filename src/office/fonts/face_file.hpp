// A font file on the disk becomes a Face.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "office/fonts/fonts.hpp"
#include "office/fonts/tables.hpp"

namespace shanqi::office::fonts {

// The path of a font file by its name: first where Debian and script/bootstrap put it, then wherever
// fontconfig knows it. Empty: not installed.
std::string find_font_file(std::string_view name);

struct HbFaceCloser {
    void operator()(hb_face_t* face) const { hb_face_destroy(face); }
};
struct HbFontCloser {
    void operator()(hb_font_t* font) const { hb_font_destroy(font); }
};
using HbFacePtr = std::unique_ptr<hb_face_t, HbFaceCloser>;
using HbFontPtr = std::unique_ptr<hb_font_t, HbFontCloser>;

struct LoadedFace {
    Face face;
    HbFacePtr hb_face;
    HbFontPtr hb_font;
};
Result<LoadedFace> load_face(const std::string& path, const FaceSource& source);

}  // namespace shanqi::office::fonts
