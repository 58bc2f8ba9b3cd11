// `analyze`.
#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "analysis/parallel.h"
#include "analysis/run.h"
#include "analysis/structure/structure.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/progress.h"

namespace faultline::cli {
namespace {

// "cache=0.8" for a cache or CDN of the scenario.
void read_hit_ratio(const std::string& text, const scenarios::Scenario& scenario,
                    analysis::HitRatios& ratios, scenarios::Problems& problems) {
  const auto add_problem = [&](std::string message) {
    problems.add({.origin = {"--hit-ratio", {}},
                  .pointer = {},
                  .message = std::move(message),
                  .value = scenarios::in_quotes(text),
                  .suggestion = {}});
  };
  const std::size_t equals = text.find('=');
  double ratio = -1;
  const char* const end = text.data() + text.size();
  if (equals != std::string::npos) {
    const auto read = std::from_chars(text.data() + equals + 1, end, ratio);
    if (read.ptr != end) ratio = -1;
  }
  if (!(ratio >= 0 && ratio <= 1))
    return add_problem("expected CACHE=RATIO with a ratio of 0 to 1");
  const std::string name = text.substr(0, equals);
  for (const auto& component : scenario.components) {
    const bool caches = component->type() == "cache" || component->type() == "cdn";
    if (caches && component->name() == name) {
      ratios[name] = ratio;
      return;
    }
  }
  add_problem("expected a cache or a CDN of the scenario");
}

// false: interrupted.
bool simulate(const scenarios::Scenario& scenario, const AnalyzeArguments& arguments,
              analysis::Structure& structure) {
  Progress progress;
  const std::uint64_t seed = arguments.seed.value_or(scenario.run.seed);
  const auto* const interrupt = watch_signals();
  if (arguments.run) {
    analysis::RunOptions options;
    options.seed = seed;
    options.interrupt = interrupt;
    options.on_value = [&](sim::Time, sim::Time end, std::string_view, std::string_view,
                           std::optional<double>) {
      if (progress.due()) progress.show(fmt::format("{:.0f} s simulated", end.seconds()));
    };
    const auto run = analysis::run(analysis::undisturbed(scenario), options);
    if (run.result.complete()) analysis::add_run(run.result, structure);
  }
  if (arguments.risk && !interrupt->load()) {
    analysis::RiskPlan plan{.seed = seed,
                            .jobs = analysis::all_processors(),
                            .interrupt = interrupt,
                            .on_run = [&](std::size_t done, std::size_t of) {
                              if (progress.due()) progress.show_part(done, of, "runs");
                            }};
    structure.risk = analysis::find_risk(scenario, plan);
  }
  progress.done();
  return !interrupt->load();
}

}  // namespace

int analyze(const AnalyzeArguments& arguments) {
  scenarios::Problems problems;
  const auto scenario = load(arguments.what, problems);
  analysis::StructurePlan plan;
  if (scenario) {
    for (const std::string& text : arguments.hit_ratios) {
      read_hit_ratio(text, *scenario, plan.given, problems);
    }
  }
  if (!scenario || !problems.empty()) return report(problems);
  analysis::Structure structure = analysis::examine_structure(*scenario, plan);
  if (!simulate(*scenario, arguments, structure)) {
    fmt::print(stderr, "interrupted; nothing was written\n");
    return exit_stopped;
  }
  if (arguments.json) {
    fmt::print("{}\n", analysis::structure_json(structure).dump(2));
  } else {
    fmt::print("{}", analysis::structure_text(structure));
  }
  return exit_done;
}

}  // namespace faultline::cli
