// `map`.
#include <fmt/format.h>

#include "analysis/atomic_file.h"
#include "analysis/load_factor.h"
#include "analysis/maps/hysteresis.h"
#include "analysis/maps/stability_map.h"
#include "analysis/maps/stability_svg.h"
#include "analysis/maps/stability_text.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/map_options.h"
#include "cli/progress.h"

namespace faultline::cli {
namespace {

// What both kinds of map are told alike: the seed, the interrupt, and who hears of progress.
template <class Plan>
void complete(Plan& plan, const scenarios::Scenario& scenario, const MapOptions& options,
              Progress& progress) {
  plan.loads = options.loads;
  plan.seed = options.seed.value_or(scenario.run.seed);
  plan.interrupt = watch_signals();
  plan.on_run = [&progress](std::size_t done, std::size_t of) {
    if (progress.due()) progress.show_part(done, of, "runs");
  };
}

int stopped(std::string_view why) {
  fmt::print(stderr, "{}; nothing was written\n", why);
  return exit_stopped;
}

int print_hysteresis(const scenarios::Scenario& scenario, const MapOptions& options) {
  Progress progress;
  analysis::HysteresisPlan plan;
  complete(plan, scenario, options, progress);
  const auto hysteresis = analysis::find_hysteresis(scenario, plan);
  progress.done();
  if (!hysteresis) return stopped("interrupted");
  fmt::print("{}", analysis::hysteresis_text(*hysteresis));
  return exit_done;
}

int print_map(const scenarios::Scenario& scenario, const MapOptions& options,
              const MapArguments& arguments) {
  Progress progress;
  analysis::StabilityPlan plan;
  complete(plan, scenario, options, progress);
  plan.triggers = options.triggers;
  plan.jobs = options.jobs;
  std::optional<analysis::AtomicFile> csv;
  std::optional<analysis::AtomicFile> svg;
  if (arguments.csv) csv.emplace(*arguments.csv);
  if (arguments.svg) svg.emplace(*arguments.svg);
  const auto map = analysis::map_stability(scenario, plan);
  progress.done();
  if (!map) return stopped("interrupted");
  if (csv) {
    analysis::write_stability_csv(*map, csv->stream());
    csv->commit();
  }
  if (svg) {
    analysis::write_stability_svg(*map, svg->stream());
    svg->commit();
  }
  fmt::print("{}", analysis::stability_text(*map));
  return exit_done;
}

}  // namespace

int map(const MapArguments& arguments) {
  scenarios::Problems problems;
  const auto scenario = load(arguments.what, problems);
  const MapOptions options = read_map_options(arguments, problems);
  if (scenario && arguments.hysteresis) analysis::check_load(*scenario, problems);
  if (scenario && !arguments.hysteresis) {
    const auto longest = options.triggers.empty() ? sim::Duration{} : options.triggers.back();
    analysis::check_map(*scenario, longest, problems);
  }
  if (!scenario || !problems.empty()) return report(problems);
  try {
    return arguments.hysteresis ? print_hysteresis(*scenario, options)
                                : print_map(*scenario, options, arguments);
  } catch (const analysis::WriteError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_wrong;
  } catch (const analysis::CutShort& error) {
    return stopped(error.what());
  }
}

}  // namespace faultline::cli
