// The data of this room: which font files we use, and which family of a document is set by which of them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace shanqi::office::fonts {

enum class Design : std::uint8_t {
    song,
    hei,
    fang,
    kai,
    song_traditional,
    hei_traditional,  // Chinese
    serif,
    sans,
    mono,
    narrow,
    carlito,
    caladea,  // Latin
    symbols,
    rare,  // only as fallback
    count,
};

constexpr bool is_east_asian(Design design) { return design <= Design::hei_traditional || design == Design::rare; }

struct FaceSource {
    Design design;
    bool bold, italic;
    bool serif;
    std::string_view file;     // its name, without folder
    std::string_view family;   // which face of a collection; empty: the file has only one
    std::string_view package;  // Debian's
    bool required;             // otherwise another design stands in for it
};
std::span<const FaceSource> face_sources();

// Characters that a font has, but draws as something else, or differently from what documents mean by them.
bool is_misdrawn(Design design, char32_t character);

// Line metrics, of the em. For Chinese fonts Word's single line is 1.3 times ascent + descent.
struct LineMetrics {
    double ascent, descent, gap;
};

struct Family {
    std::string_view names;  // separated by '|', compared without case
    Design design;
    bool heavy;             // bold even where the text is not: 小标宋, 粗黑
    bool half_width_latin;  // its Latin letters are all half an em wide
    LineMetrics metrics;
};
std::span<const Family> families();

// For a name that is not in the table: by the words that font makers put in names.
const Family& nearest_family(std::string_view name, bool east_asian);

}  // namespace shanqi::office::fonts
