// Colours: WordprocessingML (hex, auto, theme with tint and shade) and DrawingML (scheme, modifiers). The theme's
// fonts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "office/document/document.hpp"
#include <pugixml.hpp>

namespace shanqi::office::docx {

struct Theme {
    std::map<std::string, Color, std::less<>> colors;  // dk1, lt1, dk2, lt2, accent1…6, hlink, folHlink
    struct Fonts {
        std::string latin, east_asian, complex;
        std::map<std::string, std::string, std::less<>> by_script;  // "Hans", "Hant", "Jpan"
    } major, minor;
    std::vector<double> line_widths;  // a:lnStyleLst, points: what an lnRef index means
    // w:clrSchemeMapping of the settings: "text1" to "dk1"…
    std::map<std::string, std::string, std::less<>> mapping;
    std::string east_asian_language = "zh-CN";  // w:themeFontLang

    void read(pugi::xml_node theme_root);
    void read_settings(pugi::xml_node settings_root);
    std::optional<Color> color(std::string_view name) const;
    // ST_Theme: majorEastAsia, minorHAnsi…; empty when the theme does not say.
    std::string font(std::string_view name) const;
};

std::optional<Color> hex_color(std::string_view text);
std::optional<Color> named_color(std::string_view name);  // of HTML, VML, w:highlight and a:prstClr

// w:color, w:u, w:shd and borders: an inner nothing is "auto", an outer nothing is "not given". `prefix` is "theme"
// or "themeFill"; `plain` is the attribute with the hex value.
std::optional<std::optional<Color>> word_color(const Theme& theme, pugi::xml_node node, const char* plain,
                                               const std::string& prefix);
// w:shd: the colour behind; patterns become the mean of their two colours.
std::optional<std::optional<Color>> shading_color(const Theme& theme, pugi::xml_node shd);

// The a:solidFill, a:srgbClr… below `node`. `placeholder` stands for phClr.
std::optional<Color> drawing_color(const Theme& theme, pugi::xml_node node, std::optional<Color> placeholder = {});

}  // namespace shanqi::office::docx
