#include "viz/screen/card_picture.h"

#include <fmt/format.h>

#include <cmath>

#include "viz/view/stage/card_shape.h"
#include "viz/view/stage/card_state.h"
#include "viz/view/words/wording.h"

namespace faultline::viz {
namespace {

class CardPainter {
 public:
  CardPainter(Brush& brush, const Shown& shown, std::size_t card)
      : brush_(brush),
        canvas_(brush.canvas),
        shown_(shown),
        card_(shown.stage.cards()[card]),
        state_(state_of(card_, shown.playback)),
        zoom_(shown.camera.zoom()),
        box_(shown.camera.to_screen(card_.box)) {}

  void paint(bool selected, std::optional<models::ReplicaIndex> replica) {
    const Theme& theme = brush_.theme;
    const double radius = 8 * zoom_;
    canvas_.box({box_.x, box_.y + 2 * zoom_, box_.width, box_.height}, theme.ink.faded(0.07),
                radius);  // its shadow
    canvas_.box(box_, theme.card, radius);
    canvas_.frame(box_, rim(), std::max(1.0, (is_troubled() ? 2.5 : 1.2) * zoom_), radius);
    if (selected) canvas_.frame(box_.grown(4 * zoom_), theme.selected, 2.5 * zoom_, radius);
    paint_header();
    for (const ZoneRow& row : card_.rows) {
      canvas_.text(point_at({card_sizes::padding, row.y}), row.zone, card_sizes::small * zoom_,
                   theme.muted);
    }
    for (std::size_t i = 0; i < card_.cells.size(); ++i) {
      paint_cell(i, replica == card_.cells[i].replica);
    }
    paint_foot();
  }

 private:
  Point point_at(Point in_card) const {
    return shown_.camera.to_screen(Point{card_.box.x, card_.box.y} + in_card);
  }
  Box box_at(const Box& in_card) const {
    return shown_.camera.to_screen(
        Box{card_.box.x + in_card.x, card_.box.y + in_card.y, in_card.width, in_card.height});
  }

  bool is_troubled() const {
    for (const CellState& cell : state_.cells) {
      if (cell.life == models::Lifecycle::down || cell.speed) return true;
    }
    return false;
  }

  Colour rim() const {
    for (const CellState& cell : state_.cells) {
      if (cell.life == models::Lifecycle::down) return brush_.theme.down;
    }
    return is_troubled() ? brush_.theme.slow : brush_.theme.card_rim;
  }

  void paint_header() {
    const double room = (card_.box.width - 2 * card_sizes::padding) * zoom_;
    const double size = card_sizes::title * zoom_;
    canvas_.text(point_at({card_sizes::padding, 20}),
                 canvas_.shortened(card_.name, size, true, room), size, brush_.theme.ink,
                 Align::left, true);
    const std::string kind = card_.type == "workload" ? "users" : card_.type;
    const double small = card_sizes::small * zoom_;
    canvas_.text(point_at({card_sizes::padding, 41}), kind, small, brush_.theme.muted);
    if (state_.waiting == 0) return;
    const std::string waiting = with_unit(static_cast<double>(state_.waiting), "") + " wait";
    canvas_.text(point_at({card_.box.width - card_sizes::padding, 41}), waiting, small,
                 brush_.theme.ink, Align::right, true);
  }

  // Filled from below as it is busy; crossed when down; framed twice, in the beat of its speed,
  // when slow.
  void paint_cell(std::size_t index, bool selected) {
    const Theme& theme = brush_.theme;
    const CellState& cell = state_.cells[index];
    const Box box = box_at(card_.cells[index].box);
    const double radius = 3 * zoom_;
    if (selected) canvas_.frame(box.grown(4 * zoom_), theme.selected, 2 * zoom_, radius);
    if (cell.life == models::Lifecycle::absent)
      return canvas_.frame(box, theme.cell, zoom_, radius);
    canvas_.box(box, theme.cell, radius);
    switch (cell.life) {
      case models::Lifecycle::down:
        canvas_.box(box, theme.down.faded(0.16), radius);
        canvas_.cross(box.grown(-4 * zoom_), theme.down, std::max(1.5, 3 * zoom_));
        canvas_.frame(box, theme.down, std::max(1.0, 1.5 * zoom_), radius);
        return;
      case models::Lifecycle::starting:
        canvas_.frame(box, theme.starting, std::max(1.0, 2 * zoom_), radius);
        break;
      case models::Lifecycle::draining:
        canvas_.frame(box, theme.draining, std::max(1.0, 2 * zoom_), radius);
        break;
      case models::Lifecycle::absent:
      case models::Lifecycle::up:
        break;
    }
    if (cell.life != models::Lifecycle::starting) fill(box, cell.busy, radius);
    if (cell.speed) pulse(box, *cell.speed, radius);
    if (cell.leads) crown(box);
  }

  void fill(const Box& box, std::optional<double> busy, double radius) {
    if (!busy) {  // no limit: it is there, and that is all
      canvas_.box({box.x, box.bottom() - 3 * zoom_, box.width, 3 * zoom_}, brush_.theme.busy,
                  zoom_);
      return;
    }
    const double height = box.height * *busy;
    if (height <= 0) return;
    canvas_.box({box.x, box.bottom() - height, box.width, height}, brush_.theme.busy,
                std::min(radius, height / 2));
  }

  // A beat a second of the simulated time, or a still frame: the picture of an instant is one.
  void pulse(const Box& box, double speed, double radius) {
    const double phase = std::fmod(shown_.playback.now().seconds(), 1.0);
    const double beat = 0.5 + 0.5 * std::cos(2 * 3.14159265358979 * phase);
    canvas_.frame(box.grown((1.5 + 2 * beat) * zoom_), brush_.theme.slow, 2 * zoom_, radius);
    if (box.width < 20 * zoom_) return;
    canvas_.text(box.centre(), speed == 0 ? "II" : fmt::format("{:g}", speed), 11 * zoom_,
                 brush_.theme.ink, Align::centre, true);
  }

  void crown(const Box& box) {
    const double width = std::min(16 * zoom_, box.width * 0.8);
    const double height = width * 0.55;
    const double left = box.centre().x - width / 2;
    const double base = box.y + height * 1.5;
    const Colour gold = brush_.theme.leader;
    const auto point = [&](double x, double y) {
      return Point{left + x * width, base - y * height};
    };
    for (const double x : {0.0, 1.0 / 3, 2.0 / 3}) {
      const std::array spike = {point(x, 0), point(x + 1.0 / 6, x == 1.0 / 3 ? 1.25 : 1.0),
                                point(x + 1.0 / 3, 0)};
      canvas_.polygon(spike, gold);
    }
    canvas_.box({left, base - 1, width, height * 0.35}, gold);
  }

  void paint_foot() {
    const Theme& theme = brush_.theme;
    const double room = (card_.box.width - 2 * card_sizes::padding) * zoom_;
    const double size = card_sizes::note * zoom_;
    canvas_.text(shown_.camera.to_screen(card_.note_place()),
                 canvas_.shortened(state_.note, size, false, room), size, theme.ink);
    const Box bar = shown_.camera.to_screen(card_.backlog_box());
    if (!state_.backlog) return;
    canvas_.box(bar, theme.cell, bar.height / 2);
    canvas_.box({bar.x, bar.y, std::max(bar.height, bar.width * *state_.backlog), bar.height},
                *state_.backlog > 0.9 ? theme.down : theme.slow, bar.height / 2);
  }

  Brush& brush_;
  Canvas& canvas_;
  const Shown& shown_;
  const Card& card_;
  CardState state_;
  double zoom_;
  Box box_;
};

}  // namespace

void paint_card(Brush& brush, const Shown& shown, std::size_t card, bool selected,
                std::optional<models::ReplicaIndex> selected_replica) {
  CardPainter(brush, shown, card).paint(selected, selected_replica);
}

}  // namespace faultline::viz
