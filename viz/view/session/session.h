// Session: all that the one who watches has before him, and what his keys and mouse do to it: one
// run or two side by side, how fast they play, what is selected, what lies above the stage.
//
// Needs no screen. The window draws it and passes on what is done; scripts and tests do the same.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "viz/view/charts/panel.h"
#include "viz/view/run/playback.h"
#include "viz/view/session/breaking.h"
#include "viz/view/session/command.h"
#include "viz/view/session/frame.h"
#include "viz/view/session/selection.h"
#include "viz/view/session/speed.h"
#include "viz/view/stage/camera.h"
#include "viz/view/stage/stage.h"

namespace faultline::viz {

// A run, its stage, and how one looks at it.
struct Shown {
  Playback playback;
  Stage stage;
  Camera camera;

  Shown(std::shared_ptr<const scenarios::Scenario> scenario, std::uint64_t seed);
};

class Session {
 public:
  enum class Above { nothing, help, lesson };

  // One scenario, or two to be compared, in step.
  Session(std::vector<std::shared_ptr<const scenarios::Scenario>> scenarios, std::uint64_t seed,
          Point size);

  // What is there to see.
  const std::vector<std::unique_ptr<Shown>>& shown() const { return shown_; }
  const Shown& selected_shown() const { return *shown_[selection_.stage]; }
  const Frame& frame() const { return frame_; }
  sim::Time now() const;
  sim::Time end() const;
  sim::Time frontier() const;
  bool playing() const { return playing_; }
  // Where it is on its way to, when it is not there yet.
  std::optional<sim::Time> heading_for() const { return heading_for_; }
  const Speed& speed() const { return speed_; }
  const Selection& selection() const { return selection_; }
  Selection under(Point screen) const;
  std::optional<Point> pointer() const { return pointer_; }
  Above above() const { return above_; }
  // Of two runs: what they are.
  std::string comparison() const;
  bool dark() const { return dark_; }
  // What was answered to the last command, until the next.
  const std::string& answer() const { return answer_; }

  // What is done.
  void resize(Point size);
  void command(Command command, bool for_a_while = false);
  // By a card's place or component ("web", "db@eu", "web/1"), or "web->db"; false: no such thing.
  bool select(const std::string& what);
  void go_to(sim::Time at, const Playback::Enough& enough = {});
  void set_speed(Speed speed) { speed_ = speed; }
  void set_playing(bool playing) { playing_ = playing; }
  void set_dark(bool dark) { dark_ = dark; }
  void say(std::string answer) {
    answer_ = std::move(answer);
    answer_age_s_ = 0;
  }
  void point_at(std::optional<Point> screen);
  void press(Point screen);
  void release(Point screen);
  void wheel(Point screen, double notches);
  // So many seconds have passed before the screen. Comes as far as it can before it is `enough`.
  void tick(double seconds, const Playback::Enough& enough);

  // Writes what is shown, with what was done by hand and where cards were put, as a scenario that
  // extends the one it came from. What it says is the answer.
  void save(const std::filesystem::path& folder);

 private:
  enum class Drag { none, pressed, panning, card, time };

  void break_by(Command command, bool for_a_while);
  void begin_anew();
  void fit();
  void scrub(Point screen);
  std::size_t stage_at(Point screen) const;

  std::vector<std::unique_ptr<Shown>> shown_;
  std::uint64_t seed_;
  Frame frame_;
  Speed speed_;
  bool playing_ = false;
  bool dark_ = false;
  std::optional<sim::Time> heading_for_;
  Selection selection_;
  Above above_ = Above::nothing;
  std::string answer_;
  double answer_age_s_ = 0;
  std::optional<Point> pointer_;
  Drag drag_ = Drag::none;
  Point pressed_at_;
  Point dragged_to_;
};

// What the panel shows: of the selected component, or of all users.
std::vector<ChartOrder> charts_shown(const Session& session);

// Of the time line: which instant lies at x, and where an instant lies.
Box time_axis(const Frame& frame);
sim::Time time_at(const Frame& frame, sim::Time end, double x);
double x_of(const Frame& frame, sim::Time end, sim::Time at);

}  // namespace faultline::viz
