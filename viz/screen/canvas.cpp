#include "viz/screen/canvas.h"

#include <SFML/Graphics/View.hpp>
#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/check.h"
#include "viz/screen/soft_shapes.h"
#include "viz/screen/stroke.h"
#include "viz/screen/vertices.h"

namespace faultline::viz {
namespace {

Box common(const Box& a, const Box& b) {
  const double x = std::max(a.x, b.x);
  const double y = std::max(a.y, b.y);
  return {x, y, std::min(a.right(), b.right()) - x, std::min(a.bottom(), b.bottom()) - y};
}

sf::FloatRect to_sfml(const Box& box) {
  return {viz::to_sfml(Point{box.x, box.y}), viz::to_sfml(Point{box.width, box.height})};
}

}  // namespace

Box on_whole_pixels(const Box& box) {
  const double x = std::round(box.x);
  const double y = std::round(box.y);
  return {x, y, std::round(box.right()) - x, std::round(box.bottom()) - y};
}

Canvas::Canvas(Fonts fonts) : lettering_(std::move(fonts)) {}

void Canvas::begin(Point size) {
  size_ = size;
  used_ = 0;
  layer();
}

void Canvas::layer(const std::optional<Box>& clip) {
  if (used_ == layers_.size()) layers_.emplace_back();
  Layer& fresh = layers_[used_++];
  const Box whole = {0, 0, size_.x, size_.y};
  fresh.visible = clip ? common(on_whole_pixels(*clip), whole) : whole;
  fresh.shapes.clear();
  fresh.dots.clear();
  for (auto& [face, letters] : fresh.texts) letters.clear();
}

Canvas::Layer& Canvas::top() {
  CHECK(used_ > 0);
  return layers_[used_ - 1];
}

void Canvas::box(const Box& box, Colour colour, double radius) {
  add_box(top().shapes, box, colour, radius);
}

void Canvas::frame(const Box& box, Colour colour, double thickness, double radius) {
  add_frame(top().shapes, box, colour, thickness, radius);
}

void Canvas::line(Point from, Point until, Colour colour, double width) {
  add_line(top().shapes, from, until, colour, width);
}

void Canvas::polyline(std::span<const Point> points, Colour colour, double width) {
  add_polyline(top().shapes, points, colour, width);
}

void Canvas::dashed(std::span<const Point> points, Colour colour, double width, double dash) {
  add_dashed(top().shapes, points, colour, width, dash);
}

void Canvas::polygon(std::span<const Point> convex, Colour colour) {
  add_polygon(top().shapes, convex, colour);
}

void Canvas::band(std::span<const Point> upper, std::span<const Point> lower, Colour colour) {
  add_band(top().shapes, upper, lower, colour);
}

void Canvas::cross(const Box& box, Colour colour, double width) {
  line({box.x, box.y}, {box.right(), box.bottom()}, colour, width);
  line({box.x, box.bottom()}, {box.right(), box.y}, colour, width);
}

void Canvas::dot(Point centre, double radius, Colour colour, DotShape shape) {
  DotAtlas::add(top().dots, centre, radius, colour, shape);
}

void Canvas::text(Point at, std::string_view utf8, double size, Colour colour, Align align,
                  bool bold) {
  const Face face = Face::of(size, bold);
  auto& letters =
      top().texts.try_emplace(face, sf::VertexArray(sf::PrimitiveType::Triangles)).first->second;
  lettering_.add(letters, at, utf8, face, colour, align);
}

double Canvas::text_width(std::string_view utf8, double size, bool bold) const {
  return lettering_.width(utf8, Face::of(size, bold));
}

std::string Canvas::shortened(std::string_view utf8, double size, bool bold, double width) const {
  return lettering_.shortened(utf8, Face::of(size, bold), width);
}

void Canvas::draw(sf::RenderTarget& target) const {
  const sf::View before = target.getView();
  for (std::size_t i = 0; i < used_; ++i) draw(layers_[i], target);
  target.setView(before);
}

void Canvas::draw(const Layer& layer, sf::RenderTarget& target) const {
  const Box& visible = layer.visible;
  if (visible.width <= 0 || visible.height <= 0) return;
  // A view that shows just this box in just this place: what lies outside is cut off.
  sf::View view(to_sfml(visible));
  view.setViewport(to_sfml(Box{visible.x / size_.x, visible.y / size_.y, visible.width / size_.x,
                               visible.height / size_.y}));
  target.setView(view);
  if (layer.shapes.getVertexCount() > 0) target.draw(layer.shapes);
  if (layer.dots.getVertexCount() > 0) target.draw(layer.dots, &dot_atlas_.texture());
  for (const auto& [face, letters] : layer.texts) {
    if (letters.getVertexCount() > 0) target.draw(letters, &lettering_.texture(face));
  }
}

}  // namespace faultline::viz
