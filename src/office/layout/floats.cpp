#include "office/layout/floats.hpp"

#include <algorithm>

namespace shanqi::office {

namespace {

constexpr double narrowest_line = 72;  // Word sets no text in less than an inch beside a float

bool meets(const Float& item, const Area& column) {
    return item.takes_whole_width || (item.area.x < column.right() && item.area.right() > column.x);
}

LineRoom room_for(const std::vector<Float>& floats, const Area& column, double y, double top, double height) {
    LineRoom out;
    const double line_top = y + top;
    if (line_top >= column.bottom()) return out;  // on another page
    double lowest = 0;
    for (const auto& item : floats) {
        const bool is_beside = item.area.y < line_top + height && item.area.bottom() > line_top + 0.01;
        if (!is_beside || !meets(item, column)) continue;
        const double next = item.area.bottom() - y;
        lowest = lowest == 0 ? next : std::min(lowest, next);
        if (item.takes_whole_width) {
            out.move_to = std::max(out.move_to.value_or(0), next);
            continue;
        }
        const double left = item.area.x - column.x;
        const double right = column.right() - item.area.right();
        if (left >= right) {
            out.cut_right = std::max(out.cut_right, column.right() - item.area.x);
        } else {
            out.cut_left = std::max(out.cut_left, item.area.right() - column.x);
        }
    }
    if (!out.move_to && lowest > 0 && column.width - out.cut_left - out.cut_right < narrowest_line)
        out.move_to = lowest;
    if (out.move_to) out.move_to = std::max(*out.move_to, top + 0.01);
    return out;
}

}  // namespace

void add_floats(const ParagraphBox& box, const AnchorFrame& frame, std::vector<Float>& floats) {
    for (const auto& line : box.laid.lines) {
        for (const auto& placed : line.inlines) {
            const auto* drawing = std::get_if<Drawing>(&box.paragraph->inlines[placed.index]);
            if (!drawing || !drawing->anchor || drawing->anchor->wrap == Anchor::Wrap::none) continue;
            const Anchor& anchor = *drawing->anchor;
            AnchorFrame here = frame;
            here.line_top = frame.paragraph_top + line.top;
            here.line_height = line.height;
            here.character_x = frame.column.x + placed.at.x;
            Area area = drawing_area(*drawing, here);
            area.x -= anchor.distance_left;
            area.y -= anchor.distance_top;
            area.width += anchor.distance_left + anchor.distance_right;
            area.height += anchor.distance_top + anchor.distance_bottom;
            floats.push_back({area, anchor.wrap == Anchor::Wrap::top_and_bottom});
        }
    }
}

bool is_beside_floats(const std::vector<Float>& floats, const Area& column, double y) {
    return std::any_of(floats.begin(), floats.end(),
                       [&](const Float& item) { return item.area.bottom() > y && meets(item, column); });
}

RoomFunction room_beside(const std::vector<Float>& floats, const Area& column, double y) {
    return [floats, column, y](int, double top, double height) { return room_for(floats, column, y, top, height); };
}

double below_floats(const std::vector<Float>& floats, const Area& column, double y) {
    bool moved = true;
    while (moved) {
        moved = false;
        for (const auto& item : floats) {
            if (!meets(item, column) || item.area.bottom() <= y + 0.01 || item.area.y > y + 0.01) continue;
            y = item.area.bottom();
            moved = true;
        }
    }
    return y;
}

}  // namespace shanqi::office
