#include "analysis/calibration/qq.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/format.h"
#include "analysis/table.h"
#include "analysis/xml_text.h"

namespace faultline::analysis {
namespace {

constexpr std::size_t svg_points = 200;
constexpr double svg_size = 480;
constexpr double svg_margin = 60;
constexpr std::size_t longest_title = 80;

double measured_at(const std::vector<double>& ascending, double share) {
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(ascending.size()));
  return ascending[std::min(rank, ascending.size() - 1)];
}

const EndpointFigures* most_work(const Calibration& c) {
  const EndpointFigures* most = nullptr;
  for (const EndpointFigures& endpoint : c.endpoints) {
    const bool more = !most || endpoint.arrivals.count > most->arrivals.count;
    if (!endpoint.laws.empty() && more) most = &endpoint;
  }
  return most;
}

// Where a time stands on an axis from `least` to `greatest`, in pixels from its beginning.
class LogAxis {
 public:
  LogAxis(double least, double greatest)
      : least_(std::log10(least)), span_(std::log10(greatest) - least_) {}
  double operator()(double ms) const { return (std::log10(ms) - least_) / span_ * svg_size; }

 private:
  double least_;
  double span_;
};

}  // namespace

std::vector<QuantilePair> quantile_pairs(const EndpointFigures& endpoint, std::size_t points) {
  const auto n = static_cast<double>(endpoint.service_ms.size());
  std::vector<double> shares;
  for (std::size_t i = 0; i < points; ++i) {
    shares.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(points));
  }
  for (const double share : {0.99, 0.999}) {
    if (n * (1 - share) >= 5 && share > shares.back()) shares.push_back(share);
  }
  std::vector<QuantilePair> pairs;
  for (const double share : shares) {
    pairs.push_back({share, measured_at(endpoint.service_ms, share),
                     quantile_of(endpoint.laws.front().cdf, share)});
  }
  return pairs;
}

std::string qq_text(const Calibration& calibration) {
  std::string text;
  for (const EndpointFigures& endpoint : calibration.endpoints) {
    if (endpoint.laws.empty()) continue;
    text += fmt::format("\nQuantiles of {} beside those of {}\n", endpoint.name, endpoint.law);
    Table table({{"share", Align::right},
                 {"measured", Align::right},
                 {"law", Align::right},
                 {"off by", Align::right}});
    for (const QuantilePair& pair : quantile_pairs(endpoint, 10)) {
      const std::string off =
          pair.measured_ms > 0
              ? fmt::format("{:+.1f} %", (pair.law_ms / pair.measured_ms - 1) * 100)
              : "-";
      table.add(
          {percent(pair.share, 1), milliseconds(pair.measured_ms), milliseconds(pair.law_ms), off});
    }
    text += table.text(2);
  }
  return text;
}

std::string qq_svg(const Calibration& calibration) {
  const EndpointFigures* endpoint = most_work(calibration);
  if (!endpoint) return {};
  std::vector<QuantilePair> pairs = quantile_pairs(*endpoint, svg_points);
  std::erase_if(pairs, [](const QuantilePair& p) { return p.measured_ms <= 0 || p.law_ms <= 0; });
  if (pairs.empty()) return {};
  double least = pairs.front().law_ms;
  double greatest = pairs.front().law_ms;
  for (const QuantilePair& pair : pairs) {
    least = std::min({least, pair.law_ms, pair.measured_ms});
    greatest = std::max({greatest, pair.law_ms, pair.measured_ms});
  }
  least = std::pow(10.0, std::floor(std::log10(least)));
  greatest = std::max(std::pow(10.0, std::ceil(std::log10(greatest))), 10 * least);
  const LogAxis axis(least, greatest);
  const double all = svg_size + 2 * svg_margin;
  const double floor = svg_margin + svg_size;

  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" "
      "font-family=\"sans-serif\" "
      "font-size=\"13\">\n<rect width=\"{0}\" height=\"{0}\" fill=\"white\"/>\n"
      "<text x=\"{1}\" y=\"24\" font-size=\"15\">{2}: {3}</text>\n"
      "<text x=\"{1}\" y=\"44\">measured quantiles over those of the law</text>\n",
      all, svg_margin, xml_text(endpoint->name, longest_title),
      xml_text(endpoint->law, longest_title));
  for (double ms = least; ms <= greatest * 1.001; ms *= 10) {
    const double at = axis(ms);
    svg += fmt::format(
        "<path d=\"M{0:.1f} {1:.1f}V{2:.1f}M{2:.1f} {3:.1f}H{1:.1f}\" stroke=\"#ddd\"/>\n",
        svg_margin + at, floor, svg_margin, floor - at);
    svg += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n"
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
        svg_margin + at, floor + 20, time_text(ms), svg_margin - 6, floor - at + 4, time_text(ms));
  }
  svg += fmt::format("<path d=\"M{0} {1}L{1} {0}\" stroke=\"#888\" fill=\"none\"/>\n", svg_margin,
                     floor);
  for (const QuantilePair& pair : pairs) {
    svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"#1f77b4\"/>\n",
                       svg_margin + axis(pair.law_ms), floor - axis(pair.measured_ms));
  }
  return svg + "</svg>\n";
}

}  // namespace faultline::analysis
