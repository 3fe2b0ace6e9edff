// The document model between the reader (office/docx), the merge (office/merge) and the page engine
// (office/layout). It is what a page needs, with every style already resolved: no style names, no theme,
// no inheritance. Lengths are points (1/72 inch) unless the name says otherwise. ECMA-376 part 1, clause 17.
//
// Blocks are shared and immutable: a template's static paragraphs are the same objects in every document
// of a batch, which is how the layout knows that it has laid them out before.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace shanqi::office {

struct Color {
    std::uint8_t red = 0, green = 0, blue = 0;
    bool operator==(const Color&) const = default;
};

enum class UnderlineStyle : std::uint8_t { none, single, words, thick, doubled, dotted, dashed, wave };
enum class ScriptPosition : std::uint8_t { baseline, superscript, subscript };

struct RunStyle {
    std::string latin_font = "Times New Roman";  // w:ascii / w:hAnsi, theme resolved
    std::string east_asian_font = "宋体";        // w:eastAsia
    bool hint_east_asian = false;                // w:hint="eastAsia": quotes, dashes, · take the Chinese font
    bool bold = false, italic = false, strike = false, all_caps = false, small_caps = false;
    double size = 10.5;              // points
    std::optional<Color> color;      // none: automatic (black, white on dark shading)
    std::optional<Color> highlight;  // w:highlight or run shading: behind the text
    UnderlineStyle underline = UnderlineStyle::none;
    std::optional<Color> underline_color;
    ScriptPosition script = ScriptPosition::baseline;
    double character_spacing = 0;  // w:spacing, added after every character
    double raise = 0;              // w:position
    double scale_percent = 100;    // w:w
    bool snap_to_grid = true;
    std::string language;  // BCP 47, may be empty
    bool operator==(const RunStyle&) const = default;
};
using RunStylePtr = std::shared_ptr<const RunStyle>;

struct Paragraph;
struct Table;
using ParagraphPtr = std::shared_ptr<const Paragraph>;
using TablePtr = std::shared_ptr<const Table>;
using Block = std::variant<ParagraphPtr, TablePtr>;
using Blocks = std::vector<Block>;

// ---- inlines ----

struct Text {
    std::string text;  // UTF-8, no control characters
    RunStylePtr style;
};
struct Tab {
    RunStylePtr style;
};
struct Break {
    enum class Kind : std::uint8_t { line, page, column } kind = Kind::line;
    RunStylePtr style;
};
// PAGE, NUMPAGES, SECTIONPAGES: known only when the pages are.
struct PageNumber {
    enum class Kind : std::uint8_t { page, pages, section_pages } kind = Kind::page;
    std::string format;  // w:numFmt / \* switch: "decimal" (or empty), "chineseCounting", "upperRoman", "numberInDash"…
    RunStylePtr style;
};
// A field of ours or of Word's mail merge. office/merge replaces it before layout. `{{…}}` typed as text
// is found by office/merge (it may be split over runs); the reader makes this only from MERGEFIELD.
struct MergeField {
    std::string name;
    std::string switches;  // the rest of the instruction: \b "text before" \f "after" \* Upper \# "0.00" \@ "yyyy年"
    RunStylePtr style;
};
// {{印章}}, {{二维码}}, {{会签:乙方}} after merging: takes no room in the line; its place is reported on the page.
struct Mark {
    enum class Kind : std::uint8_t { seal, qr_code, countersign } kind = Kind::seal;
    std::string name;  // countersign: who signs (乙方)
    RunStylePtr style;
};

// Where a drawing that does not stand in the line stands. ECMA-376 20.4.2.
struct Anchor {
    enum class From : std::uint8_t {
        page,
        margin,
        column,
        paragraph,
        line,
        character,
        left_margin,
        right_margin,
        top_margin,
        bottom_margin,
        inside_margin,
        outside_margin
    };
    enum class Align : std::uint8_t { none, left, center, right, top, bottom, inside, outside };
    enum class Wrap : std::uint8_t { none, square, tight, through, top_and_bottom };
    From horizontal_from = From::column, vertical_from = From::paragraph;
    Align horizontal_align = Align::none, vertical_align = Align::none;
    double x = 0, y = 0;  // offsets where align is none
    Wrap wrap = Wrap::none;
    bool behind_text = false;
    double distance_top = 0, distance_bottom = 0, distance_left = 0, distance_right = 0;
    std::int64_t z = 0;  // relativeHeight
};

struct Line {
    enum class Style : std::uint8_t {
        none,
        single,
        thick,
        doubled,
        dotted,
        dashed,
        dot_dash,
        wave,
        triple,
        thick_thin,
        thin_thick
    };
    Style style = Style::none;
    double width = 0;  // of the whole line, points
    std::optional<Color> color;
    double space = 0;  // from text (paragraph borders)
    bool operator==(const Line&) const = default;
};

struct Picture {
    int image = -1;                                                       // index into Document::images
    double crop_left = 0, crop_top = 0, crop_right = 0, crop_bottom = 0;  // fractions of the picture
};
struct TextBox {
    Blocks blocks;
    double inset_left = 7.2, inset_top = 3.6, inset_right = 7.2, inset_bottom = 3.6;
    enum class VerticalAlign : std::uint8_t { top, center, bottom } vertical_align = VerticalAlign::top;
};
struct Shape {  // what is behind a text box, or alone: a rule, a frame
    enum class Form : std::uint8_t { rectangle, ellipse, line, rounded_rectangle } form = Form::rectangle;
    bool flip_vertical = false;  // a line from bottom left to top right
    std::optional<Color> fill;
    std::optional<Line> outline;
    std::optional<TextBox> text;
};
struct Drawing {
    std::variant<Picture, Shape> content;
    double width = 0, height = 0;
    double rotation_degrees = 0;
    std::optional<Anchor> anchor;  // none: stands in the line like a character
    std::string description;       // alternative text
    RunStylePtr style;
};
// Something that the engine does not render: a chart, an equation, SmartArt, a footnote… Keeps the place.
struct Unsupported {
    std::string key;     // message key: "unsupported.chart"
    std::string detail;  // its name or first words, may be empty
    double width = 0, height = 0;
    RunStylePtr style;
};

using Inline = std::variant<Text, Tab, Break, PageNumber, MergeField, Mark, Drawing, Unsupported>;

// ---- paragraphs ----

struct TabStop {
    enum class Kind : std::uint8_t { left, center, right, decimal, bar } kind = Kind::left;
    enum class Leader : std::uint8_t { none, dot, hyphen, underscore, middle_dot } leader = Leader::none;
    double position = 0;  // from the text margin (not the indent)
};

struct NumberingReference {
    int list = 0;   // key of Document::lists
    int level = 0;  // 0..8
};

struct ParagraphStyle {
    enum class Align : std::uint8_t { left, center, right, justify, distribute } align = Align::justify;
    enum class LineRule : std::uint8_t { multiple, at_least, exactly } line_rule = LineRule::multiple;
    double line = 1.0;  // multiple: factor of single spacing; otherwise points
    // Indents: points, plus hundredths-of-a-character values where the document gives them (they win over
    // the points, as in Word: one character is the paragraph's own East Asian font size).
    double indent_left = 0, indent_right = 0, indent_first = 0;  // first < 0: hanging
    std::optional<double> indent_left_characters, indent_right_characters,
        indent_first_characters;  // in characters: 2.0
    double space_before = 0, space_after = 0;
    std::optional<double> space_before_lines, space_after_lines;  // in lines: 0.5
    bool space_before_auto = false, space_after_auto = false;
    bool contextual_spacing = false;
    bool keep_next = false, keep_lines = false, page_break_before = false, widow_control = true;
    bool snap_to_grid = true, kinsoku = true, hanging_punctuation = true, word_wrap = true;
    bool auto_space_latin = true, auto_space_digits = true;  // w:autoSpaceDE, w:autoSpaceDN: quarter-em between scripts
    bool right_to_left = false;
    std::optional<Color> shading;
    Line border_top, border_bottom, border_left, border_right, border_between;
    std::vector<TabStop> tabs;  // sorted by position
    std::optional<NumberingReference> numbering;
    int outline_level = 9;  // 0..8: a heading, for bookmarks
    std::string style_id;   // only for contextual spacing: "the same style"
};

struct Paragraph {
    ParagraphStyle style;
    std::vector<Inline> inlines;
    RunStylePtr mark_style;  // of the paragraph mark: the height of an empty paragraph, the label of a list
    // Not zero: this object belongs to the template, is the same in every document, and may be cached by this
    // number. Zero: it belongs to one document.
    std::uint64_t static_id = 0;
    // True when the paragraph only carries a section's end or a cell's mandatory last paragraph.
    bool is_empty_tail = false;
};

// ---- tables ----

struct Borders {
    Line top, bottom, left, right, inside_horizontal, inside_vertical;
};
struct CellMargins {
    double top = 0, bottom = 0, left = 5.4, right = 5.4;
};
struct Cell {
    int column_span = 1;
    enum class VerticalMerge : std::uint8_t { none, restart, resume } vertical_merge = VerticalMerge::none;
    std::optional<Line> top, bottom, left,
        right;  // none: what the table says (already with its style and conditional formats)
    std::optional<Color> shading;
    std::optional<CellMargins> margins;
    enum class VerticalAlign : std::uint8_t { top, center, bottom } vertical_align = VerticalAlign::top;
    std::optional<double> width;
    bool no_wrap = false;
    bool vertical_text = false;  // w:textDirection tbRlV: reported, laid out horizontally
    Blocks blocks;
};
struct Row {
    std::vector<Cell> cells;
    int grid_before = 0, grid_after = 0;
    std::optional<double> height;
    bool height_exact = false;  // otherwise at least
    bool cant_split = false;
    bool is_header = false;  // repeated on every page
};
struct Table {
    std::vector<double> grid;  // column widths
    std::vector<Row> rows;
    enum class Align : std::uint8_t { left, center, right } align = Align::left;
    double indent = 0;
    std::optional<double> width;          // points
    std::optional<double> width_percent;  // of the text width, 0..100
    bool fixed_layout = false;
    Borders borders;
    CellMargins margins;
    double cell_spacing = 0;
    std::optional<Anchor> floating;  // w:tblpPr
    std::uint64_t static_id = 0;     // as Paragraph::static_id: the whole table is static
};

// ---- sections, lists, the document ----

struct HeaderFooter {
    Blocks default_blocks, first_blocks, even_blocks;
};
struct Section {
    enum class Start : std::uint8_t {
        next_page,
        continuous,
        even_page,
        odd_page,
        next_column
    } start = Start::next_page;
    double page_width = 595.3, page_height = 841.9;  // A4; already swapped for landscape
    double margin_top = 72, margin_bottom = 72, margin_left = 90, margin_right = 90;
    double header_distance = 42.55, footer_distance = 49.6;
    double gutter = 0;
    bool title_page = false;  // first page has headers of its own
    HeaderFooter header, footer;
    int columns = 1;
    double column_gap = 36;
    bool column_line = false;  // between the columns
    // w:docGrid: lines snap to this pitch when set (type "lines" or "linesAndChars").
    std::optional<double> grid_line_pitch;
    std::optional<double> grid_character_space;  // added to every character, points
    std::optional<int> page_number_start;
    std::string page_number_format;
    enum class VerticalAlign : std::uint8_t { top, center, bottom, justify } vertical_align = VerticalAlign::top;
    std::optional<Line> page_border_top, page_border_bottom, page_border_left, page_border_right;
    bool page_border_from_text = false;
    Blocks blocks;
};

struct ListLevel {
    int start = 1;
    std::string format =
        "decimal";     // w:numFmt: decimal, chineseCounting, ideographTraditional, lowerLetter, bullet, none…
    std::string text;  // "%1.%2" or the bullet itself (already Unicode, not a Wingdings code)
    ParagraphStyle::Align align = ParagraphStyle::Align::left;
    enum class Suffix : std::uint8_t { tab, space, nothing } suffix = Suffix::tab;
    RunStylePtr style;                 // none: the paragraph mark's
    bool legal = false;                // w:isLgl: all levels as decimal
    std::optional<int> restart_after;  // w:lvlRestart
    int abstract_list = 0;             // lists of the same abstract definition count together
};
struct List {
    std::vector<ListLevel> levels;
};

struct Image {
    enum class Format : std::uint8_t { png, jpeg } format = Format::png;
    std::string bytes;  // the file
    std::string name;   // media/image1.png
};

struct Document {
    std::vector<Section> sections;
    std::map<int, List> lists;
    std::vector<Image> images;
    bool even_and_odd_headers = false;
    double default_tab = 36;
    // w:compatibilityMode. Before 15 (WPS, Word 2010) a table's text stands at the margin, from 15 on its edge does.
    int compatibility_mode = 15;
    std::string title, subject, author, language;  // core properties; BCP 47
    // Things that cannot be tied to a place in the text; the argument "what" is a message key: "unsupported.macros".
    std::vector<Error> notices;
};

std::uint64_t next_static_id();  // never zero, unique in the process

}  // namespace shanqi::office
