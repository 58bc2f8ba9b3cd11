#include "viz/screen/text_block.h"

namespace faultline::viz {

std::vector<std::string> broken_into_lines(const Canvas& canvas, std::string_view text, double size,
                                           bool bold, double width) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    const std::string word(text.substr(0, blank));
    text = blank == std::string_view::npos ? "" : text.substr(blank + 1);
    const std::string longer = line.empty() ? word : line + " " + word;
    if (!line.empty() && canvas.text_width(longer, size, bold) > width) {
      lines.push_back(line);
      line = word;
    } else {
      line = longer;
    }
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

}  // namespace faultline::viz
