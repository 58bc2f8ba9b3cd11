// `run` with --runs, --precision, --batches or --find-warmup.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/atomic_file.h"
#include "analysis/ensemble/batch_means.h"
#include "analysis/ensemble/ensemble.h"
#include "analysis/ensemble/ensemble_text.h"
#include "analysis/ensemble/warmup.h"
#include "analysis/html/ensemble_page.h"
#include "analysis/output_folder.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/progress.h"
#include "cli/report_file.h"
#include "cli/runs_options.h"
#include "sim/units.h"

namespace faultline::cli {
namespace {

constexpr std::size_t warmup_runs = 5;  // enough that chance does not look like a beginning

// Says where the warm-up comes from; sets the one that was found.
std::string settle_warmup(scenarios::Scenario& scenario, const RunsOptions& options) {
  const auto given = [&] {
    return fmt::format("warm-up {}, as given", sim::format_duration(scenario.run.warmup));
  };
  if (!options.find_warmup) return given();
  const auto found =
      analysis::find_warmup(scenario, options.plan.first_seed, warmup_runs, options.plan.jobs);
  if (!found.length) return given() + " (none was found: " + found.why_not + ")";
  scenario.run.warmup = *found.length;
  return fmt::format("warm-up {}, as found", sim::format_duration(*found.length));
}

// The files of `--out`, begun before anything runs.
struct RunsFiles {
  analysis::AtomicFile json;
  analysis::AtomicFile csv;
  explicit RunsFiles(const std::filesystem::path& folder)
      : json(analysis::made_folder(folder) / "runs.json"), csv(folder / "runs.csv") {}
};

int run_all(const scenarios::Scenario& scenario, const RunArguments& arguments,
            const RunsOptions& options, const std::string& warmup) {
  std::optional<RunsFiles> files;
  if (arguments.out) files.emplace(*arguments.out);
  auto page = report_file(arguments.report, {scenario.file});
  Progress progress;
  analysis::EnsemblePlan plan = options.plan;
  plan.interrupt = watch_signals();
  plan.on_run = [&](std::size_t done, std::size_t of) {
    if (progress.due()) progress.show_part(done, of, "runs");
  };
  const analysis::Ensemble ensemble = analysis::run_ensemble(scenario, plan);
  progress.done();
  const auto json = [&] { return analysis::ensemble_json(scenario, ensemble, plan).dump(2); };
  if (files) {
    files->json.stream() << json() << '\n';
    analysis::write_runs_csv(ensemble, files->csv.stream());
    files->csv.commit();
    files->json.commit();
  }
  const std::size_t count = ensemble.runs.size() + ensemble.cut_short.size();
  const std::string what =
      fmt::format("{} runs   seeds {} to {}", ensemble.runs.size(), plan.first_seed,
                  plan.first_seed + std::max<std::size_t>(count, 1) - 1);
  if (page) {
    analysis::html::write_ensemble_page(scenario, ensemble, {what, warmup}, arguments.command,
                                        page->stream());
    page->commit();
  }
  if (arguments.json) {
    fmt::print("{}\n", json());
  } else {
    fmt::print("{}", analysis::ensemble_text(scenario, ensemble, plan, {what, warmup}));
  }
  return ensemble.interrupted || !ensemble.cut_short.empty() ? exit_stopped : exit_done;
}

int run_batches(const scenarios::Scenario& scenario, const RunArguments& arguments,
                const RunsOptions& options, const std::string& warmup) {
  std::optional<analysis::AtomicFile> file;
  if (arguments.out) file.emplace(analysis::made_folder(*arguments.out) / "runs.json");
  auto page = report_file(arguments.report, {scenario.file});
  analysis::RunOptions run_options;
  run_options.seed = options.plan.first_seed;
  run_options.interrupt = watch_signals();
  const auto means = analysis::run_in_batches(scenario, *options.batches, run_options);
  if (!means.run.result.complete()) {
    fmt::print(stderr, "{}: there are no batches\n",
               means.run.result.json["ended"].get<std::string>());
    return exit_stopped;
  }
  const std::string json = analysis::batches_json(scenario, means).dump(2);
  if (file) {
    file->stream() << json << '\n';
    file->commit();
  }
  const std::string what =
      fmt::format("{} batches of one run   seed {}", means.batches.size(), options.plan.first_seed);
  if (page) {
    analysis::html::write_batches_page(scenario, means, {what, warmup}, arguments.command,
                                       page->stream());
    page->commit();
  }
  if (arguments.json) {
    fmt::print("{}\n", json);
  } else {
    fmt::print("{}", analysis::batches_text(scenario, means, {what, warmup}));
  }
  return exit_done;
}

}  // namespace

int run_many(const RunArguments& arguments) {
  scenarios::Problems problems;
  auto scenario = load(arguments.what, problems);
  const RunsOptions options =
      read_runs_options(arguments, scenario ? &*scenario : nullptr, problems);
  if (!scenario || !problems.empty()) return report(problems);
  try {
    const std::string warmup = settle_warmup(*scenario, options);
    return options.batches ? run_batches(*scenario, arguments, options, warmup)
                           : run_all(*scenario, arguments, options, warmup);
  } catch (const analysis::WriteError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_wrong;
  }
}

}  // namespace faultline::cli
