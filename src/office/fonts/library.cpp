#include <algorithm>
#include <array>
#include <atomic>
#include <unordered_map>

#include "office/fonts/face_file.hpp"
#include "office/fonts/fonts.hpp"
#include "office/fonts/tables.hpp"

namespace shanqi::office {
namespace {

using namespace fonts;

// Character to glyph, asked once for every character of every document: pages of 256 characters, filled from
// the font's cmap when one of them is first asked for. Threads may race to fill a page; one copy stays.
class GlyphTable {
public:
    GlyphTable(hb_font_t* font, Design design) : font_(font), design_(design), pages_(page_count) {}
    ~GlyphTable() {
        for (auto& page : pages_) delete page.load(std::memory_order_relaxed);
    }
    GlyphTable(const GlyphTable&) = delete;
    GlyphTable& operator=(const GlyphTable&) = delete;

    std::uint32_t glyph(char32_t character) const {
        if (character >= 0x110000) return 0;
        const Page* page = pages_[character >> 8U].load(std::memory_order_acquire);
        if (!page) page = fill(character >> 8U);
        return page->glyphs[character & 0xFFU];
    }

private:
    static constexpr std::size_t page_count = 0x110000 / 256;
    struct Page {
        std::array<std::uint16_t, 256> glyphs{};  // OpenType has no more than 65,535 in a face
    };

    const Page* fill(std::size_t number) const {
        auto page = std::make_unique<Page>();
        for (std::size_t i = 0; i < 256; ++i) {
            const auto character = static_cast<char32_t>(number << 8U | i);
            hb_codepoint_t glyph = 0;
            if (!is_misdrawn(design_, character) && hb_font_get_nominal_glyph(font_, character, &glyph))
                page->glyphs[i] = static_cast<std::uint16_t>(glyph);
        }
        const Page* expected = nullptr;
        if (pages_[number].compare_exchange_strong(expected, page.get(), std::memory_order_acq_rel))
            return page.release();
        return expected;
    }

    hb_font_t* font_;
    Design design_;
    mutable std::vector<std::atomic<const Page*>> pages_;
};

std::string normalized(std::string_view family) {
    while (!family.empty() && (family.front() == ' ' || family.front() == '@')) family.remove_prefix(1);
    while (!family.empty() && family.back() == ' ') family.remove_suffix(1);
    std::string name(family);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name;
}

// What another design lacks is looked for here, in this order.
constexpr std::array serif_fallback = {Design::song, Design::serif,   Design::hei,
                                       Design::sans, Design::symbols, Design::rare};
constexpr std::array sans_fallback = {Design::hei,   Design::sans,    Design::song,
                                      Design::serif, Design::symbols, Design::rare};

// Where an optional design is not installed, this one stands for it.
Design stand_in(Design design) {
    switch (design) {
        case Design::carlito:
        case Design::narrow:
            return Design::sans;
        case Design::caladea:
            return Design::serif;
        case Design::symbols:
            return Design::rare;
        default:
            return design;
    }
}

class Library final : public FontLibrary {
public:
    void add(LoadedFace loaded, const FaceSource& source) {
        loaded.face.id = static_cast<FaceId>(faces_.size());
        by_design_[static_cast<std::size_t>(source.design)][source.bold][source.italic] = loaded.face.id + 1;
        tables_.push_back(std::make_unique<GlyphTable>(loaded.face.hb_font, source.design));
        faces_.push_back(loaded.face);
        hb_faces_.push_back(std::move(loaded.hb_face));
        hb_fonts_.push_back(std::move(loaded.hb_font));
    }

    void index_families() {
        for (const Family& family : families()) {
            std::string_view names = family.names;
            while (!names.empty()) {
                const auto end = std::min(names.find('|'), names.size());
                by_name_.emplace(normalized(names.substr(0, end)), &family);
                names.remove_prefix(std::min(end + 1, names.size()));
            }
        }
    }

    const std::vector<Face>& faces() const override { return faces_; }

    FontChoice choose(std::string_view name, bool bold, bool italic, bool east_asian) const override {
        const Family& family = family_of(normalized(name), east_asian);
        bold = bold || family.heavy;
        FontChoice choice;
        choice.line_ascent = family.metrics.ascent;
        choice.line_descent = family.metrics.descent;
        choice.line_gap = family.metrics.gap;
        choice.half_width_latin = family.half_width_latin;
        choice.face = face_of(family.design, bold, italic);
        choice.synthetic_bold = bold && !faces_[choice.face].bold;
        choice.synthetic_italic = italic && !faces_[choice.face].italic;
        return choice;
    }

    bool is_known_family(std::string_view family) const override { return by_name_.contains(normalized(family)); }

    std::uint32_t glyph(FaceId face, char32_t character) const override {
        return face < tables_.size() ? tables_[face]->glyph(character) : 0;
    }

    const Face* fallback(char32_t character, const Face& wanted) const override {
        for (const Design design : wanted.serif ? serif_fallback : sans_fallback) {
            const FaceId id = face_of(design, wanted.bold, wanted.italic);
            if (id != wanted.id && tables_[id]->glyph(character) != 0) return &faces_[id];
        }
        return nullptr;
    }

private:
    const Family& family_of(const std::string& name, bool east_asian) const {
        const auto found = by_name_.find(name);
        // Chinese text in a Latin family: Word takes a Chinese font of the kind.
        if (found == by_name_.end() || (east_asian && !is_east_asian(found->second->design)))
            return nearest_family(name, east_asian);
        return *found->second;
    }

    FaceId face_of(Design design, bool bold, bool italic) const {
        const auto id_in = [&](Design wanted) -> int {
            const auto& styles = by_design_[static_cast<std::size_t>(wanted)];
            if (const int id = styles[bold][italic]) return id;
            if (const int id = styles[bold][false]) return id;
            if (const int id = styles[false][italic]) return id;
            return styles[false][false];
        };
        int id = id_in(design);
        if (id == 0) id = id_in(stand_in(design));
        return static_cast<FaceId>(id - 1);
    }

    std::vector<Face> faces_;
    std::vector<HbFacePtr> hb_faces_;
    std::vector<HbFontPtr> hb_fonts_;
    std::vector<std::unique_ptr<GlyphTable>> tables_;
    int by_design_[static_cast<std::size_t>(Design::count)][2][2] = {};  // face id + 1; 0: none
    std::unordered_map<std::string, const Family*> by_name_;
};

void append_once(std::string& list, std::string_view item) {
    if (list.find(item) != std::string::npos) return;
    if (!list.empty()) list += ' ';
    list += item;
}

}  // namespace

Result<std::shared_ptr<const FontLibrary>> FontLibrary::open() {
    auto library = std::make_shared<Library>();
    std::string missing_packages, missing_files;
    for (const FaceSource& source : face_sources()) {
        const std::string path = find_font_file(source.file);
        if (path.empty()) {
            if (!source.required) continue;
            append_once(missing_packages, source.package);
            append_once(missing_files, source.file);
            continue;
        }
        library->add(TRY(load_face(path, source)), source);
    }
    if (!missing_files.empty())
        return fail(ErrorKind::not_found, "fonts.missing", {{"packages", missing_packages}, {"files", missing_files}});
    library->index_families();
    return library;
}

}  // namespace shanqi::office
