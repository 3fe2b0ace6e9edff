// From levels of formatting to the model's styles: the order of 17.7.2, the toggle rule of 17.7.3, numbering in
// between, and one shared RunStyle for all equal ones.
#pragma once

#include <unordered_map>

#include "office/docx/numbering.hpp"
#include "office/docx/styles.hpp"

namespace shanqi::office::docx {

// What lies under the paragraph style: a table style with its conditional formats, a shape's font colour.
struct BaseFormat {
    ParagraphProperties paragraph;
    RunProperties run;
    RunProperties shape_run;  // the shape's part of `run`: a table in it starts from this
};

struct ParagraphFormat {
    ParagraphProperties properties;  // merged
    RunProperties base_run;          // of the table or shape
    RunProperties style_run;         // of the paragraph style's chain
    std::string style_id;
};

struct RunFormat {
    RunStylePtr style;
    bool hidden = false;
    std::string effect_key;  // what cannot be drawn, or empty
};

class Formatting {
public:
    Formatting(const Styles& styles, const Numbering& numbering, const Theme& theme)
        : styles_(styles), numbering_(numbering), theme_(theme) {}

    ParagraphFormat paragraph(pugi::xml_node pPr, const BaseFormat& base);
    RunFormat run(const ParagraphFormat& paragraph, pugi::xml_node rPr);
    RunFormat run(const ParagraphFormat& paragraph, const RunProperties& direct);

private:
    struct StyleChain {
        ParagraphProperties with_numbering, without_numbering;  // the levels' indents inserted, or not
        RunProperties run;
        std::string style_id;
    };
    const StyleChain& style_chain(std::string_view style_id);
    const RunProperties& character_style(std::string_view style_id);
    RunStylePtr interned(RunStyle style);

    const Styles& styles_;
    const Numbering& numbering_;
    const Theme& theme_;
    // By the style found, not by the name asked for: a file may ask for any number of names.
    std::map<const Style*, StyleChain> chains_;
    std::map<const Style*, RunProperties> character_styles_;
    std::unordered_multimap<std::size_t, RunStylePtr> interned_;
};

}  // namespace shanqi::office::docx
