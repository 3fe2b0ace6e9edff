#include "office/layout/coverage.hpp"

#include <array>
#include <bitset>
#include <unordered_map>

#include "base/text.hpp"
#include "office/layout/inline_text.hpp"

namespace shanqi::office {
namespace {

// The characters that are known to have a glyph, by planes of Unicode: a list in Chinese stays in two of them.
class CharacterSet {
public:
    bool has(char32_t c) const {
        const auto& plane = planes_[(c >> 16U) % planes];
        return plane && plane->test(c & 0xFFFFU);
    }
    void add(char32_t c) {
        auto& plane = planes_[(c >> 16U) % planes];
        if (!plane) plane = std::make_unique<std::bitset<0x10000>>();
        plane->set(c & 0xFFFFU);
    }

private:
    static constexpr std::size_t planes = 17;
    std::array<std::unique_ptr<std::bitset<0x10000>>, planes> planes_;
};

}  // namespace

struct GlyphCoverage::Impl {
    explicit Impl(const std::shared_ptr<const FontLibrary>& fonts) : cache(fonts) {}

    std::optional<Error> laid_out(std::string_view utf8, const RunStylePtr& style) {
        Paragraph paragraph;
        paragraph.inlines.push_back(Text{std::string(utf8), style});
        const Result<InlineText> made = make_inline_text(paragraph, {}, cache.impl());
        return made ? std::nullopt : std::optional(made.error());
    }

    // One that is refused by itself may stand behind another (a combining mark): then the whole text decides.
    bool is_known(char32_t c, CharacterSet& known, const RunStylePtr& style) {
        if (known.has(c)) return true;
        std::string alone;
        append_utf8(alone, c);
        if (laid_out(alone, style)) return false;
        known.add(c);
        return true;
    }

    std::optional<Error> text(std::string_view utf8, const RunStylePtr& style) {
        CharacterSet& known = known_of[style];
        bool all = true;
        for (const char32_t c : to_utf32(utf8)) all = is_known(c, known, style) && all;
        return all ? std::nullopt : laid_out(utf8, style);
    }

    std::optional<Error> blocks(const Blocks& all) {
        for (const Block& one : all)
            if (std::optional<Error> refused = block(one)) return refused;
        return std::nullopt;
    }

    std::optional<Error> block(const Block& one) {
        if (const auto* paragraph = std::get_if<ParagraphPtr>(&one)) return inlines(**paragraph);
        for (const Row& row : std::get<TablePtr>(one)->rows)
            for (const Cell& cell : row.cells)
                if (std::optional<Error> refused = blocks(cell.blocks)) return refused;
        return std::nullopt;
    }

    std::optional<Error> inlines(const Paragraph& paragraph) {
        for (const Inline& one : paragraph.inlines) {
            std::optional<Error> refused;
            if (const auto* plain = std::get_if<Text>(&one)) refused = text(plain->text, plain->style);
            const auto* drawing = std::get_if<Drawing>(&one);
            const Shape* shape = drawing != nullptr ? std::get_if<Shape>(&drawing->content) : nullptr;
            if (shape != nullptr && shape->text) refused = blocks(shape->text->blocks);
            if (refused) return refused;
        }
        return std::nullopt;
    }

    ShapeCache cache;
    std::unordered_map<RunStylePtr, CharacterSet> known_of;
    std::unordered_map<const void*, std::optional<Error>> blocks_seen;
};

GlyphCoverage::GlyphCoverage(const std::shared_ptr<const FontLibrary>& fonts) : impl_(std::make_unique<Impl>(fonts)) {}
GlyphCoverage::~GlyphCoverage() = default;
GlyphCoverage::GlyphCoverage(GlyphCoverage&&) noexcept = default;
GlyphCoverage& GlyphCoverage::operator=(GlyphCoverage&&) noexcept = default;

std::optional<Error> GlyphCoverage::refusal(std::string_view utf8, const RunStylePtr& style) {
    return impl_->text(utf8, style);
}

std::optional<Error> GlyphCoverage::refusal(const Block& block) {
    const void* address = std::visit([](const auto& one) -> const void* { return one.get(); }, block);
    const auto seen = impl_->blocks_seen.find(address);
    if (seen != impl_->blocks_seen.end()) return seen->second;
    return impl_->blocks_seen.emplace(address, impl_->block(block)).first->second;
}

}  // namespace shanqi::office
