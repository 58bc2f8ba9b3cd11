// Lines with a soft rim, as triangles. Their ends are cut straight, their joins are round outside.
// At a join a line does not cover itself, so that one that lets the background through looks even;
// only where parts shorter than its width turn sharply, it does.
#pragma once

#include <SFML/Graphics/VertexArray.hpp>
#include <span>

#include "viz/view/stage/geometry.h"
#include "viz/view/theme/colour.h"

namespace faultline::viz {

void add_polyline(sf::VertexArray& to, std::span<const Point> points, Colour colour, double width);
// Upright and level lines are moved by up to half a pixel, to be sharp.
void add_line(sf::VertexArray& to, Point from, Point until, Colour colour, double width);
// Dashes and gaps of the length `dash`, beginning with a dash.
void add_dashed(sf::VertexArray& to, std::span<const Point> points, Colour colour, double width,
                double dash);

}  // namespace faultline::viz
