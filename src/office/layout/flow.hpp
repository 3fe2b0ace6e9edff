// The body over pages: sections (ECMA-376 part 1, 17.6), columns, page breaks, keeps, widows and orphans, and the
// floats that text runs around.
#pragma once

#include <functional>
#include <vector>

#include "office/layout/boxes.hpp"
#include "office/layout/painter.hpp"
#include "office/layout/table_box.hpp"

namespace shanqi::office {

enum class PageKind : std::uint8_t { ordinary, first, even };

struct FlowColumn {
    Area area;
    std::vector<Piece> pieces;       // in page coordinates
    std::optional<double> rule_x{};  // of the line between it and the column before
};

struct PageDraft {
    std::size_t section = 0;  // whose size and headers it has
    int number = 1;           // as PAGE shows it
    PageKind kind = PageKind::ordinary;
    bool is_blank = false;   // only there to make the next one odd or even
    bool is_shared = false;  // by several sections
    Area body;
    std::vector<FlowColumn> columns;
};

struct Draft {
    std::vector<PageDraft> pages;
    std::vector<int> section_pages;
    bool shows_totals = false;  // NUMPAGES or SECTIONPAGES stands in the body
    struct Notice {
        std::size_t page = 0;  // index
        std::string key;
    };
    std::vector<Notice> notices;
};

// Where the body of a page of this section and kind stands, headers considered.
using BodyArea = std::function<Area(std::size_t section, PageKind)>;

// `total_pages` and `section_pages` are what NUMPAGES and SECTIONPAGES show meanwhile.
Result<Draft> flow_body(const Document&, const Context&, const BodyArea&, int total_pages,
                        const std::vector<int>& section_pages);

ParagraphGrid grid_of(const Section&);
Area page_area(const Section&);
Area margin_area(const Section&);

}  // namespace shanqi::office
