// Pages for the tests, shaped without the page engine: one line of text is one run.
#pragma once

#include <hb.h>

#include <memory>
#include <string>
#include <string_view>

#include "office/fonts/fonts.hpp"
#include "office/layout/page.hpp"

namespace shanqi::office::test {

inline std::shared_ptr<const FontLibrary> fonts() {
    static const auto library = FontLibrary::open();
    return library ? *library : nullptr;
}

struct Line {
    std::string text;
    double x = 72, y = 72, size = 12;
    std::string family = "宋体";
    std::uint64_t static_id = 0;
    bool bold = false;
};

inline GlyphRun shaped(std::string_view text, FontChoice choice, double size) {
    const Face& face = fonts()->faces()[choice.face];
    GlyphRun run{.face = choice.face,
                 .size = static_cast<float>(size),
                 .synthetic_bold = choice.synthetic_bold,
                 .text = std::string(text)};
    std::unique_ptr<hb_buffer_t, decltype(&hb_buffer_destroy)> buffer(hb_buffer_create(), hb_buffer_destroy);
    hb_buffer_add_utf8(buffer.get(), text.data(), static_cast<int>(text.size()), 0, -1);
    hb_buffer_guess_segment_properties(buffer.get());
    hb_shape(face.hb_font, buffer.get(), nullptr, 0);
    unsigned count = 0;
    const hb_glyph_info_t* infos = hb_buffer_get_glyph_infos(buffer.get(), &count);
    const hb_glyph_position_t* positions = hb_buffer_get_glyph_positions(buffer.get(), nullptr);
    double unit = size / face.units_per_em;
    for (unsigned i = 0; i < count; ++i) {
        bool first = i == 0 || infos[i].cluster != infos[i - 1].cluster;
        unsigned next = i + 1;
        while (next < count && infos[next].cluster == infos[i].cluster) ++next;
        std::size_t end = next < count ? infos[next].cluster : text.size();
        run.glyphs.push_back({.id = infos[i].codepoint,
                              .advance = static_cast<float>(positions[i].x_advance * unit),
                              .x_offset = static_cast<float>(positions[i].x_offset * unit),
                              .y_offset = static_cast<float>(positions[i].y_offset * unit),
                              .text_at = infos[i].cluster,
                              .text_size = static_cast<std::uint16_t>(first ? end - infos[i].cluster : 0)});
    }
    return run;
}

inline PlacedFragment placed(const Line& line) {
    auto fragment = std::make_shared<Fragment>();
    fragment->static_id = line.static_id;
    fragment->runs.push_back(shaped(line.text, fonts()->choose(line.family, line.bold, false, true), line.size));
    return {fragment, {line.x, line.y}};
}

inline Page a4() { return {.width = 595.3, .height = 841.9}; }

}  // namespace shanqi::office::test
