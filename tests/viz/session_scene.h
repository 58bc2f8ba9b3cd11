// A small shop before somebody's eyes, for tests of what keys and mouse do to it.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "tests/viz/shown.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

class SessionScene : public ::testing::Test {
 protected:
  Session session_{{scenario_of(small_shop())}, 1, {1280, 720}};

  const Shown& run(std::size_t i = 0) const { return *session_.shown()[i]; }
  const Playback& playback(std::size_t i = 0) const { return run(i).playback; }
  const Stage& stage() const { return run().stage; }
  const Box& box(std::string_view card) const {
    return stage().cards()[stage().find_card(card).value()].box;
  }
  Point on_screen(Point stage_point) const { return run().camera.to_screen(stage_point); }
  Point middle_of(std::string_view card) const { return on_screen(box(card).centre()); }
  void click(Point at) {
    session_.press(at);
    session_.release(at);
  }
  void drag(Point from, Point to) {
    session_.press(from);
    session_.point_at(to);
    session_.release(to);
  }
  double now_s() const { return session_.now().seconds(); }
};

}  // namespace faultline::viz
