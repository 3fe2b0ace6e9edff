// w:pict: VML as old Word and WPS write it (ECMA-376 part 4, clause 19): lengths live in a CSS-like style attribute.
#include <algorithm>
#include <array>
#include <cmath>

#include "office/docx/shapes.hpp"

namespace shanqi::office::docx {
namespace {

// The style attribute: "position:absolute;margin-left:12pt;…".
class VmlStyle {
public:
    explicit VmlStyle(std::string_view text) {
        while (!text.empty() && entries_.size() < 64) {
            const std::size_t end = text.find(';');
            const std::string_view entry = text.substr(0, end);
            text = end == std::string_view::npos ? "" : text.substr(end + 1);
            const std::size_t colon = entry.find(':');
            if (colon == std::string_view::npos) continue;
            entries_.emplace_back(stripped(entry.substr(0, colon)), stripped(entry.substr(colon + 1)));
        }
    }
    std::string_view operator[](std::string_view name) const {
        for (const auto& [key, value] : entries_) {
            if (key == name) return value;
        }
        return {};
    }

private:
    static std::string_view stripped(std::string_view text) {
        while (text.starts_with(' ') || text.starts_with('\n')) text.remove_prefix(1);
        while (text.ends_with(' ') || text.ends_with('\n')) text.remove_suffix(1);
        return text;
    }
    std::vector<std::pair<std::string_view, std::string_view>> entries_;
};

// Points. A bare number is a pixel of 1/96 inch; in a group it is a unit of the group (`unit_points`).
double length(std::string_view text, double unit_points = 0.75) {
    if (text.ends_with("px"))
        return std::clamp(decimal(text.substr(0, text.size() - 2)).value_or(0) * 0.75, -20000.0, 20000.0);
    if (const auto number = decimal(text)) return std::clamp(*number * unit_points, -20000.0, 20000.0);
    return points_from_twips(text).value_or(0);
}

bool is_off(std::string_view text) { return text == "f" || text == "false" || text == "0"; }
bool is_on(std::string_view text) { return text == "t" || text == "true" || text == "1"; }

// "#ff0000 [3204]", "red", "window", "black [0]", "fill darken(118)".
std::optional<Color> vml_color(std::string_view text) {
    const std::string_view first = text.substr(0, text.find(' '));
    if (const auto hex = hex_color(first); hex && first.starts_with('#')) return hex;
    return named_color(first);
}

Anchor::From origin(std::string_view name, bool horizontal) {
    using From = Anchor::From;
    if (name == "page") return From::page;
    if (name == "margin") return From::margin;
    if (name == "char") return From::character;
    if (name == "line") return From::line;
    if (name == "left-margin-area") return From::left_margin;
    if (name == "right-margin-area") return From::right_margin;
    if (name == "top-margin-area") return From::top_margin;
    if (name == "bottom-margin-area") return From::bottom_margin;
    return horizontal ? From::column : From::paragraph;
}

Anchor::Align align_of(std::string_view name) {
    using Align = Anchor::Align;
    if (name == "left") return Align::left;
    if (name == "center") return Align::center;
    if (name == "right") return Align::right;
    if (name == "top") return Align::top;
    if (name == "bottom") return Align::bottom;
    if (name == "inside") return Align::inside;
    if (name == "outside") return Align::outside;
    return Align::none;
}

std::optional<Anchor> anchor_of(const VmlStyle& style, pugi::xml_node shape) {
    if (style["position"] != "absolute") return std::nullopt;
    Anchor out;
    const pugi::xml_node wrap = shape.child("w10:wrap");
    std::string_view across = style["mso-position-horizontal-relative"], down = style["mso-position-vertical-relative"];
    if (across.empty()) across = wrap.attribute("anchorx").value();
    if (down.empty()) down = wrap.attribute("anchory").value();
    out.horizontal_from = origin(across, true);
    out.vertical_from = origin(down, false);
    out.horizontal_align = align_of(style["mso-position-horizontal"]);
    out.vertical_align = align_of(style["mso-position-vertical"]);
    out.x = length(style["margin-left"]) + length(style["left"]);
    out.y = length(style["margin-top"]) + length(style["top"]);
    out.z = integer(style["z-index"]).value_or(0);
    out.behind_text = out.z < 0;
    const std::string_view kind = wrap.attribute("type").value();
    if (kind == "square") out.wrap = Anchor::Wrap::square;
    if (kind == "tight") out.wrap = Anchor::Wrap::tight;
    if (kind == "through") out.wrap = Anchor::Wrap::through;
    if (kind == "topAndBottom") out.wrap = Anchor::Wrap::top_and_bottom;
    out.distance_left =
        std::max(0.0, length(style["mso-wrap-distance-left"].empty() ? "9pt" : style["mso-wrap-distance-left"]));
    out.distance_right =
        std::max(0.0, length(style["mso-wrap-distance-right"].empty() ? "9pt" : style["mso-wrap-distance-right"]));
    out.distance_top = std::max(0.0, length(style["mso-wrap-distance-top"]));
    out.distance_bottom = std::max(0.0, length(style["mso-wrap-distance-bottom"]));
    return out;
}

// "1234fd" is 1/65536 degree; a bare number is degrees.
double rotation_of_style(std::string_view text) {
    if (text.ends_with("fd")) return std::fmod(decimal(text.substr(0, text.size() - 2)).value_or(0) / 65536, 360.0);
    return std::fmod(decimal(text).value_or(0), 360.0);
}

std::pair<std::string_view, std::string_view> pair_of(std::string_view text) {
    const std::size_t comma = text.find(',');
    return {text.substr(0, comma), comma == std::string_view::npos ? "0" : text.substr(comma + 1)};
}

enum class Kind { rectangle, rounded, ellipse, line, word_art, other };

constexpr int picture_frame_type = 75;

// The number in type="#_x0000_t202" (LibreOffice: "#shapetype_202") is that of the shape in MS-ODRAW (MSOSPT).
int type_of(pugi::xml_node shape) {
    const std::string_view type = shape.attribute("type").value();
    for (const std::string_view before : {"_t", "type_"}) {
        const std::size_t at = type.rfind(before);
        if (at == std::string_view::npos) continue;
        const auto number = integer(type.substr(at + before.size()));
        if (number && *number > 0 && *number < 1000) return static_cast<int>(*number);
    }
    return 0;
}

// "t", "f", or what the shape's type says: frames of pictures, which canvases use too, have neither fill nor line.
bool is_drawn(pugi::xml_node shape, const char* attribute) {
    const std::string_view given = shape.attribute(attribute).value();
    return given.empty() ? type_of(shape) != picture_frame_type : !is_off(given);
}

Kind kind_of(pugi::xml_node shape) {
    const std::string_view name = shape.name();
    if (name == "v:rect") return Kind::rectangle;
    if (name == "v:roundrect") return Kind::rounded;
    if (name == "v:oval") return Kind::ellipse;
    if (name == "v:line") return Kind::line;
    if (const pugi::xml_node path = shape.child("v:textpath"); path && !is_off(path.attribute("on").value()))
        return Kind::word_art;
    if (name != "v:shape") return Kind::other;
    const int number = type_of(shape);
    if (number >= 136 && number <= 175) return Kind::word_art;
    switch (number) {
        case 1:
        case picture_frame_type:
        case 109:
        case 202:
            return Kind::rectangle;
        case 2:
        case 176:
            return Kind::rounded;
        case 3:
        case 120:
            return Kind::ellipse;
        case 20:
        case 32:
            return Kind::line;
        case 0:
            return shape.attribute("path") ? Kind::other : Kind::rectangle;
        default:
            return Kind::other;
    }
}

std::optional<Color> fill_of(pugi::xml_node shape, Reader& reader) {
    const pugi::xml_node fill = shape.child("v:fill");
    if (!is_drawn(shape, "filled") || is_off(fill.attribute("on").value())) return std::nullopt;
    if (const std::string_view opacity = fill.attribute("opacity").value(); opacity == "0" || opacity == "0f")
        return std::nullopt;
    const std::string_view type = fill.attribute("type").value();
    if (!type.empty() && type != "solid") reader.notice("unsupported.shape_fill");
    std::string_view color = shape.attribute("fillcolor").value();
    if (color.empty()) color = fill.attribute("color").value();
    return color.empty() ? Color{255, 255, 255} : vml_color(color).value_or(Color{255, 255, 255});
}

std::optional<Line> outline_of(pugi::xml_node shape, Reader& reader) {
    const pugi::xml_node stroke = shape.child("v:stroke");
    if (!is_drawn(shape, "stroked") || is_off(stroke.attribute("on").value())) return std::nullopt;
    Line out;
    out.style = Line::Style::single;
    std::string_view weight = shape.attribute("strokeweight").value(), color = shape.attribute("strokecolor").value();
    if (weight.empty()) weight = stroke.attribute("weight").value();
    if (color.empty()) color = stroke.attribute("color").value();
    out.width = weight.empty() ? 0.75 : std::clamp(length(weight), 0.25, 200.0);
    out.color = color.empty() ? Color{} : vml_color(color).value_or(Color{});
    const std::string_view dash = stroke.attribute("dashstyle").value(), lines = stroke.attribute("linestyle").value();
    if (dash == "dot" || dash == "shortdot" || dash == "1 1") out.style = Line::Style::dotted;
    if (dash == "dash" || dash == "shortdash" || dash == "longdash" || dash == "3 1") out.style = Line::Style::dashed;
    if (dash.find("dashdot") != std::string_view::npos) out.style = Line::Style::dot_dash;
    if (lines == "thinThin") out.style = Line::Style::doubled;
    if (lines == "thickThin") out.style = Line::Style::thick_thin;
    if (lines == "thinThick") out.style = Line::Style::thin_thick;
    if (lines == "thickBetweenThin") out.style = Line::Style::triple;
    for (const char* end : {"startarrow", "endarrow"}) {
        const std::string_view type = stroke.attribute(end).value();
        if (!type.empty() && type != "none") reader.notice("unsupported.arrow_head");
    }
    return out;
}

class VmlReader {
public:
    explicit VmlReader(DrawingSink& sink) : sink_(sink) {}

    Result<> shape(pugi::xml_node node) {
        const VmlStyle style(node.attribute("style").value());
        if (style["visibility"] == "hidden") return {};
        Frame frame;
        frame.width = std::max(0.0, length(style["width"]));
        frame.height = std::max(0.0, length(style["height"]));
        frame.anchor = anchor_of(style, node);
        frame.description = clean_text(node.attribute("alt").value());
        if (is_on(node.attribute("o:hr").value())) return rule(node, style, frame);
        if (name_of(node) == "v:group") return group(node, style, frame);
        if (name_of(node) == "v:line") place_line(node, frame);
        return content(node, style, frame);
    }

private:
    // <v:rect o:hr="t">: Word's horizontal rule, a percentage of the text's width.
    Result<> rule(pugi::xml_node node, const VmlStyle&, Frame frame) {
        if (frame.width <= 0) {
            const double share = decimal(node.attribute("o:hrpct").value()).value_or(1000) / 1000;
            frame.width = sink_.reader().page_geometry().text_width * (share > 0 && share <= 1 ? share : 1);
        }
        if (frame.height <= 0) frame.height = 1.5;
        frame.anchor.reset();
        Shape bar;
        bar.fill = vml_color(node.attribute("fillcolor").value()).value_or(Color{160, 160, 160});
        sink_.add(std::move(bar), frame);
        return {};
    }

    static void place_line(pugi::xml_node node, Frame& frame) {
        const auto [from_x, from_y] = pair_of(node.attribute("from").value());
        const auto [to_x, to_y] = pair_of(node.attribute("to").value());
        const double x1 = length(from_x), y1 = length(from_y), x2 = length(to_x), y2 = length(to_y);
        frame.width = std::abs(x2 - x1);
        frame.height = std::abs(y2 - y1);
        if (!frame.anchor) return;
        frame.anchor->x += std::min(x1, x2);
        frame.anchor->y += std::min(y1, y2);
    }

    static bool rises(pugi::xml_node node, const VmlStyle& style) {
        if (name_of(node) == "v:line") {
            const auto [from_x, from_y] = pair_of(node.attribute("from").value());
            const auto [to_x, to_y] = pair_of(node.attribute("to").value());
            return (length(to_x) - length(from_x)) * (length(to_y) - length(from_y)) < 0;
        }
        return style["flip"] == "x" || style["flip"] == "y";
    }

    Result<> content(pugi::xml_node node, const VmlStyle& style, Frame frame) {
        frame.rotation_degrees = rotation_of_style(style["rotation"]);
        if (const pugi::xml_node data = node.child("v:imagedata")) return picture(data, frame);
        const Kind kind = kind_of(node);
        if (kind == Kind::word_art) {
            sink_.unsupported("unsupported.word_art", clean_text(node.child("v:textpath").attribute("string").value()),
                              frame);
            return {};
        }
        Shape shape;
        if (kind == Kind::rounded) shape.form = Shape::Form::rounded_rectangle;
        if (kind == Kind::ellipse) shape.form = Shape::Form::ellipse;
        if (kind == Kind::line) shape.form = Shape::Form::line;
        shape.flip_vertical = rises(node, style);
        if (kind != Kind::other) {
            if (kind != Kind::line) shape.fill = fill_of(node, sink_.reader());
            shape.outline = outline_of(node, sink_.reader());
        }
        if (const pugi::xml_node box = node.child("v:textbox")) shape.text = TRY(text_box(box, style));
        if (kind == Kind::other) {
            if (shape.text) {
                sink_.add(std::move(shape), frame);
                frame.width = frame.height = 0;
            }
            sink_.unsupported("unsupported.shape", frame.description, frame);
            return {};
        }
        if (!shape.fill && !shape.outline && !shape.text && frame.anchor) return {};
        sink_.add(std::move(shape), frame);
        return {};
    }

    Result<> picture(pugi::xml_node data, const Frame& frame) {
        std::string_view id = data.attribute("r:id").value();
        if (id.empty()) id = data.attribute("r:pict").value();
        if (id.empty()) id = data.attribute("r:href").value();
        const Reader::ImageResult image = TRY(sink_.reader().image(sink_.story().part, id));
        if (image.index < 0) {
            sink_.unsupported(image.unsupported_key, frame.description.empty() ? image.name : frame.description, frame);
            return {};
        }
        if (data.attribute("gain") || data.attribute("blacklevel"))
            sink_.reader().notice("unsupported.picture_effect", image.name);
        const auto fraction = [&](const char* name) {
            const std::string_view text = data.attribute(name).value();
            const double value = text.ends_with('f') ? decimal(text.substr(0, text.size() - 1)).value_or(0) / 65536
                                                     : decimal(text).value_or(0);
            return std::clamp(value, 0.0, 0.99);
        };
        Picture out{image.index, fraction("cropleft"), fraction("croptop"), fraction("cropright"),
                    fraction("cropbottom")};
        if (out.crop_left + out.crop_right >= 1) out.crop_left = out.crop_right = 0;
        if (out.crop_top + out.crop_bottom >= 1) out.crop_top = out.crop_bottom = 0;
        sink_.add(out, frame);
        return {};
    }

    Result<TextBox> text_box(pugi::xml_node box, const VmlStyle& shape_style) {
        TextBox out;
        std::string_view rest = box.attribute("inset").value();
        for (double* side : {&out.inset_left, &out.inset_top, &out.inset_right, &out.inset_bottom}) {
            const std::size_t comma = rest.find(',');
            const std::string_view value = rest.substr(0, comma);
            if (!value.empty()) *side = std::clamp(length(value), 0.0, 500.0);
            rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
        }
        const std::string_view align = shape_style["v-text-anchor"];
        if (align.starts_with("middle")) out.vertical_align = TextBox::VerticalAlign::center;
        if (align.starts_with("bottom")) out.vertical_align = TextBox::VerticalAlign::bottom;
        if (VmlStyle(box.attribute("style").value())["layout-flow"].starts_with("vertical")) {
            sink_.reader().notice("unsupported.vertical_text");
        }
        out.blocks = TRY(sink_.reader().text_box(box.child("w:txbxContent"), sink_.story(), {}));
        return out;
    }

    Result<> group(pugi::xml_node node, const VmlStyle& style, const Frame& frame) {
        if (!frame.anchor || rotation_of_style(style["rotation"]) != 0) {
            sink_.unsupported("unsupported.group", frame.description, frame);
            return {};
        }
        return group_children(node, 0, 0, frame.width, frame.height, frame, 0);
    }

    Result<> group_children(pugi::xml_node node, double x, double y, double width, double height, const Frame& frame,
                            int depth) {
        if (depth > limits::nesting_max) return fail(ErrorKind::limit, "docx.too_complex");
        const auto [origin_x, origin_y] = pair_of(node.attribute("coordorigin").value());
        const auto [size_x, size_y] = pair_of(node.attribute("coordsize").value());
        const auto number = [](std::string_view text, double fallback) {
            const auto value = decimal(text);
            return value && std::abs(*value) >= 0.001 ? std::clamp(*value, -1e9, 1e9) : fallback;
        };
        GroupSpace space{number(origin_x, 0),
                         number(origin_y, 0),
                         width / number(size_x, 1000),
                         height / number(size_y, 1000),
                         x,
                         y};
        for (const pugi::xml_node child : node.children()) {
            const std::string_view name = child.name();
            if (!name.starts_with("v:") || name == "v:shapetype") continue;
            const VmlStyle style(child.attribute("style").value());
            const auto units = [&](std::string_view key) {
                return std::clamp(decimal(style[key]).value_or(0), -1e9, 1e9);
            };
            double left = units("left"), top = units("top"), across = units("width"), down = units("height");
            if (name == "v:line") {
                const auto [from_x, from_y] = pair_of(child.attribute("from").value());
                const auto [to_x, to_y] = pair_of(child.attribute("to").value());
                const double x1 = number(from_x, 0), y1 = number(from_y, 0), x2 = number(to_x, 0), y2 = number(to_y, 0);
                left = std::min(x1, x2);
                top = std::min(y1, y2);
                across = std::abs(x2 - x1);
                down = std::abs(y2 - y1);
            }
            const double child_x = space.to_x(left), child_y = space.to_y(top);
            if (name == "v:group") {
                TRY_DO(group_children(child, child_x, child_y, across * space.scale_x, down * space.scale_y, frame,
                                      depth + 1));
                continue;
            }
            const auto place = sink_.child_frame(frame, child_x, child_y, across * space.scale_x, down * space.scale_y);
            if (place) {
                TRY_DO(content(child, style, *place));
            } else {
                sink_.unsupported("unsupported.shape", frame.description, frame);
            }
        }
        return {};
    }

    DrawingSink& sink_;
};

}  // namespace

Result<std::vector<Inline>> Reader::vml_picture(pugi::xml_node pict, const Story& story, const RunStylePtr& style) {
    DrawingSink sink(*this, story, style);
    for (const pugi::xml_node node : pict.children()) {
        const std::string_view name = node.name();
        if (!name.starts_with("v:") || name == "v:shapetype") continue;
        TRY_DO(VmlReader(sink).shape(node));
    }
    return sink.take_inlines();
}

}  // namespace shanqi::office::docx
