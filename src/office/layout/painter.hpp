// Puts laid-out blocks on a page: text, borders, drawings (ECMA-376 part 1, 20.4), marks and notices.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "office/layout/boxes.hpp"

namespace shanqi::office {

struct Area {
    double x = 0, y = 0, width = 0, height = 0;
    double right() const { return x + width; }
    double bottom() const { return y + height; }
};

// What the position of an anchored drawing can refer to.
struct AnchorFrame {
    Area page, margin, column;  // margin: the body
    double paragraph_top = 0, line_top = 0, line_height = 0, character_x = 0;
    bool is_even_page = false;  // inside and outside change sides
};
Area drawing_area(const Drawing&, const AnchorFrame&);
Area anchored_area(const Anchor&, double width, double height, const AnchorFrame&);

// One layer of a page: the body, or its headers and footers. Collects what stands behind the text, the text and
// what stands in front of it.
class Painter {
public:
    Painter(const Context& context, Page& page, Pages& pages, int page_number, bool is_artifact)
        : context_(context), page_(page), pages_(pages), page_number_(page_number), is_artifact_(is_artifact) {}

    // `origin` is added to the pieces' places; `frame` holds page, margin and column.
    Result<> pieces(std::span<const Piece>, Point origin, const AnchorFrame& frame);
    void decoration(FragmentPtr fragment, Point at) {
        if (fragment) text_.push_back({std::move(fragment), at});
    }
    void notice(std::string_view what, std::string_view detail = {});
    // Everything in drawing order, at the end of the page's list.
    void finish();

private:
    struct Layer {
        std::int64_t z = 0;
        std::vector<PlacedFragment> fragments;
    };
    Result<> paragraph(const Piece&, Point origin, const AnchorFrame&);
    Result<> table(const TablePart&, Point at, const AnchorFrame&);
    Result<> inlines(const ParagraphBox&, const LaidLine&, Point line_at, const AnchorFrame&);
    Result<> drawing(const Drawing&, const Area&, const AnchorFrame&, std::vector<PlacedFragment>& out);
    Result<> text_box(const Shape&, const Area&, const AnchorFrame&, std::vector<PlacedFragment>& out);
    static void append(std::vector<Layer>& layers, std::vector<PlacedFragment>& out);

    const Context& context_;
    Page& page_;
    Pages& pages_;
    int page_number_;
    bool is_artifact_;
    std::vector<Layer> behind_, front_;
    std::vector<PlacedFragment> text_;
};

}  // namespace shanqi::office
