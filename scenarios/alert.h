// Alert: when somebody is called out, by what the run measures of itself window by window. It
// watches only: nothing in the run changes by it.
//
// A threshold   a metric beyond a bound, for some time
// A burn rate   the error budget, 1 - objective, is being spent so many times faster than the
//               objective allows, over a long window and over a short one; a period stands for the
//               usual three such pairs of windows
//
// Source: Beyer et al., "The Site Reliability Workbook", 2018, ch. 5 (multiwindow, multi-burn-rate
// alerts): 14.4 over 1 h and 5 min, 6 over 6 h and 30 min, 1 over 3 d and 6 h of a period of 30 d.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields.h"
#include "sim/time.h"

namespace faultline::scenarios {

struct BurnRule {
  double rate = 1;
  sim::Duration long_window;
  sim::Duration short_window;
};

struct Alert {
  std::string label;
  std::string metric;  // dotted, or a JSON pointer
  std::optional<double> above;
  std::optional<double> below;
  sim::Duration lasts;  // before it fires

  std::optional<double> objective;  // 0..1, both excluded
  std::optional<double> burn_rate;
  std::optional<sim::Duration> long_window;
  std::optional<sim::Duration> short_window;
  std::optional<sim::Duration> period;

  void describe(models::Fields& fields);
  // Of a burn rate; none of a threshold.
  std::vector<BurnRule> rules() const;
  // "components.db.backlog above 100 for 30s", "burn rate of availability, objective 99.9 %, at
  // least 14.4 over 60s and 5s"
  std::string text() const;
  std::string text(const BurnRule& rule) const;

 private:
  void check(models::Fields& fields) const;
};

}  // namespace faultline::scenarios
