#include "viz/screen/time_line_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/view/charts/chart.h"
#include "viz/view/charts/time_line.h"
#include "viz/view/words/wording.h"

namespace faultline::viz {
namespace {

class TimeLinePainter {
 public:
  TimeLinePainter(Brush& brush, const Session& session)
      : brush_(brush),
        canvas_(brush.canvas),
        session_(session),
        line_(time_line_of(session.selected_shown().playback)),
        box_(session.frame().time_line),
        axis_(time_axis(session.frame())) {}

  void paint() {
    const Theme& theme = brush_.theme;
    canvas_.layer(box_);
    canvas_.box(box_, theme.panel);
    canvas_.line({box_.x, box_.y}, {box_.right(), box_.y}, theme.region_rim, 1);
    paint_state();
    paint_promise();
    canvas_.box(axis_, theme.cell, axis_.height / 2);
    paint_stretch(sim::Time{}, session_.frontier(), theme.busy.faded(0.35));
    paint_stretch(sim::Time{}, session_.now(), theme.busy);
    paint_alerts();
    for (const TimeMark& mark : line_.marks) paint_stretch_of(mark);
    paint_labels();
    paint_ticks();
    paint_turn();
    paint_cursor();
  }

 private:
  double x(sim::Time at) const {
    return x_of(session_.frame(), session_.end(), std::min(at, session_.end()));
  }

  void paint_stretch(sim::Time begin, sim::Time end, Colour colour) {
    if (end <= begin) return;
    canvas_.box({x(begin), axis_.y, std::max(2.0, x(end) - x(begin)), axis_.height}, colour,
                axis_.height / 2);
  }

  Colour colour_of(TimeMark::Kind kind) const {
    return kind == TimeMark::Kind::by_hand ? brush_.theme.selected : brush_.theme.down;
  }

  void paint_stretch_of(const TimeMark& mark) {
    const double left = x(mark.begin);
    const double right = mark.end ? x(*mark.end) : left;
    const double y = axis_.y - brush_.size(4);
    canvas_.box({left, y, std::max(brush_.size(2), right - left), brush_.size(3)},
                colour_of(mark.kind));
    canvas_.line({left, y - brush_.size(6)}, {left, axis_.bottom()}, colour_of(mark.kind),
                 brush_.size(2));
  }

  // Left to right, above the axis; one that would touch the one before is left to the pointer.
  void paint_labels() {
    const double size = brush_.size(12);
    double free_from = box_.x;
    for (const TimeMark& mark : line_.marks) {
      const double width = canvas_.text_width(mark.label, size);
      const double left =
          std::clamp(x(mark.begin) + brush_.size(4), box_.x, box_.right() - width - brush_.size(8));
      if (left < free_from) continue;
      canvas_.text({left, axis_.y - brush_.size(15)}, mark.label, size, colour_of(mark.kind));
      free_from = left + width + brush_.size(12);
    }
  }

  void paint_ticks() {
    const double seconds = session_.end().seconds();
    const double step = round_step(seconds);
    const double y = axis_.bottom() + brush_.size(12);
    for (int i = 0; i * step <= seconds * 1.0001; ++i) {
      const sim::Time at = sim::Time{} + sim::Duration::from_seconds(i * step);
      const Align align = i == 0 ? Align::left : Align::centre;
      const double left = x(at);
      canvas_.line({left, axis_.bottom()}, {left, axis_.bottom() + brush_.size(4)},
                   brush_.theme.muted, 1);
      if (left > axis_.right() - brush_.size(20)) {
        canvas_.text({axis_.right(), y}, clock_text(at), brush_.size(11), brush_.theme.muted,
                     Align::right);
        continue;
      }
      canvas_.text({left, y}, clock_text(at), brush_.size(11), brush_.theme.muted, align);
    }
  }

  // Of whole units of time, so that there are four to ten.
  static double round_step(double seconds) {
    for (const double step : {1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0,
                              1800.0, 3600.0, 7200.0, 14400.0}) {
      if (seconds / step <= 10) return step;
    }
    return seconds / 8;
  }

  void paint_alerts() {
    for (const Promise& promise : line_.promises) {
      for (const auto& [begin, end] : promise.broken) {
        const double left = x(begin);
        canvas_.box(
            {left, axis_.y + axis_.height * 0.6, std::max(2.0, x(end) - left), axis_.height * 0.4},
            brush_.theme.failed);
      }
    }
  }

  void paint_turn() {
    if (!line_.turned_at) return;
    const double at = x(*line_.turned_at);
    canvas_.dashed(std::array{Point{at, axis_.y}, Point{at, box_.bottom()}}, brush_.theme.selected,
                   brush_.size(2), brush_.size(4));
    canvas_.text({at + brush_.size(6), box_.bottom() - brush_.size(10)}, "a new history from here",
                 brush_.size(11), brush_.theme.selected);
  }

  void paint_cursor() {
    const double at = x(session_.now());
    const double half = brush_.size(4.5);
    const double top = axis_.y - brush_.size(2);
    canvas_.line({at, top}, {at, axis_.bottom() + brush_.size(2)}, brush_.theme.ink,
                 brush_.size(2.5));
    const std::array head = {Point{at - half, top - half * 1.2}, Point{at + half, top - half * 1.2},
                             Point{at, top}};
    canvas_.polygon(head, brush_.theme.ink);
  }

  // "playing at 1x", left; it is on its way, or there.
  void paint_state() {
    const double y = box_.y + brush_.size(12);
    std::string text = session_.playing() ? "playing" : "paused";
    if (session_.heading_for()) text = "simulating up to " + moment(*session_.heading_for());
    text += fmt::format(", {} at {}", moment(session_.now()), session_.speed().text());
    text += ".  Space: play, pause.  Up, Down: speed.  H: help.";
    canvas_.text({box_.x + brush_.size(20), y},
                 canvas_.shortened(text, brush_.size(12), false, box_.width * 0.6), brush_.size(12),
                 brush_.theme.muted);
  }

  void paint_promise() {
    if (line_.promises.empty()) return;
    const Promise& promise = line_.promises.front();
    std::string text = promise.label;
    const bool broken_now =
        !promise.broken.empty() &&
        promise.broken.back().second + sim::Duration::from_seconds(1) > session_.now();
    text += broken_now ? ": broken" : ": kept";
    if (promise.budget_left) {
      text += fmt::format(", {:.0f} % of the error budget left",
                          std::max(0.0, *promise.budget_left) * 100);
    }
    canvas_.text({box_.right() - brush_.size(20), box_.y + brush_.size(12)},
                 canvas_.shortened(text, brush_.size(12), true, box_.width * 0.38), brush_.size(12),
                 broken_now ? brush_.theme.failed : brush_.theme.answered, Align::right, true);
  }

  Brush& brush_;
  Canvas& canvas_;
  const Session& session_;
  TimeLine line_;
  Box box_;
  Box axis_;
};

}  // namespace

void paint_time_line(Brush& brush, const Session& session) {
  TimeLinePainter(brush, session).paint();
}

}  // namespace faultline::viz
