#include "viz/screen/soft_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "sim/check.h"
#include "viz/screen/vertices.h"

namespace faultline::viz {
namespace {

constexpr std::size_t most_steps = 16;  // of a quarter circle

// So many that a chord is less than a fifth of a pixel away from its arc.
std::size_t steps_of_quarter(double radius) {
  const auto steps = static_cast<std::size_t>(std::ceil(1.25 * std::sqrt(radius)));
  return std::min(steps, most_steps);
}

// The points around a box with rounded corners; lives on the stack, as there may be many boxes.
class Contour {
 public:
  Contour(const Box& box, double radius, std::size_t steps) {
    const double r = std::max(radius, 0.0);
    const Box centres = box.grown(-r);
    std::array<Point, most_steps + 1> arc;  // of the right lower corner
    for (std::size_t step = 0; step <= steps; ++step) {
      const double share = steps == 0 ? 0.5 : static_cast<double>(step) / double(steps);
      const double angle = share * std::numbers::pi / 2;
      arc[step] = Point{std::cos(angle), std::sin(angle)} * r;
    }
    const auto add = [&](double x, double y) { points_[size_++] = {x, y}; };
    // Every corner has the same arc, turned further by a quarter.
    for (std::size_t i = 0; i <= steps; ++i)
      add(centres.right() + arc[i].x, centres.bottom() + arc[i].y);
    for (std::size_t i = 0; i <= steps; ++i) add(centres.x - arc[i].y, centres.bottom() + arc[i].x);
    for (std::size_t i = 0; i <= steps; ++i) add(centres.x - arc[i].x, centres.y - arc[i].y);
    for (std::size_t i = 0; i <= steps; ++i) add(centres.right() + arc[i].y, centres.y - arc[i].x);
  }

  std::span<const Point> points() const { return {points_.data(), size_}; }

 private:
  std::array<Point, 4 * (most_steps + 1)> points_;
  std::size_t size_ = 0;
};

// What lies between two closed lines of equally many points.
void add_ring(sf::VertexArray& to, std::span<const Point> outer, Colour outer_colour,
              std::span<const Point> inner, Colour inner_colour) {
  for (std::size_t i = 0; i < outer.size(); ++i) {
    const std::size_t next = i + 1 == outer.size() ? 0 : i + 1;
    add_quad(to, {outer[i], outer_colour}, {outer[next], outer_colour}, {inner[next], inner_colour},
             {inner[i], inner_colour});
  }
}

void add_fan(sf::VertexArray& to, std::span<const Point> corners, Colour colour) {
  for (std::size_t i = 2; i < corners.size(); ++i) {
    add_triangle(to, {corners[0], colour}, {corners[i - 1], colour}, {corners[i], colour});
  }
}

double most_radius(const Box& box) { return std::min(box.width, box.height) / 2; }

// For every corner the way outwards, so long that the sides move by 1; less at sharp corners.
std::vector<Point> outward(std::span<const Point> corners) {
  const std::size_t size = corners.size();
  double area = 0;
  std::vector<Point> normals(size);  // of the side that begins at a corner, for one way round
  for (std::size_t i = 0; i < size; ++i) {
    const Point side = corners[(i + 1) % size] - corners[i];
    const double length = std::hypot(side.x, side.y);
    if (length > 0) normals[i] = Point{side.y, -side.x} * (1 / length);
    area += corners[i].x * corners[(i + 1) % size].y - corners[i].y * corners[(i + 1) % size].x;
  }
  const double way_round = area < 0 ? -1 : 1;
  std::vector<Point> out(size);
  for (std::size_t i = 0; i < size; ++i) {
    const Point sum = normals[i] + normals[(i + size - 1) % size];
    const double square = sum.x * sum.x + sum.y * sum.y;
    out[i] = sum * (way_round * 2 / std::max(square, 0.5));
  }
  return out;
}

}  // namespace

void add_box(sf::VertexArray& to, const Box& box, Colour colour, double radius) {
  if (box.width <= 0 || box.height <= 0) return;
  const Colour full = paler_if_thin(paler_if_thin(colour, box.width), box.height);
  const double width = at_least_a_pixel(box.width);
  const double height = at_least_a_pixel(box.height);
  const Box wide = {box.centre().x - width / 2, box.centre().y - height / 2, width, height};

  const double r = std::clamp(radius, 0.0, most_radius(wide));
  const std::size_t steps = steps_of_quarter(r);
  const Contour inner(wide.grown(-half_rim), r - half_rim, steps);
  const Contour outer(wide.grown(half_rim), r > 0 ? r + half_rim : 0, steps);
  add_fan(to, inner.points(), full);
  add_ring(to, outer.points(), full.faded(0), inner.points(), full);
}

void add_frame(sf::VertexArray& to, const Box& box, Colour colour, double thickness,
               double radius) {
  if (box.width <= 0 || box.height <= 0 || thickness <= 0) return;
  const Colour full = paler_if_thin(colour, thickness);
  const double thick = at_least_a_pixel(thickness);
  if (2 * thick >= std::min(box.width, box.height)) return add_box(to, box, full, radius);

  const double r = std::clamp(radius, 0.0, most_radius(box));
  const std::size_t steps = steps_of_quarter(r);
  const auto contour = [&](double inwards) {
    return Contour(box.grown(-inwards), r > 0 ? r - inwards : 0, steps);
  };
  const Contour outside = contour(-half_rim);
  const Contour outer = contour(half_rim);
  const Contour inner = contour(thick - half_rim);
  const Contour inside = contour(thick + half_rim);
  add_ring(to, outside.points(), full.faded(0), outer.points(), full);
  if (thick > 1) add_ring(to, outer.points(), full, inner.points(), full);
  add_ring(to, inner.points(), full, inside.points(), full.faded(0));
}

void add_polygon(sf::VertexArray& to, std::span<const Point> corners, Colour colour) {
  if (corners.size() < 3) return;
  const std::vector<Point> out = outward(corners);
  std::vector<Point> outer(corners.begin(), corners.end());
  std::vector<Point> inner = outer;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    outer[i] = corners[i] + out[i] * half_rim;
    inner[i] = corners[i] - out[i] * half_rim;
  }
  add_fan(to, inner, colour);
  add_ring(to, outer, colour.faded(0), inner, colour);
}

void add_band(sf::VertexArray& to, std::span<const Point> upper, std::span<const Point> lower,
              Colour colour) {
  CHECK(upper.size() == lower.size());
  // From the top: nothing, full, full, nothing.
  const auto column_at = [&](std::size_t i) {
    const double height = lower[i].y - upper[i].y;
    const Colour full = paler_if_thin(colour, std::max(height, 0.0));
    const double inside = std::min(half_rim, std::max(height, 0.0));
    return std::array<Corner, 4>{{{upper[i] - Point{0, half_rim}, full.faded(0)},
                                  {upper[i] + Point{0, inside}, full},
                                  {lower[i], full},
                                  {lower[i] + Point{0, 2 * half_rim}, full.faded(0)}}};
  };
  for (std::size_t i = 1; i < upper.size(); ++i) {
    const auto left = column_at(i - 1);
    const auto right = column_at(i);
    for (std::size_t row = 0; row < 3; ++row) {
      add_quad(to, left[row], right[row], right[row + 1], left[row + 1]);
    }
  }
}

}  // namespace faultline::viz
