// How our own points and colours become what SFML draws: triangles in a vertex array. Shapes bring
// a soft rim of their own, since nothing promises multisampling: around every edge the opacity
// falls to nothing from half a pixel inside to half a pixel outside. An edge between two pixels
// therefore stays perfectly sharp.
#pragma once

#include <SFML/Graphics/Color.hpp>
#include <SFML/Graphics/VertexArray.hpp>
#include <algorithm>

#include "viz/view/stage/geometry.h"
#include "viz/view/theme/colour.h"

namespace faultline::viz {

inline constexpr double half_rim = 0.5;

// What is thinner than a pixel is drawn a pixel wide, and paler instead.
inline double at_least_a_pixel(double width) { return std::max(width, 1.0); }
inline Colour paler_if_thin(Colour colour, double width) {
  return width < 1 ? colour.faded(width) : colour;
}

struct Corner {
  Point at;
  Colour colour;
};

inline sf::Vector2f to_sfml(Point p) { return {static_cast<float>(p.x), static_cast<float>(p.y)}; }
inline sf::Color to_sfml(Colour c) { return {c.r, c.g, c.b, c.a}; }
inline sf::Vertex to_sfml(const Corner& c) { return {to_sfml(c.at), to_sfml(c.colour)}; }

inline void add_triangle(sf::VertexArray& to, const Corner& a, const Corner& b, const Corner& c) {
  to.append(to_sfml(a));
  to.append(to_sfml(b));
  to.append(to_sfml(c));
}

// The corners in their order around it.
inline void add_quad(sf::VertexArray& to, const Corner& a, const Corner& b, const Corner& c,
                     const Corner& d) {
  add_triangle(to, a, b, c);
  add_triangle(to, a, c, d);
}

// An upright piece of a texture, pixel by pixel if both boxes have the same size.
inline void add_piece(sf::VertexArray& to, const Box& place, const Box& piece, Colour colour) {
  const auto corner = [&](double right, double down) {
    return sf::Vertex(to_sfml(Point{place.x + place.width * right, place.y + place.height * down}),
                      to_sfml(colour),
                      to_sfml(Point{piece.x + piece.width * right, piece.y + piece.height * down}));
  };
  for (const Point p : {Point{0, 0}, {1, 0}, {1, 1}, {0, 0}, {1, 1}, {0, 1}}) {
    to.append(corner(p.x, p.y));
  }
}

}  // namespace faultline::viz
