#include "seal/seal_layout.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.hpp"
#include "seal/seal_font.hpp"

namespace shanqi::seal {
namespace {

constexpr double pi = std::numbers::pi;
constexpr Colour cinnabar{0xD7, 0x00, 0x0F};
constexpr Colour trial_ink{0x2B, 0x33, 0x42};
constexpr double trial_opacity = 0.62;

// Measures as parts of the diameter.
constexpr double rim = 0.030;
constexpr double rim_to_name = 0.024;
constexpr double star_radius = 0.163;
constexpr double name_height = 0.148;
constexpr double kind_height = 0.092;
constexpr double kind_width_max = 0.43;  // of the whole line: the ends of the name are beside it
constexpr double kind_centre = 0.262;    // under the middle of the star
constexpr double code_height = 0.040;
constexpr double code_pitch = 0.036;

constexpr double widest = 0.80;  // a character's width over its height: 宋体 on seals is tall
constexpr double narrowest = 0.50;
constexpr double letter_gap = 1.10;  // pitch over width where the cells are nearest to the centre
constexpr double name_span = 278 * pi / 180;
constexpr double name_span_with_kind = 248 * pi / 180;
constexpr double code_clearance = 13 * pi / 180;

constexpr std::size_t name_characters_max = 40;
constexpr std::size_t kind_characters_max = 12;
constexpr std::size_t code_characters_max = 20;

// The em box of a Chinese font around its baseline.
constexpr double em_top = -0.88, em_middle = -0.38;

struct Cell {
    Glyph glyph;
    double weight = 1;  // its share of the line: Chinese characters 1, brackets and Latin letters less
    double middle = 0.5;
};

Result<std::vector<Cell>> cells_of(const SealFont& font, std::u32string_view text) {
    std::vector<Cell> cells;
    for (const char32_t character : text) {
        Cell cell{TRY(font.glyph(character))};
        const double ink = cell.glyph.right - cell.glyph.left;
        // Half of a full-width bracket is empty: centred on its ink it needs less room.
        if (ink < 0.55) {
            cell.weight = std::clamp(ink + 0.2, 0.35, 0.75);
            cell.middle = (cell.glyph.left + cell.glyph.right) / 2;
        } else {
            cell.middle = cell.glyph.advance / 2;
            cell.weight = std::max(1.0, cell.glyph.advance);
        }
        cells.push_back(std::move(cell));
    }
    return cells;
}

// Distance of each cell's middle from the first one's, in pitches.
std::vector<double> offsets_of(const std::vector<Cell>& cells) {
    std::vector<double> offsets = {0};
    for (std::size_t i = 1; i < cells.size(); ++i)
        offsets.push_back(offsets.back() + (cells[i - 1].weight + cells[i].weight) / 2);
    return offsets;
}

struct Size {
    double width = 0, height = 0;
};

// The largest cell whose neighbours do not touch at its inner end, `pitch` radians apart under the circle `outer`.
Size name_cell(double height_max, double outer, double pitch) {
    Size size{widest * height_max, height_max};
    const double width = pitch * (outer - size.height) / letter_gap;
    if (width >= size.width) return size;
    size.width = width;
    if (width < narrowest * size.height) {
        const double k = pitch / letter_gap;
        size.height = k * outer / (narrowest + k);
        size.width = narrowest * size.height;
    }
    return size;
}

void add_name(Outline& out, const std::vector<Cell>& cells, double diameter, double span_max) {
    const std::vector<double> offsets = offsets_of(cells);
    const double last = offsets.back();
    // Short names do not run around the whole seal: 4 characters take 135 degrees, 13 take 245.
    const double span = std::min(span_max, name_span * (1 - std::exp(-(last + 1) / 6.0)));
    const double pitch = last > 0 ? span / last : pi / 2;
    const double outer = diameter * (0.5 - rim - rim_to_name);
    const Size size = name_cell(diameter * name_height, outer, pitch);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const double angle = (offsets[i] - last / 2) * pitch;
        out.append(cells[i].glyph.outline, Transform::translate(-cells[i].middle, -em_middle)
                                               .then(Transform::scale(size.width, size.height))
                                               .then(Transform::translate(0, -(outer - size.height / 2)))
                                               .then(Transform::rotate(angle)));
    }
}

void add_kind(Outline& out, const std::vector<Cell>& cells, double diameter) {
    const std::vector<double> offsets = offsets_of(cells);
    const double units = offsets.back() + 1;
    const double height = diameter * kind_height;
    const double pitch = std::min(height * 0.98, diameter * kind_width_max / units);
    const double width = std::min(pitch / 1.06, height * 0.88);
    for (std::size_t i = 0; i < cells.size(); ++i)
        out.append(cells[i].glyph.outline,
                   Transform::translate(-cells[i].middle, -em_middle)
                       .then(Transform::scale(width, height))
                       .then(Transform::translate((offsets[i] - offsets.back() / 2) * pitch, diameter * kind_centre)));
}

double code_half_angle(std::size_t characters, double diameter) {
    const double radius = diameter * (0.5 - rim - rim_to_name - code_height / 2);
    return static_cast<double>(characters) * diameter * code_pitch / radius / 2;
}

// Along the lower edge, their tops to the middle, so that they read from left to right.
void add_code(Outline& out, const std::vector<Cell>& cells, double diameter) {
    const double height = diameter * code_height;
    const double radius = diameter * (0.5 - rim - rim_to_name * 0.8) - height / 2;
    const double pitch = diameter * code_pitch / radius;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Glyph& glyph = cells[i].glyph;
        // Digits are as high as capitals, 0.73 of the em: their ink fills the height.
        const double scale = height / 0.73;
        const double angle = (static_cast<double>(cells.size() - 1) / 2 - static_cast<double>(i)) * pitch;
        out.append(glyph.outline, Transform::translate(-(glyph.left + glyph.right) / 2, 0.73 / 2)
                                      .then(Transform::scale(scale, scale))
                                      .then(Transform::translate(0, radius))
                                      .then(Transform::rotate(angle)));
    }
}

Result<> check_size(const SealPicture& picture) {
    const double diameter = picture.diameter_mm;
    const bool right = is_name_seal(picture.kind) ? diameter == name_seal_local_mm || diameter == name_seal_national_mm
                                                  : diameter >= special_seal_min_mm && diameter <= special_seal_max_mm;
    if (right) return {};
    return fail(ErrorKind::invalid, "seal.bad_diameter");
}

Result<> check_text(std::u32string_view text, std::size_t characters_max, std::string_view key) {
    if (text.size() <= characters_max) return {};
    return fail(ErrorKind::limit, key, {{"limit", std::to_string(characters_max)}});
}

bool is_code_character(char32_t c) { return (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || c == U'-'; }

bool is_space(char32_t c) { return c <= U' ' || c == 0x7F || c == 0xA0 || c == 0x3000 || c == 0xFEFF; }

// A space stands between two Latin words only.
std::u32string without_spaces(std::string_view utf8) {
    constexpr char32_t latin_end = 0x250;
    std::u32string text;
    bool after_space = false;
    for (const char32_t c : to_utf32(utf8)) {
        if (!is_space(c)) {
            if (after_space && !text.empty() && text.back() < latin_end && c < latin_end) text += U' ';
            text += c;
        }
        after_space = is_space(c);
    }
    return text;
}

}  // namespace

bool is_name_seal(std::string_view kind) { return trimmed(kind).empty() || trimmed(kind) == "名称章"; }

Result<Layer> trial_layer(double diameter) {
    const SealFont font = TRY(SealFont::open());
    const std::vector<Cell> cells = TRY(cells_of(font, U"试用"));
    const Transform slanted = Transform::rotate(-18 * pi / 180);
    const double size = diameter * 0.34;
    const double pitch = diameter * 0.40;
    Layer layer{.outline = {}, .colour = trial_ink, .opacity = trial_opacity};
    for (std::size_t i = 0; i < cells.size(); ++i)
        layer.outline.append(cells[i].glyph.outline,
                             Transform::translate(-cells[i].middle, -em_middle)
                                 .then(Transform::scale(size, size))
                                 .then(Transform::translate((static_cast<double>(i) - 0.5) * pitch, 0))
                                 .then(slanted));
    // Two bars from rim to rim: cutting 试用 out of the picture still leaves them.
    const double bar = diameter * 0.018;
    const double distance = diameter * 0.215;
    const double reach = std::sqrt(0.25 * diameter * diameter - (distance + bar) * (distance + bar));
    layer.outline.append_rectangle(-reach, -distance - bar, reach, -distance, slanted);
    layer.outline.append_rectangle(-reach, distance, reach, distance + bar, slanted);
    return layer;
}

Result<std::vector<Layer>> seal_layers(const SealPicture& picture) {
    TRY_DO(check_size(picture));
    const std::u32string name = without_spaces(picture.name);
    const std::u32string kind = is_name_seal(picture.kind) ? U"" : without_spaces(picture.kind);
    const std::u32string code = without_spaces(picture.code);
    if (name.empty()) return fail(ErrorKind::invalid, "seal.empty_name");
    TRY_DO(check_text(name, name_characters_max, "seal.name_too_long"));
    TRY_DO(check_text(kind, kind_characters_max, "seal.kind_too_long"));
    if (code.size() > code_characters_max || !std::ranges::all_of(code, is_code_character))
        return fail(ErrorKind::invalid, "seal.bad_code", {{"limit", std::to_string(code_characters_max)}});

    const SealFont font = TRY(SealFont::open());
    const double diameter = picture.diameter_mm;
    Layer ink{.outline = {}, .colour = cinnabar};
    ink.outline.append_circle(diameter * 0.5, true);
    ink.outline.append_circle(diameter * (0.5 - rim), false);
    ink.outline.append_star(diameter * star_radius);

    double span = name_span;
    if (!kind.empty()) span = name_span_with_kind;
    if (!code.empty()) span = std::min(span, 2 * (pi - code_half_angle(code.size(), diameter) - code_clearance));
    add_name(ink.outline, TRY(cells_of(font, name)), diameter, span);
    if (!kind.empty()) add_kind(ink.outline, TRY(cells_of(font, kind)), diameter);
    if (!code.empty()) add_code(ink.outline, TRY(cells_of(font, code)), diameter);

    std::vector<Layer> layers;
    layers.push_back(std::move(ink));
    if (picture.trial) layers.push_back(TRY(trial_layer(diameter)));
    return layers;
}

}  // namespace shanqi::seal
