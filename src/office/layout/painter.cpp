#include "office/layout/painter.hpp"

#include <algorithm>

#include "office/layout/decorations.hpp"
#include "office/layout/drawings.hpp"
#include "office/layout/layout.hpp"
#include "office/layout/table_box.hpp"

namespace shanqi::office {

namespace {

constexpr double tolerance = 0.05;  // a twip: Word's own unit

}  // namespace

Result<> Painter::pieces(std::span<const Piece> all, Point origin, const AnchorFrame& frame) {
    draw_paragraph_boxes(all, origin, is_artifact_, text_);
    for (const auto& piece : all) {
        if (piece.table) {
            TRY_DO(table(*piece.table, {origin.x + piece.at.x, origin.y + piece.at.y}, frame));
        } else {
            TRY_DO(paragraph(piece, origin, frame));
        }
    }
    return {};
}

Result<> Painter::paragraph(const Piece& piece, Point origin, const AnchorFrame& frame) {
    const auto& box = *piece.paragraph;
    const Point at{origin.x + piece.at.x, origin.y + piece.at.y};
    const bool is_whole = piece.begins() && piece.ends() && box.whole;
    if (is_whole && !(box.whole->fills.empty() && box.whole->images.empty() && box.whole->strokes.empty() &&
                      box.whole->runs.empty())) {
        text_.push_back({box.whole, at});
    }
    if (is_whole && !box.has_inlines) return {};
    const auto& lines = box.laid.lines;
    for (std::size_t i = piece.first_line; i < piece.line_end; ++i) {
        const Point line_at{at.x, at.y + lines[i].top - lines[piece.first_line].top};
        if (!is_whole && lines[i].fragment) text_.push_back({lines[i].fragment, line_at});
        if (lines[i].inlines.empty()) continue;
        AnchorFrame here = frame;
        here.paragraph_top = at.y - piece.pushed;
        TRY_DO(inlines(box, lines[i], line_at, here));
    }
    return {};
}

Result<> Painter::table(const TablePart& part, Point at, const AnchorFrame& frame) {
    for (const auto& placed : part.decorations) {
        text_.push_back({placed.fragment, {at.x + placed.at.x, at.y + placed.at.y}});
    }
    for (const auto& key : part.notices) notice(key);
    for (const auto& cell : part.cells) {
        if (cell.pieces.empty()) continue;
        AnchorFrame here = frame;
        here.column = {at.x + cell.at.x, at.y + cell.at.y, cell.width, cell.height};
        TRY_DO(pieces(cell.pieces, at, here));
    }
    return {};
}

Result<> Painter::inlines(const ParagraphBox& box, const LaidLine& line, Point line_at, const AnchorFrame& frame) {
    for (const auto& placed : line.inlines) {
        const Inline& item = box.paragraph->inlines[placed.index];
        const Point at{line_at.x + placed.at.x, line_at.y + placed.at.y};
        if (const auto* mark = std::get_if<Mark>(&item)) {
            page_.marks.push_back({mark->kind, mark->name, at});
        } else if (const auto* unsupported = std::get_if<Unsupported>(&item)) {
            notice(unsupported->key, unsupported->detail);
        } else if (const auto* content = std::get_if<Drawing>(&item)) {
            if (placed.kind == PlacedInline::Kind::drawing) {
                TRY_DO(drawing(*content, {at.x, at.y, content->width, content->height}, frame, text_));
                continue;
            }
            AnchorFrame here = frame;
            here.line_top = line_at.y;
            here.line_height = line.height;
            here.character_x = at.x;
            auto& layers = content->anchor && content->anchor->behind_text ? behind_ : front_;
            Layer layer;
            layer.z = content->anchor ? content->anchor->z : 0;
            TRY_DO(drawing(*content, drawing_area(*content, here), frame, layer.fragments));
            layers.push_back(std::move(layer));
        }
    }
    return {};
}

Result<> Painter::drawing(const Drawing& content, const Area& area, const AnchorFrame& frame,
                          std::vector<PlacedFragment>& out) {
    const bool behind = content.anchor && content.anchor->behind_text;
    DrawnShape drawn = draw_drawing(content, is_artifact_ || behind);
    if (!drawn.notice.empty()) notice(drawn.notice, content.description);
    if (drawn.fragment) out.push_back({std::move(drawn.fragment), {area.x, area.y}});
    const auto* form = std::get_if<Shape>(&content.content);
    if (form && form->text) TRY_DO(text_box(*form, area, frame, out));
    return {};
}

Result<> Painter::text_box(const Shape& shape, const Area& area, const AnchorFrame& frame,
                           std::vector<PlacedFragment>& out) {
    const TextBox& box = *shape.text;
    if (context_.depth >= limits::table_depth_max)
        return fail(ErrorKind::limit, "layout.tables_too_deep", {{"limit", std::to_string(limits::table_depth_max)}});
    Context inner = context_;
    ListCounters counters;
    inner.counters = &counters;
    inner.is_artifact = is_artifact_;
    inner.background = shape.fill;
    ++inner.depth;
    const Stack stack =
        TRY(make_stack(box.blocks, std::max(1.0, area.width - box.inset_left - box.inset_right), inner));
    const double room = area.height - box.inset_top - box.inset_bottom;
    // Word hides what does not fit; we do not lose text.
    if (stack.height > room + box.inset_bottom + tolerance) notice("layout.full_text_box");
    const double rest = std::max(0.0, room - stack.height);
    double y = area.y + box.inset_top;
    if (box.vertical_align == TextBox::VerticalAlign::center) y += rest / 2;
    if (box.vertical_align == TextBox::VerticalAlign::bottom) y += rest;
    Painter painter(inner, page_, pages_, page_number_, is_artifact_);
    AnchorFrame here = frame;
    here.column = {area.x + box.inset_left, y, stack.width, room};
    TRY_DO(painter.pieces(stack.pieces, {here.column.x, y}, here));
    append(painter.behind_, out);
    out.insert(out.end(), painter.text_.begin(), painter.text_.end());
    append(painter.front_, out);
    return {};
}

void Painter::notice(std::string_view what, std::string_view detail) {
    Error error;
    error.key = detail.empty() ? "layout.not_rendered" : "layout.not_rendered_named";
    error.arguments = {{"@what", std::string(what)}, {"detail", std::string(detail)}};
    error.place.page = page_number_;
    const auto is_same = [&](const Error& other) { return other == error; };
    if (std::none_of(pages_.notices.begin(), pages_.notices.end(), is_same)) pages_.notices.push_back(std::move(error));
}

void Painter::append(std::vector<Layer>& layers, std::vector<PlacedFragment>& out) {
    std::stable_sort(layers.begin(), layers.end(), [](const Layer& a, const Layer& b) { return a.z < b.z; });
    for (auto& layer : layers) {
        std::move(layer.fragments.begin(), layer.fragments.end(), std::back_inserter(out));
    }
}

void Painter::finish() {
    append(behind_, page_.fragments);
    std::move(text_.begin(), text_.end(), std::back_inserter(page_.fragments));
    append(front_, page_.fragments);
}

}  // namespace shanqi::office
