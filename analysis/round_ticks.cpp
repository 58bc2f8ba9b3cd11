#include "analysis/round_ticks.h"

#include <cmath>

namespace faultline::analysis {
namespace {

// So that at most five steps make the length.
double round_step(double length) {
  const double power = std::pow(10, std::floor(std::log10(length)));
  double step = power;
  for (const double candidate : {0.25, 0.5, 1.0, 2.0, 2.5}) {
    step = candidate * power;
    if (length / step <= 5) break;
  }
  return step;
}

}  // namespace

std::vector<double> round_ticks(double most) {
  if (!(most > 0)) most = 1;
  const double step = round_step(most);
  std::vector<double> ticks = {0};
  while (ticks.back() < most * (1 - 1e-9)) {
    ticks.push_back(step * static_cast<double>(ticks.size()));
  }
  return ticks;
}

std::vector<double> round_ticks_within(double low, double high) {
  const double step = round_step(high - low);
  const double hair = step * 1e-9;
  std::vector<double> ticks;
  for (double i = std::ceil((low - hair) / step); i * step <= high + hair; ++i) {
    ticks.push_back(i * step + 0.0);  // which makes 0 of -0
  }
  return ticks;
}

}  // namespace faultline::analysis
