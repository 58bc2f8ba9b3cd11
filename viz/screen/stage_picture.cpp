#include "viz/screen/stage_picture.h"

#include <fmt/format.h>

#include <cmath>

#include "viz/screen/card_picture.h"
#include "viz/screen/text_block.h"
#include "viz/view/stage/dots.h"
#include "viz/view/stage/wire_state.h"
#include "viz/view/words/caption.h"

namespace faultline::viz {
namespace {

class StagePainter {
 public:
  StagePainter(Brush& brush, const Session& session, std::size_t stage)
      : brush_(brush),
        session_(session),
        shown_(*session.shown()[stage]),
        stage_(stage),
        box_(session.frame().stages[stage]) {}

  void paint() {
    brush_.canvas.layer(box_);
    for (const Area& area : shown_.stage.areas()) paint(area);
    for (std::size_t i = 0; i < shown_.stage.wires().size(); ++i) paint_wire(i);
    brush_.canvas.layer(box_);
    const Dots dots = dots_of(shown_.playback, shown_.stage, session_.speed());
    paint(dots);
    brush_.canvas.layer(box_);
    for (const Wire& wire : shown_.stage.wires()) {
      const WireState state = state_of(wire, shown_.playback);
      if (state.change.cut) mark_cut(wire);
      if (state.breaker) mark_breaker(wire, *state.breaker);
    }
    for (std::size_t i = 0; i < shown_.stage.cards().size(); ++i) {
      const bool selected = selection_here() && session_.selection().card == i;
      const auto replica = selected ? session_.selection().replica : std::nullopt;
      paint_card(brush_, shown_, i, selected, replica);
    }
    brush_.canvas.layer(box_);
    paint_legend(dots);
    if (session_.shown().size() > 1) paint_title();
  }

 private:
  bool selection_here() const { return session_.selection().stage == stage_; }
  double zoom() const { return shown_.camera.zoom(); }

  // What a scenario that names no region calls the one it has.
  static bool is_nameless(const std::string& region) { return region == "here"; }

  void paint(const Area& area) {
    if (area.box.width <= 0 || is_nameless(area.name)) return;
    const Box box = shown_.camera.to_screen(area.box);
    brush_.canvas.box(box, brush_.theme.region, 14 * zoom());
    brush_.canvas.frame(box, brush_.theme.region_rim, std::max(1.0, 1.2 * zoom()), 14 * zoom());
    brush_.canvas.text({box.x + 16 * zoom(), box.y + 20 * zoom()}, area.name, 18 * zoom(),
                       brush_.theme.muted, Align::left, true);
  }

  void paint_wire(std::size_t index) {
    const Wire& wire = shown_.stage.wires()[index];
    std::vector<Point> points;
    points.reserve(wire.curve.points().size());
    for (const Point point : wire.curve.points()) points.push_back(shown_.camera.to_screen(point));
    const bool selected = selection_here() && session_.selection().wire == index;
    const WireState state = state_of(wire, shown_.playback);
    const double width = std::max(1.0, (1.2 + 1.7 * std::log10(1 + state.per_s)) * zoom());
    if (selected) brush_.canvas.polyline(points, brush_.theme.selected, width + 3 * brush_.scale);
    if (state.change.cut) {
      brush_.canvas.dashed(points, brush_.theme.down, width, 6 * zoom());
    } else if (state.per_s > 0) {
      brush_.canvas.polyline(points, brush_.theme.edge, width);
    } else {
      brush_.canvas.dashed(points, brush_.theme.edge.faded(0.55), 1, 5 * zoom());
    }
  }

  void mark_cut(const Wire& wire) {
    const Point middle = shown_.camera.to_screen(wire.curve.at(0.5));
    const double size = 14 * zoom();
    brush_.canvas.cross({middle.x - size / 2, middle.y - size / 2, size, size}, brush_.theme.down,
                        3 * zoom());
  }

  // A switch near the caller: its lever lies on the wire while it is closed, and stands off it,
  // wide when open and half way when half-open.
  void mark_breaker(const Wire& wire, models::CircuitBreaker::State state) {
    using State = models::CircuitBreaker::State;
    const Point hinge = shown_.camera.to_screen(wire.curve.at(0.16));
    const double radius = 4 * zoom();
    const double length = 24 * zoom();
    const double angle = state == State::open ? 0.9 : state == State::half_open ? 0.4 : 0;
    const Colour colour = state == State::open        ? brush_.theme.down
                          : state == State::half_open ? brush_.theme.slow
                                                      : brush_.theme.answered;
    const Point tip = hinge + Point{std::cos(angle), -std::sin(angle)} * length;
    const Point contact = hinge + Point{length, 0};
    if (state != State::closed) {
      brush_.canvas.line(hinge, contact, brush_.theme.background, 5 * zoom());
    }
    brush_.canvas.line(hinge, tip, colour, 3 * zoom());
    brush_.canvas.dot(hinge, radius, colour, DotShape::disc);
    brush_.canvas.dot(contact, radius, colour, DotShape::ring);
  }

  void paint(const Dots& dots) {
    const double radius = std::clamp(4.2 * zoom(), 3.0, 9.0 * brush_.scale);
    for (const Dot& dot : dots.dots) {
      brush_.canvas.dot(shown_.camera.to_screen(dot.at), radius,
                        colour_of(dot.fate, brush_.theme).faded(dot.opacity), shape_of(dot.fate));
    }
  }

  // What the dots mean, and how many requests each stands for.
  void paint_legend(const Dots& dots) {
    const double size = brush_.size(12);
    const double y = box_.bottom() - brush_.size(14);
    double x = box_.x + brush_.size(14);
    const bool narrow = box_.width < brush_.size(470);
    for (std::size_t i = 0; i < fate_names.size() && !narrow; ++i) {
      const auto fate = static_cast<Fate>(i);
      std::string word(name_of(fate));
      if (fate == Fate::late) {
        word += fmt::format(" (over {:g} s)", shown_.playback.late_after().seconds());
      }
      const double width = brush_.canvas.text_width(word, size) + brush_.size(30);
      brush_.canvas.dot({x + brush_.size(5), y}, brush_.size(4.5), colour_of(fate, brush_.theme),
                        shape_of(fate));
      brush_.canvas.text({x + brush_.size(14), y}, word, size, brush_.theme.muted);
      x += width;
    }
    std::string scale =
        fmt::format("1 dot = {} request{}", dots.one_in, dots.one_in > 1 ? "s" : "");
    if (dots.stretched) scale += ", seen for half a second";
    const double above =
        narrow || x + brush_.canvas.text_width(scale, size) < box_.right() ? 0 : 18;
    brush_.canvas.text({box_.right() - brush_.size(14), y - brush_.size(above)}, scale, size,
                       brush_.theme.muted, Align::right);
  }

  void paint_title() {
    const Point at{box_.x + brush_.size(16), box_.y + brush_.size(18)};
    brush_.canvas.text(at, shown_.playback.scenario().name, brush_.size(17), brush_.theme.ink,
                       Align::left, true);
    const std::string follows = caption_of(shown_.playback).consequence;
    const double size = brush_.size(13.5);
    double y = at.y + brush_.size(26);
    const auto lines =
        broken_into_lines(brush_.canvas, follows, size, false, box_.width - brush_.size(32));
    for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 3); ++i) {
      brush_.canvas.text({at.x, y}, lines[i], size, brush_.theme.ink);
      y += brush_.size(20);
    }
    if (stage_ > 0) {
      brush_.canvas.line({box_.x, box_.y}, {box_.x, box_.bottom()}, brush_.theme.region_rim, 2);
    }
  }

  Brush& brush_;
  const Session& session_;
  const Shown& shown_;
  std::size_t stage_;
  Box box_;
};

}  // namespace

void paint_stage(Brush& brush, const Session& session, std::size_t stage) {
  StagePainter(brush, session, stage).paint();
}

}  // namespace faultline::viz
