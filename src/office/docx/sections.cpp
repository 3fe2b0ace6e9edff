// Sections: the body is cut at each w:sectPr; page set-up, headers and footers with inheritance (17.6, 17.10).
#include <algorithm>
#include <cmath>

#include "office/docx/reader.hpp"

namespace shanqi::office::docx {
namespace {

double length(pugi::xml_node node, const char* name, double fallback, double low, double high) {
    const auto points = points_from_twips(node.attribute(name).value());
    return points ? std::clamp(*points, low, high) : fallback;
}

void parse_page_size(pugi::xml_node sectPr, Section& section) {
    const pugi::xml_node size = sectPr.child("w:pgSz");
    section.page_width = length(size, "w:w", section.page_width, 36, 1584 * 4);
    section.page_height = length(size, "w:h", section.page_height, 36, 1584 * 4);
    // Word writes the sides already swapped; some generators only set the word.
    const bool landscape = std::string_view(size.attribute("w:orient").value()) == "landscape";
    if (landscape && section.page_width < section.page_height) std::swap(section.page_width, section.page_height);
}

void parse_margins(pugi::xml_node sectPr, Section& section) {
    const pugi::xml_node margins = sectPr.child("w:pgMar");
    // A negative top or bottom means: exactly so much, even over a tall header (17.6.11).
    const double high = std::max(section.page_width, section.page_height);
    section.margin_top = std::abs(length(margins, "w:top", section.margin_top, -high, high));
    section.margin_bottom = std::abs(length(margins, "w:bottom", section.margin_bottom, -high, high));
    section.margin_left = length(margins, "w:left", section.margin_left, 0, high);
    section.margin_right = length(margins, "w:right", section.margin_right, 0, high);
    section.header_distance = length(margins, "w:header", section.header_distance, 0, high);
    section.footer_distance = length(margins, "w:footer", section.footer_distance, 0, high);
    section.gutter = length(margins, "w:gutter", 0, 0, high);
    // Margins that leave no room would make an endless document of one-character lines.
    if (section.page_width - section.margin_left - section.margin_right - section.gutter < 18) {
        section.margin_left = section.margin_right = section.page_width / 6;
        section.gutter = 0;
    }
    if (section.page_height - section.margin_top - section.margin_bottom < 18) {
        section.margin_top = section.margin_bottom = section.page_height / 6;
    }
}

Section::Start start_of(std::string_view type) {
    if (type == "continuous") return Section::Start::continuous;
    if (type == "evenPage") return Section::Start::even_page;
    if (type == "oddPage") return Section::Start::odd_page;
    if (type == "nextColumn") return Section::Start::next_column;
    return Section::Start::next_page;
}

// False when the file asks for more than columns of one width with nothing between them (17.6.4).
bool parse_columns(pugi::xml_node columns, double text_width, Section& section) {
    section.columns = static_cast<int>(std::clamp(integer(columns.attribute("w:num").value()).value_or(1), 1LL, 45LL));
    const bool equal = !columns.attribute("w:equalWidth") || on_off(columns.attribute("w:equalWidth"));
    section.column_gap = length(equal ? columns : columns.child("w:col"), "w:space", 36, 0, 1584);
    if (section.columns == 1) return true;
    // Columns too narrow for a character would make an endless document.
    if (text_width - section.column_gap * (section.columns - 1) < 18.0 * section.columns) {
        section.columns = 1;
        return false;
    }
    return equal && !(columns.attribute("w:sep") && on_off(columns.attribute("w:sep")));
}

void parse_grid(pugi::xml_node sectPr, Section& section) {
    const pugi::xml_node grid = sectPr.child("w:docGrid");
    const std::string_view type = grid.attribute("w:type").value();
    if (type != "lines" && type != "linesAndChars" && type != "snapToChars") return;
    const auto pitch = points_from_twips(grid.attribute("w:linePitch").value());
    if (pitch && *pitch > 1) section.grid_line_pitch = pitch;
    if (type == "lines") return;
    // 1/4096 of a point (17.6.5).
    const auto space = decimal(grid.attribute("w:charSpace").value());
    if (space) section.grid_character_space = std::clamp(*space / 4096, -50.0, 50.0);
}

}  // namespace

Result<Blocks> Reader::header_blocks(const Part& main, std::string_view relationship_id) {
    const auto relationship = main.relationships.find(relationship_id);
    if (relationship == main.relationships.end() || relationship->second.external) return Blocks();
    const std::string& name = relationship->second.target;
    if (const auto kept = headers_.find(name); kept != headers_.end()) return kept->second;
    if (!package_.has(name)) return Blocks();
    const Part part = TRY(open_part(name));
    const XmlPart xml = TRY(parse(name));
    Story story{part, {}, 0, {}, {}};
    Blocks blocks = TRY(this->blocks(xml.root(), story, {}));
    if (!story.fields.empty()) notice("unsupported.unclosed_field");
    return headers_.emplace(name, std::move(blocks)).first->second;
}

Result<> Reader::read_headers(pugi::xml_node sectPr, const Part& main, Section& section) {
    for (const pugi::xml_node node : sectPr.children()) {
        const std::string_view name = node.name();
        if (name != "w:headerReference" && name != "w:footerReference") continue;
        HeaderFooter& target = name == "w:headerReference" ? section.header : section.footer;
        Blocks blocks = TRY(header_blocks(main, node.attribute("r:id").value()));
        const std::string_view type = node.attribute("w:type").value();
        if (type == "first") {
            target.first_blocks = std::move(blocks);
        } else if (type == "even") {
            target.even_blocks = std::move(blocks);
        } else {
            target.default_blocks = std::move(blocks);
        }
    }
    return {};
}

Result<> Reader::begin_section(pugi::xml_node sectPr, const Part& main, Section& section) {
    parse_page_size(sectPr, section);
    parse_margins(sectPr, section);
    section.start = start_of(child_value(sectPr, "w:type"));
    section.title_page = child_on_off(sectPr, "w:titlePg").value_or(false);
    page_ = {section.page_width, section.page_height,
             section.page_width - section.margin_left - section.margin_right - section.gutter,
             section.page_height - section.margin_top - section.margin_bottom};

    if (!parse_columns(sectPr.child("w:cols"), page_.text_width, section)) notice("unsupported.columns");
    parse_grid(sectPr, section);

    const pugi::xml_node numbers = sectPr.child("w:pgNumType");
    if (const auto start = integer(numbers.attribute("w:start").value())) {
        section.page_number_start = static_cast<int>(std::clamp(*start, 0LL, 1'000'000LL));
    }
    section.page_number_format = clean_text(numbers.attribute("w:fmt").value());

    const std::string_view align = child_value(sectPr, "w:vAlign");
    if (align == "center") section.vertical_align = Section::VerticalAlign::center;
    if (align == "bottom") section.vertical_align = Section::VerticalAlign::bottom;
    if (align == "both") section.vertical_align = Section::VerticalAlign::justify;

    if (const pugi::xml_node borders = sectPr.child("w:pgBorders")) {
        const auto side = [&](const char* name) {
            if (is_art_border(borders.child(name))) notice("unsupported.art_border");
            const auto line = parse_border(borders.child(name), theme_);
            return line && line->style != Line::Style::none ? line : std::nullopt;
        };
        section.page_border_top = side("w:top");
        section.page_border_bottom = side("w:bottom");
        section.page_border_left = side("w:left");
        section.page_border_right = side("w:right");
        section.page_border_from_text = std::string_view(borders.attribute("w:offsetFrom").value()) != "page";
    }
    const std::string_view direction = child_value(sectPr, "w:textDirection");
    if (!direction.empty() && direction != "lrTb" && direction != "tb") notice("unsupported.vertical_text");
    if (sectPr.child("w:lnNumType")) notice("unsupported.line_numbers");
    return read_headers(sectPr, main, section);
}

Result<> Reader::read_body(pugi::xml_node body, const Part& main) {
    // The set-up of a section stands at its end: look ahead for it, so that percentages know the text's width.
    std::vector<pugi::xml_node> setups;
    const auto find_setups = [&](auto&& self, pugi::xml_node node, int depth) -> void {
        for (const pugi::xml_node child : node.children()) {
            const std::string_view name = child.name();
            if (name == "w:p") {
                if (const pugi::xml_node sectPr = child.child("w:pPr").child("w:sectPr")) setups.push_back(sectPr);
            } else if (depth < limits::xml_depth_max &&
                       (name == "w:sdt" || name == "w:sdtContent" || name == "w:customXml" || name == "w:ins")) {
                self(self, child, depth + 1);
            }
        }
    };
    find_setups(find_setups, body, 0);
    setups.push_back(body.child("w:sectPr"));
    if (setups.size() > limits::sections_max) return fail(ErrorKind::limit, "docx.too_complex");

    Story story{main, {}, 0, {}, {}};
    std::size_t next = 0;
    Section section;
    TRY_DO(begin_section(setups[next++], main, section));
    const auto read = [&](auto&& self, pugi::xml_node container, int depth) -> Result<> {
        for (const pugi::xml_node node : container.children()) {
            const std::string_view name = node.name();
            if (depth < limits::xml_depth_max &&
                (name == "w:sdt" || name == "w:sdtContent" || name == "w:customXml" || name == "w:ins")) {
                TRY_DO(self(self, node, depth + 1));
                continue;
            }
            TRY_DO(block(node, story, {}, section.blocks, 0));
            if (name != "w:p" || !node.child("w:pPr").child("w:sectPr")) continue;
            // What the next section does not say about headers it has from this one (17.10.1).
            HeaderFooter header = section.header, footer = section.footer;
            document_.sections.push_back(std::move(section));
            section = Section();
            section.header = std::move(header);
            section.footer = std::move(footer);
            for (const HeaderFooter* part : {&section.header, &section.footer}) {
                inherited_blocks_ += part->default_blocks.size() + part->first_blocks.size() + part->even_blocks.size();
            }
            if (inherited_blocks_ > limits::blocks_max) return fail(ErrorKind::limit, "docx.too_complex");
            if (next < setups.size()) TRY_DO(begin_section(setups[next++], main, section));
        }
        return {};
    };
    TRY_DO(read(read, body, 0));
    flush_frame(story, section.blocks);
    if (!story.fields.empty()) notice("unsupported.unclosed_field");
    document_.sections.push_back(std::move(section));
    return {};
}

}  // namespace shanqi::office::docx
