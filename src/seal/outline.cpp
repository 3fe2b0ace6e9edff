#include "seal/outline.hpp"

#include <cmath>
#include <numbers>

namespace shanqi::seal {

Transform Transform::rotate(double clockwise_radians) {
    const double c = std::cos(clockwise_radians);
    const double s = std::sin(clockwise_radians);
    return {c, s, -s, c, 0, 0};
}

Transform Transform::then(const Transform& next) const {
    return {next.a * a + next.c * b, next.b * a + next.d * b,          next.a * c + next.c * d,
            next.b * c + next.d * d, next.a * e + next.c * f + next.e, next.b * e + next.d * f + next.f};
}

Point Transform::apply(Point p) const { return {a * p.x + c * p.y + e, b * p.x + d * p.y + f}; }

void Outline::move(Point p) { steps_.push_back({Verb::move, {p}}); }
void Outline::line(Point p) { steps_.push_back({Verb::line, {p}}); }
void Outline::cubic(Point control_1, Point control_2, Point end) {
    steps_.push_back({Verb::cubic, {control_1, control_2, end}});
}
void Outline::close() { steps_.push_back({Verb::close, {}}); }

void Outline::append(const Outline& other, const Transform& transform) {
    for (Step step : other.steps_) {
        for (Point& point : step.points) point = transform.apply(point);
        steps_.push_back(step);
    }
}

void Outline::append_circle(double radius, bool clockwise) {
    // Four cubic arcs; off a true circle by 0.03% of the radius.
    constexpr double control = 0.5522847498;
    const double k = clockwise ? control : -control;
    const double side = clockwise ? radius : -radius;
    move({0, -radius});
    cubic({k * radius, -radius}, {side, -control * radius}, {side, 0});
    cubic({side, control * radius}, {k * radius, radius}, {0, radius});
    cubic({-k * radius, radius}, {-side, control * radius}, {-side, 0});
    cubic({-side, -control * radius}, {-k * radius, -radius}, {0, -radius});
    close();
}

void Outline::append_star(double radius) {
    // The inner corners of a pentagram lie at this part of its radius.
    const double inner = radius * std::sin(std::numbers::pi / 10) / std::sin(std::numbers::pi * 3 / 10);
    for (int i = 0; i < 10; ++i) {
        const double angle = std::numbers::pi * i / 5;
        const double r = i % 2 == 0 ? radius : inner;
        const Point corner{r * std::sin(angle), -r * std::cos(angle)};
        i == 0 ? move(corner) : line(corner);
    }
    close();
}

void Outline::append_rectangle(double left, double top, double right, double bottom, const Transform& transform) {
    move(transform.apply({left, top}));
    line(transform.apply({right, top}));
    line(transform.apply({right, bottom}));
    line(transform.apply({left, bottom}));
    close();
}

}  // namespace shanqi::seal
