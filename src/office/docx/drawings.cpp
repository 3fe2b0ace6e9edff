// w:drawing: inline or anchored frames (ECMA-376 part 1, 20.4), and what they hold: pictures, shapes, charts…
#include <algorithm>
#include <array>
#include <cmath>

#include "office/docx/shapes.hpp"

namespace shanqi::office::docx {
namespace {

template <class T, std::size_t N>
T named(const std::array<std::pair<std::string_view, T>, N>& table, std::string_view name, T fallback) {
    for (const auto& [key, value] : table) {
        if (key == name) return value;
    }
    return fallback;
}

using From = Anchor::From;
constexpr std::array origins = std::to_array<std::pair<std::string_view, From>>({
    {"page", From::page},
    {"margin", From::margin},
    {"column", From::column},
    {"paragraph", From::paragraph},
    {"line", From::line},
    {"character", From::character},
    {"leftMargin", From::left_margin},
    {"rightMargin", From::right_margin},
    {"topMargin", From::top_margin},
    {"bottomMargin", From::bottom_margin},
    {"insideMargin", From::inside_margin},
    {"outsideMargin", From::outside_margin},
});
using Align = Anchor::Align;
constexpr std::array aligns = std::to_array<std::pair<std::string_view, Align>>({{"left", Align::left},
                                                                                 {"center", Align::center},
                                                                                 {"right", Align::right},
                                                                                 {"top", Align::top},
                                                                                 {"bottom", Align::bottom},
                                                                                 {"inside", Align::inside},
                                                                                 {"outside", Align::outside}});

void parse_position(pugi::xml_node position, From fallback, From& from, Align& align, double& offset) {
    from = named(origins, position.attribute("relativeFrom").value(), fallback);
    align = named(aligns, position.child("wp:align").text().get(), Align::none);
    offset = points_from_emu(position.child("wp:posOffset").text().get());
}

Anchor parse_anchor(pugi::xml_node node) {
    Anchor out;
    parse_position(node.child("wp:positionH"), From::column, out.horizontal_from, out.horizontal_align, out.x);
    parse_position(node.child("wp:positionV"), From::paragraph, out.vertical_from, out.vertical_align, out.y);
    // simplePos is almost always off; when on, it counts from the page's corner (20.4.2.3).
    if (node.attribute("simplePos") && on_off(node.attribute("simplePos"))) {
        out = Anchor();
        out.horizontal_from = out.vertical_from = From::page;
        out.x = points_from_emu(node.child("wp:simplePos").attribute("x").value());
        out.y = points_from_emu(node.child("wp:simplePos").attribute("y").value());
    }
    for (const pugi::xml_node child : node.children()) {
        const std::string_view name = child.name();
        if (name == "wp:wrapSquare") out.wrap = Anchor::Wrap::square;
        if (name == "wp:wrapTight") out.wrap = Anchor::Wrap::tight;
        if (name == "wp:wrapThrough") out.wrap = Anchor::Wrap::through;
        if (name == "wp:wrapTopAndBottom") out.wrap = Anchor::Wrap::top_and_bottom;
    }
    out.behind_text = node.attribute("behindDoc") && on_off(node.attribute("behindDoc"));
    out.distance_top = points_from_emu(node.attribute("distT").value());
    out.distance_bottom = points_from_emu(node.attribute("distB").value());
    out.distance_left = points_from_emu(node.attribute("distL").value());
    out.distance_right = points_from_emu(node.attribute("distR").value());
    out.z = integer(node.attribute("relativeHeight").value()).value_or(0);
    return out;
}

double size_of(pugi::xml_attribute emu) { return std::max(0.0, points_from_emu(emu.value())); }

// Recolouring, a frame around the picture, a form that it is cut to, a mirrored picture: it is drawn plain instead.
bool has_picture_effect(pugi::xml_node pic) {
    for (const pugi::xml_node effect : pic.child("pic:blipFill").child("a:blip").children()) {
        if (local_name(effect) != "extLst") return true;
    }
    const pugi::xml_node spPr = pic.child("pic:spPr"), xfrm = spPr.child("a:xfrm"), ln = spPr.child("a:ln");
    const std::string_view form = spPr.child("a:prstGeom").attribute("prst").value();
    const auto flag = [&](const char* name) { return xfrm.attribute(name) && on_off(xfrm.attribute(name)); };
    return (!form.empty() && form != "rect") || spPr.child("a:custGeom") || spPr.child("a:effectLst").first_child() ||
           ln.child("a:solidFill") || ln.child("a:gradFill") || flag("flipH") || flag("flipV");
}

Result<> read_frame(pugi::xml_node holder, const Story& story, DrawingSink& sink) {
    const pugi::xml_node properties = holder.child("wp:docPr");
    if (properties.attribute("hidden") && on_off(properties.attribute("hidden"))) return {};
    Frame frame;
    frame.width = size_of(holder.child("wp:extent").attribute("cx"));
    frame.height = size_of(holder.child("wp:extent").attribute("cy"));
    frame.description = clean_text(properties.attribute("descr").value());
    if (frame.description.empty()) frame.description = clean_text(properties.attribute("title").value());
    if (name_of(holder) == "wp:anchor") frame.anchor = parse_anchor(holder);
    const pugi::xml_node data = holder.child("a:graphic").child("a:graphicData");
    if (!data.first_child()) sink.unsupported("unsupported.content", frame.description, frame);
    for (const pugi::xml_node content : data.children()) {
        if (content.type() != pugi::node_element) continue;
        const std::string_view name = content.name();
        if (name == "pic:pic") {
            TRY_DO(read_picture(content, frame, sink));
        } else if (name == "wps:wsp") {
            TRY_DO(read_word_shape(content, frame, sink));
        } else if (name == "wpg:wgp") {
            TRY_DO(read_word_group(content, frame, sink));
        } else if (name == "c:chart" || name == "cx:chart") {
            std::string title = sink.reader().chart_title(story.part, content.attribute("r:id").value());
            if (title.empty()) title = frame.description;
            sink.unsupported("unsupported.chart", std::move(title), frame);
        } else if (name == "dgm:relIds") {
            sink.unsupported("unsupported.diagram", frame.description, frame);
        } else {
            const bool canvas = local_name(content) == "wpc" || local_name(content) == "lockedCanvas";
            sink.unsupported(canvas ? "unsupported.canvas" : "unsupported.content", frame.description, frame);
        }
    }
    return {};
}

}  // namespace

void DrawingSink::add(std::variant<Picture, Shape> content, const Frame& frame) {
    Drawing drawing;
    drawing.content = std::move(content);
    drawing.width = frame.width;
    drawing.height = frame.height;
    drawing.rotation_degrees = frame.rotation_degrees;
    drawing.anchor = frame.anchor;
    drawing.description = frame.description;
    drawing.style = style_;
    inlines_.emplace_back(std::move(drawing));
}

void DrawingSink::unsupported(std::string_view key, std::string detail, const Frame& frame) {
    // What floats takes no room in the line.
    const bool floats = frame.anchor.has_value();
    inlines_.emplace_back(
        Unsupported{std::string(key), std::move(detail), floats ? 0 : frame.width, floats ? 0 : frame.height, style_});
}

std::optional<Frame> DrawingSink::child_frame(const Frame& group, double x, double y, double width,
                                              double height) const {
    if (!group.anchor) return std::nullopt;
    // Far beyond any page: only a broken or hostile file comes here.
    constexpr double points_max = 20'000;
    const auto sane = [](double points) { return std::abs(points) <= points_max; };
    if (!sane(x) || !sane(y) || !sane(width) || !sane(height)) return std::nullopt;
    Frame out;
    out.width = std::max(0.0, width);
    out.height = std::max(0.0, height);
    out.description = group.description;
    out.anchor = group.anchor;
    const Reader::PageGeometry& page = reader_.page_geometry();
    // An aligned group becomes one at an offset, so that its children can have offsets of their own.
    const auto offset = [](Align align, double whole, double part, double given) {
        if (align == Align::center) return (whole - part) / 2;
        if (align == Align::right || align == Align::bottom || align == Align::outside) return whole - part;
        return align == Align::none ? given : 0.0;
    };
    const double across = group.anchor->horizontal_from == From::page ? page.width : page.text_width;
    const double down = group.anchor->vertical_from == From::page ? page.height : page.text_height;
    out.anchor->x = offset(group.anchor->horizontal_align, across, group.width, group.anchor->x) + x;
    out.anchor->y = offset(group.anchor->vertical_align, down, group.height, group.anchor->y) + y;
    out.anchor->horizontal_align = out.anchor->vertical_align = Align::none;
    out.anchor->z += static_cast<std::int64_t>(inlines_.size());
    return out;
}

double rotation_of(pugi::xml_node xfrm) {
    const double degrees = decimal(xfrm.attribute("rot").value()).value_or(0) / 60000;
    return std::fmod(degrees, 360.0);
}

Result<> read_picture(pugi::xml_node pic, Frame frame, DrawingSink& sink) {
    const pugi::xml_node fill = pic.child("pic:blipFill"), blip = fill.child("a:blip");
    frame.rotation_degrees = rotation_of(pic.child("pic:spPr").child("a:xfrm"));
    std::string_view id = blip.attribute("r:embed").value();
    if (id.empty()) id = blip.attribute("r:link").value();
    const Reader::ImageResult image = TRY(sink.reader().image(sink.story().part, id));
    if (image.index < 0) {
        sink.unsupported(image.unsupported_key, frame.description.empty() ? image.name : frame.description, frame);
        return {};
    }
    if (has_picture_effect(pic)) sink.reader().notice("unsupported.picture_effect", image.name);
    const pugi::xml_node crop = fill.child("a:srcRect");
    const auto fraction = [&](const char* side) {
        return std::clamp(percent(crop.attribute(side).value(), 1000).value_or(0) / 100, 0.0, 0.99);
    };
    Picture picture{image.index, fraction("l"), fraction("t"), fraction("r"), fraction("b")};
    if (picture.crop_left + picture.crop_right >= 1) picture.crop_left = picture.crop_right = 0;
    if (picture.crop_top + picture.crop_bottom >= 1) picture.crop_top = picture.crop_bottom = 0;
    sink.add(picture, frame);
    return {};
}

Result<std::vector<Inline>> Reader::drawing(pugi::xml_node drawing, const Story& story, const RunStylePtr& style) {
    DrawingSink sink(*this, story, style);
    for (const pugi::xml_node holder : drawing.children()) {
        const std::string_view name = holder.name();
        if (name == "wp:inline" || name == "wp:anchor") TRY_DO(read_frame(holder, story, sink));
        if (name == "mc:AlternateContent") sink.unsupported("unsupported.content", "", {});
    }
    return sink.take_inlines();
}

}  // namespace shanqi::office::docx
