#include "office/pdf/page_plan.hpp"

#include <algorithm>

namespace shanqi::office::pdf {
namespace {

struct Box {
    double left = 1e30, top = 1e30, right = -1e30, bottom = -1e30;

    bool overlaps(const Box& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
    void include(const Box& other) {
        left = std::min(left, other.left);
        top = std::min(top, other.top);
        right = std::max(right, other.right);
        bottom = std::max(bottom, other.bottom);
    }
};

Box box_of(Point at, double x, double y, double width, double height) {
    return {at.x + std::min(x, x + width), at.y + std::min(y, y + height), at.x + std::max(x, x + width),
            at.y + std::max(y, y + height)};
}

// What hides what is under it, piece by piece: the fills of a table's borders are thin and hide no text.
template <class Visit>
void for_each_cover(const PlacedFragment& placed, Visit&& visit) {
    for (const Fill& fill : placed.fragment->fills) visit(box_of(placed.at, fill.x, fill.y, fill.width, fill.height));
    for (const PlacedImage& image : placed.fragment->images)
        visit(box_of(placed.at, image.x, image.y, image.width, image.height));
    for (const Stroke& stroke : placed.fragment->strokes)
        if (stroke.fill) visit(box_of(placed.at, stroke.x, stroke.y, stroke.width, stroke.height));
}

// All that the fragment draws. Text by a generous line height.
Box extent(const PlacedFragment& placed) {
    Box box;
    for_each_cover(placed, [&](const Box& cover) { box.include(cover); });
    for (const Stroke& stroke : placed.fragment->strokes)
        box.include(box_of(placed.at, stroke.x, stroke.y, stroke.width, stroke.height));
    for (const GlyphRun& run : placed.fragment->runs) {
        double width = 0;
        for (const Glyph& glyph : run.glyphs) width += glyph.advance;
        box.include(box_of(placed.at, run.at.x, run.at.y - run.size, width, run.size * 1.3));
    }
    return box;
}

bool must_follow(const PlacedFragment& fixed, const std::vector<const PlacedFragment*>& own,
                 const std::vector<Box>& own_extents) {
    bool hidden = false;
    for_each_cover(fixed, [&](const Box& cover) {
        hidden = hidden || std::ranges::any_of(own_extents, [&](const Box& box) { return box.overlaps(cover); });
    });
    if (hidden) return true;
    std::vector<Box> covers;
    for (const PlacedFragment* placed : own)
        for_each_cover(*placed, [&](const Box& cover) { covers.push_back(cover); });
    if (covers.empty()) return false;
    Box all = extent(fixed);
    return std::ranges::any_of(covers, [&](const Box& cover) { return cover.overlaps(all); });
}

}  // namespace

PagePlan plan_page(const Page& page) {
    PagePlan plan;
    std::vector<Box> own_extents;
    for (const PlacedFragment& placed : page.fragments) {
        if (!placed.fragment) continue;
        bool fixed =
            placed.fragment->static_id != 0 && (plan.own.empty() || !must_follow(placed, plan.own, own_extents));
        if (fixed) {
            plan.fixed.push_back(&placed);
        } else {
            plan.own.push_back(&placed);
            own_extents.push_back(extent(placed));
        }
    }
    return plan;
}

}  // namespace shanqi::office::pdf
