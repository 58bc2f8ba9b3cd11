#include "analysis/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/ensemble/ensemble.h"
#include "analysis/load_factor.h"
#include "analysis/loading.h"

namespace faultline::analysis {
namespace {

// The same problem at several points is told once, with the first of them.
class PointProblems {
 public:
  void add(const scenarios::Problems& of_point, const std::string& point) {
    for (scenarios::Problem problem : of_point.kept()) {
      // What is wrong without the variations has been told: what was set here, they have set.
      if (problem.origin.file == scenarios::override_origin) problem.origin.file = "--vary";
      const auto [place, is_new] = places_.emplace(problem.text(), seen_.size());
      if (is_new) seen_.push_back({std::move(problem), point, 0});
      ++seen_[place->second].points;
    }
  }

  void tell(scenarios::Problems& problems) const {
    for (Seen seen : seen_) {
      const std::size_t more = seen.points - 1;
      seen.problem.message += more == 0 ? fmt::format(" (at {})", seen.point)
                                        : fmt::format(" (at {} and {} more {})", seen.point, more,
                                                      more == 1 ? "point" : "points");
      problems.add(std::move(seen.problem));
    }
  }

 private:
  struct Seen {
    scenarios::Problem problem;
    std::string point;
    std::size_t points = 0;
  };
  std::vector<Seen> seen_;
  std::map<std::string, std::size_t> places_;
};

// Which run of which point a number of the plan is: every point has its first run before any has
// its second, so that a sweep cut off early says something of all of them.
struct PlannedRun {
  std::size_t point;
  std::uint64_t seed;
};

PlannedRun planned_run(const SweepPlan& plan, std::size_t number) {
  return {number % plan.points.size(), plan.first_seed + number / plan.points.size()};
}

class SweepRuns {
 public:
  SweepRuns(const std::vector<scenarios::Scenario>& scenarios, const SweepPlan& plan,
            SweepStore* store)
      : scenarios_(scenarios), plan_(plan), store_(store), runs_(plan.points.size() * plan.runs) {
    if (store_ != nullptr) look_up();
  }

  void make(Crew& crew) {
    RunOrder order{
        .numbers = {},
        .make =
            [&](std::size_t number, const std::atomic<bool>* interrupt) {
              return make_run(scenarios_, plan_, number, interrupt);
            },
        .keep = [&](std::size_t number, StoredRun run) { keep(number, std::move(run)); }};
    for (std::size_t i = plan_.shard.number - 1; i < runs_.size(); i += plan_.shard.count) {
      if (!runs_[i]) order.numbers.push_back(i);
    }
    missing_ = order.numbers.size();
    crew.make(order);
  }

  Sweep sweep() const {
    Sweep sweep;
    sweep.made = made_;
    sweep.found = found_;
    sweep.interrupted = made_ < missing_;
    const std::vector<std::string> names = names_of(plan_.variations);
    for (std::size_t p = 0; p < plan_.points.size(); ++p) {
      SweepRow row{.point = plan_.points[p], .runs = 0, .figures = {}};
      std::vector<std::vector<double>> values(plan_.metrics.size());
      for (std::size_t i = p; i < runs_.size(); i += plan_.points.size()) {
        const std::optional<StoredRun>& made = runs_[i];
        if (!made) continue;
        const StoredRun& run = *made;
        if (run.ended != ended_complete) {
          sweep.cut_short.push_back(
              fmt::format("{}, seed {}: {}", point_text(names, row.point), run.seed, run.ended));
          continue;
        }
        ++row.runs;
        for (std::size_t m = 0; m < values.size(); ++m) {
          const std::optional<double>& value = run.metrics[m].second;
          if (value) values[m].push_back(*value);
        }
      }
      for (const auto& of_metric : values) row.figures.push_back(student_interval(of_metric));
      sweep.rows.push_back(std::move(row));
    }
    return sweep;
  }

 private:
  void look_up() {
    std::vector<std::string> json;
    for (const SweepPoint& point : plan_.points)
      json.push_back(point_json(plan_.variations, point));
    numbers_ = store_->points(json);
    std::map<std::int64_t, std::size_t> places;
    for (std::size_t p = 0; p < numbers_.size(); ++p) places[numbers_[p]] = p;
    store_->each_run(plan_.metrics, [&](const StoredRun& run) {
      const auto place = places.find(run.point);
      const std::uint64_t ordinal = run.seed - plan_.first_seed;  // huge for an earlier seed
      if (place == places.end() || ordinal >= plan_.runs) return;
      runs_[ordinal * plan_.points.size() + place->second] = run;
      ++found_;
    });
  }

  void keep(std::size_t number, StoredRun run) {
    if (store_ != nullptr) {
      run.point = numbers_[planned_run(plan_, number).point];
      store_->add(run);
    }
    keep_chosen(run.metrics);
    runs_[number] = std::move(run);
    ++made_;
    if (plan_.on_run) plan_.on_run(made_, missing_);
  }

  // Of a metric list those of the plan, in its order: thousands of runs are kept in memory.
  void keep_chosen(MetricList& metrics) const {
    MetricList chosen;
    for (const std::string& name : plan_.metrics) {
      const auto found = std::find_if(metrics.begin(), metrics.end(),
                                      [&](const auto& metric) { return metric.first == name; });
      chosen.emplace_back(name, found == metrics.end() ? std::nullopt : found->second);
    }
    metrics = std::move(chosen);
  }

  const std::vector<scenarios::Scenario>& scenarios_;
  const SweepPlan& plan_;
  SweepStore* store_;
  std::vector<std::int64_t> numbers_;           // of the points, in the store
  std::vector<std::optional<StoredRun>> runs_;  // by their number in the plan
  std::size_t missing_ = 0;                     // to be made
  std::size_t made_ = 0;
  std::size_t found_ = 0;
};

}  // namespace

std::vector<scenarios::Scenario> load_points(std::string_view name,
                                             const std::vector<scenarios::Override>& base,
                                             const std::vector<Variation>& variations,
                                             const std::vector<SweepPoint>& points,
                                             scenarios::Problems& problems) {
  const std::vector<std::string> names = names_of(variations);
  PointProblems all;
  std::vector<scenarios::Scenario> loaded;
  for (const SweepPoint& point : points) {
    scenarios::Problems of_point;
    std::vector<scenarios::Override> overrides = base;
    const auto varied = overrides_of(variations, point);
    overrides.insert(overrides.end(), varied.begin(), varied.end());
    auto scenario = load_by_name(name, overrides, of_point);
    const auto load = load_of(variations, point);
    const bool varies_load = std::any_of(variations.begin(), variations.end(),
                                         [](const Variation& v) { return v.is_load(); });
    if (!load) {
      of_point.add({.origin = {"--vary", {}},
                    .pointer = {},
                    .message = "expected factors above 0 and up to 1000 for load",
                    .value = {},
                    .suggestion = {}});
    } else if (scenario && varies_load) {
      check_load(*scenario, of_point);
      scenario = with_load(*std::move(scenario), *load);
    }
    all.add(of_point, point_text(names, point));
    if (scenario) loaded.push_back(*std::move(scenario));
  }
  all.tell(problems);
  return loaded;
}

std::optional<StoredRun> make_run(const std::vector<scenarios::Scenario>& scenarios,
                                  const SweepPlan& plan, std::size_t number,
                                  const std::atomic<bool>* interrupt) {
  const auto [point, seed] = planned_run(plan, number);
  const auto begun = std::chrono::steady_clock::now();
  StoredRun run{.point = 0,
                .seed = seed,
                .digest = {},
                .ended = std::string(ended_complete),
                .host = host_name(),
                .metrics = {},
                .wall_s = 0};
  std::string why;
  if (auto once = run_once(scenarios[point], seed, interrupt, why)) {
    run.digest = std::move(once->digest);
    run.metrics = std::move(once->metrics);
  } else if (why.empty()) {
    return std::nullopt;
  } else {
    run.ended = why;
  }
  run.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return run;
}

Sweep make_sweep(const std::vector<scenarios::Scenario>& scenarios, const SweepPlan& plan,
                 SweepStore* store) {
  ThreadCrew threads(plan.jobs, plan.interrupt);
  return make_sweep(scenarios, plan, store, threads);
}

Sweep make_sweep(const std::vector<scenarios::Scenario>& scenarios, const SweepPlan& plan,
                 SweepStore* store, Crew& crew) {
  SweepRuns runs(scenarios, plan, store);
  runs.make(crew);
  return runs.sweep();
}

}  // namespace faultline::analysis
