#include "office/layout/decorations.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

namespace shanqi::office {

namespace {

bool drawn(const Line& line) { return line.style != Line::Style::none && line.width > 0; }

double line_room(const Line& line) { return drawn(line) ? line.width + line.space : 0; }

// 17.3.1.7: paragraphs with the same borders and indents stand in one box.
bool joins(const ParagraphBox& above, const ParagraphBox& below) {
    const auto& a = above.paragraph->style;
    const auto& b = below.paragraph->style;
    return a.border_top == b.border_top && a.border_bottom == b.border_bottom && a.border_left == b.border_left &&
           a.border_right == b.border_right && a.border_between == b.border_between &&
           std::abs(above.laid.box_left - below.laid.box_left) < 0.01 &&
           std::abs(above.laid.box_right - below.laid.box_right) < 0.01;
}

double bottom_border_room(const ParagraphBox& box) { return line_room(box.paragraph->style.border_bottom); }

double between_room(const ParagraphBox& box) {
    const Line& line = box.paragraph->style.border_between;
    return drawn(line) ? line.width + 2 * line.space : 0;
}

bool is_decorated(const ParagraphBox& box) {
    const auto& style = box.paragraph->style;
    return style.shading || drawn(style.border_top) || drawn(style.border_bottom) || drawn(style.border_left) ||
           drawn(style.border_right) || drawn(style.border_between);
}

// One run of pieces that share a box; drawn relative to the first piece's place.
class BoxDrawing {
public:
    BoxDrawing(std::span<const Piece> pieces, Fragment& fragment)
        : pieces_(pieces), fragment_(fragment), style_(pieces.front().paragraph->paragraph->style) {
        const auto& first = pieces.front();
        left_ = first.paragraph->laid.box_left - edge(style_.border_left);
        right_ = first.paragraph->laid.box_right + edge(style_.border_right);
        has_top_ = first.begins() && drawn(style_.border_top);
        has_bottom_ = pieces.back().ends() && drawn(style_.border_bottom);
        top_ = -(has_top_ ? style_.border_top.space + style_.border_top.width / 2 : 0);
        bottom_ =
            bottom(pieces.size() - 1) + (has_bottom_ ? style_.border_bottom.space + style_.border_bottom.width / 2 : 0);
    }

    void draw() {
        shade();
        if (has_top_) horizontal(style_.border_top, top_);
        if (has_bottom_) horizontal(style_.border_bottom, bottom_);
        if (drawn(style_.border_left)) draw_line(fragment_, style_.border_left, left_, top_, left_, bottom_);
        if (drawn(style_.border_right)) draw_line(fragment_, style_.border_right, right_, top_, right_, bottom_);
        if (!drawn(style_.border_between)) return;
        for (std::size_t i = 0; i + 1 < pieces_.size(); ++i) {
            const Line& line = style_.border_between;
            horizontal(line, bottom(i) + line.space + line.width / 2);
        }
    }

private:
    double top(std::size_t piece) const { return pieces_[piece].at.y - pieces_.front().at.y; }
    double bottom(std::size_t piece) const { return top(piece) + pieces_[piece].height; }
    static double edge(const Line& line) { return drawn(line) ? line.space + line.width / 2 : 0; }

    void horizontal(const Line& line, double y) {
        // The corners are filled: a horizontal line reaches over the outer edges of the vertical ones.
        const double reach_left = drawn(style_.border_left) ? style_.border_left.width / 2 : 0;
        const double reach_right = drawn(style_.border_right) ? style_.border_right.width / 2 : 0;
        draw_line(fragment_, line, left_ - reach_left, y, right_ + reach_right, y);
    }

    // The space between two paragraphs of one box is shaded when both have the same colour.
    void shade() {
        for (std::size_t i = 0; i < pieces_.size(); ++i) {
            const auto& shading = pieces_[i].paragraph->paragraph->style.shading;
            if (!shading) continue;
            const bool is_last = i + 1 == pieces_.size();
            const bool goes_on = !is_last && pieces_[i + 1].paragraph->paragraph->style.shading == shading;
            const double begin = i == 0 ? top_ : top(i);
            const double end = is_last ? bottom_ : goes_on ? top(i + 1) : bottom(i);
            fragment_.fills.push_back({left_, begin, right_ - left_, end - begin, *shading});
        }
    }

    std::span<const Piece> pieces_;
    Fragment& fragment_;
    const ParagraphStyle& style_;
    double left_ = 0, right_ = 0, top_ = 0, bottom_ = 0;
    bool has_top_ = false, has_bottom_ = false;
};

void add_bar(Fragment& fragment, bool horizontal, double x, double y, double length, double offset, double thickness,
             const Color& color) {
    if (horizontal) {
        fragment.fills.push_back({x, y + offset - thickness / 2, length, thickness, color});
    } else {
        fragment.fills.push_back({x + offset - thickness / 2, y, thickness, length, color});
    }
}

template <class T>
void append_bytes(std::string& out, const T& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_color(std::string& out, const Color& color) {
    out += static_cast<char>(color.red);
    out += static_cast<char>(color.green);
    out += static_cast<char>(color.blue);
}

void round_to_thousandths(Fragment& fragment) {
    const auto round = [](double& value) { value = std::round(value * 1000) / 1000 + 0.0; };
    for (auto& fill : fragment.fills) {
        for (double* value : {&fill.x, &fill.y, &fill.width, &fill.height}) round(*value);
    }
    for (auto& image : fragment.images) {
        for (double* value : {&image.x, &image.y, &image.width, &image.height}) round(*value);
    }
    for (auto& stroke : fragment.strokes) {
        for (double* value : {&stroke.x, &stroke.y, &stroke.width, &stroke.height, &stroke.thickness}) round(*value);
    }
}

std::string canonical_bytes(const Fragment& fragment) {
    std::string out(fragment.is_artifact ? "a" : "t");
    for (const auto& fill : fragment.fills) {
        out += 'f';
        for (const double value : {fill.x, fill.y, fill.width, fill.height}) append_bytes(out, value);
        append_color(out, fill.color);
    }
    for (const auto& image : fragment.images) {
        out += 'i';
        append_bytes(out, image.image);
        for (const double value : {image.x, image.y, image.width, image.height, image.crop_left, image.crop_top,
                                   image.crop_right, image.crop_bottom, image.rotation_degrees}) {
            append_bytes(out, value);
        }
        out += image.description;
    }
    for (const auto& stroke : fragment.strokes) {
        out += 's';
        out += static_cast<char>(stroke.form);
        for (const double value : {stroke.x, stroke.y, stroke.width, stroke.height, stroke.thickness})
            append_bytes(out, value);
        for (const float value : stroke.dash) append_bytes(out, value);
        append_color(out, stroke.color);
        if (stroke.fill) append_color(out, *stroke.fill);
    }
    return out;
}

}  // namespace

double top_border_room(const ParagraphBox& box) { return line_room(box.paragraph->style.border_top); }

double gap_between(const ParagraphBox* above, const ParagraphBox* below) {
    const double space = space_between(above, below);
    if (above && below && joins(*above, *below)) return space + between_room(*below);
    return space + (above ? bottom_border_room(*above) : 0) + (below ? top_border_room(*below) : 0);
}

void draw_paragraph_boxes(std::span<const Piece> pieces, Point origin, bool is_artifact,
                          std::vector<PlacedFragment>& out) {
    for (std::size_t first = 0; first < pieces.size();) {
        const auto& piece = pieces[first];
        if (!piece.paragraph || !is_decorated(*piece.paragraph)) {
            ++first;
            continue;
        }
        std::size_t end = first + 1;
        while (end < pieces.size() && pieces[end].paragraph && pieces[end].at.x == piece.at.x &&
               pieces[end].at.y >= pieces[end - 1].at.y && joins(*pieces[end - 1].paragraph, *pieces[end].paragraph)) {
            ++end;
        }
        Fragment fragment;
        BoxDrawing(pieces.subspan(first, end - first), fragment).draw();
        if (auto done = finish_decoration(std::move(fragment), is_artifact)) {
            out.push_back({std::move(done), {origin.x + piece.at.x, origin.y + piece.at.y}});
        }
        first = end;
    }
}

void draw_line(Fragment& fragment, const Line& line, double x1, double y1, double x2, double y2) {
    if (!drawn(line)) return;
    const Color color = line.color.value_or(Color{});
    const bool horizontal = std::abs(y2 - y1) <= std::abs(x2 - x1);
    const double length = horizontal ? x2 - x1 : y2 - y1;
    const double width = line.width;
    const auto bar = [&](double offset, double thickness) {
        add_bar(fragment, horizontal, x1, y1, length, offset, thickness, color);
    };
    switch (line.style) {
        case Line::Style::none:
            return;
        case Line::Style::single:
        case Line::Style::thick:
            return bar(0, width);
        case Line::Style::doubled:
            bar(-width / 3, width / 3);
            return bar(width / 3, width / 3);
        case Line::Style::triple:
            bar(-width * 0.4, width / 5);
            bar(0, width / 5);
            return bar(width * 0.4, width / 5);
        case Line::Style::thick_thin:  // the thick line is above, or left
            bar(-width * 0.2, width * 0.6);
            return bar(width * 0.4, width * 0.2);
        case Line::Style::thin_thick:
            bar(-width * 0.4, width * 0.2);
            return bar(width * 0.2, width * 0.6);
        case Line::Style::dotted:
        case Line::Style::dashed:
        case Line::Style::dot_dash:
        case Line::Style::wave:
            break;
    }
    const auto unit = static_cast<float>(std::max(width, 0.5));
    Stroke stroke;
    stroke.form = line.style == Line::Style::wave ? Stroke::Form::wave : Stroke::Form::line;
    stroke.x = x1;
    stroke.y = y1;
    stroke.width = x2 - x1;
    stroke.height = y2 - y1;
    stroke.thickness = width;
    stroke.color = color;
    if (line.style == Line::Style::dotted) stroke.dash = {unit, unit};
    if (line.style == Line::Style::dashed) stroke.dash = {4 * unit, 2 * unit};
    if (line.style == Line::Style::dot_dash) stroke.dash = {4 * unit, 2 * unit, unit, 2 * unit};
    fragment.strokes.push_back(std::move(stroke));
}

FragmentPtr finish_decoration(Fragment&& fragment, bool is_artifact) {
    if (fragment.fills.empty() && fragment.images.empty() && fragment.strokes.empty()) return nullptr;
    auto out = std::make_shared<Fragment>(std::move(fragment));
    round_to_thousandths(*out);
    out->is_artifact = is_artifact;
    out->static_id = content_id(canonical_bytes(*out));
    return out;
}

}  // namespace shanqi::office
