#include "office/layout/drawings.hpp"

#include <algorithm>
#include <cmath>

#include "office/layout/decorations.hpp"
#include "office/layout/painter.hpp"

namespace shanqi::office {

namespace {

Fragment draw_picture(const Drawing& drawing, const Picture& picture) {
    Fragment fragment;
    PlacedImage image;
    image.image = picture.image;
    image.width = drawing.width;
    image.height = drawing.height;
    image.crop_left = picture.crop_left;
    image.crop_top = picture.crop_top;
    image.crop_right = picture.crop_right;
    image.crop_bottom = picture.crop_bottom;
    image.rotation_degrees = drawing.rotation_degrees;
    image.description = drawing.description;
    fragment.images.push_back(std::move(image));
    return fragment;
}

Stroke::Form stroke_form(Shape::Form form) {
    switch (form) {
        case Shape::Form::rectangle:
            return Stroke::Form::rectangle;
        case Shape::Form::ellipse:
            return Stroke::Form::ellipse;
        case Shape::Form::rounded_rectangle:
            return Stroke::Form::rounded_rectangle;
        case Shape::Form::line:
            break;
    }
    return Stroke::Form::line;
}

std::vector<float> dash_of(const Line& line) {
    const auto unit = static_cast<float>(std::max(line.width, 0.5));
    switch (line.style) {
        case Line::Style::dotted:
            return {unit, unit};
        case Line::Style::dashed:
            return {4 * unit, 3 * unit};
        case Line::Style::dot_dash:
            return {4 * unit, 3 * unit, unit, 3 * unit};
        default:
            return {};
    }
}

Fragment draw_shape(const Drawing& drawing, const Shape& shape) {
    Fragment fragment;
    const bool outlined = shape.outline && shape.outline->style != Line::Style::none && shape.outline->width > 0;
    const bool is_line = shape.form == Shape::Form::line;
    const bool is_straight = is_line && (drawing.width < 0.01 || drawing.height < 0.01);
    if (is_straight) {  // a rule: the double line of a red-head letter keeps its style
        if (outlined) draw_line(fragment, *shape.outline, 0, 0, drawing.width, drawing.height);
        return fragment;
    }
    if (!outlined && shape.form == Shape::Form::rectangle) {
        if (shape.fill) fragment.fills.push_back({0, 0, drawing.width, drawing.height, *shape.fill});
        return fragment;
    }
    if (!outlined && !shape.fill) return fragment;
    Stroke stroke;
    stroke.form = stroke_form(shape.form);
    stroke.y = is_line && shape.flip_vertical ? drawing.height : 0;
    stroke.width = drawing.width;
    stroke.height = is_line && shape.flip_vertical ? -drawing.height : drawing.height;
    stroke.thickness = outlined ? shape.outline->width : 0;
    if (outlined) {
        stroke.dash = dash_of(*shape.outline);
        stroke.color = shape.outline->color.value_or(Color{});
    } else {
        stroke.color = *shape.fill;
    }
    if (!is_line) stroke.fill = shape.fill;
    fragment.strokes.push_back(std::move(stroke));
    return fragment;
}

double aligned(Anchor::Align align, double from, double extent, double size, double offset, bool is_even_page) {
    using Align = Anchor::Align;
    if (align == Align::inside) align = is_even_page ? Align::right : Align::left;
    if (align == Align::outside) align = is_even_page ? Align::left : Align::right;
    switch (align) {
        case Align::left:
        case Align::top:
            return from;
        case Align::center:
            return from + (extent - size) / 2;
        case Align::right:
        case Align::bottom:
            return from + extent - size;
        default:
            return from + offset;
    }
}

struct Span {
    double from = 0, extent = 0;
};

Span horizontal_span(const Anchor& anchor, const AnchorFrame& frame) {
    using From = Anchor::From;
    From from = anchor.horizontal_from;
    if (from == From::inside_margin) from = frame.is_even_page ? From::right_margin : From::left_margin;
    if (from == From::outside_margin) from = frame.is_even_page ? From::left_margin : From::right_margin;
    switch (from) {
        case From::page:
            return {frame.page.x, frame.page.width};
        case From::margin:
            return {frame.margin.x, frame.margin.width};
        case From::left_margin:
            return {frame.page.x, frame.margin.x - frame.page.x};
        case From::right_margin:
            return {frame.margin.right(), frame.page.right() - frame.margin.right()};
        case From::character:
            return {frame.character_x, 0};
        default:
            return {frame.column.x, frame.column.width};
    }
}

Span vertical_span(const Anchor& anchor, const AnchorFrame& frame) {
    using From = Anchor::From;
    switch (anchor.vertical_from) {
        case From::page:
            return {frame.page.y, frame.page.height};
        case From::margin:
        case From::inside_margin:
            return {frame.margin.y, frame.margin.height};
        case From::top_margin:
            return {frame.page.y, frame.margin.y - frame.page.y};
        case From::bottom_margin:
        case From::outside_margin:
            return {frame.margin.bottom(), frame.page.bottom() - frame.margin.bottom()};
        case From::line:
        case From::character:
            return {frame.line_top, frame.line_height};
        default:
            return {frame.paragraph_top, 0};
    }
}

}  // namespace

DrawnShape draw_drawing(const Drawing& drawing, bool is_artifact) {
    DrawnShape out;
    if (const auto* picture = std::get_if<Picture>(&drawing.content)) {
        out.fragment = finish_decoration(draw_picture(drawing, *picture), is_artifact);
        return out;
    }
    const auto& shape = std::get<Shape>(drawing.content);
    if (std::abs(std::remainder(drawing.rotation_degrees, 180.0)) > 0.5) out.notice = "layout.rotated_shape";
    out.fragment = finish_decoration(draw_shape(drawing, shape), is_artifact);
    return out;
}

Area anchored_area(const Anchor& anchor, double width, double height, const AnchorFrame& frame) {
    const Span across = horizontal_span(anchor, frame);
    const Span down = vertical_span(anchor, frame);
    Area out{0, 0, width, height};
    out.x = aligned(anchor.horizontal_align, across.from, across.extent, width, anchor.x, frame.is_even_page);
    out.y = aligned(anchor.vertical_align, down.from, down.extent, height, anchor.y, frame.is_even_page);
    return out;
}

Area drawing_area(const Drawing& drawing, const AnchorFrame& frame) {
    if (!drawing.anchor) return {frame.character_x, frame.line_top, drawing.width, drawing.height};
    return anchored_area(*drawing.anchor, drawing.width, drawing.height, frame);
}

}  // namespace shanqi::office
