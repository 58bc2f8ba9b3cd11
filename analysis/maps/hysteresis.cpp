#include "analysis/maps/hysteresis.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "analysis/format.h"
#include "analysis/load_factor.h"
#include "analysis/table.h"
#include "sim/units.h"

namespace faultline::analysis {
namespace {

using Steps = std::vector<Hysteresis::Step>;

// Runs one load after the other. nullopt: interrupted.
std::optional<Steps> climb(const scenarios::Scenario& scenario, const std::vector<double>& loads,
                           const HysteresisPlan& plan) {
  const sim::Duration step = scenario.run.window * step_windows;
  scenarios::Scenario stairs = scenario;
  stairs.timeline.clear();
  stairs.faults.clear();
  sim::Time at;
  sim::Duration lasts = scenario.run.warmup + step;
  for (const double load : loads) {
    stairs.timeline.push_back(load_factor(load, at, lasts, fmt::format("load x{:g}", load)));
    at += lasts;
    lasts = step;
  }
  stairs.run.duration = at - sim::Time{};
  const auto course = course_of(stairs, plan.seed, plan.interrupt);
  if (!course) return std::nullopt;
  Steps steps;
  sim::Time end = sim::Time{} + scenario.run.warmup;
  for (const double load : loads) {
    end += step;
    steps.push_back({load, course->between(end - step / 3, end)});
  }
  return steps;
}

const Hysteresis::Step* find_step(const Steps& steps, double load) {
  const auto found =
      std::find_if(steps.begin(), steps.end(), [&](const auto& step) { return step.load == load; });
  return found == steps.end() ? nullptr : &*found;
}

std::string thresholds(const Hysteresis& h) {
  const auto up = h.fails_at();
  if (!up) return fmt::format("Does not fail up to load {:.4g}.\n", h.up.back().load);
  const std::string fails = fmt::format("Fails going up at load {:.4g}", *up);
  if (h.down.empty()) return fails + ", the lowest there is.\n";
  const auto down = h.recovers_at();
  if (!down) {
    return fmt::format("{}; does not recover going down to load {:.4g}.\n", fails,
                       h.down.back().load);
  }
  return fmt::format("{}; recovers going down at load {:.4g}.\n", fails, *down);
}

}  // namespace

std::optional<double> Hysteresis::fails_at() const {
  return up.empty() || up.back().served.enough() ? std::nullopt : std::optional(up.back().load);
}

std::optional<double> Hysteresis::recovers_at() const {
  return down.empty() || !down.back().served.enough() ? std::nullopt
                                                      : std::optional(down.back().load);
}

std::optional<Hysteresis> find_hysteresis(const scenarios::Scenario& scenario,
                                          const HysteresisPlan& plan) {
  const auto cut_after = [](Steps& steps, Steps::iterator begin, bool served) {
    const auto found = std::find_if(
        begin, steps.end(), [&](const auto& step) { return step.served.enough() == served; });
    if (found != steps.end()) steps.erase(found + 1, steps.end());
  };
  Hysteresis result{.scenario = scenario.name,
                    .seed = plan.seed,
                    .step = scenario.run.window * step_windows,
                    .not_multiplied = workloads_of(scenario).others,
                    .up = {},
                    .down = {}};
  // How far up is not known before; the second run repeats the first as far as that matters.
  auto up = climb(scenario, plan.loads, plan);
  if (!up) return std::nullopt;
  if (plan.on_run) plan.on_run(1, 2);
  cut_after(*up, up->begin(), false);
  result.up = *up;
  if (!result.fails_at()) return result;
  std::vector<double> loads(plan.loads.begin(), plan.loads.begin() + std::ssize(*up));
  loads.insert(loads.end(), loads.rbegin() + 1, loads.rend());
  auto whole = climb(scenario, loads, plan);
  if (!whole) return std::nullopt;
  if (plan.on_run) plan.on_run(2, 2);
  const auto turn = whole->begin() + std::ssize(*up);
  cut_after(*whole, turn, true);
  result.down = Steps(whole->begin() + std::ssize(*up), whole->end());
  return result;
}

std::string hysteresis_text(const Hysteresis& h) {
  std::string text = fmt::format("{}   seed {}   steps of {}, of which the last third counts\n\n",
                                 h.scenario, h.seed, sim::format_duration(h.step));
  Table table({{"load", Align::right},
               {"up: offered/s", Align::right},
               {"goodput/s", Align::right},
               {"good", Align::right},
               {"down: offered/s", Align::right},
               {"goodput/s", Align::right},
               {"good", Align::right}});
  for (const Hysteresis::Step& step : h.up) {
    std::vector<std::string> cells = {fmt::format("{:.4g}", step.load)};
    for (const Steps* branch : {&h.up, &h.down}) {
      const Hysteresis::Step* of = find_step(*branch, step.load);
      cells.push_back(of == nullptr ? "-" : number(of->served.offered_per_s()));
      cells.push_back(of == nullptr ? "-" : number(of->served.goodput_per_s()));
      cells.push_back(of == nullptr ? "-" : percent(std::min(1.0, of->served.share()), 1));
    }
    table.add(std::move(cells));
  }
  text += table.text(2) + "\n";
  if (!h.not_multiplied.empty()) {
    text += wrapped(
        fmt::format("The load of {} stays as it is.", fmt::join(h.not_multiplied, ", ")), 98, 2);
  }
  return text + "  " + thresholds(h);
}

}  // namespace faultline::analysis
