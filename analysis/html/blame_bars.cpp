#include "analysis/html/blame_bars.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/format.h"
#include "analysis/html/escape.h"

namespace faultline::analysis::html {
namespace {

constexpr double bars_left = 150;
constexpr double bars_width = 700;
constexpr double bar_height = 30;
constexpr double bar_pitch = 42;
constexpr double bar_letter = 6.6;  // at most, of 12 pixels
constexpr std::size_t most_parts = 5;

double share_in(const BlameGroup& group, std::size_t column) {
  return group.latency_ns == 0
             ? 0
             : static_cast<double>(group.ns[column]) / static_cast<double>(group.latency_ns);
}

// The columns that weigh most in any group, the heaviest first.
std::vector<std::size_t> heaviest_columns(const std::vector<BlameGroup>& groups) {
  const auto weight = [&](std::size_t column) {
    double most = 0;
    for (const BlameGroup& group : groups) most = std::max(most, share_in(group, column));
    return most;
  };
  std::vector<std::size_t> columns;
  for (std::size_t column = 0; column < groups.front().ns.size(); ++column) {
    if (weight(column) > 0) columns.push_back(column);
  }
  std::stable_sort(columns.begin(), columns.end(),
                   [&](std::size_t a, std::size_t b) { return weight(a) > weight(b); });
  columns.resize(std::min(columns.size(), most_parts));
  return columns;
}

std::string blame_part_name(const models::World& world, std::size_t column) {
  const auto id = static_cast<models::ComponentId>(column / blame_kind_names.size());
  return fmt::format("{} {}", world.component(id).name(),
                     blame_kind_names[column % blame_kind_names.size()]);
}

// A part of a bar, with its name where there is room; pointing at it always tells.
std::string blame_part_svg(std::string_view kind, const std::string& name, double share, double x,
                           double y) {
  const double width = share * bars_width;
  if (width < 0.5) return "";
  const std::string whole = fmt::format("{} {}", name, percent(share, 0));
  std::string svg = fmt::format(
      "<g><title>{}</title><rect class=\"part {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
      "height=\"{}\"/>",
      html_text(whole), kind, x, y, width, bar_height);
  const auto fits = [&](const std::string& text) {
    return static_cast<double>(text.size()) * bar_letter + 8 < width;
  };
  const std::string shown = fits(whole) ? whole : fits(name) ? name : "";
  if (!shown.empty()) {
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
                       x + width / 2, y + bar_height / 2 + 4, html_text(shown));
  }
  return svg + "</g>\n";
}

}  // namespace

std::string blame_bars_svg(const models::World& world, const std::vector<BlameGroup>& groups) {
  if (groups.empty()) return "";
  const std::vector<std::size_t> columns = heaviest_columns(groups);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"system-ui, sans-serif\" "
      "font-size=\"12\">\n",
      bars_left + bars_width + 4, bar_pitch * static_cast<double>(groups.size()));
  double y = (bar_pitch - bar_height) / 2;
  for (const BlameGroup& group : groups) {
    const double mean_ms =
        static_cast<double>(group.latency_ns) / static_cast<double>(group.requests) / 1e6;
    svg += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}, {}</text>\n",
                       bars_left - 12, y + bar_height / 2 + 4,
                       group.name == "all" ? "all" : "from " + group.name, milliseconds(mean_ms));
    double x = bars_left;
    double rest = 1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const double share = share_in(group, columns[i]);
      svg += blame_part_svg(fmt::format("part-{}", i + 1), blame_part_name(world, columns[i]),
                            share, x, y);
      x += share * bars_width;
      rest -= share;
    }
    svg += blame_part_svg("part-rest", "the rest", rest, x, y);
    y += bar_pitch;
  }
  return svg + "</svg>\n";
}

}  // namespace faultline::analysis::html
