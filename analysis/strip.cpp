#include "analysis/strip.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace faultline::analysis {

std::string strip(const sim::Series& series, sim::Time end, std::size_t columns) {
  constexpr std::array<const char*, 8> heights = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::int64_t length = (end - sim::Time{}).ns;
  if (length <= 0 || columns == 0) return {};
  std::vector<std::optional<double>> highest(columns);
  double top = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto window = series[i];
    if (!window.value || window.begin >= end) continue;
    const double passed = static_cast<double>((window.begin - sim::Time{}).ns);
    const double share = passed / static_cast<double>(length);
    const auto column = static_cast<std::size_t>(share * static_cast<double>(columns));
    auto& cell = highest[std::min(column, columns - 1)];
    cell = std::max(cell.value_or(0), *window.value);
    top = std::max(top, *window.value);
  }
  std::string text;
  for (const auto& cell : highest) {
    if (!cell) {
      text += ' ';
      continue;
    }
    const double share = top > 0 ? *cell / top : 0;
    text += heights[std::min<std::size_t>(static_cast<std::size_t>(share * 8), 7)];
  }
  return text;
}

}  // namespace faultline::analysis
