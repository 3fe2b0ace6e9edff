// What stands between the document model and the page: blocks that are laid out but not yet on a page.
//
//   ParagraphBox  a paragraph with its lines                     (boxes.cpp: cached by static_id)
//   TableBox      a table with its columns, rows and cells       (table_box.cpp)
//   Piece         lines or rows at their place in a column
//   Stack         the pieces of a cell, a text box, a header: a column that no page cuts (stack.cpp)
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "office/document/document.hpp"
#include "office/layout/list_labels.hpp"
#include "office/layout/page.hpp"
#include "office/layout/paragraph.hpp"

namespace shanqi::office {

struct ParagraphBox {
    ParagraphPtr paragraph;
    LaidParagraph laid;
    FragmentPtr whole;         // all its lines in one fragment; only of static paragraphs
    bool has_inlines = false;  // drawings, marks or unsupported things in its lines
    bool has_wrapping_anchor = false;
};
using ParagraphBoxPtr = std::shared_ptr<const ParagraphBox>;

struct TableBox;
using TableBoxPtr = std::shared_ptr<const TableBox>;
struct TablePart;
using TablePartPtr = std::shared_ptr<const TablePart>;

// Lines [first_line, line_end) of a paragraph or a part of a table. `at` is the left edge of its column and the
// top of its first line or row.
struct Piece {
    Point at;
    double height = 0;
    ParagraphBoxPtr paragraph;
    std::size_t first_line = 0, line_end = 0;
    TablePartPtr table;
    double pushed = 0;  // how far a float has pushed its first line down

    bool begins() const { return first_line == 0; }
    bool ends() const { return !paragraph || line_end == paragraph->laid.lines.size(); }
};

struct Stack {
    double width = 0, height = 0;
    std::vector<Piece> pieces;
    bool has_page_number = false;  // must be laid out again on every page
    bool has_numbering = false;    // its labels depend on what stands before it
};

// The numbers that PAGE, NUMPAGES and SECTIONPAGES show while something is laid out.
struct PageNumbers {
    int page = 1, pages = 1, section_pages = 1;
    std::string page_format;  // Section::page_number_format
};

class BoxCache;

// All that laying out a block depends on beside the block itself. Cheap to copy.
struct Context {
    const Document* document = nullptr;
    ShapeCache* shapes = nullptr;
    BoxCache* cache = nullptr;
    ListCounters* counters = nullptr;
    ParagraphGrid grid;
    PageNumbers numbers;
    bool is_artifact = false;         // in a header or footer
    int depth = 0;                    // of tables and text boxes in each other
    std::optional<Color> background;  // of the cell or text box: automatic text is white on a dark one
};

using RoomFunction = std::function<LineRoom(int line, double top, double height)>;

// The paragraph with its label in a column of `width`. With `room` nothing is remembered.
Result<ParagraphBoxPtr> make_paragraph_box(const ParagraphPtr&, double width, const ListLabel&, const Context&,
                                           const RoomFunction& room = nullptr);

// The blocks one below the other. Counts list labels along.
Result<Stack> make_stack(const Blocks&, double width, const Context&);

Result<TableBoxPtr> make_table_box(const TablePtr&, double column_width, const Context&);

// Remembers what is the same in every document of a batch. Bounded: forgets everything when full.
class BoxCache {
public:
    struct Key {
        std::uint64_t static_id = 0;
        double width = 0;
        ParagraphGrid grid;
        std::string label;
        bool is_artifact = false;
        std::optional<Color> background;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key&) const;
    };
    static constexpr std::size_t entries_max = 20'000;

    ParagraphBoxPtr paragraph(const Key&) const;
    void keep(const Key&, ParagraphBoxPtr);
    TableBoxPtr table(const Key&) const;
    void keep(const Key&, TableBoxPtr);
    std::optional<ContentWidth> content_width(std::uint64_t static_id) const;
    void keep(std::uint64_t static_id, ContentWidth);

private:
    std::unordered_map<Key, ParagraphBoxPtr, KeyHash> paragraphs_;
    std::unordered_map<Key, TableBoxPtr, KeyHash> tables_;
    std::unordered_map<std::uint64_t, ContentWidth> content_widths_;
};

// A number for content that is a function of `key` alone: the same in every engine and every run, so that
// several engines may share one writer. Never zero; apart from those of next_static_id().
std::uint64_t content_id(std::string_view key);

// Space between two blocks that follow each other (17.3.1.33; Word takes the greater of after and before, and
// 17.3.1.9 drops the one that asks for contextual spacing). Null: a table, or nothing.
double space_between(const ParagraphBox* above, const ParagraphBox* below);

// How many lines from `first` on stand in `room` points, with the rules of 17.3.1.14 (keep lines) and 17.3.1.44
// (widows and orphans). `must` places at least one line. `line_end`: not beyond this line.
std::size_t lines_that_fit(const ParagraphBox&, std::size_t first, std::size_t line_end, double room, bool must);

inline double lines_height(const ParagraphBox& box, std::size_t first, std::size_t end) {
    const auto& lines = box.laid.lines;
    return first < end ? lines[end - 1].top + lines[end - 1].height - lines[first].top : 0;
}

}  // namespace shanqi::office
