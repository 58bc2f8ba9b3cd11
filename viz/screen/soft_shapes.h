// Filled shapes with a soft rim, as triangles: boxes, frames, convex polygons, bands.
#pragma once

#include <SFML/Graphics/VertexArray.hpp>
#include <span>

#include "viz/view/stage/geometry.h"
#include "viz/view/theme/colour.h"

namespace faultline::viz {

// `radius` rounds the corners, at most to half circles.
void add_box(sf::VertexArray& to, const Box& box, Colour colour, double radius);
// The `thickness` lies inside of the box.
void add_frame(sf::VertexArray& to, const Box& box, Colour colour, double thickness, double radius);
// Convex, its corners in their order around it, either way.
void add_polygon(sf::VertexArray& to, std::span<const Point> corners, Colour colour);
// The area between two lines over the same rising x. Where it is thinner than a pixel it pales, and
// where it has no height it vanishes. The rim of its lower line lies wholly below that line: bands
// that are stacked, the upper ones drawn first, let no background through.
void add_band(sf::VertexArray& to, std::span<const Point> upper, std::span<const Point> lower,
              Colour colour);

}  // namespace faultline::viz
