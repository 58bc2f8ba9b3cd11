// Colour: red, green, blue and opacity, each 0..255, as a screen takes them (sRGB).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace faultline::viz {

struct Colour {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  std::uint8_t a = 255;

  friend bool operator==(Colour, Colour) = default;

  // As much of its opacity as `opacity`, 0..1, says.
  Colour faded(double opacity) const;
};

// From all of `from` at 0 to all of `to` at 1.
inline Colour mixed(Colour from, Colour to, double share) {
  const double s = std::clamp(share, 0.0, 1.0);
  const auto between = [s](std::uint8_t low, std::uint8_t high) {
    return static_cast<std::uint8_t>(std::lround(low + (high - low) * s));
  };
  return {between(from.r, to.r), between(from.g, to.g), between(from.b, to.b),
          between(from.a, to.a)};
}

inline Colour Colour::faded(double opacity) const { return mixed({r, g, b, 0}, *this, opacity); }

}  // namespace faultline::viz
