// `estimate`.
#include <fmt/format.h>

#include <filesystem>

#include "analysis/atomic_file.h"
#include "analysis/estimation/estimate.h"
#include "analysis/estimation/estimate_scenario.h"
#include "cli/commands.h"
#include "cli/estimate_options.h"
#include "cli/loading.h"

namespace faultline::cli {

int estimate(const EstimateArguments& arguments) {
  scenarios::Problems problems;
  const analysis::EstimateQuestion question = read_estimate_options(arguments, problems);
  if (!problems.empty()) return report(problems);
  const analysis::Estimate result = analysis::estimate(question);
  if (arguments.scenario) {
    if (const auto why = analysis::why_no_scenario(result)) {
      fmt::print(stderr, "--scenario: {}\n", *why);
      return exit_wrong;
    }
    try {
      const std::filesystem::path path(*arguments.scenario);
      analysis::AtomicFile file(path);
      file.stream() << analysis::estimate_scenario(result, path.stem().string());
      file.commit();
    } catch (const analysis::WriteError& error) {
      fmt::print(stderr, "{}\n", error.what());
      return exit_wrong;
    }
  }
  fmt::print("{}",
             arguments.json ? analysis::estimate_json(result) : analysis::estimate_text(result));
  if (arguments.scenario && !arguments.json) {
    fmt::print(
        "\nThe servers under their peak load, with exponential service times: faultline run "
        "{}\n",
        *arguments.scenario);
  }
  return exit_done;
}

}  // namespace faultline::cli
