#include "viz/screen/lettering.h"

#include <SFML/Graphics/Glyph.hpp>
#include <SFML/System/Utf.hpp>
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "viz/screen/vertices.h"

namespace faultline::viz {
namespace {

using CodePoint = sf::Uint32;

constexpr CodePoint replacement = 0xFFFD;  // for bytes that are no UTF-8
constexpr std::string_view ellipsis = "\u2026";

// Its place relative to where the letter begins on the base line.
Box place_of(const sf::Glyph& glyph) {
  return {std::round(glyph.bounds.left), std::round(glyph.bounds.top),
          double(glyph.textureRect.width), double(glyph.textureRect.height)};
}

Box piece_of(const sf::Glyph& glyph) {
  return {double(glyph.textureRect.left), double(glyph.textureRect.top),
          double(glyph.textureRect.width), double(glyph.textureRect.height)};
}

}  // namespace

Face Face::of(double size, bool bold) {
  return {static_cast<unsigned>(std::max(1L, std::lround(size))), bold};
}

template <class Visit>
double Lettering::set(std::string_view text, Face face, const Visit& visit) const {
  const sf::Font& letters = font(face);
  double x = 0;
  CodePoint before = 0;
  for (const char* at = text.data(); at != text.data() + text.size();) {
    CodePoint letter = 0;
    at = sf::Utf8::decode(at, text.data() + text.size(), letter, replacement);
    if (before != 0) x += std::round(letters.getKerning(before, letter, face.size));
    const sf::Glyph& glyph = letters.getGlyph(letter, face.size, false);
    visit(glyph, x, static_cast<std::size_t>(at - text.data()));
    x += std::round(glyph.advance);
    before = letter;
  }
  return x;
}

double Lettering::width(std::string_view text, Face face) const {
  return set(text, face, [](const sf::Glyph&, double, std::size_t) {});
}

std::string Lettering::shortened(std::string_view text, Face face, double width) const {
  const double room = width - this->width(ellipsis, face);
  std::size_t fitting = 0;  // bytes
  const double whole = set(text, face, [&](const sf::Glyph& glyph, double x, std::size_t end) {
    if (x + std::round(glyph.advance) <= room) fitting = end;
  });
  if (whole <= width) return std::string(text);
  if (room < 0) return "";
  std::string_view kept = text.substr(0, fitting);
  while (kept.ends_with(' ')) kept.remove_suffix(1);
  return std::string(kept) + std::string(ellipsis);
}

void Lettering::add(sf::VertexArray& to, Point at, std::string_view text, Face face, Colour colour,
                    Align align) const {
  const double room = align == Align::left ? 0 : width(text, face);
  const double left = std::round(align == Align::centre ? at.x - room / 2 : at.x - room);
  const double height_of_x = place_of(font(face).getGlyph('x', face.size, false)).height;
  const double base_line = std::round(at.y + height_of_x / 2);
  set(text, face, [&](const sf::Glyph& glyph, double x, std::size_t) {
    Box place = place_of(glyph);
    if (place.width == 0) return;  // a space
    place.x += left + x;
    place.y += base_line;
    add_piece(to, place, piece_of(glyph), colour);
  });
}

}  // namespace faultline::viz
