// Filled shapes in millimetres, x to the right, y down, origin in the middle of the seal. What they are drawn to
// (SVG, pixels) is not known here.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace shanqi::seal {

struct Point {
    double x = 0, y = 0;
};

// x' = a x + c y + e,  y' = b x + d y + f
struct Transform {
    double a = 1, b = 0, c = 0, d = 1, e = 0, f = 0;

    static Transform scale(double x, double y) { return {x, 0, 0, y, 0, 0}; }
    static Transform translate(double x, double y) { return {1, 0, 0, 1, x, y}; }
    static Transform rotate(double clockwise_radians);
    // First this, then `next`.
    Transform then(const Transform& next) const;
    Point apply(Point) const;
};

class Outline {
public:
    enum class Verb : std::uint8_t { move, line, cubic, close };
    struct Step {
        Verb verb = Verb::close;
        std::array<Point, 3> points{};  // move and line use the first
    };

    void move(Point);
    void line(Point);
    void cubic(Point, Point, Point);
    void close();
    void append(const Outline&, const Transform& = {});
    void append_circle(double radius, bool clockwise);
    void append_star(double radius);  // five points, one up
    void append_rectangle(double left, double top, double right, double bottom, const Transform&);

    const std::vector<Step>& steps() const { return steps_; }

private:
    std::vector<Step> steps_;
};

struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
};

struct Layer {
    Outline outline;  // filled by the nonzero rule
    Colour colour;
    double opacity = 1;
};

}  // namespace shanqi::seal
