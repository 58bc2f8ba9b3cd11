// `calibrate`.
#include <fmt/format.h>

#include <filesystem>

#include "analysis/atomic_file.h"
#include "analysis/calibration/calibration.h"
#include "analysis/calibration/calibration_scenario.h"
#include "analysis/calibration/calibration_text.h"
#include "analysis/calibration/qq.h"
#include "cli/commands.h"
#include "cli/loading.h"
#include "cli/option_reader.h"
#include "scenarios/names.h"

namespace faultline::cli {
namespace {

constexpr std::uint64_t most_slots = 10'000;  // of workers, and of servers

bool is_component_name(const std::string& name) {
  return !name.empty() && name != "lb" && name.find_first_of(" /<>*\t\n\r") == std::string::npos;
}

analysis::CalibrationOptions read_calibrate(const CalibrateArguments& arguments,
                                            scenarios::Problems& problems) {
  OptionReader reader(problems);
  analysis::CalibrationOptions options;
  options.workers = reader.count("--workers", arguments.workers, 1, most_slots);
  options.servers = reader.count("--servers", arguments.servers, 1, most_slots);
  options.service = arguments.service.value_or(options.service);
  if (!is_component_name(options.service)) {
    reader.refuse("--service", "a name without blanks, /, <, > and *, and not \"lb\"",
                  options.service);
  }
  if (arguments.scenario && arguments.scenario == arguments.svg) {
    reader.refuse("--svg", "another file than that of --scenario", arguments.svg);
  }
  return options;
}

// Why a file that was asked for cannot be made of this log.
std::optional<std::string> why_no_file(const CalibrateArguments& arguments,
                                       const analysis::Calibration& calibration) {
  if (arguments.scenario && !calibration.timed()) {
    return "--scenario: " + arguments.log +
           ": no line has a duration, so that there is no service time to run with; log one (nginx "
           "rt=$request_time, Apache %D), or replay the log's arrivals in a scenario of your own "
           "(\"replay\")";
  }
  if (arguments.svg && analysis::qq_svg(calibration).empty()) {
    return "--svg: " + arguments.log + ": no law was fitted to its times";
  }
  return std::nullopt;
}

void write_files(const CalibrateArguments& arguments, const analysis::Calibration& calibration) {
  std::optional<analysis::AtomicFile> scenario;
  std::optional<analysis::AtomicFile> svg;
  if (arguments.scenario) scenario.emplace(*arguments.scenario);
  if (arguments.svg) svg.emplace(*arguments.svg);
  if (scenario) {
    scenario->stream() << analysis::calibration_scenario(calibration);
    scenario->commit();
  }
  if (svg) {
    svg->stream() << analysis::qq_svg(calibration);
    svg->commit();
  }
}

}  // namespace

int calibrate(const CalibrateArguments& arguments) {
  scenarios::Problems problems;
  const analysis::CalibrationOptions options = read_calibrate(arguments, problems);
  if (!problems.empty()) return report(problems);
  const auto result = analysis::calibrate_log(arguments.log, options);
  if (const auto* error = std::get_if<analysis::CalibrationError>(&result)) {
    fmt::print(stderr, "{}\n", error->text);
    return exit_wrong;
  }
  const auto& calibration = std::get<analysis::Calibration>(result);
  if (const auto why = why_no_file(arguments, calibration)) {
    fmt::print(stderr, "{}\n", *why);
    return exit_wrong;
  }
  try {
    write_files(arguments, calibration);
  } catch (const analysis::WriteError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_wrong;
  }
  if (arguments.json) {
    fmt::print("{}", analysis::calibration_json(calibration));
    return exit_done;
  }
  fmt::print("{}", analysis::calibration_text(calibration));
  if (arguments.qq) fmt::print("{}", analysis::qq_text(calibration));
  if (arguments.scenario) {
    fmt::print("\nDoes it behave as the log did? faultline check {}\n", *arguments.scenario);
  }
  return exit_done;
}

}  // namespace faultline::cli
