#include "viz/screen/stroke.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "viz/screen/vertices.h"

namespace faultline::viz {
namespace {

// Where the line is cut across: a point of its middle, and from there the ways to its two rims, for
// a line that reaches 1 to either side.
struct Section {
  Point at;
  Point left;
  Point right;
};

struct Way {
  Point direction;  // of length 1
  double length;
  Point left() const { return {direction.y, -direction.x}; }
};

Way way_between(Point from, Point to) {
  const Point way = to - from;
  const double length = std::hypot(way.x, way.y);
  return {way * (1 / length), length};
}

double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }

Point scaled_to(Point p, double length) {
  const double now = std::hypot(p.x, p.y);
  return now > 1e-9 ? p * (length / now) : Point{};
}

// Without points that are hardly apart, which have no direction between them.
std::vector<Point> distinct(std::span<const Point> points) {
  std::vector<Point> kept;
  for (const Point p : points) {
    if (kept.empty() || std::hypot(p.x - kept.back().x, p.y - kept.back().y) > 0.01) {
      kept.push_back(p);
    }
  }
  return kept;
}

void add_join(std::vector<Section>& to, Point at, const Way& before, const Way& after,
              double reach) {
  const Point first = before.left();
  const Point last = after.left();
  const double alike = dot(first, last);  // cosine of the turn
  // Where both rims cross: 1 / cos of half the turn away, but within the shorter of the two ways.
  const double within = std::max(1.0, std::min(before.length, after.length) / reach);
  const double crossing = std::min(std::sqrt(2 / std::max(1 + alike, 1e-6)), within);
  const Point middle = scaled_to(first + last, crossing);
  if (alike > 0.8) {
    to.push_back({at, middle, middle * -1});
    return;
  }
  const bool left_is_outside = dot(first, after.direction) < 0;
  const double side = left_is_outside ? 1 : -1;
  const double turn = std::acos(std::clamp(alike, -1.0, 1.0)) * side;
  const int steps = 1 + static_cast<int>(std::ceil(std::abs(turn) * std::sqrt(reach)));
  for (int step = 0; step <= steps; ++step) {
    const double angle = turn * step / steps;
    const Point outside = Point{first.x * std::cos(angle) - first.y * std::sin(angle),
                                first.x * std::sin(angle) + first.y * std::cos(angle)} *
                          side;
    const Point inside = middle * -side;
    to.push_back(left_is_outside ? Section{at, outside, inside} : Section{at, inside, outside});
  }
}

// Across a section, from left to right: nothing, full, full, nothing.
using Rung = std::array<Corner, 4>;

Rung rung(const Section& section, double half, Colour colour) {
  const double outer = half + half_rim;
  const double inner = half - half_rim;
  return {{{section.at + section.left * outer, colour.faded(0)},
           {section.at + section.left * inner, colour},
           {section.at + section.right * inner, colour},
           {section.at + section.right * outer, colour.faded(0)}}};
}

}  // namespace

void add_polyline(sf::VertexArray& to, std::span<const Point> points, Colour colour, double width) {
  const std::vector<Point> path = distinct(points);
  if (path.size() < 2 || width <= 0) return;
  const Colour full = paler_if_thin(colour, width);
  const double half = at_least_a_pixel(width) / 2;

  const auto straight_cut = [](Point at, const Way& way, double along) {
    return Section{at + way.direction * along, way.left(), way.left() * -1};
  };
  Way way = way_between(path[0], path[1]);
  const Section start = straight_cut(path[0], way, -half_rim);
  std::vector<Section> sections = {straight_cut(path[0], way, std::min(half_rim, way.length / 2))};
  for (std::size_t i = 1; i + 1 < path.size(); ++i) {
    const Way next = way_between(path[i], path[i + 1]);
    add_join(sections, path[i], way, next, half + half_rim);
    way = next;
  }
  sections.push_back(straight_cut(path.back(), way, -std::min(half_rim, way.length / 2)));
  const Section end = straight_cut(path.back(), way, half_rim);

  Rung before = rung(start, half, full.faded(0));
  const auto advance = [&](const Rung& next) {
    for (std::size_t i = 0; i + 1 < next.size(); ++i) {
      add_quad(to, before[i], next[i], next[i + 1], before[i + 1]);
    }
    before = next;
  };
  for (const Section& section : sections) advance(rung(section, half, full));
  advance(rung(end, half, full.faded(0)));
}

void add_line(sf::VertexArray& to, Point from, Point until, Colour colour, double width) {
  const double half = at_least_a_pixel(width) / 2;
  const auto sharp = [half](double middle) { return std::round(middle - half) + half; };
  if (from.x == until.x) from.x = until.x = sharp(from.x);
  if (from.y == until.y) from.y = until.y = sharp(from.y);
  add_polyline(to, std::array{from, until}, colour, width);
}

void add_dashed(sf::VertexArray& to, std::span<const Point> points, Colour colour, double width,
                double dash) {
  const std::vector<Point> path = distinct(points);
  if (path.size() < 2) return;
  const double period = at_least_a_pixel(dash);  // of a dash, and of a gap
  double left = period;
  bool drawn = true;
  std::vector<Point> piece = {path[0]};
  for (std::size_t i = 1; i < path.size(); ++i) {
    const Way way = way_between(path[i - 1], path[i]);
    double done = 0;
    while (way.length - done > left) {
      done += left;
      piece.push_back(path[i - 1] + way.direction * done);
      if (drawn) add_polyline(to, piece, colour, width);
      piece.assign({piece.back()});
      drawn = !drawn;
      left = period;
    }
    left -= way.length - done;
    piece.push_back(path[i]);
  }
  if (drawn) add_polyline(to, piece, colour, width);
}

}  // namespace faultline::viz
