#include "models/workload/ledger.h"

namespace faultline::models {
namespace {

struct OutcomeMetric {
  Status status;
  sim::Metric metric;
};

constexpr std::array<OutcomeMetric, 8> failures = {{
    {Status::timed_out,
     {"outcome_timeout", "requests", "Failed: no answer within the caller's patience."}},
    {Status::reset, {"outcome_reset", "requests", "Failed: the process at the other end died."}},
    {Status::rejected, {"outcome_rejected", "requests", "Failed: refused for want of room."}},
    {Status::throttled,
     {"outcome_throttled", "requests",
      "Failed: refused, as it was asked more often than allowed."}},
    {Status::unavailable,
     {"outcome_unavailable", "requests", "Failed: there was nobody to send it to."}},
    {Status::failed, {"outcome_error", "requests", "Failed: answered with an error."}},
    {Status::name_failure,
     {"outcome_name_failure", "requests", "Failed: the name could not be resolved."}},
    {Status::withheld,
     {"outcome_withheld", "requests",
      "Failed: not sent, as the circuit breaker was open or the bulkhead full."}},
}};

}  // namespace

void Ledger::decide(const Outcome& outcome, sim::Duration latency, bool good) {
  ++outcomes_[static_cast<std::size_t>(outcome.status)];
  if (outcome.ok()) {
    latency_.record(latency.ns);
    if (outcome.degraded) ++degraded_;
    if (good) ++good_;
  } else {
    failed_latency_.record(latency.ns);
  }
}

void Ledger::merge(const Ledger& other) {
  offered_ += other.offered_;
  for (std::size_t i = 0; i < outcomes_.size(); ++i) outcomes_[i] += other.outcomes_[i];
  degraded_ += other.degraded_;
  good_ += other.good_;
  latency_.merge(other.latency_);
  failed_latency_.merge(other.failed_latency_);
}

std::uint64_t Ledger::failed() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 1; i < outcomes_.size(); ++i) sum += outcomes_[i];
  return sum;
}

void Ledger::measure(sim::Metrics& metrics) const {
  const std::uint64_t decided = succeeded() + failed();
  metrics.rate({"offered_per_s", "1/s", "Requests issued per second."}, offered_);
  metrics.rate({"throughput_per_s", "1/s", "Requests decided per second, well or badly."}, decided);
  metrics.rate({"goodput_per_s", "1/s", "Requests that succeeded in good time, per second."},
               good_);
  metrics.ratio({"availability", "0..1", "Succeeded among the decided."}, succeeded(), decided);
  metrics.ratio({"quality", "0..1", "Answers that were complete, among the succeeded."},
                succeeded() - degraded_, succeeded());
  metrics.ratio({"good_share", "0..1", "Succeeded in good time, among the decided."}, good_,
                decided);
  metrics.counter({"offered", "requests", "Requests issued."}, offered_);
  metrics.counter({"succeeded", "requests", "Requests answered acceptably."}, succeeded());
  metrics.counter({"failed", "requests", "Requests decided otherwise."}, failed());
  metrics.state({"in_flight", "requests", "Requests issued and not decided, now."},
                static_cast<double>(in_flight()));
  for (const auto& [status, metric] : failures) metrics.counter(metric, count(status));
  metrics.times({"latency_ms", "ms", "From the intended sending to the accepted answer."},
                latency_);
  metrics.times({"failed_latency_ms", "ms", "From the intended sending to the failure."},
                failed_latency_);
}

}  // namespace faultline::models
