// Small documents for the tests of the page engine.
#pragma once

#include <string>

#include "office/layout/layout.hpp"

namespace shanqi::office::testing {

// One library a process: opening it takes time.
inline std::shared_ptr<const FontLibrary> fonts() {
    static const auto library = FontLibrary::open();
    return library ? *library : nullptr;
}

inline RunStylePtr run_style(double size = 12) {
    RunStyle style;
    style.size = size;
    return std::make_shared<const RunStyle>(style);
}

// Lines of exactly 20 points, so that tests can count them.
inline std::shared_ptr<Paragraph> paragraph(std::string text) {
    auto out = std::make_shared<Paragraph>();
    out->style.line_rule = ParagraphStyle::LineRule::exactly;
    out->style.line = 20;
    out->style.align = ParagraphStyle::Align::left;
    out->mark_style = run_style();
    if (!text.empty()) out->inlines.emplace_back(Text{std::move(text), out->mark_style});
    return out;
}

// `count` lines, ended by line breaks.
inline std::shared_ptr<Paragraph> lines(int count, const std::string& text = "行") {
    auto out = paragraph(text + "1");
    for (int i = 2; i <= count; ++i) {
        out->inlines.emplace_back(Break{Break::Kind::line, out->mark_style});
        out->inlines.emplace_back(Text{text + std::to_string(i), out->mark_style});
    }
    return out;
}

// Ten lines of 20 points a page, 300 points wide.
inline Section section() {
    Section out;
    out.page_width = 400;
    out.page_height = 300;
    out.margin_left = out.margin_right = out.margin_top = out.margin_bottom = 50;
    out.header_distance = out.footer_distance = 20;
    return out;
}

inline Document document(Blocks blocks) {
    Document out;
    out.sections.push_back(section());
    out.sections.back().blocks = std::move(blocks);
    return out;
}

inline Pages lay_out(const Document& document) {
    LayoutEngine engine(fonts());
    auto pages = engine.lay_out(document);
    return pages ? std::move(*pages) : Pages{};
}

struct FoundText {
    std::string text;
    double x = 0, y = 0;  // of the baseline
};

inline std::vector<FoundText> texts(const Page& page) {
    std::vector<FoundText> out;
    for (const auto& placed : page.fragments) {
        for (const auto& run : placed.fragment->runs) {
            out.push_back({run.text, placed.at.x + run.at.x, placed.at.y + run.at.y});
        }
    }
    return out;
}

inline std::string all_text(const Page& page) {
    std::string out;
    for (const auto& found : texts(page)) out += found.text + "|";
    return out;
}

// The first piece of text that contains `part`; an impossible place when there is none.
inline FoundText find_text(const Page& page, const std::string& part) {
    for (auto& found : texts(page)) {
        if (found.text.find(part) != std::string::npos) return found;
    }
    return {"", -1e6, -1e6};
}

struct FoundFill {
    double x = 0, y = 0, width = 0, height = 0;
    Color color;
};

inline std::vector<FoundFill> fills(const Page& page) {
    std::vector<FoundFill> out;
    for (const auto& placed : page.fragments) {
        for (const auto& fill : placed.fragment->fills) {
            out.push_back({placed.at.x + fill.x, placed.at.y + fill.y, fill.width, fill.height, fill.color});
        }
    }
    return out;
}

inline Cell cell(Blocks blocks) {
    Cell out;
    out.blocks = std::move(blocks);
    return out;
}

inline Line thin_line(double width = 1) { return {Line::Style::single, width, Color{}, 0}; }

inline std::shared_ptr<Table> table(std::vector<double> grid, std::vector<Row> rows) {
    auto out = std::make_shared<Table>();
    out->grid = std::move(grid);
    out->rows = std::move(rows);
    out->fixed_layout = true;
    return out;
}

}  // namespace shanqi::office::testing
