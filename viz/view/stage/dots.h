// Dots: the messages under way as they are drawn at an instant: where on their wires, and in whose
// colours.
//
// A message leaves at its true moment. One that is quicker than the eye is drawn under way for a
// little longer than it is (`stretch` of the screen's time, at most the two seconds that messages
// are kept for). Where there are too many, one dot stands for several requests.
// Both ways keep to the right of the wire.
#pragma once

#include <vector>

#include "viz/view/run/fate.h"
#include "viz/view/run/playback.h"
#include "viz/view/session/speed.h"
#include "viz/view/stage/stage.h"

namespace faultline::viz {

struct Dot {
  Point at;  // on the stage
  Fate fate = Fate::asking;
  double opacity = 1;  // of a lost one as it vanishes
};

struct Dots {
  static constexpr double beside_wire = 4.5;  // units of the stage
  static constexpr double stretch_s = 0.5;    // of the screen's time
  static constexpr std::size_t about = 500;   // as many at once at most, about

  std::vector<Dot> dots;
  std::uint64_t one_in = 1;  // requests
  bool stretched = false;    // some are drawn longer than they are under way
};

Dots dots_of(const Playback& playback, const Stage& stage, const Speed& speed);

}  // namespace faultline::viz
