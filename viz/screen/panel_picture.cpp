#include "viz/screen/panel_picture.h"

#include "viz/screen/chart_picture.h"
#include "viz/view/charts/panel.h"

namespace faultline::viz {
namespace {

std::vector<ChartOrder> orders_for(const Session& session) {
  const Shown& shown = session.selected_shown();
  const Selection& selection = session.selection();
  if (!selection.card) return charts_of_users(shown.playback.chronicle());
  const Card& card = shown.stage.cards()[*selection.card];
  return charts_of(shown.playback.world().component(card.component), shown.playback.chronicle());
}

std::string heading(const Session& session) {
  const Shown& shown = session.selected_shown();
  const Selection& selection = session.selection();
  if (selection.card) return shown.stage.cards()[*selection.card].name;
  return "all users";
}

}  // namespace

void paint_panel(Brush& brush, const Session& session) {
  const Box& box = session.frame().panel;
  if (box.width <= 0) return;
  Canvas& canvas = brush.canvas;
  canvas.layer(box);
  canvas.box(box, brush.theme.panel);
  canvas.line({box.x, box.y}, {box.x, box.bottom()}, brush.theme.region_rim, 1);
  const double left = box.x + brush.size(14);
  const double width = box.width - brush.size(26);
  double y = box.y + brush.size(18);
  canvas.text({left, y}, canvas.shortened(heading(session), brush.size(16), true, width * 0.6),
              brush.size(16), brush.theme.ink, Align::left, true);
  const bool compares = session.shown().size() > 1;
  if (compares) {
    canvas.text({left + width, y}, "right one dashed", brush.size(11), brush.theme.muted,
                Align::right);
  } else if (session.selection().card) {
    canvas.text({left + width, y}, "Esc: all users", brush.size(11), brush.theme.muted,
                Align::right);
  }
  y += brush.size(18);
  const std::vector<ChartOrder> orders = orders_for(session);
  if (orders.empty()) return;
  const double height = (box.bottom() - y - brush.size(4)) / 4;
  for (const ChartOrder& order : orders) {
    const auto chart_in = [&](std::size_t i) {
      const Playback& playback = session.shown()[i]->playback;
      return make_chart(order, playback.chronicle(), playback.now());
    };
    const Chart chart = chart_in(0);
    const auto compared = compares ? std::optional(chart_in(1)) : std::nullopt;
    paint_chart(brush, {left, y, width, height - brush.size(8)}, chart,
                compared ? &*compared : nullptr, session.end(), session.now());
    y += height;
  }
}

}  // namespace faultline::viz
