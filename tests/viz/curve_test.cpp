// Shows that a curve passes through its waypoints as wires are drawn: level at each, with two
// sides.
#include "viz/view/stage/curve.h"

#include <gtest/gtest.h>

namespace faultline::viz::curve_test {
namespace {

// Down and then to the right: its right side is first to the west, then to the south.
TEST(Curve, HasTwoSides) {
  const Curve down({{0, 0}, {0, 100}});
  EXPECT_NEAR(down.at(0.5).y, 50, 1e-9);
  EXPECT_NEAR(down.beside(0.5, 10).x, -10, 1e-9);
  EXPECT_NEAR(down.beside(0.5, 10).y, 50, 1e-9);
  const Curve right({{0, 0}, {100, 0}, {300, 0}});
  EXPECT_NEAR(right.beside(0.25, 10).x, 75, 1e-9);
  EXPECT_NEAR(right.beside(0.25, 10).y, 10, 1e-9);
  EXPECT_NEAR(right.at(2).x, 300, 1e-9);
  EXPECT_NEAR(right.at(-1).x, 0, 1e-9);
  EXPECT_NEAR(right.distance_from({150, 40}), 40, 1e-9);
  EXPECT_NEAR(right.distance_from({330, 40}), 50, 1e-9);
}

// It leaves and arrives level, and is symmetrical about its middle.
TEST(Curve, IsLevelAtItsEnds) {
  const Curve curve({{0, 0}, {200, 80}});
  EXPECT_NEAR(curve.at(0.5).x, 100, 1e-9);
  EXPECT_NEAR(curve.at(0.5).y, 40, 1e-9);
  EXPECT_LT(curve.at(0.05).y, 1.5);
  EXPECT_GT(curve.at(0.95).y, 78.5);
  // A quarter of the sixteen pieces on: of a cubic whose handles reach half way across.
  ASSERT_EQ(curve.points().size(), 17U);
  EXPECT_NEAR(curve.points()[4].x, 59.375, 1e-9);
  EXPECT_NEAR(curve.points()[4].y, 12.5, 1e-9);
}

}  // namespace
}  // namespace faultline::viz::curve_test
