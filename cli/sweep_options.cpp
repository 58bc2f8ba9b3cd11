#include "cli/sweep_options.h"

#include <fmt/format.h>

#include "analysis/ensemble/metric_names.h"
#include "cli/option_reader.h"
#include "cli/vary_options.h"

namespace faultline::cli {
namespace {

constexpr std::uint64_t most_sweep_runs = 100'000;  // of a point
constexpr std::uint64_t most_shards = 100'000;
constexpr std::uint64_t most_runs_in_all = 1'000'000;

class SweepReader : public OptionReader {
 public:
  using OptionReader::OptionReader;

  analysis::Shard shard(const SweepArguments& arguments) {
    if (!arguments.shard) return {};
    const std::string_view text = *arguments.shard;
    const std::size_t slash = text.find('/');
    const auto number = whole_number(text.substr(0, slash));
    const auto of = slash == text.npos ? std::nullopt : whole_number(text.substr(slash + 1));
    if (!number || !of || *of < 1 || *of > most_shards || *number < 1 || *number > *of) {
      refuse("--shard", "K/N, the Kth of N parts, K from 1 to N, such as 3/16", arguments.shard);
      return {};
    }
    if (!arguments.store) {
      refuse("--shard", "--store FILE together with it: a part is of use when merged",
             arguments.shard);
    }
    return {*number, *of};
  }

  // nullopt: no sample, or a problem.
  std::optional<std::size_t> sample(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    constexpr std::string_view kind = "lhs:";
    const auto count =
        text->starts_with(kind) ? whole_number(text->substr(kind.size())) : std::nullopt;
    if (count && *count >= 1 && *count <= analysis::most_points) return count;
    refuse("--sample", fmt::format("lhs:N, such as lhs:200, N up to {}", analysis::most_points),
           text);
    return std::nullopt;
  }
};

}  // namespace

analysis::SweepPlan read_sweep_options(const SweepArguments& arguments,
                                       const scenarios::Scenario* scenario,
                                       const scenarios::Document& document,
                                       scenarios::Problems& problems) {
  SweepReader reader(problems);
  analysis::SweepPlan plan;
  plan.variations = read_variations(arguments.vary, scenario, document, problems);
  plan.runs = reader.count("--runs", arguments.runs, 1, most_sweep_runs).value_or(5);
  plan.first_seed = reader.count("--seed", arguments.seed, 0, INT64_MAX - most_sweep_runs)
                        .value_or(scenario == nullptr ? 1 : scenario->run.seed);
  plan.jobs = reader.jobs(arguments.jobs);
  plan.shard = reader.shard(arguments);
  if (arguments.store == "") reader.refuse("--store", "the name of a file", arguments.store);
  const auto sample = reader.sample(arguments.sample);
  plan.metrics = arguments.metrics;
  if (plan.metrics.empty()) {
    plan.metrics = {"offered_per_s",  "goodput_per_s",  "availability",
                    "latency_ms.p50", "latency_ms.p95", "latency_ms.p99"};
    if (scenario != nullptr && scenario->prices) plan.metrics.emplace_back("cost.per_month");
  } else if (scenario != nullptr) {
    const std::vector<std::string> names = analysis::metric_names(*scenario);
    for (std::string& metric : plan.metrics) {
      metric = analysis::resolve_metric(names, metric, "--metric", problems).value_or(metric);
    }
  }
  if (plan.variations.size() != arguments.vary.size()) return plan;
  if (sample) {
    plan.points = analysis::latin_hypercube(plan.variations, *sample, plan.first_seed);
  } else if (!arguments.sample) {
    plan.points = analysis::grid_of(plan.variations, problems);
  }
  if (plan.points.size() * plan.runs > most_runs_in_all) {
    reader.refuse("--runs", fmt::format("at most {} runs in all", most_runs_in_all),
                  fmt::format("{} points of {} runs", plan.points.size(), plan.runs));
  }
  return plan;
}

}  // namespace faultline::cli
