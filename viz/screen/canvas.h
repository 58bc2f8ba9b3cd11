// Canvas: collects what a picture consists of and draws it in a few calls, however much it is.
//
// A picture consists of layers, each above all before it; in a layer, shapes lie below dots and
// dots below text, and among their kind the later ones above. Everything is in pixels, edges are
// smooth at any position, and text is sharp. Needs a display (see display.h) for its textures.
#pragma once

#include <SFML/Graphics/RenderTarget.hpp>
#include <SFML/Graphics/VertexArray.hpp>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "viz/screen/dot_atlas.h"
#include "viz/screen/fonts.h"
#include "viz/screen/lettering.h"
#include "viz/view/stage/geometry.h"
#include "viz/view/theme/colour.h"

namespace faultline::viz {

// The nearest box with its edges between pixels, where its rim is sharp.
Box on_whole_pixels(const Box& box);

class Canvas {
 public:
  explicit Canvas(Fonts fonts);

  // Forgets everything and begins a picture of this size with a layer that is not clipped.
  void begin(Point size);
  // Clips to whole pixels.
  void layer(const std::optional<Box>& clip = {});

  void box(const Box& box, Colour colour, double radius = 0);
  void frame(const Box& box, Colour colour, double thickness, double radius = 0);  // inside of it
  void line(Point from, Point until, Colour colour, double width);
  void polyline(std::span<const Point> points, Colour colour, double width);
  void dashed(std::span<const Point> points, Colour colour, double width, double dash);
  void polygon(std::span<const Point> convex, Colour colour);
  // Same x in both. The bands of a stack: from the top to the bottom (see add_band).
  void band(std::span<const Point> upper, std::span<const Point> lower, Colour colour);
  void cross(const Box& box, Colour colour, double width);  // both diagonals

  void dot(Point centre, double radius, Colour colour, DotShape shape);

  // At `at` the text begins, has its middle or ends; its y is the middle of a small x. Sizes are
  // rounded to whole pixels.
  void text(Point at, std::string_view utf8, double size, Colour colour, Align align = Align::left,
            bool bold = false);
  double text_width(std::string_view utf8, double size, bool bold = false) const;
  // Ends with an ellipsis if it is wider than `width`.
  std::string shortened(std::string_view utf8, double size, bool bold, double width) const;

  // Onto all of the target, which should have the picture's size, over what it shows already.
  void draw(sf::RenderTarget& target) const;

 private:
  struct Layer {
    Box visible;  // whole pixels
    sf::VertexArray shapes{sf::PrimitiveType::Triangles};
    sf::VertexArray dots{sf::PrimitiveType::Triangles};
    std::map<Face, sf::VertexArray> texts;
  };

  Layer& top();
  void draw(const Layer& layer, sf::RenderTarget& target) const;

  Lettering lettering_;
  DotAtlas dot_atlas_;
  Point size_;
  // The first `used_` are the picture's; the others keep their memory for pictures to come.
  std::vector<Layer> layers_;
  std::size_t used_ = 0;
};

}  // namespace faultline::viz
