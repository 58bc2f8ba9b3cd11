#include "analysis/comparison/comparison.h"

#include <algorithm>
#include <map>
#include <utility>

namespace faultline::analysis {
namespace {

using Values = std::map<std::string_view, std::optional<double>>;

Values values_of(const OneRun& run) {
  Values values;
  for (const auto& [metric, value] : run.metrics) values.emplace(metric, value);
  return values;
}

struct Pairs {
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> differences;

  void add(double in_a, double in_b) {
    a.push_back(in_a);
    b.push_back(in_b);
    differences.push_back(in_b - in_a);
  }
};

Difference difference_of(std::string metric, const Pairs& pairs) {
  const Interval a = *student_interval(pairs.a);
  const Interval b = *student_interval(pairs.b);
  Difference difference{.metric = std::move(metric),
                        .a = a.mean,
                        .b = b.mean,
                        .difference = *student_interval(pairs.differences),
                        .variance_reduction = {}};
  const double paired = difference.difference.deviation * difference.difference.deviation;
  const double apart = a.deviation * a.deviation + b.deviation * b.deviation;
  if (paired > 0) difference.variance_reduction = apart / paired;
  return difference;
}

}  // namespace

bool Difference::significant() const {
  return difference.half_width && (difference.low() > 0 || difference.high() < 0);
}

std::size_t Comparison::significant() const {
  return static_cast<std::size_t>(
      std::count_if(differences.begin(), differences.end(),
                    [](const Difference& difference) { return difference.significant(); }));
}

Comparison compare_runs(const std::vector<OneRun>& a, const std::vector<OneRun>& b) {
  std::map<std::uint64_t, const OneRun*> partners;
  for (const OneRun& run : b) partners.emplace(run.seed, &run);
  Comparison comparison;
  std::map<std::string, Pairs, std::less<>> pairs;
  std::vector<std::string> order;
  for (const OneRun& run : a) {
    const auto partner = partners.find(run.seed);
    if (partner == partners.end()) continue;
    ++comparison.pairs;
    const Values in_b = values_of(*partner->second);
    for (const auto& [metric, value] : run.metrics) {
      const auto [place, is_new] = pairs.try_emplace(metric);
      const auto other = in_b.find(metric);
      if (is_new) (other == in_b.end() ? comparison.only_in_one : order).push_back(metric);
      if (value && other != in_b.end() && other->second) place->second.add(*value, *other->second);
    }
    for (const auto& [metric, value] : partner->second->metrics) {
      if (pairs.try_emplace(metric).second) comparison.only_in_one.push_back(metric);
    }
  }
  for (std::string& metric : order) {
    const Pairs& of_metric = pairs.find(metric)->second;
    if (of_metric.differences.empty()) continue;
    comparison.differences.push_back(difference_of(std::move(metric), of_metric));
  }
  return comparison;
}

}  // namespace faultline::analysis
