// Lettering: sets lines of UTF-8 text as pieces of the fonts' own textures, with kerning. Every
// letter stands on whole pixels, and its size is a whole number of them: that keeps it sharp.
//
// Not modelled: several lines, right-to-left scripts, combining marks.
#pragma once

#include <SFML/Graphics/Texture.hpp>
#include <SFML/Graphics/VertexArray.hpp>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "viz/screen/fonts.h"
#include "viz/view/stage/geometry.h"
#include "viz/view/theme/colour.h"

namespace faultline::viz {

enum class Align : std::uint8_t { left, centre, right };

// Letters of one face share a texture.
struct Face {
  unsigned size;  // pixels
  bool bold;

  static Face of(double size, bool bold);
  friend auto operator<=>(const Face&, const Face&) = default;
};

class Lettering {
 public:
  explicit Lettering(Fonts fonts) : fonts_(std::move(fonts)) {}

  double width(std::string_view text, Face face) const;
  // As much of the text as fits into `width` together with an ellipsis; all of it, if it fits; and
  // nothing, if not even the ellipsis does.
  std::string shortened(std::string_view text, Face face, double width) const;
  // `at`: where the text begins, has its middle, or ends; its y is the middle of a small x.
  void add(sf::VertexArray& to, Point at, std::string_view text, Face face, Colour colour,
           Align align) const;
  const sf::Texture& texture(Face face) const { return font(face).getTexture(face.size); }

 private:
  const sf::Font& font(Face face) const { return face.bold ? fonts_.bold : fonts_.regular; }
  // Calls `visit(glyph, x, end)` for each letter: where it begins, and where its bytes end. Returns
  // the width.
  template <class Visit>
  double set(std::string_view text, Face face, const Visit& visit) const;

  Fonts fonts_;
};

}  // namespace faultline::viz
