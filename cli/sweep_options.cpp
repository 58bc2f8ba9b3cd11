#include "cli/sweep_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/parallel.h"
#include "scenarios/json_pointer.h"
#include "scenarios/override.h"

namespace faultline::cli {
namespace {

constexpr std::uint64_t most_sweep_runs = 100'000;  // of a point
constexpr std::uint64_t most_sweep_jobs = 256;
constexpr std::uint64_t most_shards = 100'000;
constexpr std::uint64_t most_runs_in_all = 1'000'000;

class SweepReader {
 public:
  explicit SweepReader(scenarios::Problems& problems) : problems_(problems) {}

  void refuse(std::string_view option, std::string message, std::optional<std::string> got,
              std::optional<std::string> suggestion = {}) {
    problems_.add({.origin = {std::string(option), {}},
                   .pointer = {},
                   .message = std::move(message),
                   .value = std::move(got),
                   .suggestion = std::move(suggestion)});
  }

  static std::optional<std::uint64_t> whole(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
  }

  std::uint64_t count(std::string_view option, const std::optional<std::string>& text,
                      std::uint64_t least, std::uint64_t most, std::uint64_t by_default) {
    if (!text) return by_default;
    const auto value = whole(*text);
    if (value && *value >= least && *value <= most) return *value;
    refuse(option, fmt::format("expected a whole number from {} to {}", least, most),
           scenarios::in_quotes(*text));
    return by_default;
  }

  analysis::Shard shard(const SweepArguments& arguments) {
    if (!arguments.shard) return {};
    const std::string_view text = *arguments.shard;
    const std::size_t slash = text.find('/');
    const auto number = whole(text.substr(0, slash));
    const auto of = slash == text.npos ? std::nullopt : whole(text.substr(slash + 1));
    if (!number || !of || *of < 1 || *of > most_shards || *number < 1 || *number > *of) {
      refuse("--shard", "expected K/N, the Kth of N parts, K from 1 to N, such as 3/16",
             scenarios::in_quotes(text));
      return {};
    }
    if (!arguments.store) {
      refuse("--shard", "expected --store FILE together with it: a part is of use when merged", {});
    }
    return {*number, *of};
  }

  // nullopt: no sample, or a problem.
  std::optional<std::size_t> sample(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    constexpr std::string_view kind = "lhs:";
    const auto count = text->starts_with(kind) ? whole(text->substr(kind.size())) : std::nullopt;
    if (count && *count >= 1 && *count <= analysis::most_points) return count;
    refuse("--sample",
           fmt::format("expected lhs:N, such as lhs:200, N up to {}", analysis::most_points),
           scenarios::in_quotes(*text));
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
          refuse("--vary", "expected each pointer once", scenarios::in_quotes(pointer));
        }
        if (scenario != nullptr) check_named(pointer, *scenario);
      }
      variations.push_back(*std::move(variation));
    }
    return variations;
  }

  void check_metrics(const std::vector<std::string>& metrics, const scenarios::Scenario& scenario) {
    const std::vector<std::string> names = analysis::metrics_reported(scenario);
    for (const std::string& metric : metrics) {
      if (std::find(names.begin(), names.end(), metric) != names.end()) continue;
      refuse("--metric", "expected a metric of the result", scenarios::in_quotes(metric),
             scenarios::nearest_name(metric, names));
    }
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
    refuse("--vary",
           fmt::format("{}: there is no {} here", scenarios::printable(pointer, 80),
                       scenarios::in_quotes(name)),
           {}, scenarios::nearest_name(name, names));
  }

  scenarios::Problems& problems_;
};

}  // namespace

analysis::SweepPlan read_sweep_options(const SweepArguments& arguments,
                                       const scenarios::Scenario* scenario,
                                       const scenarios::Document& document,
                                       scenarios::Problems& problems) {
  SweepReader reader(problems);
  analysis::SweepPlan plan;
  plan.variations = reader.variations(arguments, scenario, document);
  plan.runs = reader.count("--runs", arguments.runs, 1, most_sweep_runs, 5);
  plan.first_seed = reader.count("--seed", arguments.seed, 0, INT64_MAX - most_sweep_runs,
                                 scenario == nullptr ? 1 : scenario->run.seed);
  plan.jobs = static_cast<unsigned>(
      reader.count("--jobs", arguments.jobs, 1, most_sweep_jobs, analysis::all_processors()));
  plan.shard = reader.shard(arguments);
  const auto sample = reader.sample(arguments.sample);
  plan.metrics = arguments.metrics;
  if (plan.metrics.empty()) {
    plan.metrics = {"offered_per_s",  "goodput_per_s",  "availability",
                    "latency_ms.p50", "latency_ms.p95", "latency_ms.p99"};
  } else if (scenario != nullptr) {
    reader.check_metrics(plan.metrics, *scenario);
  }
  if (plan.variations.size() != arguments.vary.size()) return plan;
  if (sample) {
    plan.points = analysis::latin_hypercube(plan.variations, *sample, plan.first_seed);
  } else if (!arguments.sample) {
    plan.points = analysis::grid_of(plan.variations, problems);
  }
  if (plan.points.size() * plan.runs > most_runs_in_all) {
    reader.refuse("--runs", fmt::format("expected at most {} runs in all", most_runs_in_all),
                  fmt::format("{} points of {} runs", plan.points.size(), plan.runs));
  }
  return plan;
}

}  // namespace faultline::cli
