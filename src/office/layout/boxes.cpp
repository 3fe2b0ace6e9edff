#include "office/layout/boxes.hpp"

#include <algorithm>
#include <bit>

#include "office/layout/number_format.hpp"

namespace shanqi::office {

namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
    hash ^= value + 0x9E3779B97F4A7C15ULL + (hash << 6U) + (hash >> 2U);
    hash *= 0xFF51AFD7ED558CCDULL;
    return hash ^ (hash >> 33U);
}

std::uint64_t bytes_hash(std::uint64_t hash, std::string_view bytes) {
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return mixed(hash, bytes.size());
}

std::uint64_t key_hash(const BoxCache::Key& key) {
    std::uint64_t hash = mixed(0xCBF29CE484222325ULL, key.static_id);
    hash = mixed(hash, std::bit_cast<std::uint64_t>(key.width));
    hash = mixed(hash, key.grid.line_pitch ? std::bit_cast<std::uint64_t>(*key.grid.line_pitch) : 1);
    hash = mixed(hash, key.grid.character_space ? std::bit_cast<std::uint64_t>(*key.grid.character_space) : 1);
    hash = mixed(hash, key.is_artifact ? 1 : 0);
    if (const auto& color = key.background)
        hash = mixed(hash, 1U << 24U | color->red << 16U | color->green << 8U | color->blue);
    return key.label.empty() ? hash : bytes_hash(hash, key.label);
}

constexpr std::uint64_t content_bit = 1ULL << 63U;

std::string page_number_text(const PageNumber& field, const PageNumbers& numbers) {
    switch (field.kind) {
        case PageNumber::Kind::pages:
            return format_number(numbers.pages, field.format);
        case PageNumber::Kind::section_pages:
            return format_number(numbers.section_pages, field.format);
        case PageNumber::Kind::page:
            break;
    }
    return format_number(numbers.page, field.format.empty() ? numbers.page_format : field.format);
}

// Gives the lines of a static paragraph numbers that depend on its key alone, and joins them.
void make_static(ParagraphBox& box, const BoxCache::Key& key) {
    const std::uint64_t base = key_hash(key);
    auto whole = std::make_shared<Fragment>();
    for (std::size_t i = 0; i < box.laid.lines.size(); ++i) {
        auto& line = box.laid.lines[i];
        if (!line.fragment) continue;
        auto copy = std::make_shared<Fragment>(*line.fragment);
        copy->static_id = mixed(base, i + 1) | content_bit;
        copy->is_artifact = key.is_artifact;
        for (Fill fill : copy->fills) {
            fill.y += line.top;
            whole->fills.push_back(fill);
        }
        for (PlacedImage image : copy->images) {
            image.y += line.top;
            whole->images.push_back(std::move(image));
        }
        for (Stroke stroke : copy->strokes) {
            stroke.y += line.top;
            whole->strokes.push_back(std::move(stroke));
        }
        for (GlyphRun run : copy->runs) {
            run.at.y += line.top;
            whole->runs.push_back(std::move(run));
        }
        line.fragment = std::move(copy);
    }
    whole->static_id = base | content_bit;
    whole->is_artifact = key.is_artifact;
    box.whole = std::move(whole);
}

void mark_artifacts(LaidParagraph& laid) {
    for (auto& line : laid.lines) {
        if (!line.fragment) continue;
        auto copy = std::make_shared<Fragment>(*line.fragment);
        copy->is_artifact = true;
        line.fragment = std::move(copy);
    }
}

void note_inlines(ParagraphBox& box) {
    for (const auto& line : box.laid.lines) {
        box.has_inlines = box.has_inlines || !line.inlines.empty();
        for (const auto& placed : line.inlines) {
            if (placed.kind != PlacedInline::Kind::anchor) continue;
            const auto* drawing = std::get_if<Drawing>(&box.paragraph->inlines[placed.index]);
            if (drawing && drawing->anchor && drawing->anchor->wrap != Anchor::Wrap::none)
                box.has_wrapping_anchor = true;
        }
    }
}

}  // namespace

std::size_t BoxCache::KeyHash::operator()(const Key& key) const { return key_hash(key); }

ParagraphBoxPtr BoxCache::paragraph(const Key& key) const {
    const auto found = paragraphs_.find(key);
    return found == paragraphs_.end() ? nullptr : found->second;
}

void BoxCache::keep(const Key& key, ParagraphBoxPtr box) {
    if (paragraphs_.size() >= entries_max) paragraphs_.clear();
    paragraphs_.insert_or_assign(key, std::move(box));
}

TableBoxPtr BoxCache::table(const Key& key) const {
    const auto found = tables_.find(key);
    return found == tables_.end() ? nullptr : found->second;
}

void BoxCache::keep(const Key& key, TableBoxPtr box) {
    if (tables_.size() >= entries_max) tables_.clear();
    tables_.insert_or_assign(key, std::move(box));
}

std::optional<ContentWidth> BoxCache::content_width(std::uint64_t static_id) const {
    const auto found = content_widths_.find(static_id);
    if (found == content_widths_.end()) return std::nullopt;
    return found->second;
}

void BoxCache::keep(std::uint64_t static_id, ContentWidth width) {
    if (content_widths_.size() >= entries_max) content_widths_.clear();
    content_widths_.insert_or_assign(static_id, width);
}

std::uint64_t content_id(std::string_view key) { return bytes_hash(0xCBF29CE484222325ULL, key) | content_bit; }

Result<ParagraphBoxPtr> make_paragraph_box(const ParagraphPtr& paragraph, double width, const ListLabel& label,
                                           const Context& context, const RoomFunction& room) {
    const bool may_keep = paragraph->static_id != 0 && !room;
    BoxCache::Key key;
    if (may_keep) {
        key = {paragraph->static_id, width, context.grid, label.text, context.is_artifact, context.background};
        if (auto kept = context.cache->paragraph(key)) return kept;
    }
    ParagraphInput input;
    input.width = width;
    input.grid = context.grid;
    input.default_tab = context.document->default_tab;
    input.label = label.text;
    input.level = label.level;
    input.page_number = [&context](const PageNumber& field) { return page_number_text(field, context.numbers); };
    input.room = room;
    input.background = context.background;
    auto box = std::make_shared<ParagraphBox>();
    box->paragraph = paragraph;
    box->laid = TRY(lay_out_paragraph(*paragraph, input, *context.shapes));
    note_inlines(*box);
    if (may_keep && !box->laid.has_page_number && !box->laid.has_total_pages) {
        make_static(*box, key);
        context.cache->keep(key, box);
    } else if (context.is_artifact) {
        mark_artifacts(box->laid);
    }
    return box;
}

double space_between(const ParagraphBox* above, const ParagraphBox* below) {
    double after = above ? above->laid.space_after : 0;
    double before = below ? below->laid.space_before : 0;
    if (above && below) {
        const auto& upper = above->paragraph->style;
        const auto& lower = below->paragraph->style;
        if (upper.style_id == lower.style_id) {
            if (upper.contextual_spacing) after = 0;
            if (lower.contextual_spacing) before = 0;
        }
    }
    return std::max(after, before);
}

std::size_t lines_that_fit(const ParagraphBox& box, std::size_t first, std::size_t line_end, double room, bool must) {
    constexpr double tolerance = 0.05;  // a twip: Word's own unit
    const auto& lines = box.laid.lines;
    const auto& style = box.paragraph->style;
    std::size_t count = 0;
    while (first + count < line_end && lines_height(box, first, first + count + 1) <= room + tolerance) ++count;
    const std::size_t fitting = std::max<std::size_t>(count, must ? 1 : 0);
    if (first + count == line_end) return count;
    if (first == 0 && style.keep_lines && !must) return 0;
    if (style.widow_control && count > 0) {
        if (lines.size() - first - count == 1) --count;
        if (first == 0 && count == 1) count = 0;
    }
    return must ? (count == 0 ? fitting : count) : count;
}

}  // namespace shanqi::office
