// Whether the fonts have every character of a text, before a page is made of it: for the check of a list.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "office/document/document.hpp"
#include "office/fonts/fonts.hpp"

namespace shanqi::office {

// Answers by laying the text out as a paragraph of its own, so it refuses what LayoutEngine would refuse. Characters
// that were found once in a style are known afterwards: a list costs a look at each character, and a layout for each
// one that is new. Not thread-safe.
class GlyphCoverage {
public:
    explicit GlyphCoverage(const std::shared_ptr<const FontLibrary>& fonts);
    ~GlyphCoverage();
    GlyphCoverage(GlyphCoverage&&) noexcept;
    GlyphCoverage& operator=(GlyphCoverage&&) noexcept;

    // layout.no_glyph, as LayoutEngine::lay_out tells it; none: the text can be set.
    std::optional<Error> refusal(std::string_view utf8, const RunStylePtr&);
    // The same of all text in a block; what it found is kept for the block's address, so the block must outlive this.
    std::optional<Error> refusal(const Block&);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shanqi::office
