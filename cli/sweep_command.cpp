// `sweep`.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/atomic_file.h"
#include "analysis/html/sweep_page.h"
#include "analysis/loading.h"
#include "analysis/output_folder.h"
#include "analysis/sweep/sweep.h"
#include "analysis/sweep/sweep_pictures.h"
#include "analysis/sweep/sweep_store.h"
#include "analysis/sweep/sweep_text.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/progress.h"
#include "cli/sweep_options.h"
#include "scenarios/document.h"
#include "scenarios/find_scenario.h"
#include "scenarios/library_path.h"

namespace faultline::cli {
namespace {

// The scenario as one object, whatever files it is made of; it can be read.
scenarios::Document document_of(const ScenarioArguments& what,
                                const std::vector<scenarios::Override>& base) {
  scenarios::Problems none;
  const auto library = scenarios::library_path();
  const auto path = scenarios::find_scenario(what.scenario, library, none);
  return path ? scenarios::load_document(*path, base, library, none) : scenarios::Document();
}

analysis::Experiment experiment_of(const SweepArguments& arguments, const std::string& scenario,
                                   const analysis::SweepPlan& plan,
                                   const scenarios::Document& document) {
  nlohmann::json varied = nlohmann::json::array();
  for (const analysis::Variation& variation : plan.variations) {
    for (const std::string& pointer : variation.pointers) varied.push_back(pointer);
  }
  return {.scenario = scenario,
          .text = document.value().dump(),
          .version = arguments.version,
          .varied = varied.dump(),
          .vary = nlohmann::json(arguments.vary).dump(),
          .command = arguments.command,
          .seed = plan.first_seed};
}

// The files of `--out`, begun before anything runs.
class SweepFiles {
 public:
  SweepFiles(const std::filesystem::path& folder, const analysis::SweepPlan& plan)
      : csv_(analysis::made_folder(folder) / "sweep.csv") {
    for (const analysis::SweepPicture& picture : analysis::pictures_of(plan)) {
      pictures_.push_back(
          {picture, std::make_unique<analysis::AtomicFile>(folder / (picture.name + ".svg"))});
    }
  }

  void write(const std::string& scenario, const analysis::SweepPlan& plan,
             const analysis::Sweep& sweep) {
    analysis::write_sweep_csv(plan, sweep, csv_.stream());
    csv_.commit();
    for (auto& [picture, file] : pictures_) {
      analysis::write_sweep_svg(scenario, plan, sweep, picture, file->stream());
      file->commit();
    }
  }

 private:
  analysis::AtomicFile csv_;
  std::vector<std::pair<analysis::SweepPicture, std::unique_ptr<analysis::AtomicFile>>> pictures_;
};

int run_sweep(const std::string& scenario, const std::vector<scenarios::Scenario>& scenarios,
              analysis::SweepPlan& plan, const SweepArguments& arguments,
              const scenarios::Document& document) {
  std::optional<SweepFiles> files;
  if (arguments.out) files.emplace(*arguments.out, plan);
  std::optional<analysis::AtomicFile> page;
  if (arguments.report) page.emplace(*arguments.report);
  std::optional<analysis::SweepStore> store;
  if (arguments.store) {
    store.emplace(*arguments.store, experiment_of(arguments, scenario, plan, document));
  }
  Progress progress;
  plan.interrupt = watch_signals();
  plan.on_run = [&](std::size_t done, std::size_t of) {
    if (progress.due()) progress.show_part(done, of, "runs");
  };
  const analysis::Sweep sweep = analysis::make_sweep(scenarios, plan, store ? &*store : nullptr);
  progress.done();
  fmt::print("{}", analysis::sweep_text(scenario, plan, sweep));
  if (files) files->write(scenario, plan, sweep);
  if (page) {
    analysis::html::write_sweep_page(scenario, plan, sweep, arguments.command, page->stream());
    page->commit();
  }
  if (sweep.interrupted) {
    fmt::print(stderr, "interrupted; {}\n",
               store ? "the same command makes the runs that are missing"
                     : "the table is of the runs that had ended");
  }
  return sweep.interrupted || !sweep.cut_short.empty() ? exit_stopped : exit_done;
}

}  // namespace

int sweep(const SweepArguments& arguments) {
  scenarios::Problems problems;
  const auto base = overrides_of(arguments.what, problems);
  const auto scenario = analysis::load_by_name(arguments.what.scenario, base, problems);
  const auto document = scenario ? document_of(arguments.what, base) : scenarios::Document();
  analysis::SweepPlan plan =
      read_sweep_options(arguments, scenario ? &*scenario : nullptr, document, problems);
  if (!scenario || !problems.empty()) return report(problems);
  const auto scenarios = analysis::load_points(arguments.what.scenario, base, plan, problems);
  if (!problems.empty()) return report(problems);
  try {
    return run_sweep(scenario->name, scenarios, plan, arguments, document);
  } catch (const analysis::WriteError& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const analysis::StoreError& error) {
    fmt::print(stderr, "{}\n", error.what());
  }
  return exit_wrong;
}

}  // namespace faultline::cli
