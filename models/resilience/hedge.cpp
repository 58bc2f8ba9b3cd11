#include "models/resilience/hedge.h"

namespace faultline::models {

void HedgeSettings::describe(Fields& fields) {
  fields.duration({"after",
                   "How long the first try is waited for before the second is made; with a "
                   "`percentile`, until that is known.",
                   true},
                  after, sim::Duration{1});
  fields.ratio({"percentile",
                "Waits as long as this share of the calls answered well in the last `window` took, "
                "once there were 100; such as \"95%\"."},
               percentile);
  fields.duration({"window", "Over how long that is measured."}, window, sim::Duration{1});
  fields.nested(
      {"budget", "Bounds second tries to a fraction of the calls answered well; absent: no bound."},
      "retry-budget", budget);
  if (percentile && !(*percentile > 0 && *percentile < 1)) {
    fields.reject("percentile", "expected a share between 0 and 1, both excluded");
  }
}

void Hedge::close_windows(sim::Time now) {
  const std::int64_t current = now.ns / settings_.window.ns;
  if (current == window_) return;
  const bool is_the_last = current == window_ + 1;
  measured_.reset();
  if (is_the_last && answers_.count() >= answers_needed) {
    measured_ = sim::Duration{*answers_.quantile(*settings_.percentile)};
  }
  answers_.clear();
  window_ = current;
}

sim::Duration Hedge::delay(sim::Time now) {
  if (!settings_.percentile) return settings_.after;
  close_windows(now);
  return measured_.value_or(settings_.after);
}

bool Hedge::take() {
  if (budget_ && !budget_->take()) {
    ++over_budget_;
    return false;
  }
  ++made_;
  return true;
}

void Hedge::answered(sim::Time now, sim::Duration took, bool by_second) {
  if (by_second) ++won_;
  if (budget_) budget_->success();
  if (!settings_.percentile) return;
  close_windows(now);
  answers_.record(took.ns);
}

}  // namespace faultline::models
