// The outlines of the characters on a seal: 宋体, that is Noto Serif CJK SC Bold, and BabelStone Han for what it lacks.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "seal/outline.hpp"

namespace shanqi::seal {

// In ems, y down, the origin at the left end of the baseline.
struct Glyph {
    Outline outline;
    double advance = 1;
    double left = 0, right = 1, top = -1, bottom = 0;  // of the ink
};

// Not thread-safe: open one for each drawing; the file is mapped, not read.
class SealFont {
public:
    // Error: seal.font_missing.
    static Result<SealFont> open();
    SealFont(SealFont&&) noexcept;
    SealFont& operator=(SealFont&&) noexcept;
    ~SealFont();

    // Error: seal.missing_glyph.
    Result<Glyph> glyph(char32_t) const;

private:
    struct Faces;
    explicit SealFont(std::unique_ptr<Faces>);
    std::unique_ptr<Faces> faces_;
};

}  // namespace shanqi::seal
