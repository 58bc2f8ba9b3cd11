// `capacity`.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/load_factor.h"
#include "analysis/planning/capacity.h"
#include "analysis/planning/capacity_text.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/planning_options.h"
#include "cli/progress.h"

namespace faultline::cli {

int capacity(const CapacityArguments& arguments) {
  scenarios::Problems problems;
  const auto scenario = load(arguments.planning.what, problems);
  analysis::Ordeals ordeals =
      read_planning_options(arguments.planning, scenario ? &*scenario : nullptr, problems);
  const double precision = read_precision(arguments.precision, "--precision", problems);
  if (scenario) analysis::check_load(*scenario, problems);
  if (!scenario || !problems.empty()) return report(problems);

  Progress progress;
  std::size_t runs = 0;
  ordeals.watch(watch_signals(), [&] {
    ++runs;
    if (progress.due()) progress.show(fmt::format("{} runs", runs));
  });
  const auto found = analysis::find_capacity(*scenario, precision, ordeals);
  progress.done();
  if (!found) {
    fmt::print(stderr, "interrupted after {} runs: the capacity is not known\n", ordeals.runs());
    return exit_stopped;
  }
  if (arguments.planning.json) {
    fmt::print("{}\n", analysis::capacity_report_json(*scenario, *found, ordeals).dump(2));
  } else {
    fmt::print("{}", analysis::capacity_text(*scenario, *found, ordeals));
  }
  return found->holds() == nullptr ? exit_not_so : exit_done;
}

}  // namespace faultline::cli
