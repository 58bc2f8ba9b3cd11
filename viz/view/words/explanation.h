// Explanation: what the pointer is over, with every figure's unit and definition.
#pragma once

#include <string>
#include <vector>

#include "viz/view/session/session.h"

namespace faultline::viz {

struct Explanation {
  struct Line {
    std::string figure;   // "80.5 %"
    std::string meaning;  // "hit_ratio: Share of reads that found a value still good."
  };
  std::string title;  // empty: there is nothing
  std::vector<Line> lines;
};

Explanation explanation_of(const Session& session, Point screen);

}  // namespace faultline::viz
