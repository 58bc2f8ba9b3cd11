#include "viz/screen/text_block.h"

#include <utility>

namespace faultline::viz {

std::vector<std::string> broken_into_lines(const Canvas& canvas, std::string_view text, double size,
                                           bool bold, double width) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    const std::string word(text.substr(0, blank));
    text = blank == std::string_view::npos ? "" : text.substr(blank + 1);
    const std::size_t before = line.size();
    if (before > 0) line += ' ';
    line += word;
    if (before == 0 || canvas.text_width(line, size, bold) <= width) continue;
    line.resize(before);
    lines.push_back(std::exchange(line, word));
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

}  // namespace faultline::viz
