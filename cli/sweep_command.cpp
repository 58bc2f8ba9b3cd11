// `sweep`.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/atomic_file.h"
#include "analysis/html/sweep_page.h"
#include "analysis/loading.h"
#include "analysis/output_folder.h"
#include "analysis/sweep/sweep.h"
#include "analysis/sweep/sweep_json.h"
#include "analysis/sweep/sweep_pictures.h"
#include "analysis/sweep/sweep_store.h"
#include "analysis/sweep/sweep_text.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/mpi_crew.h"
#include "cli/progress.h"
#include "cli/report_file.h"
#include "cli/sweep_options.h"
#include "scenarios/document.h"

namespace faultline::cli {
namespace {

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
      : csv_(analysis::made_folder(folder) / "sweep.csv"), json_(folder / "sweep.json") {
    for (const analysis::SweepPicture& picture : analysis::pictures_of(plan)) {
      pictures_.push_back(
          {picture, std::make_unique<analysis::AtomicFile>(folder / (picture.name + ".svg"))});
    }
  }

  void write(const std::string& scenario, const analysis::SweepPlan& plan,
             const analysis::Sweep& sweep) {
    analysis::write_sweep_csv(plan, sweep, csv_.stream());
    csv_.commit();
    json_.stream() << analysis::sweep_json(scenario, plan, sweep).dump(2) << '\n';
    json_.commit();
    for (auto& [picture, file] : pictures_) {
      analysis::write_sweep_svg(scenario, plan, sweep, picture, file->stream());
      file->commit();
    }
  }

 private:
  analysis::AtomicFile csv_;
  analysis::AtomicFile json_;
  std::vector<std::pair<analysis::SweepPicture, std::unique_ptr<analysis::AtomicFile>>> pictures_;
};

// A sweep as its options were read.
struct SweepRequest {
  std::string scenario;
  scenarios::Document document;
  analysis::SweepPlan plan;
  std::vector<scenarios::Scenario> points;
};

// What it returns is of use only if no problems were added.
SweepRequest read_request(const SweepArguments& arguments, scenarios::Problems& problems) {
  SweepRequest request;
  const auto base = overrides_of(arguments.what, problems);
  const auto scenario = analysis::load_by_name(arguments.what.scenario, base, problems);
  if (scenario) request.document = document_of(arguments.what, base);
  request.plan =
      read_sweep_options(arguments, scenario ? &*scenario : nullptr, request.document, problems);
  if (!scenario || !problems.empty()) return request;
  request.scenario = scenario->name;
  request.points = analysis::load_points(arguments.what.scenario, base, request.plan.variations,
                                         request.plan.points, problems);
  return request;
}

SweepReading reading_of(const SweepArguments& arguments, const SweepRequest& request,
                        const scenarios::Problems& problems) {
  const analysis::SweepPlan& plan = request.plan;
  std::string text = fmt::format("{} {} {} {}/{}", plan.first_seed, plan.runs, plan.jobs,
                                 plan.shard.number, plan.shard.count);
  for (const analysis::SweepPoint& point : plan.points) {
    text += '\n' + analysis::point_json(plan.variations, point);
  }
  return {.version = arguments.version,
          .scenario = analysis::hash_of_scenario(request.document.value().dump()),
          .plan = analysis::hash_of_scenario(text),
          .problems = problems.text()};
}

// Makes, shows and keeps it. `crew`: null, or where this process leads others.
int run_sweep(const SweepRequest& request, const SweepArguments& arguments, MpiCrew* crew) {
  std::optional<SweepFiles> files;
  if (arguments.out) files.emplace(*arguments.out, request.plan);
  auto page = report_file(arguments.report, {request.points.front().file});
  std::optional<analysis::SweepStore> store;
  if (arguments.store) {
    store.emplace(*arguments.store,
                  experiment_of(arguments, request.scenario, request.plan, request.document));
  }
  Progress progress;
  analysis::SweepPlan plan = request.plan;
  plan.on_run = [&](std::size_t done, std::size_t of) {
    if (progress.due()) progress.show_part(done, of, "runs");
  };
  analysis::ThreadCrew threads(plan.jobs, plan.interrupt);
  const analysis::Sweep sweep =
      analysis::make_sweep(request.points, plan, store ? &*store : nullptr,
                           crew == nullptr ? static_cast<analysis::Crew&>(threads) : *crew);
  progress.done();
  if (arguments.json) {
    fmt::print("{}\n", analysis::sweep_json(request.scenario, plan, sweep).dump(2));
  } else {
    fmt::print("{}", analysis::sweep_text(request.scenario, plan, sweep));
  }
  if (files) files->write(request.scenario, plan, sweep);
  if (files) fmt::print(stderr, "{}", analysis::why_no_pictures(plan));
  if (page) {
    analysis::html::write_sweep_page(request.scenario, plan, sweep, arguments.command,
                                     page->stream());
    page->commit();
  }
  if (sweep.interrupted) {
    fmt::print(stderr, "interrupted; {}\n",
               store ? "the same command makes the runs that are missing"
                     : "the table is of the runs that had ended");
  }
  return sweep.interrupted || !sweep.cut_short.empty() ? exit_stopped : exit_done;
}

int run_sweep_or_say_why(const SweepRequest& request, const SweepArguments& arguments,
                         MpiCrew* crew) {
  try {
    return run_sweep(request, arguments, crew);
  } catch (const analysis::WriteError& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const analysis::StoreError& error) {
    fmt::print(stderr, "{}\n", error.what());
  }
  return exit_wrong;
}

}  // namespace

int sweep(const SweepArguments& arguments) {
  std::unique_ptr<MpiCrew> crew;
  try {
    crew = MpiCrew::join();
  } catch (const LaunchError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_wrong;
  }
  scenarios::Problems problems;
  SweepRequest request = read_request(arguments, problems);
  if (!crew) {
    if (!problems.empty()) return report(problems);
    request.plan.interrupt = watch_signals();
    return run_sweep_or_say_why(request, arguments, nullptr);
  }
  if (!arguments.jobs) request.plan.jobs = 1;  // mpirun has begun as many as there are processors
  crew->set_out(request.plan.jobs, watch_signals());
  const bool agreed = crew->agree(reading_of(arguments, request, problems));
  if (!crew->leads()) {
    return crew->serve([&](std::size_t number, const std::atomic<bool>* interrupt) {
      return analysis::make_run(request.points, request.plan, number, interrupt);
    });
  }
  return crew->dismiss(agreed ? run_sweep_or_say_why(request, arguments, crew.get()) : exit_wrong);
}

}  // namespace faultline::cli
