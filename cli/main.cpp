// The command line of `faultline`: what may be said, and what it means. The work is in commands.h.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>

#include "cli/commands.h"
#include "cli/shell_words.h"
#include "scenarios/problems.h"

namespace {

using namespace faultline::cli;

void add_set(CLI::App& command, std::vector<std::string>& set) {
  command.add_option("--set", set, "POINTER=VALUE: override a value before the scenario is read")
      ->allow_extra_args(false);
}

// "1..5" or "3"; none for an empty text.
std::vector<std::uint64_t> parse_seeds(const std::string& text) {
  if (text.empty()) return {};
  const auto number = [](const std::string& part) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    const bool whole = error == std::errc{} && end == part.data() + part.size();
    if (!whole) throw CLI::ValidationError("--seed", "expected N or N..M, got \"" + part + "\"");
    return value;
  };
  const std::size_t dots = text.find("..");
  const std::uint64_t first = number(text.substr(0, dots));
  const std::uint64_t last = dots == std::string::npos ? first : number(text.substr(dots + 2));
  if (last < first || last - first >= 10'000) {
    throw CLI::ValidationError("--seed", "expected N..M with M from N to N + 9999");
  }
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t seed = first; seed <= last; ++seed) seeds.push_back(seed);
  return seeds;
}

// The first word is a command, or asks for help. Says what was meant otherwise.
bool is_command(const CLI::App& app, const std::string& word) {
  if (word.starts_with('-')) return true;
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back(command->get_name());
  if (std::find(commands.begin(), commands.end(), word) != commands.end()) return true;
  const auto meant = faultline::scenarios::nearest_name(word, commands);
  const std::string hint =
      meant ? "did you mean \"" + *meant + "\"?" : "faultline --help lists them";
  std::fprintf(stderr, "there is no command %s; %s\n",
               faultline::scenarios::in_quotes(word).c_str(), hint.c_str());
  return false;
}

// Where the report goes to is not part of what makes it.
std::string command_line(int argc, char** argv) {
  std::vector<std::string> words = {"faultline"};
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--report") ++i;
    if (!word.starts_with("--report")) words.emplace_back(word);
  }
  return shell_line(words);
}

void add_report(CLI::App& command, std::optional<std::string>& report) {
  command.add_option("--report", report, "HTML file: the whole as a page with charts");
}

void add_map(CLI::App& app, MapArguments& arguments, int& status) {
  auto* command =
      app.add_subcommand("map", "where a scenario is stable, by load and length of its trigger");
  command->add_option("scenario", arguments.what.scenario, "a path or a name of the library")
      ->required();
  command->add_option("--load", arguments.load, "A..B: factors on every arrival rate");
  command->add_option("--trigger", arguments.trigger, "A..B: how long the trigger lasts; 0s: none");
  command->add_option("--cells", arguments.cells, "COLUMNSxROWS of the map; default 20x20");
  command->add_flag("--hysteresis", arguments.hysteresis,
                    "instead of a map: the load goes up until it fails, and down again");
  command->add_option("--steps", arguments.steps, "of the hysteresis; default 15");
  command->add_option("--jobs", arguments.jobs, "runs at a time; default: all processors");
  command->add_option("--seed", arguments.seed, "of all randomness, in every run");
  add_set(*command, arguments.what.set);
  command->add_option("--csv", arguments.csv, "file for a row a cell");
  command->add_option("--svg", arguments.svg, "file for the map as a picture");
  command->callback([&] { status = map(arguments); });
}

void add_runs(CLI::App& command, RunArguments& arguments) {
  command.add_option("--runs", arguments.runs, "under so many seeds, with 95 % intervals");
  command.add_option("--jobs", arguments.jobs, "runs at a time; default: all processors");
  command
      .add_option("--precision", arguments.precision,
                  "METRIC:SHARE, such as latency_ms.p99:5%: runs are added until it is so")
      ->allow_extra_args(false);
  command.add_option("--max-runs", arguments.max_runs, "of --precision; default 1000");
  command.add_option("--batches", arguments.batches,
                     "instead of many runs: so many spans of one long run");
  command.add_flag("--find-warmup", arguments.find_warmup, "take the one that the runs show");
}

void add_compare(CLI::App& app, CompareArguments& arguments, std::string& format, int& status) {
  auto* command = app.add_subcommand("compare", "two scenarios under the same seeds");
  command->add_option("a", arguments.a, "a path or a name of the library")->required();
  command->add_option("b", arguments.b, "another; default: the same");
  command->add_option("--runs", arguments.runs, "pairs of runs; default 30");
  command->add_option("--jobs", arguments.jobs, "runs at a time; default: all processors");
  command->add_option("--seed", arguments.seed, "of the first pair");
  command->add_option("--duration", arguments.both.duration, "simulated time, such as 90s");
  add_set(*command, arguments.both.set);
  command->add_option("--set-a", arguments.set_a, "POINTER=VALUE, in A only")
      ->allow_extra_args(false);
  command->add_option("--set-b", arguments.set_b, "POINTER=VALUE, in B only")
      ->allow_extra_args(false);
  command->add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}));
  add_report(*command, arguments.report);
  command->callback([&] {
    arguments.json = format == "json";
    status = compare(arguments);
  });
}

void add_estimate(CLI::App& app, EstimateArguments& arguments, int& status) {
  auto* command = app.add_subcommand("estimate", "from users to rates, bytes and servers");
  const auto option = [command](const char* name, std::optional<std::string>& text,
                                const char* meaning) { command->add_option(name, text, meaning); };
  option("--daily-active-users", arguments.daily_active_users, "such as 1e6 or 1M; needed");
  option("--requests-per-user", arguments.requests_per_user, "of one user in a day; needed");
  option("--peak-to-average", arguments.peak_to_average, "rate at the busiest time; default 3");
  option("--request-size", arguments.request_size, "such as 2KB: for the bandwidth in");
  option("--response-size", arguments.response_size, "for the bandwidth out, and the cache");
  option("--write-share", arguments.write_share, "of the requests; default 10%");
  option("--stored-per-write", arguments.stored_per_write, "such as 1KB: for the storage");
  option("--keep", arguments.keep, "how long it is kept; default 365d");
  option("--copies", arguments.copies, "of everything stored; default 3");
  option("--service-time", arguments.service_time, "a worker's for a request; default 50ms");
  option("--workers", arguments.workers, "of one server; default 8");
  option("--target-utilisation", arguments.target_utilisation, "at the peak; default 60%");
  option("--scenario", arguments.scenario, "file for a scenario to start from");
  command
      ->add_option_function<std::string>(
          "--format", [&arguments](const std::string& text) { arguments.json = text == "json"; },
          "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([&] { status = estimate(arguments); });
}

void add_calibrate(CLI::App& app, CalibrateArguments& arguments, int& status) {
  auto* command = app.add_subcommand("calibrate", "what an access log tells of load and work");
  const auto option = [command](const char* name, std::optional<std::string>& text,
                                const char* meaning) { command->add_option(name, text, meaning); };
  command->add_option("log", arguments.log, "of nginx, Apache, or lines of JSON")->required();
  option("--workers", arguments.workers, "requests that each server works on at once");
  option("--servers", arguments.servers, "how many; default: as many as the log names");
  option("--service", arguments.service, "what the scenario calls them; default web");
  option("--scenario", arguments.scenario, "file for a scenario that behaves as the log did");
  command->add_flag("--qq", arguments.qq, "quantiles of the laws beside those measured");
  option("--svg", arguments.svg, "file for these quantiles as a picture");
  command
      ->add_option_function<std::string>(
          "--format", [&arguments](const std::string& text) { arguments.json = text == "json"; },
          "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([&] { status = calibrate(arguments); });
}

void add_planning(CLI::App& command, PlanningArguments& arguments) {
  command.add_option("scenario", arguments.what.scenario, "a path or a name of the library")
      ->required();
  command
      .add_option("--slo", arguments.slos,
                  "such as 'latency_ms.p99 < 250'; may be repeated; default: the scenario's own")
      ->allow_extra_args(false);
  command
      .add_option("--survive", arguments.survive,
                  "also while this is down: any node, any zone, cache tier, a name; repeatable")
      ->allow_extra_args(false);
  command.add_option("--settle", arguments.settle,
                     "after a failure, before it is measured; default 30s");
  command.add_option("--max-runs", arguments.max_runs, "where it is close; default 32");
  command.add_option("--seed", arguments.seed, "of the first run of each trial");
  command.add_option("--jobs", arguments.jobs, "runs at a time; default: all processors");
  add_set(command, arguments.what.set);
  command.add_option("--duration", arguments.what.duration, "simulated time, such as 90s");
  command
      .add_option_function<std::string>(
          "--format", [&arguments](const std::string& text) { arguments.json = text == "json"; },
          "text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

void add_capacity(CLI::App& app, CapacityArguments& arguments, int& status) {
  auto* command =
      app.add_subcommand("capacity", "the largest load that meets the SLOs, and what fills up");
  add_planning(*command, arguments.planning);
  command->add_option("--precision", arguments.precision, "of the load; default 2%");
  command->callback([&] { status = capacity(arguments); });
}

void add_plan(CLI::App& app, PlanArguments& arguments, int& status) {
  auto* command = app.add_subcommand("plan", "the cheapest configuration that meets the SLOs");
  add_planning(*command, arguments.planning);
  command
      ->add_option("--vary", arguments.vary,
                   "POINTER=VALUES: 2..16:2, from the weakest and cheapest on; may be repeated")
      ->required()
      ->allow_extra_args(false);
  command->add_option("--minimise", arguments.minimise,
                      "a metric; default: cost, or instances where there are no prices");
  command->add_flag("--exhaustive", arguments.exhaustive, "try every configuration");
  command->add_option("--precision", arguments.precision, "of the headroom; default 2%");
  add_report(*command, arguments.report);
  command->callback([&] { status = plan(arguments); });
}

void add_sweep(CLI::App& app, SweepArguments& arguments, std::string& format, int& status) {
  auto* command = app.add_subcommand("sweep", "run a scenario at many points and compare them");
  command->add_option("scenario", arguments.what.scenario, "a path or a name of the library")
      ->required();
  command
      ->add_option("--vary", arguments.vary,
                   "POINTER=VALUES: 2..16:2, 1k/s,2k/s, log:10..10000:7; POINTER may be `load`")
      ->required()
      ->allow_extra_args(false);
  command->add_option("--sample", arguments.sample,
                      "lhs:N, a Latin hypercube of N points; default: every combination");
  command->add_option("--runs", arguments.runs, "of each point, under as many seeds; default 5");
  command->add_option("--seed", arguments.seed, "of the first run of each point");
  command->add_option("--jobs", arguments.jobs, "runs at a time; default: all processors");
  add_set(*command, arguments.what.set);
  command->add_option("--duration", arguments.what.duration, "simulated time, such as 90s");
  command->add_option("--metric", arguments.metrics, "to show, such as components.web.utilisation")
      ->allow_extra_args(false);
  command->add_option("--store", arguments.store,
                      "SQLite file for all runs; those it has are not made again");
  command->add_option("--shard", arguments.shard, "K/N: only the Kth of N parts of the runs");
  command->add_option("--out", arguments.out, "folder for sweep.csv, sweep.json and pictures");
  add_report(*command, arguments.report);
  command->add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->callback([&] {
    arguments.json = format == "json";
    status = sweep(arguments);
  });
}

void add_merge(CLI::App& app, std::string& out, std::vector<std::string>& parts, int& status) {
  auto* command = app.add_subcommand("merge", "put the stores of a sweep's shards into one");
  command->add_option("out", out, "SQLite file to write")->required();
  command->add_option("stores", parts, "those of the shards")->required();
  command->callback([&] { status = merge(out, parts); });
}

// Of what runs a scenario once and tells of it.
struct OneRun {
  std::string seed;
  std::string format = "text";

  void add_to(CLI::App& command, ScenarioArguments& what) {
    command.add_option("scenario", what.scenario, "a path or a name of the library")->required();
    command.add_option("--seed", seed, "of all randomness");
    add_set(command, what.set);
    command.add_option("--duration", what.duration, "simulated time, such as 90s");
    command.add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}));
  }
  template <class Arguments>
  void complete(Arguments& arguments) const {
    arguments.json = format == "json";
    const auto seeds = parse_seeds(seed);
    if (seeds.size() > 1) throw CLI::ValidationError("--seed", "one run has one seed");
    if (!seeds.empty()) arguments.seed = seeds.front();
  }
};

void add_analyze(CLI::App& app, AnalyzeArguments& arguments, OneRun& form, int& status) {
  auto* command = app.add_subcommand(
      "analyze", "what equations say: single points of failure, bottleneck, availability, queues");
  form.add_to(*command, arguments.what);
  command
      ->add_option("--hit-ratio", arguments.hit_ratios,
                   "CACHE=RATIO: instead of an estimate; may be repeated")
      ->allow_extra_args(false);
  command->add_flag("--no-run{false}", arguments.run, "simulate nothing");
  command->add_flag("--risk", arguments.risk, "what each failure costs users, one at a time");
  command->callback([&] {
    form.complete(arguments);
    status = analyze(arguments);
  });
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Simulates a web architecture: what its users feel, and why.");
  app.require_subcommand(1);
  app.set_version_flag("--version", FAULTLINE_VERSION);
  int status = exit_done;

  RunArguments run_arguments;
  OneRun run_form;
  auto* run_command = app.add_subcommand("run", "run a scenario and report");
  run_form.add_to(*run_command, run_arguments.what);
  run_command->add_option("--out", run_arguments.out, "folder for result.json and CSV files");
  run_command->add_option("--trace", run_arguments.trace, "file for a trace of sampled requests");
  run_command
      ->add_option("--trace-one-in", run_arguments.trace_one_in, "of N requests; default 100")
      ->check(CLI::PositiveNumber);
  add_runs(*run_command, run_arguments);
  run_command->add_option("--otlp", run_arguments.otlp, "file for the same as OTLP JSON");
  run_command->add_option("--metrics", run_arguments.metrics,
                          "file for every window's figures as OpenMetrics");
  add_report(*run_command, run_arguments.report);
  run_arguments.command = command_line(argc, argv);
  run_command->add_flag("--blame", run_arguments.blame, "tell what the time of requests went to");
  run_command->callback([&] {
    run_form.complete(run_arguments);
    status = run(run_arguments);
  });

  CompareArguments compare_arguments;
  compare_arguments.command = command_line(argc, argv);
  std::string compare_format = "text";
  add_compare(app, compare_arguments, compare_format, status);

  ExplainArguments explain_arguments;
  OneRun explain_form;
  auto* explain_command = app.add_subcommand("explain", "run a scenario and tell what led to what");
  explain_form.add_to(*explain_command, explain_arguments.what);
  explain_command->callback([&] {
    explain_form.complete(explain_arguments);
    status = explain(explain_arguments);
  });

  std::vector<std::string> check_names;
  ScenarioArguments check_options;
  std::string seeds;
  auto* check_command = app.add_subcommand("check", "run and hold against what is expected");
  check_command->add_option("scenarios", check_names, "default: the whole library");
  check_command->add_option("--seed", seeds, "a seed, or several as 1..5");
  check_command->add_option("--duration", check_options.duration, "simulated time, such as 90s");
  add_set(*check_command, check_options.set);
  check_command->callback([&] { status = check(check_names, check_options, parse_seeds(seeds)); });

  MapArguments map_arguments;
  add_map(app, map_arguments, status);

  EstimateArguments estimate_arguments;
  add_estimate(app, estimate_arguments, status);

  CalibrateArguments calibrate_arguments;
  add_calibrate(app, calibrate_arguments, status);

  AnalyzeArguments analyze_arguments;
  OneRun analyze_form;
  add_analyze(app, analyze_arguments, analyze_form, status);

  SweepArguments sweep_arguments;
  sweep_arguments.version = FAULTLINE_VERSION;
  sweep_arguments.command = command_line(argc, argv);
  std::string sweep_format = "text";
  add_sweep(app, sweep_arguments, sweep_format, status);

  CapacityArguments capacity_arguments;
  add_capacity(app, capacity_arguments, status);

  PlanArguments plan_arguments;
  plan_arguments.command = command_line(argc, argv);
  add_plan(app, plan_arguments, status);

  std::string merged;
  std::vector<std::string> merged_parts;
  add_merge(app, merged, merged_parts, status);

  std::vector<std::string> validate_names;
  std::vector<std::string> validate_set;
  auto* validate_command = app.add_subcommand("validate", "read scenarios, run nothing");
  validate_command->add_option("scenarios", validate_names, "paths or names")->required();
  add_set(*validate_command, validate_set);
  validate_command->callback([&] { status = validate(validate_names, validate_set); });

  bool names_only = false;
  auto* list_command = app.add_subcommand("list", "the scenarios that ship");
  list_command->add_flag("--names", names_only, "only their names");
  std::string series;
  list_command->add_option("--series", series, "the steps of this series side by side")
      ->excludes("--names");
  list_command->callback([&] { status = series.empty() ? list(names_only) : list_series(series); });

  auto* schema_command = app.add_subcommand("schema", "the JSON Schema of scenarios");
  schema_command->callback([&] { status = schema(); });

  std::vector<std::string> pages;
  bool write_pages = false;
  auto* docs_command = app.add_subcommand("docs", "write the generated tables of pages anew");
  docs_command->add_flag("--write", write_pages, "in place")->required();
  docs_command->add_option("pages", pages, "default: README.md and those in docs/");
  docs_command->callback([&] {
    if (pages.empty()) pages = {"README.md", "docs/scenario-format.md", "docs/metrics.md"};
    status = docs(pages);
  });

  if (argc > 1 && !is_command(app, argv[1])) return exit_wrong;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_done : exit_wrong;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_command_line(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "faultline: internal error: %s\n", error.what());
    return exit_our_bug;
  }
}
