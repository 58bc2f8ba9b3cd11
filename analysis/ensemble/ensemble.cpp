#include "analysis/ensemble/ensemble.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "analysis/parallel.h"
#include "analysis/run.h"
#include "sim/check.h"

namespace faultline::analysis {
namespace {

// How many runs there are after a further round: by a half more, so that few are made in vain and
// the rounds do not depend on the number of threads.
std::size_t next_round(std::size_t runs, std::size_t most) {
  return std::min(most, runs + std::max<std::size_t>(5, runs / 2));
}

// A run of an ensemble, in whichever way it ended.
struct Ended {
  std::optional<OneRun> run;
  std::string why;
};

class Rounds {
 public:
  Rounds(const scenarios::Scenario& scenario, const EnsemblePlan& plan)
      : scenario_(scenario), plan_(plan) {}

  // Makes the runs up to number `until`.
  void make(std::size_t until) {
    const std::size_t from = ended_.size();
    ended_.resize(until);
    parallel_for(until - from, plan_.jobs, plan_.interrupt, [&](std::size_t i) {
      Ended& ended = ended_[from + i];
      ended.run = run_once(scenario_, plan_.first_seed + from + i, plan_.interrupt, ended.why);
      const std::lock_guard lock(mutex_);
      ++done_;
      if (plan_.on_run) plan_.on_run(done_, until);
    });
  }

  Ensemble so_far() const {
    Ensemble ensemble;
    for (std::size_t i = 0; i < ended_.size(); ++i) {
      const Ended& ended = ended_[i];
      if (!ended.why.empty()) {
        ensemble.cut_short.emplace_back(plan_.first_seed + i, ended.why);
      } else if (ended.run) {
        ensemble.runs.push_back(*ended.run);
      }
    }
    ensemble.interrupted = plan_.interrupt != nullptr && plan_.interrupt->load();
    ensemble.summaries = summarise(ensemble.runs);
    return ensemble;
  }

 private:
  const scenarios::Scenario& scenario_;
  const EnsemblePlan& plan_;
  std::vector<Ended> ended_;
  std::mutex mutex_;
  std::size_t done_ = 0;
};

}  // namespace

std::optional<OneRun> run_once(const scenarios::Scenario& scenario, std::uint64_t seed,
                               const std::atomic<bool>* interrupt, std::string& why) {
  RunOptions options;
  options.seed = seed;
  options.interrupt = interrupt;
  Run done = run(scenario, options);
  if (done.result.stop == sim::Stop::interrupted) return std::nullopt;
  if (!done.result.complete()) {
    why = done.result.json["ended"].get<std::string>();
    return std::nullopt;
  }
  return OneRun{.seed = seed,
                .digest = done.result.json["digest"].get<std::string>(),
                .metrics = metrics_of(done.result.json),
                .slos = std::move(done.result.slos),
                .expectations = std::move(done.result.expectations)};
}

std::vector<Summary> summarise(const std::vector<OneRun>& runs) {
  std::vector<Summary> summaries;
  std::map<std::string_view, std::size_t> places;
  std::vector<std::vector<double>> values;
  for (const OneRun& run : runs) {
    for (const auto& [metric, value] : run.metrics) {
      const auto [place, is_new] = places.emplace(metric, summaries.size());
      if (is_new) {
        summaries.push_back({.metric = metric, .interval = {}});
        values.emplace_back();
      }
      if (value) values[place->second].push_back(*value);
    }
  }
  for (std::size_t i = 0; i < summaries.size(); ++i) {
    summaries[i].interval = student_interval(values[i]);
    if (values[i].empty()) continue;
    const auto [least, most] = std::minmax_element(values[i].begin(), values[i].end());
    summaries[i].least = *least;
    summaries[i].most = *most;
  }
  return summaries;
}

const Summary* Ensemble::find(std::string_view metric) const {
  const auto found = std::find_if(summaries.begin(), summaries.end(),
                                  [&](const Summary& s) { return s.metric == metric; });
  return found == summaries.end() ? nullptr : &*found;
}

bool Ensemble::reached(const Precision& precision) const {
  const Summary* summary = find(precision.metric);
  return summary != nullptr && summary->interval && summary->interval->within(precision.share);
}

Ensemble run_in_rounds(const scenarios::Scenario& scenario, const EnsemblePlan& plan,
                       const std::vector<std::size_t>& rounds,
                       const std::function<bool(const Ensemble&)>& enough) {
  CHECK(!rounds.empty() && rounds.front() >= 1);
  Rounds runs(scenario, plan);
  for (const std::size_t until : rounds) {
    runs.make(until);
    Ensemble ensemble = runs.so_far();
    const bool ended = ensemble.interrupted || !ensemble.cut_short.empty();
    if (ended || until == rounds.back() || enough(ensemble)) return ensemble;
  }
  return runs.so_far();
}

Ensemble run_ensemble(const scenarios::Scenario& scenario, const EnsemblePlan& plan) {
  std::vector<std::size_t> rounds = {plan.runs};
  while (!plan.precisions.empty() && rounds.back() < plan.max_runs) {
    rounds.push_back(next_round(rounds.back(), plan.max_runs));
  }
  return run_in_rounds(scenario, plan, rounds, [&](const Ensemble& ensemble) {
    return std::all_of(plan.precisions.begin(), plan.precisions.end(),
                       [&](const Precision& precision) { return ensemble.reached(precision); });
  });
}

}  // namespace faultline::analysis
