#include "viz/screen/overlay_picture.h"

#include <algorithm>

#include "viz/screen/text_block.h"
#include "viz/view/words/explanation.h"

namespace faultline::viz {
namespace {

// A sheet in the middle of the window.
Box paint_sheet(Brush& brush, const Session& session, double width, double height) {
  const Point size = session.frame().size;
  width = std::min(width, size.x - brush.size(24));
  height = std::min(height, size.y - brush.size(24));
  const Box sheet = on_whole_pixels({(size.x - width) / 2, (size.y - height) / 2, width, height});
  brush.canvas.layer();
  brush.canvas.box({0, 0, size.x, size.y}, brush.theme.background.faded(0.72));
  brush.canvas.box(sheet, brush.theme.card, brush.size(10));
  brush.canvas.frame(sheet, brush.theme.region_rim, brush.size(1.5), brush.size(10));
  return sheet;
}

void paint_help(Brush& brush, const Session& session) {
  const auto bindings = key_bindings();
  const std::size_t rows = (bindings.size() + 1) / 2;
  const double line = brush.size(27);
  const Box sheet = paint_sheet(brush, session, brush.size(980),
                                line * static_cast<double>(rows) + brush.size(150));
  Canvas& canvas = brush.canvas;
  const double left = sheet.x + brush.size(28);
  canvas.text({left, sheet.y + brush.size(30)}, "What you can do", brush.size(20), brush.theme.ink,
              Align::left, true);
  const double column = (sheet.width - brush.size(56)) / 2;
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const double x = left + column * static_cast<double>(i / rows);
    const double y = sheet.y + brush.size(68) + line * static_cast<double>(i % rows);
    const std::string key = (bindings[i].shift ? "Shift + " : "") + std::string(bindings[i].key);
    canvas.text({x, y}, key, brush.size(14), brush.theme.selected, Align::left, true);
    canvas.text(
        {x + brush.size(110), y},
        canvas.shortened(bindings[i].meaning, brush.size(14), false, column - brush.size(116)),
        brush.size(14), brush.theme.ink);
  }
  const double below = sheet.bottom() - brush.size(48);
  for (const auto& [y, text] :
       {std::pair{0.0, "Break what is selected until the end; with Shift, for ten seconds."},
        std::pair{22.0,
                  "Mouse: click selects, drag moves a card or the stage, the wheel zooms, the "
                  "time line jumps to any moment."}}) {
    canvas.text({left, below + brush.size(y)},
                canvas.shortened(text, brush.size(13), false, sheet.width - brush.size(56)),
                brush.size(13), brush.theme.muted);
  }
}

void paint_lesson(Brush& brush, const Session& session) {
  const scenarios::Scenario& scenario = session.selected_shown().playback.scenario();
  const double width = std::min(brush.size(860), session.frame().size.x - brush.size(24));
  const double size = brush.size(17);
  const auto lines =
      broken_into_lines(brush.canvas, scenario.lesson, size, false, width - brush.size(64));
  const double line = brush.size(26);
  const Box sheet = paint_sheet(brush, session, width,
                                line * static_cast<double>(lines.size()) + brush.size(120));
  brush.canvas.text({sheet.x + brush.size(32), sheet.y + brush.size(32)}, scenario.name,
                    brush.size(20), brush.theme.ink, Align::left, true);
  brush.canvas.text(
      {sheet.x + brush.size(32), sheet.y + brush.size(60)},
      brush.canvas.shortened(scenario.about, brush.size(14), false, sheet.width - brush.size(64)),
      brush.size(14), brush.theme.muted);
  double y = sheet.y + brush.size(96);
  for (const std::string& text : lines) {
    brush.canvas.text({sheet.x + brush.size(32), y}, text, size, brush.theme.ink);
    y += line;
  }
}

void paint_explanation(Brush& brush, const Session& session, Point pointer) {
  const Explanation explanation = explanation_of(session, pointer);
  if (explanation.title.empty()) return;
  Canvas& canvas = brush.canvas;
  double figures = brush.size(60);
  for (const Explanation::Line& text : explanation.lines) {
    figures = std::max(figures, canvas.text_width(text.figure, brush.size(12), true));
  }
  const double width = brush.size(350) + figures;
  const double line = brush.size(18);
  const Point size = session.frame().size;
  const double height = brush.size(40) + line * static_cast<double>(explanation.lines.size());
  const double x = std::clamp(pointer.x + brush.size(16), 0.0, std::max(0.0, size.x - width));
  const double y = std::clamp(pointer.y + brush.size(16), 0.0, std::max(0.0, size.y - height));
  const Box box = on_whole_pixels({x, y, width, height});
  canvas.layer();
  canvas.box(box, brush.theme.card, brush.size(6));
  canvas.frame(box, brush.theme.selected, brush.size(1.2), brush.size(6));
  const double left = box.x + brush.size(12);
  canvas.text({left, box.y + brush.size(17)},
              canvas.shortened(explanation.title, brush.size(13.5), true, width - brush.size(24)),
              brush.size(13.5), brush.theme.ink, Align::left, true);
  double at = box.y + brush.size(40);
  for (const Explanation::Line& text : explanation.lines) {
    canvas.text({left, at}, text.figure, brush.size(12), brush.theme.ink, Align::left, true);
    canvas.text(
        {left + figures + brush.size(12), at},
        canvas.shortened(text.meaning, brush.size(12), false, width - figures - brush.size(36)),
        brush.size(12), brush.theme.muted);
    at += line;
  }
}

}  // namespace

void paint_overlay(Brush& brush, const Session& session) {
  switch (session.above()) {
    case Session::Above::help:
      return paint_help(brush, session);
    case Session::Above::lesson:
      return paint_lesson(brush, session);
    case Session::Above::nothing:
      break;
  }
  if (session.pointer()) paint_explanation(brush, session, *session.pointer());
}

}  // namespace faultline::viz
