#include "viz/screen/page_pictures.h"

#include <fmt/format.h>

#include "viz/screen/brush.h"
#include "viz/screen/text_block.h"
#include "viz/view/session/frame.h"

namespace faultline::viz {
namespace {

Brush begin_page(Canvas& canvas, Point size, const std::string& heading) {
  const Theme& colours = theme(ThemeName::light);
  Brush brush{canvas, colours, frame_for(size, 1).scale};
  canvas.begin(size);
  canvas.box({0, 0, size.x, size.y}, colours.background);
  canvas.text({brush.size(24), brush.size(30)}, heading, brush.size(24), colours.ink, Align::left,
              true);
  return brush;
}

}  // namespace

void paint_chooser(Canvas& canvas, Point size, const Chooser& chooser) {
  Brush brush = begin_page(canvas, size, "Faultline");
  const Theme& theme = brush.theme;
  canvas.text({brush.size(24), brush.size(64)},
              chooser.typed().empty()
                  ? "Choose a scenario: Up, Down, Enter, or click. Type to narrow the list down."
                  : fmt::format("With \"{}\": {} scenario{}", chooser.typed(),
                                chooser.offered().size(), chooser.offered().size() == 1 ? "" : "s"),
              brush.size(15), theme.muted);
  const ChooserRows rows = chooser_rows(size, brush.scale);
  const std::size_t first = chooser.first(rows.fitting);
  const double name_width = brush.size(290);
  for (std::size_t row = 0; row < rows.fitting; ++row) {
    const std::size_t i = first + row;
    if (i >= chooser.offered().size()) break;
    const Chooser::Entry& entry = chooser.offered()[i];
    const Box box{rows.box.x, rows.box.y + rows.row_height * static_cast<double>(row),
                  rows.box.width, rows.row_height};
    if (i == chooser.cursor()) canvas.box(box, theme.selected.faded(0.16), brush.size(5));
    const double y = box.centre().y;
    canvas.text({box.x + brush.size(10), y},
                canvas.shortened(entry.name, brush.size(14.5), true, name_width - brush.size(16)),
                brush.size(14.5), theme.ink, Align::left, true);
    canvas.text({box.x + name_width, y},
                canvas.shortened(entry.about, brush.size(14.5), false,
                                 box.width - name_width - brush.size(10)),
                brush.size(14.5), theme.muted);
  }
  canvas.text({size.x - brush.size(24), size.y - brush.size(22)},
              fmt::format("{} of {}", chooser.offered().empty() ? 0 : chooser.cursor() + 1,
                          chooser.offered().size()),
              brush.size(13), theme.muted, Align::right);
}

void paint_problems(Canvas& canvas, Point size, const std::string& problems) {
  Brush brush = begin_page(canvas, size, "This scenario cannot be run");
  double y = brush.size(76);
  std::string_view rest = problems;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const auto lines = broken_into_lines(canvas, rest.substr(0, end), brush.size(15), false,
                                         size.x - brush.size(48));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    for (const std::string& line : lines) {
      canvas.text({brush.size(24), y}, line, brush.size(15), brush.theme.ink);
      y += brush.size(22);
    }
    y += brush.size(8);
    if (y < size.y - brush.size(30)) continue;
    if (!rest.empty()) canvas.text({brush.size(24), y}, "...", brush.size(15), brush.theme.muted);
    return;
  }
}

}  // namespace faultline::viz
