#include "office/layout/shape.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace shanqi::office {
namespace {

constexpr std::size_t styles_max = 4096;
constexpr std::size_t word_bytes_max = 64;  // longer ones are shaped each time
constexpr std::uint16_t not_asked = 0xFFFF;

// Word's superscript: about two thirds of the size, a third of it up; the subscript a seventh down.
constexpr double script_size = 0.65, superscript_rise = 0.35, subscript_drop = 0.14;

struct Range {
    char32_t first, last;
};
constexpr std::array always_east_asian = std::to_array<Range>({
    {0x1100, 0x11FF},
    {0x2E80, 0x312F},
    {0x3130, 0xA4CF},
    {0xA960, 0xA97F},
    {0xAC00, 0xD7FF},
    {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},
    {0xFF00, 0xFFEF},
    {0x1B000, 0x1B2FF},
    {0x1F200, 0x1F2FF},
    {0x20000, 0x3FFFD},
    {0xE0100, 0xE01EF},
});
// Chinese with w:hint="eastAsia" (the table of 17.3.2.26), Latin otherwise.
constexpr std::array shared_below_2000 = std::to_array<Range>({
    {0xA1, 0xA1},
    {0xA4, 0xA4},
    {0xA7, 0xA8},
    {0xAA, 0xAA},
    {0xAD, 0xAD},
    {0xAF, 0xAF},
    {0xB0, 0xB4},
    {0xB6, 0xBA},
    {0xBC, 0xBF},
    {0xD7, 0xD7},
    {0xF7, 0xF7},
    {0x2B0, 0x36F},
    {0x370, 0x3CF},
    {0x400, 0x4FF},
});

template <std::size_t size>
bool in_ranges(const std::array<Range, size>& ranges, char32_t c) {
    const auto found = std::ranges::upper_bound(ranges, c, {}, &Range::first);
    return found != ranges.begin() && c <= std::prev(found)->last;
}

// Quotation marks, dash and ellipsis belong to the language of the sentence; signs and numbers to the word
// beside them. Without a hint other shared characters stay Latin: a Greek letter is legible in either font.
bool is_sentence_punctuation(char32_t c) { return c == U'—' || c == U'―' || c == U'…' || (c >= U'‘' && c <= U'”'); }
bool is_shared_sign(char32_t c) {
    switch (c) {
        case U'·':
        case U'×':
        case U'÷':
        case U'°':
        case U'±':
        case U'§':
            return true;
        default:
            return (c >= 0x2030 && c <= 0x205E) || (c >= 0x2100 && c <= 0x214F) || (c >= 0x2160 && c <= 0x217F) ||
                   (c >= 0x2460 && c <= 0x27BF);
    }
}

// hb-ot takes the language for locl; Word's own default writes no ligatures.
constexpr std::array features = std::to_array<hb_feature_t>({
    {HB_TAG('l', 'i', 'g', 'a'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
    {HB_TAG('c', 'l', 'i', 'g'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
    {HB_TAG('k', 'e', 'r', 'n'), 1, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
});

// Only what a font's locl tells apart; HarfBuzz keeps every language string that it is ever given.
const char* shaping_language(std::string_view language) {
    if (language.starts_with("zh-Hant") || language == "zh-TW" || language == "zh-HK") return "zh-hant";
    if (language.starts_with("ja")) return "ja";
    return language.starts_with("ko") ? "ko" : "zh-hans";
}

void collect(hb_buffer_t* buffer, std::size_t text_size, ShapedWord& word) {
    unsigned count = 0;
    const hb_glyph_info_t* infos = hb_buffer_get_glyph_infos(buffer, &count);
    const hb_glyph_position_t* positions = hb_buffer_get_glyph_positions(buffer, &count);
    word.resize(count);
    // HarfBuzz gives the clusters in order: rising, or falling in right-to-left words. A cluster ends where the next
    // one in the text begins, which is the last one met before it when the order falls.
    const bool falls = count > 0 && infos[0].cluster > infos[count - 1].cluster;
    std::uint32_t end = static_cast<std::uint32_t>(text_size);
    for (unsigned step = 0; step < count; ++step) {
        const unsigned i = falls ? step : count - 1 - step;
        const std::uint32_t begin = infos[i].cluster;
        word[i] = {infos[i].codepoint, positions[i].x_advance, positions[i].x_offset, positions[i].y_offset, begin, 0};
        const bool begins_cluster = i == 0 || infos[i - 1].cluster != begin;
        if (begins_cluster) word[i].text_size = end - begin;
        const bool is_last = falls ? i + 1 == count || infos[i + 1].cluster != begin : begins_cluster;
        if (is_last) end = begin;
    }
}

}  // namespace

bool is_always_east_asian(char32_t c) { return c >= 0x1100 && in_ranges(always_east_asian, c); }

FontSlot font_slot(char32_t c, const SlotContext& context) {
    if (c < 0xA0) return FontSlot::latin;
    if (is_always_east_asian(c)) return FontSlot::east_asian;
    const bool is_shared =
        (c >= 0x2000 && c <= 0x2BFF) || (c >= 0xE000 && c <= 0xF8FF) || in_ranges(shared_below_2000, c);
    if (!is_shared) return FontSlot::latin;
    if (context.hint_east_asian) return FontSlot::east_asian;
    const bool is_chinese = is_sentence_punctuation(c) ? context.in_chinese && !context.between_letters
                                                       : context.beside_chinese && is_shared_sign(c);
    return is_chinese ? FontSlot::east_asian : FontSlot::latin;
}

ShapeCache::Impl::Impl(std::shared_ptr<const FontLibrary> library)
    : fonts(std::move(library)),
      advances_(fonts->faces().size()),
      buffer_(hb_buffer_create()),
      default_style_(std::make_shared<const RunStyle>()) {}

ShapeCache::Impl::~Impl() { hb_buffer_destroy(buffer_); }

ResolvedStylePtr ShapeCache::Impl::resolve(const RunStylePtr& given) {
    const RunStylePtr& style = given ? given : default_style_;
    if (const auto found = styles_.find(style); found != styles_.end()) return found->second;
    if (styles_.size() >= styles_max) styles_.clear();
    const auto result = std::make_shared<ResolvedStyle>();
    ResolvedStyle& resolved = *result;
    resolved.style = style;
    const double size = std::clamp(style->size, 0.5, 1638.0);  // Word's own limits are 1 and 1638
    resolved.size = style->script == ScriptPosition::baseline ? size : size * script_size;
    resolved.shift = std::clamp(style->raise, -1638.0, 1638.0);
    if (style->script == ScriptPosition::superscript) resolved.shift += size * superscript_rise;
    if (style->script == ScriptPosition::subscript) resolved.shift -= size * subscript_drop;
    resolved.scale = std::clamp(style->scale_percent, 1.0, 600.0) / 100;
    for (const FontSlot slot : {FontSlot::latin, FontSlot::east_asian}) {
        const auto i = static_cast<std::size_t>(slot);
        const bool east_asian = slot == FontSlot::east_asian;
        resolved.fonts[i] = fonts->choose(east_asian ? style->east_asian_font : style->latin_font, style->bold,
                                          style->italic, east_asian);
        const FontChoice& choice = resolved.fonts[i];
        resolved.ascent[i] = choice.line_ascent * resolved.size + resolved.shift;
        resolved.descent[i] = (choice.line_descent + choice.line_gap) * resolved.size - resolved.shift;
    }
    styles_.emplace(style, result);
    return result;
}

std::optional<FoundGlyph> ShapeCache::Impl::find(char32_t character, const ResolvedStyle& style, FontSlot slot) const {
    const FaceId own = style.fonts[static_cast<std::size_t>(slot)].face;
    if (const auto glyph = fonts->glyph(own, character)) return FoundGlyph{own, glyph, false};
    const FaceId other = style.fonts[1 - static_cast<std::size_t>(slot)].face;
    if (const auto glyph = fonts->glyph(other, character)) return FoundGlyph{other, glyph, true};
    const Face* face = fonts->fallback(character, fonts->faces()[own]);
    if (!face) return std::nullopt;
    return FoundGlyph{face->id, fonts->glyph(face->id, character), true};
}

int ShapeCache::Impl::advance_of(FaceId face, std::uint32_t glyph) {
    auto& advances = advances_[face];
    if (advances.empty()) advances.assign(0x10000, not_asked);
    if (glyph >= advances.size()) return 0;
    std::uint16_t& advance = advances[glyph];
    if (advance == not_asked) {
        const auto value = hb_font_get_glyph_h_advance(fonts->faces()[face].hb_font, glyph);
        advance = static_cast<std::uint16_t>(std::clamp<hb_position_t>(value, 0, not_asked - 1));
    }
    return advance;
}

const ShapedWord& ShapeCache::Impl::shape(FaceId face, std::string_view text, std::string_view language) {
    key_.assign(reinterpret_cast<const char*>(&face), sizeof face);
    const char* shaped_as = shaping_language(language);
    key_ += shaped_as;
    key_ += '\0';
    key_ += text;
    if (const auto found = words_.find(std::string_view(key_)); found != words_.end()) return found->second;
    if (words_.size() >= limits::shaped_words_max) words_.clear();
    hb_buffer_clear_contents(buffer_);
    hb_buffer_add_utf8(buffer_, text.data(), static_cast<int>(text.size()), 0, static_cast<int>(text.size()));
    hb_buffer_guess_segment_properties(buffer_);
    hb_buffer_set_language(buffer_, hb_language_from_string(shaped_as, -1));
    hb_shape(fonts->faces()[face].hb_font, buffer_, features.data(), features.size());
    ShapedWord& word = words_[text.size() <= word_bytes_max ? key_ : std::string()];
    collect(buffer_, text.size(), word);
    return word;
}

ShapeCache::ShapeCache(std::shared_ptr<const FontLibrary> fonts) : impl_(std::make_unique<Impl>(std::move(fonts))) {}
ShapeCache::~ShapeCache() = default;
ShapeCache::ShapeCache(ShapeCache&&) noexcept = default;
ShapeCache& ShapeCache::operator=(ShapeCache&&) noexcept = default;
const FontLibrary& ShapeCache::fonts() const { return *impl_->fonts; }

}  // namespace shanqi::office
