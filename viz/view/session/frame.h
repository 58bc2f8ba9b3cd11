// Frame: how the window is divided: the caption at the top, stages and panel below it, the time
// line at the bottom. Everything but the stages is `scale` times as large as at 1280 x 720.
#pragma once

#include <algorithm>
#include <vector>

#include "viz/view/stage/geometry.h"

namespace faultline::viz {

struct Frame {
  Point size;
  double scale = 1;
  Box caption;
  std::vector<Box> stages;  // one beside the other
  Box panel;                // no width where there is no room for it
  Box time_line;
};

inline Frame frame_for(Point size, std::size_t stages) {
  Frame frame{.size = size,
              .scale = std::clamp(std::min(size.x / 1280, size.y / 720), 0.6, 8.0),
              .caption = {},
              .stages = {},
              .panel = {},
              .time_line = {}};
  const double caption = 76 * frame.scale;
  const double time_line = 98 * frame.scale;
  const double height = std::max(1.0, size.y - caption - time_line);
  const double panel = size.x >= 800 ? 312 * frame.scale : 0;
  frame.caption = {0, 0, size.x, caption};
  frame.time_line = {0, size.y - time_line, size.x, time_line};
  frame.panel = {size.x - panel, caption, panel, height};
  const double width = (size.x - panel) / static_cast<double>(stages);
  for (std::size_t i = 0; i < stages; ++i) {
    frame.stages.push_back({width * static_cast<double>(i), caption, width, height});
  }
  return frame;
}

}  // namespace faultline::viz
