#include "analysis/maps/stability_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "analysis/load_factor.h"
#include "analysis/maps/trigger.h"
#include "analysis/parallel.h"
#include "sim/check.h"
#include "sim/units.h"

namespace faultline::analysis {
namespace {

// What was good in a span, of what was offered there without a trigger: it is the same before the
// trigger, and afterwards no less for users who wait and therefore ask less.
Served kept(const Course& course, const Course& untriggered, sim::Time from, sim::Time to) {
  Served served = course.between(from, to);
  served.offered = untriggered.between(from, to).offered;
  return served;
}

// Whether some ten windows in a row since the trigger began fell below `least`, a share.
bool fell(const Course& course, const Course& untriggered, const StabilitySpans& spans,
          double least) {
  const sim::Duration length = course.window * static_cast<std::int64_t>(dip_windows);
  const sim::Time first{spans.trigger.ns / course.window.ns * course.window.ns};
  for (sim::Time begin = first; begin + length <= spans.end; begin += course.window) {
    if (kept(course, untriggered, begin, begin + length).share() < least) return true;
  }
  return false;
}

// The runs of a map, which any thread may make.
class Runs {
 public:
  Runs(const scenarios::Scenario& scenario, const StabilityPlan& plan, std::size_t count)
      : scenario_(scenario), plan_(plan), count_(count) {}

  std::optional<Course> run(double load, sim::Duration trigger) {
    const scenarios::Scenario changed = with_load(with_trigger(scenario_, trigger), load);
    std::optional<Course> course;
    try {
      course = course_of(changed, plan_.seed, plan_.interrupt);
    } catch (const CutShort& error) {
      throw CutShort(fmt::format("the run with load {:g} and a trigger of {} {}", load,
                                 sim::format_duration(trigger), error.what()));
    }
    const std::lock_guard lock(mutex_);
    if (course && plan_.on_run) plan_.on_run(++done_, count_);
    return course;
  }

 private:
  const scenarios::Scenario& scenario_;
  const StabilityPlan& plan_;
  std::size_t count_;
  std::mutex mutex_;
  std::size_t done_ = 0;
};

bool interrupted(const StabilityPlan& plan) {
  return plan.interrupt != nullptr && plan.interrupt->load();
}

void add_problem(const scenarios::Scenario& scenario, std::string pointer, std::string message,
                 scenarios::Problems& problems) {
  problems.add({.origin = {scenario.file.string(), {}},
                .pointer = std::move(pointer),
                .message = std::move(message),
                .value = {},
                .suggestion = {}});
}

}  // namespace

StabilitySpans spans_of(const scenarios::Scenario& scenario) {
  const models::Action* trigger = find_trigger(scenario);
  CHECK(trigger != nullptr);
  const sim::Time start;
  return {.warmup_end = start + scenario.run.warmup,
          .trigger = trigger->at,
          .last_third = start + scenario.run.duration * 2 / 3,
          .end = start + scenario.run.duration};
}

StabilityMap::Cell judge_course(const Course& course, const Course& untriggered,
                                const StabilitySpans& spans) {
  const auto both = [&](const Course& of) {
    return std::pair{kept(of, untriggered, spans.warmup_end, spans.trigger),
                     kept(of, untriggered, spans.last_third, spans.end)};
  };
  const auto [before, last] = both(course);
  StabilityMap::Cell cell{.stability = Stability::stable,
                          .before_per_s = before.goodput_per_s(),
                          .last_per_s = last.goodput_per_s(),
                          .ratio = {}};
  if (before.share() > 0) cell.ratio = last.share() / before.share();
  const auto [calm_before, calm_last] = both(untriggered);
  if (!calm_before.enough() || !calm_last.enough()) {
    cell.stability = Stability::overloaded;
  } else if (cell.ratio < served_share) {
    cell.stability = Stability::never_recovers;
  } else if (fell(course, untriggered, spans, served_share * before.share())) {
    cell.stability = Stability::recovers;
  }
  return cell;
}

void check_map(const scenarios::Scenario& scenario, sim::Duration longest,
               scenarios::Problems& problems) {
  const std::size_t before = problems.count();
  check_load(scenario, problems);
  check_trigger(scenario, problems);
  const sim::Duration window = scenario.run.window;
  if (scenario.run.duration < window * static_cast<std::int64_t>(least_windows)) {
    add_problem(
        scenario, "/run/duration",
        fmt::format("expected at least {} windows of {}, got {}", least_windows,
                    sim::format_duration(window), sim::format_duration(scenario.run.duration)),
        problems);
  }
  if (problems.count() > before) return;
  const StabilitySpans spans = spans_of(scenario);
  if (windows_between(spans.warmup_end, spans.trigger, window).empty()) {
    add_problem(scenario, "/timeline/trigger/at",
                fmt::format("expected a window of {} or more after the warm-up of {}, got {}",
                            sim::format_duration(window), sim::format_duration(scenario.run.warmup),
                            sim::format_duration(spans.trigger - sim::Time{})),
                problems);
  }
  const sim::Time over = spans.trigger + longest;
  if (over > spans.last_third) {
    add_problem(scenario, "/run/duration",
                fmt::format("expected a run whose last third begins when the longest trigger has "
                            "ended, at {}; that of {} begins at {}",
                            sim::format_duration(over - sim::Time{}),
                            sim::format_duration(scenario.run.duration),
                            sim::format_duration(spans.last_third - sim::Time{})),
                problems);
  }
}

std::optional<StabilityMap> map_stability(const scenarios::Scenario& scenario,
                                          const StabilityPlan& plan) {
  const models::Action* trigger = find_trigger(scenario);
  CHECK(trigger != nullptr);
  const StabilitySpans spans = spans_of(scenario);
  const std::size_t columns = plan.loads.size();
  const std::size_t rows = plan.triggers.size();
  StabilityMap map{.scenario = scenario.name,
                   .trigger = trigger->what,
                   .at = trigger->at,
                   .duration = scenario.run.duration,
                   .seed = plan.seed,
                   .loads = plan.loads,
                   .triggers = plan.triggers,
                   .not_multiplied = workloads_of(scenario).others,
                   .cells = std::vector<StabilityMap::Cell>(columns * rows)};

  // The lowest row is made of the runs without a trigger where it stands for none.
  const std::size_t calm_rows = plan.triggers.front().ns == 0 ? 1 : 0;
  Runs runs(scenario, plan, columns * (rows + 1 - calm_rows));
  std::vector<std::optional<Course>> untriggered(columns);
  parallel_for(columns, plan.jobs, plan.interrupt,
               [&](std::size_t i) { untriggered[i] = runs.run(plan.loads[i], {}); });
  if (interrupted(plan)) return std::nullopt;
  parallel_for(columns * rows, plan.jobs, plan.interrupt, [&](std::size_t i) {
    const Course& calm = *untriggered[i % columns];
    if (i / columns < calm_rows) {
      map.cells[i] = judge_course(calm, calm, spans);
    } else if (const auto course = runs.run(plan.loads[i % columns], plan.triggers[i / columns])) {
      map.cells[i] = judge_course(*course, calm, spans);
    }
  });
  if (interrupted(plan)) return std::nullopt;
  return map;
}

}  // namespace faultline::analysis
