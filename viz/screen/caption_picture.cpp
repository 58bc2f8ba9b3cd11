#include "viz/screen/caption_picture.h"

#include "viz/screen/text_block.h"
#include "viz/view/words/caption.h"

namespace faultline::viz {

void paint_caption(Brush& brush, const Session& session) {
  Canvas& canvas = brush.canvas;
  const Box& box = session.frame().caption;
  canvas.layer(box);
  canvas.box(box, brush.theme.panel);
  canvas.line({box.x, box.bottom() - 1}, {box.right(), box.bottom() - 1}, brush.theme.region_rim,
              1);
  const double width = box.width - brush.size(40);
  const double left = box.x + brush.size(20);
  const Caption caption = caption_of(session.selected_shown().playback);
  canvas.text({left, box.y + brush.size(22)},
              canvas.shortened(caption.happened, brush.size(21), true, width), brush.size(21),
              brush.theme.ink, Align::left, true);
  const bool answers = !session.answer().empty();
  // Of two runs each stage tells its own.
  const bool compares = session.shown().size() > 1 && session.now() < session.end();
  const std::string& below = answers    ? session.answer()
                             : compares ? session.comparison()
                                        : caption.consequence;
  const double size = brush.size(16);
  auto lines = broken_into_lines(canvas, below, size, false, width);
  if (lines.size() > 1) {  // a lesson: there is room for its first line
    lines.front() = canvas.shortened(below, size, false, width - brush.size(90));
    canvas.text({box.right() - brush.size(20), box.y + brush.size(52)}, "L: more", brush.size(13),
                brush.theme.selected, Align::right);
  }
  if (lines.empty()) return;
  canvas.text({left, box.y + brush.size(52)}, lines.front(), size,
              answers ? brush.theme.selected : brush.theme.ink);
}

}  // namespace faultline::viz
