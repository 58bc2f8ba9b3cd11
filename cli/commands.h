// The commands, apart from how they are asked for: each prints to stdout and stderr and returns the
// exit status.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace faultline::cli {

enum ExitStatus : int {
  exit_done = 0,
  exit_not_so = 1,   // what `check` held up or `plan` was asked for does not hold
  exit_wrong = 2,    // the command line or the scenario is wrong
  exit_stopped = 3,  // by a limit or a signal; the partial result of a run was written
  exit_our_bug = 70,
};

struct ScenarioArguments {
  std::string scenario;          // a path, or the name of one in the library
  std::vector<std::string> set;  // POINTER=VALUE
  std::optional<std::string> duration;
};

struct RunArguments {
  ScenarioArguments what;
  std::optional<std::uint64_t> seed;
  bool json = false;
  std::optional<std::string> out;    // folder
  std::optional<std::string> trace;  // file
  std::uint64_t trace_one_in = 100;
  // Of many runs, as they were said: what is wrong with them is told together.
  std::optional<std::string> runs;
  std::optional<std::string> jobs;
  std::vector<std::string> precision;  // METRIC:SHARE
  std::optional<std::string> max_runs;
  std::optional<std::string> batches;
  bool find_warmup = false;
  bool blame = false;
  std::optional<std::string> metrics;  // file
  std::optional<std::string> otlp;     // file
  std::optional<std::string> report;   // HTML file
  std::string command;                 // the command line, for the report
};

int run(const RunArguments& arguments);
// The same over many seeds, or over spans of one long run.
int run_many(const RunArguments& arguments);

struct CompareArguments {
  std::string a;
  std::string b;           // empty: the same as a
  ScenarioArguments both;  // its `scenario` is not used
  std::vector<std::string> set_a;
  std::vector<std::string> set_b;
  std::optional<std::string> runs;
  std::optional<std::string> jobs;
  std::optional<std::string> seed;
  bool json = false;
  std::optional<std::string> report;  // HTML file
  std::string command;                // the command line, for the report
};

// How two scenarios differ under the same seeds.
int compare(const CompareArguments& arguments);

struct ExplainArguments {
  ScenarioArguments what;
  std::optional<std::uint64_t> seed;
  bool json = false;
};

// What triggered what in a run, in the order in which it was measured.
int explain(const ExplainArguments& arguments);

// No scenarios: the whole library. No seeds: the scenario's own.
int check(const std::vector<std::string>& scenarios, const ScenarioArguments& options,
          const std::vector<std::uint64_t>& seeds);

// As they were said: what is wrong with them is told together.
struct MapArguments {
  ScenarioArguments what;
  std::optional<std::string> load;     // A..B, or one value
  std::optional<std::string> trigger;  // likewise, of durations
  std::optional<std::string> cells;    // COLUMNSxROWS
  std::optional<std::string> jobs;
  std::optional<std::string> seed;
  std::optional<std::string> csv;  // file
  std::optional<std::string> svg;  // file
  bool hysteresis = false;
  std::optional<std::string> steps;
};

// Where a scenario stays stable, recovers or stays down, by load and duration of its trigger; or
// its hysteresis.
int map(const MapArguments& arguments);

// As they were said: what is wrong with them is told together.
struct EstimateArguments {
  std::optional<std::string> daily_active_users;
  std::optional<std::string> requests_per_user;
  std::optional<std::string> peak_to_average;
  std::optional<std::string> request_size;
  std::optional<std::string> response_size;
  std::optional<std::string> write_share;
  std::optional<std::string> stored_per_write;
  std::optional<std::string> keep;
  std::optional<std::string> copies;
  std::optional<std::string> service_time;
  std::optional<std::string> workers;
  std::optional<std::string> target_utilisation;
  std::optional<std::string> scenario;  // file
  bool json = false;
};

// From users and habits to rates, bytes and servers, with the arithmetic.
int estimate(const EstimateArguments& arguments);

struct CalibrateArguments {
  std::string log;
  std::optional<std::string> service;
  std::optional<std::string> workers;  // of one server
  std::optional<std::string> servers;
  std::optional<std::string> scenario;  // file
  std::optional<std::string> svg;       // file
  bool qq = false;
  bool json = false;
};

// What an access log tells of load and service times, and a scenario that reproduces it.
int calibrate(const CalibrateArguments& arguments);
struct AnalyzeArguments {
  ScenarioArguments what;
  std::vector<std::string> hit_ratios;  // CACHE=RATIO
  bool json = false;
  bool run = true;    // for what simulation measured beside what theory predicts
  bool risk = false;  // for each failure, one at a time
  std::optional<std::uint64_t> seed;
};

// What the equations say of a scenario: single points of failure, bottleneck, availability.
int analyze(const AnalyzeArguments& arguments);
struct SweepArguments {
  ScenarioArguments what;
  std::vector<std::string> vary;      // POINTER=VALUES
  std::optional<std::string> sample;  // lhs:N
  std::optional<std::string> runs;
  std::optional<std::string> jobs;
  std::optional<std::string> seed;
  std::optional<std::string> shard;  // K/N
  std::vector<std::string> metrics;
  std::optional<std::string> store;   // file
  std::optional<std::string> out;     // folder
  std::optional<std::string> report;  // HTML file
  bool json = false;
  std::string version;  // of Faultline, and the command line: for the store
  std::string command;
};

// A scenario at many points, with the figures of each.
int sweep(const SweepArguments& arguments);

// The stores of several sweeps in one.
int merge(const std::string& out, const std::vector<std::string>& parts);

// What a plan and a capacity have in common; as they were said.
struct PlanningArguments {
  ScenarioArguments what;
  std::vector<std::string> slos;     // METRIC < VALUE; none: those of the scenario
  std::vector<std::string> survive;  // "any zone", a component, ...
  std::optional<std::string> settle;
  std::optional<std::string> max_runs;  // of one trial
  std::optional<std::string> seed;
  std::optional<std::string> jobs;
  bool json = false;
};

struct CapacityArguments {
  PlanningArguments planning;
  std::optional<std::string> precision;
};

// The largest load at which a scenario keeps its SLOs, and what saturates there.
int capacity(const CapacityArguments& arguments);

struct PlanArguments {
  PlanningArguments planning;
  std::vector<std::string> vary;        // POINTER=VALUES
  std::optional<std::string> minimise;  // a metric
  std::optional<std::string> precision;
  bool exhaustive = false;
  std::optional<std::string> report;  // HTML file
  std::string command;                // the command line, for the report
};

// The cheapest of many configurations that keeps its SLOs.
int plan(const PlanArguments& arguments);

int validate(const std::vector<std::string>& scenarios, const std::vector<std::string>& set);

int list(bool names_only);
// The steps of a series side by side, each run twice.
int list_series(const std::string& name);

// The JSON Schema of scenarios, on stdout.
int schema();

// Writes the generated tables of these pages anew.
int docs(const std::vector<std::string>& pages);

}  // namespace faultline::cli
