// Points and boxes of a picture; x grows to the right, y downwards.
#pragma once

namespace faultline::analysis::layout {

struct Point {
  double x = 0;
  double y = 0;

  friend bool operator==(Point, Point) = default;
  friend Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
  friend Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
  friend Point operator*(Point a, double factor) { return {a.x * factor, a.y * factor}; }
};

struct Box {
  double x = 0;  // of the left upper corner
  double y = 0;
  double width = 0;
  double height = 0;

  friend bool operator==(const Box&, const Box&) = default;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
  Point centre() const { return {x + width / 2, y + height / 2}; }
  bool contains(Point p) const { return p.x >= x && p.x < right() && p.y >= y && p.y < bottom(); }
  bool overlaps(const Box& other) const {
    return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
  }
  // Grown by `margin` on every side; shrunk if it is negative.
  Box grown(double margin) const {
    return {x - margin, y - margin, width + 2 * margin, height + 2 * margin};
  }
};

}  // namespace faultline::analysis::layout
