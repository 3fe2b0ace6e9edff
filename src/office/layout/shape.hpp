// Characters to glyphs: which font a character takes, its glyph, and words through HarfBuzz. Internal to the
// paragraph; everything that it learns stays in ShapeCache::Impl.
#pragma once

#include <hb.h>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "office/layout/paragraph.hpp"

namespace shanqi::office {

enum class FontSlot : std::uint8_t { latin, east_asian };

// ECMA-376 17.3.2.26: which of a run's fonts a character takes. The standard decides the characters that both
// scripts use (“ ” … — ·) by w:hint alone; where there is no hint we look at the text around them, so that a
// Chinese text filled in from a workbook does not get Latin quotation marks.
struct SlotContext {
    bool hint_east_asian = false;
    bool in_chinese = false;       // the paragraph has Chinese characters
    bool beside_chinese = false;   // the character before or after is one
    bool between_letters = false;  // Latin ones: the ’ of an English word
};
FontSlot font_slot(char32_t character, const SlotContext& context);
bool is_always_east_asian(char32_t character);

// A run's style with everything that the document's style leaves to be computed.
struct ResolvedStyle {
    RunStylePtr style;
    FontChoice fonts[2];                     // by FontSlot
    double size = 10.5;                      // of the glyphs: smaller for superscript
    double shift = 0;                        // of the baseline, upwards
    double ascent[2] = {}, descent[2] = {};  // of a line, by FontSlot, points, with the shift
    double scale = 1;                        // w:w
};

using ResolvedStylePtr = std::shared_ptr<const ResolvedStyle>;

struct ShapedGlyph {  // in font units
    std::uint32_t id = 0;
    int advance = 0, x_offset = 0, y_offset = 0;
    std::uint32_t text_at = 0;    // byte in the word
    std::uint32_t text_size = 0;  // 0: further glyph of the cluster before
};
using ShapedWord = std::vector<ShapedGlyph>;

// The face and the glyph for one character.
struct FoundGlyph {
    FaceId face = 0;
    std::uint32_t glyph = 0;
    bool is_fallback = false;  // not the style's own face
};

struct ShapeCache::Impl {
    explicit Impl(std::shared_ptr<const FontLibrary> library);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    ResolvedStylePtr resolve(const RunStylePtr& style);
    // None: no font has the character.
    std::optional<FoundGlyph> find(char32_t character, const ResolvedStyle& style, FontSlot slot) const;
    int advance_of(FaceId face, std::uint32_t glyph);  // font units
    const ShapedWord& shape(FaceId face, std::string_view text, std::string_view language);

    std::shared_ptr<const FontLibrary> fonts;

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<RunStylePtr, ResolvedStylePtr> styles_;
    std::unordered_map<std::string, ShapedWord, TextHash, std::equal_to<>> words_;
    std::vector<std::vector<std::uint16_t>> advances_;  // by face and glyph; 0xFFFF: not asked yet
    std::string key_;
    hb_buffer_t* buffer_ = nullptr;
    RunStylePtr default_style_;
};

}  // namespace shanqi::office
