// DotAtlas: one small texture with every shape of dot in several sizes, made once; every dot is a
// piece of it. The shape is a second signal beside the colour, for eyes that tell few colours
// apart; all shapes have about the weight of the disc.
#pragma once

#include <SFML/Graphics/Texture.hpp>
#include <SFML/Graphics/VertexArray.hpp>
#include <cstdint>

#include "viz/view/stage/geometry.h"
#include "viz/view/theme/colour.h"

namespace faultline::viz {

enum class DotShape : std::uint8_t { disc, ring, square, diamond, triangle, cross };

class DotAtlas {
 public:
  DotAtlas();

  // `radius` is the disc's, in pixels.
  static void add(sf::VertexArray& to, Point centre, double radius, Colour colour, DotShape shape);
  const sf::Texture& texture() const { return texture_; }

 private:
  sf::Texture texture_;
};

}  // namespace faultline::viz
