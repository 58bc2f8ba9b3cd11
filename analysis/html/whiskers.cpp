#include "analysis/html/whiskers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/html/escape.h"
#include "analysis/round_ticks.h"

namespace faultline::analysis::html {
namespace {

constexpr double labels_width = 215;
constexpr double whiskers_width = 430;
constexpr double texts_width = 235;
constexpr double whisker_row_height = 26;
constexpr double whiskers_top = 12;
constexpr double half_cap = 4;

// From shares to pixels; 0 is always seen.
struct WhiskerScale {
  double low = 0;
  double high = 0;

  bool shows(double share) const { return share >= low && share <= high; }
  double at(double share) const {
    const double inside = std::clamp(share, low, high);
    return labels_width + (inside - low) / (high - low) * whiskers_width;
  }
};

WhiskerScale whisker_scale(const std::vector<WhiskerRow>& rows) {
  WhiskerScale scale;
  const auto include = [&](double share) {
    scale.low = std::min(scale.low, std::max(share, -farthest_whisker));
    scale.high = std::max(scale.high, std::min(share, farthest_whisker));
  };
  for (const WhiskerRow& row : rows) {
    include(row.low);
    include(row.high);
    for (const double dot : row.dots) include(dot);
  }
  if (scale.low == scale.high) scale = {-0.01, 0.01};
  const double room = (scale.high - scale.low) * 0.03;
  return {scale.low - room, scale.high + room};
}

// An end of a whisker: a cap, or the head of an arrow where it goes on.
std::string whisker_end(const WhiskerScale& scale, double share, double y) {
  const double x = scale.at(share);
  if (share < scale.low) return fmt::format("M{:.1f} {:.1f}l-6 4l6 4", x + 6, y - half_cap);
  if (share > scale.high) return fmt::format("M{:.1f} {:.1f}l6 4l-6 4", x - 6, y - half_cap);
  return fmt::format("M{:.1f} {:.1f}v{}", x, y - half_cap, 2 * half_cap);
}

std::string whisker_text(double x, double y, std::string_view attributes, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" {}>{}</text>\n", x, y, attributes,
                     html_text(text));
}

std::string whisker_row(const WhiskerRow& row, const WhiskerScale& scale, double y) {
  std::string svg = fmt::format("<g{}>\n", row.clear ? " class=\"clear\"" : "");
  svg += whisker_text(labels_width - 12, y + 4, "text-anchor=\"end\"", row.label);
  std::string runs_beyond;
  for (const double dot : row.dots) {
    if (!scale.shows(dot)) {
      runs_beyond += whisker_end(scale, dot, y + 7);
      continue;
    }
    svg += fmt::format("<circle class=\"run\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\"/>\n",
                       scale.at(dot), y + 7);
  }
  svg += fmt::format("<path class=\"whisker\" d=\"M{:.1f} {:.1f}H{:.1f}{}{}\"/>\n",
                     scale.at(row.low), y, scale.at(row.high), whisker_end(scale, row.low, y),
                     whisker_end(scale, row.high, y));
  if (!runs_beyond.empty()) {
    svg += fmt::format("<path class=\"whisker beyond\" d=\"{}\"/>\n", runs_beyond);
  }
  if (scale.shows(row.middle)) {
    svg += fmt::format("<circle class=\"dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>\n",
                       scale.at(row.middle), y);
  }
  return svg + whisker_text(labels_width + whiskers_width + 20, y + 4, "", row.text) + "</g>\n";
}

}  // namespace

std::string whiskers_svg(const std::vector<WhiskerRow>& rows, std::string_view across) {
  const WhiskerScale scale = whisker_scale(rows);
  const double bottom = whiskers_top + whisker_row_height * static_cast<double>(rows.size());
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"system-ui, sans-serif\" "
      "font-size=\"12\">\n",
      labels_width + whiskers_width + texts_width, bottom + 44);
  for (const double tick : round_ticks_within(scale.low, scale.high)) {
    const double x = scale.at(tick);
    svg += fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>\n",
                       tick == 0 ? "zero" : "rule", x, whiskers_top, bottom);
    svg += whisker_text(x, bottom + 16, "class=\"faint\" text-anchor=\"middle\"",
                        fmt::format("{}{:.4g} %", tick > 0 ? "+" : "", tick * 100));
  }
  svg += whisker_text(labels_width + whiskers_width / 2, bottom + 36,
                      "class=\"faint\" text-anchor=\"middle\"", across);
  double y = whiskers_top + whisker_row_height / 2;
  for (const WhiskerRow& row : rows) {
    svg += whisker_row(row, scale, y);
    y += whisker_row_height;
  }
  return svg + "</svg>\n";
}

}  // namespace faultline::analysis::html
