#include "analysis/run.h"

#include <fmt/format.h>

#include "analysis/blame/blame_report.h"
#include "sim/check.h"

namespace faultline::analysis {
namespace {

struct Running {
  const scenarios::Scenario& scenario;
  const models::World& world;
};

std::string describe_running(const void* subject) {
  const auto& running = *static_cast<const Running*>(subject);
  return fmt::format("at {:.9f} s, event {}, of: faultline run {} --seed {}",
                     running.world.now().seconds(), running.world.executed(),
                     running.scenario.file.string(), running.world.seed());
}

}  // namespace

Run run(const scenarios::Scenario& scenario, const RunOptions& options) {
  Run run;
  run.world = scenario.make_world(options.seed);
  models::World& world = *run.world;
  const Running running{scenario, world};
  const sim::CheckContext context(describe_running, &running);
  world.set_limits({.events = scenario.run.max_events,
                    .records = scenario.run.max_records,
                    .interrupt = options.interrupt});
  if (options.on_world) options.on_world(world);
  for (models::Observer* observer : options.observers) world.observe(observer);
  std::vector<sim::Time> marks = marks_of(scenario);
  marks.insert(marks.end(), options.marks.begin(), options.marks.end());
  run.recorder = std::make_unique<Recorder>(world, scenario.run.window, marks);
  if (options.blame) {
    run.blame = std::make_unique<Blame>();
    run.blame->attach(world);
    world.observe(run.blame.get());
  }
  run.recorder->on_value([&](sim::Time begin, sim::Time end, std::string_view subject,
                             std::string_view metric, std::optional<double> value) {
    if (options.on_value) options.on_value(begin, end, subject, metric, value);
  });
  run.alerting = std::make_unique<Alerting>(scenario);
  if (!scenario.alerts.empty()) run.recorder->inform(*run.alerting);
  const sim::Stop stop = world.run_until(sim::Time{} + scenario.run.duration);
  run.recorder->finish(world);
  run.result = make_result(scenario, world, *run.recorder, *run.alerting, stop);
  if (run.blame) run.result.json["blame"] = blame_json(world, *run.blame);
  return run;
}

}  // namespace faultline::analysis
