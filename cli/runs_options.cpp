#include "cli/runs_options.h"

#include "analysis/ensemble/metric_names.h"
#include "cli/option_reader.h"
#include "sim/units.h"

namespace faultline::cli {
namespace {

constexpr std::uint64_t most_runs = 100'000;

// "latency_ms.p99:5%"
std::optional<analysis::Precision> parse_precision(const std::string& text,
                                                   const std::vector<std::string>& names,
                                                   OptionReader& reader,
                                                   scenarios::Problems& problems) {
  const std::size_t colon = text.rfind(':');
  const std::string_view said =
      colon == std::string::npos ? "" : std::string_view(text).substr(colon + 1);
  const auto share = sim::parse_ratio(said);
  if (!share || *share <= 0) {
    reader.refuse("--precision", "METRIC:SHARE with a share above 0, such as latency_ms.p99:5%",
                  text);
    return std::nullopt;
  }
  const auto metric =
      analysis::resolve_metric(names, text.substr(0, colon), "--precision", problems);
  if (!metric) return std::nullopt;
  return analysis::Precision{.metric = *metric, .share = *share};
}

void check_batches(const RunArguments& arguments, OptionReader& reader) {
  const auto refuse = [&](std::string_view option, const std::optional<std::string>& text) {
    if (text)
      reader.refuse(option, "no such option together with --batches, which is one run", text);
  };
  refuse("--runs", arguments.runs);
  refuse("--max-runs", arguments.max_runs);
  if (!arguments.precision.empty()) refuse("--precision", arguments.precision.front());
}

}  // namespace

bool asks_for_many(const RunArguments& arguments) {
  return arguments.runs || arguments.jobs || arguments.batches || arguments.max_runs ||
         arguments.find_warmup || !arguments.precision.empty();
}

RunsOptions read_runs_options(const RunArguments& arguments, const scenarios::Scenario* scenario,
                              scenarios::Problems& problems) {
  OptionReader reader(problems);
  RunsOptions options;
  options.batches = reader.count("--batches", arguments.batches, 2, 10'000);
  if (arguments.batches) check_batches(arguments, reader);
  const auto refuse_for_many = [&](std::string_view option, const std::optional<std::string>& got) {
    if (got) reader.refuse(option, "no such option of many runs: choose one with --seed", got);
  };
  refuse_for_many("--trace", arguments.trace);
  refuse_for_many("--metrics", arguments.metrics);
  refuse_for_many("--otlp", arguments.otlp);
  if (arguments.blame) refuse_for_many("--blame", "--blame");
  const bool precise = !arguments.precision.empty();
  options.plan.runs =
      reader.count("--runs", arguments.runs, 1, most_runs).value_or(precise ? 10 : 20);
  options.plan.max_runs =
      reader.count("--max-runs", arguments.max_runs, options.plan.runs, most_runs).value_or(1000);
  if (arguments.max_runs && !precise) {
    reader.refuse("--max-runs", "it together with --precision", arguments.max_runs);
  }
  options.plan.jobs = reader.jobs(arguments.jobs);
  if (arguments.batches && !arguments.find_warmup && arguments.jobs) {
    reader.refuse("--jobs", "no such option together with --batches, which is one run",
                  arguments.jobs);
  }
  options.find_warmup = arguments.find_warmup;
  if (scenario == nullptr) return options;
  options.plan.first_seed = arguments.seed.value_or(scenario->run.seed);
  const auto names = precise ? analysis::metric_names(*scenario) : std::vector<std::string>{};
  for (const std::string& text : arguments.precision) {
    if (auto precision = parse_precision(text, names, reader, problems)) {
      options.plan.precisions.push_back(std::move(*precision));
    }
  }
  return options;
}

}  // namespace faultline::cli
