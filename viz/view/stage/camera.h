// Camera: which part of a stage is seen, in which box of the screen, and how large.
#pragma once

#include <algorithm>

#include "viz/view/stage/geometry.h"

namespace faultline::viz {

class Camera {
 public:
  static constexpr double least_zoom = 0.05;
  static constexpr double most_zoom = 8;

  double zoom() const { return zoom_; }
  Point to_screen(Point stage) const { return stage * zoom_ + offset_; }
  Point to_stage(Point screen) const { return (screen - offset_) * (1 / zoom_); }
  Box to_screen(const Box& stage) const {
    const Point corner = to_screen(Point{stage.x, stage.y});
    return {corner.x, corner.y, stage.width * zoom_, stage.height * zoom_};
  }

  // All of `stage` in the middle of `screen`, no larger than `most`.
  void fit(const Box& stage, const Box& screen, double most) {
    zoom_ = std::clamp(std::min({screen.width / stage.width, screen.height / stage.height, most}),
                       least_zoom, most_zoom);
    offset_ = screen.centre() - stage.centre() * zoom_;
  }
  void pan(Point by) { offset_ = offset_ + by; }
  // What is under the pointer stays there.
  void zoom_at(Point screen, double factor) {
    const Point fixed = to_stage(screen);
    zoom_ = std::clamp(zoom_ * factor, least_zoom, most_zoom);
    offset_ = screen - fixed * zoom_;
  }

 private:
  double zoom_ = 1;
  Point offset_;
};

}  // namespace faultline::viz
