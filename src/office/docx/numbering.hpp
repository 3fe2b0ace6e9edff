// numbering.xml: abstract definitions, their instances with overrides, and the paragraph properties of each level
// (ECMA-376 part 1, 17.9).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "office/docx/styles.hpp"
#include <pugixml.hpp>

namespace shanqi::office::docx {

// A level as the file says it: not yet a ListLevel, because its run properties need the styles.
struct NumberingLevel {
    int start = 1;
    std::string format = "decimal";
    std::string text;
    std::string paragraph_style;  // w:pStyle
    ParagraphProperties paragraph;
    RunProperties run;
    ParagraphStyle::Align align = ParagraphStyle::Align::left;
    ListLevel::Suffix suffix = ListLevel::Suffix::tab;
    bool legal = false;
    bool picture_bullet = false;
    std::optional<int> restart_after;
};

struct NumberingInstance {
    std::vector<NumberingLevel> levels;
    int abstract_list = 0;
};

class Numbering {
public:
    Result<> read(pugi::xml_node root, const Styles& styles, const Theme& theme);

    const NumberingInstance* find(int list) const;
    const NumberingLevel* level(int list, int level) const;
    // The level that names `style_id`, for styles that say only which list they belong to.
    std::optional<int> level_of_style(int list, std::string_view style_id) const;
    const std::map<int, NumberingInstance>& instances() const { return instances_; }

private:
    std::map<int, NumberingInstance> instances_;
};

}  // namespace shanqi::office::docx
