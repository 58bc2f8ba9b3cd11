#include "cli/sweep_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/ensemble/metric_names.h"
#include "cli/option_reader.h"
#include "scenarios/json_pointer.h"
#include "scenarios/override.h"

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

  std::vector<analysis::Variation> variations(const SweepArguments& arguments,
                                              const scenarios::Scenario* scenario,
                                              const scenarios::Document& document) {
    std::vector<analysis::Variation> variations;
    std::set<std::string> seen;
    for (const std::string& text : arguments.vary) {
      scenarios::Problems found;
      auto variation = analysis::parse_variation(text, found);
      for (scenarios::Problem problem : found.kept()) {
        problem.origin.file = "--vary";
        problems_.add(std::move(problem));
      }
      if (!variation) continue;
      for (std::string& pointer : variation->pointers) {
        if (!variation->is_load()) pointer = with_slashes(pointer, document);
        if (!seen.insert(pointer).second) {
          refuse("--vary", "each pointer once", pointer);
        }
        if (scenario != nullptr) check_named(pointer, *scenario);
      }
      variations.push_back(*std::move(variation));
    }
    return variations;
  }

 private:
  // What cannot be read, or in several ways, stays: applied to a point it is told what is wrong.
  static std::string with_slashes(const std::string& pointer, const scenarios::Document& document) {
    const auto readings = scenarios::readings_of_path(document.value(), pointer);
    return readings.size() == 1 ? scenarios::pointer_text(readings.front()) : pointer;
  }

  // A component or workload that is not there would be begun by its first setting, and the mistake
  // be told as something that lacks a type.
  void check_named(const std::string& pointer, const scenarios::Scenario& scenario) {
    const auto tokens = scenarios::parse_pointer(pointer);
    if (!tokens || tokens->size() < 2) return;
    if (tokens->front() != "components" && tokens->front() != "workloads") return;
    const std::string& name = (*tokens)[1];
    std::vector<std::string> names;
    for (const auto& component : scenario.components) names.emplace_back(component->name());
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    problems_.add(
        {.origin = {"--vary", {}},
         .pointer = {},
         .message = fmt::format("{}: there is no {} here", scenarios::printable(pointer, 80),
                                scenarios::in_quotes(name)),
         .value = {},
         .suggestion = scenarios::nearest_name(name, names)});
  }
};

}  // namespace

analysis::SweepPlan read_sweep_options(const SweepArguments& arguments,
                                       const scenarios::Scenario* scenario,
                                       const scenarios::Document& document,
                                       scenarios::Problems& problems) {
  SweepReader reader(problems);
  analysis::SweepPlan plan;
  plan.variations = reader.variations(arguments, scenario, document);
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
