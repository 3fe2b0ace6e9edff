// What DrawingML and VML drawings have in common: a frame that says where and how large, and the inlines it becomes.
#pragma once

#include <string>
#include <vector>

#include "office/docx/reader.hpp"

namespace shanqi::office::docx {

struct Frame {
    double width = 0, height = 0;
    double rotation_degrees = 0;
    std::optional<Anchor> anchor;
    std::string description;
};

// Maps the coordinates of a group's children to points from the group's top left corner.
struct GroupSpace {
    double origin_x = 0, origin_y = 0;  // in child units
    double scale_x = 1, scale_y = 1;    // points a child unit
    double x = 0, y = 0;                // of the group itself, points from the outermost group's corner

    double to_x(double child) const { return x + (child - origin_x) * scale_x; }
    double to_y(double child) const { return y + (child - origin_y) * scale_y; }
};

// Collects what a drawing becomes.
class DrawingSink {
public:
    DrawingSink(Reader& reader, const Story& story, RunStylePtr style)
        : reader_(reader), story_(story), style_(std::move(style)) {}

    void add(std::variant<Picture, Shape> content, const Frame& frame);
    void unsupported(std::string_view key, std::string detail, const Frame& frame);
    // The frame of a group's child; none when the group stands in the line, where the model has no place for parts.
    std::optional<Frame> child_frame(const Frame& group, double x, double y, double width, double height) const;
    std::vector<Inline> take_inlines() { return std::move(inlines_); }

    Reader& reader() { return reader_; }
    const Story& story() const { return story_; }

private:
    Reader& reader_;
    const Story& story_;
    RunStylePtr style_;
    std::vector<Inline> inlines_;
};

// wps:wsp and wpg:wgp. shapes.cpp
Result<> read_word_shape(pugi::xml_node wsp, Frame frame, DrawingSink& sink);
Result<> read_word_group(pugi::xml_node group, const Frame& frame, DrawingSink& sink);
// pic:pic. drawings.cpp
Result<> read_picture(pugi::xml_node pic, Frame frame, DrawingSink& sink);
double rotation_of(pugi::xml_node xfrm);

}  // namespace shanqi::office::docx
