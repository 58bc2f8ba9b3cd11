#include <fmt/format.h>

#include "analysis/run.h"
#include "cli/commands.h"
#include "cli/loading.h"
#include "scenarios/find_scenario.h"
#include "scenarios/library_path.h"

namespace faultline::cli {
namespace {

// Prints what did not hold; whether all did.
bool check_one(const scenarios::Scenario& scenario, std::uint64_t seed) {
  analysis::RunOptions options;
  options.seed = seed;
  const analysis::Run run = analysis::run(scenario, options);
  std::string broken;
  for (const analysis::Verdict& verdict : run.result.expectations) {
    if (verdict.passed) continue;
    const std::string value = !verdict.reached ? "not reached"
                              : verdict.value  ? fmt::format("it is {:.6g}", *verdict.value)
                                               : "there is no value";
    broken += fmt::format("      {}: {}; {}\n", verdict.label, verdict.text, value);
  }
  if (!run.result.complete()) {
    broken += fmt::format("      {}\n", run.result.json["ended"].get<std::string>());
  }
  fmt::print("{}  {} seed {}: {} expectations\n{}", broken.empty() ? "pass" : "FAIL", scenario.name,
             seed, run.result.expectations.size(), broken);
  return broken.empty();
}

}  // namespace

int check(const std::vector<std::string>& names, const ScenarioArguments& options,
          const std::vector<std::uint64_t>& seeds) {
  std::vector<std::string> wanted = names;
  if (wanted.empty()) wanted = scenarios::scenario_names(scenarios::library_path());
  scenarios::Problems problems;
  std::vector<scenarios::Scenario> loaded;
  for (const std::string& name : wanted) {
    ScenarioArguments arguments = options;
    arguments.scenario = name;
    if (auto scenario = load(arguments, problems)) loaded.push_back(std::move(*scenario));
  }
  if (!problems.empty()) return report(problems);
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const scenarios::Scenario& scenario : loaded) {
    const auto own = std::vector<std::uint64_t>{scenario.run.seed};
    for (const std::uint64_t seed : seeds.empty() ? own : seeds) {
      ++(check_one(scenario, seed) ? passed : failed);
      std::fflush(stdout);
    }
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? exit_done : exit_not_so;
}

}  // namespace faultline::cli
