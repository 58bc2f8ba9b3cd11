#include "viz/screen/dot_atlas.h"

#include <SFML/Graphics/Image.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "sim/check.h"
#include "viz/screen/vertices.h"

namespace faultline::viz {
namespace {

constexpr int shape_count = 6;
// A dot is drawn from the next larger one, shrunk by at most 1.5: a texture shrunk further would
// flicker, a magnified one is blurred.
constexpr std::array<int, 9> radii = {2, 3, 4, 6, 8, 12, 16, 24, 32};

// What dots cost a renderer in software is the number of triangles, not their size (a dot of two
// triangles took 1.7 times as long). So a dot is one triangle, with all sides alike, around the
// circle around its shape; that circle has a radius of at most 1.3 of the disc's, and a pixel that
// stays clear.
constexpr int circle_around(int radius) { return (radius * 13 + 9) / 10 + 1; }

// What a triangle around a circle needs: to either side, upwards and, once the circle's radius,
// downwards.
constexpr double triangle_aside = std::numbers::sqrt3;
constexpr int triangle_up = 2;
constexpr int cell_width(int circle) { return 2 * (circle * 1733 / 1000 + 1); }
constexpr int cell_height(int circle) { return (triangle_up + 1) * circle; }

struct Tile {
  int x;  // of the dot's centre
  int y;
  int radius;
  int circle;
};

// A row for each shape, in it the sizes from left to right.
Tile tile(DotShape shape, double radius) {
  int left = 0;
  std::size_t size = 0;
  while (size + 1 < radii.size() && radii[size] < radius) {
    left += cell_width(circle_around(radii[size++]));
  }
  const int circle = circle_around(radii[size]);
  const int row_height = cell_height(circle_around(radii.back()));
  return {left + cell_width(circle) / 2,
          static_cast<int>(shape) * row_height + triangle_up * circle, radii[size], circle};
}

// With the disc's radius as 1, its centre at the origin, y downwards.
bool covers(DotShape shape, double x, double y) {
  const double across = std::abs(x);
  const double down = std::abs(y);
  switch (shape) {
    case DotShape::disc:
      return x * x + y * y <= 1;
    case DotShape::ring:
      return x * x + y * y <= 1.1 && x * x + y * y >= 0.33;
    case DotShape::square:
      return std::max(across, down) <= 0.88;
    case DotShape::diamond:
      return across + down <= 1.23;
    case DotShape::triangle:
      return y <= 0.65 && y >= std::numbers::sqrt3 * across - 1.3;
    case DotShape::cross:
      return std::max(across, down) <= 1 && std::abs(across - down) <= 0.42;
  }
  return false;
}

// Of the pixel at (`column`, `row`) from a tile's centre, 0..255.
std::uint8_t opacity(DotShape shape, int radius, int column, int row) {
  constexpr int fine = 8;  // samples across a pixel
  int covered = 0;
  for (int i = 0; i < fine; ++i) {
    const double y = row + (i + 0.5) / fine;
    for (int j = 0; j < fine; ++j) {
      const double x = column + (j + 0.5) / fine;
      if (covers(shape, x / radius, y / radius)) ++covered;
    }
  }
  return static_cast<std::uint8_t>(covered * 255 / (fine * fine));
}

void paint(sf::Image& image, DotShape shape, const Tile& tile) {
  for (int row = -tile.circle; row < tile.circle; ++row) {
    for (int column = -tile.circle; column < tile.circle; ++column) {
      const Colour colour = {255, 255, 255, opacity(shape, tile.radius, column, row)};
      image.setPixel(static_cast<unsigned>(tile.x + column), static_cast<unsigned>(tile.y + row),
                     to_sfml(colour));
    }
  }
}

sf::Image painted() {
  int width = 0;
  for (const int radius : radii) width += cell_width(circle_around(radius));
  const int height = shape_count * cell_height(circle_around(radii.back()));
  sf::Image image;
  image.create(static_cast<unsigned>(width), static_cast<unsigned>(height),
               to_sfml(Colour{255, 255, 255, 0}));
  for (int shape = 0; shape < shape_count; ++shape) {
    for (const int radius : radii) {
      paint(image, static_cast<DotShape>(shape), tile(static_cast<DotShape>(shape), radius));
    }
  }
  return image;
}

}  // namespace

DotAtlas::DotAtlas() {
  CHECK(texture_.loadFromImage(painted()));
  texture_.setSmooth(true);
}

void DotAtlas::add(sf::VertexArray& to, Point centre, double radius, Colour colour,
                   DotShape shape) {
  const Tile from = tile(shape, radius);
  const Point middle = {double(from.x), double(from.y)};
  const double scale = radius / from.radius;
  for (const Point way : {Point{0, -triangle_up}, {triangle_aside, 1}, {-triangle_aside, 1}}) {
    const Point corner = way * from.circle;
    to.append({to_sfml(centre + corner * scale), to_sfml(colour), to_sfml(middle + corner)});
  }
}

}  // namespace faultline::viz
