#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "analysis/event_log.h"
#include "analysis/output_folder.h"
#include "analysis/report.h"
#include "analysis/run.h"
#include "analysis/trace.h"
#include "cli/commands.h"
#include "cli/loading.h"

namespace faultline::cli {
namespace {

std::atomic<bool> interrupted = false;

void on_signal(int) { interrupted.store(true); }

// A line on stderr about how far a long run has come; only on a terminal.
class Progress {
 public:
  explicit Progress(sim::Duration whole) : whole_(whole), shows_(::isatty(STDERR_FILENO) != 0) {}

  void window_closed(sim::Time end) {
    if (!shows_ || end == last_) return;
    last_ = end;
    const auto now = std::chrono::steady_clock::now();
    if (now - begun_ < std::chrono::seconds(1)) return;
    if (now - printed_ < std::chrono::milliseconds(200)) return;
    printed_ = now;
    any_ = true;
    fmt::print(stderr, "\r  {:.0f} s of {:.0f} s simulated", end.seconds(), whole_.seconds());
  }
  void done() {
    if (any_) fmt::print(stderr, "\r{:60}\r", "");
  }

 private:
  sim::Duration whole_;
  bool shows_;
  bool any_ = false;
  sim::Time last_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point printed_ = begun_;
};

int run_loaded(const scenarios::Scenario& scenario, const RunArguments& arguments) {
  analysis::EventLog events;
  std::optional<analysis::OutputFolder> out;
  std::optional<analysis::Trace> trace;
  if (arguments.out) out.emplace(*arguments.out);
  if (arguments.trace) trace.emplace(*arguments.trace, arguments.trace_one_in);

  Progress progress(scenario.run.duration);
  const auto write_series = out ? out->series_writer() : analysis::Recorder::OnValue{};
  analysis::RunOptions options;
  options.seed = arguments.seed.value_or(scenario.run.seed);
  options.interrupt = &interrupted;
  if (out) options.observers.push_back(&events);
  if (trace) options.observers.push_back(&*trace);
  options.on_world = [&](const models::World& world) {
    events.attach(world);
    if (trace) trace->attach(world);
  };
  options.on_value = [&](sim::Time begin, sim::Time end, std::string_view subject,
                         std::string_view metric, std::optional<double> value) {
    progress.window_closed(end);
    if (write_series) write_series(begin, end, subject, metric, value);
  };
  const analysis::Run run = analysis::run(scenario, options);
  progress.done();

  if (out) out->finish(run, events);
  if (trace) trace->finish();
  if (arguments.json) {
    nlohmann::ordered_json json = run.result.json;
    json["series"] = analysis::series_json(*run.recorder);
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{}", analysis::text_report(scenario, run));
  }
  return run.result.complete() ? exit_done : exit_stopped;
}

}  // namespace

int run(const RunArguments& arguments) {
  scenarios::Problems problems;
  const auto scenario = load(arguments.what, problems);
  if (!scenario) return report(problems);
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  try {
    return run_loaded(*scenario, arguments);
  } catch (const analysis::WriteError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_wrong;
  }
}

}  // namespace faultline::cli
