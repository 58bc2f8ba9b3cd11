#include "analysis/normal_range.h"

#include <algorithm>
#include <cmath>

namespace faultline::analysis {
namespace {

constexpr double deviations = 4;
constexpr double mad_to_deviation = 1.4826;  // of a normal distribution

std::vector<double> present(const Figures& figures, std::size_t first, std::size_t last,
                            std::optional<double> idle = {}) {
  std::vector<double> values;
  for (std::size_t i = first; i < std::min(last, figures.size()); ++i) {
    const auto value = figures[i] ? figures[i] : idle;
    if (value) values.push_back(*value);
  }
  return values;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

std::optional<double> median(const Figures& figures, std::size_t first, std::size_t last) {
  auto values = present(figures, first, last);
  return values.empty() ? std::nullopt : std::optional(median_of(std::move(values)));
}

std::optional<NormalRange> normal_range(const Figures& figures, std::size_t first, std::size_t last,
                                        const Floor& floor, double window_seconds,
                                        std::optional<double> idle) {
  std::vector<double> values = present(figures, first, last, idle);
  if (values.size() < least_calm_windows) return std::nullopt;
  const double middle = median_of(values);
  for (double& value : values) value = std::abs(value - middle);
  double reach = deviations * mad_to_deviation * median_of(std::move(values));
  if (floor.is_rate) reach = std::max(reach, deviations * std::sqrt(middle / window_seconds));
  reach = std::max({reach, floor.absolute, floor.share * middle});
  return NormalRange{middle, middle - reach, middle + reach};
}

std::optional<Excursion> find_excursion(const Figures& figures, std::size_t from,
                                        const NormalRange& range, Side side) {
  std::optional<Excursion> found;
  std::size_t in_a_row = 0;
  std::size_t row_begin = 0;
  for (std::size_t i = from; i < figures.size(); ++i) {
    if (!figures[i]) continue;
    if (!range.has_left(*figures[i], side)) {
      in_a_row = 0;
      continue;
    }
    if (in_a_row++ == 0) row_begin = i;
    if (in_a_row < windows_to_leave) continue;
    if (!found) found = {.first = row_begin, .worst = range.middle};
    found->end = i + 1;
    for (std::size_t k = row_begin; k <= i; ++k) {
      const bool worse = figures[k] && (side == Side::above ? *figures[k] > found->worst
                                                            : *figures[k] < found->worst);
      if (!worse) continue;
      found->worst = *figures[k];
      found->worst_at = k;
    }
  }
  if (!found) return std::nullopt;
  const auto after = figures.begin() + static_cast<std::ptrdiff_t>(found->end);
  const auto settled =
      std::count_if(after, figures.end(), [](const auto& f) { return f.has_value(); });
  found->is_leaving = settled == 0;
  found->is_over = static_cast<std::size_t>(settled) >= windows_to_settle;
  return found;
}

}  // namespace faultline::analysis
