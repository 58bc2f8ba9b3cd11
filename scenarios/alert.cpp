#include "scenarios/alert.h"

#include <fmt/format.h>

#include <array>

#include "sim/units.h"

namespace faultline::scenarios {
namespace {

// Windows as fractions of the period.
struct UsualRule {
  double rate;
  int long_part;
  int short_part;
};
constexpr std::array<UsualRule, 3> usual_rules = {
    {{14.4, 720, 8640}, {6, 120, 1440}, {1, 10, 120}}};

}  // namespace

void Alert::describe(models::Fields& fields) {
  fields.text({"metric",
               "What is watched, window by window, such as availability, latency_ms.p99 or "
               "components.db.backlog.",
               true},
              metric);
  fields.value({"above", "Fires when the value is greater."}, above);
  fields.value({"below", "Fires when the value is less."}, below);
  fields.duration({"for", "Of `above` and `below`: how long that must last before it fires."},
                  lasts);
  fields.ratio({"objective",
                "Fires when the error budget is spent too fast: the share of the metric, a ratio, "
                "that is promised, such as \"99.9%\"."},
               objective);
  fields.value({"burn-rate",
                "Of `objective`: how many times faster than the objective allows, over both "
                "windows."},
               burn_rate);
  fields.duration({"long", "Of `burn-rate`: the longer window, which makes sure it matters."},
                  long_window, sim::Duration{1});
  fields.duration({"short", "Of `burn-rate`: the shorter window, which makes sure it still lasts."},
                  short_window, sim::Duration{1});
  fields.duration({"period",
                   "Of `objective`, instead of a rate and windows: what the objective is promised "
                   "over. Stands for the usual three rules: 14.4 over a 720th and an 8640th of it, "
                   "6 over a 120th and a 1440th, 1 over a tenth and a 120th."},
                  period, sim::Duration{8640});
  check(fields);
}

void Alert::check(models::Fields& fields) const {
  if (!above && !below && !objective) {
    return fields.reject("", "one of above, below and objective");
  }
  if ((above || below) && objective) {
    return fields.reject("objective", "goes without `above` and `below`");
  }
  if (objective && !(*objective > 0 && *objective < 1)) {
    fields.reject("objective", "expected a share between 0 and 1, both excluded");
  }
  const int parts = (burn_rate ? 1 : 0) + (long_window ? 1 : 0) + (short_window ? 1 : 0);
  const bool complete = period ? parts == 0 : parts == 3;
  if (objective && !complete) {
    fields.reject("objective", "goes with either `period`, or all of `burn-rate`, `long`, `short`");
  }
  if (!objective && (parts > 0 || period)) {
    fields.reject("", "burn-rate, long, short and period go with `objective`");
  }
  if (burn_rate && *burn_rate <= 0) fields.reject("burn-rate", "expected a number above 0");
  if (long_window && short_window && *short_window > *long_window) {
    fields.reject("short", "must not be longer than `long`");
  }
}

std::vector<BurnRule> Alert::rules() const {
  std::vector<BurnRule> rules;
  if (objective && burn_rate && long_window && short_window) {
    rules.push_back({*burn_rate, *long_window, *short_window});
  }
  if (objective && period) {
    for (const UsualRule& rule : usual_rules) {
      rules.push_back({rule.rate, *period / rule.long_part, *period / rule.short_part});
    }
  }
  return rules;
}

std::string Alert::text() const {
  std::string text = metric;
  if (objective) return fmt::format("burn rate of {}, objective {:g} %", text, *objective * 100);
  if (above) text += fmt::format(" above {:g}", *above);
  if (below) text += fmt::format("{} below {:g}", above ? " or" : "", *below);
  if (lasts.ns > 0) text += " for " + sim::format_duration(lasts);
  return text;
}

std::string Alert::text(const BurnRule& rule) const {
  return fmt::format("{}, at least {:g} over {} and {}", text(), rule.rate,
                     sim::format_duration(rule.long_window),
                     sim::format_duration(rule.short_window));
}

}  // namespace faultline::scenarios
