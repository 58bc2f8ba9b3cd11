#include "analysis/story/normal_range.h"

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

// Windows in a row outside, those without a figure passed over.
struct Stretch {
  std::size_t first = 0;
  std::size_t end = 0;
  std::size_t windows = 0;  // with a figure
};

std::vector<Stretch> stretches_outside(const Figures& figures, std::size_t from,
                                       const NormalRange& range, Side side) {
  std::vector<Stretch> stretches;
  Stretch now;
  const auto close = [&] {
    if (now.windows >= windows_to_leave) stretches.push_back(now);
    now = {};
  };
  for (std::size_t i = from; i < figures.size(); ++i) {
    if (!figures[i]) continue;
    if (!range.has_left(*figures[i], side)) {
      close();
      continue;
    }
    if (now.windows++ == 0) now.first = i;
    now.end = i + 1;
  }
  close();
  return stretches;
}

std::size_t with_figure(const Figures& figures, std::size_t first, std::size_t last) {
  return present(figures, first, last).size();
}

// What follows stretch `last` is normal on the whole.
bool is_chance(const Figures& figures, const std::vector<Stretch>& stretches, std::size_t last) {
  std::size_t outside = 0;
  for (std::size_t i = last + 1; i < stretches.size(); ++i) {
    if (stretches[i].windows >= windows_to_relapse) return false;
    outside += stretches[i].windows;
  }
  const std::size_t rest = with_figure(figures, stretches[last].end, figures.size());
  return rest >= windows_to_settle && outside * 10 <= rest;
}

bool is_worse(double value, double than, Side side) {
  return side == Side::above ? value > than : value < than;
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
  std::sort(values.begin(), values.end());
  // Bursts belong to what is normal if one calm window in ten has them.
  const double of_most = values[(values.size() - 1) * 9 / 10];
  double reach = std::max(of_most, deviations * mad_to_deviation * median_of(std::move(values)));
  if (floor.is_rate) reach = std::max(reach, deviations * std::sqrt(middle / window_seconds));
  reach = std::max({reach, floor.absolute, floor.share * middle});
  return NormalRange{middle, middle - reach, middle + reach};
}

std::optional<Excursion> find_excursion(const Figures& figures, std::size_t from,
                                        const NormalRange& range, Side side) {
  const std::vector<Stretch> stretches = stretches_outside(figures, from, range, side);
  for (std::size_t last = 0; last < stretches.size(); ++last) {
    const bool is_last = last + 1 == stretches.size();
    if (!is_last && !is_chance(figures, stretches, last)) continue;
    Excursion found{.first = stretches.front().first, .end = stretches[last].end};
    found.worst_at = found.first;
    for (std::size_t i = found.first; i < found.end; ++i) {
      if (figures[i] && is_worse(*figures[i], *figures[found.worst_at], side)) found.worst_at = i;
    }
    found.worst = *figures[found.worst_at];
    const std::size_t settled = with_figure(figures, found.end, figures.size());
    found.is_leaving = settled == 0;
    found.is_over = settled >= windows_to_settle;
    return found;
  }
  return std::nullopt;
}

}  // namespace faultline::analysis
