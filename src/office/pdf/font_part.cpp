#include "office/pdf/font_part.hpp"

#include <algorithm>
#include <cmath>

#include "office/pdf/cff.hpp"

namespace shanqi::office::pdf {
namespace {

struct Used {
    std::uint32_t glyph = 0;
    const std::string* text = nullptr;
    const GlyphOutline* outline = nullptr;
};

// ISO 32000-1, 9.6.4: six capital letters tell subsets of one font apart. They follow from the glyphs, so that
// the same document gives the same bytes.
std::string subset_tag(const std::vector<CffGlyph>& glyphs) {
    std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
    for (const CffGlyph& glyph : glyphs) hash = (hash ^ glyph.cid) * 1099511628211ULL;
    std::string tag;
    for (int i = 0; i < 6; ++i, hash /= 26) tag += static_cast<char>('A' + hash % 26);
    return tag;
}

// Names of fonts are names of PostScript: anything else is dropped rather than escaped.
std::string plain_name(std::string_view name) {
    std::string plain;
    for (char c : name)
        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-') plain += c;
    return plain.empty() ? "Font" : plain;
}

// 9.10.3. The code is the CID, which is the glyph's number in the face.
std::string to_unicode_map(const std::vector<Used>& glyphs) {
    std::string map =
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
        "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n";
    constexpr std::size_t block_max = 100;
    for (std::size_t at = 0; at < glyphs.size(); at += block_max) {
        std::size_t end = std::min(glyphs.size(), at + block_max);
        append_integer(map, static_cast<std::int64_t>(end - at));
        map += " beginbfchar\n";
        for (std::size_t i = at; i < end; ++i) {
            map += '<';
            append_hex16(map, glyphs[i].glyph);
            map += '>';
            append_utf16_hex(map, *glyphs[i].text, false);
            map += '\n';
        }
        map += "endbfchar\n";
    }
    map += "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
    return map;
}

// W (9.7.4.3): "c [w1 w2 …]" for each run of neighbours whose width is not the default.
std::string width_array(const std::vector<CffGlyph>& glyphs) {
    std::string widths;
    std::uint32_t next = 0;
    bool open = false;
    for (const CffGlyph& glyph : glyphs) {
        if (glyph.outline->width == default_width) continue;
        if (!open || glyph.cid != next) {
            if (open) widths += ']';
            append_integer(widths, glyph.cid);
            widths += '[';
            open = true;
        } else {
            widths += ' ';
        }
        append_integer(widths, glyph.outline->width);
        next = glyph.cid + 1;
    }
    if (open) widths += ']';
    return widths;
}

int thousandths(double em) { return static_cast<int>(std::lround(em * 1000)); }

std::string descriptor(const Face& face, const std::string& name, const int (&bbox)[4], int file) {
    // 9.8.2: symbolic, because a subset by glyph numbers has no standard Latin character set.
    int flags = 4 | (face.fixed_pitch ? 1 : 0) | (face.serif ? 2 : 0) | (face.italic ? 64 : 0);
    std::string out = "/Type/FontDescriptor/FontName/" + name + "/Flags ";
    append_integer(out, flags);
    out += "/FontBBox[";
    for (int side : bbox) {
        append_integer(out, side);
        out += ' ';
    }
    out += "]/ItalicAngle ";
    append_number(out, face.italic_angle);
    out += "/Ascent ";
    append_integer(out, thousandths(face.ascent));
    out += "/Descent ";
    append_integer(out, -thousandths(face.descent));
    out += "/CapHeight ";
    append_integer(out, thousandths(face.cap_height));
    out += "/StemV ";
    append_integer(out, face.bold ? 140 : 80);
    out += "/FontFile3 ";
    append_reference(out, file);
    return out;
}

// ISO 19005-2, 6.2.11.7.2: no map to U+0000, U+FEFF or U+FFFE, and none is missing.
std::string mappable(std::string_view text) {
    bool plain = !text.empty();
    for (char c : text) plain = plain && c != '\0' && c != '\xEF';
    if (plain) return std::string(text);
    std::string kept;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string_view rest = text.substr(i);
        if (rest[0] == '\0') continue;
        if (rest.starts_with("\xEF\xBB\xBF") || rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
            i += 2;
            continue;
        }
        kept += text[i];
    }
    return kept.empty() ? "\xEF\xBF\xBD" : kept;
}

}  // namespace

const std::string* FontPart::find(FaceId face, std::uint32_t glyph) const {
    for (const FaceGlyphs& of_face : faces_) {
        if (of_face.face != face) continue;
        auto found = of_face.texts.find(glyph);
        return found == of_face.texts.end() ? nullptr : &found->second;
    }
    return nullptr;
}

const std::string& FontPart::use(FaceId face, std::uint32_t glyph, std::string_view text) {
    auto of_face = std::ranges::find(faces_, face, &FaceGlyphs::face);
    if (of_face == faces_.end()) of_face = faces_.insert(faces_.end(), FaceGlyphs{face, {}});
    auto [entry, is_new] = of_face->texts.try_emplace(glyph);
    if (is_new) entry->second = mappable(text);
    return entry->second;
}

void FontPart::use(const GlyphRun& run) {
    for_each_cluster(run, [&](std::size_t first, std::size_t count, std::string_view text) {
        for (std::size_t i = first; i < first + count; ++i) use(run.face, run.glyphs[i].id, text);
    });
}

std::size_t FontPart::glyph_count() const {
    std::size_t count = 0;
    for (const FaceGlyphs& of_face : faces_) count += of_face.texts.size();
    return count;
}

Result<> FontPart::write(Body& body, GlyphOutlines& outlines, char resource_letter, int deflate_level,
                         std::string& resources) const {
    for (const FaceGlyphs& of_face : faces_) {
        int font = TRY(write_font(body, outlines, of_face, deflate_level));
        resources += '/';
        resources += resource_letter;
        append_integer(resources, of_face.face);
        resources += ' ';
        append_reference(resources, font);
    }
    return {};
}

Result<int> FontPart::write_font(Body& body, GlyphOutlines& outlines, const FaceGlyphs& of_face,
                                 int deflate_level) const {
    if (!outlines.has_face(of_face.face))
        return fail(ErrorKind::invalid, "pdf.font_failed", {{"font", std::to_string(of_face.face)}});
    const Face& face = outlines.face(of_face.face);
    std::vector<Used> used;
    used.reserve(of_face.texts.size());
    for (auto& [glyph, text] : of_face.texts) used.push_back({glyph, &text, outlines.find(face.id, glyph)});
    std::ranges::sort(used, {}, &Used::glyph);
    std::vector<CffGlyph> glyphs;
    glyphs.reserve(used.size() + 1);
    if (used.front().glyph != 0) glyphs.push_back({0, outlines.find(face.id, 0)});
    for (const Used& glyph : used) glyphs.push_back({glyph.glyph, glyph.outline});
    for (const CffGlyph& glyph : glyphs)
        if (!glyph.outline) return fail(ErrorKind::invalid, "pdf.font_failed", {{"font", face.postscript_name}});

    std::string name = subset_tag(glyphs) + "+" + plain_name(face.postscript_name);
    int bbox[4];
    for (int i = 0; i < 4; ++i) bbox[i] = thousandths(face.bbox[i]);
    std::string font = write_cff(name, glyphs, bbox);
    std::string map = to_unicode_map(used);
    bool compress = deflate_level > 0;
    int file = body.stream(compress ? "/Subtype/CIDFontType0C/Filter/FlateDecode" : "/Subtype/CIDFontType0C",
                           compress ? deflated(font, deflate_level) : font);
    int to_unicode = body.stream(compress ? "/Filter/FlateDecode" : "", compress ? deflated(map, deflate_level) : map);
    int font_descriptor = body.dictionary(descriptor(face, name, bbox, file));

    std::string entries = "/Type/Font/Subtype/CIDFontType0/BaseFont/" + name +
                          "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000/W[" +
                          width_array(glyphs) + "]/FontDescriptor ";
    append_reference(entries, font_descriptor);
    int descendant = body.dictionary(entries);
    entries = "/Type/Font/Subtype/Type0/BaseFont/" + name + "-Identity-H/Encoding/Identity-H/DescendantFonts[";
    append_reference(entries, descendant);
    entries += "]/ToUnicode ";
    append_reference(entries, to_unicode);
    return body.dictionary(entries);
}

}  // namespace shanqi::office::pdf
