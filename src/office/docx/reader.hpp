// The readers' common state, and the contracts between paragraphs, tables, drawings and sections.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "office/docx/fields.hpp"
#include "office/docx/formatting.hpp"
#include "office/docx/limits.hpp"
#include "office/docx/package.hpp"
#include "office/docx/xml.hpp"

namespace shanqi::office::docx {

struct Part {
    std::string name;
    Relationships relationships;
};

// A sequence of blocks that is read from front to back: the body, a header, a text box. Fields may span its paragraphs.
struct Story {
    const Part& part;
    FieldStack fields;
    int nesting = 0;  // tables and text boxes around it
    // Paragraphs of a text frame (w:framePr) that wait for the paragraph beside which they stand.
    Blocks frame;
    pugi::xml_node frame_properties;
};

class Reader {
public:
    explicit Reader(Package& package) : package_(package) {}
    Result<Document> run();

    // ---- for the parts of the reader; each counts against the limits ----
    Result<Blocks> blocks(pugi::xml_node container, Story& story, const BaseFormat& base);              // blocks.cpp
    Result<> block(pugi::xml_node node, Story& story, const BaseFormat& base, Blocks& out, int depth);  // blocks.cpp
    void flush_frame(Story& story, Blocks& out);        // frames.cpp: nothing follows, so it stands as plain paragraphs
    void place_frame(Story& story, Paragraph& beside);  // frames.cpp
    Result<Paragraph> paragraph(pugi::xml_node p, Story& story, const BaseFormat& base);           // paragraphs.cpp
    Result<Table> table(pugi::xml_node tbl, Story& story, const BaseFormat& base);                 // tables.cpp
    Result<Blocks> text_box(pugi::xml_node content, const Story& around, const BaseFormat& base);  // blocks.cpp
    // Drawings may stand for several inlines (a group), or none (hidden).
    Result<std::vector<Inline>> drawing(pugi::xml_node drawing, const Story& story,
                                        const RunStylePtr& style);  // drawings.cpp
    Result<std::vector<Inline>> vml_picture(pugi::xml_node pict, const Story& story,
                                            const RunStylePtr& style);  // vml.cpp
    // Index into Document::images, or why not ("unsupported.picture_format"…) and the file's name.
    struct ImageResult {
        int index = -1;
        std::string unsupported_key;
        std::string name;
    };
    Result<ImageResult> image(const Part& part, std::string_view relationship_id);  // images.cpp
    // First words of a footnote or endnote; the title of a chart.
    std::string note_text(std::string_view kind, std::string_view id);            // notes.cpp
    std::string chart_title(const Part& part, std::string_view relationship_id);  // notes.cpp

    Result<> count_block();
    Result<> count_inline();
    Result<> count_cell();
    void notice(std::string_view key, std::string_view detail = {});  // once for each key and detail
    Formatting& formatting() { return *formatting_; }
    Styles& styles() { return styles_; }
    const Theme& theme() const { return theme_; }
    Document& document() { return document_; }
    Package& package() { return package_; }
    // Takes the list into the document when it is used first. `mark` is the paragraph's.
    void use_list(NumberingReference reference, const ParagraphFormat& format, const RunProperties& mark);
    // Of the section at hand, for what is a percentage of it.
    struct PageGeometry {
        double width = 595.3, height = 841.9, text_width = 415.3, text_height = 697.9;
    };
    const PageGeometry& page_geometry() const { return page_; }

private:
    Result<Part> open_part(std::string_view name);
    Result<XmlPart> parse(std::string_view name);
    std::string related(const Relationships& relationships, std::string_view type) const;
    Result<> read_definitions(const Part& main);
    Result<> read_body(pugi::xml_node body, const Part& main);                          // sections.cpp
    Result<> begin_section(pugi::xml_node sectPr, const Part& main, Section& section);  // sections.cpp
    Result<> read_headers(pugi::xml_node sectPr, const Part& main, Section& section);   // sections.cpp
    Result<Blocks> header_blocks(const Part& main, std::string_view relationship_id);   // sections.cpp
    void read_core_properties(const Relationships& package_relationships);
    void report_package_contents(const Part& main);
    void define_list(int list, const ParagraphFormat& format, const RunProperties& mark);

    Package& package_;
    Document document_;
    Theme theme_;
    Styles styles_;
    Numbering numbering_;
    std::unique_ptr<Formatting> formatting_;
    std::map<std::string, int> image_indexes_;  // by part
    std::map<std::string, ImageResult> rejected_images_;
    std::map<std::string, Blocks> headers_;                                                      // by part
    std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> notes_;  // kind, id, text
    std::map<std::pair<int, int>, std::pair<std::string, std::string>> level_notices_;  // list and level: key, detail
    std::map<std::string, std::string> chart_titles_;                                   // by part
    std::set<std::string> seen_notices_;
    std::size_t blocks_ = 0, inlines_ = 0, cells_ = 0, inherited_blocks_ = 0;
    PageGeometry page_;
    std::string notes_part_, end_notes_part_;
};

}  // namespace shanqi::office::docx
