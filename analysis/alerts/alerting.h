// Alerting: watches what a run measures, and says when its alerts fire and clear.
//
// It looks at the end of every window of the run after the warm-up, as monitoring does at every
// scrape; a window that is longer than an alert's is looked at whole. It must outlive the run.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/alerts/burn_rate.h"
#include "models/world.h"
#include "scenarios/scenario.h"
#include "sim/time.h"

namespace faultline::analysis {

struct Firing {
  std::string what;  // the rule that fired
  sim::Time fired;
  std::optional<sim::Time> cleared;
};

struct AlertOutcome {
  std::string label;
  std::string what;
  std::vector<Firing> firings;
  // From the beginning of the last entry of the timeline before the first firing, and that entry.
  std::optional<sim::Duration> detection;
  std::string detected;
};

class Alerting {
 public:
  explicit Alerting(const scenarios::Scenario& scenario);

  // One figure of the window that is about to end; `weight`: what a ratio was divided by.
  void see(std::string_view subject, std::string_view metric, std::optional<double> value,
           double weight);
  // The window has ended, and all its figures have been seen.
  void close(sim::Time begin, sim::Time end);

  std::vector<AlertOutcome> outcomes() const;

 private:
  struct Rule {
    std::string what;
    double rate = 0;
    BurnRate over_long;
    BurnRate over_short;
    bool firing = false;
  };
  struct Watch {
    const scenarios::Alert* alert;
    std::string path;
    std::vector<Rule> rules;
    std::optional<double> value;  // in this window
    double weight = 0;
    std::optional<sim::Time> beyond_since;
    bool firing = false;
    std::vector<Firing> firings;
  };

  static void look_at_threshold(Watch& watch, sim::Time begin, sim::Time end);
  static void look_at_budget(Watch& watch, sim::Time begin, sim::Time end);

  const scenarios::Scenario& scenario_;
  std::vector<Watch> watches_;
};

// Adds a problem for every alert on a metric that no window of this scenario has, or whose error
// budget is that of no ratio.
void check_alerts(const scenarios::Scenario& scenario, scenarios::Problems& problems);

// {label: {"fired", "first_fired_s", "detection_s", "cleared_s", "firings": [...]}}
nlohmann::ordered_json alert_json(const std::vector<AlertOutcome>& outcomes);

}  // namespace faultline::analysis
