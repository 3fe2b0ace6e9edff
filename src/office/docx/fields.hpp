// Fields (ECMA-376 part 1, 17.16): instructions split over runs and nested, and what becomes of each kind.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "office/document/document.hpp"

namespace shanqi::office::docx {

// What an instruction asks for.
struct FieldMeaning {
    enum class Kind {
        keep_result,  // DATE, REF, TOC…: what Word computed last is shown
        number,       // PAGE, NUMPAGES, SECTIONPAGES
        merge,        // MERGEFIELD
        silent,       // XE, TC, SET…: never shows anything
        merge_rule,   // IF, NEXT…: depends on the row; the cached result may be another row's
        equation,     // EQ
        symbol,       // SYMBOL 61 \f Wingdings
    };
    Kind kind = Kind::keep_result;
    std::string name;  // "PAGE", upper case
    PageNumber number;
    MergeField merge;
    std::string symbol_font;
    char32_t symbol_code = 0;
};
FieldMeaning field_meaning(std::string_view instruction);

// The fields that are open at a place in a story.
class FieldStack {
public:
    struct Field {
        std::string instruction;
        FieldMeaning meaning;
        bool truncated = false;  // the instruction was longer than the limit
        bool in_result = false;
        bool hides_result = false;
        bool has_result = false;               // something stood after the separator
        bool encloses_merge = false;           // a MERGEFIELD in its instruction
        std::optional<std::string> condition;  // of an IF: the same in the template language
        RunStylePtr style;                     // of the begin mark, then of the first result run
        std::string form_text;                 // a form's check box or chosen entry
        bool styled_by_result = false;
    };

    bool begin(RunStylePtr style, std::string form_text);  // false: too deep
    void instruction(std::string_view text);
    void separate();
    // The field that ends here, no longer in the stack. Empty instruction when there was none open.
    Field end();
    // True when what stands here must not be shown. Takes note of the style of hidden results.
    bool hides(const RunStylePtr& style);
    bool in_instruction() const { return !open_.empty() && !open_.back().in_result; }
    bool empty() const { return open_.empty(); }

private:
    static void understand(Field& field);
    std::vector<Field> open_;
};

}  // namespace shanqi::office::docx
