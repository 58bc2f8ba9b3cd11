// Result: all that is known of one run, as plain data. The JSON form is stable (docs/results.md);
// the text report and the files are made from it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/cost/bill.h"
#include "analysis/recorder.h"
#include "models/world.h"
#include "scenarios/scenario.h"
#include "sim/simulation.h"
#include "sim/time.h"

namespace faultline::analysis {

// The time between two things that the timeline did, and its figures.
struct Phase {
  sim::Time begin;
  sim::Time end;
  std::string label;
  nlohmann::ordered_json figures;
};

// What became of an expectation or SLO.
struct Verdict {
  std::string label;
  std::string text;
  bool reached = false;  // the run came so far
  bool passed = false;
  std::optional<double> value;
};

struct Result {
  sim::Stop stop = sim::Stop::reached;
  nlohmann::ordered_json json;  // everything but `series`
  std::vector<Phase> phases;
  std::vector<Verdict> expectations;
  std::vector<Verdict> slos;
  std::vector<AlertOutcome> alerts;
  std::optional<Bill> bill;  // if the scenario has prices

  // It ran to where it was meant to end.
  bool complete() const { return stop == sim::Stop::reached || stop == sim::Stop::asked; }
};

// The instants at which the scenario's phases and expectations begin and end.
std::vector<sim::Time> marks_of(const scenarios::Scenario& scenario);

// What a run has shown. `recorder` must have finished.
Result make_result(const scenarios::Scenario& scenario, const models::World& world,
                   const Recorder& recorder, const Alerting& alerting, sim::Stop stop);

nlohmann::ordered_json series_json(const Recorder& recorder);

}  // namespace faultline::analysis
