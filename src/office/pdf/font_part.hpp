// The glyphs that a part of a document uses, face by face, with the characters that they stand for; and the
// fonts made of them. The template's part and the document's own part each have one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "office/layout/page.hpp"
#include "office/pdf/body.hpp"
#include "office/pdf/outlines.hpp"

namespace shanqi::office::pdf {

class FontPart {
public:
    // The characters that the part's ToUnicode map gives for the glyph; null when the part lacks the glyph.
    const std::string* find(FaceId, std::uint32_t glyph) const;
    // Adds the glyph; the first text wins, since a ToUnicode map holds one.
    const std::string& use(FaceId, std::uint32_t glyph, std::string_view text);
    void use(const GlyphRun&);

    // Writes the fonts and appends "/F3 12 0 R" for each to `resources`. Error: pdf.font_failed.
    Result<> write(Body&, GlyphOutlines&, char resource_letter, int deflate_level, std::string& resources) const;
    std::size_t glyph_count() const;

private:
    struct FaceGlyphs {
        FaceId face = 0;
        std::unordered_map<std::uint32_t, std::string> texts;
    };
    Result<int> write_font(Body&, GlyphOutlines&, const FaceGlyphs&, int deflate_level) const;
    std::vector<FaceGlyphs> faces_;  // a document has a handful
};

// Calls visit(first, count, text) for each cluster of the run: glyphs [first, first + count) stand for text.
template <class Visit>
void for_each_cluster(const GlyphRun& run, Visit&& visit) {
    for (std::size_t first = 0; first < run.glyphs.size();) {
        std::size_t end = first + 1;
        while (end < run.glyphs.size() && run.glyphs[end].text_size == 0) ++end;
        const Glyph& glyph = run.glyphs[first];
        std::string_view text;
        if (glyph.text_at <= run.text.size()) text = std::string_view(run.text).substr(glyph.text_at, glyph.text_size);
        visit(first, end - first, text);
        first = end;
    }
}

}  // namespace shanqi::office::pdf
