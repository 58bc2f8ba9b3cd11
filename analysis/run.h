// Running a scenario once, from its file to its result.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "analysis/blame/blame.h"
#include "analysis/recorder.h"
#include "analysis/result.h"
#include "models/observer.h"
#include "models/world.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

struct RunOptions {
  std::uint64_t seed = 1;
  const std::atomic<bool>* interrupt = nullptr;
  std::vector<models::Observer*> observers;
  bool blame = false;                                  // find out what the users' time went to
  std::function<void(const models::World&)> on_world;  // once it exists, before it runs
  Recorder::OnValue on_value;
  std::vector<sim::Time> marks = {};  // instants to take snapshots at, beside those of the scenario
};

struct Run {
  std::unique_ptr<models::World> world;
  std::unique_ptr<Recorder> recorder;
  std::unique_ptr<Alerting> alerting;
  std::unique_ptr<Blame> blame;  // if it was asked for
  Result result;
};

Run run(const scenarios::Scenario& scenario, const RunOptions& options);

}  // namespace faultline::analysis
