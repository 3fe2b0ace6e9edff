#include "office/docx/colors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "office/docx/xml.hpp"

namespace shanqi::office::docx {
namespace {

struct Hsl {
    double hue = 0, saturation = 0, lightness = 0;  // 0..1
};

std::uint8_t byte_of(double fraction) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(fraction, 0.0, 1.0) * 255));
}

Hsl to_hsl(Color color) {
    const double r = color.red / 255.0, g = color.green / 255.0, b = color.blue / 255.0;
    const double high = std::max({r, g, b}), low = std::min({r, g, b}), range = high - low;
    Hsl out{0, 0, (high + low) / 2};
    if (range <= 0) return out;
    out.saturation = out.lightness > 0.5 ? range / (2 - high - low) : range / (high + low);
    if (high == r) {
        out.hue = (g - b) / range + (g < b ? 6 : 0);
    } else if (high == g) {
        out.hue = (b - r) / range + 2;
    } else {
        out.hue = (r - g) / range + 4;
    }
    out.hue /= 6;
    return out;
}

double hue_part(double low, double high, double hue) {
    hue -= std::floor(hue);
    if (hue < 1.0 / 6) return low + (high - low) * 6 * hue;
    if (hue < 0.5) return high;
    if (hue < 2.0 / 3) return low + (high - low) * (2.0 / 3 - hue) * 6;
    return low;
}

Color from_hsl(Hsl hsl) {
    const double l = std::clamp(hsl.lightness, 0.0, 1.0), s = std::clamp(hsl.saturation, 0.0, 1.0);
    const double high = l < 0.5 ? l * (1 + s) : l + s - l * s, low = 2 * l - high;
    return {byte_of(hue_part(low, high, hsl.hue + 1.0 / 3)), byte_of(hue_part(low, high, hsl.hue)),
            byte_of(hue_part(low, high, hsl.hue - 1.0 / 3))};
}

Color mixed(Color from, Color to, double share_of_to) {
    const auto mix = [&](std::uint8_t a, std::uint8_t b) { return byte_of((a + (b - a) * share_of_to) / 255); };
    return {mix(from.red, to.red), mix(from.green, to.green), mix(from.blue, to.blue)};
}

// ECMA-376 part 1, 17.3.2.6: themeTint and themeShade are hexadecimal shares of 255, applied to the lightness.
Color tinted(Color color, std::string_view tint_hex, std::string_view shade_hex) {
    const auto share = [](std::string_view hex) {
        return static_cast<double>(std::strtol(std::string(hex.substr(0, 2)).c_str(), nullptr, 16)) / 255.0;
    };
    Hsl hsl = to_hsl(color);
    if (!tint_hex.empty()) hsl.lightness = hsl.lightness * share(tint_hex) + (1 - share(tint_hex));
    if (!shade_hex.empty()) hsl.lightness *= share(shade_hex);
    return tint_hex.empty() && shade_hex.empty() ? color : from_hsl(hsl);
}

struct NamedColor {
    std::string_view name;
    Color color;
};
constexpr std::array named_colors = std::to_array<NamedColor>({
    {"black", {0, 0, 0}},
    {"white", {255, 255, 255}},
    {"red", {255, 0, 0}},
    {"green", {0, 128, 0}},
    {"blue", {0, 0, 255}},
    {"yellow", {255, 255, 0}},
    {"cyan", {0, 255, 255}},
    {"aqua", {0, 255, 255}},
    {"magenta", {255, 0, 255}},
    {"fuchsia", {255, 0, 255}},
    {"lime", {0, 255, 0}},
    {"gray", {128, 128, 128}},
    {"grey", {128, 128, 128}},
    {"silver", {192, 192, 192}},
    {"maroon", {128, 0, 0}},
    {"navy", {0, 0, 128}},
    {"olive", {128, 128, 0}},
    {"purple", {128, 0, 128}},
    {"teal", {0, 128, 128}},
    {"orange", {255, 165, 0}},
    {"gold", {255, 215, 0}},
    {"pink", {255, 192, 203}},
    {"brown", {165, 42, 42}},
    {"window", {255, 255, 255}},
    {"windowText", {0, 0, 0}},
    {"darkRed", {139, 0, 0}},
    {"dkRed", {139, 0, 0}},
    {"lightGray", {211, 211, 211}},
    {"ltGray", {211, 211, 211}},
    {"darkGray", {169, 169, 169}},
    {"dkGray", {169, 169, 169}},
    {"gainsboro", {220, 220, 220}},
    {"infoBackground", {255, 255, 225}},
    {"buttonFace", {240, 240, 240}},
    {"btnFace", {240, 240, 240}},
    {"darkBlue", {0, 0, 139}},
    {"dkBlue", {0, 0, 139}},
    {"darkGreen", {0, 100, 0}},
    {"dkGreen", {0, 100, 0}},
});

bool attribute_is(pugi::xml_attribute attribute, std::string_view value) { return text_of(attribute) == value; }

void read_font_collection(pugi::xml_node collection, Theme::Fonts& fonts) {
    fonts.latin = clean_text(collection.child("a:latin").attribute("typeface").value());
    fonts.east_asian = clean_text(collection.child("a:ea").attribute("typeface").value());
    fonts.complex = clean_text(collection.child("a:cs").attribute("typeface").value());
    for (const pugi::xml_node font : collection.children("a:font")) {
        fonts.by_script.emplace(font.attribute("script").value(), clean_text(font.attribute("typeface").value()));
    }
}

// a:lumMod, a:tint… (ECMA-376 part 1, 20.1.2.3), in their order.
Color modified(Color color, pugi::xml_node node) {
    for (const pugi::xml_node change : node.children()) {
        const double share =
            std::clamp(percent(change.attribute("val").value(), 1000).value_or(100) / 100, -10.0, 10.0);
        const std::string_view name = local_name(change);
        Hsl hsl = to_hsl(color);
        if (name == "lumMod") {
            hsl.lightness *= share;
        } else if (name == "lumOff") {
            hsl.lightness += share;
        } else if (name == "satMod") {
            hsl.saturation *= share;
        } else {
            // What shines through is white paper.
            if (name == "tint" || name == "alpha") color = mixed({255, 255, 255}, color, share);
            if (name == "shade") color = mixed({0, 0, 0}, color, share);
            continue;
        }
        color = from_hsl(hsl);
    }
    return color;
}

}  // namespace

void Theme::read(pugi::xml_node theme_root) {
    const pugi::xml_node elements = theme_root.child("a:themeElements");
    for (const pugi::xml_node entry : elements.child("a:clrScheme").children()) {
        const pugi::xml_node value = entry.first_child();
        const char* hex =
            name_of(value) == "a:sysClr" ? value.attribute("lastClr").value() : value.attribute("val").value();
        if (const auto color = hex_color(hex)) colors.emplace(local_name(entry), *color);
    }
    read_font_collection(elements.child("a:fontScheme").child("a:majorFont"), major);
    read_font_collection(elements.child("a:fontScheme").child("a:minorFont"), minor);
    for (const pugi::xml_node line : elements.child("a:fmtScheme").child("a:lnStyleLst").children("a:ln")) {
        line_widths.push_back(points_from_emu(line.attribute("w").value()));
        if (line_widths.size() >= 16) break;
    }
}

void Theme::read_settings(pugi::xml_node settings_root) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> short_names{
        {{"dark1", "dk1"},
         {"light1", "lt1"},
         {"dark2", "dk2"},
         {"light2", "lt2"},
         {"hyperlink", "hlink"},
         {"followedHyperlink", "folHlink"},
         {"text1", "dk1"},
         {"background1", "lt1"}}};
    for (const auto& [attribute, full] : {std::pair("w:t1", "text1"), std::pair("w:bg1", "background1"),
                                          std::pair("w:t2", "text2"), std::pair("w:bg2", "background2")}) {
        const std::string_view value = settings_root.child("w:clrSchemeMapping").attribute(attribute).value();
        for (const auto& [long_name, short_name] : short_names) {
            if (value == long_name) mapping[full] = short_name;
        }
    }
    const std::string_view language = settings_root.child("w:themeFontLang").attribute("w:eastAsia").value();
    if (!language.empty()) east_asian_language = language;
}

std::optional<Color> Theme::color(std::string_view name) const {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> aliases{
        {{"dark1", "dk1"},
         {"text1", "dk1"},
         {"tx1", "dk1"},
         {"light1", "lt1"},
         {"background1", "lt1"},
         {"bg1", "lt1"},
         {"dark2", "dk2"},
         {"text2", "dk2"},
         {"tx2", "dk2"},
         {"light2", "lt2"},
         {"background2", "lt2"},
         {"bg2", "lt2"},
         {"hyperlink", "hlink"},
         {"followedHyperlink", "folHlink"}}};
    std::string_view key = name;
    if (const auto mapped = mapping.find(name); mapped != mapping.end()) {
        key = mapped->second;
    } else {
        for (const auto& [alias, scheme] : aliases) {
            if (alias == name) key = scheme;
        }
    }
    if (const auto found = colors.find(key); found != colors.end()) return found->second;
    if (key == "dk1") return Color{0, 0, 0};
    if (key == "lt1") return Color{255, 255, 255};
    return std::nullopt;
}

std::string Theme::font(std::string_view name) const {
    const Fonts& fonts = name.starts_with("major") ? major : minor;
    const std::string_view part = name.substr(std::min<std::size_t>(name.size(), 5));
    if (part != "EastAsia") return part == "Bidi" ? fonts.complex : fonts.latin;
    if (!fonts.east_asian.empty()) return fonts.east_asian;
    const std::string_view language = east_asian_language;
    std::string_view script = "Hans";
    if (language.starts_with("zh-TW") || language.starts_with("zh-HK") || language.starts_with("zh-Hant"))
        script = "Hant";
    if (language.starts_with("ja")) script = "Jpan";
    if (language.starts_with("ko")) script = "Hang";
    const auto found = fonts.by_script.find(script);
    return found == fonts.by_script.end() ? std::string() : found->second;
}

std::optional<Color> hex_color(std::string_view text) {
    if (text.starts_with('#')) text.remove_prefix(1);
    if (text.size() != 6 && text.size() != 3) return std::nullopt;
    unsigned digits[6] = {};
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c >= '0' && c <= '9') {
            digits[at] = static_cast<unsigned>(c - '0');
        } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
            digits[at] = static_cast<unsigned>((c | 0x20) - 'a' + 10);
        } else {
            return std::nullopt;
        }
    }
    const auto byte = [](unsigned high, unsigned low) { return static_cast<std::uint8_t>(high * 16 + low); };
    if (text.size() == 3)
        return Color{byte(digits[0], digits[0]), byte(digits[1], digits[1]), byte(digits[2], digits[2])};
    return Color{byte(digits[0], digits[1]), byte(digits[2], digits[3]), byte(digits[4], digits[5])};
}

std::optional<Color> named_color(std::string_view name) {
    for (const NamedColor& known : named_colors) {
        if (known.name == name) return known.color;
    }
    return std::nullopt;
}

std::optional<std::optional<Color>> word_color(const Theme& theme, pugi::xml_node node, const char* plain,
                                               const std::string& prefix) {
    const std::string_view name = node.attribute(("w:" + prefix + (prefix == "theme" ? "Color" : "")).c_str()).value();
    if (!name.empty() && name != "none") {
        if (const auto base = theme.color(name)) {
            return std::optional(tinted(*base, node.attribute(("w:" + prefix + "Tint").c_str()).value(),
                                        node.attribute(("w:" + prefix + "Shade").c_str()).value()));
        }
    }
    const pugi::xml_attribute value = node.attribute(plain);
    if (!value) return std::nullopt;
    if (attribute_is(value, "auto")) return std::optional<Color>();
    std::optional<Color> color = hex_color(value.value());
    if (!color) color = named_color(value.value());
    if (!color) return std::nullopt;
    return std::optional<std::optional<Color>>(color);
}

std::optional<std::optional<Color>> shading_color(const Theme& theme, pugi::xml_node shd) {
    if (!shd) return std::nullopt;
    const std::string_view pattern = shd.attribute("w:val").value();
    const std::optional<Color> fill = word_color(theme, shd, "w:fill", "themeFill").value_or(std::nullopt);
    const std::optional<Color> color = word_color(theme, shd, "w:color", "theme").value_or(std::nullopt);
    if (pattern == "nil") return std::optional<Color>();
    if (pattern.empty() || pattern == "clear") return fill;
    constexpr Color black{0, 0, 0}, white{255, 255, 255};
    if (pattern == "solid") return std::optional(color.value_or(black));
    double share = 0.5;  // stripes and crosses
    if (pattern.starts_with("pct")) share = decimal(pattern.substr(3)).value_or(50) / 100;
    return std::optional(mixed(fill.value_or(white), color.value_or(black), std::clamp(share, 0.0, 1.0)));
}

std::optional<Color> drawing_color(const Theme& theme, pugi::xml_node node, std::optional<Color> placeholder) {
    for (const pugi::xml_node value : node.children()) {
        const std::string_view kind = local_name(value);
        std::optional<Color> base;
        if (kind == "srgbClr") {
            base = hex_color(value.attribute("val").value());
        } else if (kind == "sysClr") {
            base = hex_color(value.attribute("lastClr").value());
        } else if (kind == "prstClr") {
            base = named_color(value.attribute("val").value());
        } else if (kind == "scrgbClr") {
            const auto part = [&](const char* name) {
                return byte_of(percent(value.attribute(name).value(), 1000).value_or(0) / 100);
            };
            base = Color{part("r"), part("g"), part("b")};
        } else if (kind == "schemeClr") {
            const std::string_view name = value.attribute("val").value();
            base = name == "phClr" ? placeholder : theme.color(name);
        }
        if (base) return modified(*base, value);
    }
    return std::nullopt;
}

}  // namespace shanqi::office::docx
