// Shows that everything drawn in a theme's colours can be read, and that what colours tell apart
// stays apart for colour-blind eyes, by computing contrasts and differences as standards define.
#include "viz/view/theme/theme.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace faultline::viz::theme_test {
namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

Vector times(const Matrix& matrix, const Vector& vector) {
  Vector product = {};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) product[i] += matrix[i][j] * vector[j];
  }
  return product;
}

// IEC 61966-2-1, inverse of its curve.
Vector linear(Colour colour) {
  const auto one = [](std::uint8_t byte) {
    const double share = byte / 255.0;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
  };
  return {one(colour.r), one(colour.g), one(colour.b)};
}

// Linear sRGB to CIE XYZ; its middle row gives the relative luminance.
constexpr Matrix to_xyz = {
    {{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}};

// WCAG 2.2, "contrast ratio": 1 to 21.
double contrast(Colour a, Colour b) {
  const double of_a = times(to_xyz, linear(a))[1] + 0.05;
  const double of_b = times(to_xyz, linear(b))[1] + 0.05;
  return std::max(of_a, of_b) / std::min(of_a, of_b);
}

// Machado, Oliveira, Fernandes (2009), severity 1.0: how dichromats see linear colours.
constexpr Matrix trichromat = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr Matrix protanope = {{{0.152286, 1.052583, -0.204868},
                               {0.114503, 0.786281, 0.099216},
                               {-0.003882, -0.048116, 1.051998}}};
constexpr Matrix deuteranope = {{{0.367322, 0.860646, -0.227968},
                                 {0.280085, 0.672501, 0.047413},
                                 {-0.011820, 0.042940, 0.968881}}};

// CIE 1976 L*a*b*, white point D65.
Vector lab(Colour colour, const Matrix& eye) {
  Vector seen = times(eye, linear(colour));
  for (double& part : seen) part = std::clamp(part, 0.0, 1.0);
  const Vector xyz = times(to_xyz, seen);
  const auto root = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116.0; };
  const double x = root(xyz[0] / 0.9505);
  const double y = root(xyz[1]);
  const double z = root(xyz[2] / 1.089);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double difference(Colour a, Colour b, const Matrix& eye) {
  const Vector of_a = lab(a, eye);
  const Vector of_b = lab(b, eye);
  return std::hypot(of_a[0] - of_b[0], of_a[1] - of_b[1], of_a[2] - of_b[2]);
}

double least_difference(std::span<const Colour> colours, const Matrix& eye) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < colours.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      least = std::min(least, difference(colours[i], colours[j], eye));
    }
  }
  return least;
}

class Themes : public ::testing::TestWithParam<ThemeName> {
 protected:
  double least_contrast(Colour colour) const {
    double least = std::numeric_limits<double>::infinity();
    for (const Colour surface : {theme_.background, theme_.region, theme_.card, theme_.panel}) {
      least = std::min(least, contrast(colour, surface));
    }
    return least;
  }

  const Theme& theme_ = theme(GetParam());
  const std::vector<Colour> fates_ = {theme_.in_flight, theme_.answered, theme_.late,
                                      theme_.retry,     theme_.failed,   theme_.shed};
};

INSTANTIATE_TEST_SUITE_P(All, Themes, ::testing::Values(ThemeName::light, ThemeName::dark),
                         [](const auto& tested) {
                           return std::string(tested.param == ThemeName::light ? "Light" : "Dark");
                         });

// The measures themselves, at values that are published or follow from their definitions.
TEST(ThemeMeasures, AreThoseOfTheStandards) {
  const Colour black = {0, 0, 0};
  const Colour white = {255, 255, 255};
  EXPECT_NEAR(contrast(black, white), 21, 1e-9);
  EXPECT_NEAR(contrast({0x77, 0x77, 0x77}, white), 4.48, 0.005);
  EXPECT_NEAR(difference(black, white, trichromat), 100, 0.05);
  EXPECT_NEAR(difference({255, 0, 0}, {0, 255, 0}, trichromat), 170.6, 0.5);
  EXPECT_LT(difference({255, 0, 0}, {0, 255, 0}, deuteranope), 90);
}

TEST_P(Themes, TextCanBeReadOnEverySurface) {
  EXPECT_GE(least_contrast(theme_.ink), 7);
  EXPECT_GE(least_contrast(theme_.muted), 4.5);
}

TEST_P(Themes, FatesStandOutFromEverySurface) {
  for (std::size_t i = 0; i < fates_.size(); ++i) EXPECT_GE(least_contrast(fates_[i]), 3) << i;
}

TEST_P(Themes, SeriesStandOutFromEverySurface) {
  for (std::size_t i = 0; i < theme_.series.size(); ++i) {
    EXPECT_GE(least_contrast(theme_.series[i]), 3) << i;
  }
}

TEST_P(Themes, StatesAndTheSelectionStandOutFromEverySurface) {
  for (const Colour state : {theme_.busy, theme_.down, theme_.slow, theme_.starting,
                             theme_.draining, theme_.leader, theme_.selected}) {
    EXPECT_GE(least_contrast(state), 3) << int{state.r} << ' ' << int{state.g};
  }
}

// 2.3 is the least difference that an eye notices side by side; dots are small and far apart.
TEST_P(Themes, FatesAndSeriesStayApartForColourBlindEyes) {
  for (const Matrix& eye : {trichromat, protanope, deuteranope}) {
    EXPECT_GE(least_difference(fates_, eye), 14);
    EXPECT_GE(least_difference(theme_.series, eye), 14);
  }
}

// Neither glares on a wall: no surface is pure white, no ink on it pure black, nor the reverse.
TEST_P(Themes, NothingGlares) {
  EXPECT_LE(contrast(theme_.ink, theme_.background), 15);
  for (const Colour surface : {theme_.background, theme_.region, theme_.card, theme_.panel}) {
    EXPECT_NE(surface, (Colour{255, 255, 255}));
    EXPECT_NE(surface, (Colour{0, 0, 0}));
  }
}

}  // namespace
}  // namespace faultline::viz::theme_test
