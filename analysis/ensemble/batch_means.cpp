#include "analysis/ensemble/batch_means.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/cost/bill.h"
#include "analysis/world_snapshot.h"

namespace faultline::analysis {
namespace {

// Where batches begin, and where the last one ends.
std::vector<sim::Time> batch_bounds(const scenarios::Scenario& scenario, std::size_t count) {
  const std::int64_t first = scenario.run.warmup.ns;
  const std::int64_t length = (scenario.run.duration.ns - first) / static_cast<std::int64_t>(count);
  std::vector<sim::Time> bounds;
  for (std::size_t i = 0; i < count; ++i) {
    bounds.push_back(sim::Time{first + length * static_cast<std::int64_t>(i)});
  }
  bounds.push_back(sim::Time{} + scenario.run.duration);
  return bounds;
}

}  // namespace

bool BatchMeans::independent() const {
  return !correlation ||
         std::abs(*correlation) <= 2 / std::sqrt(static_cast<double>(batches.size()));
}

std::optional<double> lag_one_correlation(std::span<const double> values) {
  const auto interval = student_interval(values);
  if (values.size() < 3 || interval->deviation == 0) return std::nullopt;
  double together = 0;
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    together += (values[i] - interval->mean) * (values[i + 1] - interval->mean);
  }
  const double squares = interval->deviation * interval->deviation;
  return together / (squares * static_cast<double>(values.size() - 1));
}

BatchMeans run_in_batches(const scenarios::Scenario& scenario, std::size_t count,
                          RunOptions options) {
  const std::vector<sim::Time> bounds = batch_bounds(scenario, count);
  options.marks = bounds;
  BatchMeans means{
      .run = run(scenario, options), .batches = {}, .summaries = {}, .correlation = {}};
  if (!means.run.result.complete()) return means;
  std::vector<double> latencies;
  for (std::size_t i = 0; i < count; ++i) {
    const WorldSnapshot* from = means.run.recorder->at(bounds[i]);
    const WorldSnapshot* to = means.run.recorder->at(bounds[i + 1]);
    if (from == nullptr || to == nullptr) break;  // it had decided all that it was asked for
    OneRun batch;
    batch.seed = i + 1;
    nlohmann::ordered_json figures = figures_between(*means.run.world, *from, *to);
    put_bill(figures, scenario, *means.run.world, *from, *to);
    batch.metrics = metrics_of(figures);
    for (const auto& [metric, value] : batch.metrics) {
      if (metric == "latency_ms.mean" && value) latencies.push_back(*value);
    }
    means.batches.push_back(std::move(batch));
  }
  means.summaries = summarise(means.batches);
  means.correlation = lag_one_correlation(latencies);
  return means;
}

}  // namespace faultline::analysis
