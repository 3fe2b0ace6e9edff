#include "office/layout/inline_text.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace shanqi::office {
namespace {

bool is_combining(char32_t c) {
    if (c < 0x300) return false;
    if (c < 0x370 || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || c == 0x200D) return true;
    if (c >= 0x3400 && c <= 0xD7FF) return false;
    const auto type = u_charType(static_cast<UChar32>(c));
    return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_COMBINING_SPACING_MARK;
}

// Characters that leave no ink and need no glyph.
bool is_invisible(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE0FFF);
}

Cluster::Script script_of(char32_t c) {
    using Script = Cluster::Script;
    if (c < 0x80) {
        if (c >= U'0' && c <= U'9') return Script::digit;
        const char32_t lower = c | 0x20U;
        return lower >= U'a' && lower <= U'z' ? Script::letter : Script::other;
    }
    if ((c >= 0x3041 && c <= 0x30FA) || (c >= 0x3400 && c <= 0x9FFF) || c == 0x3005 || c == 0x3007 ||
        (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) || c >= 0x20000)
        return Script::ideograph;
    return c < 0x2000 && u_isalpha(static_cast<UChar32>(c)) ? Script::letter : Script::other;
}

bool is_chinese_opening(char32_t c) {
    constexpr std::u32string_view set = U"（《〈「『【〔〖［｛“‘";
    return set.find(c) != set.npos;
}
bool is_chinese_closing(char32_t c) {
    constexpr std::u32string_view set = U"，。、；：？！）》〉」』】〕〗］｝．”’";
    return set.find(c) != set.npos;
}
// A line may not begin with these, so Word lets one of them stand in the margin.
bool is_hangable(char32_t c) {
    constexpr std::u32string_view set = U"，。、；：？！．";
    return set.find(c) != set.npos;
}
// Chinese punctuation that some free fonts draw narrower than the em that it takes in Chinese text.
bool is_full_width_in_chinese(char32_t c) { return c == U'·' || c == U'—' || c == U'…' || (c >= U'‘' && c <= U'”'); }

class Builder {
public:
    Builder(const Paragraph& paragraph, const ParagraphInput& input, ShapeCache::Impl& cache)
        : paragraph_(paragraph), input_(input), cache_(cache), fonts_(*cache.fonts) {}

    Result<InlineText> build() {
        out_.mark = cache_.resolve(paragraph_.mark_style);
        is_chinese_ = has_chinese();
        TRY_DO(add_label());
        for (std::size_t i = 0; i < paragraph_.inlines.size(); ++i) {
            inline_index_ = static_cast<std::uint32_t>(i);
            TRY_DO(std::visit([&](const auto& item) { return add(item); }, paragraph_.inlines[i]));
        }
        set_breaks();
        set_spacing();
        return std::move(out_);
    }

private:
    // ---- inlines ----

    Result<> add(const Text& item) { return add_text(item.text, item.style); }
    Result<> add(const MergeField& item) { return add_text("«" + item.name + "»", item.style); }
    Result<> add(const PageNumber& item) {
        out_.has_page_number = true;
        if (item.kind != PageNumber::Kind::page) out_.has_total_pages = true;
        return add_text(input_.page_number ? input_.page_number(item) : "1", item.style);
    }
    Result<> add(const Tab& item) {
        add_tab(item.style);
        return {};
    }
    Result<> add(const Break& item) {
        use_style(item.style);
        push(Cluster::Kind::line_break, U'\u2028');
        return {};
    }
    Result<> add(const Mark& item) {
        use_style(item.style);
        push(Cluster::Kind::place, 0);
        return {};
    }
    Result<> add(const Drawing& item) {
        use_style(item.style);
        if (item.anchor)
            push(Cluster::Kind::place, 0);
        else
            add_object(item.width, item.height);
        return {};
    }
    Result<> add(const Unsupported& item) {
        use_style(item.style);
        add_object(item.width, item.height);
        return {};
    }

    void add_object(double width, double height) {
        Cluster& cluster = push(Cluster::Kind::object, U'\uFFFC');
        cluster.advance = static_cast<float>(std::clamp(width, 0.0, 1e5));
        cluster.height = static_cast<float>(std::clamp(height, 0.0, 1e5));
        add_break_character(U'\uFFFC', true);
    }

    // The label stands before the text; what follows it is a tab, a space or nothing (17.9.28).
    Result<> add_label() {
        if (!input_.level) return {};
        inline_index_ = no_inline;
        const ListLevel& level = *input_.level;
        const RunStylePtr& style = level.style ? level.style : paragraph_.mark_style;
        if (!input_.label.empty()) {
            use_style(style);
            push(Cluster::Kind::shift, 0);
            TRY_DO(add_text(input_.label, style));
            double width = 0;
            for (const Cluster& cluster : out_.clusters) width += cluster.advance;
            if (level.align == ParagraphStyle::Align::right) out_.clusters.front().advance = static_cast<float>(-width);
            if (level.align == ParagraphStyle::Align::center)
                out_.clusters.front().advance = static_cast<float>(-width / 2);
        }
        if (level.suffix == ListLevel::Suffix::tab) add_tab(style);
        if (level.suffix == ListLevel::Suffix::space) TRY_DO(add_text(" ", style));
        for (Cluster& cluster : out_.clusters) cluster.is_label = true;
        return {};
    }

    void add_tab(const RunStylePtr& style) {
        use_style(style);
        const auto space = cache_.find(U' ', *style_, FontSlot::latin);
        Cluster& cluster = push(Cluster::Kind::tab, U'\t');
        if (space) set_single_glyph(cluster, *space, " ", 0);
        add_break_character(U'\t', false);
    }

    // ---- text ----

    // A Chinese character in UTF-8 begins with E3 to E9, or with F0.
    bool has_chinese() const {
        return std::ranges::any_of(paragraph_.inlines, [](const Inline& item) {
            const auto* text = std::get_if<Text>(&item);
            return text && std::ranges::any_of(text->text, [](char c) {
                       const auto byte = static_cast<unsigned char>(c);
                       return (byte >= 0xE3 && byte <= 0xE9) || byte == 0xF0;
                   });
        });
    }

    void use_style(const RunStylePtr& style) {
        if (style_ && last_style_ == style.get()) return;
        last_style_ = style.get();
        style_ = cache_.resolve(style);
        style_index_ = static_cast<std::uint32_t>(out_.styles.size());
        out_.styles.push_back(style_);
    }

    Cluster& push(Cluster::Kind kind, char32_t character) {
        Cluster& cluster = out_.clusters.emplace_back();
        cluster.kind = kind;
        cluster.character = character;
        cluster.style = style_index_;
        cluster.inline_index = inline_index_;
        cluster.size = static_cast<float>(style_->size);
        cluster.scale = static_cast<float>(style_->scale);
        cluster.glyph_at = static_cast<std::uint32_t>(out_.glyphs.size());
        cluster.text_at = static_cast<std::uint32_t>(out_.text.size());
        if (kind == Cluster::Kind::line_break) add_break_character(character, false);
        return cluster;
    }

    void add_break_character(char32_t character, bool east_asian) {
        break_text_ += character;
        break_slots_.push_back(east_asian);
        break_clusters_.push_back(static_cast<std::uint32_t>(out_.clusters.size() - 1));
    }

    Result<> add_text(std::string_view utf8, const RunStylePtr& style) {
        if (out_.text.size() + utf8.size() > limits::paragraph_text_bytes_max)
            return fail(ErrorKind::limit, "layout.paragraph_too_long",
                        {{"limit", std::to_string(limits::paragraph_text_bytes_max >> 20U)}});
        use_style(style);
        const std::u32string text = to_utf32(utf8);
        word_.clear();
        for (std::size_t i = 0; i < text.size(); ++i) {
            TRY_DO(add_character(text[i], i > 0 ? text[i - 1] : 0, i + 1 < text.size() ? text[i + 1] : 0));
        }
        return flush_word();
    }

    Result<> add_character(char32_t c, char32_t previous, char32_t next) {
        const FontSlot slot = slot_of(c, previous, next);
        if (is_combining(c) && !word_.empty()) {
            word_ += c;
            return {};
        }
        if (slot == FontSlot::east_asian && !is_combining(next)) {
            TRY_DO(flush_word());
            last_is_east_asian_ = true;
            return add_east_asian(c);
        }
        if (slot == FontSlot::latin && c != U' ') last_is_east_asian_ = false;
        if (c == U' ' || c == U'\u00A0' || c == U'\u3000') {
            TRY_DO(flush_word());
            return add_space(c);
        }
        if (is_invisible(c) && !(c == 0x200D && !word_.empty())) {
            TRY_DO(flush_word());
            push(Cluster::Kind::invisible, c);
            add_break_character(c, false);
            return {};
        }
        char32_t shown = capital(c);
        auto found = cache_.find(shown, *style_, slot);
        if (!found) found = substitute(shown, slot);
        if (!found) return no_glyph(c);
        const bool is_small = is_small_capital(c);
        if (!word_.empty() && (found->face != word_face_ || slot != word_slot_ || is_small != word_is_small_))
            TRY_DO(flush_word());
        word_face_ = found->face;
        word_slot_ = slot;
        word_is_small_ = is_small;
        word_ += shown;
        return {};
    }

    FontSlot slot_of(char32_t c, char32_t previous, char32_t next) const {
        if (c < 0xA0) return FontSlot::latin;
        if (is_always_east_asian(c)) return FontSlot::east_asian;
        SlotContext context;
        context.hint_east_asian = style_->style->hint_east_asian;
        context.in_chinese = is_chinese_;
        context.beside_chinese = last_is_east_asian_ || is_always_east_asian(next);
        context.between_letters =
            script_of(previous) == Cluster::Script::letter && script_of(next) == Cluster::Script::letter;
        return font_slot(c, context);
    }

    bool is_small_capital(char32_t c) const {
        return style_->style->small_caps && !style_->style->all_caps &&
               u_toupper(static_cast<UChar32>(c)) != static_cast<UChar32>(c);
    }
    char32_t capital(char32_t c) const {
        if (!style_->style->all_caps && !style_->style->small_caps) return c;
        return static_cast<char32_t>(u_toupper(static_cast<UChar32>(c)));
    }

    // The same sign under another code: hyphens and spaces that differ only in how lines break.
    std::optional<FoundGlyph> substitute(char32_t& c, FontSlot slot) const {
        if (c == 0x2010 || c == 0x2011)
            c = U'-';
        else if (c >= 0x2000 && c <= 0x200A)
            c = U' ';
        else if (c == 0x202F)
            c = U'\u00A0';
        else
            return std::nullopt;
        return cache_.find(c, *style_, slot);
    }

    static std::unexpected<Error> no_glyph(char32_t c) {
        std::string character;
        append_utf8(character, c);
        return fail(ErrorKind::invalid, "layout.no_glyph",
                    {{"character", character}, {"code", fmt::format("U+{:04X}", static_cast<std::uint32_t>(c))}});
    }

    void set_synthetic(Cluster& cluster, const FoundGlyph& found) const {
        const FontChoice& choice = style_->fonts[static_cast<std::size_t>(cluster.slot)];
        const Face& face = fonts_.faces()[found.face];
        const bool is_own = found.face == choice.face;
        cluster.synthetic_bold = is_own ? choice.synthetic_bold : style_->style->bold && !face.bold;
        cluster.synthetic_italic = is_own ? choice.synthetic_italic : style_->style->italic && !face.italic;
    }

    double grid_space(FontSlot slot) const {
        if (slot != FontSlot::east_asian || !style_->style->snap_to_grid || !paragraph_.style.snap_to_grid) return 0;
        return input_.grid.character_space.value_or(0);
    }

    // One glyph for one character; `natural` in font units.
    void set_single_glyph(Cluster& cluster, const FoundGlyph& found, std::string_view utf8, double natural) {
        cluster.face = found.face;
        set_synthetic(cluster, found);
        cluster.text_at = static_cast<std::uint32_t>(out_.text.size());
        cluster.text_size = static_cast<std::uint16_t>(utf8.size());
        out_.text += utf8;
        const double unit = style_->size / fonts_.faces()[found.face].units_per_em * style_->scale;
        const double advance = natural * unit + style_->style->character_spacing + grid_space(cluster.slot);
        cluster.advance = static_cast<float>(std::max(advance, 0.0));
        cluster.glyph_count = 1;
        out_.glyphs.push_back({found.glyph, cluster.advance, 0, 0});
    }

    Result<> add_east_asian(char32_t c) {
        if (c == U'\u3000') return add_space(c);
        auto found = cache_.find(c, *style_, FontSlot::east_asian);
        if (!found) return no_glyph(c);
        if (is_full_width_in_chinese(c)) prefer_full_width(c, *found);
        Cluster& cluster = push(Cluster::Kind::glyphs, c);
        cluster.slot = FontSlot::east_asian;
        cluster.script = script_of(c);
        std::string utf8;
        append_utf8(utf8, c);
        set_single_glyph(cluster, *found, utf8, cache_.advance_of(found->face, found->glyph));
        if (c < 0x3100 || c >= 0xFF00) shape_punctuation(cluster);
        add_break_character(c, true);
        return {};
    }

    // 楷体's “ ” are narrow: the song face of the same weight has them a full em wide.
    void prefer_full_width(char32_t c, FoundGlyph& found) {
        const auto is_full = [&](const FoundGlyph& glyph) {
            return cache_.advance_of(glyph.face, glyph.glyph) >= 0.88 * fonts_.faces()[glyph.face].units_per_em;
        };
        if (is_full(found)) return;
        const RunStyle& style = *style_->style;
        for (const char* family : {"宋体", "黑体"}) {
            const FaceId face = fonts_.choose(family, style.bold, style.italic, true).face;
            const FoundGlyph other{face, fonts_.glyph(face, c), true};
            if (other.glyph == 0 || !is_full(other)) continue;
            found = other;
            return;
        }
    }

    void shape_punctuation(Cluster& cluster) {
        const float em = static_cast<float>(style_->size * style_->scale);
        InlineGlyph& glyph = out_.glyphs.back();
        const float natural = static_cast<float>(cache_.advance_of(cluster.face, glyph.id)) * em /
                              static_cast<float>(fonts_.faces()[cluster.face].units_per_em);
        if (is_full_width_in_chinese(cluster.character) && natural < 0.99F * em) {
            // A dash must reach the next dash; the others stand in the middle of their em.
            if (cluster.character == U'—')
                cluster.scale *= em / natural;
            else
                glyph.x_offset = (em - natural) / 2;
            cluster.advance += em - natural;
            glyph.advance = cluster.advance;
        } else if (natural < 0.9F * em) {
            return;
        }
        // Traditional Chinese fonts centre their punctuation: nothing can be cut off.
        if (fonts_.faces()[cluster.face].postscript_name.find("CJKtc") != std::string::npos) return;
        cluster.is_opening = is_chinese_opening(cluster.character);
        cluster.is_closing = is_chinese_closing(cluster.character);
        cluster.may_hang = paragraph_.style.hanging_punctuation && is_hangable(cluster.character);
        if (cluster.is_closing) cluster.squeeze = em / 2;
    }

    Result<> add_space(char32_t c) {
        const FontSlot slot = c == U'\u3000' ? FontSlot::east_asian : FontSlot::latin;
        const auto found = cache_.find(c, *style_, slot);
        const auto plain = found ? found : cache_.find(U' ', *style_, slot);
        if (!plain) return no_glyph(c);
        Cluster& cluster = push(c == U'\u00A0' ? Cluster::Kind::glyphs : Cluster::Kind::space, c);
        cluster.slot = slot;
        std::string utf8;
        append_utf8(utf8, c);
        const Face& face = fonts_.faces()[plain->face];
        double natural = cache_.advance_of(plain->face, plain->glyph);
        if (c == U'\u3000')
            natural = face.units_per_em;
        else if (style_->fonts[0].half_width_latin)
            natural = face.units_per_em / 2.0;
        set_single_glyph(cluster, *plain, utf8, natural);
        add_break_character(c, false);
        return {};
    }

    // ---- words through HarfBuzz ----

    Result<> flush_word() {
        if (word_.empty()) return {};
        const std::string utf8 = to_utf8(word_);
        const ShapedWord& shaped = cache_.shape(word_face_, utf8, style_->style->language);
        const Face& face = fonts_.faces()[word_face_];
        const double size = style_->size * (word_is_small_ ? 0.8 : 1.0);
        const double unit = size / face.units_per_em;
        std::size_t character = 0, byte = 0;  // of the word, walked along with the clusters
        for (std::size_t i = 0; i < shaped.size();) {
            Cluster& cluster = push(Cluster::Kind::glyphs, 0);
            cluster.slot = word_slot_;
            cluster.face = word_face_;
            cluster.size = static_cast<float>(size);
            set_synthetic(cluster, {word_face_, shaped[i].id, false});
            const std::size_t text_at = shaped[i].text_at, text_size = shaped[i].text_size;
            add_cluster_glyphs(cluster, shaped, i, unit);
            cluster.text_size = static_cast<std::uint16_t>(std::min<std::size_t>(text_size, 0xFFFF));
            out_.text.append(utf8, text_at, cluster.text_size);
            for (const std::size_t end = text_at + text_size; byte < end && character < word_.size(); ++character) {
                if (cluster.character == 0) cluster.character = word_[character];
                add_break_character(word_[character], word_slot_ == FontSlot::east_asian);
                byte += utf8_size(word_[character]);
            }
            cluster.script = script_of(cluster.character);
        }
        word_.clear();
        return {};
    }

    static std::size_t utf8_size(char32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

    // The glyphs of the cluster that begins at `i`; moves `i` behind them.
    void add_cluster_glyphs(Cluster& cluster, const ShapedWord& shaped, std::size_t& i, double unit) {
        double width = 0;
        do {
            const ShapedGlyph& glyph = shaped[i];
            out_.glyphs.push_back({glyph.id, static_cast<float>(glyph.advance * unit * style_->scale),
                                   static_cast<float>(glyph.x_offset * unit * style_->scale),
                                   static_cast<float>(glyph.y_offset * unit)});
            width += glyph.advance * unit * style_->scale;
            ++cluster.glyph_count;
            ++i;
        } while (i < shaped.size() && shaped[i].text_size == 0);
        fit_half_width(cluster, width);
        const double spaced = std::max(0.0, width + style_->style->character_spacing + grid_space(cluster.slot));
        out_.glyphs.back().advance += static_cast<float>(spaced - width);
        cluster.advance = static_cast<float>(spaced);
    }

    // 宋体 and its like set figures half an em wide; dates and sums take the room that they take in Word.
    void fit_half_width(Cluster& cluster, double& width) {
        if (!style_->fonts[0].half_width_latin || cluster.slot != FontSlot::latin || cluster.glyph_count != 1 ||
            width <= 0)
            return;
        const double cell = cluster.size / 2.0 * style_->scale;
        InlineGlyph& glyph = out_.glyphs.back();
        if (width > cell) {
            cluster.scale *= static_cast<float>(cell / width);
            glyph.x_offset *= static_cast<float>(cell / width);
        } else {
            glyph.x_offset += static_cast<float>((cell - width) / 2);
        }
        glyph.advance = static_cast<float>(cell);
        width = cell;
    }

    // ---- between the clusters ----

    void set_breaks() {
        find_line_breaks(break_text_, break_slots_, {paragraph_.style.kinsoku, !paragraph_.style.word_wrap}, breaks_);
        for (std::size_t i = 0; i < break_clusters_.size(); ++i) {
            // The break after a cluster is the one after its last character.
            if (i + 1 < break_clusters_.size() && break_clusters_[i + 1] == break_clusters_[i]) continue;
            out_.clusters[break_clusters_[i]].after = breaks_[i];
        }
        // A mark stays with the text before it: 盖章{{印章}}.
        auto& clusters = out_.clusters;
        for (std::size_t i = 1; i < clusters.size(); ++i) {
            if (clusters[i].kind == Cluster::Kind::place && clusters[i - 1].kind != Cluster::Kind::line_break)
                clusters[i].after = std::exchange(clusters[i - 1].after, BreakAfter::none);
            if (clusters[i].is_label) clusters[i - 1].after = BreakAfter::none;
        }
    }

    void set_spacing() {
        Cluster* before = nullptr;
        for (Cluster& cluster : out_.clusters) {
            if (cluster.kind == Cluster::Kind::place || cluster.kind == Cluster::Kind::invisible) continue;
            if (before) set_pair(*before, cluster);
            before = &cluster;
        }
    }

    void set_pair(Cluster& left, Cluster& right) {
        using Script = Cluster::Script;
        // clreq 3.1.6.1: of two punctuation marks side by side one gives up its blank half.
        if (left.is_closing && (right.is_closing || right.is_opening) && left.squeeze > 0) {
            left.advance -= left.squeeze;
            out_.glyphs[left.glyph_at].advance = left.advance;
            left.squeeze = 0;
        } else if (left.is_opening && right.is_opening) {
            const float half = right.size * right.scale / 2;
            right.advance -= half;
            out_.glyphs[right.glyph_at].x_offset -= half;
            out_.glyphs[right.glyph_at].advance = right.advance;
        }
        if (left.is_label != right.is_label) return;
        const bool is_mixed = (left.script == Script::ideograph) != (right.script == Script::ideograph);
        if (!is_mixed) return;
        const Script other = left.script == Script::ideograph ? right.script : left.script;
        const Cluster& ideograph = left.script == Script::ideograph ? left : right;
        if ((other == Script::letter && paragraph_.style.auto_space_latin) ||
            (other == Script::digit && paragraph_.style.auto_space_digits))
            left.gap_after = ideograph.size * ideograph.scale / 4;
    }

    const Paragraph& paragraph_;
    const ParagraphInput& input_;
    ShapeCache::Impl& cache_;
    const FontLibrary& fonts_;
    InlineText out_;

    const RunStyle* last_style_ = nullptr;
    ResolvedStylePtr style_;
    std::uint32_t style_index_ = 0;
    std::uint32_t inline_index_ = 0;
    bool last_is_east_asian_ = false;
    bool is_chinese_ = false;

    std::u32string word_;
    FaceId word_face_ = 0;
    FontSlot word_slot_ = FontSlot::latin;
    bool word_is_small_ = false;

    std::u32string break_text_;
    std::vector<std::uint8_t> break_slots_;
    std::vector<std::uint32_t> break_clusters_;
    std::vector<BreakAfter> breaks_;
};

}  // namespace

double character_unit(const Paragraph& paragraph, const ParagraphInput& input) {
    const RunStyle* style = paragraph.mark_style.get();
    for (const Inline& item : paragraph.inlines) {
        const auto* text = std::get_if<Text>(&item);
        if (!text || text->text.empty() || !text->style) continue;
        style = text->style.get();
        break;
    }
    const double size = style ? style->size : 10.5;
    return paragraph.style.snap_to_grid ? size + input.grid.character_space.value_or(0) : size;
}

Result<InlineText> make_inline_text(const Paragraph& paragraph, const ParagraphInput& input, ShapeCache::Impl& cache) {
    return Builder(paragraph, input, cache).build();
}

}  // namespace shanqi::office
