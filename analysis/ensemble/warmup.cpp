#include "analysis/ensemble/warmup.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "analysis/parallel.h"
#include "analysis/run.h"
#include "sim/units.h"

namespace faultline::analysis {
namespace {

constexpr std::size_t windows_per_batch = 5;

// Mean latencies by window, of all users.
std::vector<std::optional<double>> latencies_of(const scenarios::Scenario& scenario,
                                                std::uint64_t seed, sim::Duration& window) {
  RunOptions options;
  options.seed = seed;
  const Run done = run(scenario, options);
  std::vector<std::optional<double>> values;
  for (const NamedSeries& named : done.recorder->series()) {
    if (named.subject != all_users || named.metric != "latency_ms.mean") continue;
    window = named.series.window();
    for (std::size_t i = 0; i < named.series.size(); ++i) values.push_back(named.series[i].value);
  }
  return values;
}

// The averages of every five windows over all runs. A batch in which nobody was served ends it.
std::vector<double> batches_of(const std::vector<std::vector<std::optional<double>>>& runs) {
  std::vector<double> batches;
  for (std::size_t first = 0;; first += windows_per_batch) {
    double sum = 0;
    std::size_t count = 0;
    for (const auto& run : runs) {
      if (first + windows_per_batch > run.size()) return batches;
      for (std::size_t i = first; i < first + windows_per_batch; ++i) {
        if (!run[i]) continue;
        sum += *run[i];
        ++count;
      }
    }
    if (count == 0) return batches;
    batches.push_back(sum / static_cast<double>(count));
  }
}

// Without a warm-up, and over before the timeline acts.
scenarios::Scenario undisturbed(scenarios::Scenario scenario) {
  scenario.run.warmup = {};
  if (!scenario.timeline.empty()) {
    const sim::Duration calm = scenario.timeline.front()->at - sim::Time{};
    scenario.run.duration = std::min(scenario.run.duration, calm);
  }
  return scenario;
}

}  // namespace

std::optional<std::size_t> mser_cut(std::span<const double> batches) {
  if (batches.size() < least_batches) return std::nullopt;
  const std::size_t half = batches.size() / 2;
  std::size_t best = 0;
  std::optional<double> least;
  for (std::size_t cut = 0; cut <= half; ++cut) {
    const auto rest = batches.subspan(cut);
    const double n = static_cast<double>(rest.size());
    double mean = 0;
    for (const double x : rest) mean += x / n;
    double squares = 0;
    for (const double x : rest) squares += (x - mean) * (x - mean);
    const double error = squares / (n * n);
    if (!least || error < *least) {
      least = error;
      best = cut;
    }
  }
  return best == half ? std::nullopt : std::optional{best};
}

FoundWarmup find_warmup(const scenarios::Scenario& scenario, std::uint64_t first_seed,
                        std::size_t runs, unsigned jobs) {
  const scenarios::Scenario calm = undisturbed(scenario);
  const std::int64_t needed = windows_per_batch * least_batches;
  if (calm.run.duration < calm.run.window * needed) {
    return {.length = {},
            .why_not = fmt::format("{} windows of {} are needed before the timeline acts or the "
                                   "run ends",
                                   needed, sim::format_duration(calm.run.window))};
  }
  std::vector<std::vector<std::optional<double>>> latencies(runs);
  std::vector<sim::Duration> windows(runs);
  parallel_for(runs, jobs, nullptr, [&](std::size_t i) {
    latencies[i] = latencies_of(calm, first_seed + i, windows[i]);
  });
  const auto cut = mser_cut(batches_of(latencies));
  if (!cut) {
    return {.length = {}, .why_not = "mean latency does not settle within half of the run"};
  }
  const auto length = windows.front() * static_cast<std::int64_t>(*cut * windows_per_batch);
  return {.length = length, .why_not = {}};
}

}  // namespace faultline::analysis
