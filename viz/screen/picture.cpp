#include "viz/screen/picture.h"

#include "viz/screen/caption_picture.h"
#include "viz/screen/overlay_picture.h"
#include "viz/screen/panel_picture.h"
#include "viz/screen/stage_picture.h"
#include "viz/screen/time_line_picture.h"

namespace faultline::viz {

void paint(Canvas& canvas, const Session& session) {
  const Theme& colours = theme(session.dark() ? ThemeName::dark : ThemeName::light);
  Brush brush{canvas, colours, session.frame().scale};
  canvas.begin(session.frame().size);
  canvas.box({0, 0, session.frame().size.x, session.frame().size.y}, colours.background);
  for (std::size_t i = 0; i < session.shown().size(); ++i) paint_stage(brush, session, i);
  paint_panel(brush, session);
  paint_time_line(brush, session);
  paint_caption(brush, session);
  paint_overlay(brush, session);
}

}  // namespace faultline::viz
