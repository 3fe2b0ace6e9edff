// w:framePr (17.3.1.11): paragraphs that stand in a frame beside the next one. Word puts page numbers into footers in
// this way, so a frame becomes an anchored text box.
#include <algorithm>

#include "office/docx/reader.hpp"

namespace shanqi::office::docx {
namespace {

// Frames grow with their text: what the paragraphs will need, roughly, when the file gives no height.
double estimated_height(const Blocks& blocks) {
    double height = 0;
    for (const Block& block : blocks) {
        const auto* paragraph = std::get_if<ParagraphPtr>(&block);
        if (paragraph == nullptr) continue;
        const ParagraphStyle& style = (*paragraph)->style;
        double size = (*paragraph)->mark_style->size;
        for (const Inline& item : (*paragraph)->inlines) {
            const auto* text = std::get_if<Text>(&item);
            if (text != nullptr) size = std::max(size, text->style->size);
        }
        const double line = style.line_rule == ParagraphStyle::LineRule::multiple ? size * 1.4 * style.line
                                                                                  : std::max(style.line, size);
        height += line + style.space_before + style.space_after;
    }
    return height;
}

Anchor::From origin(std::string_view name, Anchor::From of_text) {
    if (name == "page") return Anchor::From::page;
    if (name == "margin") return Anchor::From::margin;
    return of_text;
}

ParagraphStyle::Align alignment_of(std::string_view name) {
    if (name == "center") return ParagraphStyle::Align::center;
    if (name == "right" || name == "outside") return ParagraphStyle::Align::right;
    return ParagraphStyle::Align::left;
}

}  // namespace

void Reader::flush_frame(Story& story, Blocks& out) {
    if (story.frame.empty()) return;
    notice("unsupported.frame");
    for (Block& block : story.frame) out.push_back(std::move(block));
    story.frame.clear();
}

void Reader::place_frame(Story& story, Paragraph& beside) {
    const pugi::xml_node properties = story.frame_properties;
    const auto length = [&](const char* name) {
        return points_from_twips(properties.attribute(name).value()).value_or(0);
    };
    Anchor anchor;
    anchor.horizontal_from = origin(properties.attribute("w:hAnchor").value(), Anchor::From::column);
    anchor.vertical_from = origin(properties.attribute("w:vAnchor").value(), Anchor::From::paragraph);
    anchor.x = length("w:x");
    anchor.y = length("w:y");
    const std::string_view across = properties.attribute("w:xAlign").value(),
                           down = properties.attribute("w:yAlign").value();
    if (down == "top") anchor.vertical_align = Anchor::Align::top;
    if (down == "center") anchor.vertical_align = Anchor::Align::center;
    if (down == "bottom") anchor.vertical_align = Anchor::Align::bottom;
    anchor.distance_left = anchor.distance_right = std::max(0.0, length("w:hSpace"));
    anchor.distance_top = anchor.distance_bottom = std::max(0.0, length("w:vSpace"));

    Drawing drawing;
    drawing.width = length("w:w");
    if (drawing.width > 0) {
        if (across == "center") anchor.horizontal_align = Anchor::Align::center;
        if (across == "right" || across == "outside") anchor.horizontal_align = Anchor::Align::right;
        if (across == "left" || across == "inside") anchor.horizontal_align = Anchor::Align::left;
        const std::string_view wrap = properties.attribute("w:wrap").value();
        anchor.wrap = wrap == "none"        ? Anchor::Wrap::none
                      : wrap == "notBeside" ? Anchor::Wrap::top_and_bottom
                                            : Anchor::Wrap::square;
    } else {
        // As wide as its text, which only the layout knows: a box over the whole measure, with the text where the
        // frame would stand.
        const bool page = anchor.horizontal_from == Anchor::From::page;
        drawing.width = std::max(20.0, (page ? page_.width : page_.text_width) - std::max(0.0, anchor.x));
        if (!across.empty()) {
            anchor.x = 0;
            for (Block& block : story.frame) {
                Paragraph aligned = *std::get<ParagraphPtr>(block);
                aligned.style.align = alignment_of(across);
                block = std::make_shared<const Paragraph>(std::move(aligned));
            }
        }
    }
    drawing.height = std::max(length("w:h"), estimated_height(story.frame));
    drawing.anchor = anchor;
    drawing.style = beside.mark_style;
    TextBox box;
    box.inset_left = box.inset_right = box.inset_top = box.inset_bottom = 0;
    box.blocks = std::move(story.frame);
    story.frame.clear();
    Shape shape;
    shape.text = std::move(box);
    drawing.content = std::move(shape);
    beside.inlines.insert(beside.inlines.begin(), std::move(drawing));
}

}  // namespace shanqi::office::docx
