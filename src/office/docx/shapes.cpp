// wps:wsp and wpg:wgp: shapes with fill, line and text, and groups of them (MS-ODRAWXML; ECMA-376 part 1, 20.1).
#include "office/docx/shapes.hpp"

#include <algorithm>
#include <array>

namespace shanqi::office::docx {

using namespace std::string_view_literals;

namespace {

enum class Geometry { rectangle, rounded, ellipse, line, other };

Geometry geometry_of(pugi::xml_node spPr) {
    const std::string_view name = spPr.child("a:prstGeom").attribute("prst").value();
    if (name.empty()) return spPr.child("a:custGeom") ? Geometry::other : Geometry::rectangle;
    constexpr std::array rectangles = {"rect"sv, "flowChartProcess"sv, "flowChartInternalStorage"sv, "plaque"sv};
    constexpr std::array rounded = {"roundRect"sv,           "flowChartAlternateProcess"sv,
                                    "flowChartTerminator"sv, "round1Rect"sv,
                                    "round2SameRect"sv,      "round2DiagRect"sv};
    constexpr std::array ellipses = {"ellipse"sv, "flowChartConnector"sv};
    constexpr std::array lines = {"line"sv, "straightConnector1"sv};
    const auto holds = [&](const auto& names) { return std::ranges::find(names, name) != names.end(); };
    if (holds(rectangles)) return Geometry::rectangle;
    if (holds(rounded)) return Geometry::rounded;
    if (holds(ellipses)) return Geometry::ellipse;
    return holds(lines) ? Geometry::line : Geometry::other;
}

bool flag(pugi::xml_node node, const char* name) { return node.attribute(name) && on_off(node.attribute(name)); }

// A reference into the theme's styles: index 0 means nothing at all (20.1.4.2.10, 20.1.4.2.19).
struct StyleReference {
    bool draws = false;
    long long index = 0;
    std::optional<Color> color;
};
StyleReference reference(pugi::xml_node node, const Theme& theme) {
    StyleReference out;
    out.index = integer(node.attribute("idx").value()).value_or(0);
    out.draws = node && out.index != 0;
    out.color = drawing_color(theme, node);
    return out;
}

std::optional<Color> fill_of(pugi::xml_node spPr, const StyleReference& style, Reader& reader) {
    const Theme& theme = reader.theme();
    if (spPr.child("a:noFill")) return std::nullopt;
    if (const pugi::xml_node solid = spPr.child("a:solidFill")) return drawing_color(theme, solid, style.color);
    if (const pugi::xml_node gradient = spPr.child("a:gradFill")) {
        reader.notice("unsupported.shape_fill");
        return drawing_color(theme, gradient.child("a:gsLst").child("a:gs"), style.color);
    }
    if (const pugi::xml_node pattern = spPr.child("a:pattFill")) {
        reader.notice("unsupported.shape_fill");
        return drawing_color(theme, pattern.child("a:bgClr"), style.color);
    }
    if (spPr.child("a:blipFill")) {
        reader.notice("unsupported.shape_fill");
        return std::nullopt;
    }
    return style.draws ? style.color : std::nullopt;
}

Line::Style line_style(pugi::xml_node ln) {
    const std::string_view dash = ln.child("a:prstDash").attribute("val").value();
    if (dash == "dot" || dash == "sysDot") return Line::Style::dotted;
    if (dash == "dash" || dash == "sysDash" || dash == "lgDash") return Line::Style::dashed;
    if (dash.find("Dot") != std::string_view::npos) return Line::Style::dot_dash;
    const std::string_view compound = ln.attribute("cmpd").value();
    if (compound == "dbl") return Line::Style::doubled;
    if (compound == "thickThin") return Line::Style::thick_thin;
    if (compound == "thinThick") return Line::Style::thin_thick;
    if (compound == "tri") return Line::Style::triple;
    return Line::Style::single;
}

std::optional<Line> outline_of(pugi::xml_node spPr, const StyleReference& style, Reader& reader) {
    const Theme& theme = reader.theme();
    const pugi::xml_node ln = spPr.child("a:ln");
    if (ln.child("a:noFill")) return std::nullopt;
    std::optional<Color> color = style.color;
    bool draws = style.draws;
    if (const pugi::xml_node solid = ln.child("a:solidFill")) {
        color = drawing_color(theme, solid, style.color);
        draws = true;
    } else if (const pugi::xml_node gradient = ln.child("a:gradFill")) {
        color = drawing_color(theme, gradient.child("a:gsLst").child("a:gs"), style.color);
        draws = true;
    }
    if (!draws) return std::nullopt;
    Line out;
    out.style = line_style(ln);
    out.color = color;
    out.width = 0.75;  // 9525 EMU, the default of a:ln
    const auto index = static_cast<std::size_t>(std::clamp(style.index, 0LL, 100LL));
    if (style.draws && index >= 1 && index <= theme.line_widths.size()) out.width = theme.line_widths[index - 1];
    if (ln.attribute("w")) out.width = points_from_emu(ln.attribute("w").value());
    out.width = std::clamp(out.width, 0.25, 200.0);
    for (const char* end : {"a:headEnd", "a:tailEnd"}) {
        const std::string_view type = ln.child(end).attribute("type").value();
        if (!type.empty() && type != "none") reader.notice("unsupported.arrow_head");
    }
    return out;
}

Result<TextBox> text_of_shape(pugi::xml_node wsp, const Theme& theme, DrawingSink& sink) {
    TextBox out;
    const pugi::xml_node body = wsp.child("wps:bodyPr");
    const auto inset = [&](const char* name, double fallback) {
        const pugi::xml_attribute given = body.attribute(name);
        return given ? std::clamp(points_from_emu(given.value()), 0.0, 500.0) : fallback;
    };
    out.inset_left = inset("lIns", out.inset_left);
    out.inset_top = inset("tIns", out.inset_top);
    out.inset_right = inset("rIns", out.inset_right);
    out.inset_bottom = inset("bIns", out.inset_bottom);
    const std::string_view anchor = body.attribute("anchor").value();
    if (anchor == "ctr") out.vertical_align = TextBox::VerticalAlign::center;
    if (anchor == "b") out.vertical_align = TextBox::VerticalAlign::bottom;
    const std::string_view direction = body.attribute("vert").value();
    if (!direction.empty() && direction != "horz") sink.reader().notice("unsupported.vertical_text");
    const std::string_view warp = body.child("a:prstTxWarp").attribute("prst").value();
    if (!warp.empty() && warp != "textNoShape") sink.reader().notice("unsupported.word_art");
    BaseFormat base;
    if (const auto color = drawing_color(theme, wsp.child("wps:style").child("a:fontRef"))) base.run.color = color;
    base.shape_run = base.run;
    out.blocks = TRY(sink.reader().text_box(wsp.child("wps:txbx").child("w:txbxContent"), sink.story(), base));
    return out;
}

struct Box {
    double x = 0, y = 0, width = 0, height = 0;
};
Box box_of(pugi::xml_node xfrm) {
    const auto number = [](pugi::xml_attribute attribute) {
        return std::clamp(decimal(attribute.value()).value_or(0), -1e10, 1e10);
    };
    return {number(xfrm.child("a:off").attribute("x")), number(xfrm.child("a:off").attribute("y")),
            number(xfrm.child("a:ext").attribute("cx")), number(xfrm.child("a:ext").attribute("cy"))};
}

GroupSpace space_of(pugi::xml_node xfrm, double x, double y, double width, double height) {
    const auto number = [&](const char* child, const char* name) {
        return std::clamp(decimal(xfrm.child(child).attribute(name).value()).value_or(0), -1e10, 1e10);
    };
    GroupSpace out;
    out.x = x;
    out.y = y;
    out.origin_x = number("a:chOff", "x");
    out.origin_y = number("a:chOff", "y");
    const double across = number("a:chExt", "cx"), down = number("a:chExt", "cy");
    out.scale_x = across >= 1 ? width / across : 1 / 12700.0;
    out.scale_y = down >= 1 ? height / down : 1 / 12700.0;
    return out;
}

Result<> read_children(pugi::xml_node group, const GroupSpace& space, const Frame& frame, DrawingSink& sink,
                       int depth) {
    if (depth > limits::nesting_max) return fail(ErrorKind::limit, "docx.too_complex");
    for (const pugi::xml_node child : group.children()) {
        const std::string_view name = child.name();
        const bool nested = name == "wpg:grpSp";
        const pugi::xml_node properties = name == "pic:pic" ? child.child("pic:spPr")
                                          : nested          ? child.child("wpg:grpSpPr")
                                                            : child.child("wps:spPr");
        if (name != "pic:pic" && name != "wps:wsp" && !nested) {
            const bool describes = local_name(child).starts_with("cNv") || name == "wpg:grpSpPr" ||
                                   local_name(child) == "extLst" || child.type() != pugi::node_element;
            if (name == "wpg:graphicFrame") {
                sink.unsupported("unsupported.chart", frame.description, frame);
            } else if (!describes) {
                sink.unsupported("unsupported.content", frame.description, frame);
            }
            continue;
        }
        const pugi::xml_node xfrm = properties.child("a:xfrm");
        const Box box = box_of(xfrm);
        const double width = box.width * space.scale_x, height = box.height * space.scale_y;
        const double x = space.to_x(box.x), y = space.to_y(box.y);
        if (nested) {
            if (rotation_of(xfrm) != 0) {
                sink.unsupported("unsupported.group", frame.description, frame);
                continue;
            }
            TRY_DO(read_children(child, space_of(xfrm, x, y, width, height), frame, sink, depth + 1));
            continue;
        }
        const auto place = sink.child_frame(frame, x, y, width, height);
        if (!place) {
            sink.unsupported("unsupported.shape", frame.description, frame);
            continue;
        }
        TRY_DO(name == "pic:pic" ? read_picture(child, *place, sink) : read_word_shape(child, *place, sink));
    }
    return {};
}

}  // namespace

Result<> read_word_shape(pugi::xml_node wsp, Frame frame, DrawingSink& sink) {
    Reader& reader = sink.reader();
    const pugi::xml_node spPr = wsp.child("wps:spPr"), xfrm = spPr.child("a:xfrm"), style = wsp.child("wps:style");
    frame.rotation_degrees = rotation_of(xfrm);
    const Geometry geometry = geometry_of(spPr);
    Shape shape;
    if (geometry == Geometry::rounded) shape.form = Shape::Form::rounded_rectangle;
    if (geometry == Geometry::ellipse) shape.form = Shape::Form::ellipse;
    if (geometry == Geometry::line) shape.form = Shape::Form::line;
    shape.flip_vertical = flag(xfrm, "flipV") != flag(xfrm, "flipH");
    if (geometry != Geometry::other) {
        if (geometry != Geometry::line)
            shape.fill = fill_of(spPr, reference(style.child("a:fillRef"), reader.theme()), reader);
        shape.outline = outline_of(spPr, reference(style.child("a:lnRef"), reader.theme()), reader);
    }
    if (wsp.child("wps:txbx")) shape.text = TRY(text_of_shape(wsp, reader.theme(), sink));
    if (wsp.child("wps:linkedTxbx")) reader.notice("unsupported.linked_text_box");
    if (geometry == Geometry::other) {
        // Its text is kept, without the form around it.
        const std::string_view name = spPr.child("a:prstGeom").attribute("prst").value();
        Frame place = frame;
        if (shape.text) {
            sink.add(std::move(shape), frame);
            place.width = place.height = 0;
        }
        sink.unsupported("unsupported.shape", clean_text(name), place);
        return {};
    }
    if (!shape.fill && !shape.outline && !shape.text && frame.anchor) return {};  // nothing to see
    sink.add(std::move(shape), frame);
    return {};
}

Result<> read_word_group(pugi::xml_node group, const Frame& frame, DrawingSink& sink) {
    const pugi::xml_node xfrm = group.child("wpg:grpSpPr").child("a:xfrm");
    if (!frame.anchor || rotation_of(xfrm) != 0) {
        sink.unsupported("unsupported.group", frame.description, frame);
        return {};
    }
    return read_children(group, space_of(xfrm, 0, 0, frame.width, frame.height), frame, sink, 0);
}

}  // namespace shanqi::office::docx
