#include <fmt/format.h>

#include <atomic>
#include <cstdio>

#include "analysis/atomic_file.h"
#include "analysis/event_log.h"
#include "analysis/export/open_metrics.h"
#include "analysis/export/otlp_spans.h"
#include "analysis/html/run_page.h"
#include "analysis/output_folder.h"
#include "analysis/report.h"
#include "analysis/run.h"
#include "analysis/story/evidence.h"
#include "analysis/story/story.h"
#include "analysis/trace.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/progress.h"
#include "cli/report_file.h"
#include "cli/runs_options.h"

namespace faultline::cli {
namespace {

int run_loaded(const scenarios::Scenario& scenario, const RunArguments& arguments) {
  const std::atomic<bool>* interrupt = watch_signals();
  analysis::EventLog events;
  std::optional<analysis::OutputFolder> out;
  std::optional<analysis::Trace> trace;
  if (arguments.out) out.emplace(*arguments.out);
  if (arguments.trace) trace.emplace(*arguments.trace, arguments.trace_one_in);
  std::optional<analysis::OpenMetrics> metrics;
  std::optional<analysis::OtlpSpans> otlp;
  if (arguments.metrics) metrics.emplace(*arguments.metrics);
  if (arguments.otlp) otlp.emplace(*arguments.otlp, arguments.trace_one_in);
  auto page = report_file(arguments.report, {scenario.file});
  analysis::Evidence evidence(scenario.run.window);

  Progress progress;
  const auto write_series = out ? out->series_writer() : analysis::Recorder::OnValue{};
  analysis::RunOptions options;
  options.seed = arguments.seed.value_or(scenario.run.seed);
  options.interrupt = interrupt;
  options.blame = arguments.blame;
  if (out) options.observers.push_back(&events);
  if (trace) options.observers.push_back(&*trace);
  if (otlp) options.observers.push_back(&*otlp);
  options.on_world = [&](const models::World& world) {
    events.attach(world);
    if (trace) trace->attach(world);
    if (otlp) otlp->attach(world);
  };
  options.on_value = [&](sim::Time begin, sim::Time end, std::string_view subject,
                         std::string_view metric, std::optional<double> value) {
    if (progress.due()) {
      progress.show(fmt::format("{:.0f} s of {:.0f} s simulated", end.seconds(),
                                scenario.run.duration.seconds()));
    }
    if (write_series) write_series(begin, end, subject, metric, value);
  };
  if (page) evidence.watch(options);
  const analysis::Run run = analysis::run(scenario, options);
  progress.done();

  if (out) out->finish(run, events);
  if (trace) trace->finish();
  if (otlp) otlp->finish();
  if (metrics) metrics->finish(*run.world, *run.recorder);
  if (page) {
    const analysis::Story story = analysis::make_story(scenario, run, evidence);
    analysis::html::write_run_page({scenario, run, evidence, story, arguments.command},
                                   page->stream());
    page->commit();
  }
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
  if (asks_for_many(arguments)) return run_many(arguments);
  scenarios::Problems problems;
  const auto scenario = load(arguments.what, problems);
  if (!scenario) return report(problems);
  try {
    return run_loaded(*scenario, arguments);
  } catch (const analysis::WriteError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_wrong;
  }
}

}  // namespace faultline::cli
