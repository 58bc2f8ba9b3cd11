#include "viz/screen/panel_picture.h"

#include "viz/screen/chart_picture.h"
#include "viz/view/charts/panel.h"

namespace faultline::viz {
namespace {

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
  const double y = box.y + brush.size(18);
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
  const std::vector<ChartOrder> orders = charts_shown(session);
  for (std::size_t number = 0; number < orders.size(); ++number) {
    const auto chart_in = [&](std::size_t i) {
      const Playback& playback = session.shown()[i]->playback;
      return make_chart(orders[number], playback.chronicle(), playback.now());
    };
    const Chart chart = chart_in(0);
    const auto compared = compares ? std::optional(chart_in(1)) : std::nullopt;
    paint_chart(brush, chart_box(box, brush.scale, number), chart, compared ? &*compared : nullptr,
                session.end(), session.now());
  }
}

}  // namespace faultline::viz
